"""Conditions on what is computed from a column: solved for it where that is sure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from sqlalchemy_kintone.kintone.query import render
from sqlalchemy_kintone.plan.constants import Constant, Kind
from sqlalchemy_kintone.plan.predicates.computed import ComputedRules, computed_rules
from sqlalchemy_kintone.plan.predicates.ordered import WITH_IN, Empties, NumberRules
from sqlalchemy_kintone.plan.predicates.places import locate_number
from sqlalchemy_kintone.plan.sql import parse
from tests.plain import plain_duckdb
from tests.plan.conditions import COMPUTED, comparison
from tests.plan.test_conditions import SWITCHES, ZONES, check, translated

ENGINE = plain_duckdb("UTC")
CONDITIONS = st.one_of(
    *(comparison(name.replace("$id", '"$id"'), values) for name, values in COMPUTED)
)


@settings(max_examples=300)
@given(condition=CONDITIONS, switches=SWITCHES, zone=ZONES)
def test_answers(condition: str, switches: Any, zone: str) -> None:
    check(condition, switches, zone)


EXACT = {
    "total + 1 < 5": 'total < "4" and total != ""',
    "5 >= total - 1": 'total <= "6" and total != ""',
    "1 - total < 5": 'total > "-4"',
    "-total <= 5": 'total >= "-5"',
    "total * 2 > 5": 'total > "2.5"',
    "3 * total > 10": 'total > "3.3333"',
    "3 * total >= 10": 'total > "3.3333"',
    "3 * total < 10": 'total <= "3.3333" and total != ""',
    "3 * total <> 10": 'total != ""',
    "total * -1.5 < 3": 'total > "-2"',
    "(total + 1) * 2 BETWEEN 3 AND 5": 'total >= "0.5" and total <= "1.5" and total != ""',
    "total + 1 IN (3, 4)": 'total = "2" or total = "3"',
    "total + 1 IS NULL": 'total = ""',
    "NOT (total + 1 > 5)": 'total <= "4" and total != ""',
    "wide + 1 > 5": None,
    "total * 100 > 5": None,
    "total / 2 > 5": None,
    "total + 1 > '5'": None,
    "total + customer_id > 5": None,
    "total * 0 = 0": None,
    "created + INTERVAL 90 MINUTE > TIMESTAMPTZ '2026-03-01 10:00:00Z'": (
        '作成日時 > "2026-03-01T08:30:00Z"'
    ),
    "created + INTERVAL 1 DAY > TIMESTAMPTZ '2026-03-01 10:00:00Z'": (
        '作成日時 > "2026-02-28T10:00:00Z"'
    ),
    "DATE '2026-03-31' - day = 30": 'day = "2026-03-01"',
    "day + 7 = DATE '2026-03-08'": 'day = "2026-03-01"',
    "day - INTERVAL 12 HOUR = TIMESTAMP '2026-03-01 12:00'": 'day = "2026-03-02"',
}


@pytest.mark.parametrize(("condition", "query"), EXACT.items())
def test_exactly_or_not_at_all(condition: str, query: str | None) -> None:
    found = translated(condition)
    assert found.exact is (query is not None)
    assert (found.condition and render(found.condition)) == query


PERHAPS_MORE = {
    "day + 7 > DATE '2026-03-08'": 'day > "2026-03-01"',
    "day - 7 <= '2026-03-01'": 'day <= "2026-03-08"',
    "day + INTERVAL 1 MONTH < DATE '2026-03-31'": 'day <= "2026-03-04"',
    "day - DATE '2026-03-01' >= 30": 'day >= "2026-03-31"',
    "date_diff('day', day, DATE '2026-03-31') < 30": 'day > "2026-03-01"',
    "\"at\" - INTERVAL 1 HOUR >= '2026-03-01 00:00:00Z'": 'at >= "2026-03-01T01:00:00Z"',
    "created + INTERVAL 1 MONTH > TIMESTAMPTZ '2026-03-31 00:00:00Z'": (
        '作成日時 >= "2026-02-24T00:00:00Z"'
    ),
    "created + INTERVAL 1 MONTH = TIMESTAMPTZ '2026-03-31 00:00:00Z'": (
        '作成日時 >= "2026-02-24T00:00:00Z" and 作成日時 <= "2026-03-04T00:00:00Z"'
    ),
}


@pytest.mark.parametrize(("condition", "query"), PERHAPS_MORE.items())
def test_these_and_perhaps_more(condition: str, query: str) -> None:
    found = translated(condition)
    assert not found.exact
    assert found.condition is not None
    assert render(found.condition) == query


def test_days_of_clocks_are_not_all_of_one_length() -> None:
    condition = "created + INTERVAL 1 DAY > TIMESTAMPTZ '2026-03-09 04:00:00Z'"
    found = translated(condition, "America/New_York")
    assert found.condition is not None
    assert render(found.condition) == '作成日時 >= "2026-03-06T04:00:00Z"'
    assert found.reason == "months and days of clocks are not all of one length"


def _digits(most: int) -> st.SearchStrategy[str]:
    return st.integers(0, 10**most - 1).map(str)


CONSTANTS = st.one_of(
    _digits(10),
    st.tuples(_digits(6), st.integers(0, 5)).map(lambda p: f"{p[0]}.{'0' * p[1]}7"),
    _digits(3).map(lambda n: f"CAST('{n}.5' AS DECIMAL(9, 4))"),
    _digits(4).map(lambda n: f"CAST({n} AS SMALLINT)"),
    _digits(3).map(lambda n: f"(-{n})"),
    _digits(3).map(lambda n: f"({n} * 2 + 1.50)"),
)
ARITHMETIC = st.recursive(
    st.just("n"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), CONSTANTS).map(" ".join),
        st.tuples(CONSTANTS, st.sampled_from("+-*"), inner).map(" ".join),
        inner.map(lambda each: f"-({each})"),
    ).map(lambda each: f"({each})"),
    max_leaves=3,
)


@settings(max_examples=300)
@given(
    decimals=st.integers(0, 10),
    whole=st.integers(1, 20),
    expression=ARITHMETIC,
    value=st.integers(-9, 9),
    constant=st.decimals(-50, 50, places=2),
)
def test_no_number_that_fits_its_column_overflows(
    decimals: int, whole: int, expression: str, value: int, constant: Decimal
) -> None:
    rules = NumberRules(
        *("", "n", locate_number(f"DECIMAL({whole + decimals},{decimals})"), Empties.LOWEST),
        *(WITH_IN, whole + decimals, decimals),
    )
    node = parse(f"SELECT {expression}").expressions[0].unalias()
    while isinstance(node, exp.Paren):
        node = node.this
    found = computed_rules(node, lambda _: rules, "UTC")
    if not isinstance(found, ComputedRules):
        return
    largest = "9" * whole + ("." + "9" * decimals if decimals else "")
    solution = found.solve(Constant(Kind.NUMBER, constant))
    assert solution is not None
    sign = ">" if solution.falls else "<"
    values = ", ".join(f"('{each}')" for each in (largest, f"-{largest}", value))
    numbers = f"CAST(v.text AS DECIMAL({whole + decimals}, {decimals})) AS n"
    rows = ENGINE.execute(
        f"SELECT {expression} < {constant}, n {sign} {solution.low.value:f} "
        f"FROM (SELECT {numbers} FROM (VALUES {values}) AS v(text))"
    )
    assert all(computed == solved for computed, solved in rows.fetchall())
