"""Orders of dates: the first records, which are enough where they have values."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.model import Pushdown
from sqlalchemy_kintone.read.pages import first_query
from tests.plan.planning import only_scan, plan

# What is asked, and which columns have to have values for a record to count.
ASKED = {
    "ORDER BY day DESC LIMIT 10": ('day != "" order by day desc, $id asc limit 10', "day"),
    "ORDER BY day LIMIT 10 OFFSET 5": ('day != "" order by day asc, $id asc limit 15', "day"),
    "ORDER BY 2 DESC LIMIT 3": ('day != "" order by day desc, $id asc limit 3', "day"),
    "ORDER BY d DESC LIMIT 3": ('day != "" order by day desc, $id asc limit 3', "day"),
    "ORDER BY day, $id DESC LIMIT 3": ('day != "" order by day asc, $id desc limit 3', "day"),
    "ORDER BY day DESC NULLS LAST LIMIT 3": (
        'day != "" order by day desc, $id asc limit 3',
        "day",
    ),
    # WHERE wants no NULLs, so that they are only counted out.
    "WHERE day >= '2026-03-01' ORDER BY day LIMIT 3": (
        'day >= "2026-03-01" order by day asc, $id asc limit 3',
        "day",
    ),
    "WHERE kind = 'A' AND day < '2026-03-01' ORDER BY day DESC LIMIT 3": (
        'kind in ("A") and day < "2026-03-01" order by day desc, $id asc limit 3',
        "day",
    ),
    # Another field whose empty values may be found.
    "WHERE at < '2026-03-01' ORDER BY created DESC LIMIT 3": (
        'at < "2026-03-01T00:00:00Z" order by 作成日時 desc, $id asc limit 3',
        "at",
    ),
    "WHERE at < '2026-03-01' OR kind = 'A' ORDER BY total LIMIT 3": (
        '(at < "2026-03-01T00:00:00Z" or kind in ("A")) and total != ""'
        " order by total asc, $id asc limit 3",
        "total at",
    ),
    # Those with a value in the first key only may still come before others.
    "ORDER BY day, at LIMIT 3": (
        'day != "" order by day asc, at asc, $id asc limit 3',
        "day at",
    ),
    "ORDER BY created, day LIMIT 3": ("order by 作成日時 asc, day asc, $id asc limit 3", "day"),
}


@pytest.mark.parametrize(("clauses", "asked"), ASKED.items())
def test_asked(clauses: str, asked: tuple[str, str]) -> None:
    scan = only_scan(f"SELECT $id, day AS d FROM orders {clauses}")
    query, columns = asked
    assert scan.first is not None
    assert first_query(scan.first) == query
    assert {*scan.first.valued} == {*columns.split()}
    assert {*scan.first.valued} <= {column.name for column in scan.columns}
    assert (scan.limit, scan.order) == (None, ())


@pytest.mark.parametrize(
    "clauses",
    [
        "ORDER BY day",
        "ORDER BY day LIMIT 0",
        "ORDER BY day LIMIT 501",
        "ORDER BY day LIMIT 400 OFFSET 101",
        "ORDER BY day LIMIT 10%",
        "ORDER BY day LIMIT 3 OFFSET (SELECT 1)",
        "ORDER BY day NULLS FIRST LIMIT 3",
        "ORDER BY day, at NULLS FIRST LIMIT 3",
        "ORDER BY day, title LIMIT 3",
        "ORDER BY day + 1 LIMIT 3",
        "ORDER BY tax LIMIT 3",
        "ORDER BY weight LIMIT 3",
        "ORDER BY total LIMIT 3",  # numbers are read in two parts
        # What Kintone finds too much may be anything.
        "WHERE title = 'a' ORDER BY day LIMIT 3",
        "WHERE day < '2026-03-01' AND total % 2 = 1 ORDER BY day LIMIT 3",
        "WHERE FALSE ORDER BY day LIMIT 3",
        "GROUP BY day ORDER BY day LIMIT 3",
    ],
)
def test_all_records(clauses: str) -> None:
    for scan in plan(f"SELECT day FROM orders {clauses}").scans:
        assert scan.first is None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT o.day FROM orders o, customers c ORDER BY o.day LIMIT 3",
        "SELECT DISTINCT day FROM orders ORDER BY day LIMIT 3",
        "SELECT count(*) FROM orders ORDER BY min(day) LIMIT 3",
        "SELECT -total AS day FROM orders ORDER BY day LIMIT 3",
        "SELECT *, 1 AS one FROM orders ORDER BY 2 LIMIT 3",
    ],
)
def test_other_selects(sql: str) -> None:
    assert all(scan.first is None for scan in plan(sql).scans)


def test_the_greatest_date() -> None:
    scan = only_scan("SELECT max(day) FROM orders WHERE kind = 'A'")
    assert scan.first is not None
    assert first_query(scan.first) == (
        'day != "" and kind in ("A") order by day desc, $id asc limit 1'
    )


def test_only_where_everything_is_left_to_kintone() -> None:
    sql = "SELECT day FROM orders ORDER BY day LIMIT 3"
    assert only_scan(sql, pushdown=Pushdown.EXACT).first is None
    assert only_scan(sql, pushdown=Pushdown.NONE).first is None
