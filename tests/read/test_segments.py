"""Which segments of ids are asked for, driven without any I/O."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlalchemy_kintone.read.segments import Segment, Segments

PAGE = 500
Ids = Sequence[int]


def read(ids: Ids, high: int, records: int, at_once: int, page_size: int) -> tuple[list[int], int]:
    """The ids that answers have, in the order of segments, and the number of requests."""
    segments = Segments(Segment(0, high), records, page_size)
    found: dict[int, Ids] = {}
    requests = 0
    while True:
        asked = [each for _ in range(at_once) if (each := segments.next()) is not None]
        if not asked:
            assert segments.complete_below is None
            return [each for low in sorted(found) for each in found[low]], requests
        lowest = segments.complete_below
        assert lowest == min(each.low for each in asked)
        for segment in asked:
            assert segment.high is not None
            first = bisect_right(ids, segment.low)
            last = min(bisect_left(ids, segment.high), first + page_size)
            page = ids[first:last]
            assert segment.low not in found
            found[segment.low] = page
            requests += 1
            segments.answered(segment, len(page), page[-1] if page else None)


def dense(records: int, chance: random.Random) -> Ids:
    return range(1, records + 1)


def left_by_chance(share: float) -> Callable[[int, random.Random], Ids]:
    def ids(records: int, chance: random.Random) -> Ids:
        return [i for i in range(1, int(records / share) + 1) if chance.random() < share]

    return ids


def left_in_blocks(size: int) -> Callable[[int, random.Random], Ids]:
    def ids(records: int, chance: random.Random) -> Ids:
        found: list[int] = []
        first = 1
        while len(found) < records:
            if chance.random() < 0.1:
                found += range(first, first + size)
            first += size
        return found

    return ids


def both_ends(records: int, chance: random.Random) -> Ids:
    return [*range(1, records // 2), *range(9 * records, 9 * records + records // 2)]


SHAPES: dict[str, tuple[Callable[[int, random.Random], Ids], float, int]] = {
    "dense": (dense, 1.0, 1),
    "a few deleted": (left_by_chance(0.95), 1.15, 6),
    "half deleted by chance": (left_by_chance(0.5), 1.2, 6),
    "90 % deleted by chance": (left_by_chance(0.1), 1.2, 6),
    "90 % deleted in blocks of 10": (left_in_blocks(10), 1.35, 6),
    "90 % deleted in blocks of 100": (left_in_blocks(100), 1.35, 6),
    "90 % deleted in blocks of 500": (left_in_blocks(500), 1.35, 6),
    "90 % deleted in blocks of 5,000": (left_in_blocks(5_000), 1.35, 6),
    "90 % deleted in blocks of 20,000": (left_in_blocks(20_000), 1.35, 6),
    "all but both ends deleted": (both_ends, 1.35, 6),
}


@pytest.mark.parametrize(("ids_of", "factor", "more"), SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("records", [20_000, 100_000])
@pytest.mark.parametrize("at_once", [1, 8])
def test_requests(
    ids_of: Callable[[int, random.Random], Ids],
    factor: float,
    more: int,
    records: int,
    at_once: int,
) -> None:
    ids = ids_of(records, random.Random(records))
    found, requests = read(ids, ids[-1] + 1, len(ids), at_once, PAGE)
    assert found == list(ids)
    assert requests <= factor * ceil(len(ids) / PAGE) + more


@given(
    ids=st.lists(st.integers(1, 5_000), unique=True).map(sorted),
    counted=st.integers(0, 6_000),
    page_size=st.integers(1, 20),
    at_once=st.integers(1, 9),
)
def test_every_id_is_read_once_whatever_was_counted(
    ids: list[int], counted: int, page_size: int, at_once: int
) -> None:
    found, _ = read(ids, 5_001, counted, at_once, page_size)
    assert found == ids


def test_a_rest_is_asked_for_next() -> None:
    segments = Segments(Segment(0, 100_001), 10_000, PAGE)
    first, second = segments.next(), segments.next()
    assert first is not None
    assert second is not None
    assert second.low == (first.high or 0) - 1
    segments.answered(first, PAGE, 700)
    assert (segments.next_low, segments.complete_below) == (700, 700)
    assert segments.next() == Segment(700, first.high)
    segments.answered(Segment(700, first.high), 3, 800)
    assert segments.complete_below == second.low


@pytest.mark.parametrize("within", [Segment(5, 6), Segment(5, 5)])
def test_nothing_between(within: Segment) -> None:
    segments = Segments(within, 0, PAGE)
    assert (segments.next(), segments.next_low, segments.complete_below) == (None, None, None)


def test_a_range_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="without end"):
        Segments(Segment(1), 5, PAGE)
    with pytest.raises(ValueError, match="never given"):
        Segments(Segment(1, 9), 5, PAGE).answered(Segment(1), 0, None)
