"""Pushed conditions find what SQL finds, or more where they say so, however Kintone behaves.

Conditions are answered by the sandbox under any reading of what is not known of Kintone, and by
plain DuckDB over the same records.
"""

from __future__ import annotations

from functools import cache
from typing import Any, get_args, get_type_hints

import duckdb
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from sqlglot import exp

from sqlalchemy_kintone.kintone.query import render
from sqlalchemy_kintone.plan.conditions import Translation, parts_of
from sqlalchemy_kintone.plan.contradictions import contradict
from sqlalchemy_kintone.plan.predicates.columns import rules_for
from sqlalchemy_kintone.plan.predicates.rules import Rules
from sqlalchemy_kintone.plan.predicates.translate import Translator
from sqlalchemy_kintone.plan.sql import parse
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.plain import is_done_wrongly
from tests.plan.conditions import CONDITIONS, LEAVES
from tests.plan.fake_catalog import ORDERS
from tests.plan.records import COUNT, Sandbox, plain, sandbox
from tests.sandbox.query.build import matching

EVERY_ID = list(range(1, COUNT + 1))
_HINTS = get_type_hints(Switches)
SWITCHES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(get_args(hint)) for name, hint in _HINTS.items()}
).map(lambda chosen: tuple(sorted(chosen.items())))
NARROWING = {
    "total": ("= 5", "> 5", "< 5", ">= 5", "<= 5", "IN (5, 6)", "<> 5", "> 5.00001", "IS NULL"),
    "$id": ("= 5", "> 5", "< 7", ">= 7", "<= 5", "IN (5, 6)", "BETWEEN 6 AND 8"),
    "kind": ("= 'A'", "IN ('A', 'B')", "<> 'A'", "NOT IN ('A', 'B')", "IS NULL"),
    "day": ("= '2026-03-01'", "< '2026-03-01'", ">= '2026-03-01'", "<= '2026-03-01'"),
}
ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "America/St_Johns"])


@cache
def built(switches: tuple[tuple[str, Any], ...]) -> Sandbox:
    return sandbox(**dict(switches))


@cache
def duck(zone: str) -> duckdb.DuckDBPyConnection:
    return plain(zone)


def translated(condition: str, zone: str = "UTC") -> Translation:
    """A condition as the planner has Kintone check it."""
    where = parse(f"SELECT 1 FROM orders WHERE {condition}").find(exp.Where)
    assert where is not None

    def rules_of(column: exp.Column) -> Rules | None:
        found = ORDERS.column(column.name)
        return rules_for(found, ORDERS, zone) if found else None

    return Translator(rules_of, zone).true(where.this)


def check(condition: str, switches: tuple[tuple[str, Any], ...], zone: str) -> None:
    if is_done_wrongly(condition):
        return
    try:
        found = duck(zone).execute(f'SELECT "$id" FROM orders WHERE {condition} ORDER BY 1')
    except duckdb.BinderException as error:
        # ``total + NULL BETWEEN '5' AND 5``: no type to compare constants of two types by.
        if "NULL" in condition and "Cannot mix values" in str(error):
            return
        raise
    expected = [record_id for (record_id,) in found.fetchall()]
    translation = translated(condition, zone)
    if translation.never:
        assert expected == []
        return
    pushed = EVERY_ID
    if translation.condition is not None:
        if contradict(parts_of(translation.condition, exp.And), ORDERS):
            assert expected == []
        text = render(translation.condition)
        note(text)
        kintone = built(switches)
        pushed = matching(text, kintone.apps["orders"], kintone.domain)
    if translation.exact:
        assert pushed == expected
    else:
        assert set(expected) <= set(pushed)
        assert translation.reason


NARROW = (
    st.sampled_from(["total", "$id", "kind", "day"])
    .flatmap(
        lambda name: st.lists(
            st.sampled_from(NARROWING[name]).map(lambda text: f"{name} {text}"),
            min_size=2,
            max_size=3,
        ).map(" AND ".join)
    )
    .map(lambda text: text.replace("$id", '"$id"'))
)


@settings(max_examples=200, deadline=None)
@given(condition=NARROW)
def test_contradictions(condition: str) -> None:
    check(condition, (), "UTC")


@pytest.mark.parametrize(
    "condition",
    [
        "total > 5 AND total < 5",
        "total > 5 AND total <= 5",
        "total = 5 AND total = 6",
        "total = 5 AND total < 5",
        "total IN (1, 2) AND total IN (3, 4)",
        "total IN (1, 2) AND total > 2",
        "total BETWEEN 2 AND 1",
        "kind = 'A' AND kind = 'B'",
        "$id > 10 AND $id < 5",
        "day < DATE '2026-01-01' AND day > DATE '2026-01-01'",
    ],
)
def test_what_excludes_itself_is_never_true(condition: str) -> None:
    found = translated(condition).condition
    assert found is not None
    assert contradict(parts_of(found, exp.And), ORDERS)


@pytest.mark.parametrize(
    "condition",
    [
        "total >= 5 AND total <= 5",
        "total = 5 AND total <= 5",
        "total IN (1, 2) AND total IN (2, 3)",
        "total IS NULL AND total <> 5",
        "kind = 'A' AND total = 5",
        "list_contains(tags, 'x') AND list_contains(tags, 'y')",
        "title = 'a' AND title = 'A'",
        "total = 5 OR total = 6",
    ],
)
def test_what_may_hold_is_asked(condition: str) -> None:
    found = translated(condition).condition
    assert found is not None
    assert not contradict(parts_of(found, exp.And), ORDERS)


CASE = {"switches": SWITCHES, "zone": ZONES}


@settings(max_examples=400, deadline=None)
@given(condition=LEAVES, **CASE)
def test_simple_conditions(condition: str, switches: Any, zone: str) -> None:
    check(condition, switches, zone)


@settings(max_examples=300, deadline=None)
@given(condition=CONDITIONS, **CASE)
def test_conditions(condition: str, switches: Any, zone: str) -> None:
    check(condition, switches, zone)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(condition=LEAVES | CONDITIONS, **CASE)
def test_many_conditions(condition: str, switches: Any, zone: str) -> None:
    check(condition, switches, zone)
