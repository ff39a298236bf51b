"""The date functions, at 2026-11-25 00:30:15 UTC: a Wednesday in Tokyo, a Tuesday in New York."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain, User
from tests.sandbox.query.build import (
    NOW,
    SATO,
    SUZUKI,
    add_app,
    domain,
    field,
    matching,
    refusal,
)

FIRST = date(2024, 12, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(1200)]


@pytest.fixture(scope="module")
def calendar() -> tuple[App, Domain]:
    """An app with one record per day."""
    to = domain()
    return add_app(to, field("d", "DATE"), *({"d": day.isoformat()} for day in DAYS)), to


def _days(query: str, calendar: tuple[App, Domain], user: User | None = SATO) -> list[str]:
    return [DAYS[record_id - 1].isoformat() for record_id in matching(query, *calendar, user)]


def _span(first: str, last: str) -> list[str]:
    return [day.isoformat() for day in DAYS if first <= day.isoformat() <= last]


@pytest.mark.parametrize(
    ("function", "first", "last"),
    [
        ("TODAY()", "2026-11-25", "2026-11-25"),
        ("YESTERDAY()", "2026-11-24", "2026-11-24"),
        ("TOMORROW()", "2026-11-26", "2026-11-26"),
        ("FROM_TODAY(0, DAYS)", "2026-11-25", "2026-11-25"),
        ("FROM_TODAY(-25, DAYS)", "2026-10-31", "2026-10-31"),
        ("FROM_TODAY(2, WEEKS)", "2026-12-09", "2026-12-09"),
        ("FROM_TODAY(3, MONTHS)", "2027-02-25", "2027-02-25"),
        ("FROM_TODAY(-11, MONTHS)", "2025-12-25", "2025-12-25"),
        ("FROM_TODAY(1, YEARS)", "2027-11-25", "2027-11-25"),
        ("THIS_WEEK()", "2026-11-22", "2026-11-28"),
        ("LAST_WEEK()", "2026-11-15", "2026-11-21"),
        ("NEXT_WEEK()", "2026-11-29", "2026-12-05"),
        ("THIS_WEEK(SUNDAY)", "2026-11-22", "2026-11-22"),
        ("THIS_WEEK(SATURDAY)", "2026-11-28", "2026-11-28"),
        ("LAST_WEEK(MONDAY)", "2026-11-16", "2026-11-16"),
        ("NEXT_WEEK(WEDNESDAY)", "2026-12-02", "2026-12-02"),
        ("THIS_MONTH()", "2026-11-01", "2026-11-30"),
        ("LAST_MONTH()", "2026-10-01", "2026-10-31"),
        ("NEXT_MONTH()", "2026-12-01", "2026-12-31"),
        ("THIS_MONTH(1)", "2026-11-01", "2026-11-01"),
        ("THIS_MONTH(31)", "2026-12-01", "2026-12-01"),
        ("LAST_MONTH(31)", "2026-10-31", "2026-10-31"),
        ("THIS_MONTH(LAST)", "2026-11-30", "2026-11-30"),
        ("NEXT_MONTH(LAST)", "2026-12-31", "2026-12-31"),
        ("THIS_YEAR()", "2026-01-01", "2026-12-31"),
        ("LAST_YEAR()", "2025-01-01", "2025-12-31"),
        ("NEXT_YEAR()", "2027-01-01", "2027-12-31"),
    ],
)
def test_days(function: str, first: str, last: str, calendar: tuple[App, Domain]) -> None:
    inside = _span(first, last)
    assert _days(f"d = {function}", calendar) == inside
    assert _days(f"d != {function}", calendar) == [
        day.isoformat() for day in DAYS if day.isoformat() not in inside
    ]
    assert _days(f"d < {function}", calendar)[-1] < first
    assert _days(f"d >= {function}", calendar)[0] == first
    assert _days(f"d <= {function}", calendar)[-1] == last
    assert _days(f"d > {function}", calendar)[0] > last


@pytest.mark.parametrize(
    ("today", "function", "expected"),
    [
        (date(2024, 2, 29), "FROM_TODAY(1, YEARS)", "2025-02-28"),
        (date(2026, 1, 31), "FROM_TODAY(1, MONTHS)", "2026-02-28"),
        (date(2026, 3, 31), "FROM_TODAY(-1, MONTHS)", "2026-02-28"),
        (date(2026, 1, 31), "LAST_MONTH(1)", "2025-12-01"),
        (date(2026, 2, 1), "THIS_MONTH(29)", "2026-03-01"),
        (date(2026, 2, 1), "THIS_MONTH(31)", "2026-03-01"),
        (date(2024, 2, 1), "THIS_MONTH(29)", "2024-02-29"),
        (date(2026, 11, 22), "THIS_WEEK(SUNDAY)", "2026-11-22"),
        (date(2026, 11, 28), "THIS_WEEK(SUNDAY)", "2026-11-22"),
        (date(2026, 11, 22), "LAST_WEEK(SATURDAY)", "2026-11-21"),
    ],
)
def test_ends_of_months_and_weeks(today: date, function: str, expected: str) -> None:
    to = domain()
    to.clock = lambda: datetime(today.year, today.month, today.day, 3, tzinfo=timezone.utc)
    around = [today + timedelta(days=n) for n in range(-70, 400)]
    app = add_app(to, field("d", "DATE"), *({"d": day.isoformat()} for day in around))
    found = matching(f"d = {function}", app, to)
    assert [around[record_id - 1].isoformat() for record_id in found] == [expected]


def test_days_are_those_of_the_caller(calendar: tuple[App, Domain]) -> None:
    assert _days("d = TODAY()", calendar, SATO) == ["2026-11-25"]
    assert _days("d = TODAY()", calendar, SUZUKI) == ["2026-11-24"]


@pytest.mark.parametrize(("zone", "today"), [("UTC", "2026-11-24"), ("Asia/Tokyo", "2026-11-25")])
def test_days_of_a_token(zone: str, today: str) -> None:
    to = domain(token_zone=zone)
    to.clock = lambda: NOW - timedelta(hours=1)  # 23:30 of the 24th in UTC
    app = add_app(to, field("d", "DATE"), *({"d": day.isoformat()} for day in DAYS))
    assert _days("d = TODAY()", (app, to), None) == [today]


MOMENTS = [
    "2026-11-23T14:59:00Z",  # 1: the last minute of the 23rd in Tokyo
    "2026-11-23T15:00:00Z",  # 2: the first of the 24th in Tokyo
    "2026-11-24T04:59:00Z",  # 3: the last of the 23rd in New York
    "2026-11-24T05:00:00Z",  # 4: the first of the 24th in New York
    "2026-11-24T14:59:00Z",  # 5: the last of the 24th in Tokyo
    "2026-11-24T15:00:00Z",  # 6: the first of the 25th in Tokyo
    "2026-11-25T00:30:00Z",  # 7: now
    "2026-11-25T04:59:00Z",  # 8: the last of the 24th in New York
    "2026-11-25T14:59:00Z",  # 9: the last of the 25th in Tokyo
    "2026-11-25T15:00:00Z",  # 10
]


@pytest.mark.parametrize("field_type", ["DATETIME", "CREATED_TIME", "UPDATED_TIME"])
@pytest.mark.parametrize(
    ("condition", "tokyo", "new_york"),
    [
        ("= TODAY()", [6, 7, 8, 9], [4, 5, 6, 7, 8]),
        ("= YESTERDAY()", [2, 3, 4, 5], [1, 2, 3]),
        ("!= TODAY()", [1, 2, 3, 4, 5, 10], [1, 2, 3, 9, 10]),
        ("< TODAY()", [1, 2, 3, 4, 5], [1, 2, 3]),
        ("<= TODAY()", [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8]),
        (">= TODAY()", [6, 7, 8, 9, 10], [4, 5, 6, 7, 8, 9, 10]),
        ("> TODAY()", [10], [9, 10]),
        ("= NOW()", [7], [7]),
        ("> NOW()", [8, 9, 10], [8, 9, 10]),
        ("< NOW()", [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
        ("= THIS_YEAR()", list(range(1, 11)), list(range(1, 11))),
    ],
)
def test_moments(field_type: str, condition: str, tokyo: list[int], new_york: list[int]) -> None:
    to = domain()
    app = add_app(to, field("m", field_type), *({"m": moment} for moment in MOMENTS))
    assert matching(f"m {condition}", app, to, SATO) == tokyo
    assert matching(f"m {condition}", app, to, SUZUKI) == new_york


def test_seconds_of_now_may_count() -> None:
    to = domain(datetime_seconds="compare")
    app = add_app(to, field("m", "DATETIME"), *({"m": moment} for moment in MOMENTS))
    assert matching("m = NOW()", app, to) == []
    assert matching("m < NOW()", app, to) == [1, 2, 3, 4, 5, 6, 7]


def test_a_day_with_a_change_of_clocks_has_its_own_length() -> None:
    to = domain()
    to.clock = lambda: datetime(2026, 3, 8, 17, tzinfo=timezone.utc)  # clocks go forward
    moments = [
        "2026-03-08T04:59:00Z",
        "2026-03-08T05:00:00Z",
        "2026-03-09T03:59:00Z",
        "2026-03-09T04:00:00Z",
    ]
    app = add_app(to, field("m", "DATETIME"), *({"m": moment} for moment in moments))
    assert matching("m = TODAY()", app, to, SUZUKI) == [2, 3]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NOW()", "GAIA_IL08"),  # not of a date
        ("LOGINUSER()", "GAIA_IL08"),
        ("TODAY(1)", "GAIA_IL08"),
        ("THIS_YEAR(1)", "GAIA_IL08"),
        ("FROM_TODAY()", "GAIA_IL08"),
        ("FROM_TODAY(1)", "GAIA_IL08"),
        ("FROM_TODAY(1, DAYS, DAYS)", "GAIA_IL08"),
        ("FROM_TODAY(1.5, DAYS)", "GAIA_IL08"),
        ("FROM_TODAY(X, DAYS)", "GAIA_IL08"),
        ("FROM_TODAY(999999999, DAYS)", "GAIA_IL08"),
        ("FROM_TODAY(-999999, YEARS)", "GAIA_IL08"),
        ("FROM_TODAY(1, HOURS)", "GAIA_IQ25"),
        ("FROM_TODAY(1, days)", "GAIA_IQ25"),
        ("THIS_WEEK(1)", "GAIA_IL08"),
        ("THIS_WEEK(SUNDAY, MONDAY)", "GAIA_IL08"),
        ("THIS_MONTH(0)", "GAIA_IQ23"),
        ("THIS_MONTH(32)", "GAIA_IQ23"),
        ("THIS_MONTH(-1)", "GAIA_IQ23"),
        ("LAST_MONTH(FIRST)", "GAIA_IQ23"),
        ("NEXT_MONTH(1, 2)", "GAIA_IL08"),
    ],
)
def test_arguments(value: str, code: str) -> None:
    to = domain()
    assert refusal(f"d = {value}", add_app(to, field("d", "DATE")), to) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NOW(1)", "GAIA_IL08"),
        ("FROM_TODAY(1, HOURS)", "GAIA_IQ25"),
        ("FROM_TODAY(7973, YEARS)", ""),
        ("FROM_TODAY(7974, YEARS)", "GAIA_IL08"),
    ],
)
def test_arguments_on_moments(value: str, code: str) -> None:
    to = domain()
    assert refusal(f"m > {value}", add_app(to, field("m", "DATETIME")), to) == code


def test_functions_on_times() -> None:
    to = domain()
    assert refusal("h = NOW()", add_app(to, field("h", "TIME")), to) == "GAIA_IL08"
