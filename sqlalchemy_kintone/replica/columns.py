"""What a replica keeps of an app's columns, and how their values are stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec
import pyarrow as pa

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.read.decode import Decoder


def kept(column: Column) -> Column:
    """A column without what says nothing of its values: two that are equal hold the same."""
    rows = tuple(map(kept, column.rows))
    bare = replace(column, label="", options=None, unique=False, required=False, lookup=None)
    return replace(bare, rows=rows)


def encoded(columns: Sequence[Column]) -> str:
    """Columns as JSON."""
    return msgspec.json.encode(columns).decode()


def decoded(text: str) -> tuple[Column, ...]:
    """The columns that ``encoded`` wrote.

    Raises:
        msgspec.MsgspecError: It was written by another version of this package.
    """
    return msgspec.json.decode(text, type=tuple[Column, ...])


def together(some: Iterable[Column], others: Iterable[Column]) -> tuple[Column, ...]:
    """Each column once; the rows of one field are one column with all that is read of them."""
    found: dict[object, Column] = {}
    for column in (*some, *others):
        if column.family is Family.ROWS:
            known = found.get(column.field_code, column)
            rows = tuple(dict.fromkeys((*known.rows, *column.rows)))
            found[column.field_code] = replace(known, rows=rows)
        else:
            found[column] = column
    return tuple(found.values())


def place_of(wanted: Column, columns: Sequence[Column]) -> int | None:
    """Where the values of a column are among those of others; None where they are not."""
    for place, column in enumerate(columns):
        if column == wanted:
            return place
        of_rows = column.family is wanted.family is Family.ROWS
        if of_rows and column.field_code == wanted.field_code:
            return place if set(wanted.rows) <= set(column.rows) else None
    return None


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow schema of records with these columns."""
    return Decoder(columns, "").schema


def storable(schema: pa.Schema) -> pa.Schema:
    """The types that DuckDB gives back as it took them.

    Durations go as numbers of microseconds: DuckDB's own would come back as months and days.
    """
    fields = [(f"c{number}", _storable(field.type)) for number, field in enumerate(schema)]
    return pa.schema(fields)


def _storable(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_duration(kind):
        return pa.int64()
    if pa.types.is_list(kind):
        return pa.list_(_storable(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(member.name, _storable(member.type)) for member in kind])
    return kind
