"""How many records conditions selected when they were last read, kept for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from sqlalchemy_kintone.catalog.model import Table


@dataclass(frozen=True)
class _Count:
    records: int
    read_at: float


class RecordCounts:
    """Numbers of records that reads brought anyway; threads may share it.

    A number holds for ``seconds`` and may be wrong as soon as somebody writes: it is good for
    estimates, not for answers.

    Args:
        seconds: How long a number is remembered.
        size: How many are kept: those used last.
        clock: Seconds that only go forward.
    """

    def __init__(
        self, seconds: float, size: int = 1_000, clock: Callable[[], float] = monotonic
    ) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: OrderedDict[tuple[int, str | None], _Count] = OrderedDict()

    def remember(self, table: Table, condition: str | None, records: int) -> None:
        """Keep how many records of the app a Kintone condition selects; None is all of them."""
        key = (table.app_id, condition)
        with self._lock:
            self._counts[key] = _Count(records, self._clock())
            self._counts.move_to_end(key)
            while len(self._counts) > self._size:
                self._counts.popitem(last=False)

    def get(self, table: Table, condition: str | None) -> int | None:
        """How many records a condition selected; None where that is not known any more."""
        key = (table.app_id, condition)
        with self._lock:
            count = self._counts.get(key)
            if count is None:
                return None
            if self._clock() - count.read_at >= self._seconds:
                del self._counts[key]
                return None
            self._counts.move_to_end(key)
            return count.records

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counts.clear()
