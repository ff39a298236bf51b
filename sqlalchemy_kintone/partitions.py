"""Parts of a table for readers side by side: threads, processes, other machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Partition:
    """The records of a table whose ids are in a range.

    Attributes:
        low: The first id; None for all from the beginning.
        high: The first id that is not in it any more; None for all to the end.
        column: The column of the ids: ``$parent_id`` of child tables.
    """

    low: int | None
    high: int | None
    column: str = "$id"

    @property
    def condition(self) -> str:
        """The range as SQL, such as ``"$id" >= 500 AND "$id" < 1000``, for a WHERE clause."""
        ends = ((">=", self.low), ("<", self.high))
        parts = [f'"{self.column}" {sign} {end}' for sign, end in ends if end is not None]
        return " AND ".join(parts) or "true"


def partitions_between(
    first: int | None, last: int | None, number: int, column: str
) -> Sequence[Partition]:
    """Ranges of about the same width, which together have every id there is and will be.

    Args:
        first: The lowest id; None where there is none.
        last: The highest.
        number: How many ranges, from 1; fewer where there are fewer ids.
        column: The column of the ids.
    """
    if first is None or last is None:
        return [Partition(None, None, column)]
    ids = last - first + 1
    parts = min(number, ids)
    starts = [first + ids * part // parts for part in range(1, parts)]
    return [
        Partition(low, high, column)
        for low, high in zip([None, *starts], [*starts, None], strict=True)
    ]
