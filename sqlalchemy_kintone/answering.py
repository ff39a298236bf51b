"""One statement in the engine: rows go in as tables or as they come, its answer comes out."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

import pyarrow as pa

from sqlalchemy_kintone.engine import Answer, DuckStatement, Engine, Shape
from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.plan.model import Passing, Scan
from sqlalchemy_kintone.read.row_stream import RowStream
from sqlalchemy_kintone.stats import Stats


class Answering:
    """What a statement has in the engine; ``cancel`` may come from any thread.

    Where the engine fails because the statement was stopped, everything here raises an
    ``OperationalError`` that says why it was.

    Args:
        engine: Where it gets a place once it needs one.
        stats: Where the engine's time is counted.
        watch: How long the answer is wanted.
    """

    def __init__(self, engine: Engine, stats: Stats, watch: Watch) -> None:
        self._engine = engine
        self._place: DuckStatement | None = None
        self._stats = stats
        self._watch = watch
        self._stream: RowStream | None = None

    def load(self, scan: Scan, rows: pa.Table | RowStream) -> None:
        """Show rows as the scan's view. A stream is taken from as what runs needs it."""
        with self._wanted():
            if not isinstance(rows, RowStream):
                self._statement.load(scan.name, scan.table, rows)
                return
            self._follow(rows)
            self._statement.load_batches(scan.name, scan.table, rows.schema, rows)

    def shape(self, sql: str) -> Shape:
        """What the SQL gives of the views, which are empty.

        Raises:
            ProgrammingError: It does not fit them.
        """
        with self._wanted():
            return self._statement.shape(sql)

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

    def pass_on(self, rows: pa.Table | RowStream, passing: Passing, shape: Shape) -> Answer:
        """Rows as they are. What the stream raises the answer's batches raise, again and again."""
        if isinstance(rows, RowStream):
            self._follow(rows)
            batches: Iterator[pa.RecordBatch] = iter(rows)
        else:
            batches = iter(rows.to_batches())
        passed = passed_on(batches, passing, shape.schema)
        return Answer(shape.columns, shape.schema, _Lasting(passed, self._stop_stream))

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """For the time of the block, stop the engine when the statement has taken too long."""
        remaining = self._watch.remaining
        if remaining is None:
            yield
            return
        timer = threading.Timer(remaining, self._interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def cancel(self) -> None:
        """Stop what runs."""
        self._stop_stream()
        self._interrupt()

    def close(self) -> None:
        """Free what the statement holds; more than once does no harm."""
        # First, as the engine waits for whom it takes rows from.
        self._stop_stream()
        if self._place is not None:
            self._place.close()

    @property
    def _statement(self) -> DuckStatement:
        """Its place in the engine: what only passes rows on needs none."""
        if self._place is None:
            self._place = self._engine.statement()
            # Who stopped the statement before had nothing to interrupt.
            self._watch.check()
        return self._place

    def _interrupt(self) -> None:
        if self._place is not None:
            self._place.interrupt()

    def _follow(self, rows: RowStream) -> None:
        """Stop a stream when its rows are no longer wanted."""
        self._stream = rows
        weakref.finalize(self, rows.abandon)

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


def passed_on(
    batches: Iterable[pa.RecordBatch], passing: Passing, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Rows as an answer has them: its columns under its names, in the engine's Arrow types.

    Args:
        batches: The rows of a scan.
        passing: What to show of them.
        schema: The Arrow schema of the answer.
    """
    left = passing.limit
    for batch in batches:
        if left == 0:
            return
        rows = batch if left is None else batch.slice(0, left)
        columns = [
            _cast(rows.column(name), kind)
            for name, kind in zip(passing.columns, schema.types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
        if left is not None:
            left -= rows.num_rows


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column if column.type == kind else column.cast(kind)


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
