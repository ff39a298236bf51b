"""Ranges of ids that differ, found by counting."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sqlalchemy_kintone.replica.differences import Range, differing_ranges

IDS = st.sets(st.integers(1, 400), min_size=1)


def searched(known: list[int], there: set[int], page_size: int) -> tuple[list[Range], int]:
    """The ranges found, and what was counted for that."""

    def count(part: Range) -> int:
        return sum(part.low <= i <= part.high for i in there)

    search = differing_ranges(known, count(Range(1, known[-1])), page_size)
    counted = 0
    try:
        asked = next(search)
        while True:
            counted += 1
            asked = search.send(count(asked.range))
    except StopIteration as found:
        return found.value, counted


@given(IDS, st.data(), st.integers(1, 50))
def test_what_went_is_in_the_ranges(ids: set[int], data: st.DataObject, page_size: int) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(ids))))
    ranges, _ = searched(sorted(ids), ids - gone, page_size)
    assert all(any(part.low <= i <= part.high for part in ranges) for i in gone)
    assert all(any(part.low <= i <= part.high for i in gone) for part in ranges)


@given(IDS, IDS, st.integers(1, 50))
def test_reading_the_ranges_sets_the_number_right(
    ids: set[int], others: set[int], page_size: int
) -> None:
    known = sorted(ids)
    there = {i for i in others if i <= known[-1]}
    ranges, counted = searched(known, there, page_size)
    outside = {i for i in ids if not any(part.low <= i <= part.high for part in ranges)}
    read = {i for i in there if any(part.low <= i <= part.high for part in ranges)}
    assert len(outside | read) == len(there)
    assert counted <= len(known) // page_size


def test_one_of_many_is_found_by_few_counts() -> None:
    known = list(range(1, 100_001))
    ranges, counted = searched(known, set(known) - {70_000}, 500)
    assert [part.low <= 70_000 <= part.high for part in ranges] == [True]
    assert ranges[0].high - ranges[0].low < 500
    assert counted == 8


def test_counting_costs_no_more_than_reading() -> None:
    known = list(range(1, 10_001))
    ranges, counted = searched(known, set(known[::2]), 500)
    assert counted <= 20
    assert sum(part.high - part.low + 1 for part in ranges) == 10_000
