"""Fields and layouts of apps in preparation."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.properties import DEFAULTS
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import error
from tests.sandbox.endpoints.preparing import (
    add_fields,
    change_fields,
    field,
    made_app,
    new_app,
    options,
    preview,
)

FIELDS = "preview/app/form/fields.json"
LAYOUT = "preview/app/form/layout.json"


def refused_path(api: Api, method: str, resource: str, **params: Any) -> tuple[str, list[str]]:
    refusal = error(api, method, resource, **params)
    return refusal["code"], list(refusal.get("errors", {}))


def _whole(field_type: str, source: str) -> dict[str, Any]:
    """A field of the type with what it cannot be without."""
    needed: dict[str, Any] = {}
    if "options" in DEFAULTS[field_type]:
        needed["options"] = options("a", "b")
    if field_type == "CALC":
        needed["expression"] = "1"
    if field_type == "SUBTABLE":
        needed["fields"] = field("inner")
    if field_type == "REFERENCE_TABLE":
        needed["referenceTable"] = {
            "relatedApp": {"app": source},
            "condition": {"field": "key", "relatedField": "key"},
            "displayFields": ["key"],
        }
    return field("f", field_type, **needed)


@pytest.mark.parametrize("field_type", sorted(DEFAULTS))
def test_every_type_can_be_added(api: Api, field_type: str) -> None:
    source = made_app(api, field("key"))
    app = made_app(api, field("key"), _whole(field_type, source))
    for resource in (FIELDS, "app/form/fields.json"):
        prop = api.ok("GET", resource, app=app)["properties"]["f"]
        assert (prop["type"], prop["code"], prop["label"]) == (field_type, "f", "The f")
        assert DEFAULTS[field_type].keys() <= prop.keys()
    rows = api.ok("GET", LAYOUT, app=app)["layout"]
    assert "f" in [row.get("code") or row["fields"][0]["code"] for row in rows]


def test_what_is_sent_is_kept_as_it_is_shown(api: Api) -> None:
    app = new_app(api)
    add_fields(
        api,
        app,
        field("t", minLength=2, maxLength="5", unique="true", defaultValue="abc", nonsense=1),
        field("m", "MULTI_LINE_TEXT", unique=True),
        field("n", "NUMBER", minValue=1.5, displayScale=2, unit="円", unitPosition="AFTER"),
        field("r", "RADIO_BUTTON", options=options("x", "y")),
        field("u", "USER_SELECT", entities=[{"type": "GROUP", "code": "everyone"}]),
        field("lines", "SUBTABLE", fields=field("inner", unique=True)),
    )
    shown = preview(api, app)
    text = shown["t"]
    assert [text[key] for key in ("minLength", "maxLength", "unique")] == ["2", "5", True]
    assert "nonsense" not in text
    assert "unique" not in shown["m"]
    assert [shown["n"][key] for key in ("minValue", "displayScale", "unit")] == ["1.5", "2", "円"]
    assert shown["r"]["defaultValue"] == "x"
    assert shown["r"]["options"]["y"] == {"label": "y", "index": "1"}
    assert shown["u"]["entities"] == [{"type": "GROUP", "code": "everyone"}]
    assert shown["lines"]["fields"]["inner"]["unique"] is False


def test_lookups(api: Api) -> None:
    source = made_app(api, field("key", unique=True), field("price", "NUMBER"))
    app = new_app(api)
    lookup: dict[str, Any] = {
        "relatedApp": {"app": source},
        "relatedKeyField": "key",
        "fieldMappings": [{"field": "copied", "relatedField": "price"}],
    }
    add_fields(api, app, field("product", lookup=lookup), field("copied", "NUMBER"))
    prop = preview(api, app)["product"]
    assert prop["lookup"] == {
        **lookup,
        "relatedApp": {"app": source, "code": ""},
        "lookupPickerFields": [],
        "filterCond": "",
        "sort": "",
    }
    assert {"unique", "defaultValue"}.isdisjoint(prop)
    for wrong in ({"relatedApp": {"app": 99}}, {"relatedKeyField": "missing"}):
        sent = field("other", lookup={**lookup, **wrong})
        assert refused_path(api, "POST", FIELDS, app=app, properties=sent)[0] == "CB_VA01"


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        (None, "properties"),
        ({}, "properties"),
        ({"f": 1}, "properties[f]"),
        ({"f": {"code": "f", "label": "f"}}, "properties[f].type"),
        (field("f", "NONSENSE"), "properties[f].type"),
        (field("f", "STATUS"), "properties[f].type"),
        (field("f", "CREATOR"), "properties[f].type"),
        ({"f": {"type": "NUMBER", "label": "f"}}, "properties[f].code"),
        ({"f": {"type": "NUMBER", "code": "f"}}, "properties[f].label"),
        ({"f": {"type": "NUMBER", "code": "f", "label": ""}}, "properties[f].label"),
        ({"f": field("g")["g"]}, "properties[f].code"),
        (field("1st"), "properties[1st].code"),
        (field("a-b"), "properties[a-b].code"),
        (field("a b"), "properties[a b].code"),
        (field("x" * 129), f"properties[{'x' * 129}].code"),
        (field("taken"), "properties[taken].code"),
        (field("inner"), "properties[inner].code"),
        (field("f", "SUBTABLE", fields=field("taken")), "properties[f].code"),
        (field("f", "SUBTABLE"), "properties[f].fields"),
        (
            field("f", "SUBTABLE", fields=field("g", "GROUP")),
            "properties[f].fields[g].type",
        ),
        (field("f", "DROP_DOWN"), "properties[f].options"),
        (field("f", "DROP_DOWN", options={"a": {"label": "a"}}), "properties[f].options[a].index"),
        (
            field("f", "DROP_DOWN", options=options("a"), defaultValue="b"),
            "properties[f].defaultValue",
        ),
        (
            field("f", "CHECK_BOX", options=options("a"), defaultValue=["b"]),
            "properties[f].defaultValue",
        ),
        (
            field(
                "f",
                "DROP_DOWN",
                options={"a": {"label": "a", "index": 0}, "b": {"label": "a", "index": 1}},
            ),
            "properties[f].options",
        ),
        (field("f", "CALC"), "properties[f].expression"),
        (field("f", "CALC", expression="1", format="ROMAN"), "properties[f].format"),
        (field("f", required="perhaps"), "properties[f].required"),
        (field("f", "REFERENCE_TABLE"), "properties[f].referenceTable"),
    ],
)
def test_fields_that_cannot_be_added(
    api: Api, properties: dict[str, Any] | None, path: str
) -> None:
    app = new_app(api)
    add_fields(api, app, field("taken"), field("lines", "SUBTABLE", fields=field("inner")))
    before = preview(api, app)
    sent = {} if properties is None else {**field("fine"), **properties} if properties else {}
    answer = refused_path(api, "POST", FIELDS, app=app, properties=sent)
    assert answer == ("CB_VA01", [path])
    assert preview(api, app) == before


@pytest.mark.parametrize("code", ["顧客名", "価格＿税込", "a・b", "€", "ｶﾅ･ｶﾅ", "x1", "_"])
def test_field_codes(api: Api, code: str) -> None:
    app = new_app(api)
    add_fields(api, app, field(code))
    assert code in preview(api, app)


@pytest.mark.parametrize(
    ("properties", "answer"),
    [
        ({}, ("CB_VA01", ["properties"])),
        ({"missing": {"label": "x"}}, ("GAIA_FC01", [])),
        ({"t": {"type": "NUMBER"}}, ("CB_VA01", ["properties[t].type"])),
        ({"t": {"code": "n"}}, ("CB_VA01", ["properties[n].code"])),
        ({"t": {"code": "inner"}}, ("CB_VA01", ["properties[lines].code"])),
        ({"t": {"code": "1"}}, ("CB_VA01", ["properties[t].code"])),
        (
            {"lines": {"fields": {"x": {"label": "x"}}}},
            ("CB_VA01", ["properties[lines].fields[x].type"]),
        ),
    ],
)
def test_changes_that_are_refused(
    api: Api, properties: dict[str, Any], answer: tuple[str, list[str]]
) -> None:
    lines = field("lines", "SUBTABLE", fields=field("inner"))
    app = made_app(api, field("t"), field("n", "NUMBER"), lines)
    before = preview(api, app)
    assert refused_path(api, "PUT", FIELDS, app=app, properties=properties) == answer
    assert preview(api, app) == before


def test_changes(api: Api) -> None:
    app = made_app(
        api,
        field("t", maxLength=9),
        field("d", "RADIO_BUTTON", options=options("a", "b")),
        field("lines", "SUBTABLE", fields=field("inner")),
    )
    change_fields(
        api,
        app,
        t={"label": "New", "required": True},
        d={"options": options("c", "d")},
        lines={"fields": field("more", "NUMBER")},
        レコード番号={"code": "number", "label": "Number"},
    )
    shown = preview(api, app)
    assert [shown["t"][key] for key in ("label", "required", "maxLength")] == ["New", True, "9"]
    assert list(shown["d"]["options"]) == ["c", "d"]
    assert shown["d"]["defaultValue"] == "c"
    assert list(shown["lines"]["fields"]) == ["inner", "more"]
    assert shown["number"]["type"] == "RECORD_NUMBER"
    table = next(r for r in api.ok("GET", LAYOUT, app=app)["layout"] if r["type"] == "SUBTABLE")
    assert [cell["code"] for cell in table["fields"]] == ["inner", "more"]


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ([], ("CB_VA01", ["fields"])),
        (["t"] * 101, ("CB_VA01", ["fields"])),
        (["t", "missing"], ("GAIA_FC01", [])),
        (["t", "作成者"], ("CB_VA01", ["fields[1]"])),
        (["ステータス"], ("CB_VA01", ["fields[0]"])),
    ],
)
def test_deletions_that_are_refused(
    api: Api, fields: list[str], answer: tuple[str, list[str]]
) -> None:
    app = made_app(api, field("t"))
    assert refused_path(api, "DELETE", FIELDS, app=app, fields=fields) == answer
    assert "t" in preview(api, app)


def test_deleted_fields_leave_the_form(api: Api) -> None:
    lines = field("lines", "SUBTABLE", fields={**field("a"), **field("b")})
    app = made_app(api, field("t"), field("group", "GROUP"), lines)
    layout = [
        {"type": "GROUP", "code": "group", "layout": [_row(("SINGLE_LINE_TEXT", "t"))]},
        _table("a", "b"),
    ]
    api.ok("PUT", LAYOUT, app=app, layout=layout)
    api.ok("DELETE", FIELDS, app=app, fields=["group", "a"])
    assert api.ok("GET", LAYOUT, app=app)["layout"] == [
        _row(("SINGLE_LINE_TEXT", "t")),
        _table("b"),
    ]
    assert list(preview(api, app)["lines"]["fields"]) == ["b"]
    api.ok("DELETE", FIELDS, app=app, fields=["t", "lines"])
    assert api.ok("GET", LAYOUT, app=app)["layout"] == []


def _row(*cells: tuple[str, str]) -> dict[str, Any]:
    return {"type": "ROW", "fields": [{"type": kind, "code": code} for kind, code in cells]}


def _table(*codes: str) -> dict[str, Any]:
    cells = [{"type": "SINGLE_LINE_TEXT", "code": code} for code in codes]
    return {"type": "SUBTABLE", "code": "lines", "fields": cells}


def test_layout(api: Api) -> None:
    app = made_app(api, field("t"), field("n", "NUMBER"))
    cells: list[dict[str, Any]] = [
        {"type": "LABEL", "label": "<b>x</b>", "size": {"width": 100}},
        {"type": "SPACER", "elementId": "space", "size": {"width": "10", "height": 20}},
        {"type": "HR", "size": {"width": "200"}},
        {"type": "NUMBER", "code": "n", "size": {"width": 150}},
        {"type": "SINGLE_LINE_TEXT", "code": "t"},
        {"type": "CREATOR", "code": "作成者"},
    ]
    before = int(api.ok("GET", LAYOUT, app=app)["revision"])
    put = api.ok("PUT", LAYOUT, app=app, layout=[{"type": "ROW", "fields": cells}])
    assert put == {"revision": str(before + 1)}
    (row,) = api.ok("GET", LAYOUT, app=app)["layout"]
    assert [cell["type"] for cell in row["fields"]] == [cell["type"] for cell in cells]
    assert row["fields"][1] == {
        "type": "SPACER",
        "elementId": "space",
        "size": {"width": "10", "height": "20"},
    }
    assert row["fields"][3]["size"] == {"width": "150"}


TEXT = ("SINGLE_LINE_TEXT", "t")


@pytest.mark.parametrize(
    ("layout", "path"),
    [
        (None, "layout"),
        ([], "layout"),
        ([{"type": "COLUMN"}], "layout[0].type"),
        ([_row(TEXT)], "layout"),
        ([_row(TEXT, TEXT), _table("a")], "layout"),
        ([_row(("SINGLE_LINE_TEXT", "missing"))], "layout[0].fields[0].code"),
        ([_row(("NUMBER", "t"))], "layout[0].fields[0].type"),
        ([_row(TEXT), _table()], "layout[1].fields"),
        ([_row(TEXT), _table("a", "t")], "layout[1].fields[1].code"),
        ([_row(TEXT), {"type": "SUBTABLE", "code": "t"}], "layout[1].type"),
        (
            [{"type": "GROUP", "code": "group", "layout": [_table("a")]}],
            "layout[0].code",
        ),
    ],
)
def test_layouts_that_are_refused(api: Api, layout: list[dict[str, Any]] | None, path: str) -> None:
    app = made_app(api, field("t"), field("lines", "SUBTABLE", fields=field("a")))
    answer = refused_path(api, "PUT", LAYOUT, app=app, layout=layout)
    assert answer == ("CB_VA01", [path])
