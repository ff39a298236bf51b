"""DuckDB: the residual SQL over what the scans brought.

DuckDB sits behind ``Engine`` and ``Statement``; its versions' differences live here only.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from sqlalchemy_kintone.catalog.model import Table
from sqlalchemy_kintone.engine_errors import Failures, Translated, of_stream
from sqlalchemy_kintone.engine_forks import Held
from sqlalchemy_kintone.engine_memory import EngineMemory
from sqlalchemy_kintone.errors import (
    InternalError,
)
from sqlalchemy_kintone.html_text import html_text

ENGINE_VERSION = int(duckdb.__version__.partition(".")[0])
"""DuckDB's major version."""

_BATCH_ROWS = 2_000

_ROWS_AHEAD = "1MB"
"""What DuckDB makes before anybody takes it; version 2 makes ten times as much of itself."""

_TEXT_FUNCTION = "kintone_text"
_MENTIONS_TEXT_FUNCTION = re.compile(rf"\b{_TEXT_FUNCTION}\b", re.IGNORECASE)

# What DuckDB cannot hand to Arrow whole goes as text: a BIT's length, a time's own zone.
_AS_TEXT = ("BIT", "TIME WITH TIME ZONE")


@dataclass(frozen=True)
class OutputColumn:
    """A column of a result: its name and SQL type, as ``DECIMAL(16,4)``."""

    name: str
    sql_type: str


@dataclass(frozen=True)
class Shape:
    """What SQL gives, without the rows.

    Attributes:
        columns: Names and SQL types.
        schema: The Arrow types.
    """

    columns: tuple[OutputColumn, ...]
    schema: pa.Schema


@dataclass(frozen=True)
class Answer:
    """What SQL gives.

    Attributes:
        columns: Names and SQL types.
        schema: The Arrow types.
        batches: The rows, to be read once.
    """

    columns: tuple[OutputColumn, ...]
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


class Statement(Protocol):
    """One statement's place in the engine. Not to be shared between threads."""

    def load(self, view: str, table: Table, data: pa.Table) -> None:
        """Show ``data`` as a view with all of the table's columns; absent ones are NULLs."""

    def load_batches(
        self, view: str, table: Table, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
    ) -> None:
        """As ``load``, of batches that are taken once, as the statement that runs needs them."""

    def check(self, sql: str) -> None:
        """See that the SQL fits the views, without running it."""

    def columns(self, sql: str) -> tuple[OutputColumn, ...]:
        """What the SQL gives, without running it."""

    def run(self, sql: str) -> Answer:
        """Run the SQL and stream its rows."""

    def interrupt(self) -> None:
        """Stop what runs, from any thread."""

    def close(self) -> None:
        """Free everything; more than once does no harm."""


class Engine:
    """A private DuckDB in memory, closed to files, network and extensions.

    Args:
        time_zone: The session's IANA time zone.
        memory_limit: Megabytes of memory, beyond which it writes to a directory that goes with it;
            None for DuckDB's own limit, without writing.
    """

    def __init__(self, time_zone: str, memory_limit: int | None = None) -> None:
        self._lock = threading.Lock()
        self._memory = EngineMemory(memory_limit)
        self._database = duckdb.connect(
            ":memory:",
            config={
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                **self._memory.options,
            },
        )
        self._held = Held(self._database)
        # GLOBAL, as statements run on child connections.
        quoted = time_zone.replace("'", "''")
        self._database.execute(f"SET GLOBAL TimeZone = '{quoted}'")
        # Else a name in SQL could be read from a Python variable of any caller.
        self._database.execute("SET GLOBAL python_enable_replacements = false")
        self._bounds_streams = _allow(self._database, "streaming_buffer_size")
        self._database.execute("SET lock_configuration = true")
        self._has_text_function = False

    def statement(self) -> DuckStatement:
        """A place for one statement."""
        with self._lock:
            connection = self._database.cursor()
        if self._bounds_streams:
            connection.execute(f"SET streaming_buffer_size = '{_ROWS_AHEAD}'")
        return DuckStatement(connection, self._add_functions)

    def _add_functions(self, sql: str) -> None:
        """Make this driver's functions known, where the SQL looks as if it used one."""
        if self._has_text_function or not _MENTIONS_TEXT_FUNCTION.search(sql):
            return
        with self._lock, Translated():
            if not self._has_text_function:
                self._database.create_function(
                    _TEXT_FUNCTION, _texts_of_html, ["VARCHAR"], "VARCHAR", type="arrow"
                )
                self._has_text_function = True

    def close(self) -> None:
        """Free the database, or let the statements that still run free it as they end.

        More than once does no harm.
        """
        # DuckDB 2 refuses to close what is in use.
        with suppress(duckdb.Error):
            self._database.close()
        self._memory.free()


