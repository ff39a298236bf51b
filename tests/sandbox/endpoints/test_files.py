"""``file.json`` over HTTP, and files in records."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import Clock, add, error, shown


def upload(
    api: Api, name: str = "a.txt", content: bytes = b"hello", media_type: str = "text/plain"
) -> str:
    """The key of a new upload."""
    response = api.send("POST", "file.json", files={"file": (name, content, media_type)})
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer.keys() == {"fileKey"}
    key: str = answer["fileKey"]
    return key


def keys(*values: str) -> list[dict[str, str]]:
    return [{"fileKey": value} for value in values]


def test_a_file_in_a_record_has_a_key_of_its_own(api: Api, app: App) -> None:
    key = upload(api)
    add(api, app, {"files": keys(key)})
    (file,) = shown(api, app, 1, "files")
    read_key = file.pop("fileKey")
    assert file == {"name": "a.txt", "contentType": "text/plain", "size": "5"}
    assert read_key != key
    response = api.get("file.json", fileKey=read_key)
    assert (response.status_code, response.content) == (200, b"hello")
    assert response.headers["Content-Type"] == "text/plain"
    assert api.refused("GET", "file.json", fileKey=key) == (404, "GAIA_BL01")


@pytest.mark.parametrize("name", ["日本語 名.bin", 'quo"te.bin', "a%20b.bin"])
def test_bytes_and_names_come_back_as_they_were(api: Api, app: App, name: str) -> None:
    content = bytes(range(256)) * 10
    add(api, app, {"files": keys(upload(api, name, content, "application/octet-stream"))})
    (file,) = shown(api, app, 1, "files")
    assert file["size"] == "2560"
    response = api.get("file.json", fileKey=file["fileKey"])
    assert response.content == content
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")


def test_an_upload_is_used_once(api: Api, app: App) -> None:
    key = upload(api)
    both = keys(key, key)
    record = {"files": {"value": both}}
    assert api.refused("POST", "record.json", app=app.id, record=record) == (404, "GAIA_BL01")
    add(api, app, {"files": keys(key)})
    record = {"files": {"value": keys(key)}}
    assert api.refused("POST", "record.json", app=app.id, record=record) == (404, "GAIA_BL01")


def test_a_refused_write_leaves_the_upload(api: Api, app: App) -> None:
    key = upload(api)
    record = {"files": {"value": keys(key)}, "title": {"value": ""}}
    assert api.refused("POST", "record.json", app=app.id, record=record) == (400, "CB_VA01")
    add(api, app, {"files": keys(key)})


@pytest.mark.parametrize(("hours", "status"), [(71, 200), (72, 404)])
def test_an_upload_lives_three_days(
    api: Api, app: App, clock: Clock, hours: int, status: int
) -> None:
    record = {"files": {"value": keys(upload(api))}}
    clock.advance(hours=hours)
    assert api.post("record.json", app=app.id, record=record).status_code == status


def test_files_stay_where_their_read_key_is_sent_again(api: Api, app: App, domain: Domain) -> None:
    add(api, app, {"files": keys(upload(api, "a"), upload(api, "b"))})
    first, second = (file["fileKey"] for file in shown(api, app, 1, "files"))
    sent = {"files": {"value": keys(upload(api, "c"), second)}}
    api.ok("PUT", "record.json", app=app.id, id=1, record=sent)
    assert [file["name"] for file in shown(api, app, 1, "files")] == ["c", "b"]
    assert api.get("file.json", fileKey=second).status_code == 200
    assert api.refused("GET", "file.json", fileKey=first) == (404, "GAIA_BL01")
    assert len(domain.files) == 2


def test_a_file_attached_and_dropped_by_one_request_is_gone(
    api: Api, app: App, domain: Domain
) -> None:
    add(api, app, {})
    attached = {"id": 1, "record": {"files": {"value": keys(upload(api))}}}
    dropped = {"id": 1, "record": {"files": {"value": []}}}
    api.ok("PUT", "records.json", app=app.id, records=[attached, dropped])
    assert shown(api, app, 1, "files") == []
    assert domain.files == {}


def test_a_read_key_of_another_record_is_no_file(api: Api, app: App) -> None:
    add(api, app, {"files": keys(upload(api))})
    (file,) = shown(api, app, 1, "files")
    record = {"files": {"value": keys(file["fileKey"])}}
    assert api.refused("POST", "record.json", app=app.id, record=record) == (404, "GAIA_BL01")


def test_files_go_with_their_record(api: Api, app: App, domain: Domain) -> None:
    add(api, app, {"files": keys(upload(api))})
    (file,) = shown(api, app, 1, "files")
    api.ok("DELETE", "records.json", app=app.id, ids=[1])
    assert api.refused("GET", "file.json", fileKey=file["fileKey"]) == (404, "GAIA_BL01")
    assert domain.files == {}


def test_files_in_a_table(api: Api, domain: Domain, clock: Clock) -> None:
    fields = {"scan": {"type": "FILE"}, "note": {"type": "SINGLE_LINE_TEXT"}}
    app = create_app(domain, "tables", {"table": {"type": "SUBTABLE", "fields": fields}})
    row = {"value": {"scan": {"value": keys(upload(api))}}}
    add(api, app, {"table": [row]})
    (stored,) = shown(api, app, 1, "table")
    (file,) = stored["value"]["scan"]["value"]
    assert api.get("file.json", fileKey=file["fileKey"]).content == b"hello"
    noted = {"id": stored["id"], "value": {"note": {"value": "x"}}}
    record = {"table": {"value": [noted]}}
    api.ok("PUT", "record.json", app=app.id, id=1, record=record)
    assert api.get("file.json", fileKey=file["fileKey"]).content == b"hello"
    api.ok("PUT", "record.json", app=app.id, id=1, record={"table": {"value": []}})
    assert api.refused("GET", "file.json", fileKey=file["fileKey"]) == (404, "GAIA_BL01")


def test_a_missing_file_is_named(api: Api) -> None:
    answer = error(api, "GET", "file.json", fileKey="xxx")
    assert (answer["status"], answer["code"]) == (404, "GAIA_BL01")
    assert answer["message"] == "The specified file (id: xxx) not found."


def test_an_upload_needs_a_file(api: Api) -> None:
    response = api.send("POST", "file.json", files={"other": ("a", b"a", "text/plain")})
    assert (response.status_code, response.json()["code"]) == (400, "CB_VA01")
    assert api.refused("GET", "file.json") == (400, "CB_VA01")


def test_files_are_as_visible_as_their_record(api: Api, user_api: Api, app: App) -> None:
    add(api, app, {"files": keys(upload(api))})
    (file,) = shown(api, app, 1, "files")
    assert user_api.get("file.json", fileKey=file["fileKey"]).status_code == 200
    entity = {"entity": {"type": "GROUP", "code": "everyone"}, "accessibility": "NONE"}
    app.settings.field_acl = [{"code": "files", "entities": [{**entity, "includeSubs": False}]}]
    assert user_api.refused("GET", "file.json", fileKey=file["fileKey"]) == (403, "CB_NO02")
    app.settings.field_acl = []
    app.settings.app_acl[-1]["recordViewable"] = False
    assert user_api.refused("GET", "file.json", fileKey=file["fileKey"]) == (403, "CB_NO02")
