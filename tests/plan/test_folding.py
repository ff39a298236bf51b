"""Constants computed before DuckDB computes them: to the same values."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlalchemy_kintone.plan.constants import Constant, Kind
from sqlalchemy_kintone.plan.folding import folded
from sqlalchemy_kintone.plan.sql import parse
from tests.plain import plain_duckdb
from tests.plan.conditions import Sql, words

NUMBERS: Sql = st.recursive(
    words(
        *("10", "2", "(-3)", "0", "100000", "30000", "5::INT", "CAST(5 AS BIGINT)", "2000000000"),
        *("1.5", "2.25", "(-0.5)", "0.0001", "CAST('5.00' AS DECIMAL(3, 2))", "1e2", "2.5e0"),
    ),
    lambda inner: st.tuples(inner, words("+", "-", "*", "/"), inner).map(
        lambda p: f"({p[0]} {p[1]} {p[2]})"
    ),
    max_leaves=4,
)
INTERVALS = words(
    *("INTERVAL 7 DAY", "INTERVAL '1 month'", "INTERVAL '3' MONTHS", "INTERVAL (2) WEEK"),
    *("INTERVAL '-5' HOUR", "2 * INTERVAL 1 DAY", "INTERVAL 1 YEAR", "INTERVAL 1 QUARTER"),
    *("CAST('90061000001 microseconds' AS INTERVAL)", "INTERVAL '1 month 2 days'"),
    *("INTERVAL 30 MINUTE", "(- INTERVAL 3 DAY)"),
)
DAYS = words(
    *("DATE '2026-03-01'", "DATE '2026-01-31'", "DATE '2024-02-29'", "DATE '1969-12-31'"),
)
MOMENTS: Sql = st.recursive(
    DAYS
    | words(
        "TIMESTAMP '2026-03-01 09:30'",
        "CAST('2026-03-01 00:30' AS TIMESTAMP)",
        "TIMESTAMPTZ '2026-03-01 00:30:30+00:00'",
        # Near where New York's clocks change, and in the hour that they skip.
        "TIMESTAMPTZ '2026-03-07 07:30:00+00:00'",
        "TIMESTAMPTZ '2025-11-02 05:30:00+00:00'",
        "TIMESTAMPTZ '2026-03-08 02:30:00'",
    )
    | st.tuples(DAYS, words("+ 7", "- 30", "- (2 + 3)")).map(lambda p: f"({p[0]} {p[1]})"),
    lambda inner: st.one_of(
        st.tuples(inner, words("+", "-"), INTERVALS).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(words("day", "week", "month", "quarter", "year", "hour"), inner).map(
            lambda p: f"date_trunc('{p[0]}', {p[1]})"
        ),
        st.tuples(inner, words("DATE", "TIMESTAMP", "TIMESTAMPTZ")).map(
            lambda p: f"CAST({p[0]} AS {p[1]})"
        ),
    ),
    max_leaves=4,
)
ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "America/St_Johns"])


@cache
def duck(zone: str) -> duckdb.DuckDBPyConnection:
    return plain_duckdb(zone)


def fold(sql: str, zone: str = "UTC") -> Constant | None:
    """The value of an expression."""
    return folded(parse(f"SELECT {sql}").expressions[0], zone)


@settings(max_examples=300, deadline=None)
@given(sql=NUMBERS)
def test_numbers(sql: str) -> None:
    found = fold(sql)
    if found is not None:
        ((expected,),) = duck("UTC").execute(f"SELECT {sql}").fetchall()
        assert found.value == expected
        assert isinstance(expected, float) is (found.kind is Kind.DOUBLE)


@settings(max_examples=300, deadline=None)
@given(sql=MOMENTS, zone=ZONES)
def test_days_and_moments(sql: str, zone: str) -> None:
    found = fold(sql, zone)
    if found is None:
        return
    value, kind = found.value, found.kind
    assert isinstance(value, date)
    text = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    same = f"SELECT ({sql}) = CAST('{text}' AS {kind.value})"
    assert duck(zone).execute(same).fetchall() == [(True,)]


@pytest.mark.parametrize(
    "sql",
    [
        "1 / 0",
        "2000000000 * 2",
        "CAST(200 AS SMALLINT) * 200",
        "CAST('1.5' AS DECIMAL(38, 2)) * 2",
        "'5' + 1",
        "0.0000000001 * 2",
        "random() + 1",
        "DATE '2026-03-01' - 1.5",
        "'2026-03-01' - INTERVAL 1 DAY",
        "DATE '2026-03-01' + INTERVAL '1 month 1 day'",
        "DATE '9998-12-31' + INTERVAL 1 YEAR",
        "TIMESTAMPTZ '2026-03-07 02:30:00' + INTERVAL 1 DAY",
    ],
)
def test_what_is_left_to_duckdb(sql: str) -> None:
    assert fold(sql, "America/New_York") is None
