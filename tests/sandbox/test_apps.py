"""Making apps: what Kintone adds to the little that is said of them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox import Domain
from sqlalchemy_kintone.sandbox.apps import create_app, generated_layout
from sqlalchemy_kintone.sandbox.properties import SWITCHED_FIELDS, SYSTEM_FIELDS, complete

COMMON = ("type", "code", "label", "noLabel")
TEXT = ("required", "unique", "defaultValue", "minLength", "maxLength")
OPTIONS = ("required", "options", "defaultValue")
ENTITIES = ("required", "entities", "defaultValue")
FORMAT = ("displayScale", "unit", "unitPosition")

# The properties that Kintone shows of each type, as its own clients are tested on them.
KEYS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(SYSTEM_FIELDS, COMMON),
    **dict.fromkeys(SWITCHED_FIELDS, ("type", "code", "label", "enabled")),
    "SINGLE_LINE_TEXT": (*COMMON, *TEXT, "expression", "hideExpression"),
    "LINK": (*COMMON, *TEXT, "protocol"),
    "MULTI_LINE_TEXT": (*COMMON, "required", "defaultValue"),
    "RICH_TEXT": (*COMMON, "required", "defaultValue"),
    "NUMBER": (
        *(*COMMON, *FORMAT),
        *("required", "unique", "defaultValue", "minValue", "maxValue", "digit"),
    ),
    "CALC": (*COMMON, *FORMAT, "required", "expression", "hideExpression", "format"),
    "RADIO_BUTTON": (*COMMON, *OPTIONS, "align"),
    "CHECK_BOX": (*COMMON, *OPTIONS, "align"),
    "MULTI_SELECT": (*COMMON, *OPTIONS),
    "DROP_DOWN": (*COMMON, *OPTIONS),
    "DATE": (*COMMON, "required", "unique", "defaultValue", "defaultNowValue"),
    "DATETIME": (*COMMON, "required", "unique", "defaultValue", "defaultNowValue"),
    "TIME": (*COMMON, "required", "defaultValue", "defaultNowValue"),
    "USER_SELECT": (*COMMON, *ENTITIES),
    "ORGANIZATION_SELECT": (*COMMON, *ENTITIES),
    "GROUP_SELECT": (*COMMON, *ENTITIES),
    "FILE": (*COMMON, "required", "thumbnailSize"),
    "GROUP": (*COMMON, "openGroup"),
    "SUBTABLE": (*COMMON, "fields"),
}
NOW = datetime(2026, 11, 25, tzinfo=timezone.utc)


@pytest.mark.parametrize("field_type", KEYS)
def test_a_property_has_what_kintone_shows(field_type: str) -> None:
    prop = complete("f", {"type": field_type})
    assert sorted(prop) == sorted(KEYS[field_type])
    assert (prop["type"], prop["code"], prop["label"]) == (field_type, "f", "f")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "NUMBER", "label": "L", "minValue": "1"}, {"label": "L", "minValue": "1"}),
        (
            {"type": "DROP_DOWN", "options": ["b", "a"]},
            {"options": {"b": {"label": "b", "index": "0"}, "a": {"label": "a", "index": "1"}}},
        ),
        (
            {
                "type": "CHECK_BOX",
                "options": {"x": {"index": 3}, "y": {"label": "Y", "index": "1"}},
            },
            {"options": {"x": {"label": "x", "index": "3"}, "y": {"label": "Y", "index": "1"}}},
        ),
        (
            {"type": "RADIO_BUTTON", "options": ["a", "b"]},
            {"defaultValue": "a", "required": True, "align": "HORIZONTAL"},
        ),
        ({"type": "RADIO_BUTTON", "options": ["a"], "defaultValue": ""}, {"defaultValue": ""}),
        ({"type": "STATUS", "enabled": True}, {"enabled": True}),
    ],
)
def test_what_is_given_stays(given: dict[str, Any], expected: dict[str, Any]) -> None:
    prop = complete("f", given)
    assert {key: prop[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"type": "TEXT"}, "TEXT is no type of field"),
        ({"type": "CALC", "digit": True}, "CALC has no digit"),
        ({"type": "STATUS", "noLabel": True}, "STATUS has no noLabel"),
        ({"type": "CREATOR", "required": True}, "CREATOR has no required"),
        ({"type": "DATE", "lookup": {}, "options": []}, "DATE has no lookup, options"),
    ],
)
def test_what_a_type_does_not_have_is_a_mistake(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        complete("f", given)


def test_a_lookup_shows_its_source_and_no_default() -> None:
    lookup = {"relatedApp": {"app": 3}, "relatedKeyField": "code"}
    prop = complete("key", {"type": "NUMBER", "unique": True, "lookup": lookup})
    assert prop == {
        "type": "NUMBER",
        "code": "key",
        "label": "key",
        "noLabel": False,
        "required": False,
        "lookup": {
            "relatedApp": {"app": "3", "code": ""},
            "relatedKeyField": "code",
            "fieldMappings": [],
            "lookupPickerFields": [],
            "filterCond": "",
            "sort": "",
        },
    }


def test_related_records_are_completed() -> None:
    condition = {"field": "a", "relatedField": "b"}
    reference = {"relatedApp": {"app": "3", "code": "X"}, "condition": condition}
    prop = complete("r", {"type": "REFERENCE_TABLE", "referenceTable": reference})
    assert prop["referenceTable"] == {
        "relatedApp": {"app": "3", "code": "X"},
        "condition": condition,
        "filterCond": "",
        "displayFields": [],
        "sort": "",
        "size": "5",
    }


def test_the_fields_of_a_table_are_completed() -> None:
    prop = complete("t", {"type": "SUBTABLE", "fields": {"n": {"type": "NUMBER"}}})
    assert sorted(prop["fields"]["n"]) == sorted(KEYS["NUMBER"])


def test_what_is_given_is_not_changed_later() -> None:
    given: dict[str, Any] = {"type": "CHECK_BOX", "options": ["a"], "defaultValue": []}
    complete("f", given)["defaultValue"].append("a")
    assert given["defaultValue"] == []
    assert complete("f", {"type": "CHECK_BOX"})["defaultValue"] == []


def test_an_app_gets_system_fields_and_settings(domain: Domain) -> None:
    app = create_app(domain, "a", {"n": {"type": "NUMBER"}}, now=NOW)
    assert (app.id, app.code, app.space_id, app.creator) == (1, "", None, "sandbox")
    assert (app.created_at, app.modified_at, app.records) == (NOW, NOW, {})
    assert {code: prop["type"] for code, prop in app.settings.properties.items()} == {
        "レコード番号": "RECORD_NUMBER",
        "作成者": "CREATOR",
        "作成日時": "CREATED_TIME",
        "更新者": "MODIFIER",
        "更新日時": "UPDATED_TIME",
        "ステータス": "STATUS",
        "作業者": "STATUS_ASSIGNEE",
        "カテゴリー": "CATEGORY",
        "n": "NUMBER",
    }
    assert app.settings.general["numberPrecision"] == {
        "digits": "16",
        "decimalPlaces": "4",
        "roundingMode": "HALF_EVEN",
    }
    assert app.settings.process == {"enable": False, "states": None, "actions": None}
    assert create_app(domain, "a", {}).id == 2


def test_a_system_field_can_have_another_code(domain: Domain) -> None:
    app = create_app(domain, "a", {"created_by": {"type": "CREATOR", "label": "Created by"}})
    assert app.settings.system_code("CREATOR") == "created_by"
    assert "作成者" not in app.settings.properties


def test_process_management_enables_its_fields(domain: Domain) -> None:
    assignee = {"type": "ONE", "entities": []}
    states = {"new": {"name": "new", "index": "0", "assignee": assignee}}
    app = create_app(domain, "a", {}, process={"states": states, "actions": []})
    enabled = {
        prop["type"]: prop["enabled"]
        for prop in app.settings.properties.values()
        if "enabled" in prop
    }
    assert enabled == {"STATUS": True, "STATUS_ASSIGNEE": True, "CATEGORY": False}
    assert app.settings.process == {"enable": True, "states": states, "actions": []}


def test_settings_in_preparation_are_apart(domain: Domain) -> None:
    app = create_app(domain, "a", {"n": {"type": "NUMBER"}})
    app.preview.properties["n"]["label"] = "changed"
    assert app.settings.properties["n"]["label"] == "n"
    draft = create_app(domain, "draft", {}, deployed=False)
    assert draft.live is None
    assert draft.name == "draft"


def test_views_are_completed_in_order(domain: Domain) -> None:
    views: dict[str, dict[str, Any]] = {
        "all": {"fields": ["n"]},
        "days": {"type": "CALENDAR", "date": "作成日時", "title": "n"},
    }
    app = create_app(domain, "a", {"n": {"type": "NUMBER"}}, views=views)
    usual = {"filterCond": "", "sort": ""}
    assert app.settings.views == {
        "all": {"type": "LIST", "name": "all", "id": "1", "index": "0", "fields": ["n"], **usual},
        "days": {"name": "days", "id": "2", "index": "1", **usual, **views["days"]},
    }


def test_a_layout_is_generated_or_kept(domain: Domain) -> None:
    fields = {"n": {"type": "NUMBER"}}
    properties: dict[str, dict[str, Any]] = {
        **fields,
        "g": {"type": "GROUP"},
        "t": {"type": "SUBTABLE", "fields": {"d": {"type": "DATE"}}},
    }
    app = create_app(domain, "a", properties)
    size = {"width": "200"}
    assert app.settings.layout == [
        {"type": "ROW", "fields": [{"type": "NUMBER", "code": "n", "size": size}]},
        {"type": "GROUP", "code": "g", "layout": []},
        {
            "type": "SUBTABLE",
            "code": "t",
            "fields": [{"type": "DATE", "code": "d", "size": size}],
        },
    ]
    assert list(generated_layout(app.settings.properties)) == app.settings.layout
    assert create_app(domain, "b", fields, layout=[]).settings.layout == []


def test_an_app_is_made_by_someone(domain: Domain) -> None:
    assert create_app(domain, "a", {}, creator="user1").creator == "user1"
    domain.users["sandbox"].administrator = False
    assert create_app(domain, "a", {}).creator == "sandbox"
    domain.users.clear()
    assert create_app(domain, "a", {}).creator == "Administrator"
