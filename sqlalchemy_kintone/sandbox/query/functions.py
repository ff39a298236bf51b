"""The date functions: what days or instants they mean to the caller."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy_kintone.sandbox.query.comparables import Span, instant_text
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.refusals import (
    invalid_day,
    invalid_unit,
    malformed,
)
from sqlalchemy_kintone.sandbox.query.syntax import Call

Days = tuple[date, date]
"""The first and the last day of a period."""

_WEEKDAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_UNITS = ("DAYS", "WEEKS", "MONTHS", "YEARS")
_INTEGER = re.compile(r"-?[0-9]{1,9}")

NOW = "NOW"
"""The one function that means an instant and not days."""


def date_function(call: Call, context: Context) -> Span:
    """What a date function means to a DATE field: a span of ``YYYY-MM-DD``.

    Raises:
        KintoneError: GAIA_IL08 for a function that means no days, and for a wrong number or form
            of arguments; GAIA_IQ23 for a day of a month that is none, GAIA_IQ25 for a unit.
    """
    first, last = _days(call, context)
    return Span(first.isoformat(), last.isoformat())


def datetime_function(call: Call, context: Context) -> Span:
    """What a date function means to a DATETIME field: a span of instants in UTC.

    A day runs from midnight to midnight in the caller's time zone.

    Raises:
        KintoneError: As ``date_function``.
    """
    if call.name == NOW:
        if call.arguments:
            raise malformed("NOW() takes no argument.")
        now = instant_text(context.now, context.switches)
        return Span(now, now)
    first, last = _days(call, context)
    try:
        ends = midnight(last + timedelta(days=1), context) - timedelta(minutes=1)
        return Span(
            instant_text(midnight(first, context), context.switches),
            # Stored values are whole minutes, so the last one is a minute before midnight.
            instant_text(ends, context.switches),
        )
    except (OverflowError, ValueError):
        raise malformed(f"{call.name}() is out of range.") from None


def midnight(day: date, context: Context) -> datetime:
    """The instant at which a day begins for the caller."""
    return datetime.combine(day, time(), tzinfo=context.zone)


def _days(call: Call, context: Context) -> Days:
    function = _FUNCTIONS.get(call.name)
    if function is None:
        raise malformed(f"{call.name}() cannot be used with this field.")
    today = context.now.astimezone(context.zone).date()
    try:
        return function(today, call.arguments)
    except (OverflowError, ValueError):
        raise malformed(f"{call.name}() is out of range.") from None


def _day(offset: int) -> Callable[[date, tuple[str, ...]], Days]:
    def days(today: date, arguments: tuple[str, ...]) -> Days:
        if arguments:
            raise malformed("The function takes no argument.")
        day = today + timedelta(days=offset)
        return day, day

    return days


def _from_today(today: date, arguments: tuple[str, ...]) -> Days:
    if len(arguments) != 2 or _INTEGER.fullmatch(arguments[0]) is None:
        raise malformed("FROM_TODAY() takes an integer and a unit.")
    count, unit = int(arguments[0]), arguments[1]
    if unit not in _UNITS:
        raise invalid_unit()
    if unit in ("DAYS", "WEEKS"):
        day = today + timedelta(days=count * (7 if unit == "WEEKS" else 1))
    else:
        day = _months_later(today, count * (12 if unit == "YEARS" else 1))
    return day, day


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _week(offset: int) -> Callable[[date, tuple[str, ...]], Days]:
    def days(today: date, arguments: tuple[str, ...]) -> Days:
        # date.isoweekday() counts Sunday as 7; Kintone's weeks begin on Sunday.
        sunday = today + timedelta(days=7 * offset - today.isoweekday() % 7)
        if not arguments:
            return sunday, sunday + timedelta(days=6)
        if len(arguments) != 1 or arguments[0] not in _WEEKDAYS:
            raise malformed("The function takes a day of the week.")
        day = sunday + timedelta(days=_WEEKDAYS.index(arguments[0]))
        return day, day

    return days


def _month(offset: int) -> Callable[[date, tuple[str, ...]], Days]:
    def days(today: date, arguments: tuple[str, ...]) -> Days:
        first = _months_later(today.replace(day=1), offset)
        following = _months_later(first, 1)
        last = following - timedelta(days=1)
        if not arguments:
            return first, last
        if len(arguments) != 1:
            raise malformed("The function takes a day of the month.")
        if arguments[0] == "LAST":
            return last, last
        if _INTEGER.fullmatch(arguments[0]) is None or not 1 <= int(arguments[0]) <= 31:
            raise invalid_day(arguments[0])
        # A day that the month lacks means the first day of the next month.
        day = min(first + timedelta(days=int(arguments[0]) - 1), following)
        return day, day

    return days


def _year(offset: int) -> Callable[[date, tuple[str, ...]], Days]:
    def days(today: date, arguments: tuple[str, ...]) -> Days:
        if arguments:
            raise malformed("The function takes no argument.")
        year = today.year + offset
        return date(year, 1, 1), date(year, 12, 31)

    return days


_FUNCTIONS: Mapping[str, Callable[[date, tuple[str, ...]], Days]] = {
    "TODAY": _day(0),
    "YESTERDAY": _day(-1),
    "TOMORROW": _day(1),
    "FROM_TODAY": _from_today,
    "LAST_WEEK": _week(-1),
    "THIS_WEEK": _week(0),
    "NEXT_WEEK": _week(1),
    "LAST_MONTH": _month(-1),
    "THIS_MONTH": _month(0),
    "NEXT_MONTH": _month(1),
    "LAST_YEAR": _year(-1),
    "THIS_YEAR": _year(0),
    "NEXT_YEAR": _year(1),
}
