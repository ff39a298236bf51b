"""Constants of a statement as typed values, read as DuckDB reads them.

Only forms whose reading is certain are taken; for all others there is no constant, and the
condition stays with DuckDB.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Context, Decimal
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from sqlglot import exp

Value: TypeAlias = "bool | Decimal | float | str | date | time | tuple[Constant, ...] | None"


class Kind(Enum):
    """The SQL type of a constant, as far as comparisons depend on it."""

    NULL = "NULL"
    BOOLEAN = "BOOLEAN"
    NUMBER = "number"
    """An integer or a DECIMAL: exact. The value is a Decimal."""
    DOUBLE = "DOUBLE"
    TEXT = "text"
    """A string literal, which takes the type of what it is compared with."""
    VARCHAR = "VARCHAR"
    """A text that has been cast to VARCHAR: it keeps its type."""
    DATE = "DATE"
    TIME = "TIME"
    TIMESTAMP = "TIMESTAMP"
    INSTANT = "TIMESTAMP WITH TIME ZONE"
    """The value is aware, in UTC."""
    LIST = "list"


@dataclass(frozen=True)
class Constant:
    """A typed value: Decimal for NUMBER, float for DOUBLE, str, date, time, datetime, tuple."""

    kind: Kind
    value: Value


NULL = Constant(Kind.NULL, None)

_WIDE = Context(prec=100)

_INTEGER = re.compile(r"\d+")
_FIXED = re.compile(r"\d*\.\d+|\d+\.")
_NUMBER_TEXT = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
# A year of four digits that is not a small one: all systems agree on those.
_DATE_TEXT = re.compile(r"([1-9]\d{3})-(\d{1,2})-(\d{1,2})")
_CLOCK = r"(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?"
_TIME_TEXT = re.compile(_CLOCK)
_TIMESTAMP_TEXT = re.compile(
    rf"([1-9]\d{{3}})-(\d{{2}})-(\d{{2}})(?:[ T]{_CLOCK})? ?(Z|[+-]\d{{2}}(?::?\d{{2}})?)?"
)
_DECIMAL_TYPE = re.compile(r"DECIMAL\((\d+), ?(\d+)\)")


def constant(node: exp.Expression) -> Constant | None:
    """The value of a constant expression, or None where it is none or its value is not certain."""
    if isinstance(node, exp.Paren):
        return constant(node.this)
    if isinstance(node, exp.Null):
        return NULL
    if isinstance(node, exp.Boolean):
        return Constant(Kind.BOOLEAN, bool(node.this))
    if isinstance(node, exp.Literal):
        return Constant(Kind.TEXT, str(node.this)) if node.is_string else _number(str(node.this))
    if isinstance(node, exp.Neg):
        return _negated(constant(node.this))
    if isinstance(node, exp.Cast):
        inner = constant(node.this)
        return _cast(inner, node.to.sql("duckdb").upper()) if inner is not None else None
    if isinstance(node, exp.Array):
        items = tuple(constant(item) for item in node.expressions)
        known = tuple(item for item in items if item is not None)
        return Constant(Kind.LIST, known) if len(known) == len(items) else None
    return None


def number_of(text: str) -> Decimal | None:
    """A plain decimal number in a text; None for any other text."""
    return Decimal(text) if _NUMBER_TEXT.fullmatch(text) else None


def date_of(text: str) -> date | None:
    """A date as ``YYYY-MM-DD``; None for any other text."""
    match = _DATE_TEXT.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def time_of(text: str) -> time | None:
    """A time of day as ``hh:mm[:ss[.ffffff]]``; None for any other text."""
    match = _TIME_TEXT.fullmatch(text)
    try:
        return time(*_clock(match.groups())) if match else None
    except ValueError:
        return None


def timestamp_of(text: str) -> datetime | None:
    """A date with or without a time and an offset; aware where there is an offset."""
    match = _TIMESTAMP_TEXT.fullmatch(text)
    if match is None:
        return None
    year, month, day, *clock, offset = match.groups()
    try:
        naive = datetime(int(year), int(month), int(day), *_clock(clock))
        if offset is None:
            return naive
        return naive.replace(tzinfo=_offset(offset)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _clock(parts: Sequence[str | None]) -> tuple[int, int, int, int]:
    hour, minute, second, fraction = parts
    return int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0").ljust(6, "0"))


def _offset(text: str) -> timezone:
    if text == "Z":
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if text[0] == "-" else size)


def _number(text: str) -> Constant | None:
    if _INTEGER.fullmatch(text) or _FIXED.fullmatch(text):
        return Constant(Kind.NUMBER, Decimal(text)) if len(text) <= _MAX_DIGITS else None
    try:
        value = float(text)
    except ValueError:
        return None
    return Constant(Kind.DOUBLE, value) if math.isfinite(value) else None


_MAX_DIGITS = 38


def _negated(inner: Constant | None) -> Constant | None:
    if inner is None or not isinstance(inner.value, Decimal | float):
        return None
    if isinstance(inner.value, float):
        return Constant(inner.kind, -inner.value)
    # The minus operator would round to the digits of Python's decimal context.
    return Constant(inner.kind, inner.value.copy_negate())


def _cast(inner: Constant, sql_type: str) -> Constant | None:
    if inner.kind is Kind.NULL:
        return NULL
    decimal_type = _DECIMAL_TYPE.fullmatch(sql_type)
    if decimal_type:
        return _as_decimal(inner, int(decimal_type[1]), int(decimal_type[2]))
    conversion = _CASTS.get(sql_type)
    return conversion(inner) if conversion else None


def _as_decimal(inner: Constant, precision: int, scale: int) -> Constant | None:
    value = number_of(inner.value) if isinstance(inner.value, str) else inner.value
    if not isinstance(value, Decimal):
        return None
    # With all the decimals of the type, on which the type of a comparison depends.
    written = value.quantize(Decimal(1).scaleb(-scale), context=_WIDE)
    fits = value.copy_abs() < Decimal(10) ** (precision - scale) and written == value
    return Constant(Kind.NUMBER, written) if fits else None


def _as_integer(bits: int) -> Callable[[Constant], Constant | None]:
    limit = Decimal(2) ** (bits - 1)

    def convert(inner: Constant) -> Constant | None:
        value = number_of(inner.value) if isinstance(inner.value, str) else inner.value
        if not isinstance(value, Decimal) or not -limit <= value < limit:
            return None
        return Constant(Kind.NUMBER, value) if value == value.to_integral_value() else None

    return convert


def _as_double(inner: Constant) -> Constant | None:
    if inner.kind is Kind.DOUBLE:
        return inner
    if isinstance(inner.value, str | Decimal):
        try:
            value = float(inner.value)
        except ValueError:
            return None
        return Constant(Kind.DOUBLE, value) if math.isfinite(value) else None
    return None


def _as_varchar(inner: Constant) -> Constant | None:
    return Constant(Kind.VARCHAR, inner.value) if isinstance(inner.value, str) else None


def _as_date(inner: Constant) -> Constant | None:
    value = date_of(inner.value) if isinstance(inner.value, str) else None
    if inner.kind is Kind.DATE:
        return inner
    return Constant(Kind.DATE, value) if value else None


def _as_time(inner: Constant) -> Constant | None:
    value = time_of(inner.value) if isinstance(inner.value, str) else None
    if inner.kind is Kind.TIME:
        return inner
    return Constant(Kind.TIME, value) if value is not None else None


def _as_timestamp(inner: Constant) -> Constant | None:
    if inner.kind is Kind.TIMESTAMP:
        return inner
    value = timestamp_of(inner.value) if isinstance(inner.value, str) else None
    return Constant(Kind.TIMESTAMP, value) if value and value.tzinfo is None else None


def _as_instant(inner: Constant) -> Constant | None:
    if inner.kind is Kind.INSTANT:
        return inner
    value = timestamp_of(inner.value) if isinstance(inner.value, str) else None
    if value is None:
        return None
    # Without an offset it is a time of the session's zone, as a TIMESTAMP compared with an instant.
    return Constant(Kind.INSTANT if value.tzinfo else Kind.TIMESTAMP, value)


_CASTS: Mapping[str, Callable[[Constant], Constant | None]] = MappingProxyType(
    {
        "SMALLINT": _as_integer(16),
        "INT": _as_integer(32),
        "BIGINT": _as_integer(64),
        "DOUBLE": _as_double,
        "TEXT": _as_varchar,
        "VARCHAR": _as_varchar,
        "DATE": _as_date,
        "TIME": _as_time,
        "TIMESTAMP": _as_timestamp,
        "TIMESTAMPTZ": _as_instant,
    }
)
