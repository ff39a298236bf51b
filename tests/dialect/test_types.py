"""Types of the catalog, and the values of results."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from sqlalchemy_kintone.catalog.columns import NumberPrecision, columns_of
from sqlalchemy_kintone.conninfo import ColumnNames, NumberType
from sqlalchemy_kintone.dialect import ARRAY, INTERVAL, KintoneDialect
from sqlalchemy_kintone.dialect.types import type_of


@pytest.mark.parametrize(
    ("sql_type", "shown"),
    [
        ("BIGINT", "BIGINT()"),
        ("BOOLEAN", "BOOLEAN()"),
        ("DATE", "DATE()"),
        ("DECIMAL(16,4)", "DECIMAL(precision=16, scale=4)"),
        ("INTEGER", "INTEGER()"),
        ("INTERVAL", "INTERVAL()"),
        ("TIME", "TIME()"),
        ("TIMESTAMP", "TIMESTAMP()"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP(timezone=True)"),
        ("VARCHAR", "VARCHAR()"),
        ("VARCHAR[]", "ARRAY(VARCHAR())"),
        ("BIGINT[][]", "ARRAY(BIGINT(), dimensions=2)"),
    ],
)
def test_types_of_the_catalog(sql_type: str, shown: str) -> None:
    kind = type_of(sql_type)
    assert repr(kind) == shown
    written = kind.compile(dialect=KintoneDialect())
    assert written.replace(", ", ",") == sql_type


def test_a_double_is_a_float_in_any_sqlalchemy() -> None:
    kind = type_of("DOUBLE")
    assert isinstance(kind, sa.Float)
    assert kind.python_type is float
    assert kind.compile(dialect=KintoneDialect()) == "DOUBLE"


def test_a_type_that_is_not_known_is_said_to_be() -> None:
    with pytest.warns(exc.SAWarning, match="GEOMETRY"):
        assert isinstance(type_of("GEOMETRY"), sa.types.NullType)


def result(kind: Any, value: object, coltype: str) -> object:
    dialect = KintoneDialect()
    process = kind.dialect_impl(dialect).result_processor(dialect, coltype)
    return process(value) if process else value


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (sa.DECIMAL(10, 2), Decimal("1.50"), Decimal("1.50")),
        (sa.Numeric(), 0.1, Decimal("0.1")),
        (sa.Numeric(), 7, Decimal(7)),
        (sa.Numeric(), None, None),
        (sa.Numeric(asdecimal=False), Decimal("1.50"), 1.5),
        (sa.Numeric(asdecimal=False), None, None),
        (sa.Float(), Decimal("1.50"), 1.5),
        (sa.Float(), 3, 3.0),
        (sa.Float(), None, None),
        (sa.Float(asdecimal=True), 0.1, Decimal("0.1")),
    ],
)
def test_numbers_are_of_the_type_that_was_asked_for(
    kind: Any, value: object, expected: object
) -> None:
    got = result(kind, value, "DOUBLE")
    assert got == expected
    assert type(got) is type(expected)


def test_a_number_is_sent_as_it_is() -> None:
    dialect = KintoneDialect()
    for kind in (sa.Numeric(), sa.Float(), sa.Float(asdecimal=True)):
        assert kind.dialect_impl(dialect).bind_processor(dialect) is None


def test_intervals_are_not_emulated() -> None:
    dialect = KintoneDialect()
    kind: Any = sa.Interval().dialect_impl(dialect)
    assert kind.bind_processor(dialect) is None
    assert kind.result_processor(dialect, "INTERVAL") is None
    assert INTERVAL()._type_affinity is sa.Interval


def test_lists_are_sqlalchemys_lists() -> None:
    assert isinstance(ARRAY(sa.VARCHAR()), sa.ARRAY)


def test_every_type_that_the_catalog_gives_is_known() -> None:
    simple = [
        *("RECORD_NUMBER", "NUMBER", "SINGLE_LINE_TEXT", "LINK", "MULTI_LINE_TEXT", "RICH_TEXT"),
        *("RADIO_BUTTON", "DROP_DOWN", "CHECK_BOX", "MULTI_SELECT", "STATUS", "CATEGORY"),
        *("DATE", "TIME", "DATETIME", "CREATED_TIME", "UPDATED_TIME", "CREATOR", "MODIFIER"),
        *("USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT", "STATUS_ASSIGNEE", "FILE"),
    ]
    fields = {kind: {"type": kind} for kind in simple}
    for form in ("NUMBER", "NUMBER_DIGIT", "DATE", "TIME", "DATETIME", "HOUR_MINUTE"):
        fields[form] = {"type": "CALC", "format": form}
    for number in NumberType:
        columns = columns_of(
            fields, (), NumberPrecision(), names=ColumnNames.CODE, number_type=number
        )
        assert len(columns) > len(simple)
        for column in columns:
            assert type_of(column.sql_type).python_type is not None
