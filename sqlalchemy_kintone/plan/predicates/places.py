"""Where a constant lies among the values that a field can hold.

Fields hold a grid of values: whole ids, numbers of so many decimals, days, minutes. A constant
between two of them is written as the lower one, so that Kintone is only ever asked about values
that a field could hold; nobody has documented what it makes of others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy_kintone.plan.constants import (
    Constant,
    Kind,
    date_of,
    number_of,
    time_of,
    timestamp_of,
)
from sqlalchemy_kintone.plan.zones import instant_of


@dataclass(frozen=True)
class At:
    """A constant that is a value, or lies just above it and below the next.

    Attributes:
        text: The value as Kintone writes it.
        whole: Whether the constant is the value.
    """

    text: str
    whole: bool = True


@dataclass(frozen=True)
class Near:
    """A constant of which DuckDB's conversions leave open where it lies between two values."""

    low: str
    high: str


class Beyond(Enum):
    """A constant outside all values that the field can hold."""

    BELOW = "below"
    ABOVE = "above"


Place = At | Near | Beyond
Locate = Callable[[Constant], "Place | None"]
"""The place of a constant; None where how DuckDB compares it is not certain."""

_WIDE = Context(prec=200)
_DECIMAL_TYPE = re.compile(r"DECIMAL\((\d+), ?(\d+)\)")
_ID_TEXT = re.compile(r"[+-]?\d{1,18}")
_LAST_ID = 2**63 - 1
_MOST_DIGITS = 38
_WHOLE_DOUBLES = 2**53
_NEAR_LIMIT = Decimal(10) ** 20
# Twice what converting to DOUBLE and rounding there can move a number, and some.
_DOUBLE_ERROR = Decimal(2) ** -50
# Kintone keeps at most ten decimals.
_MOST_DECIMALS = 10
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def decimal_type(sql_type: str) -> tuple[int, int] | None:
    """The digits and decimals of ``DECIMAL(p,s)``; None for other types."""
    match = _DECIMAL_TYPE.fullmatch(sql_type)
    return (int(match[1]), int(match[2])) if match else None


def locate_number(sql_type: str) -> Locate:
    """For a number whose column is ``DECIMAL(p,s)`` or ``DOUBLE``."""
    found = decimal_type(sql_type)
    if found is None:
        return _locate_in_doubles
    precision, scale = found
    limit = Decimal(10) ** (precision - scale)

    def locate(constant: Constant) -> Place | None:
        value = constant.value
        if isinstance(value, float):
            return _near(Decimal(value), scale)
        if constant.kind is Kind.TEXT and isinstance(value, str):
            # DuckDB makes a DECIMAL of the column's type of it, rounding where it must.
            number = number_of(value)
            fits = (
                number is not None and number.copy_abs() < limit and _floor(number, scale) == number
            )
            return At(_plain(number)) if fits and number is not None else None
        if not isinstance(value, Decimal) or not _have_one_type(value, precision, scale):
            return None
        floor = _floor(value, scale)
        if value >= limit:
            return Beyond.ABOVE
        if floor <= -limit:
            return Beyond.BELOW
        return At(_plain(floor), floor == value)

    return locate


def locate_id(constant: Constant) -> Place | None:
    """For ``$id``: a whole number from 1 on."""
    value = constant.value
    if constant.kind is Kind.TEXT and isinstance(value, str):
        value = Decimal(value) if _ID_TEXT.fullmatch(value) else None
    elif isinstance(value, float):
        value = Decimal(value) if abs(value) < _WHOLE_DOUBLES else None
    if not isinstance(value, Decimal):
        return None
    floor = _floor(value, 0)
    if floor < 1:
        return Beyond.BELOW
    if floor > _LAST_ID:
        return Beyond.ABOVE
    return At(_plain(floor), floor == value)


def locate_date(zone: str) -> Locate:
    """For a DATE in a session with this time zone."""

    def locate(constant: Constant) -> Place | None:
        value = constant.value
        if constant.kind is Kind.TEXT and isinstance(value, str):
            value = date_of(value)
        if isinstance(value, datetime):
            if value.tzinfo is None:
                return At(value.date().isoformat(), value.time() == time())
            return _near_day(value, zone)
        return At(value.isoformat()) if isinstance(value, date) else None

    return locate


def locate_time(constant: Constant) -> Place | None:
    """For a TIME: whole minutes."""
    value = constant.value
    if constant.kind is Kind.TEXT and isinstance(value, str):
        value = time_of(value)
    if not isinstance(value, time):
        return None
    return At(value.strftime("%H:%M"), value.second == 0 and value.microsecond == 0)


def locate_timestamp(zone: str) -> Locate:
    """For a DATETIME in a session with this time zone: whole minutes, in UTC."""

    def locate(constant: Constant) -> Place | None:
        value = constant.value
        if constant.kind is Kind.TEXT and isinstance(value, str):
            value = timestamp_of(value)
        elif constant.kind is Kind.DATE and isinstance(value, date):
            value = datetime.combine(value, time())
        if not isinstance(value, datetime):
            return None
        instant = value if value.tzinfo else instant_of(value, zone)
        return None if instant is None else minute_at(instant)

    return locate


def minute_at(instant: datetime) -> Place | None:
    """The place of an instant among whole minutes of four-digit years."""
    utc = instant.astimezone(timezone.utc)
    floor = utc.replace(second=0, microsecond=0)
    if floor.year < 1000:
        return None
    return At(floor.strftime("%Y-%m-%dT%H:%M:00Z"), floor == utc)


def _near_day(instant: datetime, zone: str) -> Near | None:
    # Compared with an instant, a date is its midnight here, which some zones' clocks skip.
    day = instant.astimezone(ZoneInfo(zone)).date()
    try:
        return Near((day - _DAY).isoformat(), (day + _DAY).isoformat())
    except OverflowError:
        return None


def _locate_in_doubles(constant: Constant) -> Place | None:
    value = constant.value
    if isinstance(value, Decimal | float):
        return _near(Decimal(value), _MOST_DECIMALS)
    return None


def _near(value: Decimal, scale: int) -> Near | None:
    if value.copy_abs() >= _NEAR_LIMIT:
        return None
    margin = _WIDE.multiply(value.copy_abs(), _DOUBLE_ERROR)
    low = _floor(_WIDE.subtract(value, margin), scale)
    high = _WIDE.add(value, margin).quantize(_step(scale), ROUND_CEILING, _WIDE)
    return Near(_plain(low), _plain(high))


def _have_one_type(value: Decimal, precision: int, scale: int) -> bool:
    """Whether a DECIMAL holds both the constant and all values of the column.

    Where none does, DuckDB converts to one that has too few digits, which may be an error.
    """
    exponent = value.as_tuple().exponent
    decimals = max(scale, -exponent if isinstance(exponent, int) else 0)
    return max(precision - scale, value.adjusted() + 1) + decimals <= _MOST_DIGITS


def _floor(value: Decimal, scale: int) -> Decimal:
    return value.quantize(_step(scale), ROUND_FLOOR, _WIDE)


def _step(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
