"""Page bytes to typed Arrow columns.

Arrow's JSON reader parses only the fields of the scan, straight into columns and without holding
Python's lock, so that pages decode side by side; the texts that Kintone sends are then cast, which
fails rather than round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.errors import DataError, OperationalError

_TIMESTAMP = pa.timestamp("us", tz="UTC")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DURATION = r"^(?P<sign>-?)(?P<hours>[0-9]+):(?P<minutes>[0-9]+)$"
_MICROSECONDS_OF_A_MINUTE = 60_000_000


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


_PERSON = pa.struct([("code", pa.string()), ("name", pa.string())])
_VALUES: dict[Family, pa.DataType] = {
    Family.OPTIONS: pa.list_(pa.string()),
    Family.CATEGORY: pa.list_(pa.string()),
    Family.PERSON: _PERSON,
    Family.PEOPLE: pa.list_(_PERSON),
    Family.FILES: pa.list_(pa.struct([("name", pa.string())])),
}
"""What JSON holds for a field where it is not one text, as numbers and dates are too."""

Conversion = Callable[[pa.Array], pa.Array]


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
        families = {column.field_code: column.family for column in columns}
        codes = list(dict.fromkeys(["$id", *families]))
        self._position = {code: position for position, code in enumerate(codes)}
        record = pa.struct([(code, _cell(families.get(code, Family.ID))) for code in codes])
        page = pa.schema([("records", pa.list_(record)), ("totalCount", pa.string())])
        self._options = arrow_json.ParseOptions(
            explicit_schema=page, newlines_in_values=True, unexpected_field_behavior="ignore"
        )
        self._select = [_selection(column) for column in columns]
        self._convert = [_conversion(arrow_type(column)) for column in columns]
        self.schema = pa.schema([(c.name, arrow_type(c)) for c in columns])

    def decode(self, body: bytes) -> Page:
        """One page.

        Raises:
            OperationalError: The body is not a page of records, or lacks a field.
            DataError: A value does not fit its column's type.
        """
        records, total = self._parsed(body)
        cells = records.flatten()
        arrays = []
        for column, select, convert in zip(self._columns, self._select, self._convert, strict=True):
            cell = cells[self._position[column.field_code]]
            if cell.null_count:
                raise self._missing(column, cells, pc.index(cell.is_null(), True).as_py())
            values = select(cell.field(0))
            try:
                arrays.append(convert(values))
            except (pa.ArrowException, ValueError) as error:
                raise self._misfit(column, convert, values, cells) from error
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

    def _missing(self, column: Column, cells: list[pa.StructArray], row: int) -> OperationalError:
        return OperationalError(
            f"Field {column.field_code!r} of {self._place} is missing from record "
            f"{_record_id(cells, row)}: the login may not view it there, or the field was just "
            "deleted. Select other columns, or ask the app's administrator for the right."
        )

    def _misfit(
        self, column: Column, convert: Conversion, values: pa.Array, cells: list[pa.StructArray]
    ) -> DataError:
        row = next(row for row in range(len(values)) if _is_misfit(convert, values.slice(row, 1)))
        return DataError(
            f"Record {_record_id(cells, row)} of {self._place} holds {values[row].as_py()!r} in "
            f"field {column.field_code!r}, which is no {column.sql_type}. Correct the record, or "
            "widen the app's number precision; NumberType=Float reads any number."
        )


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column, which DuckDB reads as the column's ``sql_type``."""
    if column.sql_type == "DOUBLE":
        return pa.float64()
    if decimal := _DECIMAL.fullmatch(column.sql_type):
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    return {
        "BIGINT": pa.int64(),
        "VARCHAR": pa.string(),
        "VARCHAR[]": pa.list_(pa.string()),
        "DATE": pa.date32(),
        "TIME": pa.time32("s"),
        "TIMESTAMP WITH TIME ZONE": _TIMESTAMP,
        "INTERVAL": pa.duration("us"),
    }[column.sql_type]


def _cell(family: Family) -> pa.StructType:
    """A field as JSON has it, without its type, which the form tells."""
    return pa.struct([("value", _VALUES.get(family, pa.string()))])


def _record_id(cells: list[pa.StructArray], row: int) -> int | None:
    value = cells[0][row].as_py()
    return int(value["value"]) if value and value["value"] else None


def _selection(column: Column) -> Conversion:
    """From values to texts or lists of texts; every empty value is NULL."""
    if column.family is Family.FILES:
        return lambda values: _filled_lists(_members(values, 0))
    member = 1 if column.part == "name" else 0
    if column.family is Family.PERSON:
        # Flattening, as the code of nobody is NULL.
        return lambda values: _filled_texts(values.flatten()[member])
    if column.family is Family.PEOPLE:
        return lambda values: _filled_lists(_members(values, member))
    if column.family in _VALUES:
        return _filled_lists
    return _filled_texts


def _members(lists: pa.ListArray, member: int) -> pa.ListArray:
    """Lists of one member of the objects that the lists hold."""
    texts = lists.values.field(member)
    return pa.ListArray.from_arrays(lists.offsets, texts, mask=lists.is_null())


def _filled_texts(texts: pa.StringArray) -> pa.StringArray:
    empty = pc.equal(pc.binary_length(texts), 0)
    return pc.if_else(empty, None, texts) if pc.any(empty).as_py() else texts


def _filled_lists(lists: pa.ListArray) -> pa.ListArray:
    empty = pc.equal(pc.list_value_length(lists), 0)
    return pc.if_else(empty, None, lists) if pc.any(empty).as_py() else lists


def _conversion(target: pa.DataType) -> Conversion:
    if pa.types.is_time32(target):
        return _times
    if pa.types.is_duration(target):
        return _durations
    return lambda values: values.cast(target)


def _is_misfit(convert: Conversion, value: pa.Array) -> bool:
    try:
        convert(value)
    except (pa.ArrowException, ValueError):
        return True
    return False


def _times(texts: pa.Array) -> pa.Array:
    """``09:30`` texts. Arrow reads no bare times, so they pass through a timestamp."""
    moments = pc.binary_join_element_wise("1970-01-01T", texts, "")
    return moments.cast(pa.timestamp("s")).cast(pa.time32("s"))


def _durations(texts: pa.Array) -> pa.Array:
    """``49:30`` texts: hours, which may pass 24 and be negative, and minutes."""
    found = pc.extract_regex(texts, _DURATION)
    if found.null_count != texts.null_count:
        raise ValueError("not hours:minutes")
    sign, hours, minutes = found.flatten()
    whole = pc.add(pc.multiply(hours.cast(pa.int64()), 60), minutes.cast(pa.int64()))
    signed = pc.if_else(pc.equal(sign, "-"), pc.negate(whole), whole)
    return pc.multiply_checked(signed, _MICROSECONDS_OF_A_MINUTE).cast(pa.duration("us"))
