"""App, record and field permissions, of users and of API tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, Group, Organization, Right, Space, User
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import Clock, add, shown

EVERYONE = {"type": "GROUP", "code": "everyone"}
USER1 = {"type": "USER", "code": "user1"}

CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "view": ("GET", "records.json", {}),
    "view one": ("GET", "record.json", {"id": 1}),
    "cursor": ("POST", "records/cursor.json", {}),
    "comments": ("GET", "record/comments.json", {"record": 1}),
    "add": ("POST", "record.json", {"record": {}}),
    "edit": ("PUT", "record.json", {"id": 1, "record": {}}),
    "delete": ("DELETE", "records.json", {"ids": [1]}),
}
NEEDS = {"view one": "view", "cursor": "view", "comments": "view"}
ACL_KEYS = {
    "view": "recordViewable",
    "add": "recordAddable",
    "edit": "recordEditable",
    "delete": "recordDeletable",
}


def record_right(entity: Mapping[str, Any], *rights: str, subs: bool = False) -> dict[str, Any]:
    """An entity of a record permission that grants these rights."""
    granted = {name: name in rights for name in ("viewable", "editable", "deletable")}
    return {"entity": entity, "includeSubs": subs, **granted}


def field_right(entity: Mapping[str, Any], accessibility: str) -> dict[str, Any]:
    return {"entity": entity, "accessibility": accessibility, "includeSubs": False}


@pytest.fixture
def shared(api: Api, app: App) -> App:
    """The app with two records of the administrator's."""
    add(api, app, {"title": "open", "number": "1"}, {"title": "secret", "number": "2"})
    return app


class TestAppPermissions:
    @pytest.mark.parametrize("name", CALLS)
    def test_each_call_needs_its_right(self, user_api: Api, shared: App, name: str) -> None:
        method, resource, params = CALLS[name]
        rights = shared.settings.app_acl[-1]
        rights[ACL_KEYS[NEEDS.get(name, name)]] = False
        refusal = user_api.refused(method, resource, app=shared.id, **params)
        assert refusal == (403, "CB_NO02")

    @pytest.mark.parametrize("name", CALLS)
    def test_administrators_need_none(self, api: Api, shared: App, name: str) -> None:
        method, resource, params = CALLS[name]
        shared.settings.app_acl = []
        api.ok(method, resource, app=shared.id, **params)

    @pytest.mark.parametrize("name", CALLS)
    def test_a_token_has_its_rights_alone(
        self, shared: App, token_api: Callable[..., Api], name: str
    ) -> None:
        method, resource, params = CALLS[name]
        needed: Any = NEEDS.get(name, name)
        token_api(shared, needed).ok(method, resource, app=shared.id, **params)
        others: list[Right] = [r for r in ("view", "add", "edit", "delete") if r != needed]
        refusal = token_api(shared, *others).refused(method, resource, app=shared.id, **params)
        assert refusal == (403, "GAIA_NO01")

    @pytest.mark.parametrize(("code", "status"), [("GAIA_NO01", 403), ("GAIA_IA02", 400)])
    def test_the_refusal_of_another_apps_token_is_a_switch(
        self,
        domain: Domain,
        shared: App,
        token_api: Callable[..., Api],
        code: Any,
        status: int,
    ) -> None:
        domain.switches = Switches(other_app_token=code)
        api = token_api(create_app(domain, "other", {}))
        assert api.refused("GET", "records.json", app=shared.id) == (status, code)

    def test_tokens_write_as_the_administrator(
        self, api: Api, app: App, token_api: Callable[..., Api]
    ) -> None:
        add(token_api(app), app, {})
        creator = {"code": "Administrator", "name": "Administrator"}
        assert shown(api, app, 1, "作成者") == creator

    def test_apps_of_guest_spaces_have_paths_of_their_own(
        self, api: Api, domain: Domain, shared: App
    ) -> None:
        domain.spaces[5] = Space(5, "guests", is_guest=True)
        guests = create_app(domain, "guests' app", {}, space_id=5)
        inside = api.in_guest_space(5)
        assert inside.ok("GET", "records.json", app=guests.id)["records"] == []
        assert api.refused("GET", "records.json", app=guests.id) == (400, "GAIA_IL23")
        assert inside.refused("GET", "records.json", app=shared.id) == (403, "CB_NO02")

    def test_an_app_that_is_not_deployed_is_not_found(self, api: Api, domain: Domain) -> None:
        app = create_app(domain, "preview", {}, deployed=False)
        assert api.refused("GET", "records.json", app=app.id) == (404, "GAIA_AP01")


