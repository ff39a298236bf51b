"""Reads scans: sends their page requests, side by side where that helps, and decodes the pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import pyarrow as pa

from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.kintone.client import Client, Exchange
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.budget import Budget
from sqlalchemy_kintone.read.decode import Decoder, Page
from sqlalchemy_kintone.read.nested import number_of_rows
from sqlalchemy_kintone.read.pages import (
    PageRequests,
    PageResult,
    is_full_read,
    page_by_id,
    pages_in_turn,
)
from sqlalchemy_kintone.read.segment_pages import SegmentPages
from sqlalchemy_kintone.read.segments import Segment, Segments
from sqlalchemy_kintone.read.sharing import rows_without_columns
from sqlalchemy_kintone.stats import Stats

_LOGGER = logging.getLogger("sqlalchemy_kintone.plan")

Result = TypeVar("Result")


@dataclass(frozen=True)
class Reader:
    """Reads the scans of one statement.

    Attributes:
        client: What requests go through.
        stats: The statement's counts.
        budget: What the statement may cost.
        counts: How many records earlier reads found, and where to note what this one finds.
        page_size: Records of one request, 1 to 500.
        workers: The most requests under way at once.
        watch: How long the rows are wanted.
    """

    client: Client
    stats: Stats
    budget: Budget
    counts: RecordCounts
    page_size: int
    workers: int
    watch: Watch

    def empty(self, scan: Scan) -> pa.Table:
        """A table with the scan's columns and no rows. Costs no request."""
        return _decoder(scan).schema.empty_table() if scan.columns else rows_without_columns(0)

    def side_by_side(self, tasks: Sequence[Callable[[], Result]]) -> Iterator[Result]:
        """What the tasks give, in order; the first that fails ends all.

        An interruption of this thread does not wait for the requests that are under way.
        """
        pool = ThreadPoolExecutor(min(self.workers, len(tasks)))
        wait = True
        try:
            futures = [pool.submit(task) for task in tasks]
            for future in futures:
                yield future.result()
        except BaseException as error:
            wait = isinstance(error, Exception)
            self.watch.stop("The statement was stopped, as another part of it failed.")
            raise
        finally:
            pool.shutdown(wait, cancel_futures=True)

    def begin(
        self, scan: Scan, *, among: str | None = None, total_count: bool = False
    ) -> ScanReading:
        """Read the first page of a scan, or all of it where it is not to be read whole.

        Args:
            scan: What to read.
            among: A Kintone condition besides the scan's own; only for scans that are read whole.
            total_count: Whether to ask how many records there are, if that may be many.

        Raises:
            OperationalError: Kintone or the network failed, a budget is used up, or the
                statement was cancelled.
            DataError: A value does not fit its column.
        """
        reading = ScanReading(self, scan, among)
        reading.begin(total_count=total_count)
        return reading

    def count(self, scan: Scan) -> int:
        """How many records a scan's condition selects, whatever its limit: one request.

        Raises:
            OperationalError: As ``begin``.
        """
        return ScanReading(self, scan).count()


