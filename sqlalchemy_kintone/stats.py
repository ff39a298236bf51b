"""What a statement cost: requests, records, bytes and seconds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter


@dataclass(frozen=True)
class ScanStats:
    """Counts of one scan: one occurrence of an app in a statement.

    Attributes:
        name: The scan: ``scan_1`` ….
        table: The name of the app's table.
        requests: HTTP requests sent for its records.
        records: Records received.
        received_bytes: Bytes of response bodies.
        seconds: Seconds spent fetching and decoding. Pages are read side by side; their seconds
            are added.
        read_with: The scan that asked Kintone the same and has all the counts; None for one that
            asked itself.
    """

    name: str
    table: str
    requests: int = 0
    records: int = 0
    received_bytes: int = 0
    seconds: float = 0.0
    read_with: str | None = None


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
    _scans: dict[str, ScanStats] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def scans(self) -> list[ScanStats]:
        """What each scan cost so far, in the order of the scans' names."""
        with self._lock:
            found = list(self._scans.values())
        # scan_10 comes after scan_2.
        return sorted(found, key=lambda each: (len(each.name), each.name))

    def begin_scan(self, name: str, table: str, read_with: str | None = None) -> None:
        """Count for a scan from now on; once begun, its counts stay.

        Args:
            name: The scan.
            table: The name of the app's table.
            read_with: The scan that asks Kintone the same, for one that does not ask itself.
        """
        with self._lock:
            self._scans.setdefault(name, ScanStats(name, table, read_with=read_with))

    def add_metadata_request(self, received_bytes: int) -> None:
        """Count a request that reads settings."""
        with self._lock:
            self.requests += 1
            self.metadata_requests += 1
            self.received_bytes += received_bytes

    def add_request(self, received_bytes: int, scan: str) -> None:
        """Count a request for records of a scan that has begun."""
        with self._lock:
            self.requests += 1
            self.received_bytes += received_bytes
            self._add(scan, requests=1, received_bytes=received_bytes)

    def add_records(self, records: int, scan: str) -> None:
        """Count records of a scan that has begun."""
        with self._lock:
            self.records += records
            self._add(scan, records=records)

    @contextmanager
    def timed(self, stage: str, scan: str | None = None) -> Iterator[None]:
        """Add the time of the block to a stage, and to a scan where it is spent for one."""
        start = perf_counter()
        try:
            yield
        finally:
            self.add_seconds(stage, perf_counter() - start, scan)

    def add_seconds(self, stage: str, seconds: float, scan: str | None = None) -> None:
        """Add time to a stage, and to a scan where it was spent for one."""
        with self._lock:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
            if scan is not None:
                self._add(scan, seconds=seconds)

    def _add(
        self,
        scan: str,
        requests: int = 0,
        records: int = 0,
        received_bytes: int = 0,
        seconds: float = 0.0,
    ) -> None:
        found = self._scans[scan]
        self._scans[scan] = replace(
            found,
            requests=found.requests + requests,
            records=found.records + records,
            received_bytes=found.received_bytes + received_bytes,
            seconds=found.seconds + seconds,
        )