class DuckStatement:
    """``Statement`` on a DuckDB child connection, which has views of its own.

    Args:
        connection: The child connection.
        add_functions: Makes known what functions of this driver an SQL text uses.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, add_functions: Callable[[str], None]
    ) -> None:
        self._connection = connection
        self._held = Held(connection)
        self._add_functions = add_functions
        self._failures = Failures()

    def load(self, view: str, table: Table, data: pa.Table) -> None:
        """Show ``data`` as a view with all of the table's columns; absent ones are NULLs."""
        self._failures = Failures()
        self._show(view, table, data, data.schema)

    def load_batches(
        self, view: str, table: Table, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
    ) -> None:
        """As ``load``, of batches that are taken once, as the statement that runs needs them.

        Args:
            view: The view's name.
            table: Its columns.
            schema: The schema of the batches.
            batches: Taken from any thread, one at a time. What they raise, ``run`` and the
                answer's batches raise.
        """
        self._failures = Failures()
        reader = pa.RecordBatchReader.from_batches(schema, self._failures.noting(batches))
        # A bare capsule cannot be read twice unnoticed, and no other threads read ahead of it.
        self._show(view, table, reader.__arrow_c_stream__(), schema)

    def _show(self, view: str, table: Table, data: object, schema: pa.Schema) -> None:
        source = f"{view}_data"
        with Translated():
            self._connection.register(source, data)
        present = set(schema.names)
        items = [
            _quote(column.name)
            if column.name in present
            else f"CAST(NULL AS {column.sql_type}) AS {_quote(column.name)}"
            for column in table.columns
        ]
        with Translated():
            self._connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {_quote(view)} AS "  # noqa: S608 - names are quoted
                f"SELECT {', '.join(items)} FROM {_quote(source)}"
            )

    def check(self, sql: str) -> None:
        """See that the SQL fits the views, without running it.

        Raises:
            ProgrammingError: DuckDB cannot make sense of it.
        """
        self._add_functions(sql)
        with Translated():
            self._connection.sql(sql)

    def columns(self, sql: str) -> tuple[OutputColumn, ...]:
        """What the SQL gives, without running it.

        Raises:
            ProgrammingError: DuckDB cannot make sense of it.
        """
        with Translated():
            return _columns(self._connection.sql(sql))

    def shape(self, sql: str) -> Shape:
        """What the SQL gives, by running it over the views as they are: empty ones.

        Raises:
            ProgrammingError: DuckDB cannot make sense of it.
        """
        answer = self.run(sql)
        return Shape(answer.columns, answer.schema)

    def run(self, sql: str) -> Answer:
        """Run the SQL and stream its rows.

        Raises:
            DataError: A value made the statement fail: a cast, a division, an overflow.
            ProgrammingError: DuckDB cannot make sense of the statement.
        """
        self._add_functions(sql)
        with Translated(self._failures):
            relation = self._connection.sql(sql)
            # Only now, as the columns of a PIVOT depend on the rows.
            columns = _columns(relation)
            if any(column.sql_type in _AS_TEXT for column in columns):
                relation = self._connection.sql(_with_texts(sql, columns))
            reader = _reader(relation)
        return Answer(columns, reader.schema, _translated_batches(Held(reader), self._failures))

    def interrupt(self) -> None:
        """Stop what runs, from any thread; nothing where it is closed."""
        with suppress(duckdb.ConnectionException):
            self._connection.interrupt()

    def close(self) -> None:
        """Free everything; more than once does no harm."""
        self._connection.close()


def _allow(database: duckdb.DuckDBPyConnection, option: str) -> bool:
    """Leave one option open where the others are locked; False where this DuckDB cannot."""
    known = "SELECT count(*) FROM duckdb_settings() WHERE name = 'allowed_configs'"
    if database.execute(known).fetchall() == [(0,)]:
        return False
    database.execute(f"SET GLOBAL allowed_configs = ['{option}']")
    return True


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _texts_of_html(values: pa.Array) -> pa.Array:
    """``kintone_text`` of many values at once."""
    texts = (None if html is None else html_text(html) for html in values.to_pylist())
    return pa.array(texts, pa.string())


def _with_texts(sql: str, columns: Sequence[OutputColumn]) -> str:
    items = (
        f"CAST(#{i} AS VARCHAR)" if column.sql_type in _AS_TEXT else f"#{i}"
        for i, column in enumerate(columns, start=1)
    )
    return f"SELECT {', '.join(items)} FROM ({sql})"  # noqa: S608 - wraps the statement itself


def _columns(relation: Any) -> tuple[OutputColumn, ...]:
    return tuple(
        OutputColumn(name, _type_name(kind))
        for name, kind in zip(relation.columns, relation.types, strict=True)
    )


def _type_name(kind: Any) -> str:
    text = str(kind)
    return "NULL" if text == '"NULL"' else text


def _reader(relation: Any) -> pa.RecordBatchReader:
    """The result as a stream, by the name the installed DuckDB has for it."""
    for name in ("to_arrow_reader", "fetch_arrow_reader", "fetch_record_batch"):
        method = getattr(relation, name, None)
        if method is not None:
            return method(_BATCH_ROWS)
    raise InternalError(
        f"DuckDB {duckdb.__version__} has no Arrow reader: install a version from 1.4 to 2."
    )


def _translated_batches(
    reader: Held[pa.RecordBatchReader], failures: Failures
) -> Iterator[pa.RecordBatch]:
    while True:
        with Translated(failures):
            try:
                batch = reader.it.read_next_batch()
            except StopIteration:
                return
            except (pa.ArrowException, OSError) as error:
                raise of_stream(error, failures) from error
        yield batch
