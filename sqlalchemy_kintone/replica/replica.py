"""Answers scans out of the replica, once it is as fresh as is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from sqlalchemy_kintone.catalog.catalog import AppCatalog
from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.model import Table
from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.errors import InternalError, NotSupportedError, OperationalError
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.plan.explain import Bounds, Expectation
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.pages import is_full_read
from sqlalchemy_kintone.read.reader import Reader
from sqlalchemy_kintone.read.sharing import Fetch, fetches_of
from sqlalchemy_kintone.replica.columns import kept
from sqlalchemy_kintone.replica.owner import owner_of
from sqlalchemy_kintone.replica.refresh import Refresher, Wanted
from sqlalchemy_kintone.replica.store import AppKey, Held, Store

_LOOK_SECONDS = 0.1
_NONE = Bounds(0, 0)


@dataclass(frozen=True)
class Replica:
    """The replica as one statement sees it.

    Attributes:
        path: Its file.
        owner: Tells the login apart from others.
        catalog: The apps.
        reader: Reads what has changed.
        watch: How long the rows are wanted.
    """

    path: Path
    owner: str
    catalog: AppCatalog
    reader: Reader
    watch: Watch

    def read(self, scans: Sequence[Scan], max_age: float) -> Iterator[tuple[Scan, pa.Table]]:
        """The rows of scans of whole apps.

        Args:
            scans: Scans without conditions, order and limit.
            max_age: Seconds since the refresh that the rows may be from.

        Raises:
            OperationalError: The file cannot be used, or as ``Reader.begin``.
        """
        store = self._store()
        for fetch in fetches_of(scans):
            wanted = self._wanted(fetch)
            if not self._is_fresh(store.held(wanted.key), wanted, max_age):
                self._refresh(store, fetch, wanted, max_age)
            rows = store.records(wanted.key, wanted.columns)
            if rows is None:
                raise InternalError(f"The cache has lost {wanted.table.name} while it was read.")
            for scan in fetch.scans:
                self.reader.stats.begin_scan(scan.name, scan.table.name)
                yield scan, fetch.rows_for(scan, rows)

    def refresh(self) -> None:
        """Compare all records that are held with those that Kintone has.

        Raises:
            OperationalError: As ``read``.
        """
        store = self._store()
        for schema in self.catalog.schemas():
            for name in self.catalog.names(schema):
                held = str(AppKey(name.app_id, name.guest_space_id)) in store.apps()
                table = self.catalog.find(schema, name.name) if held else None
                if table is not None:
                    wanted = Wanted(table, (kept(RECORD_ID),), self._form(table))
                    with self._locked():
                        Refresher(self.reader, store, name.name).refresh(wanted, sweep=True)

    def expected(self, scans: Sequence[Scan], max_age: float) -> dict[str, Expectation]:
        """How scans will be answered, by their names; nothing of those that will not be from here.

        Args:
            scans: The scans of a plan.
            max_age: As ``read``.
        """
        found: dict[str, Expectation] = {}
        for fetch in fetches_of([scan for scan in scans if is_whole(scan)]):
            for scan in fetch.scans:
                found[scan.name] = Expectation(
                    f"from the cache, with {fetch.scan.name}", _NONE, _NONE
                )
            found[fetch.scan.name] = self._expected(self._wanted(fetch), max_age)
        return found

    def _expected(self, wanted: Wanted, max_age: float) -> Expectation:
        held = self._store().held(wanted.key) if self.path.exists() else None
        if held is None or not wanted.is_in(held):
            return Expectation("whole, into the cache", Bounds(1, None), Bounds(0, None))
        age = f"read {time.time() - held.read_at:.0f} s ago"
        if self._is_fresh(held, wanted, max_age):
            return Expectation(f"from the cache, {age}", _NONE, _NONE)
        words = f"from the cache, {age}, once what has changed is read"
        return Expectation(words, Bounds(1, None), Bounds(0, None))

    def _store(self) -> Store:
        store = Store(self.path, self.owner, self.watch.check)
        store.prepare()
        return store

    def _wanted(self, fetch: Fetch) -> Wanted:
        columns = tuple(map(kept, fetch.scan.columns or (RECORD_ID,)))
        table = self._own_table(fetch.scans[0].table)
        return Wanted(table, columns, self._form(table))

    def _own_table(self, table: Table) -> Table:
        """The table of the app that a table shows rows of."""
        part = table.child or table.saved_list
        found = table if part is None else self.catalog.find(table.schema, part.parent)
        if found is None:
            raise OperationalError(f"The app of {table.name} is gone: run the statement again.")
        return found

    def _form(self, table: Table) -> str:
        """The revision of an app's form."""
        metadata = self.catalog.metadata
        form = metadata.of_app("app/form/fields", table.app_id, table.guest_space_id)
        return str(form["revision"])

    @staticmethod
    def _is_fresh(held: Held | None, wanted: Wanted, max_age: float) -> bool:
        return held is not None and wanted.is_in(held) and 0 <= time.time() - held.read_at < max_age

    def _refresh(self, store: Store, fetch: Fetch, wanted: Wanted, max_age: float) -> None:
        asked = time.time()
        with self._locked():
            held = store.held(wanted.key)
            # Whoever had the lock may have refreshed it since.
            waited = time.time() - asked
            if not self._is_fresh(held, wanted, max(max_age, waited)):
                Refresher(self.reader, store, fetch.scan.name).refresh(wanted)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One refresh at a time, whatever process or thread it is in."""
        try:
            from filelock import FileLock, Timeout
        except ImportError as error:
            raise NotSupportedError(
                "Cache needs the extra 'cache': pip install 'sqlalchemy-kintone[cache]'."
            ) from error
        lock = FileLock(f"{self.path}.lock", mode=0o600)
        while True:
            try:
                lock.acquire(timeout=_LOOK_SECONDS)
            except Timeout:
                self.watch.check()
            else:
                break
        try:
            yield
        finally:
            lock.release()


def is_whole(scan: Scan) -> bool:
    """Whether a scan reads all records of an app, which a replica can answer."""
    return scan.table.system is None and scan.condition is None and is_full_read(scan)


def replica_of(
    settings: Settings, catalog: AppCatalog, reader: Reader, watch: Watch
) -> Replica | None:
    """The replica of a connection with ``Cache``; None of others."""
    if settings.cache is None:
        return None
    return Replica(Path(settings.cache), owner_of(settings), catalog, reader, watch)
