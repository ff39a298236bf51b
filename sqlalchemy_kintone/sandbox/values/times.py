"""Dates and times as Kintone keeps them: whole minutes, DATETIME always in UTC."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?")
_DATETIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))"
)


def parse_date(text: str) -> str | None:
    """``YYYY-MM-DD``, or None where it is no such day."""
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None


def parse_time(text: str) -> str | None:
    """``HH:MM`` (seconds are cut off), or None where it is no time of day."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def parse_datetime(text: str) -> str | None:
    """An RFC 3339 time as ``YYYY-MM-DDTHH:MM:00Z``; seconds are cut off. None where it is none."""
    match = _DATETIME.fullmatch(text)
    if match is None:
        return None
    day, hour, minute, utc, sign, zone_hours, zone_minutes = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{hour}:{minute}:00")
        if not utc:
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
            moment = moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return f"{moment:%Y-%m-%dT%H:%M}:00Z" if moment.year >= 1000 else None


def stamp(moment: datetime) -> str:
    """A moment as CREATED_TIME shows it: UTC, whole minutes."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M}:00Z"


def today(moment: datetime, zone: str) -> str:
    """The date of a moment in a time zone, as a DATE defaulting to now gets it."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def time_of_day(moment: datetime, zone: str) -> str:
    """The ``HH:MM`` of a moment in a time zone, as a TIME defaulting to now gets it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"
