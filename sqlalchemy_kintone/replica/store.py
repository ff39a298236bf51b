"""The file of a replica: a DuckDB database with a table for each app.

It is open for moments only. DuckDB lets one process write or several read; whoever finds it taken
tries again. Files that lock it for the time of a refresh are ``lock``'s.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.replica.columns import decoded, encoded, place_of, schema_of, storable

_FORMAT = 1
_AGAIN_SECONDS = 0.02
_TAKEN = (
    "Could not set lock on file",  # another process has it
    "being used by another process",  # the same on Windows
    "different configuration",  # another thread reads what this one is to write, or writes
    "already attached",  # another thread is just opening it
)
"""What DuckDB's versions say of a file that others have open, by exceptions of several types."""
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class AppKey:
    """An app and the guest space it is in."""

    app_id: int
    guest_space_id: int | None

    def __str__(self) -> str:
        space = "" if self.guest_space_id is None else f"guest_{self.guest_space_id}_"
        return f"{space}app_{self.app_id}"


@dataclass(frozen=True)
class Held:
    """What the file holds of an app.

    Attributes:
        columns: The columns of its records; ``$id`` and ``$revision`` are the first two.
        form: The revision of the app's form by which they were read.
        read_at: When the last refresh began, in seconds since 1970 by this machine's clock.
        seen: Changes up to then, by Kintone's clock, are here; None where nothing says so.
    """

    columns: tuple[Column, ...]
    form: str
    read_at: float
    seen: datetime | None

    def has(self, wanted: Iterable[Column]) -> bool:
        """Whether all that is wanted is held."""
        return all(place_of(column, self.columns) is not None for column in wanted)


