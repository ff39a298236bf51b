"""Reads scans: sends their page requests, side by side where that helps, and decodes the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa

from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.conninfo import Consistency
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.budget import Budget
from sqlalchemy_kintone.read.cursor_reading import CursorReading
from sqlalchemy_kintone.read.scan_reading import ScanReading, decoder_of
from sqlalchemy_kintone.read.sharing import rows_without_columns
from sqlalchemy_kintone.stats import Stats

_READINGS = {Consistency.WINDOW: ScanReading, Consistency.CURSOR: CursorReading}

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
        consistency: How what takes several pages stays whole while others write.
    """

    client: Client
    stats: Stats
    budget: Budget
    counts: RecordCounts
    page_size: int
    workers: int
    watch: Watch
    consistency: Consistency = Consistency.WINDOW

    def empty(self, scan: Scan) -> pa.Table:
        """A table with the scan's columns and no rows. Costs no request."""
        return decoder_of(scan).schema.empty_table() if scan.columns else rows_without_columns(0)

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
        reading = _READINGS[self.consistency](self, scan, among)
        reading.begin(total_count=total_count)
        return reading

    def count(self, scan: Scan) -> int:
        """How many records a scan's condition selects, whatever its limit: one request.

        Raises:
            OperationalError: As ``begin``.
        """
        return ScanReading(self, scan).count()
