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
        # Through groups by what they are made of.
        (
            "SELECT * FROM (SELECT kind, sum(total) AS s FROM orders GROUP BY kind) v "
            "WHERE kind = 'A'",
            'kind in ("A")',
        ),
        (
            "SELECT * FROM (SELECT kind AS k, count(*) FROM orders GROUP BY 1 HAVING count(*) > 1) "
            "v WHERE v.k = 'A'",
            'kind in ("A")',
        ),
        (
            "WITH v AS (SELECT kind, day, count(*) AS n FROM orders GROUP BY ALL) "
            "SELECT sum(n) FROM v WHERE kind = 'A' AND n > 5",
            'kind in ("A")',
        ),
        (
            "SELECT * FROM (SELECT kind, sum(total) AS s FROM orders GROUP BY kind) v WHERE s > 5",
            "",
        ),
        (
            "SELECT * FROM (SELECT kind, max(day) AS day FROM orders GROUP BY kind) v "
            "WHERE day = '2026-03-01'",
            "",
        ),
        (
            "SELECT * FROM (SELECT kind, row_number() OVER () AS r FROM orders GROUP BY kind) v "
            "WHERE kind = 'A'",
            "",
        ),
        (
            "SELECT * FROM (SELECT kind, grade FROM orders GROUP BY ROLLUP (kind, grade)) v "
            "WHERE kind = 'A'",
            "",
        ),
        (
            "SELECT * FROM (SELECT kind, lower(title) AS day FROM orders GROUP BY kind, day) v "
            "WHERE kind = 'A'",
            'kind in ("A")',
        ),
        # Where the rows are not just filtered, or the name may mean something else.
        (
            "SELECT 1 FROM range(3) LEFT JOIN (SELECT total AS t FROM orders) v ON TRUE "
            "WHERE v.t IS NULL",
            "",
        ),
        ("SELECT 1 FROM (SELECT total AS t FROM orders) v, range(3) WHERE t > 5", ""),
        ("SELECT t FROM (SELECT total AS t FROM orders LIMIT 600) v WHERE t > 5", "limit 600"),
        ("SELECT t FROM (SELECT DISTINCT total AS t FROM orders) v WHERE t > 5", 'total > "5"'),
        ("SELECT t FROM (SELECT max(total) AS t FROM orders) v WHERE t > 5", None),
        ("SELECT t FROM (SELECT sum(total) AS t FROM orders) v WHERE t > 5", ""),
        ("SELECT t FROM (SELECT unnest(tags) AS t FROM orders) v WHERE t > 'x'", ""),
        (
            "SELECT t FROM (SELECT total, row_number() OVER () AS t FROM orders) v WHERE total > 5",
            "",
        ),
        ("SELECT max(t) FROM (SELECT total + 1 AS t FROM orders) v WHERE t > 5", ""),
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


