"""A plan: what to fetch from which app, and the SQL that makes the answer of it.

Plans are frozen values: printable, comparable and cacheable. Nothing here does I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlalchemy_kintone.catalog.model import Column, Table
from sqlalchemy_kintone.conninfo import Consistency


class Exactness(Enum):
    """Whether Kintone's answer to a pushed condition is the SQL answer."""

    EXACT = "exact"
    """Kintone selects just the records for which the SQL condition is true."""
    SOME_ROW = "some row"
    """Kintone selects just the records that have a row for which the SQL condition is true; rows
    are checked again locally."""
    SUPERSET = "superset"
    """Kintone selects those and perhaps more: the SQL condition is checked again locally."""


class Pushdown(Enum):
    """How much may be left to Kintone (for tests and for mistrust)."""

    NONE = "none"
    COLUMNS = "columns"
    """Which fields are read only: for apps that are kept in a local replica."""
    EXACT = "exact"
    ALL = "all"

    @property
    def of_rows(self) -> bool:
        """Whether Kintone may be left anything that selects, orders or counts records."""
        return self in (Pushdown.EXACT, Pushdown.ALL)


@dataclass(frozen=True)
class OrderKey:
    """One key of a Kintone ``order by``."""

    field_code: str
    descending: bool = False


@dataclass(frozen=True)
class LocalCondition:
    """A condition that stays in the residual SQL, and why."""

    sql: str
    reason: str


@dataclass(frozen=True)
class KeySource:
    """A column of which only those values are wanted that another scan brings.

    Attributes:
        column: The column of the scan that can be narrowed.
        scan: The name of the other scan.
        key: The other scan's column; SQL compares the two without converting either.
    """

    column: Column
    scan: str
    key: Column


@dataclass(frozen=True)
class Given:
    """The only values that a key column of metadata may have, as the conditions say."""

    column: Column
    values: tuple[int | str, ...]


@dataclass(frozen=True)
class ValuePart:
    """A value of a column, and a Kintone condition that tells it from others.

    Attributes:
        value: The option; None for no value.
        condition: The condition, beside that of the scan.
    """

    value: str | None
    condition: str


@dataclass(frozen=True)
class ValueCounts:
    """Of a scan's only column it matters how many records have each value, not which records.

    Attributes:
        parts: Each option that is defined, with the condition of the records that have it.
        empty: The same for no value, where Kintone can be asked for it; else nothing.
        others: The condition of the records that belong to none of these, which may be there.
    """

    parts: tuple[ValuePart, ...]
    empty: tuple[ValuePart, ...]
    others: str


@dataclass(frozen=True)
class DistinctValues:
    """Of a scan's only column it matters which values there are, not how many records have them.

    Attributes:
        parts: Each value that a condition can name, with the condition of the records that have
            another one or none.
    """

    parts: tuple[ValuePart, ...]


@dataclass(frozen=True)
class FirstRecords:
    """Records that are enough if as many as are wanted have a value in each of some columns.

    Where Kintone finds and sorts empty values is not documented for all fields. What is not empty
    it sorts as SQL does, so that the first records with values are SQL's first too, where NULLs
    are wanted last.

    Attributes:
        condition: The Kintone condition; None for all records.
        order: What Kintone is to order by.
        records: How many are wanted.
        valued: The names of the columns.
    """

    condition: str | None
    order: tuple[OrderKey, ...]
    records: int
    valued: tuple[str, ...]


