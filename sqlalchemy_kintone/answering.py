"""One statement in the engine: rows go in as tables or as they come, its answer comes out."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

import pyarrow as pa

from sqlalchemy_kintone.engine import Answer, DuckStatement
from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.row_stream import RowStream
from sqlalchemy_kintone.stats import Stats


class Answering:
    """What a statement has in the engine; ``cancel`` may come from any thread.

    Where the engine fails because the statement was stopped, everything here raises an
    ``OperationalError`` that says why it was.

    Args:
        statement: Its place in the engine.
        stats: Where the engine's time is counted.
        watch: How long the answer is wanted.
    """

    def __init__(self, statement: DuckStatement, stats: Stats, watch: Watch) -> None:
        self._statement = statement
        self._stats = stats
        self._watch = watch
        self._stream: RowStream | None = None

    def load(self, scan: Scan, rows: pa.Table | RowStream) -> None:
        """Show rows as the scan's view. A stream is taken from as what runs needs it."""
        with self._wanted():
            if not isinstance(rows, RowStream):
                self._statement.load(scan.name, scan.table, rows)
                return
            self._stream = rows
            weakref.finalize(self, rows.abandon)
            self._statement.load_batches(scan.name, scan.table, rows.schema, rows)

    def check(self, sql: str) -> None:
        """See that the SQL fits the views, without running it.

        Raises:
            ProgrammingError: It does not.
        """
        with self._wanted():
            self._statement.check(sql)

    def run(self, sql: str) -> Answer:
        """Run the SQL. What its batches raise once they raise again.

        Raises:
            Error: As ``Statement.run``, or what the stream raised.
        """
        with self._timed(), self._wanted():
            answer = self._statement.run(sql)
        return replace(answer, batches=_Lasting(self._batches(answer), self._stop_stream))

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """For the time of the block, stop the engine when the statement has taken too long."""
        remaining = self._watch.remaining
        if remaining is None:
            yield
            return
        timer = threading.Timer(remaining, self._statement.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def cancel(self) -> None:
        """Stop what runs."""
        self._stop_stream()
        self._statement.interrupt()

    def close(self) -> None:
        """Free what the statement holds; more than once does no harm."""
        # First, as the engine waits for whom it takes rows from.
        self._stop_stream()
        self._statement.close()

    def _stop_stream(self) -> None:
        if self._stream is not None:
            self._stream.stop()

    def _batches(self, answer: Answer) -> Iterator[pa.RecordBatch]:
        while True:
            with self._timed(), self._wanted():
                batch = next(answer.batches, None)
            if batch is None:
                return
            yield batch

    @contextmanager
    def _wanted(self) -> Iterator[None]:
        """Where the engine fails as it was stopped, say why it was."""
        try:
            yield
        except Error as error:
            if self._watch.over:
                raise self._watch.error() from error
            raise

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Count the time of the block as the engine's, but for what it waits for pages."""
        started, waited = perf_counter(), self._waited
        try:
            yield
        finally:
            seconds = perf_counter() - started - (self._waited - waited)
            self._stats.add_seconds("engine", max(seconds, 0.0))

    @property
    def _waited(self) -> float:
        return self._stream.waited if self._stream is not None else 0.0


class _Lasting:
    """Batches that failed fail again: their end would look like the end of the rows.

    Args:
        batches: To be read once.
        end: Called when there are no more, or they fail.
    """

    def __init__(self, batches: Iterator[pa.RecordBatch], end: Callable[[], None]) -> None:
        self._batches = batches
        self._end = end
        self._failure: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        if self._failure is not None:
            raise self._failure
        try:
            return next(self._batches)
        except StopIteration:
            self._end()
            raise
        except BaseException as error:
            self._failure = error
            self._end()
            raise
