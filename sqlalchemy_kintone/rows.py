"""Arrow batches to Python rows, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa

from sqlalchemy_kintone.engine import OutputColumn

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]


def rows_of(batch: pa.RecordBatch, columns: Sequence[OutputColumn]) -> list[Row]:
    """The rows of a batch as tuples.

    DECIMAL is Decimal, HUGEINT int, INTERVAL timedelta (pyarrow's ``MonthDayNano`` where it
    counts months), TIMESTAMP WITH TIME ZONE an aware datetime in the session's zone, lists are
    lists, structs dicts, UUID is UUID.
    """
    if not columns:
        return [()] * batch.num_rows
    return list(
        zip(
            *(
                _values(array, column.sql_type)
                for array, column in zip(batch.columns, columns, strict=True)
            ),
            strict=True,
        )
    )


def _values(array: pa.Array, sql_type: str) -> list[Any]:
    if sql_type == "TIMESTAMP_NS":
        # Python's datetime ends at microseconds; pandas' own type must not leak out.
        array = array.cast(pa.timestamp("us"), safe=False)
    values = array.to_pylist()
    convert = _CONVERTERS.get(sql_type)
    if convert is None:
        return values
    return [None if value is None else convert(value) for value in values]


def _interval(value: pa.MonthDayNano) -> Any:
    if value.months:
        return value
    return timedelta(days=value.days, microseconds=value.nanoseconds // 1000)


_SHORT_OFFSET = re.compile(r"([+-]\d\d)$")


def _time_with_zone(text: str) -> time:
    return datetime.fromisoformat(f"1970-01-01T{_SHORT_OFFSET.sub(r'\1:00', text)}").timetz()


_CONVERTERS: dict[str, _Convert] = {
    "HUGEINT": int,
    "UHUGEINT": int,
    "INTERVAL": _interval,
    "UUID": UUID,
    "TIME WITH TIME ZONE": _time_with_zone,
}
