"""Naming records by a unique value: ``updateKey``, and ``upsert``, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox import unique_index
from sqlalchemy_kintone.sandbox.model import App, Domain, Record
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import add, error, shown


class TestUpdateKey:
    @pytest.mark.parametrize(
        ("field", "value"), [("key", "a"), ("number", "1.50"), ("number", 1.5)]
    )
    def test_names_a_record_by_a_unique_value(
        self, api: Api, app: App, field: str, value: Any
    ) -> None:
        add(api, app, {}, {"key": "a", "number": "1.5"})
        update_key = {"field": field, "value": value}
        record = {"title": {"value": "found"}}
        answer = api.ok("PUT", "record.json", app=app.id, updateKey=update_key, record=record)
        assert answer == {"revision": "2"}
        assert shown(api, app, 2, "title") == "found"

    @pytest.mark.parametrize(
        ("update_key", "status", "code"),
        [
            ({"field": "key", "value": "none"}, 404, "GAIA_RE20"),
            ({"field": "number", "value": "x"}, 404, "GAIA_RE20"),
            ({"field": "title", "value": "a"}, 400, "GAIA_IQ27"),
            ({"field": "day", "value": "2026-01-01"}, 400, "GAIA_IQ27"),
            ({"field": "no such field", "value": "a"}, 400, "GAIA_IQ11"),
            ({"field": "key"}, 400, "CB_VA01"),
            ({"value": "a"}, 400, "CB_VA01"),
            ("key", 400, "CB_IJ01"),
        ],
    )
    def test_refusals(self, api: Api, app: App, update_key: Any, status: int, code: str) -> None:
        add(api, app, {"key": "a", "day": "2026-01-01"})
        refusal = api.refused("PUT", "record.json", app=app.id, updateKey=update_key, record={})
        assert refusal == (status, code)

    @pytest.mark.parametrize("status", [400, 404])
    def test_the_status_of_a_missing_key_is_a_switch(
        self, api: Api, app: App, domain: Domain, status: Any
    ) -> None:
        domain.switches = Switches(update_key_missing_status=status)
        update_key = {"field": "key", "value": "none"}
        refusal = api.refused("PUT", "record.json", app=app.id, updateKey=update_key, record={})
        assert refusal == (status, "GAIA_RE20")

    def test_does_not_change_its_own_field(self, api: Api, app: App) -> None:
        add(api, app, {"key": "a"})
        update_key = {"field": "key", "value": "a"}
        record = {"key": {"value": "b"}}
        api.ok("PUT", "record.json", app=app.id, updateKey=update_key, record=record)
        assert shown(api, app, 1, "key") == "a"
        answer = api.ok("PUT", "record.json", app=app.id, updateKey=update_key)
        assert answer == {"revision": "2"}

    def test_follows_changes_made_from_outside(self, api: Api, app: App) -> None:
        add(api, app, {"key": "a"})
        assert unique_index.find(app, "key", "a") == 1
        app.records[1] = Record(1, 2, {**app.records[1].values, "key": "b"})
        app.version += 1
        assert unique_index.find(app, "key", "a") is None
        assert unique_index.find(app, "key", "b") == 1

    def test_follows_every_change(self, api: Api, app: App) -> None:
        assert unique_index.find(app, "key", "a") is None
        add(api, app, {"key": "a"}, {"key": "b"})
        assert unique_index.find(app, "key", "a") == 1
        api.ok("PUT", "record.json", app=app.id, id=1, record={"key": {"value": "c"}})
        assert [unique_index.find(app, "key", each) for each in "abc"] == [None, 2, 1]
        api.ok("DELETE", "records.json", app=app.id, ids=[2])
        assert unique_index.find(app, "key", "b") is None


class TestUpsert:
    def upsert(self, api: Api, app: App, *records: dict[str, Any]) -> list[dict[str, str]]:
        answer = api.ok("PUT", "records.json", app=app.id, upsert=True, records=list(records))
        outcomes: list[dict[str, str]] = answer["records"]
        return outcomes

    def test_changes_what_is_there_and_adds_what_is_not(self, api: Api, app: App) -> None:
        add(api, app, {"key": "a"})
        title = {"title": {"value": "t"}}
        outcomes = self.upsert(
            api,
            app,
            {"updateKey": {"field": "key", "value": "a"}, "record": title},
            {"updateKey": {"field": "key", "value": "b"}, "record": title},
            {"id": 1, "record": title},
            {"id": 77, "record": title},
            {"record": title},
        )
        assert outcomes == [
            {"id": "1", "revision": "2", "operation": "UPDATE"},
            {"id": "2", "revision": "1", "operation": "INSERT"},
            {"id": "1", "revision": "3", "operation": "UPDATE"},
            {"id": "3", "revision": "1", "operation": "INSERT"},
            {"id": "4", "revision": "1", "operation": "INSERT"},
        ]
        assert shown(api, app, 2, "key") == "b"

    def test_needs_the_right_to_add(self, app: App, token_api: Callable[..., Api]) -> None:
        api = token_api(app, "view", "edit")
        change = {"updateKey": {"field": "key", "value": "a"}, "record": {}}
        refusal = api.refused("PUT", "records.json", app=app.id, upsert=True, records=[change])
        assert refusal == (403, "GAIA_NO01")

    def test_all_or_none(self, api: Api, app: App) -> None:
        changes = [
            {"updateKey": {"field": "key", "value": "a"}, "record": {}},
            {"updateKey": {"field": "key", "value": "b"}, "record": {"title": {"value": ""}}},
        ]
        answer = error(api, "PUT", "records.json", app=app.id, upsert=True, records=changes)
        assert answer["errors"] == {"records[1].title.value": {"messages": ["Required."]}}
        assert app.records == {}
