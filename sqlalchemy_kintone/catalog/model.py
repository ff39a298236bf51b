"""What the catalog says of an app: a table with typed columns. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Literal, Protocol

from sqlalchemy_kintone.conninfo import OnInvalid

_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")

DATABASE = "kintone"
"""What standard SQL calls the catalog: the name of every database here."""

ColumnPart = Literal["value", "name"]
"""What of a field's value a column holds: the value (the code, for people), or their names."""


def fold(name: str) -> str:
    """The name as identifiers compare: like DuckDB, only ASCII letters have no case."""
    return name.translate(_ASCII_LOWER)


class Family(Enum):
    """How values of a column behave in comparisons, whatever Kintone calls the field."""

    ID = "id"
    """``$id`` and ``$revision``: BIGINT."""
    RECORD_NUMBER = "record number"
    NUMBER = "number"
    """NUMBER and numeric CALC: DECIMAL (or DOUBLE with ``NumberType=Float``)."""
    TEXT = "text"
    """SINGLE_LINE_TEXT and LINK: VARCHAR."""
    LONG_TEXT = "long text"
    """MULTI_LINE_TEXT and RICH_TEXT: VARCHAR."""
    OPTION = "option"
    """RADIO_BUTTON and DROP_DOWN: VARCHAR out of ``Column.options``."""
    STATUS = "status"
    OPTIONS = "options"
    """CHECK_BOX, MULTI_SELECT: VARCHAR[] out of ``Column.options``."""
    CATEGORY = "category"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    """DATETIME, CREATED_TIME, UPDATED_TIME: TIMESTAMP WITH TIME ZONE, whole minutes."""
    INTERVAL = "interval"
    """CALC with HOUR_MINUTE or DAY_HOUR_MINUTE."""
    PERSON = "person"
    """CREATOR, MODIFIER: VARCHAR code."""
    PEOPLE = "people"
    """USER_, ORGANIZATION_, GROUP_SELECT and STATUS_ASSIGNEE: VARCHAR[] of codes."""
    FILES = "files"
    """FILE in the parent table: VARCHAR[] of names."""
    ROWS = "rows"
    """SUBTABLE and FILE where they are read for child tables: a list of rows in each record."""
    METADATA = "metadata"
    """Columns of ``system`` and ``information_schema``, which are compared here only."""


@dataclass(frozen=True)
class Lookup:
    """Where a lookup field gets its value: ``key`` is the source app's field code."""

    app_id: int
    key: str


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: The SQL name (field code or label, made unique).
        field_code: Kintone's field code; ``$id`` and ``$revision`` for those.
        field_type: Kintone's type, such as ``SINGLE_LINE_TEXT``; ``__ID__``, ``__REVISION__``.
        family: How it compares.
        sql_type: The SQL type as DuckDB writes it: ``DECIMAL(16,4)``, ``VARCHAR[]``,
            ``TIMESTAMP WITH TIME ZONE``.
        part: ``name`` for the ``<field>$name`` columns of people.
        label: The field's label.
        calc_format: The ``format`` of a CALC field (``NUMBER``, ``DATETIME``, …).
        options: Defined options in their order; None where the type has none.
        unique: Whether Kintone keeps the values unique.
        required: Whether Kintone refuses empty values on a write. Old records may still be empty.
        lookup: Where a lookup gets its value.
        on_invalid: What becomes of a value that does not fit ``sql_type``.
        rows: Of ``ROWS``, the columns of each row.
    """

    name: str
    field_code: str
    field_type: str
    family: Family
    sql_type: str
    part: ColumnPart = "value"
    label: str = ""
    calc_format: str | None = None
    options: tuple[str, ...] | None = None
    unique: bool = False
    required: bool = False
    lookup: Lookup | None = None
    on_invalid: OnInvalid = OnInvalid.ERROR
    rows: tuple[Column, ...] = ()

    @property
    def comment(self) -> str | None:
        """Label and options, for column comments; None where they add nothing."""
        parts = [self.label] if self.label and self.label != self.name else []
        if self.options:
            parts.append("options: " + ", ".join(self.options))
        return "; ".join(parts) or None


@dataclass(frozen=True)
class Reference:
    """A foreign key of a table of metadata: a column of it names a row of another such table."""

    column: str
    table: str
    key: str


@dataclass(frozen=True)
class System:
    """What a table of metadata is besides its columns.

    Attributes:
        keys: The columns of which constants in conditions restrict what Kintone is asked.
        primary_key: The columns that tell its rows apart; empty where none do.
        references: Its foreign keys within the same schema.
    """

    keys: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Child:
    """What makes a table of a field that holds several rows in each record.

    Attributes:
        parent: The name of the app's own table.
        field_code: The field.
        kind: Whether its rows are those of a SUBTABLE or the files of a FILE field.
    """

    parent: str
    field_code: str
    kind: Literal["subtable", "file"]


@dataclass(frozen=True)
class SortKey:
    """One key of Kintone's ``order by``."""

    field_code: str
    descending: bool = False


