"""What a statement may cost, kept while it runs."""

from __future__ import annotations

import threading

from sqlalchemy_kintone.errors import OperationalError
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

    def begin_request(self, table: str) -> None:
        """Take a request out of the budget; ``end_request`` says that it was sent and counted.

        Raises:
            OperationalError: The budget is used up; ``table`` is what was being read.
        """
        with self._lock:
            spent = self._stats.requests + self._under_way
            if self._requests is not None and spent >= self._requests:
                raise OperationalError(
                    f"The statement needs more than {self._requests} requests (MaxRequests): it "
                    f"was stopped while reading {table}. {_NARROW}, or raise MaxRequests."
                )
            self._under_way += 1

    def end_request(self) -> None:
        """The request that was begun is counted, or failed."""
        with self._lock:
            self._under_way -= 1

    def check_records(self, table: str) -> None:
        """See that not too many records came.

        Raises:
            OperationalError: There are too many; ``table`` is what was being read.
        """
        if self._records is not None and self._stats.records > self._records:
            raise OperationalError(
                f"The statement reads more than {self._records} records (MaxRows): it was stopped "
                f"while reading {table}. {_NARROW}, or raise MaxRows."
            )
