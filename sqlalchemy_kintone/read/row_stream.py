"""Rows of a scan that come as they are taken, where there are many."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import pyarrow as pa

from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.foresight import refuse_what_exceeds
from sqlalchemy_kintone.read.reader import Reader
from sqlalchemy_kintone.read.scan_reading import ScanReading
from sqlalchemy_kintone.read.sharing import Fetch, fetches_of


class RowStream:
    """Batches of rows, to be taken once, by one thread at a time.

    Args:
        fetch: What is read, and the scan its rows are for.
        reading: Its reading, which has begun.

    Attributes:
        schema: The Arrow schema of the batches.
        waited: Seconds spent waiting for pages so far.
    """

    def __init__(self, fetch: Fetch, reading: ScanReading) -> None:
        (self._scan,) = fetch.scans
        self._fetch = fetch
        self._reading = reading
        self.schema: pa.Schema = fetch.rows_for(self._scan, reading.first_page.slice(0, 0)).schema
        self.waited = 0.0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        pages = self._reading.pages()
        while True:
            started = perf_counter()
            page = next(pages, None)
            self.waited += perf_counter() - started
            if page is None:
                return
            yield from self._fetch.rows_for(self._scan, page).to_batches()

    def stop(self) -> None:
        """Ask for no more pages, from any thread; more than once does no harm."""
        self._reading.stop()

    def abandon(self) -> None:
        """As ``stop``, but takes no lock: for use while collecting what nobody holds any more."""
        self._reading.abandon()


def stream_rows(reader: Reader, scan: Scan) -> pa.Table | RowStream:
    """The rows of the only scan of a statement.

    Args:
        reader: Reads pages.
        scan: What to read, an app.

    Returns:
        A table where the first page is all, or where pages come in turn; else a stream.

    Raises:
        OperationalError: The scan surely needs more than the statement may cost; nothing was read.
        Error: As ``Reader.begin``. Taking from the stream raises it too.
    """
    (fetch,) = fetches_of([scan])
    refuse_what_exceeds(reader, [fetch.scan])
    reading = reader.begin(fetch.scan)
    return RowStream(fetch, reading) if reading.left else fetch.rows_for(scan, reading.finish())
