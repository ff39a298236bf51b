"""One scan on its way: its pages by ``$id``, side by side where there are many."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial, reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.model import SavedList, Table
from sqlalchemy_kintone.errors import Error, OperationalError
from sqlalchemy_kintone.kintone.client import Exchange
from sqlalchemy_kintone.kintone.cursors import RecordCursor, cursor_pages
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.cursor_pages import CursorPages
from sqlalchemy_kintone.read.decode import Decoder, Page
from sqlalchemy_kintone.read.nested import number_of_rows
from sqlalchemy_kintone.read.pages import (
    PageRequests,
    PageResult,
    cursor_pays,
    first_query,
    in_order,
    is_full_read,
    is_long_order,
    is_many_of_ids,
    page_by_id,
    pages_in_turn,
)
from sqlalchemy_kintone.read.segment_pages import SegmentPages
from sqlalchemy_kintone.read.segments import Segment, Segments
from sqlalchemy_kintone.read.sharing import rows_without_columns

if TYPE_CHECKING:
    from sqlalchemy_kintone.read.reader import Reader

_LOGGER = logging.getLogger("sqlalchemy_kintone.plan")


class ScanReading:
    """One scan on its way.

    What is more than a page is read by ``$id``, in ranges side by side. The first records of an
    order come by a cursor where that takes far fewer requests than all records.

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
        self.page_size = reader.page_size
        self.left = 0
        self.total: int | None = None
        self.date: str | None = None
        self._condition = _both(scan.condition, among)
        self._reader = reader
        self._decoder = decoder_of(scan)
        self._watch = reader.watch.part()
        client = reader.client.watched(self._watch).observed(self._count_request)
        self._client = client.within(self._request)
        self._coming: SegmentPages | CursorPages | None = None
        reader.stats.begin_scan(scan.name, scan.table.name)
        self._pages: list[pa.Table] = []
        self._rest = Segment(0)
        self._is_cut = False

    def begin(self, *, total_count: bool) -> None:
        """Read the first page, or everything where pages are to be read in turn."""
        if not self.scan.columns:
            self._pages = [rows_without_columns(0 if self.scan.empty else self._number())]
        elif self._first_are_enough():
            self._is_cut = True
        elif is_full_read(self.scan):
            self._begin_whole(total_count=total_count)
        else:
            self._begin_part()

    @property
    def first_page(self) -> pa.Table:
        """The page that began the reading, where all records are wanted."""
        return self._pages[0]

    def finish(self, conditions: Sequence[str] | None = None) -> pa.Table:
        """All rows.

        Args:
            conditions: What is left is only wanted where one of these holds; no record satisfies
                two of them at once. None for everything.
        """
        if self.left and conditions is not None:
            self.narrowed = True
            for condition in conditions:
                self._pages += self._everything(_both(self._condition, condition))
            self.left = 0
        pages = list(self.pages())
        rows = pa.concat_tables(pages) if pages else self._reader.empty(self.scan)
        return _once(rows) if conditions and len(conditions) > 1 else rows

    def pages(self) -> Iterator[pa.Table]:
        """All rows, page by page, those that are left as they are taken."""
        records = 0
        for page in self._pages:
            records += page.num_rows
            yield page
        if self.left:
            for page in self._remaining():
                records += page.num_rows
                yield page
        self.left = 0
        if self.scan.columns and is_full_read(self.scan) and not self._is_cut:
            self._remember(records)

    def stop(self) -> None:
        """Ask for no more pages, from any thread; who waits for one fails.

        More than once does no harm.
        """
        self._watch.stop("The statement was stopped: nobody wants the rest of its rows.")
        if self._coming is not None:
            self._coming.close()

    def abandon(self) -> None:
        """As ``stop``, but takes no lock: for use while collecting what nobody holds any more."""
        self._watch.abandon()

    def count(self) -> int:
        """How many records the condition selects, by one request."""
        total = self._page(page_by_id(self._condition, 1), total_count=True).total or 0
        self._remember(total)
        return total

    def _first_are_enough(self) -> bool:
        """Read the first records of an order, where these may be enough."""
        first = self.scan.first
        if first is None or self.narrowed:
            return False
        known = self._reader.counts.get(self.scan.table, self.scan.condition)
        if known is not None and known <= first.records:
            return False  # all of them are one page too
        page = self._page(first_query(first)).table
        valued = [page.column(name).is_valid() for name in first.valued]
        found = pc.sum(reduce(pc.and_, valued)).as_py() if valued else page.num_rows
        is_all = page.num_rows < first.records and first.condition == self.scan.condition
        self._pages = [page]
        return is_all or (found or 0) >= first.records

    def _begin_whole(self, *, total_count: bool) -> None:
        """Read the first page of all records."""
        first = self._page(page_by_id(self._condition, self.page_size), total_count=total_count)
        self._pages = [first.table]
        self.total = first.total
        if first.total is not None:
            self._remember(first.total)
        if first.table.num_rows == self.page_size and first.last_id is not None:
            self._rest = Segment(first.last_id)
            # Without a total at least something may be left.
            self.left = max((first.total or 0) - first.table.num_rows, 1)

    def _begin_part(self) -> None:
        """Read some records: those of a limit."""
        if is_long_order(self.scan, self.page_size):
            self._begin_order(self.scan.limit or 0)
        elif is_many_of_ids(self.scan, self.page_size):
            self._begin_whole(total_count=True)
        else:
            self._pages = list(self._in_turn(pages_in_turn(self.scan, self.page_size)))

    def _begin_order(self, records: int) -> None:
        """Read so many records, the first of an order, or begin to read all: DuckDB sorts them."""
        self._begin_whole(total_count=True)
        if self.left and cursor_pays(self.total or 0, records, self.page_size):
            try:
                self._pages = list(self._first_of_order())
            except OperationalError:
                # There are cursors for ten at once only, and what they lose is lost.
                self._watch.check()
            else:
                self.left = 0

    def _remaining(self) -> Iterator[pa.Table]:
        """What is left, of all records or of those of a limit."""
        wanted = (self.scan.limit or 0) - self.first_page.num_rows
        if is_many_of_ids(self.scan, self.page_size) and wanted < self.left:
            return self._first_of_ids(wanted)
        return self._between(self._condition, self._rest)

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
            self._coming = SegmentPages(segments, ask, self._reader.workers, self._watch)
            yield from self._coming
        yield _reversed(last.table)

    def _first_of_ids(self, records: int) -> Iterator[pa.Table]:
        """So many records after the first page, or some more."""
        rest = self._rest
        last = self._page(page_by_id(self._condition, 1, rest, "desc")).last_id
        if last is None:
            return
        segments = Segments(Segment(rest.low, last + 1), self.left, self.page_size)
        ask = partial(self._of_segment, self._condition)
        pages = SegmentPages(segments, ask, self._reader.workers, self._watch, records)
        self._coming = pages
        for page in pages:
            yield page
            records -= page.num_rows
            if records <= 0:
                pages.close()
                return

    def _of_segment(self, condition: str | None, segment: Segment) -> Page:
        return self._page(page_by_id(condition, self.page_size, segment))

    def _first_of_order(self) -> Iterator[pa.Table]:
        """Pages of a cursor until they hold as many records, or rows, as are wanted."""
        wanted = self.scan.rows or self.scan.limit or 0
        with closing(cursor_pages(self._cursor(self._condition))) as pages:
            for body in pages:
                page = self._decoded(body, self.scan.query).table
                yield page
                wanted -= number_of_rows(page) if self.scan.rows else page.num_rows
                if wanted <= 0:
                    return

    def _cursor(self, condition: str | None) -> RecordCursor:
        """A cursor over all records of a condition, in the order of the scan."""
        table, query = self.scan.table, in_order(condition, self.scan.order)
        space, fields = table.guest_space_id, self.scan.fields
        return RecordCursor(self._client, table.app_id, space, query, fields, self.page_size)

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

    def _page(self, query: str, *, total_count: bool = False) -> Page:
        scan, table = self.scan, self.scan.table
        body = self._client.records_page(
            table.app_id, table.guest_space_id, query, scan.fields, total_count=total_count
        )
        return self._decoded(body, query)

    def _decoded(self, body: bytes, query: str) -> Page:
        """A page, once it is counted."""
        reader, scan, table = self._reader, self.scan, self.scan.table
        with reader.stats.timed("decode", scan.name):
            page = self._decoder.decode(body)
        reader.stats.add_records(page.table.num_rows, scan.name)
        reader.budget.check_records(scan)
        _LOGGER.debug(
            "%s: %d records of app %d: %s", scan.name, page.table.num_rows, table.app_id, query
        )
        return page

    @contextmanager
    def _request(self) -> Iterator[None]:
        """A request, as far as it is wanted and the budget allows it."""
        reader, scan = self._reader, self.scan
        self._watch.check()
        reader.budget.begin_request(scan)
        try:
            with reader.stats.timed("fetch", scan.name):
                yield
        except Error as error:
            if error.http_status != 400 or scan.table.saved_list is None:
                raise
            raise _of_list(error, scan.table, scan.table.saved_list) from error
        finally:
            reader.budget.end_request()

    def _count_request(self, exchange: Exchange) -> None:
        if self.date is None:
            self.date = exchange.date
        self._reader.stats.add_request(exchange.received_bytes, self.scan.name)


