"""Which scans are read together."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from sqlalchemy_kintone.plan.model import KeySource, OrderKey, Scan
from sqlalchemy_kintone.read.sharing import fetches_of, rows_without_columns
from tests.plan.fake_catalog import CUSTOMERS, ORDERS

ID, SECOND, THIRD, *_ = ORDERS.columns


def scan(name: str, *partners: str, condition: str | None = None) -> Scan:
    keys = tuple(KeySource(ID, partner, ID) for partner in partners)
    return Scan(name, ORDERS, (ID,), condition, keys=keys)


def counted(name: str, condition: str | None = None) -> Scan:
    return Scan(name, ORDERS, (), condition)


ELSEWHERE = Scan("z", CUSTOMERS, CUSTOMERS.columns[:1])

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
    "narrowed from elsewhere": ([scan("a", "b", "z"), scan("b", "a"), ELSEWHERE], ["a", "b", "z"]),
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
