"""Arrow batches to Python rows, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa

from sqlalchemy_kintone.engine import OutputColumn
from sqlalchemy_kintone.errors import DataError

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]


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
    values: list[Any] = array.to_pylist()
    convert = _CONVERTERS.get(sql_type)
    if convert is None:
        return values
    return [None if value is None else convert(value) for value in values]


def _moments(array: pa.Array) -> list[datetime | None]:
    """Aware datetimes with Python's own time zones, whichever others are installed."""
    name = array.type.tz
    zone = timezone.utc if name == "UTC" else ZoneInfo(name)
    moments = array.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us")).to_pylist()
    return [
        None if each is None else each.replace(tzinfo=timezone.utc).astimezone(zone)
        for each in moments
    ]


def _interval(value: pa.MonthDayNano) -> Any:
    if value.months:
        return value
    return timedelta(days=value.days, microseconds=value.nanoseconds // 1000)


_SHORT_OFFSET = re.compile(r"([+-]\d\d)$")


def _time_with_zone(text: str) -> time:
    whole_offset = _SHORT_OFFSET.sub(r"\1:00", text)
    return datetime.fromisoformat(f"1970-01-01T{whole_offset}").timetz()


_CONVERTERS: dict[str, _Convert] = {
    "HUGEINT": int,
    "UHUGEINT": int,
    "INTERVAL": _interval,
    "UUID": UUID,
    "TIME WITH TIME ZONE": _time_with_zone,
}
