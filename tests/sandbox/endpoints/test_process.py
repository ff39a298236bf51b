"""``record/status.json``, ``records/status.json`` and ``record/assignees.json`` over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, Organization, User
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import Clock, add, error, shown

STATUS, STATUSES = "record/status.json", "records/status.json"
ADMIN = {"code": "sandbox", "name": "Sandbox Administrator"}
USER1 = {"code": "user1", "name": "User One"}
USER2 = {"code": "user2", "name": "User Two"}


def state(index: int, kind: str = "ONE", *entities: Mapping[str, Any]) -> dict[str, Any]:
    assignee = {"type": kind, "entities": [{"entity": each} for each in entities]}
    return {"index": str(index), "assignee": assignee}


def user(code: str) -> dict[str, Any]:
    return {"type": "USER", "code": code}


@pytest.fixture
def app(domain: Domain, clock: Clock) -> App:
    """An app whose records go new → review → done, or new → all → done, or new → any."""
    domain.users["user2"] = User(3, "user2", "User Two", "user2")
    states: dict[str, Any] = {
        "new": state(0, "ONE", {"type": "CREATOR", "code": None}),
        "review": state(1, "ONE", user("user1"), user("user2")),
        "all": state(2, "ALL", user("user1"), user("user2")),
        "any": state(3, "ANY", {"type": "FIELD_ENTITY", "code": "members"}, user("user1")),
        "done": state(4),
    }
    for name, each in states.items():
        each["name"] = name
    actions = [
        {"name": "submit", "from": "new", "to": "review", "filterCond": "", "type": "PRIMARY"},
        {"name": "to all", "from": "new", "to": "all", "filterCond": "", "type": "PRIMARY"},
        {"name": "to any", "from": "new", "to": "any", "filterCond": "", "type": "PRIMARY"},
        {"name": "cheap", "from": "new", "to": "done", "filterCond": "price < 10"},
        {"name": "accept", "from": "review", "to": "done", "filterCond": ""},
        {"name": "accept", "from": "all", "to": "done", "filterCond": ""},
        {"name": "accept", "from": "any", "to": "done", "filterCond": ""},
    ]
    properties = {"price": {"type": "NUMBER"}, "members": {"type": "USER_SELECT"}}
    process = {"states": states, "actions": actions}
    return create_app(domain, "process", properties, process=process)


@pytest.fixture
def user2_api(api: Api) -> Api:
    return api.as_user("user2", "user2")


def current(api: Api, app: App, record_id: int = 1) -> tuple[str, list[dict[str, str]], str]:
    """Status, assignees and revision of a record."""
    record = api.ok("GET", "record.json", app=app.id, id=record_id)["record"]
    return record["ステータス"]["value"], record["作業者"]["value"], record["$revision"]["value"]


def test_new_records_have_the_first_status_and_its_assignee(api: Api, app: App) -> None:
    add(api, app, {})
    assert current(api, app) == ("new", [ADMIN], "1")
    record = api.ok("GET", "record.json", app=app.id, id=1)["record"]
    assert record["ステータス"]["type"] == "STATUS"
    assert record["作業者"]["type"] == "STATUS_ASSIGNEE"


def test_an_action_adds_two_to_the_revision_and_is_a_change(
    api: Api, app: App, clock: Clock
) -> None:
    add(api, app, {})
    clock.advance(minutes=1)
    answer = api.ok("PUT", STATUS, app=app.id, id=1, action="submit", assignee="user1")
    assert answer == {"revision": "3"}
    assert current(api, app) == ("review", [USER1], "3")
    assert shown(api, app, 1, "更新日時") == "2026-11-25T00:31:00Z"


def test_only_the_assignee_may_act(api: Api, user_api: Api, app: App) -> None:
    add(api, app, {})
    api.ok("PUT", STATUS, app=app.id, id=1, action="submit", assignee="user1")
    assert api.refused("PUT", STATUS, app=app.id, id=1, action="accept") == (403, "GAIA_NT01")
    user_api.ok("PUT", STATUS, app=app.id, id=1, action="accept")
    assert current(api, app) == ("done", [], "5")


def test_all_assignees_must_act_one_of_them_or_the_chosen_one(
    api: Api, user_api: Api, user2_api: Api, app: App
) -> None:
    add(api, app, {}, {"members": [{"code": "user2"}]})
    api.ok("PUT", STATUS, app=app.id, id=1, action="to all")
    assert current(api, app) == ("all", [USER1, USER2], "3")
    user_api.ok("PUT", STATUS, app=app.id, id=1, action="accept")
    assert current(api, app)[:2] == ("all", [USER2])
    user2_api.ok("PUT", STATUS, app=app.id, id=1, action="accept")
    assert current(api, app)[:2] == ("done", [])
    api.ok("PUT", STATUS, app=app.id, id=2, action="to any")
    assert current(api, app, 2)[:2] == ("any", [USER2, USER1])
    user_api.ok("PUT", STATUS, app=app.id, id=2, action="accept")
    assert current(api, app, 2)[:2] == ("done", [])


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"action": "accept"}, 400, "GAIA_IL03"),
        ({"action": "no such action"}, 400, "GAIA_IL03"),
        ({"action": "submit"}, 400, "GAIA_SA01"),
        ({"action": "submit", "assignee": "nobody"}, 400, "GAIA_IL26"),
        ({"action": "to all", "assignee": "user1"}, 400, "GAIA_SA04"),
        ({"action": "submit", "assignee": "user1", "revision": 9}, 409, "GAIA_CO02"),
        ({"action": "submit", "id": 99}, 404, "GAIA_RE01"),
        ({}, 400, "CB_VA01"),
    ],
)
def test_refusals(api: Api, app: App, params: dict[str, Any], status: int, code: str) -> None:
    add(api, app, {})
    sent = {"app": app.id, "id": 1, **params}
    assert api.refused("PUT", STATUS, **sent) == (status, code)
    assert current(api, app) == ("new", [ADMIN], "1")


def test_an_action_that_does_not_apply_is_worded_so(api: Api, app: App) -> None:
    add(api, app, {})
    answer = error(api, "PUT", STATUS, app=app.id, id=1, action="accept")
    assert answer["message"] == (
        "Failed to update the status. The settings or the status itself may have been changed by "
        "someone."
    )


def test_an_actions_condition_is_of_the_record(api: Api, app: App) -> None:
    add(api, app, {"price": "5"}, {"price": "50"})
    api.ok("PUT", STATUS, app=app.id, id=1, action="cheap")
    refusal = api.refused("PUT", STATUS, app=app.id, id=2, action="cheap")
    assert refusal == (400, "GAIA_IL03")


def test_several_records_at_once(api: Api, app: App) -> None:
    add(api, app, {}, {})
    records = [
        {"id": 2, "action": "submit", "assignee": "user1"},
        {"id": "1", "action": "to all", "revision": 1},
    ]
    answer = api.ok("PUT", STATUSES, app=app.id, records=records)
    assert answer == {"records": [{"id": "2", "revision": "3"}, {"id": "1", "revision": "3"}]}
    assert (current(api, app, 1)[0], current(api, app, 2)[0]) == ("all", "review")


def test_all_or_none_act(api: Api, app: App) -> None:
    add(api, app, {}, {})
    records = [{"id": 1, "action": "to all"}, {"id": 2, "action": "accept"}]
    assert api.refused("PUT", STATUSES, app=app.id, records=records) == (400, "GAIA_IL03")
    assert current(api, app) == ("new", [ADMIN], "1")


def test_assignees_can_be_set(api: Api, app: App) -> None:
    add(api, app, {})
    codes = ["user2", "user1", "user2"]
    answer = api.ok("PUT", "record/assignees.json", app=app.id, id=1, assignees=codes)
    assert answer == {"revision": "2"}
    assert current(api, app) == ("new", [USER2, USER1], "2")
    api.ok("PUT", "record/assignees.json", app=app.id, id=1, assignees=[], revision=2)
    assert current(api, app) == ("new", [], "3")


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"assignees": ["nobody"]}, 400, "GAIA_IL26"),
        ({"assignees": ["user1"], "revision": 9}, 409, "GAIA_CO02"),
        ({"assignees": ["user1"] * 101}, 400, "CB_VA01"),
        ({}, 400, "CB_VA01"),
    ],
)
def test_refused_assignees(
    api: Api, app: App, params: dict[str, Any], status: int, code: str
) -> None:
    add(api, app, {})
    refusal = api.refused("PUT", "record/assignees.json", app=app.id, id=1, **params)
    assert refusal == (status, code)


def test_without_process_management_records_have_no_status(api: Api, domain: Domain) -> None:
    app = create_app(domain, "plain", {})
    add(api, app, {})
    record = api.ok("GET", "record.json", app=app.id, id=1)["record"]
    assert record.keys() == {
        "レコード番号",
        "作成者",
        "作成日時",
        "更新者",
        "更新日時",
        "$revision",
        "$id",
    }
    for resource, params in (
        (STATUS, {"action": "submit"}),
        ("record/assignees.json", {"assignees": []}),
    ):
        answer = error(api, "PUT", resource, app=app.id, id=1, **params)
        assert (answer["status"], answer["code"]) == (400, "GAIA_ST02")
        assert answer["message"] == (
            "Your request failed. The process management feature has been disabled."
        )


def test_states_may_have_no_assignees(api: Api, domain: Domain) -> None:
    states = {"new": {"name": "new", "index": "0"}, "done": {"name": "done", "index": "1"}}
    actions = [{"name": "finish", "from": "new", "to": "done"}]
    app = create_app(domain, "bare", {}, process={"states": states, "actions": actions})
    add(api, app, {})
    assert current(api, app) == ("new", [], "1")
    api.ok("PUT", "record/assignees.json", app=app.id, id=1, assignees=["sandbox", "user1"])
    api.ok("PUT", STATUS, app=app.id, id=1, action="finish")
    assert current(api, app) == ("done", [], "4")


@pytest.mark.parametrize(
    ("entity", "assignees"),
    [
        ({"type": "USER", "code": "user2"}, [USER2]),
        ({"type": "GROUP", "code": "staff"}, [USER2]),
        ({"type": "GROUP", "code": "everyone"}, [ADMIN, USER1, USER2]),
        ({"type": "ORGANIZATION", "code": "sales"}, [USER2]),
        ({"type": "CREATOR", "code": None}, [ADMIN]),
        ({"type": "FIELD_ENTITY", "code": "teams"}, [USER2]),
        ({"type": "FIELD_ENTITY", "code": "更新者"}, [ADMIN]),
        ({"type": "FIELD_ENTITY", "code": "no such field"}, []),
    ],
)
def test_who_an_entity_makes_assignee(
    api: Api, domain: Domain, app: App, entity: dict[str, Any], assignees: list[Any]
) -> None:
    domain.users["user2"].groups.append("staff")
    domain.users["user2"].organizations.append("sales")
    domain.organizations["sales"] = Organization(1, "sales", "Sales")
    states = {"new": {"name": "new", **state(0)}, "all": {"name": "all", **state(1, "ALL", entity)}}
    actions = [{"name": "go", "from": "new", "to": "all", "filterCond": ""}]
    properties = {"teams": {"type": "ORGANIZATION_SELECT"}}
    process = {"states": states, "actions": actions}
    one = create_app(domain, "entities", properties, process=process)
    add(api, one, {"teams": [{"code": "sales"}]})
    api.ok("PUT", STATUS, app=one.id, id=1, action="go")
    assert current(api, one)[:2] == ("all", assignees)


def test_an_action_computes_again(api: Api, domain: Domain, clock: Clock) -> None:
    states = {"new": {"name": "new", **state(0)}}
    actions = [{"name": "again", "from": "new", "to": "new", "filterCond": ""}]
    updated = {"type": "CALC", "expression": "更新日時", "format": "DATETIME"}
    process = {"states": states, "actions": actions}
    app = create_app(domain, "computed", {"updated": updated}, process=process)
    add(api, app, {})
    clock.advance(minutes=1)
    api.ok("PUT", STATUS, app=app.id, id=1, action="again")
    assert shown(api, app, 1, "updated") == "2026-11-25T00:31:00Z"
