"""What a statement cost: requests, records, bytes and seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class Stats:
    """Counts of one statement, filled while it runs.

    Attributes:
        requests: HTTP requests sent for it, those for metadata included.
        metadata_requests: Those of them that read settings, not records.
        records: Records received.
        received_bytes: Bytes of response bodies.
        seconds: Seconds spent per stage: ``plan``, ``fetch``, ``decode``, ``engine``.
    """

    requests: int = 0
    metadata_requests: int = 0
    records: int = 0
    received_bytes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of the block to a stage."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start
