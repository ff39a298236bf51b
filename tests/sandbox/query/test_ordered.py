"""Numbers, record ids, dates and times."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.query.build import add_app, domain, field, matching, refusal

# Ids:        1    2    3      4        5                      6                      7     8
NUMBERS = ["0", "5", "-5", "5.5", "999999999999.9998", "999999999999.9999", "", None]
EMPTY = [7, 8]
ALL = [1, 2, 3, 4, 5, 6, 7, 8]


def _numbers(**switches: str) -> tuple[App, Domain]:
    to = domain(**switches)
    return add_app(to, field("n", "NUMBER"), *({"n": n} for n in NUMBERS)), to


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("n = 5", [2]),
        ('n = "5"', [2]),
        ('n = "05"', [2]),
        ('n = "+5"', [2]),
        ('n = "5e0"', [2]),
        ('n = "5.0"', [2]),
        ('n = ".5e1"', [2]),
        ('n = "5."', [2]),
        ('n = "-0"', [1]),
        ('n = "0"', [1]),
        ('n = ""', EMPTY),
        ('n != ""', [1, 2, 3, 4, 5, 6]),
        ('n != "0"', [2, 3, 4, 5, 6, 7, 8]),
        ('n = "999999999999.9998"', [5]),
        ('n > "999999999999.9998"', [6]),
        ('n < "0"', [3, 7, 8]),
        ('n <= "-5"', [3, 7, 8]),
        ('n <= "-1000000"', EMPTY),
        ('n > "-1000000"', [1, 2, 3, 4, 5, 6]),
        ('n >= "5"', [2, 4, 5, 6]),
        ('n < "1e999999999"', ALL),
        ('n in ("05", "")', [2, 7, 8]),
        ("n in (5, -5)", [2, 3]),
        ('n not in ("0")', [2, 3, 4, 5, 6, 7, 8]),
        ('n not in ("0", "")', [2, 3, 4, 5, 6]),
        *(
            (f'n {operator} "{bad}"', [])
            for operator in ("=", "!=", "<", ">", "<=", ">=")
            for bad in (
                "abc",
                "5 ",
                " 5",
                "1,234",
                "0x5",
                "1e",
                "＋5",
                "5．0",
                "1e99999999999999999999",
            )
        ),
        ('n in ("abc")', []),
        ('n in ("abc", "5")', [2]),
        ('n not in ("abc")', ALL),
        ('n not in ("abc", "5")', [1, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_numbers(query: str, ids: list[int]) -> None:
    app, to = _numbers()
    assert matching(query, app, to) == ids


def test_full_width_digits_in_a_number() -> None:
    assert matching('n = "５"', *_numbers(number_literal_full_width="digits")) == [2]
    assert matching('n = "５"', *_numbers(number_literal_full_width="refuse")) == []


def _numbered(**switches: str) -> tuple[App, Domain]:
    to = domain(**switches)
    records = [{"番号": f"APP-{i}"} for i in range(1, 5)]
    return add_app(to, field("番号", "RECORD_NUMBER"), *records, code="APP"), to


@pytest.mark.parametrize("code", ["$id", "番号"])
@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ('= "2"', [2]),
        ("= 2", [2]),
        ('= "+02"', [2]),
        ('= "２"', [2]),
        ('!= "2"', [1, 3, 4]),
        ("> 2", [3, 4]),
        (">= 2", [2, 3, 4]),
        ("< 2", [1]),
        ("<= 2", [1, 2]),
        ("in (4, 2, 9)", [2, 4]),
        ("not in (4, 2, 9)", [1, 3]),
        ('= ""', []),
        ('!= ""', [1, 2, 3, 4]),
        ('in ("")', []),
        ('in ("", 1)', [1]),
        ('not in ("")', [1, 2, 3, 4]),
        *(
            (f'{operator} "{bad}"', [])
            for operator in ("=", "!=", "<", ">")
            for bad in ("12e0", "2.0", " 2", "x")
        ),
        ('in ("x", "3")', [3]),
        ('not in ("x")', [1, 2, 3, 4]),
        ("> -1", [1, 2, 3, 4]),
        ("< -1", []),
    ],
)
def test_record_ids(code: str, condition: str, ids: list[int]) -> None:
    assert matching(f"{code} {condition}", *_numbered()) == ids


@pytest.mark.parametrize(
    ("query", "accepted", "refused"),
    [
        ('番号 = "APP-2"', [2], []),
        ('番号 != "APP-2"', [1, 3, 4], []),
        ('番号 in ("APP-2", "3")', [2, 3], [3]),
        ('番号 > "APP-2"', [3, 4], []),
        ('番号 = "OTHER-2"', [], []),
        ('番号 = "APP-"', [], []),
        ('$id = "APP-2"', [], []),
    ],
)
def test_record_numbers_with_an_app_code(
    query: str, accepted: list[int], refused: list[int]
) -> None:
    assert matching(query, *_numbered(record_number_app_code="accept")) == accepted
    assert matching(query, *_numbered(record_number_app_code="refuse")) == refused


def _moments(**switches: str) -> tuple[App, Domain]:
    to = domain(**switches)
    properties = field("d", "DATE") | field("h", "TIME") | field("m", "DATETIME")
    properties |= field("made", "CREATED_TIME")
    moments = [
        ("2026-01-01", "00:00", "2025-12-31T15:00:00Z"),  # midnight in Tokyo
        ("2026-01-02", "09:30", "2026-01-01T00:00:00Z"),
        ("2026-11-25", "23:59", "2026-01-01T10:30:00Z"),
        (None, None, ""),
    ]
    records = [{"d": d, "h": h, "m": m, "made": m or "2026-06-01T00:00:00Z"} for d, h, m in moments]
    return add_app(to, properties, *records), to


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('d = "2026-01-01"', [1]),
        ('d = "2026-1-1"', [1]),
        ('d = "2026-01"', [1]),
        ('d = "2026"', [1]),
        ('d > "2026-01-01"', [2, 3]),
        ('d >= "2026-01-02"', [2, 3]),
        ('h = "09:30"', [2]),
        ('h = "9:30"', [2]),
        ('h > "9:30"', [3]),
        ('h = "09:30:59"', [2]),
        ('m = "2026-01-01T10:30:00Z"', [3]),
        ('m = "2026-01-01T10:30Z"', [3]),
        ('m = "2026-01-01T19:30:00+09:00"', [3]),
        ('m = "2026-01-01T05:30:00-0500"', [3]),
        ('m > "2026-01-01T00:00:00Z"', [3]),
        ('m >= "2026-01-01T00:00:00Z"', [2, 3]),
        ('made <= "2026-01-01T00:00:00Z"', [1, 2]),
        ('made != "2026-01-01T00:00:00Z"', [1, 3, 4]),
    ],
)
def test_dates_and_times(query: str, ids: list[int]) -> None:
    assert matching(query, *_moments()) == ids


@pytest.mark.parametrize(
    ("query", "switch", "expected"),
    [
        ('m = "2026-01-01"', "bare_date_zone", {"user": [1], "utc": [2]}),
        ('m >= "2026-01-01"', "bare_date_zone", {"user": [1, 2, 3], "utc": [2, 3]}),
        (
            'm = "2026-01-01T10:30:15Z"',
            "datetime_seconds",
            {"truncate": [3], "compare": []},
        ),
        (
            'm >= "2026-01-01T10:30:15Z"',
            "datetime_seconds",
            {"truncate": [3], "compare": []},
        ),
        *(
            (
                f"{condition}",
                "empty_dates_in_ranges",
                {"lowest": [*low, 4], "never": low, "highest": low},
            )
            for condition, low in [
                ('d < "2026-01-02"', [1]),
                ('d <= "2026-01-01"', [1]),
                ('h < "09:30"', [1]),
                ('m < "2026-01-01T00:00:00Z"', [1]),
            ]
        ),
        *(
            (
                f"{condition}",
                "empty_dates_in_ranges",
                {"lowest": high, "never": high, "highest": [*high, 4]},
            )
            for condition, high in [
                ('d > "2026-01-02"', [3]),
                ('d >= "2026-01-02"', [2, 3]),
                ('h > "09:30"', [3]),
                ('m >= "2026-01-01T00:00:00Z"', [2, 3]),
            ]
        ),
        *(
            (f'{code} = ""', "empty_dates_in_equality", {"matches": [4], "never": []})
            for code in "dhm"
        ),
        *(
            (f'{code} != ""', "empty_dates_in_equality", {"matches": [1, 2, 3], "never": [1, 2, 3]})
            for code in "dhm"
        ),
        (
            'd != "2026-01-01"',
            "empty_dates_in_equality",
            {"matches": [2, 3, 4], "never": [2, 3]},
        ),
    ],
)
def test_switches_of_dates(query: str, switch: str, expected: dict[str, list[int]]) -> None:
    found = {value: matching(query, *_moments(**{switch: value})) for value in expected}
    assert found == expected


@pytest.mark.parametrize(
    "query",
    [
        'd = "yesterday"',
        'd = "2026-02-30"',
        'd = "2026-01-01T00:00:00Z"',
        'h > "24:00"',
        'h = "10:60"',
        'm = "2026-01-01T10:30"',
        'm = "2026-01-01T25:00:00Z"',
        'm = "x"',
    ],
)
def test_dates_that_are_none(query: str) -> None:
    app, to = _moments(invalid_date_literal="error")
    assert refusal(query, app, to) == "GAIA_IL08"
    assert matching(query, *_moments(invalid_date_literal="nothing")) == []


CALC = {
    "NUMBER": ("5", "05", "4", "6"),
    "NUMBER_DIGIT": ("1234.5", "1234.50", "1234", "1235"),
    "DATE": ("2026-01-02", "2026-1-2", "2026-01-01", "2026-01-03"),
    "TIME": ("09:30", "9:30", "09:29", "09:31"),
    "DATETIME": ("2026-01-02T00:00:00Z", "2026-01-02T09:00:00+09:00", "2026-01-01", "2026-01-03"),
    "HOUR_MINUTE": ("49:30", "049:30", "9:00", "100:00"),
    "DAY_HOUR_MINUTE": ("-1:30", "-01:30", "-2:00", "0:00"),
}


@pytest.mark.parametrize("calc_format", CALC)
def test_calculated_values(calc_format: str) -> None:
    value, same, lower, higher = CALC[calc_format]
    to = domain()
    app = add_app(to, field("c", "CALC", format=calc_format), {"c": value}, {"c": ""})
    assert matching(f'c = "{same}"', app, to) == [1]
    assert matching(f'c in ("{same}", "")', app, to) == [1, 2]
    assert matching(f'c > "{lower}"', app, to) == [1]
    assert matching(f'c < "{higher}"', app, to) == [1, 2]
    assert matching(f'c != "{same}"', app, to) == [2]
    assert matching('c = "?"', app, to) == []
    assert matching('c != "?"', app, to) == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [('c = "2026-01-02"', []), ('c != "2026-01-03"', []), ('c not in ("2026-01-02")', [1, 2])],
)
def test_calculated_dates_may_match_no_literal(query: str, ids: list[int]) -> None:
    to = domain(calc_formats="unmatched")
    app = add_app(to, field("c", "CALC", format="DATE"), {"c": "2026-01-02"}, {"c": ""})
    assert matching(query, app, to) == ids


@pytest.mark.parametrize(
    ("switches", "query", "ids"),
    [
        ({"empty_dates_in_ranges": "never"}, "c < 9", [1]),
        ({"empty_dates_in_ranges": "highest"}, "c > 9", [2]),
        ({"empty_dates_in_equality": "never"}, 'c = ""', []),
        ({"empty_dates_in_equality": "never"}, "c != 9", [1]),
    ],
)
def test_empty_calculated_values(switches: dict[str, str], query: str, ids: list[int]) -> None:
    to = domain(**switches)
    app = add_app(to, field("c", "CALC", format="NUMBER"), {"c": "5"}, {"c": ""})
    assert matching(query, app, to) == ids
