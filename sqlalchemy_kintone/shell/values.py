"""Values as text and as JSON, with nothing rounded and nothing dropped."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pyarrow as pa


def as_text(value: Any) -> str:
    """A value that is not NULL as text.

    Decimals keep all their digits (``12.5000``), moments their offset
    (``2026-04-01 09:00:00+09:00``), intervals are hours, minutes and seconds (``25:30:00``), lists
    and structs JSON, bytes hexadecimal.
    """
    return _TEXTS.get(type(value), str)(value)


def as_json(value: Any) -> str:
    """A value as JSON.

    Numbers are JSON numbers with all their digits; not-a-number and the infinities, which JSON
    does not have, are strings. Dates, times and moments are ISO 8601 strings. What else has no
    JSON type is the string of ``as_text``.
    """
    return _JSONS.get(type(value), _text_in_json)(value)


def _text_in_json(value: Any) -> str:
    return json.dumps(as_text(value), ensure_ascii=False)


def _decimal_in_json(value: Decimal) -> str:
    return format(value, "f") if value.is_finite() else json.dumps(str(value))


def _float_in_json(value: float) -> str:
    if math.isnan(value):
        return '"NaN"'
    if math.isinf(value):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    return repr(value)


def _iso_in_json(value: date | time) -> str:
    return f'"{value.isoformat()}"'


def _list_in_json(values: list[Any]) -> str:
    return "[" + ", ".join(map(as_json, values)) + "]"


def _struct_in_json(values: dict[Any, Any]) -> str:
    items = (f"{_text_in_json(key)}: {as_json(value)}" for key, value in values.items())
    return "{" + ", ".join(items) + "}"


def _interval(value: timedelta) -> str:
    return _clock(value // timedelta(microseconds=1) * 1000)


def _calendar_interval(value: pa.MonthDayNano) -> str:
    parts = []
    if value.months:
        parts.append(f"{value.months} months")
    if value.days:
        parts.append(f"{value.days} days")
    if value.nanoseconds or not parts:
        parts.append(_clock(value.nanoseconds))
    return " ".join(parts)


def _clock(nanoseconds: int) -> str:
    """``25:30:00``, with the part of a second where there is one."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, part = divmod(abs(nanoseconds), 10**9)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    fraction = f".{part:09d}".rstrip("0") if part else ""
    return f"{sign}{hour:02d}:{minute:02d}:{second:02d}{fraction}"


# By exact type, as results of millions of values go through here.
_TEXTS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        bool: lambda value: "true" if value else "false",
        Decimal: "{:f}".format,
        bytes: lambda value: f"\\x{value.hex()}",
        timedelta: _interval,
        pa.MonthDayNano: _calendar_interval,
        list: _list_in_json,
        dict: _struct_in_json,
    }
)
_JSONS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        type(None): lambda _: "null",
        bool: lambda value: "true" if value else "false",
        int: str,
        float: _float_in_json,
        Decimal: _decimal_in_json,
        date: _iso_in_json,
        time: _iso_in_json,
        datetime: _iso_in_json,
        list: _list_in_json,
        dict: _struct_in_json,
    }
)