class Store:
    """A replica's file.

    Args:
        path: Where it is, or is to be made.
        owner: Tells the login apart from others: what one may see is not shown to another.
        wait: Called while somebody else has the file; may raise to give up.
    """

    def __init__(self, path: Path, owner: str, wait: Callable[[], None]) -> None:
        self._path = path
        self._owner = owner
        self._wait = wait

    def prepare(self) -> None:
        """Make the file if there is none, readable by its user only.

        Raises:
            OperationalError: It cannot be made, or is not this login's.
        """
        if not self._path.exists():
            try:
                self._make()
            except OSError as error:
                raise OperationalError(
                    f"The cache {self._path} cannot be made: {error.strerror}. Set Cache to a "
                    "file in a directory that exists and may be written to."
                ) from error
        with self._open(read_only=True) as database:
            self._require_owner(database)

    def apps(self) -> frozenset[str]:
        """The apps that are held."""
        with self._open(read_only=True) as database:
            return frozenset(app for (app,) in database.execute("SELECT app FROM held").fetchall())

    def held(self, app: AppKey) -> Held | None:
        """What there is of an app."""
        with self._open(read_only=True) as database:
            return _held(database, app)

    def records(self, app: AppKey, columns: Sequence[Column]) -> pa.Table | None:
        """An app's records with some of their columns, by ``$id``; None where they are not held.

        The rows of a field come with all that is held of them.
        """
        with self._open(read_only=True) as database:
            held = _held(database, app)
            places = [] if held is None else [place_of(each, held.columns) for each in columns]
            found = [place for place in places if place is not None]
            if held is None or len(found) < len(columns):
                return None
            wanted = ", ".join(f"c{place}" for place in found)
            sql = f'SELECT {wanted} FROM "{app}" ORDER BY c0'  # noqa: S608 - numbers only
            stored = database.sql(sql).to_arrow_table()
        schema = schema_of([held.columns[place] for place in found])
        plain = storable(schema)
        return (
            stored.rename_columns(plain.names).cast(plain).rename_columns(schema.names).cast(schema)
        )

    def replace(self, app: AppKey, held: Held, records: pa.Table) -> None:
        """Hold these records of an app, and no others."""
        with self._changing() as database:
            database.register("records", _plain(records))
            sql = f'CREATE OR REPLACE TABLE "{app}" AS SELECT * FROM records'  # noqa: S608
            database.execute(sql)
            _remember(database, app, held)

    def change(self, app: AppKey, held: Held, changed: pa.Table, gone: Sequence[int]) -> None:
        """Put records of an app in the place of those with their ids, and drop others.

        Args:
            app: The app.
            held: What is held of it now; the columns as before.
            changed: Records with those columns.
            gone: Ids of records to drop.
        """
        with self._changing() as database:
            ids = pa.table({"id": pa.array([*changed.column(0).to_pylist(), *gone], pa.int64())})
            database.register("ids", ids)
            database.register("records", _plain(changed))
            database.execute(f'DELETE FROM "{app}" WHERE c0 IN (SELECT id FROM ids)')  # noqa: S608
            database.execute(f'INSERT INTO "{app}" SELECT * FROM records')  # noqa: S608
            _remember(database, app, held)

    @contextmanager
    def _changing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All of the block, or nothing of it."""
        with self._open(read_only=False) as database:
            database.execute("BEGIN")
            yield database
            database.execute("COMMIT")

    @contextmanager
    def _open(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        database = self._opened(read_only)
        try:
            database.execute("SET TimeZone = 'UTC'")
            yield database
        finally:
            database.close()

    def _opened(self, read_only: bool) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return duckdb.connect(str(self._path), read_only=read_only)
            except duckdb.Error as error:
                # Taken by another process, or by a thread of this one that opened it otherwise.
                if not _is_taken(error) or time.monotonic() > deadline:
                    raise OperationalError(
                        f"The cache {self._path} cannot be opened: {error}. If no process uses "
                        "it, it is no cache, or one of a newer DuckDB: delete it, or set Cache "
                        "to another file."
                    ) from error
            self._wait()
            time.sleep(_AGAIN_SECONDS)

    def _make(self) -> None:
        # Beside the file, in a directory that nobody else may enter; then moved, whole.
        with tempfile.TemporaryDirectory(dir=self._path.parent) as directory:
            made = Path(directory) / "cache"
            with duckdb.connect(str(made)) as database:
                database.execute("CREATE TABLE replica (format INTEGER, owner TEXT)")
                database.execute("INSERT INTO replica VALUES (?, ?)", [_FORMAT, self._owner])
                database.execute(
                    "CREATE TABLE held (app TEXT PRIMARY KEY, columns TEXT, form TEXT, "
                    "read_at DOUBLE, seen TIMESTAMPTZ)"
                )
            made.chmod(0o600)
            if not self._path.exists():
                shutil.move(os.fspath(made), self._path)

    def _require_owner(self, database: duckdb.DuckDBPyConnection) -> None:
        try:
            found = database.execute("SELECT format, owner FROM replica").fetchall()
        except duckdb.CatalogException as error:
            raise OperationalError(
                f"The file {self._path} is a DuckDB database, but no cache of this driver. Set "
                "Cache to another file."
            ) from error
        if found != [(_FORMAT, self._owner)]:
            raise OperationalError(
                f"The cache {self._path} belongs to another login, or was made by another "
                "version of this driver. Set Cache to another file, or delete it."
            )


def _held(database: duckdb.DuckDBPyConnection, app: AppKey) -> Held | None:
    rows = database.execute(
        "SELECT columns, form, read_at, epoch_us(seen) FROM held WHERE app = ?", [str(app)]
    ).fetchall()
    if not rows:
        return None
    [(columns, form, read_at, seen)] = rows
    try:
        moment = None if seen is None else _EPOCH + timedelta(microseconds=seen)
        return Held(decoded(columns), form, read_at, moment)
    except msgspec.MsgspecError:
        return None  # of another version: it is read anew


def _remember(database: duckdb.DuckDBPyConnection, app: AppKey, held: Held) -> None:
    database.execute(
        "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)",
        [str(app), encoded(held.columns), held.form, held.read_at, held.seen],
    )


def _plain(records: pa.Table) -> pa.Table:
    plain = storable(records.schema)
    return records.rename_columns(plain.names).cast(plain)


def _is_taken(error: duckdb.Error) -> bool:
    """Whether a file may be opened once others are done with it."""
    return any(words in str(error) for words in _TAKEN)
