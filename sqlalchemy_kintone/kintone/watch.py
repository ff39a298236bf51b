"""How long an answer is still wanted: until a deadline, or until somebody says stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from sqlalchemy_kintone.errors import OperationalError


class Watch:
    """Watches over one statement; all threads that work for it share it.

    Args:
        seconds: How long the statement may take from now; None for as long as it needs.
        clock: Gives seconds.

    ``trace`` is OpenTelemetry's context of the statement, where there is one.
    """

    def __init__(
        self, seconds: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._ends_at = None if seconds is None else clock() + seconds
        self._stopped = threading.Event()
        self._reason = ""
        self._is_abandoned = False
        self._lock = threading.Lock()
        self._parts: WeakSet[Watch] = WeakSet()
        self._when_stopped: list[Callable[[], None]] = []
        self.trace: Any = None

    def part(self) -> Watch:
        """A watch over a part of the statement, which can be stopped without the rest."""
        part = Watch(clock=self._clock)
        part._seconds, part._ends_at, part.trace = self._seconds, self._ends_at, self.trace
        with self._lock:
            self._parts.add(part)
        if self._stopped.is_set():
            part.stop(self._reason)
        return part

    def lift_deadline(self) -> None:
        """From now on, only ``stop`` ends it."""
        self._ends_at = None
        for part in self._all_parts():
            part.lift_deadline()

    def stop(self, reason: str) -> None:
        """Let go at the next chance; only the first reason counts.

        Args:
            reason: A sentence for the error.
        """
        if not self._stopped.is_set():
            self._reason = reason
            self._stopped.set()
        with self._lock:
            waiting = list(self._when_stopped)
        for wake in waiting:
            wake()
        for part in self._all_parts():
            part.stop(reason)

    def abandon(self) -> None:
        """Let go, though those who pause may sleep on: takes no lock, for use while collecting."""
        self._is_abandoned = True

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """While the block waits for something else, have it woken when it is stopped.

        Args:
            wake: Ends the waiting; it is called by the thread that stops, more than once perhaps.
        """
        with self._lock:
            self._when_stopped.append(wake)
        if self._stopped.is_set():
            wake()
        try:
            yield
        finally:
            with self._lock:
                self._when_stopped.remove(wake)

    @property
    def over(self) -> bool:
        """Whether the answer is no longer wanted."""
        return self._stopped.is_set() or self._is_abandoned or self.remaining == 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds that are left; None without a deadline."""
        return None if self._ends_at is None else max(self._ends_at - self._clock(), 0.0)

    def at_most(self, seconds: float) -> float:
        """So many seconds, or those that are left if they are fewer."""
        remaining = self.remaining
        return seconds if remaining is None else min(seconds, remaining)

    def error(self) -> OperationalError:
        """Why the answer is no longer wanted."""
        if self._stopped.is_set() or self._is_abandoned or self._seconds is None:
            return OperationalError(self._reason or "The statement was cancelled.")
        return OperationalError(
            f"The statement took longer than {self._seconds:g} seconds (StatementTimeout) and was "
            "stopped. Ask for less, or raise StatementTimeout."
        )

    def check(self) -> None:
        """Go on only while the answer is wanted.

        Raises:
            OperationalError: It is not.
        """
        if self.over:
            raise self.error()

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the answer is wanted.

        Raises:
            OperationalError: It is no longer.
        """
        self._stopped.wait(self.at_most(seconds))
        self.check()

    def _all_parts(self) -> list[Watch]:
        with self._lock:
            return list(self._parts)