class TestRecordPermissions:
    @pytest.fixture
    def guarded(self, shared: App) -> App:
        """``secret`` records are hidden from everybody, ``open`` ones may be read only."""
        secret = {"filterCond": 'title in ("secret")', "entities": []}
        others = {"filterCond": "", "entities": [record_right(EVERYONE, "viewable")]}
        shared.settings.record_acl = [secret, others]
        return shared

    def test_hidden_records_are_missing_and_not_counted(self, user_api: Api, guarded: App) -> None:
        answer = user_api.ok("GET", "records.json", app=guarded.id, totalCount=True)
        assert [record["$id"]["value"] for record in answer["records"]] == ["1"]
        assert answer["totalCount"] == "1"
        cursor = user_api.ok("POST", "records/cursor.json", app=guarded.id)
        assert cursor["totalCount"] == "1"

    def test_a_record_hidden_after_the_cursor_was_made_is_skipped(
        self, user_api: Api, shared: App
    ) -> None:
        cursor = user_api.ok("POST", "records/cursor.json", app=shared.id)
        secret = {"filterCond": 'title in ("secret")', "entities": []}
        shared.settings.record_acl = [secret]
        page = user_api.ok("GET", "records/cursor.json", id=cursor["id"])
        assert [record["$id"]["value"] for record in page["records"]] == ["1"]

    @pytest.mark.parametrize(
        ("method", "resource", "params"),
        [
            ("GET", "record.json", {"id": 2}),
            ("GET", "record/comments.json", {"record": 2}),
            ("POST", "record/comment.json", {"record": 2, "comment": {"text": "x"}}),
            ("PUT", "record.json", {"id": 1, "record": {}}),
            ("PUT", "records.json", {"records": [{"id": 2, "record": {}}]}),
            ("PUT", "records.json", {"records": [{"id": 1, "record": {}}], "upsert": True}),
            ("DELETE", "records.json", {"ids": [1]}),
            ("PUT", "record/status.json", {"id": 1, "action": "x"}),
            ("PUT", "record/assignees.json", {"id": 1, "assignees": []}),
        ],
    )
    def test_what_is_not_granted_is_refused(
        self, user_api: Api, guarded: App, method: str, resource: str, params: dict[str, Any]
    ) -> None:
        refusal = user_api.refused(method, resource, app=guarded.id, **params)
        assert refusal == (403, "CB_NO02")

    def test_tokens_stand_above_them(self, guarded: App, token_api: Callable[..., Api]) -> None:
        answer = token_api(guarded).ok("GET", "records.json", app=guarded.id)
        assert len(answer["records"]) == 2

    @pytest.mark.parametrize(
        ("entities", "sees"),
        [
            ([record_right(USER1, "viewable")], True),
            ([record_right(USER1)], False),
            ([record_right({"type": "USER", "code": "sandbox"}, "viewable")], False),
            ([record_right({"type": "GROUP", "code": "staff"}, "viewable")], True),
            ([record_right({"type": "ORGANIZATION", "code": "team"}, "viewable")], True),
            ([record_right({"type": "ORGANIZATION", "code": "sales"}, "viewable")], False),
            (
                [record_right({"type": "ORGANIZATION", "code": "sales"}, "viewable", subs=True)],
                True,
            ),
            ([record_right({"type": "FIELD_ENTITY", "code": "作成者"}, "viewable")], False),
            ([record_right({"type": "FIELD_ENTITY", "code": "更新者"}, "viewable")], True),
            ([record_right({"type": "FIELD_ENTITY", "code": "title"}, "viewable")], False),
            ([record_right({"type": "CREATOR", "code": None}, "viewable")], False),
            ([record_right(EVERYONE, "viewable"), record_right(USER1)], False),
            ([record_right(EVERYONE), record_right(USER1, "viewable")], True),
            ([], False),
        ],
    )
    def test_the_first_entity_that_covers_the_user_decides(
        self, domain: Domain, user_api: Api, shared: App, entities: list[Any], sees: bool
    ) -> None:
        domain.organizations = {
            "sales": Organization(1, "sales", "Sales"),
            "team": Organization(2, "team", "Team", parent_code="sales"),
        }
        domain.groups["staff"] = Group(1, "staff", "Staff")
        domain.users["user1"] = User(
            2, "user1", "User One", "user1", organizations=["team"], groups=["staff"]
        )
        user_api.ok("PUT", "record.json", app=shared.id, id=1, record={})
        shared.settings.record_acl = [{"filterCond": "", "entities": entities}]
        answer = user_api.ok("GET", "records.json", app=shared.id, query="number = 1")
        assert bool(answer["records"]) is sees


