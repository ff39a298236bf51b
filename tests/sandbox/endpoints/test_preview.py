"""Making apps, deploying them, and what that does to their records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.copying import copy_domain
from sqlalchemy_kintone.sandbox.model import App, Domain, Space
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import Clock, add, error
from tests.sandbox.endpoints.preparing import (
    add_fields,
    change_fields,
    deploy,
    field,
    made_app,
    new_app,
    options,
    preview,
    values,
)

DEPLOYED = [["PROCESSING"], ["SUCCESS"], ["SUCCESS"]]


def write(api: Api, app: str, *records: dict[str, Any]) -> None:
    payloads = [{code: {"value": value} for code, value in each.items()} for each in records]
    api.ok("POST", "records.json", app=app, records=payloads)


def test_from_nothing_to_a_record(api: Api) -> None:
    assert api.ok("POST", "preview/app.json", name="made") == {"app": "1", "revision": "2"}
    assert api.refused("GET", "app.json", id=1) == (404, "GAIA_AP01")
    assert api.ok("GET", "apps.json")["apps"] == []
    added = api.ok("POST", "preview/app/form/fields.json", app=1, properties=field("t"))
    assert added == {"revision": "3"}
    assert api.refused("GET", "app/form/fields.json", app=1) == (404, "GAIA_AP01")
    assert deploy(api, "1") == DEPLOYED
    live = api.ok("GET", "app/form/fields.json", app=1)
    assert live["revision"] == "3"
    assert live["properties"]["t"]["label"] == "The t"
    assert [
        row["fields"][0]["code"] for row in api.ok("GET", "app/form/layout.json", app=1)["layout"]
    ] == ["t"]
    assert api.ok("GET", "app.json", id=1)["name"] == "made"
    write(api, "1", {"t": "x"})
    assert values(api, "1", "t") == [("x",)]


def test_no_deployment_is_a_successful_one(api: Api, app: App) -> None:
    answer = api.ok("GET", "preview/app/deploy.json", apps=[app.id])
    assert answer == {"apps": [{"app": str(app.id), "status": "SUCCESS"}]}


@pytest.mark.parametrize(
    ("params", "status", "code", "path"),
    [
        ({}, 400, "CB_VA01", "name"),
        ({"name": ""}, 400, "CB_VA01", "name"),
        ({"name": "n" * 65}, 400, "CB_VA01", "name"),
        ({"name": "n", "space": 9}, 404, "OC_NO01", None),
        ({"name": "n", "space": 0}, 400, "CB_VA01", "space"),
        ({"name": "n", "space": 5}, 403, "CB_NO02", None),
    ],
)
def test_apps_that_cannot_be_made(
    api: Api, domain: Domain, params: dict[str, Any], status: int, code: str, path: str | None
) -> None:
    domain.spaces[5] = Space(5, "guests", is_guest=True)
    refusal = error(api, "POST", "preview/app.json", **params)
    assert (refusal["status"], refusal["code"]) == (status, code)
    assert list(refusal.get("errors", {})) == ([path] if path else [])
    assert domain.apps == {}


def test_apps_in_spaces(api: Api, user_api: Api, domain: Domain) -> None:
    domain.spaces[4] = Space(4, "open", members=["user1"], thread_id=44)
    domain.spaces[5] = Space(5, "guests", is_guest=True, members=["sandbox"])
    ordinary = user_api.ok("POST", "preview/app.json", name="a", space=4)["app"]
    inside = api.in_guest_space(5)
    assert inside.refused("POST", "preview/app.json", name="b") == (400, "CB_VA01")
    assert user_api.in_guest_space(5).refused("POST", "preview/app.json", name="b", space=5) == (
        403,
        "CB_NO02",
    )
    guest = inside.ok("POST", "preview/app.json", name="b", space=5)["app"]
    deploy(api, ordinary)
    assert api.refused("POST", "preview/app/deploy.json", apps=[{"app": guest}]) == (
        400,
        "GAIA_IL23",
    )
    assert deploy(inside, guest) == DEPLOYED
    shown = api.ok("GET", "app.json", id=ordinary)
    assert (shown["spaceId"], shown["threadId"]) == ("4", "44")
    assert [each["appId"] for each in inside.ok("GET", "apps.json")["apps"]] == [guest]


def test_who_may(
    api: Api, user_api: Api, app: App, token_api: Callable[..., Api], domain: Domain
) -> None:
    app.settings.app_acl[-1]["appEditable"] = False
    assert token_api(app).refused("POST", "preview/app.json", name="n") == (403, "GAIA_NO01")
    assert token_api(app, "view").refused("GET", "preview/app/form/fields.json", app=app.id) == (
        403,
        "GAIA_NO01",
    )
    for method, resource, params in (
        ("GET", "preview/app/form/fields.json", {"app": app.id}),
        ("POST", "preview/app/form/fields.json", {"app": app.id, "properties": field("z")}),
        ("POST", "preview/app/deploy.json", {"apps": [{"app": app.id}]}),
        ("GET", "preview/app/deploy.json", {"apps": [app.id]}),
    ):
        assert user_api.refused(method, resource, **params) == (403, "CB_NO02")
    token_api(app).ok("POST", "preview/app/form/fields.json", app=app.id, properties=field("z"))
    mine = new_app(user_api)
    assert deploy(user_api, mine) == DEPLOYED
    assert domain.apps[int(mine)].creator == "user1"


def test_revisions(api: Api) -> None:
    app = new_app(api)
    stale: dict[str, Any] = {"app": app, "revision": 1}
    for method, resource, params in (
        ("POST", "preview/app/form/fields.json", {**stale, "properties": field("t")}),
        ("PUT", "preview/app/settings.json", {**stale, "name": "n"}),
        ("PUT", "preview/app/views.json", {**stale, "views": {}}),
        ("PUT", "preview/app/status.json", {**stale, "enable": False}),
        ("PUT", "preview/app/acl.json", {**stale, "rights": []}),
        ("POST", "preview/app/deploy.json", {"apps": [stale]}),
    ):
        refusal = error(api, method, resource, **params)
        assert (refusal["status"], refusal["code"]) == (409, "GAIA_CO03")
        assert refusal["message"] == (
            f"The revision is not the latest. Someone may update the app settings (ID: {app})."
        )
    for place, revision in enumerate((2, "3", -1, None)):
        properties = field(f"f{place}")
        params = {"app": app, "properties": properties, "revision": revision}
        assert api.ok("POST", "preview/app/form/fields.json", **params) == {
            "revision": str(3 + place)
        }
    api.ok("POST", "preview/app/deploy.json", apps=[{"app": app, "revision": 6}])


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({}, "apps"),
        ({"apps": []}, "apps"),
        ({"apps": [{}]}, "apps[0].app"),
        ({"apps": [{"app": 1}, {"app": 1}]}, "apps[1].app"),
        ({"apps": [1]}, "apps[0]"),
        ({"apps": [{"app": 1, "revision": "x"}]}, "apps[0].revision"),
        ({"apps": [{"app": 1}], "revert": 5}, "revert"),
        ({"apps": [{"app": 1}] * 301}, "apps"),
    ],
)
def test_deployments_that_are_not_understood(
    api: Api, app: App, params: dict[str, Any], path: str
) -> None:
    assert app.id == 1
    refusal = error(api, "POST", "preview/app/deploy.json", **params)
    assert (refusal["code"], list(refusal["errors"])) == ("CB_VA01", [path])


def test_new_fields_are_empty_in_old_records(api: Api) -> None:
    app = made_app(api, field("t"))
    write(api, app, {"t": "x"}, {"t": "y"})
    add_fields(
        api,
        app,
        field("n", "NUMBER", defaultValue="5"),
        field("d", "DATE", defaultNowValue=True),
        field("c", "CHECK_BOX", options=options("a", "b"), defaultValue=["a"]),
        field("lines", "SUBTABLE", fields=field("m", "NUMBER")),
        field("length", "CALC", expression="1 + 2"),
    )
    assert set(api.ok("GET", "record.json", app=app, id=1)["record"]).isdisjoint({"n", "lines"})
    assert deploy(api, app) == DEPLOYED
    codes = ("t", "n", "d", "c", "lines", "length", "$revision")
    assert values(api, app, *codes) == [
        ("x", "", None, [], [], "3", "1"),
        ("y", "", None, [], [], "3", "1"),
    ]
    write(api, app, {"t": "z"})
    assert values(api, app, "t", "n", "c")[-1] == ("z", "5", ["a"])


def test_deleted_fields_take_their_values(api: Api) -> None:
    table = field("lines", "SUBTABLE", fields={**field("m", "NUMBER"), **field("k")})
    app = made_app(api, field("t"), field("n", "NUMBER"), table)
    write(
        api, app, {"t": "x", "n": 1, "lines": [{"value": {"m": {"value": 2}, "k": {"value": "q"}}}]}
    )
    api.ok("DELETE", "preview/app/form/fields.json", app=app, fields=["n", "m"])
    assert "n" in api.ok("GET", "record.json", app=app, id=1)["record"]
    deploy(api, app)
    record = api.ok("GET", "record.json", app=app, id=1)["record"]
    assert "n" not in record
    row = {"id": "1", "value": {"k": {"type": "SINGLE_LINE_TEXT", "value": "q"}}}
    assert record["lines"]["value"] == [row]
    assert api.refused("GET", "records.json", app=app, query="n > 1") == (400, "GAIA_IQ11")


def test_a_field_deleted_and_made_again_is_another(api: Api) -> None:
    app = made_app(api, field("t"), field("n", "NUMBER"))
    write(api, app, {"t": "x", "n": 1})
    api.ok("DELETE", "preview/app/form/fields.json", app=app, fields=["t", "n"])
    add_fields(api, app, field("t"), field("n"))
    deploy(api, app)
    assert values(api, app, "t", "n") == [("", "")]


def test_renamed_fields_and_options_keep_their_values(api: Api) -> None:
    table = field("lines", "SUBTABLE", fields=field("m", "NUMBER"))
    app = made_app(
        api,
        field("a"),
        field("b"),
        field("d", "DROP_DOWN", options=options("low", "high", "gone")),
        field("c", "CHECK_BOX", options=options("low", "high", "gone")),
        table,
    )
    row = {"value": {"m": {"value": "7"}}}
    write(api, app, {"a": "1", "b": "2", "d": "low", "c": ["gone", "high"], "lines": [row]})
    write(api, app, {"a": "3", "b": "4", "d": "gone", "c": ["low"]})
    swapped = {
        "low": {"label": "high", "index": 1},
        "high": {"label": "low", "index": 0},
        "new": {"label": "new", "index": 2},
    }
    change_fields(
        api,
        app,
        a={"code": "b"},
        b={"code": "a"},
        d={"options": swapped},
        c={"code": "c2", "options": swapped},
        lines={"code": "rows", "fields": {"m": {"code": "k"}}},
    )
    change_fields(api, app, c2={"code": "c3"})
    deploy(api, app)
    cells = [{"id": "1", "value": {"k": {"type": "NUMBER", "value": "7"}}}]
    assert values(api, app, "a", "b", "d", "c3", "rows") == [
        ("2", "1", "high", ["low"], cells),
        ("4", "3", None, ["high"], []),
    ]
    assert [row.get("code") or row["fields"][0]["code"] for row in _layout(api, app)] == [
        "b",
        "a",
        "d",
        "c3",
        "rows",
    ]


def _layout(api: Api, app: str) -> list[dict[str, Any]]:
    layout: list[dict[str, Any]] = api.ok("GET", "app/form/layout.json", app=app)["layout"]
    return layout


def test_files_follow_their_field(api: Api) -> None:
    app = made_app(api, field("f", "FILE"), field("g", "FILE"))
    keys = [
        api.send("POST", "file.json", files={"file": (name, b"content")}).json()["fileKey"]
        for name in ("kept", "lost")
    ]
    write(api, app, {"f": [{"fileKey": keys[0]}], "g": [{"fileKey": keys[1]}]})
    (kept, lost) = (value[0]["fileKey"] for value in values(api, app, "f", "g")[0])
    change_fields(api, app, f={"code": "files"})
    api.ok("DELETE", "preview/app/form/fields.json", app=app, fields=["g"])
    deploy(api, app)
    assert api.get("file.json", fileKey=kept).content == b"content"
    assert api.refused("GET", "file.json", fileKey=lost) == (404, "GAIA_BL01")


@pytest.mark.parametrize(
    "change",
    [{"unique": True}, {"maxLength": 2}, {"minLength": 4}],
)
def test_records_that_break_the_new_settings(api: Api, change: dict[str, Any]) -> None:
    app, other = made_app(api, field("t")), made_app(api, field("t"))
    write(api, app, {"t": "abc"}, {"t": "abc"}, {"t": ""}, {"t": ""})
    change_fields(api, app, t=change)
    change_fields(api, other, t={"label": "changed"})
    assert deploy(api, other, app) == [
        ["PROCESSING", "PROCESSING"],
        ["CANCEL", "FAIL"],
        ["CANCEL", "FAIL"],
    ]
    for each in (app, other):
        live = api.ok("GET", "app/form/fields.json", app=each)["properties"]["t"]
        assert (live["label"], live["unique"], live["maxLength"]) == ("The t", False, "")
    assert deploy(api, other) == DEPLOYED


def test_revert(api: Api) -> None:
    app = made_app(api, field("t"))
    write(api, app, {"t": "x"})
    change_fields(api, app, t={"code": "u"})
    api.ok("POST", "preview/app/deploy.json", apps=[{"app": app}], revert=True)
    assert "t" in preview(api, app)
    deploy(api, app)
    assert values(api, app, "t") == [("x",)]
    never = new_app(api)
    answer = api.refused("POST", "preview/app/deploy.json", apps=[{"app": never}], revert=True)
    assert answer == (404, "GAIA_AP01")


@pytest.mark.parametrize("expression", ["1 +", "missing + 1", "SUM(missing)"])
def test_formulas_that_cannot_be_read(api: Api, expression: str) -> None:
    app = new_app(api)
    add_fields(api, app, field("c", "CALC", expression=expression))
    assert api.refused("POST", "preview/app/deploy.json", apps=[{"app": app}]) == (400, "GAIA_IL01")
    assert api.refused("GET", "app.json", id=app) == (404, "GAIA_AP01")


def test_formulas_follow_renamed_fields(api: Api) -> None:
    app = made_app(
        api,
        field("a", "NUMBER"),
        field("sum", "NUMBER"),
        field("c", "CALC", expression='IF(a > 1, "a", SUM(a, sum)) & a'),
    )
    change_fields(api, app, a={"code": "b"}, sum={"code": "a"})
    assert preview(api, app)["c"]["expression"] == 'IF(b > 1, "a", SUM(b, a)) & b'
    deploy(api, app)


def test_a_deployment_is_noted(api: Api, user_api: Api, app: App, clock: Clock) -> None:
    add(api, app, {"key": "x"})
    clock.advance(hours=1)
    user_api.ok("POST", "preview/app/deploy.json", apps=[{"app": app.id}])
    shown = api.ok("GET", "app.json", id=app.id)
    assert (shown["modifier"]["code"], shown["modifiedAt"]) == ("user1", "2026-11-25T01:30:15.000Z")
    assert shown["creator"]["code"] == "sandbox"


def test_a_copied_domain_prepares_for_itself(api: Api, domain: Domain) -> None:
    app = int(made_app(api, field("t")))
    change_fields(api, str(app), t={"code": "u"})
    copied = copy_domain(domain).apps[app]
    assert copied.origins is not None
    copied.origins.fields.clear()
    copied.deploy_answers.clear()
    kept = domain.apps[app].origins
    assert kept is not None
    assert kept.fields["u"] == "t"
    assert domain.apps[app].deploy_answers == ["SUCCESS"]
