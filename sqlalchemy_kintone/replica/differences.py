"""Which records came or went unseen: by counting ranges of ids, halved where a count differs.

Free of I/O: a generator yields what to ask and is sent the answer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Generator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """Ids from ``low`` to ``high``, both included."""

    low: int
    high: int


@dataclass(frozen=True)
class CountOf:
    """To be answered with how many records Kintone has in a range."""

    range: Range


DifferingRanges = Generator[CountOf, int, list[Range]]


def differing_ranges(ids: Sequence[int], total: int, page_size: int) -> DifferingRanges:
    """The ranges whose records are to be read, as their number is not that of the ids known.

    Args:
        ids: The ids known, in order; at least one.
        total: How many records there really are from the first to the last of them.
        page_size: Records of a request: a range of no more ids is read rather than halved. When
            the counts have cost as much as reading would, ranges are halved no further.

    Yields:
        What to count.

    Returns:
        Ranges, none where the numbers agree.
    """
    allowed = len(ids) // page_size
    pending = [(Range(1, ids[-1]), total)]
    found: list[Range] = []
    while pending:
        part, there = pending.pop()
        first, end = bisect_left(ids, part.low), bisect_right(ids, part.high)
        known = end - first
        if known == there:
            continue
        if known <= page_size or allowed <= 0:
            found.append(part)
            continue
        allowed -= 1
        middle = ids[first + known // 2 - 1]
        lower = Range(part.low, middle)
        counted = yield CountOf(lower)
        pending += [(Range(middle + 1, part.high), there - counted), (lower, counted)]
    return sorted(found, key=lambda each: each.low)
