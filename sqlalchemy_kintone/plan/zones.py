"""What the clocks of a time zone show, as DuckDB knows them.

Governments change clocks, and the time zone data of Python may be newer or older than DuckDB's. As
DuckDB's is what answers depend on, it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import cache, lru_cache

import duckdb

# Before, many clocks went by the sun of their place.
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
_FAR = timedelta(hours=36)
"""More than clocks are from UTC, and less than from one change of them to the next."""


@lru_cache(maxsize=1_000)
def shown_in(zone: str, instant: datetime) -> datetime | None:
    """The time that a zone's clocks show.

    Args:
        zone: Its IANA name.
        instant: An aware time.

    Returns:
        A time without a zone; None in years of which clocks are not sure.
    """
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        return None
    (found,) = _shown([instant.astimezone(timezone.utc)], zone)
    return found


@lru_cache(maxsize=1_000)
def instant_of(local: datetime, zone: str) -> datetime | None:
    """The instant of a local time.

    Args:
        local: A time without a zone.
        zone: The IANA name of the zone whose clocks show it.

    Returns:
        An aware time in UTC; None where the clocks show the time twice or never, and in years of
        which they are not sure.
    """
    if not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        return None
    as_if_utc = local.replace(tzinfo=timezone.utc)
    around = [as_if_utc - _FAR, as_if_utc + _FAR]
    offsets = {
        there.replace(tzinfo=timezone.utc) - instant
        for instant, there in zip(around, _shown(around, zone), strict=True)
    }
    possible = [as_if_utc - offset for offset in offsets]
    shown = zip(possible, _shown(possible, zone), strict=True)
    found = [instant for instant, there in shown if there == local]
    return found[0] if len(found) == 1 else None


def _shown(instants: Sequence[datetime], zone: str) -> Sequence[datetime]:
    if zone == "UTC":
        return [instant.replace(tzinfo=None) for instant in instants]
    asked = ", ".join("timezone(?, ?)" for _ in instants)
    parameters = [part for instant in instants for part in (zone, instant)]
    with _clocks().cursor() as cursor:
        found: Sequence[datetime] | None = cursor.execute(f"SELECT {asked}", parameters).fetchone()
    return found or ()


@cache
def _clocks() -> duckdb.DuckDBPyConnection:
    """A DuckDB that is only asked for the time; it holds nothing."""
    return duckdb.connect(":memory:", config={"threads": 1})
