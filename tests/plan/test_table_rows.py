"""Conditions on child tables as conditions on records: never fewer records than have such rows."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.model import Exactness, PlanOptions, Pushdown
from sqlalchemy_kintone.plan.planner import plan_statement
from tests.plan.fake_catalog import FakeCatalog

CONDITIONS = {
    "$parent_id = 5": '$id = "5"',
    "$parent_id BETWEEN 5 AND 7": '$id >= "5" and $id <= "7"',
    "$row_id = 5": "",
    "$row_no IS NOT NULL": "",
    "item = 'x'": 'item in ("x")',
    "item <> 'x'": "",
    "item IN ('x', 'y')": 'item in ("x", "y")',
    "item NOT IN ('x', 'y')": "",
    "item IS NULL": 'item in ("")',
    "item IS NOT NULL": "",
    "count = 5": 'count in ("5")',
    "count <> 5": "",
    "count < 5": 'count < "5"',
    "NOT (count < 5)": 'count >= "5"',
    "count > 5 AND count <= 7": 'count > "5" and count <= "7"',
    "count > 5 AND item <> 'x'": 'count > "5"',
    "count > 5 OR item = 'x'": 'count > "5" or item in ("x")',
    "count > 5 OR item <> 'x'": "",
    "count = 5 OR $parent_id = 3": 'count in ("5") or $id = "3"',
    "color = 'red'": 'color in ("red")',
    "color <> 'red'": "",
    "color = 'gone'": "",
    "color IS NULL": 'color in ("")',
    "list_contains(marks, 'x')": 'marks in ("x")',
    "NOT list_contains(marks, 'x')": "",
    "until = DATE '2026-03-01'": 'until in ("2026-03-01")',
    "until >= DATE '2026-03-01'": 'until >= "2026-03-01"',
    "note IS NULL": "note is empty",
    "note IS NOT NULL": "",
    "scans IS NULL": "scans is empty",
    "scans IS NOT NULL": "",
}


@pytest.mark.parametrize(("sql", "query"), CONDITIONS.items())
def test_conditions_on_rows(sql: str, query: str) -> None:
    statement = f"SELECT * FROM orders$lines WHERE {sql}"
    (scan,) = plan_statement(statement, None, FakeCatalog(), PlanOptions()).scans
    assert scan.query == query
    is_exact = scan.exactness is Exactness.EXACT
    assert is_exact == sql.startswith(("$parent_id", "$row_no IS NOT"))


def test_rows_that_cannot_be() -> None:
    sql = "SELECT * FROM orders$lines WHERE $row_no IS NULL"
    (scan,) = plan_statement(sql, None, FakeCatalog(), PlanOptions()).scans
    assert scan.empty


LINES = "SELECT * FROM orders$lines"
PAGES: list[tuple[str, int | None, int | None, str]] = [
    # records may have no rows: how many they have is seen as they are read
    (f"{LINES} LIMIT 5", None, 5, ""),
    (f"{LINES} LIMIT 5 OFFSET 3", None, 8, ""),
    (f"{LINES} LIMIT 0", 0, None, "limit 0"),
    (f"{LINES} WHERE $parent_id > 5 LIMIT 5", None, 5, '$id > "5"'),
    ("SELECT EXISTS (SELECT 1 FROM orders$lines)", None, 1, ""),
    ("SELECT EXISTS (SELECT 1 FROM orders$lines OFFSET 2)", None, 3, ""),
    ("SELECT max($parent_id) FROM orders$lines", None, 1, "order by $id desc"),
    (f"{LINES} ORDER BY $parent_id DESC, count LIMIT 5", None, 5, "order by $id desc"),
    # each record that Kintone finds has such a row
    (f"{LINES} WHERE count > 3 LIMIT 5", 5, None, 'count > "3" limit 5'),
    (f"{LINES} WHERE count = 3 LIMIT 5", 5, None, 'count in ("3") limit 5'),
    (f"{LINES} WHERE count > 3 LIMIT 5 OFFSET 2", 7, None, 'count > "3" limit 7'),
    (
        f"{LINES} WHERE count > 3 AND $parent_id < 9 LIMIT 1",
        1,
        None,
        'count > "3" and $id < "9" limit 1',
    ),
    (
        f"{LINES} WHERE count > 3 ORDER BY $parent_id LIMIT 2",
        2,
        None,
        'count > "3" order by $id asc limit 2',
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM orders$lines WHERE count = 3)",
        1,
        None,
        'count in ("3") limit 1',
    ),
    ("SELECT name FROM orders$files LIMIT 3", 3, None, "files is not empty limit 3"),
    # whether that holds for the same row, or for a row at all, is not sure
    (f"{LINES} WHERE count > 3 AND count > 4 LIMIT 5", None, None, 'count > "3" and count > "4"'),
    (
        f"{LINES} WHERE count > 3 OR $parent_id = 2 LIMIT 5",
        None,
        None,
        'count > "3" or $id = "2"',
    ),
    (f"{LINES} WHERE count < 3 LIMIT 5", None, None, 'count < "3"'),
    (f"{LINES} WHERE count IS NULL LIMIT 5", None, None, 'count in ("")'),
    (f"{LINES} WHERE count <> 3 LIMIT 5", None, None, ""),
    (f"{LINES} WHERE count > 3 ORDER BY $parent_id LIMIT 501", None, None, 'count > "3"'),
    (f"{LINES} ORDER BY count LIMIT 5", None, None, ""),
    ("SELECT name FROM orders$files WHERE size > 3 LIMIT 3", None, None, "files is not empty"),
    # counts of rows, and what is joined
    ("SELECT count(*) FROM orders$lines", None, None, ""),
    ("SELECT count(*) FROM orders$lines WHERE count > 3", None, None, 'count > "3"'),
    ("SELECT EXISTS (SELECT count(*) FROM orders$lines)", None, None, ""),
]


@pytest.mark.parametrize(("sql", "limit", "rows", "query"), PAGES)
def test_pages(sql: str, limit: int | None, rows: int | None, query: str) -> None:
    (scan,) = plan_statement(sql, None, FakeCatalog(), PlanOptions()).scans
    assert (scan.limit, scan.rows, scan.query) == (limit, rows, query)
    assert scan.offset == 0


def test_exact_pushdown_checks_rows_here() -> None:
    options = PlanOptions(pushdown=Pushdown.EXACT)
    sql = f"{LINES} WHERE count > 3 LIMIT 5"
    (scan,) = plan_statement(sql, None, FakeCatalog(), options).scans
    assert (scan.limit, scan.rows, scan.query) == (None, None, "")


def test_what_depends_on_the_row_outside_is_not_cut_off() -> None:
    sql = (
        "SELECT total FROM orders o WHERE EXISTS (SELECT 1 FROM orders$lines l"
        " WHERE l.$parent_id = o.customer_id)"
    )
    lines = [
        scan
        for scan in plan_statement(sql, None, FakeCatalog(), PlanOptions()).scans
        if scan.table.child is not None
    ]
    assert [(scan.limit, scan.rows) for scan in lines] == [(None, None)]


JOIN = "FROM orders o JOIN orders$lines l ON o.$id = l.$parent_id"
LEFT = "FROM orders o LEFT JOIN orders$lines l ON o.$id = l.$parent_id"
BOTH = '(total > "5") and (count > "3")'
SHARED = {
    f"SELECT * {JOIN}": ["", ""],
    f"SELECT * {JOIN} WHERE o.total > 5": ['total > "5"'] * 2,
    f"SELECT * {JOIN} WHERE l.count > 3": ['count > "3"'] * 2,
    f"SELECT * {JOIN} WHERE o.total > 5 AND l.count > 3": [BOTH] * 2,
    f"SELECT * {LEFT} WHERE o.total > 5": ['total > "5"'] * 2,
    f"SELECT * {LEFT} AND l.count > 3 WHERE o.total > 5": ['total > "5"'] * 2,
    f"SELECT * {LEFT} AND l.count > 3": ["", ""],
    # where only the rows are kept whole, the app's records are narrowed to theirs
    "SELECT * FROM orders$lines l LEFT JOIN orders o ON o.$id = l.$parent_id AND o.total > 5"
    " WHERE l.count > 3": [BOTH, 'count > "3"'],
    # conditions on two rows of one table are not joined
    f"SELECT * {JOIN} JOIN orders$lines m ON o.$id = m.$parent_id"
    " WHERE l.count > 3 AND m.count < 2": ['count > "3"'] * 3,
    f"SELECT * {JOIN} JOIN orders$files f ON o.$id = f.$parent_id": ["files is not empty"] * 3,
    # other joins share nothing
    "SELECT * FROM orders o JOIN orders$lines l ON o.total > l.count WHERE l.count > 3 AND"
    " o.customer_id > 1": ['customer_id > "1"', 'count > "3"'],
}


@pytest.mark.parametrize(("sql", "queries"), SHARED.items())
def test_what_is_joined_record_by_record_asks_alike(sql: str, queries: list[str]) -> None:
    scans = plan_statement(sql, None, FakeCatalog(), PlanOptions()).scans
    by_kind = sorted(scans, key=lambda scan: scan.table.child is not None)
    assert [scan.query for scan in by_kind] == queries