@dataclass(frozen=True)
class Scan:
    """One occurrence of a table in a statement, and what is to be fetched for it.

    Attributes:
        name: The view the residual SQL reads it from: ``scan_1`` ….
        table: The app.
        columns: The columns to fetch, in table order. The view shows **every** column of the
            table; those not fetched are typed NULLs that the residual never looks at. Without
            any, only the number of records matters, which one request tells.
        condition: The Kintone condition as text without order or limit; None for all records.
        exactness: Of ``condition`` as a whole, against all conditions on this scan.
        order: What Kintone is to order by. Only with ``limit``.
        limit: At most so many records are needed. Only where the condition is exact.
        offset: Records to leave out first; only with ``limit``.
        rows: Of a child table, so many rows are enough: those of the first records that hold as
            many, by ``$id`` as ``order`` says. Only where all rows of the records count.
        empty: The condition can never hold: nothing is requested.
        local: What stays local, and why.
        keys: Other scans whose values may narrow this one, once they are read.
        given: Of metadata, the values of key columns that are asked for; empty for all.
        values: What is wanted of the values of its only column; None where it is the records.
        first: What to read instead of all records, where that turns out to be enough.
    """

    name: str
    table: Table
    columns: tuple[Column, ...]
    condition: str | None = None
    exactness: Exactness = Exactness.EXACT
    order: tuple[OrderKey, ...] = ()
    limit: int | None = None
    offset: int = 0
    rows: int | None = None
    empty: bool = False
    local: tuple[LocalCondition, ...] = ()
    keys: tuple[KeySource, ...] = ()
    given: tuple[Given, ...] = ()
    values: ValueCounts | DistinctValues | None = None
    first: FirstRecords | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The field codes to ask for: with ``$id``, by which reading goes on."""
        if self.table.system is not None:
            return tuple(column.name for column in self.columns)
        if self.table.child is not None:
            return ("$id", self.table.child.field_code)
        # A field may be two columns, as a person's code and name.
        return tuple(dict.fromkeys(["$id", *(column.field_code for column in self.columns)]))

    @property
    def query(self) -> str:
        """The whole Kintone query text, as EXPLAIN shows it."""
        parts = [self.condition] if self.condition else []
        if self.order:
            keys = (f"{k.field_code} {'desc' if k.descending else 'asc'}" for k in self.order)
            parts.append("order by " + ", ".join(keys))
        if self.limit is not None:
            parts.append(f"limit {self.limit}")
        if self.offset:
            parts.append(f"offset {self.offset}")
        return " ".join(parts)

    @property
    def reads_down(self) -> bool:
        """Whether records are wanted from the greatest ``$id`` down, rather than up."""
        return bool(self.order) and self.order[0].descending


@dataclass(frozen=True)
class Passing:
    """An answer that is made of a scan's rows as they are.

    Attributes:
        columns: The names of the scan's columns that it shows, in order; one may come again.
        limit: How many rows it has at most; None for all.
    """

    columns: tuple[str, ...]
    limit: int | None = None


@dataclass(frozen=True)
class Plan:
    """A statement ready to run.

    Attributes:
        scans: What to fetch.
        residual_sql: The DuckDB SQL over the scans' views that gives the answer.
        checks: What the engine checks before any record is asked for: the residual, or as much of
            it as does not depend on the rows, as the columns of a PIVOT do.
        streams: Whether its rows can come as they are read: all of one app's, each looked at once.
        passing: How the rows of its only scan are the answer; None where DuckDB makes it of them.
    """

    scans: tuple[Scan, ...]
    residual_sql: str
    checks: tuple[str, ...] = ()
    streams: bool = False
    passing: Passing | None = None


@dataclass(frozen=True)
class PlanOptions:
    """What planning needs to know of the connection.

    Attributes:
        time_zone: The session's IANA time zone, for dates compared with timestamps.
        pushdown: How much may be left to Kintone.
        default_schema: The schema of unqualified table names.
        page_size: Records of one page (at most 500).
        engine_version: The major version of the DuckDB that runs the residual SQL.
        user: The login name; None where none is known.
        consistency: With ``CURSOR`` nothing is read in parts that are of several moments.
    """

    time_zone: str = "UTC"
    pushdown: Pushdown = Pushdown.ALL
    default_schema: str = "apps"
    page_size: int = 500
    engine_version: int = 2
    user: str | None = None
    consistency: Consistency = Consistency.WINDOW
