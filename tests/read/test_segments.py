"""Cutting a range of ids into segments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlalchemy_kintone.read.segments import Segment, segments

CASES = {
    "nothing between": (Segment(5, 6), 0, []),
    "ids, though no record was counted": (Segment(5, 8), 0, [Segment(5, 8)]),
    "dense: whole pages": (
        Segment(500, 2501),
        2000,
        [Segment(500, 1001), Segment(1000, 1501), Segment(1500, 2001), Segment(2000, 2501)],
    ),
    "dense, with a rest": (
        Segment(0, 751),
        750,
        [Segment(0, 501), Segment(500, 751)],
    ),
    "sparse: by density": (
        Segment(0, 40_001),
        2000,
        [Segment(0, 19_001), Segment(19_000, 38_001), Segment(38_000, 40_001)],
    ),
}


@pytest.mark.parametrize(("within", "records", "expected"), CASES.values(), ids=CASES.keys())
def test_segments(within: Segment, records: int, expected: list[Segment]) -> None:
    assert segments(within, records, page_size=500, workers=8) == expected


@given(
    low=st.integers(0, 10**9),
    ids=st.integers(0, 10**7),
    share=st.floats(0, 1),
    page_size=st.integers(1, 500),
    workers=st.integers(1, 100),
)
def test_segments_adjoin_and_are_the_whole(
    low: int, ids: int, share: float, page_size: int, workers: int
) -> None:
    within = Segment(low, low + ids + 1)
    parts = segments(within, int(ids * share), page_size, workers)
    assert len(parts) <= workers * 5 + 1
    position = low
    for part in parts:
        assert part.low == position
        assert part.high is not None
        assert part.high > part.low + 1
        position = part.high - 1
    assert position == low + ids


def test_a_range_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="without end"):
        segments(Segment(1), 5, 500, 8)