@dataclass(frozen=True)
class SavedList:
    """What makes a view of one of an app's saved lists, which Kintone calls views.

    Attributes:
        parent: The name of the app's own table.
        name: The list's name.
        condition: Its filter in Kintone's language, as it is saved; None where it has none.
        order: Its order; empty where that is not known.
    """

    parent: str
    name: str
    condition: str | None
    order: tuple[SortKey, ...]


@dataclass(frozen=True)
class View:
    """What a view is besides its columns.

    Attributes:
        definition: What it shows, as SQL to be read by people.
        problem: Why it cannot be read, in which case it has no columns; None where it can.
    """

    definition: str
    problem: str | None = None


@dataclass(frozen=True)
class ViewQuery:
    """A view that is a query.

    Attributes:
        schema: The schema it is in.
        name: Its name.
        sql: The query. Names without a schema mean there what they mean in any statement.
    """

    schema: str
    name: str
    sql: str

    @property
    def full_name(self) -> str:
        """Schema and name, for messages."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Table:
    """An app as a table, a field of it that holds several rows, a view, or a table of metadata.

    Attributes:
        schema: ``apps`` or ``guest_<id>``; ``system`` or ``information_schema`` for metadata.
        name: The SQL name.
        app_id: Kintone's app id; 0 for metadata.
        app_code: The app code, empty where the app has none.
        guest_space_id: The guest space the app lives in.
        columns: In the order of ``SELECT *``: ``$id``, ``$revision``, then form layout order.
        comment: The app's description as text, if any.
        aliases: Other names it answers to, such as ``app_7``.
        child: For the rows that a field holds, which field; None for apps.
        system: For tables of metadata, what they are besides; None for apps.
        saved_list: For saved lists of apps, what selects their records.
        view: For all views, saved lists too, what they are besides; None for tables.
    """

    schema: str
    name: str
    app_id: int
    app_code: str
    guest_space_id: int | None
    columns: tuple[Column, ...]
    comment: str | None = None
    aliases: tuple[str, ...] = ()
    child: Child | None = None
    system: System | None = None
    saved_list: SavedList | None = None
    view: View | None = None

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {fold(column.name): column for column in self.columns}

    @property
    def holds_records(self) -> bool:
        """Whether each row is a record of an app: neither part of one nor metadata."""
        return self.child is None and self.system is None

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns that tell rows apart; empty where none are known to."""
        if self.system is not None:
            return self.system.primary_key
        if self.view is not None and self.saved_list is None:
            return ()
        if self.child is None:
            return ("$id",)
        return ("$row_id",) if self.child.kind == "subtable" else ("$parent_id", "$file_no")

    def is_nullable(self, column: Column) -> bool:
        """Whether values of a column of the table may be NULL.

        Fields may always be: old records are empty in fields that are required by now.
        """
        return column.family is not Family.ID and column.name not in self.primary_key

    def column(self, name: str) -> Column | None:
        """The column of that name whatever its case, or None. Names never differ by case only."""
        return self._by_name.get(fold(name))


@dataclass(frozen=True)
class TableName:
    """A table's place and name without its columns, which cost a request to read.

    ``app_id`` is 0 for tables of metadata.
    """

    schema: str
    name: str
    app_id: int
    guest_space_id: int | None = None
    aliases: tuple[str, ...] = field(default=())


class Catalog(Protocol):
    """What planning and reflection may ask. Answers may cost requests, which are cached."""

    @property
    def version(self) -> int:
        """Changes whenever any answer may have changed."""

    def schemas(self) -> Sequence[str]:
        """The schema names, the default one first."""

    def names(self, schema: str) -> Sequence[TableName]:
        """The tables of a schema but for child tables; empty for an unknown schema."""

    def children(self, schema: str) -> Sequence[TableName]:
        """The child tables of a schema, for which the form of every app has to be known."""

    def views(self, schema: str) -> Sequence[TableName]:
        """The views of a schema, for which the lists of every app have to be known."""

    def view_query(self, schema: str | None, name: str) -> ViewQuery | None:
        """The view of that name (any case) if it is a query, to be read in place of a table.

        Without a schema, tables and views of the default schema come before those of users.
        """

    def find(self, schema: str | None, name: str) -> Table | None:
        """The table of that name or alias (any case), in the default schema when None."""
