"""Ranges of ``$id`` that are read side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

_SEGMENTS_PER_WORKER = 4
"""So that workers with sparse segments can take over from those with dense ones."""
_DENSE = 0.9
"""From this share of ids in use on, bounds a whole number of pages apart waste no request."""

_SPARE = 0.95
"""Sparse segments are cut a little short, lest many just miss a page too much."""


@dataclass(frozen=True)
class Segment:
    """The ids between two others, both exclusive; ``high`` None is without end."""

    low: int
    high: int | None = None


def segments(within: Segment, records: int, page_size: int, workers: int) -> list[Segment]:
    """Cut a range of ids into segments of about as many records each.

    Args:
        within: The range; it has an end.
        records: About how many records it holds.
        page_size: Records of one request.
        workers: How many segments are read at once.

    Returns:
        Adjoining segments, in order, that together are the range. A segment costs at most one
        request that is not full, and where ids are dense none.
    """
    high = within.high
    if high is None:
        raise ValueError("a range without end cannot be cut")
    ids = high - within.low - 1
    if ids <= 0:
        return []
    # A count may miss a record that others' writes moved about; only ids tell that none is left.
    records = max(records, 1)
    pages = math.ceil(records / page_size)
    is_dense = records >= ids * _DENSE
    most = pages if is_dense else max(pages // 2, 1)
    pages_each = math.ceil(pages / min(most, workers * _SEGMENTS_PER_WORKER))
    width = pages_each * page_size
    if not is_dense:
        width = math.ceil(width * _SPARE * ids / records)
    bounds = [*range(within.low, high - 1, width), high - 1]
    return [Segment(low, last + 1) for low, last in pairwise(bounds)]
