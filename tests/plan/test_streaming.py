"""Which statements read their only scan once."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from sqlalchemy_kintone.plan.streaming import is_read_once

ONCE = (
    "SELECT * FROM scan_1 AS t",
    "SELECT a FROM scan_1 AS t WHERE b LIKE '%x%' ORDER BY c LIMIT 3",
    "SELECT a, count(*) FROM scan_1 AS t GROUP BY a HAVING count(*) > 1",
    "SELECT DISTINCT a, row_number() OVER (PARTITION BY b) FROM scan_1 AS t QUALIFY true",
    "SELECT x FROM (SELECT a AS x FROM scan_1 AS t) AS s",
    "SELECT * FROM (SELECT * FROM (SELECT a FROM scan_1 AS t) AS s WHERE a > 1) AS r",
    "SELECT * FROM (VALUES (1), (2)) AS v(x) JOIN scan_1 AS t ON t.a = v.x",
    "SELECT * FROM scan_1 AS t WHERE a IN (SELECT x FROM range(3) AS r(x))",
)
PERHAPS_NOT = (
    "WITH s AS (SELECT * FROM scan_1 AS t) SELECT * FROM s AS a JOIN s AS b ON a.x = b.x",
    "WITH s AS (SELECT 1) SELECT * FROM scan_1 AS t",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r, scan_1 AS t) FROM r",
    "SELECT (SELECT max(a) FROM scan_1 AS t)",
    "SELECT x FROM range(3) AS r(x) WHERE x IN (SELECT a FROM scan_1 AS t)",
    "SELECT x FROM range(3) AS r(x), LATERAL (SELECT a FROM scan_1 AS t WHERE a > x) AS s",
    "SELECT a FROM scan_1 AS t UNION ALL SELECT 1",
    "SELECT * FROM (SELECT a FROM scan_1 AS t UNION ALL SELECT 1) AS s",
    "PIVOT scan_1 ON a USING sum(b)",
    "SELECT * FROM scan_1 AS t PIVOT (sum(b) FOR a IN (1, 2))",
    "SUMMARIZE scan_1",
    "SELECT 1",
)


def parsed(sql: str) -> exp.Expression:
    tree = parse_one(sql, dialect="duckdb")
    assert isinstance(tree, exp.Expression)
    return tree


@pytest.mark.parametrize("sql", ONCE)
def test_read_once(sql: str) -> None:
    assert is_read_once(parsed(sql), "scan_1")


@pytest.mark.parametrize("sql", PERHAPS_NOT)
def test_perhaps_read_again(sql: str) -> None:
    assert not is_read_once(parsed(sql), "scan_1")
