"""Derived tables that only pass rows on are opened."""

from __future__ import annotations

import pytest

from tests.plan.planning import fetched, only_scan, plan


@pytest.mark.parametrize(
    ("sql", "residual"),
    [
        ("SELECT total FROM (SELECT * FROM orders) AS v", "SELECT total FROM scan_1 AS v"),
        ("SELECT v.total FROM (SELECT * FROM orders o) v", "SELECT v.total FROM scan_1 AS v"),
        ("SELECT v FROM (FROM orders) v", "SELECT v FROM scan_1 AS v"),
        ("SELECT total FROM (SELECT * FROM orders)", 'SELECT total FROM scan_1 AS "orders"'),
        (
            "SELECT total FROM (SELECT * FROM (SELECT * FROM orders) AS v) AS w",
            "SELECT total FROM scan_1 AS w",
        ),
        (
            "SELECT title FROM (SELECT * FROM orders o WHERE o.title = 'a') AS v WHERE title > 'b'",
            "SELECT title FROM scan_1 AS v WHERE title > 'b' AND v.title = 'a'",
        ),
        (
            "SELECT title FROM (SELECT * FROM orders WHERE title = 'a' OR memo = 'x') AS v "
            "WHERE title > 'b'",
            "SELECT title FROM scan_1 AS v WHERE title > 'b' AND (v.title = 'a' OR v.memo = 'x')",
        ),
        (
            "SELECT c.name FROM customers c JOIN (SELECT * FROM orders WHERE title = 'a') v "
            "ON v.customer_id = c.$id",
            'SELECT c.name FROM scan_1 AS c JOIN scan_2 AS v ON v.customer_id = c."$id" '
            "WHERE v.title = 'a'",
        ),
        (
            "SELECT c.name FROM customers c LEFT JOIN (SELECT * FROM orders) v ON v.total = 1",
            "SELECT c.name FROM scan_1 AS c LEFT JOIN scan_2 AS v ON v.total = 1",
        ),
        # Where more is done than passing rows on, or the place of the condition matters.
        (
            "SELECT c.name FROM customers c LEFT JOIN (SELECT * FROM orders WHERE title = 'a') v "
            "ON v.total = 1",
            'SELECT c.name FROM scan_1 AS c LEFT JOIN (SELECT * FROM scan_2 AS "orders" '
            "WHERE title = 'a') AS v ON v.total = 1",
        ),
        (
            "SELECT 1 FROM orders, (SELECT * FROM orders)",
            'SELECT 1 FROM scan_1 AS "orders", (SELECT * FROM scan_2 AS "orders")',
        ),
        (
            "SELECT x FROM (SELECT * FROM orders) AS v(x)",
            'SELECT x FROM (SELECT * FROM scan_1 AS "orders") AS v(x)',
        ),
        (
            "SELECT total FROM (SELECT * FROM orders LIMIT 5) AS v",
            'SELECT total FROM (SELECT * FROM scan_1 AS "orders" LIMIT 5) AS v',
        ),
        (
            "SELECT total FROM (SELECT DISTINCT * FROM orders) AS v",
            'SELECT total FROM (SELECT DISTINCT * FROM scan_1 AS "orders") AS v',
        ),
        (
            "SELECT max(t) FROM (SELECT total AS t FROM orders) AS v",
            'SELECT MAX(t) FROM (SELECT total AS t FROM scan_1 AS "orders") AS v',
        ),
        (
            "SELECT total FROM (SELECT * EXCLUDE (memo) FROM orders) AS v",
            'SELECT total FROM (SELECT * EXCLUDE (memo) FROM scan_1 AS "orders") AS v',
        ),
        (
            "SELECT c.name FROM customers c, (SELECT * FROM orders WHERE total = c.score) v",
            'SELECT c.name FROM scan_1 AS c, (SELECT * FROM scan_2 AS "orders" '
            "WHERE total = c.score) AS v",
        ),
    ],
)
def test_opened(sql: str, residual: str) -> None:
    assert plan(sql).residual_sql == residual


@pytest.mark.parametrize(
    ("sql", "query", "columns"),
    [
        (
            "SELECT kind, count(*) FROM (SELECT * FROM orders) AS v WHERE total > 5 GROUP BY kind",
            'total > "5"',
            "kind",
        ),
        (
            "SELECT total FROM (SELECT * FROM orders WHERE kind = 'A') AS v "
            "ORDER BY created DESC LIMIT 10",
            'kind in ("A") order by 作成日時 desc, $id asc limit 10',
            "total created",
        ),
        ("SELECT count(*) FROM (SELECT * FROM orders WHERE kind = 'A') AS v", 'kind in ("A")', ""),
    ],
)
def test_kintone_does_more(sql: str, query: str, columns: str) -> None:
    scan = only_scan(sql)
    assert (scan.query, fetched(scan)) == (query, columns)
