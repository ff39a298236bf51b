"""Aggregates that one request answers, and those that none should be rewritten for."""

from __future__ import annotations

import pytest

from tests.plan.planning import only_scan, plan

REWRITTEN = [
    ("SELECT max(total) FROM orders", 'total != "" order by total desc, $id asc limit 1'),
    ("SELECT min(o.total) FROM orders o", 'total != "" order by total asc, $id asc limit 1'),
    ("SELECT max($id) AS m FROM orders", "order by $id desc limit 1"),
    (
        "SELECT max(total) AS m FROM orders WHERE kind = 'A'",
        'total != "" and kind in ("A") order by total desc, $id asc limit 1',
    ),
    ("SELECT count(total) AS n FROM orders", 'total != ""'),
    ("SELECT count(*) FROM orders", ""),
    ("SELECT count(*) FROM orders WHERE kind = 'A'", 'kind in ("A")'),
    ("SELECT EXISTS (SELECT 1 FROM orders WHERE kind = 'A')", 'kind in ("A")'),
]


@pytest.mark.parametrize(("sql", "query"), REWRITTEN)
def test_one_request(sql: str, query: str) -> None:
    scan = only_scan(sql)
    assert scan.query == query
    assert scan.limit == 1 or not scan.columns


LEFT_ALONE = [
    "SELECT max(title) FROM orders",
    "SELECT max(total), sum(total) FROM orders",
    "SELECT max(total, 3) FROM orders",
    "SELECT max(total) FILTER (WHERE kind = 'A') FROM orders",
    "SELECT max(total) OVER () FROM orders",
    "SELECT max(total) FROM orders GROUP BY kind",
    "SELECT max(total) FROM orders HAVING count(*) > 1",
    "SELECT max(total) FROM orders LIMIT 0",
    "SELECT max(total + 1) FROM orders",
    "SELECT max(weight) FROM orders",
    "SELECT max(tax) FROM orders",
    "SELECT max(total) FROM orders WHERE title = 'A'",
    "SELECT count(DISTINCT total) FROM orders",
    "SELECT count(total, title) AS n FROM orders",
    "SELECT max(DISTINCT total) FROM orders",
    "SELECT count(total) FROM orders",
]


@pytest.mark.parametrize("sql", LEFT_ALONE)
def test_left_alone(sql: str) -> None:
    scan = only_scan(sql)
    assert scan.limit is None
    assert scan.columns


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT (SELECT max(total) FROM orders)", '"(SELECT MAX(total) FROM orders)"'),
        ("SELECT EXISTS(SELECT 1 FROM orders) UNION SELECT true", '"EXISTS(SELECT 1 FROM orders)"'),
        ("SELECT (SELECT max(total) FROM orders) AS m", "AS m"),
    ],
)
def test_scans_do_not_show_in_names(sql: str, name: str) -> None:
    assert name in plan(sql).residual_sql
