"""Page bytes to typed Arrow columns.

Arrow's JSON reader parses only the fields of the scan, straight into columns and without holding
Python's lock, so that pages decode side by side; the texts that Kintone sends are then cast, which
fails rather than round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.errors import DataError, OperationalError
from sqlalchemy_kintone.read.nested import MisfitCell, MissingCell, NestedRows
from sqlalchemy_kintone.read.values import (
    Conversion,
    arrow_type,
    conversion,
    first_misfit,
    json_type,
    selection,
)


@dataclass(frozen=True)
class Page:
    """One page of records.

    Attributes:
        table: Its rows.
        last_id: The ``$id`` of the last one; None for an empty page.
        total: How many records the condition selects, where that was asked for.
    """

    table: pa.Table
    last_id: int | None
    total: int | None


class Decoder:
    """Turns pages of one scan into Arrow tables. Threads may share it.

    Args:
        columns: The columns to decode.
        place: What to call the app in errors.

    ``schema`` is the Arrow schema of every table it makes: the columns' names and types.
    """

    def __init__(self, columns: Sequence[Column], place: str) -> None:
        self._columns = tuple(columns)
        self._place = place
        fields = [_Field.of(column) for column in columns]
        types = {"$id": pa.string()}
        # A FILE may be both a list of names and rows, which hold the names too.
        for column, field in sorted(zip(columns, fields, strict=True), key=_rows_last):
            types[column.field_code] = field.json_type
        self._position = {code: position for position, code in enumerate(types)}
        record = pa.struct([(code, pa.struct([("value", kind)])) for code, kind in types.items()])
        page = pa.schema([("records", pa.list_(record)), ("totalCount", pa.string())])
        self._options = arrow_json.ParseOptions(
            explicit_schema=page, newlines_in_values=True, unexpected_field_behavior="ignore"
        )
        self._fields = fields
        self.schema = pa.schema(
            [(c.name, field.arrow_type) for c, field in zip(columns, fields, strict=True)]
        )

    def decode(self, body: bytes) -> Page:
        """One page.

        Raises:
            OperationalError: The body is not a page of records, or lacks a field.
            DataError: A value does not fit its column's type.
        """
        records, total = self._parsed(body)
        cells = records.flatten()
        arrays = []
        for column, field in zip(self._columns, self._fields, strict=True):
            cell = cells[self._position[column.field_code]]
            if cell.null_count:
                record = _record_id(cells, pc.index(cell.is_null(), True).as_py())
                raise self._missing(column, f"record {record}")
            values = field.select(cell.field(0))
            try:
                arrays.append(field.convert(values))
            except MissingCell as error:
                row = f"row {error.row} of record {_record_id(cells, error.record)}"
                raise self._missing(error.column, row) from error
            except MisfitCell as error:
                row = f"Row {error.row} of record {_record_id(cells, error.record)}"
                raise self._misfit(error.column, row, error.value) from error
            except (pa.ArrowException, ValueError) as error:
                position = first_misfit(field.convert, values)
                row = f"Record {_record_id(cells, position)}"
                raise self._misfit(column, row, values[position].as_py()) from error
        return Page(
            table=pa.Table.from_arrays(arrays, schema=self.schema),
            last_id=_record_id(cells, len(records) - 1) if len(records) else None,
            total=int(total) if total else None,
        )

    def _parsed(self, body: bytes) -> tuple[pa.StructArray, str | None]:
        """The records, and their total count where it was sent."""
        # One block: a page is one JSON value.
        options = arrow_json.ReadOptions(use_threads=False, block_size=len(body) + 1)
        try:
            pa.array([body], pa.binary()).cast(pa.string())  # the reader takes any bytes as text
            page = arrow_json.read_json(
                pa.BufferReader(body), read_options=options, parse_options=self._options
            )
        except pa.ArrowException as error:
            raise self._no_page(str(error)) from error
        if page.num_rows != 1 or page.column("records").null_count:
            raise self._no_page("it has no records")
        return page.column("records").chunk(0).flatten(), page.column("totalCount")[0].as_py()

    def _no_page(self, reason: str) -> OperationalError:
        return OperationalError(
            f"Kintone's answer for {self._place} is not a page of records ({reason}). "
            "The app's form may just have changed: run the statement again."
        )

    def _missing(self, column: Column, row: str) -> OperationalError:
        return OperationalError(
            f"Field {column.field_code!r} of {self._place} is missing from {row}: the login may "
            "not view it there, or the field was just deleted. Select other columns, or ask the "
            "app's administrator for the right."
        )

    def _misfit(self, column: Column, row: str, value: object) -> DataError:
        return DataError(
            f"{row} of {self._place} holds {value!r} in field {column.field_code!r}, which is no "
            f"{column.sql_type}. Correct the record, or widen the app's number precision; "
            "NumberType=Float reads any number, OnInvalid=null reads NULL."
        )


@dataclass(frozen=True)
class _Field:
    """How the values of a column are read.

    Attributes:
        json_type: What JSON holds, as Arrow reads it.
        arrow_type: What they become.
        select: From that to texts, lists of texts or rows.
        convert: From those to the type.
    """

    json_type: pa.DataType
    arrow_type: pa.DataType
    select: Conversion
    convert: Conversion

    @classmethod
    def of(cls, column: Column) -> _Field:
        if column.family is Family.ROWS:
            rows = NestedRows(column)
            return cls(rows.json_type, rows.arrow_type, lambda lists: lists, rows.convert)
        return cls(json_type(column), arrow_type(column), selection(column), conversion(column))


def _rows_last(item: tuple[Column, _Field]) -> bool:
    return item[0].family is Family.ROWS


def _record_id(cells: list[pa.StructArray], row: int) -> int | None:
    value = cells[0][row].as_py()
    return int(value["value"]) if value and value["value"] else None
