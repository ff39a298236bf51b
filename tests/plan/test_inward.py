"""Conditions on derived tables and common table expressions reach the apps that they read."""

from __future__ import annotations

import pytest

from tests.plan.planning import plan


@pytest.mark.parametrize(
    ("sql", "query"),
    [
        ("SELECT t FROM (SELECT total AS t FROM orders) v WHERE t > 5", 'total > "5"'),
        (
            "SELECT t FROM (SELECT total AS t FROM orders) v WHERE v.t > 5 AND v.t < 9",
            'total > "5" and total < "9" and total != ""',
        ),
        (
            "SELECT 1 FROM (SELECT total t, kind FROM orders) v WHERE t > 5 OR kind = 'A'",
            'total > "5" or kind in ("A")',
        ),
        (
            "SELECT t FROM (SELECT total AS t FROM orders WHERE kind = 'A') v WHERE t > 5",
            'kind in ("A") and total > "5"',
        ),
        (
            "SELECT * EXCLUDE (memo) FROM (SELECT *, total + 1 AS more FROM orders) v "
            "WHERE kind = 'A'",
            'kind in ("A")',
        ),
        (
            "SELECT kind, count(*) FROM (SELECT kind, total FROM orders) v WHERE total > 5 "
            "GROUP BY kind",
            'total > "5"',
        ),
        ("WITH v AS (SELECT total AS t FROM orders) SELECT * FROM v WHERE t > 5", 'total > "5"'),
        (
            "WITH v AS (SELECT * FROM orders) SELECT w.total FROM v AS w WHERE w.kind = 'A'",
            'kind in ("A")',
        ),
        ("SELECT 1 FROM (SELECT total AS t FROM orders) v, range(3) WHERE v.t > 5", 'total > "5"'),
        (
            "SELECT 1 FROM range(3) LEFT JOIN (SELECT total AS t FROM orders) v ON TRUE "
            "WHERE v.t > 5",
            'total > "5"',
        ),
        # Where the rows are not just filtered, or the name may mean something else.
        (
            "SELECT 1 FROM range(3) LEFT JOIN (SELECT total AS t FROM orders) v ON TRUE "
            "WHERE v.t IS NULL",
            "",
        ),
        ("SELECT 1 FROM (SELECT total AS t FROM orders) v, range(3) WHERE t > 5", ""),
        ("SELECT t FROM (SELECT total AS t FROM orders LIMIT 600) v WHERE t > 5", "limit 600"),
        ("SELECT t FROM (SELECT DISTINCT total AS t FROM orders) v WHERE t > 5", ""),
        ("SELECT t FROM (SELECT max(total) AS t FROM orders) v WHERE t > 5", None),
        ("SELECT t FROM (SELECT sum(total) AS t FROM orders) v WHERE t > 5", ""),
        ("SELECT t FROM (SELECT unnest(tags) AS t FROM orders) v WHERE t > 'x'", ""),
        (
            "SELECT t FROM (SELECT total, row_number() OVER () AS t FROM orders) v WHERE total > 5",
            "",
        ),
        ("SELECT t FROM (SELECT total + 1 AS t FROM orders) v WHERE t > 5", ""),
        ("SELECT t FROM (SELECT total AS t, kind AS t FROM orders) v WHERE t > 5", ""),
        ("SELECT 1 FROM (SELECT *, weight AS total FROM orders) v WHERE total > 5", ""),
        (
            "SELECT t FROM (SELECT total AS t FROM orders) v WHERE t > 5 AND random() < t",
            'total > "5"',
        ),
        ("SELECT t FROM (SELECT total AS t FROM orders) v WHERE t > random()", ""),
        ("WITH v AS (SELECT total AS t FROM orders) SELECT a.t FROM v a, v b WHERE a.t > 5", ""),
        ("WITH v(x) AS (SELECT total FROM orders) SELECT x FROM v WHERE x > 5", ""),
        ("SELECT x FROM (SELECT total FROM orders) v(x) WHERE x > 5", ""),
    ],
)
def test_what_is_read(sql: str, query: str | None) -> None:
    (scan,) = plan(sql).scans
    if query is not None:
        assert scan.query == query
