"""Reads a scan: sends its page requests, decodes the pages, keeps the budgets."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pyarrow as pa

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.decode import Decoder
from sqlalchemy_kintone.read.pages import PageResult, page_requests
from sqlalchemy_kintone.stats import Stats


@dataclass(frozen=True)
class Budget:
    """What one statement may cost; None for no bound.

    Attributes:
        requests: HTTP requests, those for metadata included.
        records: Records received from Kintone.
    """

    requests: int | None = None
    records: int | None = None


class Reader:
    """Reads the scans of one statement.

    Args:
        client: What requests go through; it reports them to ``stats``.
        stats: The statement's counts.
        budget: What the statement may cost.
        page_size: Records of one request, 1 to 500.
        cancelled: Set from any thread to stop before the next request.
    """

    def __init__(
        self,
        client: Client,
        stats: Stats,
        budget: Budget,
        page_size: int,
        cancelled: threading.Event,
    ) -> None:
        self._client = client
        self._stats = stats
        self._budget = budget
        self._page_size = page_size
        self._cancelled = cancelled

    def empty(self, scan: Scan) -> pa.Table:
        """A table with the scan's columns and no rows. Costs no request."""
        return _decoder(scan).schema.empty_table()

    def read(self, scan: Scan) -> pa.Table:
        """All rows of a scan.

        Raises:
            OperationalError: Kintone or the network failed, a budget is used up, or the
                statement was cancelled.
            DataError: A value does not fit its column.
        """
        decoder = _decoder(scan)
        fields = list(dict.fromkeys(["$id", *(column.field_code for column in scan.columns)]))
        pages: list[pa.Table] = []
        requests = page_requests(scan, self._page_size)
        query = next(requests, None)
        while query is not None:
            self._check(scan)
            with self._stats.timed("fetch"):
                body = self._client.records_page(
                    scan.table.app_id, scan.table.guest_space_id, query, fields
                )
            with self._stats.timed("decode"):
                page, last_id = decoder.decode(body)
            self._stats.records += page.num_rows
            pages.append(page)
            try:
                query = requests.send(PageResult(page.num_rows, last_id))
            except StopIteration:
                query = None
        self._check_records(scan)
        return pa.concat_tables(pages) if pages else decoder.schema.empty_table()

    def _check(self, scan: Scan) -> None:
        if self._cancelled.is_set():
            raise OperationalError("The statement was cancelled.")
        allowed = self._budget.requests
        if allowed is not None and self._stats.requests >= allowed:
            raise OperationalError(
                f"The statement needs more than {allowed} requests (MaxRequests): it was stopped "
                f"while reading {scan.table.name}. {_NARROW}, or raise MaxRequests."
            )
        self._check_records(scan)

    def _check_records(self, scan: Scan) -> None:
        allowed = self._budget.records
        if allowed is not None and self._stats.records > allowed:
            raise OperationalError(
                f"The statement reads more than {allowed} records (MaxRows): it was stopped while "
                f"reading {scan.table.name}. {_NARROW}, or raise MaxRows."
            )


_NARROW = (
    "Add a condition that Kintone can check (EXPLAIN shows which conditions it checks) or a LIMIT"
)


def _decoder(scan: Scan) -> Decoder:
    return Decoder(scan.columns, f"{scan.table.name} (app {scan.table.app_id})")
