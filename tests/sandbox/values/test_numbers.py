"""How NUMBER values are normalised, rounded and refused."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.writing import added, make_domain, messages, row_values, rows


def number_app(domain: Domain, **precision: str) -> App:
    return create_app(
        domain,
        "numbers",
        {
            "n": {"type": "NUMBER"},
            "limited": {"type": "NUMBER", "minValue": "-10", "maxValue": "100"},
            "t": {"type": "SUBTABLE", "fields": {"inner": {"type": "NUMBER"}}},
        },
        number_precision=precision,
    )


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("1.5e1", "15"),
        (" 42 ", "42"),
        ("3", "3"),
        (3, "3"),
        (2.5, "2.5"),
        (1e21 - 1e21, "0"),
        ("1e3", "1000"),
        ("00012.50", "12.5"),
        ("+7", "7"),
        ("-0", "0"),
        ("-0.00005", "0"),
        ("999999999999", "999999999999"),
        ("12.34567", "12.3457"),
        ("0.00005", "0"),
        ("0.00015", "0.0002"),
        ("12.345678901234567", "12.3457"),
        ("999999999999.12345", "999999999999.1234"),
        ("", ""),
        ("  ", ""),
        (None, ""),
    ],
)
def test_a_number_is_stored_as_plain_decimal_text(sent: Any, stored: str) -> None:
    domain = make_domain()
    assert added(domain, number_app(domain), {"n": sent}).values["n"] == stored


@pytest.mark.parametrize("sent", ["abc", "12abc", "1,000", ".5", "５", "0x10", True, "NaN", "1."])
def test_text_that_is_no_number_is_refused_at_top_level(sent: Any) -> None:
    domain = make_domain()
    assert messages(domain, number_app(domain), {"n": sent}) == {
        "records[0][n].value": ["Only numbers are allowed."]
    }


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("abc", ""), ("1,000", ""), (".5", "0.5"), ("５", "5"), ("1.5e1", "15"), (None, "")],
)
def test_in_a_table_what_is_no_number_is_stored_empty(sent: Any, stored: str) -> None:
    domain = make_domain()
    record = added(domain, number_app(domain), {"t": rows({"inner": sent})})
    assert row_values(record.values["t"]) == [{"inner": stored}]


@pytest.mark.parametrize(
    ("mode", "sent", "stored"),
    [
        ("HALF_EVEN", "0.125", "0.12"),
        ("HALF_EVEN", "0.135", "0.14"),
        ("UP", "0.121", "0.13"),
        ("UP", "-0.121", "-0.13"),
        ("DOWN", "0.129", "0.12"),
        ("DOWN", "-0.129", "-0.12"),
    ],
)
def test_extra_decimals_are_rounded_by_the_rounding_mode(mode: str, sent: str, stored: str) -> None:
    domain = make_domain()
    app = number_app(domain, decimalPlaces="2", roundingMode=mode)
    assert added(domain, app, {"n": sent}).values["n"] == stored


@pytest.mark.parametrize(
    ("digits", "places", "fits", "too_long"),
    [
        ("16", "4", "9" * 12, "9" * 13),
        ("16", "4", "-" + "9" * 12, "-" + "9" * 13),
        ("30", "10", "9" * 20, "9" * 21),
        ("30", "0", "9" * 30, "9" * 31),
        ("5", "2", "999.994", "999.995"),  # counted after rounding
        ("5", "2", "1e2", "1e3"),
        ("16", "4", "0", "1e9999"),
    ],
)
def test_the_integer_part_has_at_most_digits_less_decimal_places(
    digits: str, places: str, fits: str, too_long: str
) -> None:
    domain = make_domain()
    app = number_app(domain, digits=digits, decimalPlaces=places)
    assert added(domain, app, {"n": fits}).id == 1
    expected = ["The number of digits exceeds the limit."]
    assert messages(domain, app, {"n": too_long}) == {"records[0].n.value": expected}


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ("100.00001", "The value must be 100 or less."),
        ("101", "The value must be 100 or less."),
        ("-10.1", "The value must be -10 or more."),
    ],
)
def test_the_range_is_checked_before_rounding(sent: str, message: str) -> None:
    domain = make_domain()
    app = number_app(domain)
    assert messages(domain, app, {"limited": sent}) == {"records[0].limited.value": [message]}


@pytest.mark.parametrize("sent", ["100", "-10", "", "100.0000"])
def test_the_ends_of_the_range_and_nothing_are_inside(sent: str) -> None:
    domain = make_domain()
    assert added(domain, number_app(domain), {"limited": sent}).id == 1
