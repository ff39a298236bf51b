"""Form fields to columns."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.catalog.columns import (
    NumberPrecision,
    columns_of,
    layout_order,
)
from sqlalchemy_kintone.catalog.model import Column, Family, Lookup
from sqlalchemy_kintone.conninfo import ColumnNames, NumberType


def columns(
    properties: dict[str, dict[str, Any]],
    layout: list[str] | None = None,
    names: ColumnNames = ColumnNames.CODE,
    digits: int = 16,
    decimal_places: int = 4,
) -> dict[str, Column]:
    found = columns_of(
        {code: {"code": code, **prop} for code, prop in properties.items()},
        layout or [],
        NumberPrecision(digits, decimal_places),
        names=names,
        number_type=NumberType.DECIMAL,
    )
    return {column.name: column for column in found}


TYPES: list[tuple[dict[str, Any], Family, str]] = [
    ({"type": "RECORD_NUMBER"}, Family.RECORD_NUMBER, "VARCHAR"),
    ({"type": "NUMBER"}, Family.NUMBER, "DECIMAL(16,4)"),
    ({"type": "SINGLE_LINE_TEXT"}, Family.TEXT, "VARCHAR"),
    ({"type": "LINK"}, Family.TEXT, "VARCHAR"),
    ({"type": "MULTI_LINE_TEXT"}, Family.LONG_TEXT, "VARCHAR"),
    ({"type": "RICH_TEXT"}, Family.LONG_TEXT, "VARCHAR"),
    ({"type": "RADIO_BUTTON", "options": {}}, Family.OPTION, "VARCHAR"),
    ({"type": "DROP_DOWN", "options": {}}, Family.OPTION, "VARCHAR"),
    ({"type": "CHECK_BOX", "options": {}}, Family.OPTIONS, "VARCHAR[]"),
    ({"type": "MULTI_SELECT", "options": {}}, Family.OPTIONS, "VARCHAR[]"),
    ({"type": "STATUS", "enabled": True}, Family.STATUS, "VARCHAR"),
    ({"type": "CATEGORY", "enabled": True}, Family.CATEGORY, "VARCHAR[]"),
    ({"type": "DATE"}, Family.DATE, "DATE"),
    ({"type": "TIME"}, Family.TIME, "TIME"),
    ({"type": "DATETIME"}, Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
    ({"type": "CREATED_TIME"}, Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
    ({"type": "UPDATED_TIME"}, Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
    ({"type": "CREATOR"}, Family.PERSON, "VARCHAR"),
    ({"type": "MODIFIER"}, Family.PERSON, "VARCHAR"),
    ({"type": "USER_SELECT"}, Family.PEOPLE, "VARCHAR[]"),
    ({"type": "ORGANIZATION_SELECT"}, Family.PEOPLE, "VARCHAR[]"),
    ({"type": "GROUP_SELECT"}, Family.PEOPLE, "VARCHAR[]"),
    ({"type": "STATUS_ASSIGNEE", "enabled": True}, Family.PEOPLE, "VARCHAR[]"),
    ({"type": "FILE"}, Family.FILES, "VARCHAR[]"),
    ({"type": "CALC", "format": "NUMBER"}, Family.NUMBER, "DECIMAL(16,4)"),
    ({"type": "CALC", "format": "NUMBER_DIGIT"}, Family.NUMBER, "DECIMAL(16,4)"),
    ({"type": "CALC", "format": "DATE"}, Family.DATE, "DATE"),
    ({"type": "CALC", "format": "TIME"}, Family.TIME, "TIME"),
    ({"type": "CALC", "format": "DATETIME"}, Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
    ({"type": "CALC", "format": "HOUR_MINUTE"}, Family.INTERVAL, "INTERVAL"),
    ({"type": "CALC", "format": "DAY_HOUR_MINUTE"}, Family.INTERVAL, "INTERVAL"),
]


@pytest.mark.parametrize(
    ("prop", "family", "sql_type"), TYPES, ids=[" ".join(map(str, t[0].values())) for t in TYPES]
)
def test_every_field_type(prop: dict[str, Any], family: Family, sql_type: str) -> None:
    column = columns({"f": prop})["f"]
    assert (column.family, column.sql_type) == (family, sql_type)


@pytest.mark.parametrize(
    "prop",
    [
        {"type": "SUBTABLE", "fields": {}},
        {"type": "REFERENCE_TABLE"},
        {"type": "GROUP"},
        {"type": "STATUS", "enabled": False},
        {"type": "CATEGORY", "enabled": False},
        {"type": "A_TYPE_OF_THE_FUTURE"},
    ],
)
def test_fields_without_values_are_no_columns(prop: dict[str, Any]) -> None:
    assert list(columns({"f": prop})) == ["$id", "$revision"]


@pytest.mark.parametrize(
    ("digits", "places", "expected"),
    [(16, 4, "DECIMAL(16,4)"), (30, 10, "DECIMAL(30,10)"), (1, 0, "DECIMAL(1,0)"),
     (4, 10, "DECIMAL(10,10)")],
)  # fmt: skip
def test_numbers_are_as_wide_as_the_app_allows(digits: int, places: int, expected: str) -> None:
    found = columns({"n": {"type": "NUMBER"}}, digits=digits, decimal_places=places)
    assert found["n"].sql_type == expected


def test_numbers_as_floats() -> None:
    found = columns_of(
        {"n": {"type": "NUMBER"}},
        [],
        NumberPrecision(),
        names=ColumnNames.CODE,
        number_type=NumberType.FLOAT,
    )
    assert found[-1].sql_type == "DOUBLE"


def test_columns_come_in_the_order_of_the_form() -> None:
    text = {"type": "SINGLE_LINE_TEXT"}
    found = columns({"a": text, "b": text, "c": text}, layout=["c", "gone", "a"])
    assert list(found) == ["$id", "$revision", "c", "a", "b"]


def test_people_have_names_beside_their_codes() -> None:
    found = columns({"who": {"type": "USER_SELECT", "label": "担当"}})
    assert found["who$name"].part == "name"
    assert found["who$name"].field_code == "who"


def test_columns_may_be_named_by_label_made_unique() -> None:
    text = {"type": "SINGLE_LINE_TEXT"}
    found = columns(
        {
            "a": {**text, "label": "Name"},
            "b": {**text, "label": "NAME"},
            "c": {**text, "label": ""},
            "d": {**text, "label": "$ID"},
            "e": {"type": "USER_SELECT", "label": "name"},
            "f": {**text, "label": "name$name"},
            "g": {**text, "label": "  "},
        },
        names=ColumnNames.LABEL,
    )
    people = ["name_3", "name_3$name"]
    names = ["Name", "NAME_2", "c", "$ID_2", *people, "name$name", "g"]
    assert list(found) == ["$id", "$revision", *names]
    assert found["NAME_2"].field_code == "b"
    assert [found[name].part for name in people] == ["value", "name"]


def test_what_a_field_tells_is_kept() -> None:
    found = columns(
        {
            "rank": {
                "type": "DROP_DOWN",
                "label": "ランク",
                "required": True,
                "options": {"B": {"index": "1"}, "A": {"index": "0"}, "C": {"index": "10"}},
            },
            "customer": {
                "type": "SINGLE_LINE_TEXT",
                "unique": True,
                "lookup": {"relatedApp": {"app": "3", "code": ""}, "relatedKeyField": "name"},
            },
        }
    )
    assert found["rank"].options == ("A", "B", "C")
    assert found["rank"].comment == "ランク; options: A, B, C"
    assert (found["rank"].required, found["rank"].unique) == (True, False)
    assert found["customer"].lookup == Lookup(3, "name")
    assert (found["customer"].unique, found["customer"].comment) == (True, None)


def test_layout_order_opens_groups() -> None:
    layout = [
        {"type": "ROW", "fields": [{"type": "LABEL", "label": "x"}, {"type": "LINK", "code": "a"}]},
        {
            "type": "GROUP",
            "code": "g",
            "layout": [{"type": "ROW", "fields": [{"type": "NUMBER", "code": "b"}]}],
        },
        {"type": "SUBTABLE", "code": "t", "fields": [{"type": "NUMBER", "code": "inner"}]},
    ]
    assert list(layout_order(layout)) == ["a", "b", "t"]
