"""PEP 249's type objects and constructors."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from sqlalchemy_kintone.type_objects import (
    BINARY,
    DATETIME,
    NUMBER,
    ROWID,
    STRING,
    DateFromTicks,
    TimeFromTicks,
    TimestampFromTicks,
    TypeObject,
    precision_and_scale,
)

GROUPS = {
    "VARCHAR": STRING,
    "ENUM('a', 'b')": STRING,
    "BLOB": BINARY,
    "DECIMAL(16,4)": NUMBER,
    "BIGINT": NUMBER,
    "DOUBLE": NUMBER,
    "DATE": DATETIME,
    "TIMESTAMP WITH TIME ZONE": DATETIME,
    "TIMESTAMP": DATETIME,
    "VARCHAR[]": None,
    "INTERVAL": None,
    "STRUCT(a INTEGER)": None,
}


@pytest.mark.parametrize(("code", "group"), GROUPS.items())
def test_groups(code: str, group: TypeObject | None) -> None:
    objects = (STRING, BINARY, NUMBER, DATETIME, ROWID)
    assert [each for each in objects if code == each] == ([group] if group else [])
    assert [each for each in objects if each == code] == ([group] if group else [])


def test_an_object_is_equal_to_itself_only() -> None:
    assert NUMBER == NUMBER
    assert NUMBER != STRING
    assert NUMBER != 5
    assert repr(NUMBER) == "NUMBER"


def test_ticks() -> None:
    moment = datetime(2026, 11, 23, 12, 30, tzinfo=timezone.utc)
    assert TimestampFromTicks(moment.timestamp()) == moment
    local = moment.astimezone()
    assert DateFromTicks(moment.timestamp()) == date(local.year, local.month, local.day)
    assert TimeFromTicks(moment.timestamp()) == local.time()


@pytest.mark.parametrize(
    ("sql_type", "expected"), [("DECIMAL(16,4)", (16, 4)), ("BIGINT", (None, None))]
)
def test_precision_and_scale(sql_type: str, expected: tuple[int | None, int | None]) -> None:
    assert precision_and_scale(sql_type) == expected
