"""What was read of apps, kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _Entry:
    value: Any
    read_at: float


class MetadataCache:
    """Answers kept for ``seconds``; threads may share it.

    Args:
        seconds: How long an answer holds.
        clock: Seconds that only go forward.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.RLock()
        self._entries: dict[Hashable, _Entry] = {}
        self._version = 0

    @property
    def version(self) -> int:
        """Grows whenever an answer differs from what it was, or is dropped."""
        return self._version

    def get(self, key: Hashable, load: Callable[[], T]) -> T:
        """The answer for ``key``, read by ``load`` unless it is known and still holds.

        Threads that ask at the same time wait for one reading.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and self._clock() - entry.read_at < self._seconds:
                value: T = entry.value
                return value
            value = load()
            if entry is None or entry.value != value:
                self._version += 1
            self._entries[key] = _Entry(value, self._clock())
            return value

    def clear(self) -> None:
        """Forget everything, after a change of apps."""
        with self._lock:
            self._entries.clear()
            self._version += 1
