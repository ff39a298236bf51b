"""Several aggregates of an app: each by a request of its own, or all by reading it."""

from __future__ import annotations

import duckdb
import pytest

from sqlalchemy_kintone.plan.model import Pushdown
from sqlalchemy_kintone.read.pages import first_query
from tests.plan.planning import plan

LEAST, GREATEST = "total asc, $id asc limit 1", "total desc, $id asc limit 1"


@pytest.mark.parametrize(
    ("sql", "queries"),
    [
        (
            "SELECT min(total), max(total) FROM orders",
            [f'total != "" order by {LEAST}', f'total != "" order by {GREATEST}'],
        ),
        (
            "SELECT max(o.total) AS m, count(*) AS n, count(o.kind) AS k FROM orders o "
            "WHERE o.kind = 'A' AND o.$id > 3",
            [
                f'total != "" and kind in ("A") and $id > "3" order by {GREATEST}',
                'kind in ("A") and $id > "3"',
                'kind in ("A") and $id > "3" and kind not in ("")',
            ],
        ),
        (
            "WITH v AS (SELECT count(*) AS n, max(created) AS c FROM orders) SELECT * FROM v",
            ["", "order by 作成日時 desc, $id asc limit 1"],
        ),
    ],
)
def test_one_request_each(sql: str, queries: list[str]) -> None:
    scans = plan(sql).scans
    assert sorted(" ".join(scan.query.split()) for scan in scans) == sorted(queries)
    assert all(scan.limit == 1 or not scan.columns for scan in scans)


def test_dates() -> None:
    sql = "SELECT min(day), max(day), count(*) FROM orders WHERE kind = 'A'"
    asked = [first_query(scan.first) if scan.first else scan.query for scan in plan(sql).scans]
    assert sorted(asked) == [
        'day != "" and kind in ("A") order by day asc, $id asc limit 1',
        'day != "" and kind in ("A") order by day desc, $id asc limit 1',
        'kind in ("A")',
    ]
    assert len(plan(sql, pushdown=Pushdown.EXACT).scans) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT min(total), sum(total) FROM orders",
        "SELECT min(total), max(total) FROM orders WHERE title = 'a'",
        "SELECT min(total), max(total) FROM orders WHERE total % 2 = 1",
        "SELECT min(due), max(due) FROM orders",
        "SELECT min(day), count(*) FROM orders WHERE day > '2026-01-01'",
        "SELECT min(day), count(day) FROM orders",
        "SELECT min(weight), max(weight) FROM orders",
        "SELECT min(total), max(total) FROM orders GROUP BY kind",
        "SELECT min(total), max(total) FROM orders HAVING count(*) > 1",
        "SELECT min(total), max(total) FILTER (WHERE total > 5) FROM orders",
        "SELECT min(total), count(DISTINCT kind) FROM orders",
        "SELECT min(total), max(total) OVER () FROM orders",
        "SELECT min(total), MAX(orders.total) FROM orders",
        "SELECT count(title) AS a, count(*) AS b FROM orders",
        "SELECT min(total), max(total), count(*), min(wide), max(wide) FROM orders",
    ],
)
def test_all_is_read(sql: str) -> None:
    (scan,) = plan(sql).scans
    assert scan.limit is None
    assert scan.columns


def test_results_keep_their_names() -> None:
    sql = "SELECT min(total), count(*), count(kind), max(total) AS most FROM orders"
    connection = duckdb.connect()
    connection.execute("CREATE TABLE orders (total INT, kind VARCHAR)")
    found = plan(sql)
    for scan in found.scans:
        connection.execute(f'CREATE VIEW {scan.name} AS SELECT *, 1 AS "$id" FROM orders')
    names = connection.sql(found.residual_sql).columns
    assert names == connection.sql(sql).columns