class ScanReading:
    """One scan on its way.

    Attributes:
        scan: What is read.
        page_size: Records of one request.
        left: How many records are still to be read, as far as is known: 0 when it is complete.
        narrowed: Whether only records with keys that another scan brought are read.
        total: How many records there were when the first page was read; None if nobody asked.
        date: When the first request was answered, as its header ``Date`` has it; empty without.
    """

    def __init__(self, reader: Reader, scan: Scan, among: str | None = None) -> None:
        self.scan = scan
        self.narrowed = among is not None
        self._condition = _both(scan.condition, among)
        self.page_size = reader.page_size
        self.left = 0
        self.total: int | None = None
        self.date: str | None = None
        self._reader = reader
        self._decoder = _decoder(scan)
        self._watch = reader.watch.part()
        self._client = reader.client.watched(self._watch).observed(self._count_request)
        self._side_by_side: SegmentPages | None = None
        reader.stats.begin_scan(scan.name, scan.table.name)
        self._pages: list[pa.Table] = []
        self._rest = Segment(0)

    def begin(self, *, total_count: bool) -> None:
        """Read the first page, or everything where pages are to be read in turn."""
        if not self.scan.columns:
            self._pages = [rows_without_columns(0 if self.scan.empty else self._number())]
        elif is_full_read(self.scan):
            query = page_by_id(self._condition, self.page_size)
            first = self._page(query, total_count=total_count)
            self._pages = [first.table]
            self.total = first.total
            if first.total is not None:
                self._remember(first.total)
            if first.table.num_rows == self.page_size and first.last_id is not None:
                self._rest = Segment(first.last_id)
                # Without a total at least something may be left.
                self.left = max((first.total or 0) - first.table.num_rows, 1)
        else:
            self._pages = list(self._in_turn(pages_in_turn(self.scan, self.page_size)))

    @property
    def first_page(self) -> pa.Table:
        """The page that began the reading, where all records are wanted."""
        return self._pages[0]

    def finish(self, conditions: Sequence[str] | None = None) -> pa.Table:
        """All rows.

        Args:
            conditions: What is left is only wanted where one of these holds; no record satisfies
                two of them. None for everything.
        """
        if self.left and conditions is not None:
            self.narrowed = True
            for condition in conditions:
                self._pages += self._everything(_both(self._condition, condition))
            self.left = 0
        pages = list(self.pages())
        return pa.concat_tables(pages) if pages else self._reader.empty(self.scan)

    def pages(self) -> Iterator[pa.Table]:
        """All rows, page by page, those that are left as they are taken."""
        records = 0
        for page in self._pages:
            records += page.num_rows
            yield page
        if self.left:
            for page in self._between(self._condition, self._rest):
                records += page.num_rows
                yield page
        self.left = 0
        if self.scan.columns and is_full_read(self.scan):
            self._remember(records)

    def stop(self) -> None:
        """Ask for no more pages, from any thread; who waits for one fails.

        More than once does no harm.
        """
        self._watch.stop("The statement was stopped: nobody wants the rest of its rows.")
        if self._side_by_side is not None:
            self._side_by_side.close()

    def abandon(self) -> None:
        """As ``stop``, but takes no lock: for use while collecting what nobody holds any more."""
        self._watch.abandon()

    def count(self) -> int:
        """How many records the condition selects, by one request."""
        total = self._page(page_by_id(self._condition, 1), total_count=True).total or 0
        self._remember(total)
        return total

    def _number(self) -> int:
        """How many records there are within offset and limit."""
        limit = self.scan.limit
        if limit == 0:
            return 0
        total = self.count() - self.scan.offset
        return max(total if limit is None else min(total, limit), 0)

    def _remember(self, records: int) -> None:
        """Note how many records the scan's own condition selects."""
        if not self.narrowed:
            self._reader.counts.remember(self.scan.table, self.scan.condition, records)

    def _in_turn(self, requests: PageRequests) -> Iterator[pa.Table]:
        """Pages one after the other."""
        query = next(requests, None)
        while query is not None:
            page = self._page(query)
            yield page.table
            try:
                rows = number_of_rows(page.table) if self.scan.rows is not None else 0
                query = requests.send(PageResult(page.table.num_rows, page.last_id, rows))
            except StopIteration:
                query = None

    def _everything(self, condition: str | None) -> Iterator[pa.Table]:
        """All records that are left and satisfy a condition."""
        first = self._page(page_by_id(condition, self.page_size, self._rest))
        yield first.table
        if first.table.num_rows == self.page_size and first.last_id is not None:
            yield from self._between(condition, Segment(first.last_id))

    def _between(self, condition: str | None, rest: Segment) -> Iterator[pa.Table]:
        """The last page of what is left, and what is before it side by side.

        The last page tells where ids end and how many records are still to come. Whatever others
        write meanwhile, a record that is there all the time is in just one page: each covers
        ids that no other does.
        """
        query = page_by_id(condition, self.page_size, rest, "desc")
        last = self._page(query, total_count=True)
        if last.last_id is not None and last.total is not None:
            between = Segment(rest.low, last.last_id)
            records = last.total - last.table.num_rows
            ask = partial(self._of_segment, condition)
            segments = Segments(between, records, self.page_size)
            self._side_by_side = SegmentPages(segments, ask, self._reader.workers, self._watch)
            yield from self._side_by_side
        yield _reversed(last.table)

    def _of_segment(self, condition: str | None, segment: Segment) -> Page:
        return self._page(page_by_id(condition, self.page_size, segment))

    def _page(self, query: str, *, total_count: bool = False) -> Page:
        reader, scan, table = self._reader, self.scan, self.scan.table
        self._watch.check()
        reader.budget.begin_request(table.name)
        try:
            with reader.stats.timed("fetch", scan.name):
                body = self._client.records_page(
                    table.app_id, table.guest_space_id, query, scan.fields, total_count=total_count
                )
        finally:
            reader.budget.end_request()
        with reader.stats.timed("decode", scan.name):
            page = self._decoder.decode(body)
        reader.stats.add_records(page.table.num_rows, scan.name)
        reader.budget.check_records(table.name)
        _LOGGER.debug(
            "%s: %d records of app %d: %s", scan.name, page.table.num_rows, table.app_id, query
        )
        return page

    def _count_request(self, exchange: Exchange) -> None:
        if self.date is None:
            self.date = exchange.date
        self._reader.stats.add_request(exchange.received_bytes, self.scan.name)


def _decoder(scan: Scan) -> Decoder:
    return Decoder(scan.columns, f"{scan.table.name} (app {scan.table.app_id})")


def _both(condition: str | None, other: str | None) -> str | None:
    return f"({condition}) and ({other})" if condition and other else condition or other


def _reversed(table: pa.Table) -> pa.Table:
    return table.take(pa.array(range(table.num_rows - 1, -1, -1), pa.int64()))
