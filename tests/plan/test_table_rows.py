"""Conditions on child tables as conditions on records: never fewer records than have such rows."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.model import Exactness, PlanOptions
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


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM orders$lines LIMIT 5",
        "SELECT * FROM orders$lines WHERE $parent_id = 5 ORDER BY $parent_id LIMIT 5",
        "SELECT max($parent_id) FROM orders$lines",
        "SELECT count(*) FROM orders$lines",
        "SELECT EXISTS (SELECT 1 FROM orders$lines)",
    ],
)
def test_records_are_not_counted_for_rows(sql: str) -> None:
    scans = plan_statement(sql, None, FakeCatalog(), PlanOptions()).scans
    assert [(scan.limit, scan.offset, scan.order) for scan in scans] == [(None, 0, ())]


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
