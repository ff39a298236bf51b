"""Arrow batches to Python rows, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa

from sqlalchemy_kintone.engine import OutputColumn
from sqlalchemy_kintone.errors import DataError

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NAIVE_EPOCH = datetime(1970, 1, 1)
_EPOCH_DAY = _EPOCH.toordinal()
_DAY = 86_400_000_000
"""Microseconds."""


def rows_of(batch: pa.RecordBatch, columns: Sequence[OutputColumn]) -> list[Row]:
    """The rows of a batch as tuples.

    DECIMAL is Decimal, HUGEINT int, INTERVAL timedelta (pyarrow's ``MonthDayNano`` where it
    counts months), TIMESTAMP WITH TIME ZONE an aware datetime in the session's zone, lists are
    lists, structs dicts, UUID is UUID.

    Raises:
        DataError: A value is outside of what Python's type holds, such as a day after 9999.
    """
    arrays = zip(batch.columns, columns, strict=True)
    return list(zip(*(_column(array, column) for array, column in arrays), strict=True))


def _column(array: pa.Array, column: OutputColumn) -> list[Any]:
    try:
        return _values(array, column.sql_type)
    except (ValueError, OverflowError) as error:
        raise DataError(
            f"Column {column.name} holds a {column.sql_type} that Python cannot hold ({error}). "
            "Cast it to VARCHAR in the statement, or fetch Arrow instead of rows."
        ) from error


def _values(array: pa.Array, sql_type: str) -> list[Any]:
    if sql_type == "TIMESTAMP_NS":
        # Python's datetime ends at microseconds; pandas' own type must not leak out.
        array = array.cast(pa.timestamp("us"), safe=False)
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return _moments(array)
    convert = _CONVERTERS.get(sql_type)
    if convert is None and array.type in _SHORTCUTS:
        shortcut = _SHORTCUTS[array.type]
        array, convert = array.cast(shortcut.through), shortcut.convert
    elif convert is None and pa.types.is_decimal128(array.type):
        array, convert = array.cast(pa.string()), Decimal
    values: list[Any] = array.to_pylist()
    if convert is None:
        return values
    return [None if value is None else convert(value) for value in values]


def _moments(array: pa.Array) -> list[datetime | None]:
    """Aware datetimes with Python's own time zones, whichever others are installed."""
    name = array.type.tz
    values = array.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_pylist()
    if name == "UTC":
        return [None if each is None else _EPOCH + timedelta(0, 0, each) for each in values]
    zone = ZoneInfo(name)
    return [
        None if each is None else (_EPOCH + timedelta(0, 0, each)).astimezone(zone)
        for each in values
    ]


def _day(days: int) -> date:
    return date.fromordinal(_EPOCH_DAY + days)


def _moment(microseconds: int) -> datetime:
    return _NAIVE_EPOCH + timedelta(0, 0, microseconds)


def _time(microseconds: int) -> time:
    if microseconds >= _DAY:
        raise ValueError("hour must be in 0..23")
    return (_NAIVE_EPOCH + timedelta(0, 0, microseconds)).time()


def _interval(value: pa.MonthDayNano) -> Any:
    if value.months:
        return value
    return timedelta(days=value.days, microseconds=value.nanoseconds // 1000)


_SHORT_OFFSET = re.compile(r"([+-]\d\d)$")


def _time_with_zone(text: str) -> time:
    whole_offset = _SHORT_OFFSET.sub(r"\1:00", text)
    return datetime.fromisoformat(f"1970-01-01T{whole_offset}").timetz()


class _Shortcut(NamedTuple):
    """A way to Python values by others that Arrow gives fast."""

    through: pa.DataType
    convert: _Convert


_SHORTCUTS = {
    pa.date32(): _Shortcut(pa.int32(), _day),
    pa.time32("s"): _Shortcut(pa.int32(), lambda seconds: _time(seconds * 1_000_000)),
    pa.time64("us"): _Shortcut(pa.int64(), _time),
    pa.timestamp("us"): _Shortcut(pa.int64(), _moment),
}
"""Where Arrow's own way takes several times as long; so it does for decimals."""

_CONVERTERS: dict[str, _Convert] = {
    "HUGEINT": int,
    "UHUGEINT": int,
    "INTERVAL": _interval,
    "UUID": UUID,
    "TIME WITH TIME ZONE": _time_with_zone,
}
