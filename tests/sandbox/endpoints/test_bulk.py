"""``bulkRequest.json`` over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, Space
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import add, error, shown

BULK = "bulkRequest.json"


@pytest.fixture
def other(domain: Domain, app: App) -> App:
    """A second app, of a later id."""
    fields = {"text": {"type": "SINGLE_LINE_TEXT"}, "files": {"type": "FILE"}}
    return create_app(domain, "other", fields)


def request(method: str, resource: str, **payload: Any) -> dict[str, Any]:
    return {"method": method, "api": f"/k/v1/{resource}", "payload": payload}


def test_results_are_those_of_the_requests_in_order(api: Api, app: App, other: App) -> None:
    add(api, app, {"title": "old"})
    add(api, other, {}, {})
    requests = [
        request("POST", "record.json", app=app.id, record={"title": {"value": "new"}}),
        request("PUT", "record.json", app=app.id, id=1, record={"title": {"value": "changed"}}),
        request("POST", "records.json", app=str(other.id), records=[{}]),
        request("PUT", "records.json", app=other.id, records=[{"id": 1, "record": {}}]),
        request("DELETE", "records.json", app=other.id, ids=[2]),
    ]
    assert api.ok("POST", BULK, requests=requests) == {
        "results": [
            {"id": "2", "revision": "1"},
            {"revision": "2"},
            {"ids": ["3"], "revisions": ["1"]},
            {"records": [{"id": "1", "revision": "2"}]},
            {},
        ]
    }
    assert [shown(api, app, i, "title") for i in (1, 2)] == ["changed", "new"]
    assert list(other.records) == [1, 3]


def test_later_requests_see_earlier_ones(api: Api, app: App) -> None:
    requests = [
        request("POST", "record.json", app=app.id, record={"key": {"value": "a"}}),
        request(
            "PUT",
            "record.json",
            app=app.id,
            updateKey={"field": "key", "value": "a"},
            record={"title": {"value": "found"}},
        ),
    ]
    api.ok("POST", BULK, requests=requests)
    assert shown(api, app, 1, "title") == "found"


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("failing", "status", "code", "paths"),
    [
        (
            ("POST", "record.json", {"record": {"title": {"value": ""}}}),
            400,
            "CB_VA01",
            {"record.title.value"},
        ),
        (("PUT", "record.json", {"id": 99, "record": {}}), 404, "GAIA_RE01", set()),
        (("PUT", "record.json", {"id": 1, "revision": 9, "record": {}}), 409, "GAIA_CO02", set()),
        (("PUT", "record/status.json", {"id": 1, "action": "go"}), 400, "GAIA_ST02", set()),
    ],
)
def test_one_failure_undoes_everything(
    api: Api,
    app: App,
    other: App,
    place: int,
    failing: tuple[str, str, dict[str, Any]],
    status: int,
    code: str,
    paths: set[str],
) -> None:
    add(api, app, {"title": "old", "key": "a"})
    add(api, other, {"text": "old"})
    method, resource, payload = failing
    requests = [
        request("POST", "record.json", app=other.id, record={}),
        request("DELETE", "records.json", app=other.id, ids=[1]),
    ]
    requests.insert(place, request(method, resource, app=app.id, **payload))
    response = api.post(BULK, requests=requests)
    assert response.status_code == status
    results = response.json()["results"]
    failure = results.pop(place)
    assert (failure["code"], failure.get("errors", {}).keys()) == (code, paths)
    assert {"id", "message"} <= failure.keys()
    assert results == [{}, {}]
    assert list(other.records) == [1]
    assert shown(api, other, 1, "text") == "old"


def test_unique_values_that_were_undone_are_free(api: Api, app: App) -> None:
    requests = [
        request("POST", "records.json", app=app.id, records=[{}, {"key": {"value": "a"}}]),
        request("DELETE", "records.json", app=app.id, ids=[99]),
    ]
    assert api.post(BULK, requests=requests).status_code == 404
    add(api, app, {"key": "a"})
    update_key = {"field": "key", "value": "a"}
    api.ok("PUT", "record.json", app=app.id, updateKey=update_key, record={})


def test_undone_files_can_still_be_attached(api: Api, other: App, app: App) -> None:
    upload = api.send("POST", "file.json", files={"file": ("a.txt", b"a", "text/plain")}).json()
    record = {"files": {"value": [upload]}}
    requests = [
        request("POST", "record.json", app=other.id, record=record),
        request("DELETE", "records.json", app=app.id, ids=[99]),
    ]
    assert api.post(BULK, requests=requests).status_code == 404
    api.ok("POST", "record.json", app=other.id, record=record)
    assert shown(api, other, 1, "files")[0]["name"] == "a.txt"


def test_comments_of_records_that_come_back_come_back(api: Api, app: App) -> None:
    add(api, app, {})
    api.ok("POST", "record/comment.json", app=app.id, record=1, comment={"text": "x"})
    requests = [
        request("DELETE", "records.json", app=app.id, ids=[1]),
        request("DELETE", "records.json", app=app.id, ids=[99]),
    ]
    assert api.post(BULK, requests=requests).status_code == 404
    comments = api.ok("GET", "record/comments.json", app=app.id, record=1)["comments"]
    assert [each["text"] for each in comments] == ["x "]


def test_no_requests_have_no_results(api: Api) -> None:
    assert api.ok("POST", BULK, requests=[]) == {"results": []}


@pytest.mark.parametrize(
    ("requests", "code", "path"),
    [
        (None, "CB_VA01", "requests"),
        ([request("POST", "record.json", app=1)] * 21, "CB_VA01", "requests"),
        ([request("GET", "records.json", app=1)], "CB_VA01", "requests[0].api"),
        ([request("POST", "record/comment.json", app=1)], "CB_VA01", "requests[0].api"),
        ([request("POST", "bulkRequest.json")], "CB_VA01", "requests[0].api"),
        ([request("POST", "file.json")], "CB_VA01", "requests[0].api"),
        ([{"method": "POST", "payload": {}}], "CB_VA01", "requests[0].api"),
        ([{"api": "/k/v1/record.json", "payload": {}}], "CB_VA01", "requests[0].method"),
        ([{"method": "POST", "api": "records", "payload": {}}], "CB_VA01", "requests[0].api"),
        (["x"], "CB_IJ01", None),
        ([{**request("POST", "record.json"), "payload": []}], "CB_IJ01", None),
    ],
)
def test_refused_envelopes(api: Api, app: App, requests: Any, code: str, path: str | None) -> None:
    answer = error(api, "POST", BULK, requests=requests)
    assert (answer["status"], answer["code"]) == (400, code)
    assert path is None or path in answer["errors"]
    assert app.records == {}


def test_20_requests_are_allowed(api: Api, app: App) -> None:
    api.ok("POST", BULK, requests=[request("POST", "record.json", app=app.id)] * 20)
    assert len(app.records) == 20


def test_requests_stay_on_their_side_of_a_guest_space(api: Api, domain: Domain, app: App) -> None:
    domain.spaces[5] = Space(5, "guests", is_guest=True)
    guests = create_app(domain, "guests' app", {}, space_id=5)
    inside = {
        "method": "POST",
        "api": "/k/guest/5/v1/record.json",
        "payload": {"app": guests.id},
    }
    assert api.refused("POST", BULK, requests=[inside]) == (403, "CB_NO02")
    answer = api.in_guest_space(5).ok("POST", BULK, requests=[inside])
    assert answer == {"results": [{"id": "1", "revision": "1"}]}


def test_an_app_is_restored_however_its_id_was_written(api: Api, app: App) -> None:
    requests = [
        request("POST", "record.json", app=f"0{app.id}", record={}),
        request("DELETE", "records.json", app=app.id + 1000, ids=[1]),
    ]
    assert api.post(BULK, requests=requests).status_code == 404
    assert app.records == {}


def test_a_request_without_an_app_fails_in_its_place(api: Api, app: App) -> None:
    requests = [request("POST", "record.json", app=app.id), request("POST", "record.json")]
    response = api.post(BULK, requests=requests)
    assert response.status_code == 400
    first, second = response.json()["results"]
    assert (first, list(second["errors"])) == ({}, ["app"])
    assert app.records == {}
