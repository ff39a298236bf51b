"""Values as text and as JSON, with nothing rounded and nothing dropped."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa


def as_text(value: Any) -> str:
    """A value that is not NULL as text.

    Decimals keep all their digits (``12.5000``), moments their offset
    (``2026-04-01 09:00:00+09:00``), intervals are hours, minutes and seconds (``25:30:00``), lists
    and structs JSON, bytes hexadecimal.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, timedelta):
        return _clock(value // timedelta(microseconds=1) * 1000)
    if isinstance(value, pa.MonthDayNano):
        return _calendar_interval(value)
    if isinstance(value, (list, Mapping)):
        return as_json(value)
    return str(value)


def as_json(value: Any) -> str:
    """A value as JSON.

    Numbers are JSON numbers with all their digits; not-a-number and the infinities, which JSON
    does not have, are strings. Dates, times and moments are ISO 8601 strings. What else has no
    JSON type is the string of ``as_text``.
    """
    if value is None:
        return "null"
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(_non_finite(value))
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else json.dumps(str(value))
    if isinstance(value, (str, bool, int, float)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (date, datetime, time)):
        return json.dumps(value.isoformat())
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    if isinstance(value, Mapping):
        items = (f"{as_json(_key(key))}: {as_json(each)}" for key, each in value.items())
        return "{" + ", ".join(items) + "}"
    return json.dumps(as_text(value), ensure_ascii=False)


def _key(key: Any) -> str:
    return "null" if key is None else as_text(key)


def _non_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


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
