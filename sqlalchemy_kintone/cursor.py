"""The PEP 249 cursor, with Arrow, pandas and Polars beside its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pyarrow as pa

from sqlalchemy_kintone.engine import OutputColumn
from sqlalchemy_kintone.errors import InterfaceError, NotSupportedError, ProgrammingError
from sqlalchemy_kintone.execution import Execution, Parameters, Result
from sqlalchemy_kintone.kintone.process import Process
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.rows import Row, rows_of
from sqlalchemy_kintone.stats import Stats
from sqlalchemy_kintone.type_objects import precision_and_scale

if TYPE_CHECKING:
    import pandas
    import polars
    from typing_extensions import Self

    from sqlalchemy_kintone.connection import Connection


class Description(NamedTuple):
    """One column of ``cursor.description``, in PEP 249's order."""

    name: str
    type_code: str
    display_size: None
    internal_size: None
    precision: int | None
    scale: int | None
    null_ok: None


class Cursor:
    """Runs statements and hands out their rows. Not to be shared between threads.

    Made by ``Connection.cursor()``.

    Attributes:
        connection: The connection it belongs to.
        arraysize: Rows of a ``fetchmany()`` that names no number.
        lastrowid: None: no statement here inserts a row.
        max_age: For connections with ``Cache``, the seconds since their refresh that the rows of
            the next statements may be from; None for the connection's ``CacheMaxAge``.
    """

    def __init__(self, connection: Connection, begin: Callable[[], Execution]) -> None:
        self.connection = connection
        self.arraysize = 1
        self.lastrowid: int | None = None
        self.max_age: float | None = None
        self._begin = begin
        self._closed = False
        self._process = Process()
        self._execution: Execution | None = None
        self._result: Result | None = None
        self._stats = Stats()
        self._batch: pa.RecordBatch | None = None
        self._rows: list[Row] = []
        self._position = 0
        self._fetched = 0

    @property
    def description(self) -> list[Description] | None:
        """The columns of the result, known before any row is read; None without a result.

        Type codes are SQL type names, such as ``DECIMAL(16,4)``, that compare equal to the
        module's type objects (``NUMBER``, ``STRING`` …).
        """
        if self._result is None:
            return None
        return [
            Description(
                column.name,
                column.sql_type,
                None,
                None,
                *precision_and_scale(column.sql_type),
                None,
            )
            for column in self._result.columns
        ]

    @property
    def rowcount(self) -> int:
        """-1: rows stream, so their number is not known in advance."""
        return -1

    @property
    def rownumber(self) -> int | None:
        """The index of the next row, from 0; None without a result."""
        return self._fetched if self._result is not None else None

    @property
    def scans(self) -> tuple[Scan, ...]:
        """What the statement asks of Kintone, app by app; empty without a result."""
        return self._result.plan.scans if self._result is not None else ()

    @property
    def stats(self) -> Stats:
        """What the last statement cost so far."""
        return self._stats

    @property
    def closed(self) -> bool:
        """Whether the cursor or its connection is closed."""
        return self._closed or self.connection.closed

    def execute(self, sql: str, parameters: Parameters | None = None) -> Self:
        """Run one statement.

        Args:
            sql: One SQL query, or EXPLAIN of one, its parameters written ``?`` or ``:name``.
            parameters: A sequence for ``?``, a mapping for ``:name``.

        Returns:
            This cursor, so that calls can be chained.

        Raises:
            ProgrammingError: Syntax, unknown names, parameters that do not fit.
            NotSupportedError: The statement is no query.
            OperationalError: Kintone, the network or a budget stopped it.
            DataError: A value does not fit its type.
            InterfaceError: The cursor is closed.
        """
        self._check_open()
        self._release()
        execution = self._begin()
        self._execution, self._stats = execution, execution.stats
        try:
            self._result = execution.run(sql, parameters, self.max_age)
        except BaseException:
            self._release()
            raise
        return self

    def executemany(self, sql: str, sequence: Iterable[Parameters]) -> Self:
        """Run one statement once for each set of parameters, in order; it is planned once.

        The rows are those of the last set: PEP 249 leaves open what becomes of others. Without
        any set nothing is run, and there is no result.

        Args:
            sql: As ``execute``.
            sequence: Sets of parameters.

        Returns:
            This cursor.

        Raises:
            Error: As ``execute``, of the first set that fails; those after it are not run.
        """
        self._check_open()
        self._release()
        for parameters in sequence:
            self.execute(sql, parameters)
        return self

    def fetchone(self) -> Row | None:
        """The next row, or None after the last."""
        self._result_or_raise()
        if self._position == len(self._rows) and not self._advance():
            return None
        row = self._rows[self._position]
        self._position += 1
        self._fetched += 1
        return row

    def fetchmany(self, size: int | None = None) -> list[Row]:
        """The next rows, at most ``size`` (``arraysize`` without it)."""
        self._result_or_raise()
        wanted = self.arraysize if size is None else size
        if wanted < 0:
            raise ProgrammingError(f"fetchmany() takes a number of rows from 0, not {wanted}.")
        rows: list[Row] = []
        while len(rows) < wanted and (self._position < len(self._rows) or self._advance()):
            part = self._rows[self._position : self._position + wanted - len(rows)]
            self._position += len(part)
            rows += part
        self._fetched += len(rows)
        return rows

    def fetchall(self) -> list[Row]:
        """All rows that are left."""
        self._result_or_raise()
        rows = self._rows[self._position :]
        while self._advance():
            rows += self._rows
        self._position = len(self._rows)
        self._fetched += len(rows)
        return rows

    def fetch_arrow_table(self) -> pa.Table:
        """All rows that are left, as an Arrow table."""
        return self.fetch_record_batch_reader().read_all()

    def fetch_record_batch_reader(self) -> pa.RecordBatchReader:
        """All rows that are left, as a stream of Arrow batches that lives as long as the cursor."""
        result = self._result_or_raise()
        schema = pa.schema(
            field.with_name(column.name)
            for field, column in zip(result.schema, result.columns, strict=True)
        )
        return pa.RecordBatchReader.from_batches(schema, self._remaining_batches(schema))

    def fetch_df(self, dtype_backend: Literal["numpy", "pyarrow"] = "numpy") -> pandas.DataFrame:
        """All rows that are left, as a pandas DataFrame; decimals stay exact either way.

        Args:
            dtype_backend: ``numpy`` has decimals, dates and texts that may be NULL as objects, as
                pandas does of itself; ``pyarrow`` keeps all in Arrow's types, without a copy.

        Raises:
            NotSupportedError: pandas is not installed.
            InterfaceError: ``dtype_backend`` is neither.
        """
        mappers = {"numpy": None, "pyarrow": _require("pandas").ArrowDtype}
        if dtype_backend not in mappers:
            raise InterfaceError(f"dtype_backend is numpy or pyarrow, not {dtype_backend!r}.")
        table = self.fetch_arrow_table()
        frame: pandas.DataFrame = table.to_pandas(types_mapper=mappers[dtype_backend])
        return frame

    def fetch_pl(self) -> polars.DataFrame:
        """All rows that are left, as a Polars DataFrame.

        Raises:
            NotSupportedError: Polars is not installed.
        """
        frame: polars.DataFrame = _require("polars").from_arrow(self.fetch_arrow_table())
        return frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows that are left through Arrow's PyCapsule interface."""
        return self.fetch_record_batch_reader().__arrow_c_stream__(requested_schema)

    def cancel(self) -> None:
        """Stop the statement that runs, from any thread; it raises ``OperationalError``."""
        execution = self._execution
        if execution is not None:
            execution.cancel()

    def close(self) -> None:
        """Free the result; more than once does no harm, nor does it in a fork of the process."""
        if not self._process.is_another:
            self._release()
        self._closed = True

    def setinputsizes(self, sizes: Sequence[object]) -> None:
        """Does nothing, as PEP 249 allows."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Does nothing, as PEP 249 allows."""

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        self.connection.check_open()
        if self._closed:
            raise InterfaceError("The cursor is closed: ask the connection for a new one.")

    def _result_or_raise(self) -> Result:
        self._check_open()
        if self._result is None:
            raise ProgrammingError("There is no result to fetch from: call execute() first.")
        return self._result

    def _advance(self) -> bool:
        """Go to the next batch that has rows; False after the last."""
        result = self._result_or_raise()
        for batch in result.batches:
            if batch.num_rows:
                self._batch = batch
                self._rows = rows_of(batch, result.columns)
                self._position = 0
                return True
        return False

    def _remaining_batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        result = self._result_or_raise()
        if self._batch is not None and self._position < len(self._rows):
            left = self._batch.slice(self._position)
            self._position = len(self._rows)
            yield self._renamed(left, schema)
        for batch in result.batches:
            yield self._renamed(batch, schema)

    def _renamed(self, batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
        self._fetched += batch.num_rows
        return pa.RecordBatch.from_arrays(batch.columns, schema=schema)

    def _release(self) -> None:
        execution, self._execution = self._execution, None
        if execution is not None:
            # Before the result goes, which would wait for what it is still being made of.
            execution.close()
        self._result, self._batch = None, None
        self._rows, self._position, self._fetched = [], 0, 0


def _description(column: OutputColumn) -> Description:
    precision, scale = precision_and_scale(column.sql_type)
    return Description(column.name, column.sql_type, None, None, precision, scale, None)


def _require(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise NotSupportedError(
            f"This needs {module}, which is not installed: pip install sqlalchemy-kintone[{module}]"
        ) from error
