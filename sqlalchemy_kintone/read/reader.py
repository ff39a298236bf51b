"""Reads scans: sends their page requests, side by side where that helps, and decodes the pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.budget import Budget
from sqlalchemy_kintone.read.decode import Decoder, Page
from sqlalchemy_kintone.read.pages import (
    PageRequests,
    PageResult,
    is_full_read,
    page_by_id,
    pages_in_turn,
    segment_pages,
)
from sqlalchemy_kintone.read.segments import Segment, segments
from sqlalchemy_kintone.stats import Stats


@dataclass(frozen=True)
class Reader:
    """Reads the scans of one statement.

    Attributes:
        client: What requests go through; it reports them to ``stats``.
        stats: The statement's counts.
        budget: What the statement may cost.
        page_size: Records of one request, 1 to 500.
        workers: The most requests under way at once.
        cancelled: Set from any thread to stop before the next request.
    """

    client: Client
    stats: Stats
    budget: Budget
    page_size: int
    workers: int
    cancelled: threading.Event

    def empty(self, scan: Scan) -> pa.Table:
        """A table with the scan's columns and no rows. Costs no request."""
        return _decoder(scan).schema.empty_table() if scan.columns else _rows_without_columns(0)

    def read(self, scan: Scan) -> pa.Table:
        """All rows of a scan.

        Raises:
            OperationalError: Kintone or the network failed, a budget is used up, or the
                statement was cancelled.
            DataError: A value does not fit its column.
        """
        reading = _ScanReading(self, scan)
        if not scan.columns:
            return _rows_without_columns(0 if scan.empty else reading.count())
        if is_full_read(scan):
            pages = list(reading.everything())
        else:
            pages = list(reading.in_turn(pages_in_turn(scan, self.page_size)))
        return pa.concat_tables(pages) if pages else self.empty(scan)


class _ScanReading:
    """One scan on its way."""

    def __init__(self, reader: Reader, scan: Scan) -> None:
        self._reader = reader
        self._scan = scan
        self._decoder = _decoder(scan)
        codes = ["$id", *(column.field_code for column in scan.columns)]
        self._fields = list(dict.fromkeys(codes))
        self._stopped = threading.Event()

    def in_turn(self, requests: PageRequests) -> Iterator[pa.Table]:
        """Pages one after the other."""
        query = next(requests, None)
        while query is not None:
            page = self._page(query)
            yield page.table
            try:
                query = requests.send(PageResult(page.table.num_rows, page.last_id))
            except StopIteration:
                query = None

    def count(self) -> int:
        """How many records there are, up to the limit, by one request."""
        limit = self._scan.limit
        if limit == 0:
            return 0
        page = self._page(page_by_id(self._scan.condition, 1), total_count=True)
        total = (page.total or 0) - self._scan.offset
        return max(total if limit is None else min(total, limit), 0)

    def everything(self) -> Iterator[pa.Table]:
        """The first page, the last one, and what is between them side by side.

        The last page tells where ids end and how many records are still to come. Whatever others
        write meanwhile, a record that is there all the time is in just one page: each covers
        ids that no other does.
        """
        size, condition = self._reader.page_size, self._scan.condition
        first = self._page(page_by_id(condition, size))
        yield first.table
        if first.table.num_rows < size or first.last_id is None:
            return
        rest = Segment(first.last_id)
        last = self._page(page_by_id(condition, size, rest, "desc"), total_count=True)
        if last.last_id is not None and last.total is not None:
            between = Segment(first.last_id, last.last_id)
            records = last.total - last.table.num_rows
            workers = self._reader.workers
            yield from self._side_by_side(segments(between, records, size, workers))
        yield _reversed(last.table)

    def _side_by_side(self, parts: list[Segment]) -> Iterator[pa.Table]:
        if not parts:
            return
        with ThreadPoolExecutor(min(self._reader.workers, len(parts))) as pool:
            futures = [pool.submit(self._segment, part) for part in parts]
            try:
                for future in futures:
                    yield from future.result()
            except BaseException:
                self._stopped.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _segment(self, part: Segment) -> list[pa.Table]:
        requests = segment_pages(self._scan.condition, part, self._reader.page_size)
        return list(self.in_turn(requests))

    def _page(self, query: str, *, total_count: bool = False) -> Page:
        reader, table = self._reader, self._scan.table
        if reader.cancelled.is_set() or self._stopped.is_set():
            raise OperationalError("The statement was cancelled.")
        reader.budget.begin_request(table.name)
        try:
            with reader.stats.timed("fetch"):
                body = reader.client.records_page(
                    table.app_id, table.guest_space_id, query, self._fields, total_count=total_count
                )
        finally:
            reader.budget.end_request()
        with reader.stats.timed("decode"):
            page = self._decoder.decode(body)
        reader.stats.add_records(page.table.num_rows)
        reader.budget.check_records(table.name)
        return page


def _decoder(scan: Scan) -> Decoder:
    return Decoder(scan.columns, f"{scan.table.name} (app {scan.table.app_id})")


def _rows_without_columns(rows: int) -> pa.Table:
    """So many rows. Arrow counts rows by columns, so there is one, which nobody looks at."""
    return pa.table({"$id": pa.nulls(rows, pa.int64())})


def _reversed(table: pa.Table) -> pa.Table:
    return table.take(pa.array(range(table.num_rows - 1, -1, -1), pa.int64()))
