"""What a statement may cost, kept while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.stats import Stats

_NARROW = (
    "Add a condition that Kintone can check (EXPLAIN shows which conditions it checks) or a LIMIT"
)


class Budget:
    """Bounds of one statement, asked by all threads that read for it.

    Args:
        stats: What was spent.
        requests: The most HTTP requests, those for metadata included; None for no bound.
        records: The most records received from Kintone; None for no bound.
    """

    def __init__(self, stats: Stats, requests: int | None, records: int | None) -> None:
        self._stats = stats
        self._requests = requests
        self._records = records
        self._lock = threading.Lock()
        self._under_way = 0
        self._is_look = False
        self._free_requests = 0
        self._free_records = 0

    @property
    def bounded(self) -> bool:
        """Whether there is any bound."""
        return self._requests is not None or self._records is not None

    @contextmanager
    def look(self) -> Iterator[None]:
        """A block that looks before a statement is refused: what it costs is not held against it.

        Nothing else may be read meanwhile.
        """
        requests, records = self._stats.requests, self._stats.records
        self._is_look = True
        try:
            yield
        finally:
            self._is_look = False
            self._free_requests += self._stats.requests - requests
            self._free_records += self._stats.records - records

    def excess(self, requests: int, records: int) -> str | None:
        """The bound that so many further requests and records would pass.

        Returns:
            Words for an error; None where they are within the bounds.
        """
        requests += self._stats.requests - self._free_requests
        records += self._stats.records - self._free_records
        if self._requests is not None and requests > self._requests:
            return f"{requests:,} requests, and MaxRequests allows {self._requests:,}"
        if self._records is not None and records > self._records:
            return f"{records:,} records, and MaxRows allows {self._records:,}"
        return None

    def refusal(self, excess: str, parts: str) -> OperationalError:
        """The error for a statement that is not begun.

        Args:
            excess: What ``excess`` said.
            parts: What is to be read, scan by scan.
        """
        return OperationalError(
            f"The statement needs at least {excess}: it was not begun. It would read {parts}. "
            f"{_NARROW}, or raise the bound."
        )

    def begin_request(self, scan: Scan) -> None:
        """Take a request out of the budget; ``end_request`` says that it was sent and counted.

        Raises:
            OperationalError: The budget is used up; ``scan`` is what was being read.
        """
        with self._lock:
            spent = self._stats.requests - self._free_requests + self._under_way
            if self._requests is not None and spent >= self._requests and not self._is_look:
                raise OperationalError(
                    f"The statement needs more than {self._requests} requests (MaxRequests): it "
                    f"was stopped while reading {_named(scan)}. {_NARROW}, or raise MaxRequests."
                )
            self._under_way += 1

    def end_request(self) -> None:
        """The request that was begun is counted, or failed."""
        with self._lock:
            self._under_way -= 1

    def check_records(self, scan: Scan) -> None:
        """See that not too many records came.

        Raises:
            OperationalError: There are too many; ``scan`` is what was being read.
        """
        records = self._stats.records - self._free_records
        if self._records is not None and records > self._records and not self._is_look:
            raise OperationalError(
                f"The statement reads more than {self._records} records (MaxRows): it was stopped "
                f"while reading {_named(scan)}. {_NARROW}, or raise MaxRows."
            )


def _named(scan: Scan) -> str:
    """A scan in words: EXPLAIN shows what it asks under the same name."""
    return f"{scan.table.name} ({scan.name})"
