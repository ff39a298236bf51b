"""One scan on its way by Kintone's cursor, which knows from its beginning what it will give."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from sqlalchemy_kintone.read.cursor_pages import CursorPages
from sqlalchemy_kintone.read.nested import number_of_rows
from sqlalchemy_kintone.read.pages import first_of, is_long
from sqlalchemy_kintone.read.scan_reading import ScanReading


class CursorReading(ScanReading):
    """A scan of which all records are those of one moment.

    Kintone answers each request at one moment. What takes more than a page comes by a cursor, whose
    records and order are settled when it is opened; it is read from its beginning then, not from
    where the first page has ended. Only ten may be open in a domain, so that one page takes none.
    """

    def _begin_whole(self, *, total_count: bool) -> None:
        known = self._reader.counts.get(self.scan.table, self._condition)
        if known is not None and known > self.page_size:
            self._pages, self.left = [self._decoder.schema.empty_table()], known
            return
        super()._begin_whole(total_count=total_count)
        if self.left:
            self.left += self.first_page.num_rows
            # What the first page has is read again. Its total is of another moment.
            self._pages, self.total = [self.first_page.slice(0, 0)], None

    def _begin_part(self) -> None:
        scan, size = self.scan, self.page_size
        if not is_long(scan, size):
            super()._begin_part()
            return
        first = self._page(first_of(scan, self._condition, size)).table
        enough = scan.rows is not None and number_of_rows(first) >= scan.rows
        if first.num_rows < size or enough:
            self._pages = [first]
        else:
            self._pages = list(self._first_of_order())

    def _remaining(self) -> Iterator[pa.Table]:
        return self._by_cursor(self._condition)

    def _everything(self, condition: str | None) -> Iterator[pa.Table]:
        first = self._page(first_of(self.scan, condition, self.page_size)).table
        if first.num_rows < self.page_size:
            yield first
        else:
            yield from self._by_cursor(condition)

    def _by_cursor(self, condition: str | None) -> Iterator[pa.Table]:
        decode = self._decoded
        self._coming = CursorPages(
            self._cursor(condition), lambda body: decode(body, condition or "all"), self._watch
        )
        yield from self._coming
