"""Which SELECTs need no more than the values of an option column."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.model import DistinctValues, Pushdown, Scan, ValueCounts, ValuePart
from tests.plan.planning import only_scan, plan

COUNTED = {
    "SELECT kind, count(*) FROM orders GROUP BY kind": 'ABC""',
    "SELECT kind, count(*) AS n FROM orders GROUP BY 1 HAVING count(*) > 3": 'ABC""',
    "SELECT kind, count(kind) FROM orders GROUP BY ALL ORDER BY 2 DESC LIMIT 2": 'ABC""',
    "SELECT kind = 'A' AS a, count(*) FROM orders GROUP BY a": 'ABC""',
    "SELECT count(*) FILTER (WHERE kind = 'A'), count(kind) AS k FROM orders": 'ABC""',
    "SELECT sum(CASE WHEN kind IN ('A', 'B') THEN 1 ELSE 0 END) AS s FROM orders": 'ABC""',
    "SELECT kind, count(*) FROM orders WHERE total > 5 AND day > '2026-01-01' GROUP BY kind": "",
    "SELECT kind, count(*) FROM orders WHERE total > 5 GROUP BY ROLLUP (kind)": 'ABC""',
    "SELECT kind, count(*) FROM orders WHERE kind IN ('A', 'C') GROUP BY kind": "AC",
    "SELECT kind, count(*) FROM orders WHERE kind IS NOT NULL GROUP BY kind": "ABC",
    "SELECT DISTINCT kind, count(*) FROM orders WHERE kind = 'A' GROUP BY kind": "A",
    "SELECT * FROM (SELECT kind, count(*) FROM orders GROUP BY kind) WHERE kind = 'A'": "A",
    "SELECT kind, count(*) FROM (SELECT * FROM orders) GROUP BY kind": 'ABC""',
}


@pytest.mark.parametrize(("sql", "asked"), COUNTED.items())
def test_counts(sql: str, asked: str) -> None:
    values = only_scan(sql).values
    if not asked:
        assert values is None  # the day is needed, as empty ones may pass at Kintone
        return
    assert isinstance(values, ValueCounts)
    found = (*values.parts, *values.empty)
    assert "".join(part.value or '""' for part in found) == asked
    assert [part.condition for part in found] == [
        f'kind in ("{part.value or ""}")' for part in found
    ]
    assert values.others == 'kind not in ("A", "B", "C", "")'


def test_kintone_is_not_asked_for_the_empty_value_of_a_radio_button() -> None:
    found = only_scan("SELECT grade, count(*) FROM orders GROUP BY grade").values
    hi, lo = ValuePart("hi", 'grade in ("hi")'), ValuePart("lo", 'grade in ("lo")')
    assert found == ValueCounts((hi, lo), (), 'grade not in ("hi", "lo")')


DISTINCT = [
    "SELECT DISTINCT kind FROM orders",
    "SELECT DISTINCT kind FROM orders WHERE total > 5 ORDER BY kind LIMIT 2",
    "SELECT kind FROM orders GROUP BY kind",
    "SELECT count(DISTINCT kind), min(kind) FROM orders",
    "SELECT kind, max(lower(kind)) FROM orders GROUP BY kind",
]


@pytest.mark.parametrize("sql", DISTINCT)
def test_distinct(sql: str) -> None:
    expected = [(option, f'kind not in ("{option}")') for option in ("A", "B", "C")]
    parts = [ValuePart(*part) for part in expected]
    assert only_scan(sql).values == DistinctValues((*parts, ValuePart(None, 'kind not in ("")')))


READ = [
    "SELECT kind FROM orders",
    "SELECT kind FROM orders WHERE kind = 'A' LIMIT 3",
    "SELECT DISTINCT ON (kind) kind FROM orders",
    "SELECT kind, count(*), sum(total) FROM orders GROUP BY kind",
    "SELECT kind, grade, count(*) FROM orders GROUP BY ALL",
    "SELECT title, count(*) FROM orders GROUP BY title",
    "SELECT tags, count(*) FROM orders GROUP BY tags",
    "SELECT kind, count(*) FROM orders WHERE title = 'a' GROUP BY kind",
    "SELECT kind, list(kind) FROM orders GROUP BY kind",
    "SELECT kind, first(kind) FROM orders GROUP BY kind",
    "SELECT min(kind, 3) FROM orders",
    "SELECT kind, max(kind, 2) FROM orders GROUP BY kind",
    "SELECT kind, row_number() OVER () FROM orders GROUP BY kind",
    "SELECT DISTINCT kind || random() FROM orders",
    "SELECT o.kind, count(*) FROM orders o, customers GROUP BY o.kind",
    "SELECT kind, count(*) FROM orders WHERE kind IN (SELECT rank FROM customers) GROUP BY kind",
    "SELECT color, count(*) FROM orders$lines GROUP BY color",
]


@pytest.mark.parametrize("sql", READ)
def test_records_are_wanted(sql: str) -> None:
    assert all(scan.values is None for scan in plan(sql).scans)


def test_switched_off() -> None:
    sql = "SELECT kind, count(*) FROM orders GROUP BY kind"
    assert only_scan(sql, pushdown=Pushdown.NONE).values is None
    scan: Scan = only_scan(sql, pushdown=Pushdown.EXACT)
    assert isinstance(scan.values, ValueCounts)
