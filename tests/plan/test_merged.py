"""A SELECT and the derived table that it reads become one: same rows, same names, less to read."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from sqlalchemy_kintone.plan import sql as sql_text
from sqlalchemy_kintone.plan.merged import merge_derived_tables
from sqlalchemy_kintone.plan.pruned import prune_derived_tables
from tests.plain import plain_duckdb
from tests.plan.planning import fetched, plan


@pytest.mark.parametrize(
    ("sql", "residual", "query"),
    [
        (
            "SELECT total FROM (SELECT total, day FROM orders WHERE kind = 'A') v LIMIT 3",
            "SELECT total FROM scan_1 AS v LIMIT 3",
            'kind in ("A") limit 3',
        ),
        (
            "SELECT count(*) FROM (SELECT total, day FROM orders WHERE kind = 'A') v",
            "SELECT COUNT(*) FROM scan_1 AS v",
            'kind in ("A")',
        ),
        (
            "SELECT * FROM (SELECT total AS t, o.title FROM orders o WHERE kind = 'A') v "
            "WHERE t > 5 ORDER BY t DESC LIMIT 2",
            "SELECT v.total AS t, v.title FROM scan_1 AS v WHERE total > 5 "
            "ORDER BY total DESC LIMIT 2",
            'kind in ("A") and total > "5" order by total desc, $id asc limit 2',
        ),
        (
            "SELECT n FROM (SELECT n, k FROM (SELECT total AS n, kind AS k FROM orders) a "
            "WHERE k = 'A') b WHERE n < 3",
            "SELECT total AS n FROM scan_1 AS b",
            'kind in ("A") and total < "3" and total != ""',
        ),
        (
            "SELECT k, count(*) AS c FROM (SELECT kind AS k FROM orders WHERE total > 1) v "
            "GROUP BY k HAVING count(*) > 1 ORDER BY c",
            "SELECT kind AS k, COUNT(*) AS c FROM scan_1 AS v GROUP BY kind HAVING COUNT(*) > 1 "
            "ORDER BY c",
            'total > "1"',
        ),
    ],
)
def test_merged(sql: str, residual: str, query: str) -> None:
    planned = plan(sql)
    assert planned.residual_sql == residual
    assert planned.scans[0].query == query


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT title FROM (SELECT total, title, memo FROM orders) v", "title"),
        ("SELECT max(t) FROM (SELECT total AS t, title, memo FROM orders) v", "total"),
        ("SELECT v.memo FROM customers, (SELECT memo, day FROM orders WHERE title < 'b') v",
         "title memo"),
        ("SELECT count(*) FROM customers, (SELECT memo, day FROM orders) v", "memo"),
    ],
)  # fmt: skip
def test_only_what_is_used_is_read(sql: str, columns: str) -> None:
    (scan,) = [each for each in plan(sql).scans if each.table.name == "orders"]
    assert fetched(scan) == columns


INNER = (
    "SELECT a, b FROM t",
    "SELECT a AS x, b FROM t WHERE c > 1",
    "SELECT t.a, t.b FROM t WHERE t.c > 1 OR t.b = 'p'",
    "SELECT u.a AS b, u.b AS a FROM t AS u WHERE u.a < 4",
    "SELECT a + c AS a, b FROM t",
    "SELECT -a AS a, CAST(c AS VARCHAR) AS b FROM t",
    "SELECT t.a, s.b FROM t JOIN s ON s.a = t.a",
    "SELECT t.a AS b, s.b AS a FROM t LEFT JOIN s USING (a) WHERE t.c > 0",
    "SELECT a, b FROM t WHERE a IN (SELECT a FROM s WHERE s.b = t.b)",
    "SELECT DISTINCT a, b FROM t",
    "SELECT a, b FROM t ORDER BY a DESC, b LIMIT 3",
    "SELECT a, max(b) AS b FROM t GROUP BY a",
    "SELECT a AS A, b AS B FROM t",
    "SELECT * FROM t WHERE a > 1",
    "SELECT a, a AS b, b AS c FROM t",
    "SELECT c AS a, a AS b, c FROM t",
    "SELECT a AS q, q + 1 AS a, b FROM t",
    "SELECT a AS q, b, a FROM t WHERE q > 1",
)
OUTER = (
    "SELECT * FROM ({}) AS v",
    "SELECT v.* FROM ({}) AS v WHERE b IS NOT NULL",
    "SELECT a, b FROM ({}) AS v",
    "SELECT b AS a, a AS b FROM ({}) AS v ORDER BY a NULLS FIRST, b",
    "SELECT v.b, v.a FROM ({}) AS v ORDER BY v.a, v.b",
    "SELECT a FROM ({}) AS v WHERE a > 1 ORDER BY b NULLS LAST, a",
    "SELECT a, c FROM ({}) AS v",
    "SELECT c AS a FROM ({}) AS v WHERE a > 1",
    "SELECT count(*), max(a), min(v.b) FROM ({}) AS v",
    "SELECT a * 2, upper(CAST(b AS VARCHAR)) FROM ({}) AS v",
    "SELECT a * 2 AS a FROM ({}) AS v WHERE a * 2 > 3 ORDER BY a",
    "SELECT a AS c, count(*) AS n FROM ({}) AS v GROUP BY a HAVING count(*) > 0",
    "SELECT b, count(*) AS n FROM ({}) AS v GROUP BY b ORDER BY n, b NULLS FIRST",
    "SELECT upper(CAST(b AS VARCHAR)) AS b FROM ({}) AS v GROUP BY b",
    "SELECT DISTINCT a FROM ({}) AS v",
    "SELECT a, row_number() OVER (ORDER BY a, b) AS n FROM ({}) AS v",
    "SELECT a, (SELECT count(*) FROM s WHERE s.b = CAST(v.b AS VARCHAR)) AS n FROM ({}) AS v",
    "SELECT [a + 1 for a in [1, 2]] AS l, a FROM ({}) AS v",
    "SELECT a, b FROM ({}) AS v GROUP BY ALL ORDER BY ALL",
    "SELECT a FROM ({}) AS v ORDER BY 1 LIMIT 2",
    "SELECT x FROM (SELECT a AS x, b FROM ({}) AS v) AS w WHERE b IS NOT NULL ORDER BY x",
    "SELECT CASE WHEN a > 1 THEN b END FROM ({}) AS v",
    "SELECT *, a + 1 AS a FROM ({}) AS v ORDER BY a",
    "SELECT a AS q FROM ({}) AS v WHERE q > 1",
    "SELECT max(v.a) FROM ({}) AS v",
    "SELECT s.b FROM s JOIN ({}) AS v ON CAST(v.a AS VARCHAR) = CAST(s.a AS VARCHAR)",
    "SELECT count(*) FROM s, ({}) AS v",
    "SELECT v FROM ({}) AS v",
    "SELECT s.a FROM s, ({}) AS v ORDER BY v.b",
    "SELECT COLUMNS('a') FROM s, ({}) AS v",
    "SELECT a FROM (SELECT * FROM ({}) AS v LIMIT 100) AS w",
    "SELECT * FROM (SELECT CAST(a AS VARCHAR) AS b FROM s) AS w JOIN ({}) AS v USING (b)",
    "SELECT w.b FROM (SELECT CAST(a AS VARCHAR) AS b FROM s) AS w NATURAL JOIN ({}) AS v",
    "SELECT x.a FROM s AS x, ({}) AS v, LATERAL (SELECT v.a AS l) AS w",
)


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with plain_duckdb("UTC") as connection:
        # With several, rows that an ORDER BY leaves equal come as it happens.
        connection.execute("SET threads = 1")
        connection.execute("CREATE TABLE t (a INTEGER, b VARCHAR, c INTEGER)")
        connection.execute(
            "INSERT INTO t VALUES (1, 'p', 2), (2, 'q', 1), (3, NULL, 3), (NULL, 'r', 4), "
            "(2, 'p', 5), (4, 'q', NULL), (5, 's', 0)"
        )
        connection.execute("CREATE TABLE s (a INTEGER, b VARCHAR)")
        connection.execute("INSERT INTO s VALUES (1, 'p'), (2, 'p'), (2, 'x'), (9, 'y')")
        yield connection


@pytest.mark.parametrize("outer", OUTER)
def test_rows_and_names_stay(tables: duckdb.DuckDBPyConnection, outer: str) -> None:
    for inner in INNER:
        tree = sql_text.parse(outer.format(inner))
        sql = tree.sql(dialect="duckdb")
        merge_derived_tables(tree)
        prune_derived_tables(tree)
        try:
            expected = tables.sql(sql)
            expected.fetchall()
        except (duckdb.BinderException, duckdb.ConversionException) as error:
            with pytest.raises(type(error)):
                tables.sql(tree.sql(dialect="duckdb")).fetchall()
            continue
        expected = tables.sql(sql)
        found = tables.sql(tree.sql(dialect="duckdb"))
        assert found.columns == expected.columns, tree.sql()
        if "ORDER BY" in outer:
            assert found.fetchall() == expected.fetchall(), tree.sql()
        else:
            assert sorted(found.fetchall(), key=repr) == sorted(expected.fetchall(), key=repr)


def test_most_are_merged() -> None:
    inner = "SELECT a AS x, a + c AS a, b FROM t WHERE c > 1"
    merged = [merge_derived_tables(sql_text.parse(outer.format(inner))) for outer in OUTER]
    assert sum(merged) >= 14
