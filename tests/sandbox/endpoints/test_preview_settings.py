"""Views, general settings, process management and permissions of apps in preparation."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import add, error, shown
from tests.sandbox.endpoints.preparing import deploy, field, made_app

SETTINGS = "preview/app/settings.json"
VIEWS = "preview/app/views.json"
STATUS = "preview/app/status.json"
EVERYONE = {"type": "GROUP", "code": "everyone"}
USER = {"type": "USER", "code": "user1"}


def changed(api: Api, resource: str, app: App, **params: Any) -> dict[str, Any]:
    """The settings after a change of the preview."""
    api.ok("PUT", resource, app=app.id, **params)
    answer: dict[str, Any] = api.ok("GET", resource, app=app.id)
    return answer


def refused_path(api: Api, resource: str, app: App, **params: Any) -> tuple[str, list[str]]:
    """Code and paths of a refused change, which must change nothing."""
    before = app.preview.revision, repr(app.preview)
    refusal = error(api, "PUT", resource, app=app.id, **params)
    assert (app.preview.revision, repr(app.preview)) == before
    return refusal["code"], list(refusal.get("errors", {}))


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"name": "renamed"}, {"name": "renamed"}),
        ({"description": "<b>x</b>"}, {"description": "<b>x</b>"}),
        ({"theme": "RED"}, {"theme": "RED"}),
        ({"enableComments": "false"}, {"enableComments": False}),
        ({"firstMonthOfFiscalYear": 1}, {"firstMonthOfFiscalYear": "1"}),
        (
            {"titleField": {"selectionMode": "MANUAL", "code": "key"}},
            {"titleField": {"selectionMode": "MANUAL", "code": "key"}},
        ),
        ({"titleField": {"selectionMode": "AUTO"}}, {"titleField": {"selectionMode": "AUTO"}}),
        ({"icon": {"type": "PRESET", "key": "APP1"}}, {"icon": {"type": "PRESET", "key": "APP1"}}),
        (
            {"numberPrecision": {"digits": 30}},
            {
                "numberPrecision": {
                    "digits": "30",
                    "decimalPlaces": "4",
                    "roundingMode": "HALF_EVEN",
                }
            },
        ),
    ],
)
def test_general_settings(
    api: Api, app: App, params: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = api.ok("GET", "app/settings.json", app=app.id)
    prepared = changed(api, SETTINGS, app, **params)
    assert prepared == {**before, **expected, "revision": "2"}
    assert api.ok("GET", "app/settings.json", app=app.id) == before
    deploy(api, str(app.id))
    assert api.ok("GET", "app/settings.json", app=app.id) == prepared


@pytest.mark.parametrize(
    ("params", "answer"),
    [
        ({"name": ""}, ("CB_VA01", ["name"])),
        ({"description": "x" * 10_001}, ("CB_VA01", ["description"])),
        ({"theme": "PINK"}, ("CB_VA01", ["theme"])),
        ({"enableComments": "perhaps"}, ("CB_VA01", ["enableComments"])),
        ({"firstMonthOfFiscalYear": 13}, ("CB_VA01", ["firstMonthOfFiscalYear"])),
        ({"icon": {"key": "APP1"}}, ("CB_VA01", ["icon.type"])),
        ({"titleField": {"selectionMode": "X"}}, ("CB_VA01", ["titleField.selectionMode"])),
        ({"titleField": {"selectionMode": "MANUAL", "code": "x"}}, ("GAIA_FC01", [])),
        ({"numberPrecision": {"digits": 31}}, ("CB_VA01", ["numberPrecision.digits"])),
        ({"numberPrecision": {"digits": 0}}, ("CB_VA01", ["numberPrecision.digits"])),
        (
            {"numberPrecision": {"decimalPlaces": 11}},
            ("CB_VA01", ["numberPrecision.decimalPlaces"]),
        ),
        (
            {"numberPrecision": {"roundingMode": "NEAREST"}},
            ("CB_VA01", ["numberPrecision.roundingMode"]),
        ),
    ],
)
def test_general_settings_that_are_refused(
    api: Api, app: App, params: dict[str, Any], answer: tuple[str, list[str]]
) -> None:
    assert refused_path(api, SETTINGS, app, **params) == answer


def test_number_precision_is_deployed(api: Api, app: App) -> None:
    changed(api, SETTINGS, app, numberPrecision={"decimalPlaces": 1})
    (before,) = add(api, app, {"number": "1.26"})
    deploy(api, str(app.id))
    (after,) = add(api, app, {"number": "2.26"})
    assert [shown(api, app, each, "number") for each in (before, after)] == ["1.26", "2.3"]


def test_views(api: Api, app: App) -> None:
    sent = {
        "calendar": {"type": "CALENDAR", "index": 2, "date": "day", "title": "title"},
        "list": {"type": "LIST", "index": "0", "fields": ["key"], "filterCond": 'key != ""'},
        "custom": {"type": "CUSTOM", "index": 1, "html": "<p>", "device": "ANY"},
    }
    answer = api.ok("PUT", VIEWS, app=app.id, views=sent)
    ids = {name: view["id"] for name, view in answer["views"].items()}
    assert len(set(ids.values())) == 3
    views = api.ok("GET", VIEWS, app=app.id)["views"]
    assert list(views) == ["list", "custom", "calendar"]
    assert views["list"] == {
        "id": ids["list"],
        "type": "LIST",
        "name": "list",
        "index": "0",
        "fields": ["key"],
        "filterCond": 'key != ""',
        "sort": "",
    }
    changes = {
        "list": {"type": "LIST", "index": 1, "name": "renamed"},
        "new": {"type": "LIST", "index": 0},
    }
    changed_views = changed(api, VIEWS, app, views=changes)["views"]
    assert list(changed_views) == ["new", "renamed"]
    renamed = changed_views["renamed"]
    assert (renamed["id"], renamed["fields"]) == (ids["list"], ["key"])
    assert changed_views["new"]["id"] not in ids.values()
    assert api.ok("GET", "app/views.json", app=app.id)["views"] == {}
    deploy(api, str(app.id))
    assert api.ok("GET", "app/views.json", app=app.id)["views"] == changed_views


@pytest.mark.parametrize(
    ("views", "answer"),
    [
        (None, ("CB_VA01", ["views"])),
        ({"v": {"type": "LIST"}}, ("CB_VA01", ["views[v].index"])),
        ({"v": {"index": 0}}, ("CB_VA01", ["views[v].type"])),
        ({"v": {"index": 0, "type": "TREE"}}, ("CB_VA01", ["views[v].type"])),
        ({"v": {"index": "x", "type": "LIST"}}, ("CB_VA01", ["views[v].index"])),
        ({"v": 1}, ("CB_VA01", ["views[v]"])),
        ({"v": {"index": 0, "type": "LIST", "name": "w"}}, ("GAIA_IN01", [])),
    ],
)
def test_views_that_are_refused(
    api: Api, app: App, views: Any, answer: tuple[str, list[str]]
) -> None:
    assert refused_path(api, VIEWS, app, views=views) == answer


PROCESS: dict[str, Any] = {
    "enable": True,
    "states": {
        "New": {
            "index": 0,
            "assignee": {"type": "ONE", "entities": [{"entity": {"type": "CREATOR"}}]},
        },
        "Done": {"name": "Done", "index": "1"},
    },
    "actions": [{"name": "Finish", "from": "New", "to": "Done"}],
}


def test_process_management(api: Api, app: App) -> None:
    (old,) = add(api, app, {"key": "x"})
    process = changed(api, STATUS, app, **PROCESS)
    assert process["states"]["Done"] == {
        "name": "Done",
        "index": "1",
        "assignee": {"type": "ONE", "entities": []},
    }
    finish = {"name": "Finish", "from": "New", "to": "Done", "filterCond": ""}
    assert process["actions"] == [finish]
    assert "ステータス" not in api.ok("GET", "record.json", app=app.id, id=old)["record"]
    deploy(api, str(app.id))
    fields = api.ok("GET", "app/form/fields.json", app=app.id)["properties"]
    assert fields["ステータス"]["enabled"] is fields["作業者"]["enabled"] is True
    (new,) = add(api, app, {"key": "y"})
    assert [shown(api, app, each, "ステータス") for each in (old, new)] == ["New", "New"]
    api.ok("PUT", "record/status.json", app=app.id, id=new, action="Finish")
    assert shown(api, app, new, "ステータス") == "Done"
    changed(api, STATUS, app, enable=False)
    deploy(api, str(app.id))
    assert "ステータス" not in api.ok("GET", "record.json", app=app.id, id=new)["record"]


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"enable": True}, "states"),
        ({"enable": "perhaps"}, "enable"),
        ({"states": {"New": {}}}, "states[New].index"),
        (
            {"states": {"New": {"index": 0, "assignee": {"type": "SOME"}}}},
            "states[New].assignee.type",
        ),
        (
            {"states": {"New": {"index": 0, "assignee": {"type": "ONE", "entities": [{}]}}}},
            "states[New].assignee.entities",
        ),
        ({**PROCESS, "actions": [{"from": "New", "to": "Done"}]}, "actions[0].name"),
        ({**PROCESS, "actions": [{"name": "x", "from": "New", "to": "Lost"}]}, "actions[0].to"),
    ],
)
def test_processes_that_are_refused(api: Api, app: App, params: dict[str, Any], path: str) -> None:
    assert refused_path(api, STATUS, app, **params) == ("CB_VA01", [path])


APP_RIGHTS = [
    {"entity": EVERYONE, "recordViewable": True},
    {"entity": {"type": "CREATOR"}, "appEditable": True, "recordViewable": True},
    {"entity": USER, "recordViewable": True, "recordAddable": True},
]
RECORD_RIGHTS = [
    {
        "filterCond": 'key = "secret"',
        "entities": [{"entity": {"type": "GROUP", "code": "none"}, "viewable": True}],
    }
]
FIELD_RIGHTS = [{"code": "number", "entities": [{"entity": USER, "accessibility": "NONE"}]}]


def test_app_permissions(api: Api, app: App) -> None:
    rights = changed(api, "preview/app/acl.json", app, rights=APP_RIGHTS)["rights"]
    assert [right["entity"]["type"] for right in rights] == ["CREATOR", "USER", "GROUP"]
    assert rights[1] == {
        "entity": USER,
        "includeSubs": False,
        "appEditable": False,
        "recordViewable": True,
        "recordAddable": True,
        "recordEditable": False,
        "recordDeletable": False,
        "recordImportable": False,
        "recordExportable": False,
    }


@pytest.mark.parametrize("prefix", ["preview/", ""])
def test_permissions_work_when_they_are_live(
    api: Api, user_api: Api, app: App, prefix: str
) -> None:
    ids = add(api, app, {"key": "secret", "number": 1}, {"key": "open", "number": 2})
    for resource, rights in (
        ("app/acl.json", APP_RIGHTS),
        ("record/acl.json", RECORD_RIGHTS),
        ("field/acl.json", FIELD_RIGHTS),
    ):
        api.ok("PUT", prefix + resource, app=app.id, rights=rights)
    before = user_api.ok("GET", "records.json", app=app.id)["records"]
    if prefix:
        assert len(before) == 2
        assert "number" in before[0]
        deploy(api, str(app.id))
    (after,) = user_api.ok("GET", "records.json", app=app.id)["records"]
    assert "number" not in after
    assert user_api.refused("DELETE", "records.json", app=app.id, ids=ids[1:]) == (403, "CB_NO02")
    live = api.ok("GET", "app/acl.json", app=app.id)
    assert live == api.ok("GET", "preview/app/acl.json", app=app.id)


@pytest.mark.parametrize(
    ("resource", "rights", "answer"),
    [
        ("app/acl.json", None, ("CB_VA01", ["rights"])),
        ("app/acl.json", [{}], ("CB_VA01", ["rights[0].entity"])),
        ("app/acl.json", [{"entity": {"type": "X"}}], ("CB_VA01", ["rights[0].entity.type"])),
        ("app/acl.json", [{"entity": {"type": "USER"}}], ("CB_VA01", ["code"])),
        ("app/acl.json", [{"entity": {"type": "USER", "code": "x"}}], ("GAIA_IL26", [])),
        ("record/acl.json", [{}], ("CB_VA01", ["rights[0].entities"])),
        (
            "record/acl.json",
            [{"entities": [{"entity": {"type": "CREATOR"}}]}],
            ("CB_VA01", ["rights[0].entities[0].entity.type"]),
        ),
        (
            "field/acl.json",
            [{"code": "number", "entities": [{"entity": USER}]}],
            ("CB_VA01", ["rights[0].entities.accessibility"]),
        ),
        ("field/acl.json", [{"code": "missing", "entities": []}], ("GAIA_FC01", [])),
    ],
)
def test_permissions_that_are_refused(
    api: Api, app: App, resource: str, rights: Any, answer: tuple[str, list[str]]
) -> None:
    assert refused_path(api, resource, app, rights=rights) == answer
    assert refused_path(api, f"preview/{resource}", app, rights=rights) == answer


def test_reports_are_shown(api: Api) -> None:
    app = made_app(api, field("t"))
    assert api.ok("GET", "preview/app/reports.json", app=app)["reports"] == {}
