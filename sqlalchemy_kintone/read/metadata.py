"""Reads scans of metadata: asks what their tables need, and makes typed Arrow of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sqlalchemy_kintone.catalog.apps import AppMetadata
from sqlalchemy_kintone.catalog.cache import MetadataCache
from sqlalchemy_kintone.catalog.model import Catalog
from sqlalchemy_kintone.catalog.system.definition import Row
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.catalog.system.tables import SYSTEM_TABLES
from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.kintone.client import Client, Exchange
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.reader import Reader

_TYPES: Mapping[str, pa.DataType] = {
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "DOUBLE": pa.float64(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
}


@dataclass(frozen=True)
class MetadataReader:
    """Reads scans of ``system`` and ``information_schema`` for one statement.

    Attributes:
        reader: Sends and counts the statement's requests.
        settings: The connection's settings.
        cache: What is known of apps.
        catalog_through: The tables and views, as far as requests go through a client.
    """

    reader: Reader
    settings: Settings
    cache: MetadataCache
    catalog_through: Callable[[Client], Catalog]

    def empty(self, scan: Scan) -> pa.Table:
        """A table with the scan's columns and no rows. Costs no request."""
        return _table(scan, ())

    def read(self, scan: Scan, complete: Mapping[str, pa.Table]) -> pa.Table:
        """All rows that can matter.

        Args:
            scan: What to read.
            complete: Scans that have been read, by name: joins with them may leave less to ask.

        Raises:
            NotSupportedError: The login cannot read the table, or a condition that it needs is
                missing.
            Error: Kintone refused, or as ``Reader.begin``.
        """
        reader, table = self.reader, scan.table
        reader.stats.begin_scan(scan.name, table.name)
        if scan.empty:
            return self.empty(scan)
        client = _client(reader, scan)
        inquiry = Inquiry(
            client,
            self.settings,
            AppMetadata(client, self.settings, self.cache),
            self.catalog_through(client),
            reader.side_by_side,
            frozenset(column.name for column in scan.columns),
        )
        wanted = _wanted(scan, complete)
        with reader.stats.timed("fetch", scan.name):
            read = SYSTEM_TABLES[table.schema][table.name].read
            return _table(scan, list(read(inquiry, wanted)))


def _client(reader: Reader, scan: Scan) -> Client:
    """A client whose requests are counted for the scan, as far as the budget allows them."""

    def count(exchange: Exchange) -> None:
        reader.stats.add_request(exchange.received_bytes, scan.name)

    @contextmanager
    def within_budget() -> Iterator[None]:
        reader.budget.begin_request(scan)
        try:
            yield
        finally:
            reader.budget.end_request()

    return reader.client.observed(count).within(within_budget)


def in_reading_order(scans: Sequence[Scan]) -> Iterator[Scan]:
    """The scans, each after those whose values may narrow it, as far as possible."""
    left = list(scans)
    while left:
        names = {scan.name for scan in left}
        free = [s for s in left if not any(key.scan in names - {s.name} for key in s.keys)]
        # Scans that narrow each other: the one that has values already goes first.
        chosen = min(free or left, key=lambda scan: (not scan.given, len(scan.keys)))
        left.remove(chosen)
        yield chosen


def _wanted(scan: Scan, complete: Mapping[str, pa.Table]) -> Mapping[str, frozenset[int | str]]:
    """The values of key columns that can matter, by column name."""
    wanted: dict[str, frozenset[int | str]] = {}
    for given in scan.given:
        _restrict(wanted, given.column.name, frozenset(given.values))
    for key in scan.keys:
        rows = complete.get(key.scan)
        if rows is not None and key.key.name in rows.schema.names:
            values = pc.unique(rows.column(key.key.name)).drop_null().to_pylist()
            _restrict(wanted, key.column.name, frozenset(values))
    return wanted


def _restrict(
    wanted: dict[str, frozenset[int | str]], column: str, values: frozenset[int | str]
) -> None:
    wanted[column] = wanted.get(column, values) & values


def _table(scan: Scan, rows: Sequence[Row]) -> pa.Table:
    if not scan.columns:
        # Arrow counts rows by columns, so there is one, which nobody looks at.
        return pa.table({"$id": pa.nulls(len(rows), pa.int64())})
    arrays = [
        pa.array([_value(row.get(column.name), column.sql_type) for row in rows], kind)
        for column in scan.columns
        for kind in (_TYPES[column.sql_type],)
    ]
    return pa.table(arrays, names=[column.name for column in scan.columns])


def _value(value: Any, sql_type: str) -> Any:
    """A value as its column's type; what is empty is NULL."""
    if value in (None, "", []):
        return None
    if isinstance(value, str) and sql_type == "TIMESTAMP WITH TIME ZONE":
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(value, str) and sql_type == "DATE":
        return date.fromisoformat(value)
    return value
