"""Keys of one scan as conditions on another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlalchemy_kintone.plan.key_conditions import Key, key_conditions
from tests.plan.fake_catalog import ORDERS
from tests.plan.planning import plan


def conditions(column: str, keys: Sequence[Key]) -> list[str] | None:
    found = ORDERS.column(column)
    assert found is not None
    return key_conditions(found, ORDERS, keys, "UTC")


CASES: list[tuple[str, Sequence[Key], list[str] | None]] = [
    ("title", ["b", "a"], ['title in ("a", "b")']),
    ("title", ['say "x"'], ['title = "say \\"x\\""']),
    ("total", [Decimal("2.50"), Decimal("1")], ['total in ("1", "2.5")']),
    ("$id", [Decimal("3.5"), 7], ['$id = "7"']),
    ("$id", [Decimal("3.5")], []),
    ("kind", ["A", "B"], ['kind in ("A", "B")']),
    # Old records may hold options that are no longer defined.
    ("kind", ["A", "former"], ['kind not in ("B", "C", "")']),
    ("day", [date(2026, 3, 1)], ['day = "2026-03-01"']),
    ("title", [], []),
    ("title", ["\x00"], None),
    ("people", ["sato"], None),
]


@pytest.mark.parametrize(("column", "keys", "expected"), CASES)
def test_conditions(column: str, keys: Sequence[Key], expected: list[str] | None) -> None:
    assert conditions(column, keys) == expected


@given(st.integers(0, 2**32))
def test_texts_that_kintone_may_take_for_each_other_stay_together(seed: int) -> None:
    random = Random(seed)
    keys = {"".join(random.choices("ab AB", k=random.randint(25, 70))) for _ in range(400)}
    found = conditions("title", sorted(keys))
    assert found is not None
    chunks = [re.findall(r'"([^"]*)"', condition) for condition in found]
    assert sorted(key for chunk in chunks for key in chunk) == sorted(keys)
    groups = [{key[:32].rstrip(" ").casefold() for key in chunk} for chunk in chunks]
    assert sum(map(len, groups)) == len(set().union(*groups))


PAIRS = [
    ("SELECT 1 FROM orders o JOIN customers c ON o.title = c.name", {"o<-c", "c<-o"}),
    ("SELECT 1 FROM orders o, customers c WHERE o.title = c.name", {"o<-c", "c<-o"}),
    ("SELECT 1 FROM orders o LEFT JOIN customers c ON o.title = c.name", {"c<-o"}),
    ("SELECT 1 FROM orders o RIGHT JOIN customers c ON o.title = c.name", {"o<-c"}),
    ("SELECT 1 FROM orders o FULL JOIN customers c ON o.title = c.name", set()),
    ("SELECT 1 FROM orders o SEMI JOIN customers c ON o.title = c.name", {"o<-c", "c<-o"}),
    ("SELECT 1 FROM orders o ANTI JOIN customers c ON o.title = c.name", {"c<-o"}),
    ("SELECT 1 FROM orders o WHERE o.title IN (SELECT c.name FROM customers c)", {"o<-c"}),
    ("SELECT 1 FROM orders o WHERE o.title NOT IN (SELECT c.name FROM customers c)", set()),
    (
        "SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.name = o.title)",
        {"o<-c"},
    ),
    (
        "SELECT 1 FROM orders o WHERE NOT EXISTS"
        " (SELECT 1 FROM customers c WHERE c.name = o.title)",
        set(),
    ),
    (
        "SELECT 1 FROM orders o WHERE EXISTS"
        " (SELECT count(*) FROM customers c WHERE c.name = o.title)",
        set(),
    ),
    ("SELECT 1 FROM orders o JOIN customers c ON o.title = c.name OR o.total = 1", set()),
    ("SELECT 1 FROM orders o JOIN customers c ON o.total = c.name", set()),
    ("SELECT 1 FROM orders o JOIN customers c ON o.author = c.name", set()),
    (
        "SELECT 1 FROM orders o LEFT JOIN customers c ON o.title = c.name"
        " WHERE c.name IN (SELECT title FROM orders)",
        {"c<-o"},
    ),
]


@pytest.mark.parametrize(("sql", "expected"), PAIRS)
def test_which_scans_narrow_which(sql: str, expected: set[str]) -> None:
    scans = {scan.name: scan for scan in plan(sql).scans}
    short = {"orders": "o", "customers": "c"}
    found = {
        f"{short[scan.table.name]}<-{short[scans[key.scan].table.name]}"
        for scan in scans.values()
        for key in scan.keys
    }
    assert found == expected
