"""Parameters become typed literals of the tree."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlalchemy_kintone.errors import DataError, Error, ProgrammingError
from tests.plan.planning import only_scan, plan

TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (False, "FALSE"),
        (5, "5"),
        (-5, "(-5)"),
        (2**100, "1267650600228229401496703205376"),
        (Decimal("1.50"), "CAST('1.50' AS DECIMAL(3, 2))"),
        (Decimal("-0.001"), "CAST('-0.001' AS DECIMAL(3, 3))"),
        (Decimal("1E+3"), "CAST('1000' AS DECIMAL(4, 0))"),
        (Decimal("NaN"), "CAST('NaN' AS DOUBLE)"),
        (0.1, "CAST('0.1' AS DOUBLE)"),
        (float("inf"), "CAST('inf' AS DOUBLE)"),
        ("it's", "'it''s'"),
        ("?", "'?'"),
        ("", "''"),
        (b"a'\\", r"CAST('\x61\x27\x5C' AS BLOB)"),
        (bytearray(b"\0"), r"CAST('\x00' AS BLOB)"),
        (date(2026, 3, 1), "CAST('2026-03-01' AS DATE)"),
        (time(9, 30), "CAST('09:30:00' AS TIME)"),
        (datetime(2026, 3, 1, 9, 30), "CAST('2026-03-01 09:30:00' AS TIMESTAMP)"),
        (
            datetime(2026, 3, 1, 9, 30, tzinfo=TOKYO),
            "CAST('2026-03-01 00:30:00+00:00' AS TIMESTAMPTZ)",
        ),
        (timedelta(days=1, seconds=-1), "CAST('86399000000 microseconds' AS INTERVAL)"),
        (UUID(int=1), "CAST('00000000-0000-0000-0000-000000000001' AS UUID)"),
        ([1, None, "a"], "[1, NULL, 'a']"),
        ((), "[]"),
        (np.int64(5), "5"),
        (np.float32(0.5), "CAST('0.5' AS DOUBLE)"),
        (np.datetime64("2026-03-01T00:00:00"), "CAST('2026-03-01 00:00:00' AS TIMESTAMP)"),
    ],
)
def test_values(value: Any, literal: str) -> None:
    assert plan("SELECT ?", [value]).residual_sql == f"SELECT {literal}"
    assert plan("SELECT :v", {"v": value}).residual_sql == f"SELECT {literal}"


@pytest.mark.parametrize(
    ("sql", "parameters", "bound"),
    [
        ("SELECT :a, :b, :a", {"a": 1, "b": 2, "unused": 3}, "SELECT 1, 2, 1"),
        ("SELECT '?', \"?\", ?", [1], "SELECT '?', \"?\", 1"),
        ("SELECT ? -- ?", [1], "SELECT 1"),
        ("SELECT 1 - ?", [-5], "SELECT 1 - (-5)"),
        ("SELECT ?::DATE", ["2026-03-01"], "SELECT CAST('2026-03-01' AS DATE)"),
        ("SELECT :a::DATE", {"a": "2026-03-01"}, "SELECT CAST('2026-03-01' AS DATE)"),
        ("SELECT 1 WHERE 1 IN ?", [[1, 2]], "SELECT 1 WHERE 1 IN (1, 2)"),
        ("SELECT 1 WHERE 1 IN (?, ?)", [1, 2], "SELECT 1 WHERE 1 IN (1, 2)"),
        ("SELECT 1 WHERE 1 IN ?", [[]], "SELECT 1 WHERE FALSE"),
        ("SELECT 1 WHERE 1 NOT IN ?", [()], "SELECT 1 WHERE NOT FALSE"),
        ("SELECT 1 LIMIT ? OFFSET ?", [3, 4], "SELECT 1 LIMIT 3 OFFSET 4"),
        (
            "WITH c AS (SELECT ? AS x) SELECT x, ? FROM c WHERE x = ?",
            [1, 2, 3],
            "WITH c AS (SELECT 1 AS x) SELECT x, 2 FROM c WHERE x = 3",
        ),
        ("SELECT 1", None, "SELECT 1"),
        ("SELECT 1", [], "SELECT 1"),
        ("SELECT 1", {}, "SELECT 1"),
    ],
)
def test_places(sql: str, parameters: Any, bound: str) -> None:
    assert plan(sql, parameters).residual_sql == bound


@pytest.mark.parametrize(
    ("sql", "parameters", "kind", "message"),
    [
        ("SELECT ?", [], ProgrammingError, "1 parameters"),
        ("SELECT ?", None, ProgrammingError, "0 values were given"),
        ("SELECT ?", [1, 2], ProgrammingError, "2 values were given"),
        ("SELECT 1", [1], ProgrammingError, "0 parameters"),
        ("SELECT ?", "a", ProgrammingError, "not as one text"),
        ("SELECT ?", {"a": 1}, ProgrammingError, "pass a sequence"),
        ("SELECT :a", [1], ProgrammingError, "pass a mapping"),
        ("SELECT :a", None, ProgrammingError, "pass a mapping"),
        ("SELECT :a", {"b": 1}, ProgrammingError, "No value was given for parameter :a"),
        ("SELECT :a, ?", [1], ProgrammingError, "not both"),
        ("SELECT ?", [object()], ProgrammingError, "type object"),
        ("SELECT ?", [2**128], DataError, "128-bit"),
        ("SELECT ?", [Decimal("1" * 39)], DataError, "39 digits"),
        ("SELECT ?", ["\ud800"], DataError, "surrogate"),
    ],
)
def test_what_does_not_fit(sql: str, parameters: Any, kind: type[Error], message: str) -> None:
    with pytest.raises(kind, match=message):
        plan(sql, parameters)


def test_parameters_are_pushed_as_literals_are() -> None:
    sql = "SELECT * FROM orders WHERE total > ? AND kind IN ? AND created < ? AND title = ?"
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=TOKYO)
    scan = only_scan(sql, [Decimal("2.50"), ["A", "B"], moment, 'x" or title != "'])
    assert scan.condition == (
        'total > "2.5" and kind in ("A", "B") and 作成日時 < "2026-03-01T00:30:00Z" '
        'and title = "x\\" or title != \\""'
    )


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**127), 2**127 - 1),
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=5
    ),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.binary(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.uuids(),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=3))
def test_values_arrive_unchanged(values: list[Any]) -> None:
    sql = plan("SELECT " + ", ".join("?" for _ in values), values).residual_sql
    row = duckdb.connect().execute(sql).fetchone()
    assert row == tuple(values)
