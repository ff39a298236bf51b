"""Which scans are begun together, and which wait."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.plan.model import KeySource, Scan
from sqlalchemy_kintone.read.rounds import Size, rounds, size
from tests.plan.fake_catalog import ORDERS

ID, *_ = ORDERS.columns
PAGE = 10
KNOWN = {"nothing": 0, "few": 10, "many": 11, None: 500}


def counts() -> RecordCounts:
    found = RecordCounts(60)
    for condition, records in KNOWN.items():
        found.remember(ORDERS, condition, records)
    return found


def scan(name: str, condition: str | None, *partners: str, limit: int | None = None) -> Scan:
    keys = tuple(KeySource(ID, partner, ID) for partner in partners)
    return Scan(name, ORDERS, (ID,), condition, limit=limit, keys=keys)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (scan("a", "nothing"), Size.NOTHING),
        (scan("a", "few"), Size.PAGE),
        (scan("a", "many"), Size.LARGE),
        (scan("a", None), Size.LARGE),
        (scan("a", "not known"), Size.PART),
        (scan("a", "not known", limit=10), Size.PAGE),
        (scan("a", "not known", limit=11), Size.PART),
    ],
)
def test_sizes(what: Scan, expected: Size) -> None:
    assert size(what, counts(), PAGE) is expected


ROUNDS: dict[str, tuple[list[Scan], list[str]]] = {
    "alone": ([scan("a", None)], ["a"]),
    "not joined": ([scan("a", None), scan("b", "few")], ["ab"]),
    "alike": ([scan("a", None, "b"), scan("b", None, "a")], ["ab"]),
    "small and large": ([scan("a", None, "b"), scan("b", "few", "a")], ["b", "a"]),
    "perhaps small": ([scan("a", None, "b"), scan("b", "not known", "a")], ["b", "a"]),
    "nothing there": ([scan("a", "few", "b"), scan("b", "nothing", "a")], ["b", "a"]),
    "one way": ([scan("a", "few"), scan("b", None, "a")], ["a", "b"]),
    "the wrong way": ([scan("a", "few", "b"), scan("b", None)], ["ab"]),
    "a chain": (
        [scan("a", None, "b"), scan("b", None, "c", "a"), scan("c", "few", "b"), scan("d", None)],
        ["cd", "b", "a"],
    ),
    "two ends": (
        [scan("a", "few", "b"), scan("b", None, "a", "c"), scan("c", "nothing", "b")],
        ["c", "b", "a"],
    ),
    "a partner that is not read": ([scan("a", None, "z")], ["a"]),
}


@pytest.mark.parametrize(("scans", "expected"), ROUNDS.values(), ids=ROUNDS.keys())
def test_rounds(scans: list[Scan], expected: list[str]) -> None:
    found = rounds(scans, counts(), PAGE)
    assert ["".join(each.name for each in together) for together in found] == expected
