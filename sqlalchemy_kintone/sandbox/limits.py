"""The limits of the HTTP layer: requests at once, and the lengths of URLs and bodies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Kintone's limits, smaller ones for tests.

    Attributes:
        concurrent_requests: Requests running at once on the domain; one more is refused with
            429 GAIA_TO04.
        url_bytes: The longest request target (path and query string); a longer one is refused
            with 414. Kintone's documentation says 8 KB.
        uncompressed_bytes: Where bodies are compressed, shorter ones than this are not.
    """

    concurrent_requests: int = 100
    url_bytes: int = 8192
    uncompressed_bytes: int = 1024


class ConcurrencyGate:
    """Counts the requests that are running."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0

    @contextmanager
    def entered(self) -> Iterator[int]:
        """Count one more request while the block runs; gives the number now running."""
        with self._lock:
            self._running += 1
            running = self._running
        try:
            yield running
        finally:
            with self._lock:
                self._running -= 1
