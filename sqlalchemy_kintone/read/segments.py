"""Ranges of ``$id`` that are read side by side, cut as their density turns out.

Free of I/O: it says what to ask for next, and is told what came of it.
"""

from __future__ import annotations

import math
from bisect import insort
from dataclasses import dataclass

_WIDEST = 12.0
"""Pages that one segment may be thought to hold: what is asked for in vain is one page of these."""
_FULL_ENOUGH = 0.78
"""The share of a page that answers should fill; below it segments become wider."""
_WIDER = 1.5
_NARROWER = 0.9
_REMEMBERED = 24
"""Over about so many answers it is looked how full they are."""
_EXPECTED_FULL = 4.0
"""So many answers count as full before any came, lest the first small rest widens what follows."""
_DENSE = 0.9
"""From this share of ids in use on, bounds a whole number of pages apart waste no request."""
_SPARE_DEVIATIONS = 2.0
"""How many standard deviations a segment of sparse ids is cut short, lest it hold just more than
a page."""
_WORTH_ANOTHER = 1.1
"""What is this little wider than a segment should be is asked for at once."""


@dataclass(frozen=True, order=True)
class Segment:
    """The ids between two others, both exclusive; ``high`` None is without end."""

    low: int
    high: int | None = None


class Segments:
    """The segments that a range of ids is read in: each is one request, in the order of ids.

    Segments that turn out to hold more than a page leave the rest of them as another one, asked
    for next. Where ids are dense, every page is full. Where they were deleted at random, segments
    are wide enough for one page; where they were deleted in blocks, segments become wider than
    that, so that those without any record cost little.

    Args:
        within: The range; it has an end.
        records: About how many records it holds.
        page_size: The most records of an answer.

    Raises:
        ValueError: The range has no end.

    ``page_size`` is what was given.
    """

    def __init__(self, within: Segment, records: int, page_size: int) -> None:
        if within.high is None:
            raise ValueError("a range without end cannot be cut")
        self.page_size = page_size
        self._low, self._high = within.low, within.high
        self._rests: list[tuple[int, int]] = []
        self._asked: set[tuple[int, int]] = set()
        # A count may miss records that others' writes moved about; only ids tell that none is left.
        self._records_left = max(records, 1)
        self._density = self._records_left / max(self._high - self._low - 1, 1)
        self._pages = 1.0
        self._answers = self._filled = _EXPECTED_FULL

    @property
    def complete_below(self) -> int | None:
        """Segments whose ``low`` is less have been read to their end; None where all have."""
        lows = [low for low, _ in self._asked] + [low for low, _ in self._rests[:1]]
        if self._high - self._low > 1:
            lows.append(self._low)
        return min(lows, default=None)

    @property
    def next_low(self) -> int | None:
        """Where the next segment begins; None where there is none to ask for now."""
        if self._rests:
            return self._rests[0][0]
        return self._low if self._high - self._low > 1 else None

    def next(self) -> Segment | None:
        """What to ask for next; None where nothing is left, or only what was asked for tells."""
        if self._rests:
            low, high = self._rests.pop(0)
        elif self._high - self._low > 1:
            low, high = self._low, self._cut()
            self._low = high - 1
        else:
            return None
        self._asked.add((low, high))
        return Segment(low, high)

    def answered(self, segment: Segment, records: int, last_id: int | None) -> None:
        """What came of a segment.

        Args:
            segment: What was asked for.
            records: The records of its first page.
            last_id: The ``$id`` of the last of them; None without any.
        """
        low, high = segment.low, segment.high
        if high is None:
            raise ValueError("this segment was never given")
        self._asked.discard((low, high))
        self._records_left -= records
        self._answers = self._answers * (1 - 1 / _REMEMBERED) + 1
        self._filled = self._filled * (1 - 1 / _REMEMBERED) + records / self.page_size
        if records >= self.page_size and last_id is not None and last_id < high - 1:
            insort(self._rests, (last_id, high))
        elif self._filled / self._answers < _FULL_ENOUGH:
            self._pages = min(self._pages * _WIDER, _WIDEST)
        else:
            self._pages = max(self._pages * _NARROWER, 1.0)
        ids = self._ids_left()
        if ids > 0:
            self._density = max(self._records_left, 1) / ids

    def _cut(self) -> int:
        """Where the next segment of what was not yet asked for ends, exclusive."""
        width = self._width()
        is_last = self._high - self._low - 1 <= width * (
            _WORTH_ANOTHER if self._density < _DENSE else 1.0
        )
        return self._high if is_last else self._low + width + 1

    def _width(self) -> int:
        density = min(max(self._density, 1e-9), 1.0)
        wanted = self.page_size * self._pages
        if self._pages == 1.0:
            wanted -= _SPARE_DEVIATIONS * math.sqrt(self.page_size * (1 - density))
        return max(self.page_size, int(wanted / density))

    def _ids_left(self) -> int:
        rests = sum(high - low - 1 for low, high in self._rests)
        asked = sum(high - low - 1 for low, high in self._asked)
        return self._high - self._low - 1 + rests + asked
