"""The first records by a number that may be empty: two pages, or all records."""

from __future__ import annotations

import duckdb
import pytest

from tests.plan.planning import fetched, plan


@pytest.mark.parametrize(
    ("clauses", "queries"),
    [
        (
            "ORDER BY total DESC LIMIT 10",
            ['total != "" order by total desc, $id asc limit 10', 'total = "" limit 10'],
        ),
        (
            "WHERE kind = 'A' ORDER BY total NULLS FIRST, created DESC, $id, title "
            "LIMIT 3 OFFSET 2",
            [
                'kind in ("A") and total != "" order by total asc, 作成日時 desc, $id asc limit 5',
                'kind in ("A") and total = "" order by 作成日時 desc, $id asc limit 5',
            ],
        ),
        (
            "WHERE kintone_like(title, 'a') ORDER BY total LIMIT 1",
            [
                'title like "a" and total != "" order by total asc, $id asc limit 1',
                'title like "a" and total = "" limit 1',
            ],
        ),
        (
            "WHERE total > 5 OR kind = 'A' ORDER BY total LIMIT 10",
            [
                '(total > "5" or kind in ("A")) and total != "" '
                "order by total asc, $id asc limit 10",
                '(total > "5" or kind in ("A")) and total = "" limit 10',
            ],
        ),
        (
            "ORDER BY total, 2 DESC LIMIT 5",
            [
                'total != "" order by total asc, $id desc limit 5',
                'total = "" order by $id desc limit 5',
            ],
        ),
        (
            "ORDER BY t DESC, i LIMIT 5",
            [
                'total != "" order by total desc, $id asc limit 5',
                'total = "" order by $id asc limit 5',
            ],
        ),
        # Nothing to part, or nothing that Kintone could order.
        ("ORDER BY total", [""]),
        ("ORDER BY total LIMIT 501", [""]),
        ("ORDER BY total LIMIT 400 OFFSET 101", [""]),
        ("ORDER BY day LIMIT 10", [""]),
        ("ORDER BY tax LIMIT 10", [""]),
        ("ORDER BY weight LIMIT 10", [""]),
        ("ORDER BY total, wide LIMIT 10", [""]),
        ("ORDER BY total + 1 LIMIT 10", [""]),
        ("WHERE title = 'a' ORDER BY total LIMIT 10", ['title = "a"']),
        ("ORDER BY $id LIMIT 10", ["order by $id asc limit 10"]),
    ],
)
def test_queries(clauses: str, queries: list[str]) -> None:
    select = "SELECT kind, $id AS i, total AS t FROM orders"
    assert [scan.query for scan in plan(f"{select} {clauses}").scans] == queries


def test_only_what_is_needed_is_read() -> None:
    found = plan("SELECT o.kind AS k FROM orders o WHERE o.$id > 3 ORDER BY o.total DESC LIMIT 2")
    assert [fetched(scan) for scan in found.scans] == ["total kind", "total kind"]
    assert found.residual_sql.endswith('AS "o" ORDER BY o.total DESC LIMIT 2')


def test_a_record_that_comes_with_both_pages_counts_once() -> None:
    found = plan("SELECT $id, total FROM orders ORDER BY total LIMIT 3")
    names = [column.name for column in found.scans[0].table.columns]
    connection = duckdb.connect()
    # Record 2 got its number between the two requests.
    for scan, values in zip(found.scans, ("(1, 5), (2, 7)", "(2, NULL), (3, NULL)"), strict=True):
        others = "".join(f', NULL AS "{name}"' for name in names if name not in ("$id", "total"))
        connection.execute(
            f'CREATE VIEW {scan.name} AS SELECT *{others} FROM (VALUES {values}) v("$id", total)'
        )
    ids = [i for i, _ in connection.sql(found.residual_sql).fetchall()]
    assert sorted(ids) == [1, 2, 3]
