"""What a statement cost: requests, records, bytes and seconds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class Stats:
    """Counts of one statement, filled while it runs, by several threads.

    Attributes:
        requests: HTTP requests sent for it, those for metadata included.
        metadata_requests: Those of them that read settings, not records.
        records: Records received.
        received_bytes: Bytes of response bodies.
        seconds: Seconds spent per stage: ``plan``, ``fetch``, ``decode``, ``engine``. Pages are
            fetched and decoded side by side; their seconds are added.
    """

    requests: int = 0
    metadata_requests: int = 0
    records: int = 0
    received_bytes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add_request(self, received_bytes: int, *, is_metadata: bool) -> None:
        """Count a request."""
        with self._lock:
            self.requests += 1
            self.metadata_requests += is_metadata
            self.received_bytes += received_bytes

    def add_records(self, records: int) -> None:
        """Count records."""
        with self._lock:
            self.records += records

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of the block to a stage."""
        start = perf_counter()
        try:
            yield
        finally:
            seconds = perf_counter() - start
            with self._lock:
                self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
