"""Page bytes to typed Arrow columns, through a msgspec decoder made for each scan."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.errors import DataError, OperationalError

_TIMESTAMP = pa.timestamp("us", tz="UTC")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DURATION = re.compile(r"(-?)(\d+):(\d+)")


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


class TextCell(msgspec.Struct):
    """A field whose value is one text: numbers and dates too are texts in Kintone's JSON."""

    value: str | None = None


class TextsCell(msgspec.Struct):
    """A field whose value is a list of texts."""

    value: list[str] | None = None


class Person(msgspec.Struct):
    """A user, group or organization in a value."""

    code: str
    name: str = ""


class PersonCell(msgspec.Struct):
    """CREATOR and MODIFIER."""

    value: Person | None = None


class PeopleCell(msgspec.Struct):
    """USER_SELECT and its like."""

    value: list[Person] | None = None


class File(msgspec.Struct):
    """An attached file, as far as the parent table shows it."""

    name: str


class FilesCell(msgspec.Struct):
    """A FILE field."""

    value: list[File] | None = None


_CELLS: dict[Family, type[msgspec.Struct]] = {
    Family.OPTIONS: TextsCell,
    Family.CATEGORY: TextsCell,
    Family.PERSON: PersonCell,
    Family.PEOPLE: PeopleCell,
    Family.FILES: FilesCell,
}

Values = list[Any]
Converter = Callable[[Values], pa.Array]


class Decoder:
    """Turns pages of one scan into Arrow tables.

    Args:
        columns: The columns to decode.
        place: What to call the app in errors.

    ``schema`` is the Arrow schema of every table it makes: the columns' names and types.
    """

    def __init__(self, columns: Sequence[Column], place: str) -> None:
        self._columns = tuple(columns)
        self._place = place
        codes = dict.fromkeys(["$id", *(column.field_code for column in columns)])
        self._attribute = {code: f"field_{i}" for i, code in enumerate(codes)}
        cells = {column.field_code: _CELLS.get(column.family, TextCell) for column in columns}
        members = [
            (self._attribute[code], cells.get(code, TextCell) | msgspec.UnsetType, msgspec.UNSET)
            for code in codes
        ]
        record = msgspec.defstruct(
            "Record",
            members,
            rename={attribute: code for code, attribute in self._attribute.items()},
        )
        page = msgspec.defstruct(
            "Page",
            [("records", list[record]), ("totalCount", str | None, None)],  # type: ignore[valid-type]
        )
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(page)
        self._extract = [_extractor(column) for column in columns]
        self._convert = [_converter(column) for column in columns]
        self.schema = pa.schema([(c.name, arrow_type(c)) for c in columns])

    def decode(self, body: bytes) -> Page:
        """One page.

        Raises:
            OperationalError: The body is not a page of records, or lacks a field.
            DataError: A value does not fit its column's type.
        """
        try:
            page = self._decoder.decode(body)
        except msgspec.MsgspecError as error:
            raise OperationalError(
                f"Kintone's answer for {self._place} is not a page of records ({error}). "
                "The app's form may just have changed: run the statement again."
            ) from error
        records = page.records
        arrays = []
        for column, extract, convert in zip(
            self._columns, self._extract, self._convert, strict=True
        ):
            attribute = self._attribute[column.field_code]
            cells = [getattr(record, attribute) for record in records]
            if msgspec.UNSET in cells:
                raise self._missing(column, records[cells.index(msgspec.UNSET)])
            values = extract(cells)
            try:
                arrays.append(convert(values))
            except (pa.ArrowException, ValueError) as error:
                raise self._misfit(column, convert, values, records, error) from error
        return Page(
            table=pa.Table.from_arrays(arrays, schema=self.schema),
            last_id=self._record_id(records[-1]) if records else None,
            total=int(page.totalCount) if page.totalCount else None,
        )

    def _record_id(self, record: Any) -> int | None:
        cell = getattr(record, self._attribute["$id"])
        return int(cell.value) if cell is not msgspec.UNSET else None

    def _missing(self, column: Column, record: Any) -> OperationalError:
        return OperationalError(
            f"Field {column.field_code!r} of {self._place} is missing from record "
            f"{self._record_id(record)}: the login may not view it there, or the field was just "
            "deleted. Select other columns, or ask the app's administrator for the right."
        )

    def _misfit(
        self,
        column: Column,
        convert: Converter,
        values: Values,
        records: Sequence[Any],
        error: Exception,
    ) -> Exception:
        for value, record in zip(values, records, strict=True):
            try:
                convert([value])
            except (pa.ArrowException, ValueError):
                return DataError(
                    f"Record {self._record_id(record)} of {self._place} holds {value!r} in field "
                    f"{column.field_code!r}, which is no {column.sql_type}. Correct the record, or "
                    "widen the app's number precision; NumberType=Float reads any number."
                )
        return error


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


def _extractor(column: Column) -> Callable[[list[Any]], Values]:
    """From cells to plain values; every empty value is None, as empty is NULL."""
    if column.family is Family.FILES:
        return lambda cells: [[f.name for f in c.value] if c.value else None for c in cells]
    if column.family is Family.PERSON:
        if column.part == "name":
            return lambda cells: [(c.value.name or None) if c.value else None for c in cells]
        return lambda cells: [(c.value.code or None) if c.value else None for c in cells]
    if column.family is Family.PEOPLE:
        if column.part == "name":
            return lambda cells: [[p.name for p in c.value] if c.value else None for c in cells]
        return lambda cells: [[p.code for p in c.value] if c.value else None for c in cells]
    return lambda cells: [c.value or None for c in cells]


def _converter(column: Column) -> Converter:
    target = arrow_type(column)
    if pa.types.is_time32(target):
        return _times
    if pa.types.is_duration(target):
        return _durations
    if pa.types.is_string(target) or pa.types.is_list(target):
        return lambda values: pa.array(values, target)
    return lambda values: pa.array(values, pa.string()).cast(target)


def _times(values: Values) -> pa.Array:
    """``09:30`` texts. Arrow reads no bare times, so they pass through a timestamp."""
    texts = pc.binary_join_element_wise("1970-01-01T", pa.array(values, pa.string()), "")
    return texts.cast(pa.timestamp("s")).cast(pa.time32("s"))


def _durations(values: Values) -> pa.Array:
    """``49:30`` texts: hours, which may pass 24 and be negative, and minutes."""
    return pa.array([_microseconds(value) for value in values], pa.duration("us"))


def _microseconds(text: str | None) -> int | None:
    if text is None:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"not hours:minutes: {text!r}")
    minutes = int(match[2]) * 60 + int(match[3])
    return (-minutes if match[1] else minutes) * 60_000_000