class TestFieldPermissions:
    def grant(self, app: App, *entities: dict[str, Any], code: str = "title") -> None:
        app.settings.field_acl = [{"code": code, "entities": list(entities)}]

    def test_hidden_fields_are_missing(self, user_api: Api, shared: App) -> None:
        self.grant(shared, field_right(EVERYONE, "NONE"))
        record = user_api.ok("GET", "record.json", app=shared.id, id=1)["record"]
        assert "title" not in record
        assert "number" in record
        fields = ["title", "number"]
        answer = user_api.ok("GET", "records.json", app=shared.id, fields=fields)
        assert [record.keys() for record in answer["records"]] == [{"number"}, {"number"}]

    def test_everybody_sees_a_page_of_their_own(self, api: Api, user_api: Api, shared: App) -> None:
        administrator = {"type": "USER", "code": "sandbox"}
        self.grant(shared, field_right(administrator, "WRITE"), field_right(EVERYONE, "NONE"))
        for _ in range(2):
            for client, sees in ((api, True), (user_api, False)):
                record = client.ok("GET", "record.json", app=shared.id, id=1)["record"]
                assert ("title" in record) is sees

    @pytest.mark.parametrize("accessibility", ["READ", "NONE"])
    def test_fields_that_may_not_be_edited_refuse_the_request(
        self, user_api: Api, shared: App, accessibility: str
    ) -> None:
        self.grant(shared, field_right(EVERYONE, accessibility))
        record = {"title": {"value": "x"}}
        refusal = user_api.refused("PUT", "record.json", app=shared.id, id=1, record=record)
        assert refusal == (403, "GAIA_FU01")
        refusal = user_api.refused("POST", "record.json", app=shared.id, record=record)
        assert refusal == (403, "GAIA_FU01")
        other = {"number": {"value": "7"}}
        assert user_api.ok("PUT", "record.json", app=shared.id, id=1, record=other)

    def test_fields_that_may_be_read_are_shown(self, user_api: Api, shared: App) -> None:
        self.grant(shared, field_right(EVERYONE, "READ"))
        assert shown(user_api, shared, 1, "title") == "open"

    def test_a_field_may_be_shown_to_the_users_that_the_record_names(
        self, user_api: Api, shared: App
    ) -> None:
        user_api.ok("PUT", "record.json", app=shared.id, id=1, record={})
        modifier = {"type": "FIELD_ENTITY", "code": "更新者"}
        self.grant(shared, field_right(modifier, "READ"))
        records = user_api.ok("GET", "records.json", app=shared.id)["records"]
        seen = {record["$id"]["value"]: "title" in record for record in records}
        assert seen == {"1": True, "2": False}

    def test_tokens_stand_above_them(self, shared: App, token_api: Callable[..., Api]) -> None:
        self.grant(shared, field_right(EVERYONE, "NONE"))
        assert shown(token_api(shared), shared, 1, "title") == "open"


class TestLookupSources:
    @pytest.fixture
    def orders(self, domain: Domain, shared: App, clock: Clock) -> App:
        related = {"app": str(shared.id), "code": ""}
        mapping = {"field": "copy", "relatedField": "title"}
        lookup = {"relatedApp": related, "relatedKeyField": "number", "fieldMappings": [mapping]}
        return create_app(
            domain,
            "orders",
            {
                "key": {"type": "NUMBER", "lookup": lookup},
                "copy": {"type": "SINGLE_LINE_TEXT"},
            },
        )

    def test_a_lookup_needs_the_right_to_view_its_source(
        self, user_api: Api, shared: App, orders: App
    ) -> None:
        add(user_api, orders, {"key": "1"})
        shared.settings.record_acl = [{"filterCond": "number = 1", "entities": []}]
        record = {"key": {"value": "1"}}
        refusal = user_api.refused("POST", "record.json", app=orders.id, record=record)
        assert refusal == (400, "GAIA_LO04")
        add(user_api, orders, {"key": "2"})
        shared.settings.app_acl[-1]["recordViewable"] = False
        record = {"key": {"value": "2"}}
        refusal = user_api.refused("POST", "record.json", app=orders.id, record=record)
        assert refusal == (400, "GAIA_LO04")

    def test_a_lookup_needs_the_right_to_view_its_key(
        self, user_api: Api, shared: App, orders: App
    ) -> None:
        hidden = {"code": "number", "entities": [field_right(EVERYONE, "NONE")]}
        shared.settings.field_acl = [hidden]
        record = {"key": {"value": "1"}}
        refusal = user_api.refused("POST", "record.json", app=orders.id, record=record)
        assert refusal == (400, "GAIA_LO04")

    def test_a_token_of_the_source_is_needed_too(
        self, domain: Domain, shared: App, orders: App, token_api: Callable[..., Api]
    ) -> None:
        api = token_api(orders)
        record = {"key": {"value": "1"}}
        refusal = api.refused("POST", "record.json", app=orders.id, record=record)
        assert refusal == (400, "GAIA_LO04")
        token_api(shared, "view")
        both = api.with_tokens(*domain.tokens)
        add(both, orders, {"key": "1"})
        assert shown(both, orders, 1, "copy") == "open"
