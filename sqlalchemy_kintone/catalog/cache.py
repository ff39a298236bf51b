"""What was read of apps, kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")

_USED: ContextVar[list[float] | None] = ContextVar("used", default=None)
"""When the answers were read that the answer being made here has used so far."""


@dataclass(frozen=True)
class _Entry:
    value: Any
    read_at: float


class MetadataCache:
    """Answers kept for ``seconds``; threads may share it.

    Different answers are read side by side, the same one by one thread for all. What is made of
    other answers is as old as the oldest of them.

    Args:
        seconds: How long an answer holds.
        clock: Seconds that only go forward.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[Hashable, _Entry] = {}
        self._loading: dict[Hashable, threading.RLock] = {}
        self._version = 0
        self._cleared = 0

    @property
    def version(self) -> int:
        """Grows whenever an answer differs from what it was, or is dropped."""
        return self._version

    def get(self, key: Hashable, load: Callable[[], T]) -> T:
        """The answer for ``key``, read by ``load`` unless it is known and still holds.

        Threads that ask at the same time wait for one reading. ``load`` may ask for other
        answers, as long as those never need this one.
        """
        entry = self._entries.get(key)
        if entry is None or not self._is_new(entry):
            with self._lock:
                reading = self._loading.setdefault(key, threading.RLock())
            with reading:
                entry = self._entries.get(key)
                if entry is None or not self._is_new(entry):
                    entry = self._read(key, load)
        used = _USED.get()
        if used is not None:
            used.append(entry.read_at)
        value: T = entry.value
        return value

    def holds(self, key: Hashable) -> bool:
        """Whether the answer for ``key`` is known and still holds."""
        entry = self._entries.get(key)
        return entry is not None and self._is_new(entry)

    def clear(self) -> None:
        """Forget everything, after a change of apps."""
        with self._lock:
            self._entries.clear()
            self._version += 1
            self._cleared += 1

    def _is_new(self, entry: _Entry) -> bool:
        return self._clock() - entry.read_at < self._seconds

    def _read(self, key: Hashable, load: Callable[[], Any]) -> _Entry:
        cleared = self._cleared
        used: list[float] = []
        before = _USED.set(used)
        try:
            value = load()
        finally:
            _USED.reset(before)
        read = _Entry(value, min([self._clock(), *used]))
        with self._lock:
            # What was read while others cleared may be from before the change.
            if cleared == self._cleared:
                known = self._entries.get(key)
                if known is None or known.value != read.value:
                    self._version += 1
                self._entries[key] = read
        return read
