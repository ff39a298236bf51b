"""How long numbers of records are remembered."""

from __future__ import annotations

from sqlalchemy_kintone.catalog.counts import RecordCounts
from tests.plan.fake_catalog import ORDERS


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_condition_has_its_number() -> None:
    counts = RecordCounts(10)
    counts.remember(ORDERS, None, 7)
    counts.remember(ORDERS, "total > 5", 3)
    assert counts.get(ORDERS, None) == 7
    assert counts.get(ORDERS, "total > 5") == 3
    assert counts.get(ORDERS, "total > 6") is None


def test_a_number_holds_for_its_time() -> None:
    clock = Clock()
    counts = RecordCounts(10, clock=clock)
    counts.remember(ORDERS, None, 7)
    clock.now = 9.9
    assert counts.get(ORDERS, None) == 7
    clock.now = 10.0
    assert counts.get(ORDERS, None) is None


def test_those_used_last_are_kept() -> None:
    counts = RecordCounts(10, size=2)
    counts.remember(ORDERS, "a", 1)
    counts.remember(ORDERS, "b", 2)
    assert counts.get(ORDERS, "a") == 1
    counts.remember(ORDERS, "c", 3)
    assert [counts.get(ORDERS, name) for name in "abc"] == [1, None, 3]


def test_everything_can_be_forgotten() -> None:
    counts = RecordCounts(10)
    counts.remember(ORDERS, None, 7)
    counts.clear()
    assert counts.get(ORDERS, None) is None
