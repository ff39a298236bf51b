"""What ordered fields compare: stored values and literals brought to one comparable form.

Dates and times stay text, because their stored forms sort as they read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy_kintone.sandbox.switches import Switches

Comparable = Any
"""Text, an int or a Decimal: one of these for all values of a field."""


@dataclass(frozen=True, slots=True)
class Span:
    """The values from ``first`` to ``last``, both included; one value where they are equal."""

    first: Comparable
    last: Comparable


@dataclass(frozen=True, slots=True)
class Empty:
    """The literal ``""``."""


Literal = Span | Empty | None
"""A literal of a condition; None where it cannot be read as a value of the field."""

_FULL_WIDTH_DIGITS = {ord("０") + digit: ord("0") + digit for digit in range(10)}
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?")
_DATETIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?"
    r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))"
)
_DURATION = re.compile(r"(-?)([0-9]+):([0-9]{2})")


def point(value: Comparable | None) -> Literal:
    """The span of a single value; None stays None."""
    return None if value is None else Span(value, value)


def number(text: str, switches: Switches) -> Decimal | None:
    """A number literal, such as ``05``, ``+5``, ``5e0``, ``.5``; full-width digits are digits."""
    if switches.number_literal_full_width == "digits":
        text = text.translate(_FULL_WIDTH_DIGITS)
    if _NUMBER.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond any number's
        return None


def integer(text: str, switches: Switches) -> int | None:
    """A record id: digits with an optional sign; ``12.0`` and ``12e0`` are none."""
    if switches.number_literal_full_width == "digits":
        text = text.translate(_FULL_WIDTH_DIGITS)
    return int(text) if _INTEGER.fullmatch(text) else None


def day(text: str) -> date | None:
    """``YYYY-MM-DD``; a missing month or day means the first, and zeros may be left out."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None


def date_text(text: str) -> str | None:
    """A DATE literal as ``YYYY-MM-DD``."""
    read = day(text)
    return None if read is None else read.isoformat()


def time_text(text: str) -> str | None:
    """A TIME literal as ``HH:MM``; seconds are cut off."""
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return f"{int(match[1]):02}:{match[2]}"


def instant_text(moment: datetime, switches: Switches) -> str:
    """An instant as DATETIME values hold it, in UTC; without its seconds where they are cut off."""
    if switches.datetime_seconds == "truncate":
        moment = moment.replace(second=0)
    naive = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='seconds')}Z"


def datetime_text(
    text: str, midnight: Callable[[date], datetime], switches: Switches
) -> str | None:
    """A DATETIME literal in UTC.

    Args:
        text: RFC 3339 with ``Z`` or an offset, or only a date.
        midnight: The instant at which a date begins, for literals without a time.
        switches: Whether seconds count.
    """
    try:
        only_day = day(text)
        if only_day is not None:
            return instant_text(midnight(only_day), switches)
        match = _DATETIME.fullmatch(text)
        if match is None:
            return None
        written, hour, minute, second, utc, sign, zone_hours, zone_minutes = match.groups()
        moment = datetime.fromisoformat(f"{written}T{hour}:{minute}:{second or '00'}+00:00")
        if not utc:
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
            moment = moment - offset if sign == "+" else moment + offset
        return instant_text(moment, switches)
    except (ValueError, OverflowError):
        return None


def duration(text: str) -> int | None:
    """``hours:minutes``, which may pass 24 hours and be negative, in minutes."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] else minutes
