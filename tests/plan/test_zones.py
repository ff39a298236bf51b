"""Instants and what clocks show: as DuckDB has it, whatever Python's time zone data says."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from sqlalchemy_kintone.plan.zones import instant_of, shown_in
from tests.plain import plain_duckdb

CHANGES = {
    "America/New_York": ("2026-03-08 02:00", "2026-11-01 02:00"),
    "America/Havana": ("2026-03-08 00:00", "2026-11-01 01:00"),
    "America/Edmonton": ("2026-03-08 02:00", "2026-11-01 02:00"),
    "Africa/Casablanca": ("2026-02-15 03:00", "2026-03-22 02:00"),
    "Africa/Cairo": ("2026-04-24 00:00", "2026-10-30 00:00"),
    "Australia/Lord_Howe": ("2026-04-05 02:00", "2026-10-04 02:00"),
    "Pacific/Apia": ("2011-12-30 00:00", "2012-04-01 04:00"),
    "Asia/Tokyo": ("2026-03-08 00:00",),
    "UTC": ("2026-03-08 00:00",),
}
AROUND = [timedelta(minutes=minutes) for minutes in range(-240, 241, 15)]


@pytest.mark.parametrize(("zone", "changes"), CHANGES.items())
def test_as_duckdb_has_it(zone: str, changes: tuple[str, ...]) -> None:
    locals_ = [datetime.fromisoformat(change) + each for change in changes for each in AROUND]
    with plain_duckdb(zone) as plain:
        sure = 0
        for local in locals_:
            instant = instant_of(local, zone)
            if instant is not None:
                sure += 1
                (right,) = plain.execute(
                    "SELECT epoch(CAST(? AS TIMESTAMPTZ)), CAST(CAST(? AS TIMESTAMPTZ) AS VARCHAR)",
                    [str(local), str(local)],
                ).fetchall()
                assert (instant.timestamp(), right[1][:16]) == (right[0], str(local)[:16])
                assert shown_in(zone, instant) == local
    assert sure >= len(locals_) / 2


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Asia/Tokyo", "2026-03-08 02:30", "2026-03-07 17:30"),
        ("UTC", "2026-03-08 02:30:01", "2026-03-08 02:30:01"),
        ("America/New_York", "2026-03-08 01:30", "2026-03-08 06:30"),
        ("America/New_York", "2026-03-08 02:30", None),  # never
        ("America/New_York", "2025-11-02 01:30", None),  # twice
        ("America/New_York", "2025-11-02 02:00", "2025-11-02 07:00"),
        ("Pacific/Apia", "2011-12-30 12:00", None),  # a day that was left out
        ("Pacific/Apia", "2011-12-31 00:00", "2011-12-30 10:00"),
        ("Asia/Tokyo", "1969-12-31 23:59", None),
        ("Asia/Tokyo", "9999-01-01", None),
    ],
)
def test_instants(zone: str, local: str, utc: str | None) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=timezone.utc) if utc else None
    assert instant_of(datetime.fromisoformat(local), zone) == expected


@pytest.mark.parametrize(
    ("zone", "instant", "local"),
    [
        ("Asia/Tokyo", "2026-03-07T17:30:00+00:00", "2026-03-08 02:30"),
        ("Asia/Tokyo", "2026-03-07T18:30:00+01:00", "2026-03-08 02:30"),
        ("America/New_York", "2025-11-02T05:30:00+00:00", "2025-11-02 01:30"),
        ("America/New_York", "2025-11-02T06:30:00+00:00", "2025-11-02 01:30"),
        ("UTC", "2026-03-07T17:30:00.000001+00:00", "2026-03-07 17:30:00.000001"),
        ("Asia/Tokyo", "1969-12-31T23:59:00+00:00", None),
        ("Asia/Tokyo", "9999-01-01T00:00:00+00:00", None),
    ],
)
def test_shown(zone: str, instant: str, local: str | None) -> None:
    expected = datetime.fromisoformat(local) if local else None
    assert shown_in(zone, datetime.fromisoformat(instant)) == expected
