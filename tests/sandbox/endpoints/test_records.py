"""``record.json`` and ``records.json`` over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox import unique_index
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import Clock, add, error, shown

ADMIN = {"code": "sandbox", "name": "Sandbox Administrator"}
USER1 = {"code": "user1", "name": "User One"}


class TestReading:
    def test_a_record_has_every_field_with_its_type(self, api: Api, app: App) -> None:
        api.ok("POST", "record.json", app=app.id, record={"number": {"value": "1.50"}})
        answer = api.ok("GET", "record.json", app=app.id, id=1)
        assert answer == {
            "record": {
                "レコード番号": {"type": "RECORD_NUMBER", "value": "1"},
                "作成者": {"type": "CREATOR", "value": ADMIN},
                "作成日時": {"type": "CREATED_TIME", "value": "2026-11-25T00:30:00Z"},
                "更新者": {"type": "MODIFIER", "value": ADMIN},
                "更新日時": {"type": "UPDATED_TIME", "value": "2026-11-25T00:30:00Z"},
                "key": {"type": "SINGLE_LINE_TEXT", "value": ""},
                "number": {"type": "NUMBER", "value": "1.5"},
                "title": {"type": "SINGLE_LINE_TEXT", "value": "untitled"},
                "day": {"type": "DATE", "value": None},
                "files": {"type": "FILE", "value": []},
                "$revision": {"type": "__REVISION__", "value": "1"},
                "$id": {"type": "__ID__", "value": "1"},
            }
        }

    def test_both_reads_show_a_record_alike(self, api: Api, app: App) -> None:
        add(api, app, {"title": "a"})
        one = api.ok("GET", "record.json", app=app.id, id=1)["record"]
        assert api.ok("GET", "records.json", app=app.id)["records"] == [one]

    def test_the_record_number_has_the_app_code(self, api: Api, domain: Domain) -> None:
        app = create_app(domain, "coded", {}, code="CODE")
        add(api, app, {})
        assert shown(api, app, 1, "レコード番号") == "CODE-1"
        assert shown(api, app, 1, "$id") == "1"

    @pytest.mark.parametrize(
        ("params", "ids", "total"),
        [
            ({}, ["3", "2", "1"], None),
            ({"totalCount": True}, ["3", "2", "1"], "3"),
            ({"totalCount": "false"}, ["3", "2", "1"], None),
            ({"query": "order by $id asc limit 2", "totalCount": True}, ["1", "2"], "3"),
            ({"query": 'title = "b" limit 1', "totalCount": True}, ["2"], "1"),
            ({"query": "limit 1 offset 1"}, ["2"], None),
            ({"query": "limit 0", "totalCount": True}, [], "3"),
            ({"query": 'title = "none"', "totalCount": True}, [], "0"),
        ],
    )
    def test_pages_and_counts(
        self, api: Api, app: App, params: dict[str, Any], ids: list[str], total: str | None
    ) -> None:
        add(api, app, {"title": "a"}, {"title": "b"}, {"title": "c"})
        answer = api.ok("GET", "records.json", app=app.id, **params)
        assert [record["$id"]["value"] for record in answer["records"]] == ids
        assert answer["totalCount"] == total

    def test_a_page_has_100_records_unless_asked_otherwise(self, api: Api, app: App) -> None:
        add(api, app, *({} for _ in range(100)))
        add(api, app, {})
        answer = api.ok("GET", "records.json", app=app.id)
        assert len(answer["records"]) == 100
        answer = api.ok("GET", "records.json", app=app.id, query="limit 500")
        assert len(answer["records"]) == 101

    @pytest.mark.parametrize(
        ("fields", "keys"),
        [
            (["title"], {"title"}),
            (["title", "$id"], {"title", "$id"}),
            (["$revision"], {"$revision"}),
            (["title", "no such field"], {"title"}),
        ],
    )
    def test_only_the_fields_asked_for_come(
        self, api: Api, app: App, fields: list[str], keys: set[str]
    ) -> None:
        add(api, app, {})
        (record,) = api.ok("GET", "records.json", app=app.id, fields=fields)["records"]
        assert record.keys() == keys

    def test_unknown_fields_can_be_switched_to_a_refusal(
        self, api: Api, app: App, domain: Domain
    ) -> None:
        domain.switches = Switches(unknown_fields="error")
        wanted = ["title", "no such field"]
        assert api.refused("GET", "records.json", app=app.id, fields=wanted) == (400, "GAIA_IQ11")
        assert api.ok("GET", "records.json", app=app.id, fields=["title", "$id"])

    def test_parameters_may_come_in_a_body(self, api: Api, app: App) -> None:
        add(api, app, {"title": "a"}, {"title": "b"})
        answer = api.send(
            "POST",
            "records.json",
            json={"app": app.id, "query": 'title = "b"', "fields": ["title"], "totalCount": True},
            headers={"X-HTTP-Method-Override": "GET"},
        ).json()
        title = {"title": {"type": "SINGLE_LINE_TEXT", "value": "b"}}
        assert answer == {"records": [title], "totalCount": "1"}

    def test_a_search_that_is_cut_off_says_so(self, api: Api, app: App, domain: Domain) -> None:
        add(api, app, *({"title": "word"} for _ in range(3)))
        domain.search_hit_limit = 2
        response = api.get("records.json", app=app.id, query='title like "word"')
        assert response.status_code == 200
        expected = "Filter aborted because of too many search results"
        assert response.headers["X-Cybozu-Warning"] == expected

    @pytest.mark.parametrize(
        ("resource", "params", "status", "code"),
        [
            ("record.json", {"id": 99999}, 404, "GAIA_RE01"),
            ("record.json", {}, 400, "CB_VA01"),
            ("record.json", {"id": "x"}, 400, "CB_VA01"),
            ("records.json", {"query": "nonsense"}, 400, "CB_VA01"),
            ("records.json", {"query": "no_such = 1"}, 400, "GAIA_IQ11"),
            ("records.json", {"query": "limit 501"}, 400, "GAIA_QU01"),
            ("records.json", {"query": "offset 10001"}, 400, "GAIA_QU02"),
            ("records.json", {"totalCount": "maybe"}, 400, "CB_VA01"),
        ],
    )
    def test_refusals(
        self, api: Api, app: App, resource: str, params: dict[str, Any], status: int, code: str
    ) -> None:
        assert api.refused("GET", resource, app=app.id, **params) == (status, code)

    def test_a_missing_record_is_named(self, api: Api, app: App) -> None:
        answer = error(api, "GET", "record.json", app=app.id, id=99999)
        assert answer["message"] == "The specified record (ID: 99999) is not found."
        assert answer.keys() == {"status", "code", "id", "message"}

    def test_new_versions_of_records_are_shown_at_once(self, api: Api, app: App) -> None:
        add(api, app, {"title": "a"})
        assert shown(api, app, 1, "title") == "a"
        api.ok("PUT", "record.json", app=app.id, id=1, record={"title": {"value": "b"}})
        assert shown(api, app, 1, "title") == "b"

    def test_a_field_added_later_reads_as_empty(self, api: Api, app: App) -> None:
        add(api, app, {})
        assert shown(api, app, 1, "title") == "untitled"
        app.settings.properties["later"] = {"type": "NUMBER", "code": "later"}
        app.settings.revision += 1
        assert shown(api, app, 1, "later") == ""


class TestAdding:
    def test_ids_and_revisions_are_texts(self, api: Api, app: App) -> None:
        assert api.ok("POST", "record.json", app=app.id) == {"id": "1", "revision": "1"}
        answer = api.ok("POST", "records.json", app=str(app.id), records=[{}, {}])
        assert answer == {"ids": ["2", "3"], "revisions": ["1", "1"]}
        answer = api.ok("POST", "records.json", app=app.id, records=[])
        assert answer == {"ids": [], "revisions": []}

    def test_paths_name_the_record(self, api: Api, app: App) -> None:
        empty = {"title": {"value": ""}}
        one = error(api, "POST", "record.json", app=app.id, record=empty)
        assert one["errors"] == {"record.title.value": {"messages": ["Required."]}}
        assert (one["code"], one["message"]) == ("CB_VA01", "Missing or invalid input.")
        many = error(api, "POST", "records.json", app=app.id, records=[{}, empty])
        assert many["errors"] == {"records[1].title.value": {"messages": ["Required."]}}

    def test_all_or_none_are_added(self, api: Api, app: App) -> None:
        records = [{"number": {"value": "1"}}, {"number": {"value": "abc"}}]
        assert error(api, "POST", "records.json", app=app.id, records=records)["errors"] == {
            "records[1][number].value": {"messages": ["Only numbers are allowed."]}
        }
        assert api.ok("GET", "records.json", app=app.id)["records"] == []

    def test_at_most_100(self, api: Api, app: App) -> None:
        answer = error(api, "POST", "records.json", app=app.id, records=[{}] * 101)
        assert answer["errors"] == {
            "records": {"messages": ["A maximum of 100 records can be added at one time."]}
        }

    @pytest.mark.parametrize("records", [None, "x", [1]])
    def test_records_must_be_a_list_of_objects(self, api: Api, app: App, records: Any) -> None:
        status, code = api.refused("POST", "records.json", app=app.id, records=records)
        assert (status, code) in {(400, "CB_VA01"), (400, "CB_IJ01")}

    @pytest.mark.parametrize(
        ("code", "field_type"), [("レコード番号", "RECORD_NUMBER"), ("ステータス", "STATUS")]
    )
    def test_what_kintone_numbers_cannot_be_given(
        self, api: Api, app: App, code: str, field_type: str
    ) -> None:
        answer = error(api, "POST", "record.json", app=app.id, record={code: {"value": "1"}})
        assert answer["code"] == "GAIA_UN10"
        assert answer["message"] == f"Cannot update field whose type is {field_type}."

    def test_an_administrator_may_give_creator_and_times(self, api: Api, app: App) -> None:
        given = {
            "作成者": {"code": "user1"},
            "更新者": {"code": "user1"},
            "作成日時": "2020-01-02T03:04:59Z",
            "更新日時": "2021-01-02T12:04:00+09:00",
        }
        add(api, app, given)
        assert shown(api, app, 1, "作成者") == shown(api, app, 1, "更新者") == USER1
        assert shown(api, app, 1, "作成日時") == "2020-01-02T03:04:00Z"
        assert shown(api, app, 1, "更新日時") == "2021-01-02T03:04:00Z"

    def test_a_given_time_must_be_one(self, api: Api, app: App) -> None:
        given = {"作成日時": {"value": "yesterday"}}
        answer = error(api, "POST", "record.json", app=app.id, record=given)
        assert list(answer["errors"]) == ["record.作成日時.value"]

    def test_others_may_not(self, user_api: Api, app: App) -> None:
        app.settings.app_acl[-1]["appEditable"] = False
        given = {"作成日時": {"value": "2020-01-02T03:04:00Z"}}
        refusal = user_api.refused("POST", "record.json", app=app.id, record=given)
        assert refusal == (403, "GAIA_BF02")

    def test_ids_are_not_used_again(self, api: Api, app: App) -> None:
        add(api, app, {}, {})
        api.ok("DELETE", "records.json", app=app.id, ids=[2])
        assert add(api, app, {}) == ["3"]


class TestChanging:
    def test_a_change_adds_one_to_the_revision(
        self, api: Api, user_api: Api, app: App, clock: Clock
    ) -> None:
        add(api, app, {"title": "a", "number": "1"})
        clock.advance(minutes=5)
        title = {"title": {"value": "b"}}
        answer = user_api.ok("PUT", "record.json", app=app.id, id="1", record=title)
        assert answer == {"revision": "2"}
        record = api.ok("GET", "record.json", app=app.id, id=1)["record"]
        values = {code: cell["value"] for code, cell in record.items()}
        assert (values["title"], values["number"], values["$revision"]) == ("b", "1", "2")
        assert (values["作成者"], values["更新者"]) == (ADMIN, USER1)
        assert values["作成日時"] == "2026-11-25T00:30:00Z"
        assert values["更新日時"] == "2026-11-25T00:35:00Z"

    @pytest.mark.parametrize(
        ("params", "revision"), [({"record": {}}, "2"), ({}, "1"), ({"record": None}, "1")]
    )
    def test_without_a_record_nothing_changes(
        self, api: Api, app: App, params: dict[str, Any], revision: str
    ) -> None:
        add(api, app, {})
        answer = api.ok("PUT", "record.json", app=app.id, id=1, **params)
        assert answer == {"revision": revision}

    @pytest.mark.parametrize(
        ("revision", "status"), [(1, 200), ("1", 200), (-1, 200), (None, 200), (2, 409), (0, 409)]
    )
    def test_the_expected_revision(self, api: Api, app: App, revision: Any, status: int) -> None:
        add(api, app, {})
        params = {"app": app.id, "id": 1, "revision": revision, "record": {}}
        response = api.put("record.json", **params)
        assert response.status_code == status
        if status == 409:
            body = response.json()
            assert body["code"] == "GAIA_CO02"
            assert body["message"] == "The revision is not the latest. Someone may update a record."

    def test_several_at_once(self, api: Api, app: App) -> None:
        add(api, app, {"key": "a"}, {"key": "b"})
        changes = [
            {"id": 2, "record": {"title": {"value": "two"}}},
            {"updateKey": {"field": "key", "value": "a"}, "record": {"title": {"value": "one"}}},
        ]
        answer = api.ok("PUT", "records.json", app=app.id, records=changes)
        assert answer == {"records": [{"id": "2", "revision": "2"}, {"id": "1", "revision": "2"}]}
        assert [shown(api, app, i, "title") for i in (1, 2)] == ["one", "two"]
        assert api.ok("PUT", "records.json", app=app.id, records=[]) == {"records": []}

    @pytest.mark.parametrize(
        ("second", "status", "code"),
        [
            ({"id": 99999, "record": {}}, 404, "GAIA_RE01"),
            ({"id": 2, "record": {}, "revision": 7}, 409, "GAIA_CO02"),
            ({"id": 2, "record": {"number": {"value": "x"}}}, 400, "CB_VA01"),
            ({"id": 2, "record": {"key": {"value": "new"}}}, 400, "CB_VA01"),
            ({"id": 2, "record": {"作成者": {"value": {"code": "user1"}}}}, 400, "GAIA_UN10"),
            ({"record": {}}, 400, "CB_VA01"),
            ({"id": 2, "record": "x"}, 400, "CB_IJ01"),
        ],
    )
    def test_all_or_none_are_changed(
        self, api: Api, app: App, second: dict[str, Any], status: int, code: str
    ) -> None:
        add(api, app, {"key": "old"}, {})
        changes = [{"id": 1, "record": {"key": {"value": "new"}}}, second]
        refusal = api.refused("PUT", "records.json", app=app.id, records=changes)
        assert refusal == (status, code)
        assert (shown(api, app, 1, "key"), shown(api, app, 1, "$revision")) == ("old", "1")

    @pytest.mark.parametrize(
        ("changes", "keys"),
        [
            ([(1, "free"), (2, "a")], ["free", "a"]),
            ([(1, "x"), (1, "y"), (2, "x")], ["y", "x"]),
            ([(1, "free"), (2, "a"), (1, "b")], ["b", "a"]),
        ],
    )
    def test_a_unique_value_given_up_may_be_taken_by_the_next(
        self, api: Api, app: App, changes: list[tuple[int, str]], keys: list[str]
    ) -> None:
        add(api, app, {"key": "a"}, {"key": "b"})
        records = [{"id": each, "record": {"key": {"value": key}}} for each, key in changes]
        api.ok("PUT", "records.json", app=app.id, records=records)
        assert [shown(api, app, each, "key") for each in (1, 2)] == keys
        assert [unique_index.find(app, "key", key) for key in keys] == [1, 2]

    def test_system_fields_are_refused_under_their_old_names(self, api: Api, app: App) -> None:
        add(api, app, {})
        given = {"作成日時": {"value": "2020-01-02T03:04:00Z"}}
        answer = error(api, "PUT", "record.json", app=app.id, id=1, record=given)
        assert answer["message"] == "Cannot update field whose type is CREATED_AT."


class TestDeleting:
    def test_deleted_records_are_gone(self, api: Api, app: App) -> None:
        add(api, app, {}, {}, {})
        assert api.ok("DELETE", "records.json", app=app.id, ids=[1, "3"]) == {}
        assert list(app.records) == [2]

    def test_the_ids_may_be_in_the_url(self, api: Api, app: App) -> None:
        add(api, app, {}, {})
        query = f"?app={app.id}&ids[0]=1&ids[1]=2&revisions[0]=1"
        assert api.send("DELETE", f"records.json{query}").json() == {}
        assert app.records == {}

    @pytest.mark.parametrize(
        ("params", "status", "code"),
        [
            ({"ids": [1, 99999]}, 404, "GAIA_RE01"),
            ({"ids": [1, 2], "revisions": [1, 2]}, 409, "GAIA_CO02"),
            ({"ids": []}, 400, "CB_VA01"),
            ({}, 400, "CB_VA01"),
            ({"ids": list(range(1, 102))}, 400, "CB_VA01"),
            ({"ids": [1], "revisions": [1] * 101}, 400, "CB_VA01"),
        ],
    )
    def test_all_or_none(
        self, api: Api, app: App, params: dict[str, Any], status: int, code: str
    ) -> None:
        add(api, app, {}, {})
        assert api.refused("DELETE", "records.json", app=app.id, **params) == (status, code)
        assert list(app.records) == [1, 2]

    @pytest.mark.parametrize("revisions", [[1], [1, -1], [None, 1], []])
    def test_revisions_are_optional(self, api: Api, app: App, revisions: list[Any]) -> None:
        add(api, app, {}, {})
        api.ok("DELETE", "records.json", app=app.id, ids=[1, 2], revisions=revisions)
        assert app.records == {}
