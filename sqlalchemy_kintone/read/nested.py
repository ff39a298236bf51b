"""The rows that a field holds in each record: SUBTABLE and FILE, as lists of typed structs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.read.values import (
    arrow_type,
    conversion,
    first_misfit,
    json_type,
    selection,
)

_FILE = pa.struct([(member, pa.string()) for member in ("name", "fileKey", "contentType", "size")])
"""A file. Its name comes first, which is all that a column of names looks at."""


@dataclass
class MissingCell(Exception):  # noqa: N818 - one of the records lacks it
    """A row lacks a field.

    Attributes:
        record: The record's position in the page.
        row: The row's number in the record, from 1.
        column: The column of the field.
    """

    record: int
    row: int
    column: Column


@dataclass
class MisfitCell(Exception):  # noqa: N818 - a value is wrong
    """A value of a row does not fit its column.

    Attributes:
        record: The record's position in the page.
        row: The row's number in the record, from 1.
        column: The column.
        value: The value.
    """

    record: int
    row: int
    column: Column
    value: object


class NestedRows:
    """Reads the rows of one field.

    Args:
        column: A column of the family ``ROWS``; its ``rows`` are what is read of each row.

    Attributes:
        json_type: What JSON holds, as Arrow reads it.
        arrow_type: Lists of structs, one for each row, with a member for each column.
    """

    def __init__(self, column: Column) -> None:
        self._columns = column.rows
        self._of_files = column.field_type == "FILE"
        self.json_type = pa.list_(_FILE if self._of_files else _row_type(column.rows))
        self.arrow_type = pa.list_(pa.struct([(c.name, arrow_type(c)) for c in column.rows]))

    def convert(self, lists: pa.ListArray) -> pa.ListArray:
        """The rows of each record of a page.

        Raises:
            MissingCell: A row lacks a field.
            MisfitCell: A value does not fit its column.
        """
        lengths = pc.fill_null(pc.list_value_length(lists), 0)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
        rows, numbers = lists.flatten(), _numbers(offsets)
        members = []
        for column in self._columns:
            if column.field_type == "__ROW_NO__":
                members.append(numbers)
                continue
            values = selection(column)(self._values(column, rows, offsets))
            convert = conversion(column)
            try:
                members.append(convert(values))
            except (pa.ArrowException, ValueError) as error:
                place = first_misfit(convert, values)
                value = values[place].as_py()
                raise MisfitCell(*_place(offsets, place), column, value) from error
        fields = list(self.arrow_type.value_type)
        return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(members, fields=fields))

    def _values(self, column: Column, rows: pa.StructArray, offsets: pa.Array) -> pa.Array:
        if self._of_files:
            return rows.field(column.field_code)
        if column.field_type == "__ROW_ID__":
            return rows.field("id")
        cells = rows.field("value").field(column.field_code)
        if cells.null_count:
            raise MissingCell(*_place(offsets, pc.index(cells.is_null(), True).as_py()), column)
        return cells.field(0)


def number_of_rows(nested: pa.Table) -> int:
    """How many rows the records hold, as far as these were asked for."""
    lists = (column for column in nested.columns if pa.types.is_list(column.type))
    structs = (each for each in lists if pa.types.is_struct(each.type.value_type))
    return sum(pc.sum(pc.list_value_length(each)).as_py() or 0 for each in structs)


def rows_of(nested: pa.Table, field: str, columns: Sequence[Column]) -> pa.Table:
    """The rows of a field, of all records one after the other.

    Args:
        nested: Records: ``$id``, and the field's rows as ``NestedRows`` gives them.
        field: The name of that column.
        columns: The columns wanted; that with the field code ``$id`` is the record's.
    """
    schema = pa.schema([(column.name, arrow_type(column)) for column in columns])
    return pa.Table.from_batches(
        [_exploded(batch, field, columns, schema) for batch in nested.to_batches()], schema
    )


def _exploded(
    records: pa.RecordBatch, field: str, columns: Sequence[Column], schema: pa.Schema
) -> pa.RecordBatch:
    lists = records.column(field)
    parents, rows = pc.list_parent_indices(lists), pc.list_flatten(lists)
    arrays = [
        records.column("$id").take(parents)
        if column.field_code == "$id"
        else pc.struct_field(rows, column.name)
        for column in columns
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _row_type(columns: Sequence[Column]) -> pa.StructType:
    cells = {
        column.field_code: pa.struct([("value", json_type(column))])
        for column in columns
        if not column.field_type.startswith("__ROW")
    }
    members: list[tuple[str, pa.DataType]] = [("id", pa.string())]
    if cells:
        members.append(("value", pa.struct(list(cells.items()))))
    return pa.struct(members)


def _numbers(offsets: pa.Array) -> pa.Array:
    """The number of each row in its record, from 1."""
    rows = pa.array(range(offsets[-1].as_py()), pa.int64())
    parents = pc.list_parent_indices(pa.ListArray.from_arrays(offsets, rows))
    return pc.subtract(pc.add(rows, 1), offsets.take(parents).cast(pa.int64()))


def _place(offsets: pa.Array, position: int) -> tuple[int, int]:
    """The record's position in the page, and the row's number in the record."""
    ends = offsets.to_pylist()
    record = next(i for i, end in enumerate(ends[1:]) if position < end)
    return record, position - ends[record] + 1