def decoder_of(scan: Scan) -> Decoder:
    """What decodes the pages of a scan."""
    columns = scan.columns
    # What is read key by key is told apart by ids.
    if scan.keys and all(column.name != RECORD_ID.name for column in columns):
        columns = (*columns, RECORD_ID)
    return Decoder(columns, f"{scan.table.name} (app {scan.table.app_id})")


def _both(condition: str | None, other: str | None) -> str | None:
    return f"({condition}) and ({other})" if condition and other else condition or other


def _reversed(table: pa.Table) -> pa.Table:
    return table.take(pa.array(range(table.num_rows - 1, -1, -1), pa.int64()))


def _once(rows: pa.Table) -> pa.Table:
    """Each record as it was read last: what others change meanwhile may come with several keys."""
    places = pa.table([rows.column(RECORD_ID.name), pa.array(range(rows.num_rows))], ["id", "row"])
    last = places.group_by("id").aggregate([("row", "max")]).column("row_max")
    if len(last) == rows.num_rows:
        return rows
    return rows.take(last.take(pc.sort_indices(last)))


def _of_list(error: Error, table: Table, saved: SavedList) -> Error:
    """The same error, with the filter that may have been refused and that no statement shows."""
    if saved.condition is None:
        return error
    return type(error)(
        f"{error} The filter of {table.name}, as it is saved in Kintone: {saved.condition}",
        code=error.code,
        http_status=error.http_status,
        request_id=error.request_id,
    )
