"""Which scans are read together."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from sqlalchemy_kintone.catalog.children import PARENT_ID
from sqlalchemy_kintone.catalog.model import Family, Table
from sqlalchemy_kintone.plan.model import KeySource, OrderKey, Scan
from sqlalchemy_kintone.read.sharing import fetches_of, rows_without_columns
from tests.plan.fake_catalog import CUSTOMERS, FILES, LINES, ORDERS

ID, SECOND, THIRD, *_ = ORDERS.columns


def scan(name: str, *partners: str, condition: str | None = None) -> Scan:
    keys = tuple(KeySource(ID, partner, ID) for partner in partners)
    return Scan(name, ORDERS, (ID,), condition, keys=keys)


def linked(name: str, *partners: str) -> Scan:
    """Joined, but not record by record."""
    keys = tuple(KeySource(SECOND, partner, SECOND) for partner in partners)
    return Scan(name, ORDERS, (ID,), keys=keys)


def child_of(name: str, table: Table, partners: tuple[str, ...], condition: str | None) -> Scan:
    keys = tuple(KeySource(PARENT_ID, partner, ID) for partner in partners)
    return Scan(name, table, table.columns[1:], condition, keys=keys)


def lines(name: str, *partners: str, condition: str | None = None) -> Scan:
    return child_of(name, LINES, partners, condition)


def files(name: str, *partners: str, condition: str | None = None) -> Scan:
    return child_of(name, FILES, partners, condition)


def counted(name: str, condition: str | None = None) -> Scan:
    return Scan(name, ORDERS, (), condition)


ELSEWHERE = Scan("z", CUSTOMERS, CUSTOMERS.columns[:1])
OTHER = KeySource(SECOND, "z", CUSTOMERS.columns[1])

TOGETHER: dict[str, tuple[list[Scan], list[str]]] = {
    "none": ([], []),
    "one": ([scan("a")], ["a"]),
    "the same": ([scan("a"), scan("b")], ["ab"]),
    "the same condition": ([scan("a", condition="x"), scan("b", condition="x")], ["ab"]),
    "other conditions": ([scan("a", condition="x"), scan("b")], ["a", "b"]),
    "other apps": ([scan("a"), ELSEWHERE, scan("b")], ["ab", "z"]),
    "limits": (
        [replace(scan("a"), limit=3), replace(scan("b"), limit=3), replace(scan("c"), limit=4)],
        ["ab", "c"],
    ),
    "orders": (
        [
            replace(scan("a"), limit=3, order=(OrderKey("$id"),)),
            replace(scan("b"), limit=3, order=(OrderKey("$id", descending=True),)),
        ],
        ["a", "b"],
    ),
    "empty ones": ([replace(scan("a"), empty=True), replace(scan("b"), empty=True)], ["a", "b"]),
    "joined to each other": ([scan("a", "b"), scan("b", "a")], ["ab"]),
    "one of them whole": ([scan("a", "z"), scan("b"), ELSEWHERE], ["ab", "z"]),
    "narrowed alike": ([scan("a", "z"), scan("b", "z"), ELSEWHERE], ["ab", "z"]),
    "narrowed from elsewhere": (
        [linked("a", "b", "z"), linked("b", "a"), ELSEWHERE],
        ["a", "b", "z"],
    ),
    "narrowed together": ([scan("a", "b", "z"), scan("b", "a"), ELSEWHERE], ["ab", "z"]),
    "narrowed with the app": (
        [lines("a", "c"), ELSEWHERE, replace(scan("c", "a"), keys=(*scan("c", "a").keys, OTHER))],
        ["ac", "z"],
    ),
    "child tables": ([scan("a"), lines("b"), files("c"), lines("d")], ["abcd"]),
    "a number beside rows": ([counted("a"), lines("b")], ["ab"]),
    "rows of other records": ([scan("a"), lines("b", condition="x")], ["a", "b"]),
    "numbers": ([counted("a"), counted("b")], ["ab"]),
    "a number of what is read": ([counted("a"), scan("b")], ["ab"]),
    "a number of what is narrowed": ([counted("a"), scan("b", "z"), ELSEWHERE], ["a", "b", "z"]),
}


@pytest.mark.parametrize(("scans", "expected"), TOGETHER.values(), ids=TOGETHER.keys())
def test_together(scans: list[Scan], expected: list[str]) -> None:
    found = fetches_of(scans)
    assert ["".join(each.name for each in fetch.scans) for fetch in found] == expected
    assert [fetch.scan.name for fetch in found] == [name[0] for name in expected]


def test_the_columns_of_all_are_fetched_in_the_tables_order() -> None:
    second = replace(scan("b"), columns=(THIRD, ID))
    first = replace(scan("a"), columns=(SECOND,))
    (fetch,) = fetches_of([first, second])
    assert fetch.scan.columns == (ID, SECOND, THIRD)
    rows = pa.table({ID.name: [1, 2], SECOND.name: [3, 4], THIRD.name: [5, 6]})
    assert fetch.rows_for(first, rows).to_pydict() == {SECOND.name: [3, 4]}
    assert fetch.rows_for(second, rows).to_pydict() == {THIRD.name: [5, 6], ID.name: [1, 2]}
    assert fetch.rows_for(counted("c"), rows) == rows_without_columns(2)


@pytest.mark.parametrize(
    ("scans", "keys"),
    [
        ([scan("a", "b"), scan("b", "a")], {"a": []}),
        ([scan("a", "z"), scan("b", "z"), ELSEWHERE], {"a": ["z"], "z": []}),
        # Keys of a scan that is read with another come with that one.
        (
            [scan("a"), scan("b"), replace(ELSEWHERE, keys=scan("z", "b", "a").keys)],
            {"a": [], "z": ["a"]},
        ),
    ],
)
def test_keys_name_what_is_read(scans: list[Scan], keys: dict[str, list[str]]) -> None:
    found = fetches_of(scans)
    assert {f.scan.name: [key.scan for key in f.scan.keys] for f in found} == keys


def test_rows_come_with_their_records() -> None:
    """One fetch has the fields of the app, and those that its child scans want of the rows."""
    item, count = LINES.columns[3], LINES.columns[4]
    own = replace(scan("a"), columns=(ID, SECOND))
    children = [
        replace(lines("b"), columns=(item,)),
        replace(lines("c"), columns=(PARENT_ID, count)),
        replace(lines("d"), columns=()),
    ]
    (fetch,) = fetches_of([own, *children])
    assert fetch.scan.fields == ("$id", SECOND.field_code, "lines")
    assert [column.name for column in fetch.scan.columns[:2]] == [ID.name, SECOND.name]
    nested = fetch.scan.columns[2]
    assert (nested.family, nested.field_code) == (Family.ROWS, "lines")
    assert {column.name for column in nested.rows} == {"item", "count", "$row_no"}
    two = [{"item": "x", "count": 1, "$row_no": 1}, {"item": None, "count": 2, "$row_no": 2}]
    records = pa.table(
        {
            ID.name: pa.array([5, 6, 7], pa.int64()),
            SECOND.name: [1, 1, 1],
            nested.name: pa.array(
                [two, [], two[:1]],
                pa.list_(
                    pa.struct(
                        [
                            ("item", pa.string()),
                            ("count", pa.decimal128(16, 4)),
                            ("$row_no", pa.int64()),
                        ]
                    )
                ),
            ),
        }
    )
    rows = [fetch.rows_for(child, records) for child in children]
    assert rows[0].to_pydict() == {"item": ["x", None, "x"]}
    assert rows[1].to_pydict() == {"$parent_id": [5, 5, 7], "count": [1, 2, 1]}
    assert rows[2] == rows_without_columns(3)
    assert fetch.rows_for(own, records).num_rows == 3
