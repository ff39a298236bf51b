"""How many requests a process has under way at a domain, whoever in it asks."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from sqlalchemy_kintone.kintone.watch import Watch

_NEAR = 0.9
"""From this share of the domain's limit on, others need the room more than we do."""
_FAR = 0.75
"""Below this share there is room for more."""
_MOST = 100
"""Kintone serves so many requests of a domain at once (API documentation)."""
_LOOK_SECONDS = 0.1
"""How often those who wait look whether they are still wanted."""


class Gate:
    """Lets requests to one domain through, fewer at a time when the domain is busy.

    Kintone's limit is shared by everybody who uses the domain. So the width shrinks by half when
    Kintone refuses (GAIA_TO04), by one when its headers say that the limit is near, and grows by
    about one per round of requests when there is room.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._width = float(_MOST)
        self._round = 0

    @property
    def width(self) -> int:
        """The most requests to have under way now."""
        return max(int(self._width), 1)

    @contextmanager
    def entered(self, most: int, watch: Watch) -> Iterator[int]:
        """Wait for room, and take it while the block runs.

        Args:
            most: The most requests that the caller wants under way, those of others included.
            watch: Whether it is still worth waiting.

        Returns:
            A ticket for ``refused``.

        Raises:
            OperationalError: The caller is no longer wanted.
        """
        with self._changed:
            while self._running >= min(most, self.width):
                watch.check()
                self._changed.wait(watch.at_most(_LOOK_SECONDS))
            self._running += 1
            ticket = self._round
        try:
            yield ticket
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def refused(self, ticket: int) -> None:
        """Kintone said GAIA_TO04: halve the width, once for all that were under way together."""
        with self._changed:
            if ticket == self._round:
                self._width = max(min(self._width, float(self._running)) / 2, 1.0)
                self._round += 1

    def saw(self, running: int, limit: int) -> None:
        """Kintone's headers: so many requests of the domain are running, of so many at most."""
        with self._changed:
            if running >= limit * _NEAR:
                self._width = max(min(self._width, float(self._running)) - 1, 1.0)
            elif running < limit * _FAR:
                self._width = min(self._width + 1 / self._width, float(_MOST))
                self._changed.notify_all()


class Gates:
    """The gates of a process, by domain; each lives as long as somebody uses it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Know of no request under way, as in a forked process: those are of the one before.

        The lock is made anew, as a thread may have held it that was not forked.
        """
        self._lock = threading.Lock()
        self._gates: WeakValueDictionary[str, Gate] = WeakValueDictionary()

    def of(self, host: str) -> Gate:
        """The gate of a domain.

        Args:
            host: Host and port.
        """
        with self._lock:
            return self._gates.setdefault(host, Gate())


GATES = Gates()
"""Those of this process: the limit is the domain's, so connections have to share."""
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=GATES.reset)