@pytest.mark.parametrize(
    ("sql", "queries"),
    [
        (
            "SELECT * FROM (SELECT title, total AS t FROM orders UNION ALL "
            "SELECT name, score FROM customers) v WHERE t > 5",
            ['total > "5"', 'score > "5"'],
        ),
        (
            "WITH v AS ((SELECT total AS t FROM orders WHERE kind = 'A') UNION "
            "SELECT score FROM customers UNION ALL SELECT total FROM orders) "
            "SELECT count(*) FROM v WHERE v.t = 5",
            ['kind in ("A") and total = "5"', 'score = "5"', 'total = "5"'],
        ),
        (
            "SELECT * FROM (SELECT total AS t FROM orders EXCEPT SELECT score FROM customers) v "
            "WHERE t > 5",
            ['total > "5"', 'score > "5"'],
        ),
        (
            "SELECT * FROM (SELECT total AS t FROM orders UNION ALL "
            "SELECT max(score) FROM customers GROUP BY score) v WHERE t > 5",
            ["", ""],
        ),
        # One branch can be asked, the other has to be read.
        (
            "SELECT * FROM (SELECT total AS t FROM orders UNION ALL "
            "(SELECT score FROM customers LIMIT 600)) v WHERE t > 5",
            ['total > "5"', "limit 600"],
        ),
        (
            "SELECT * FROM (SELECT total AS t FROM orders UNION ALL "
            "SELECT DISTINCT score FROM customers) v WHERE t > 5",
            ['total > "5"', 'score > "5"'],
        ),
        # The union converts values, or pairs names that are not everywhere.
        (
            "SELECT * FROM (SELECT total AS t FROM orders UNION ALL "
            "SELECT $id FROM customers) v WHERE t > 5",
            ["", ""],
        ),
        (
            "SELECT * FROM (SELECT total AS t FROM orders UNION ALL SELECT 7) v WHERE t > 5",
            [""],
        ),
        (
            "SELECT * FROM (SELECT title, total FROM orders UNION ALL BY NAME "
            "SELECT score AS total, title FROM customers) v WHERE total > 5",
            ['total > "5"', 'score > "5"'],
        ),
        (
            "SELECT * FROM (SELECT title, total FROM orders UNION ALL BY NAME "
            "SELECT title FROM customers) v WHERE total > 5 AND title = 'a'",
            ["", ""],
        ),
        (
            "SELECT * FROM (SELECT title, total FROM orders UNION BY NAME (SELECT score AS total, "
            "title FROM customers UNION SELECT total, title FROM orders)) v WHERE total > 5",
            ["", "", ""],
        ),
        (
            "SELECT * FROM (SELECT score AS total, title FROM customers UNION BY NAME "
            "SELECT title, total FROM orders UNION BY NAME "
            "SELECT total, title FROM orders WHERE kind = 'A') v WHERE total > 5",
            ['score > "5"', 'total > "5"', 'kind in ("A") and total > "5"'],
        ),
        (
            "SELECT * FROM (SELECT total AS t FROM orders UNION ALL "
            "SELECT score FROM customers ORDER BY t LIMIT 3) v WHERE t > 5",
            ["", ""],
        ),
    ],
)
def test_unions(sql: str, queries: list[str]) -> None:
    assert [scan.query for scan in plan(sql).scans] == queries


@pytest.mark.parametrize(
    ("inner", "query"),
    [
        ("SELECT DISTINCT kind, total FROM orders", 'total > "5"'),
        ("SELECT DISTINCT ON (total) kind, total FROM orders", 'total > "5"'),
        ("SELECT DISTINCT ON (kind, total) * FROM orders", 'total > "5"'),
        ("SELECT DISTINCT ON (kind) kind, total FROM orders", ""),
        ("SELECT DISTINCT ON (total) wide AS total, kind FROM orders", ""),
        (
            "SELECT *, sum(wide) OVER (PARTITION BY total ORDER BY day) AS s FROM orders",
            'total > "5"',
        ),
        ("SELECT total, sum(wide) OVER (PARTITION BY kind) AS s FROM orders", ""),
        ("SELECT total, row_number() OVER () AS s FROM orders", ""),
        ("SELECT total, row_number() OVER w AS s FROM orders WINDOW w AS (ORDER BY $id)", ""),
        (
            "SELECT total FROM orders QUALIFY row_number() OVER "
            "(PARTITION BY kind, total ORDER BY $id) = 1",
            'total > "5"',
        ),
        ("SELECT total FROM orders QUALIFY row_number() OVER (PARTITION BY kind) = 1", ""),
        (
            "SELECT total, max(day) OVER (PARTITION BY total) AS m, "
            "rank() OVER (ORDER BY total) AS r FROM orders",
            "",
        ),
    ],
)
def test_groups_of_rows(inner: str, query: str) -> None:
    (scan,) = plan(f"SELECT * FROM ({inner}) AS v WHERE total > 5").scans
    assert scan.query == query
