"""Expressions of CALC fields: what they mean, what has no value, what is no expression."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.values.formula import FormulaSyntaxError, parse
from tests.sandbox.writing import added, make_domain, rows

PROPERTIES: dict[str, dict[str, Any]] = {
    "a": {"type": "NUMBER"},
    "b": {"type": "NUMBER"},
    "単価": {"type": "NUMBER"},
    "nothing": {"type": "NUMBER"},
    "date": {"type": "DATE"},
    "users": {"type": "USER_SELECT"},
    "text": {"type": "SINGLE_LINE_TEXT"},
    "drop": {"type": "DROP_DOWN", "options": ["x"]},
    "check": {"type": "CHECK_BOX", "options": ["x", "y"]},
    "table": {"type": "SUBTABLE", "fields": {"qty": {"type": "NUMBER"}}},
}
VALUES = {
    "a": "7",
    "b": "2",
    "単価": "1.5",
    "text": "ab",
    "check": ["x"],
    "table": rows({"qty": "1"}, {"qty": "2.5"}, {"qty": ""}),
}


def computed(expression: str, output: str = "CALC") -> str:
    domain = make_domain()
    result = {"type": output, "expression": expression}
    app = create_app(domain, "calc", {**PROPERTIES, "result": result})
    value: str = added(domain, app, VALUES).values["result"]
    return value


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 / 3", "0.3333"),
        ("10 / 3", "3.3333"),
        ("1 / 7", "0.1429"),
        ("2 / 6", "0.3333"),
        ("1 / 3 * 3", "0.9999"),  # the quotient itself is rounded
        ("a / 0", ""),
        ("a / nothing", ""),
        ("7 * 0.1", "0.7"),
        ("100 * 0.1", "10"),
        ("4 ^ 1.5", "4"),
        ("4 ^ -2", "0.0625"),
        ("nothing + 1", "1"),
        ("a + b * 2", "11"),
        ("(a + b) * 2", "18"),
        ("a - b - 1", "4"),
        ("-a + b", "-5"),
        ("+a", "7"),
        ("単価*b", "3"),
        ("SUM(qty)", "3.5"),
        ("SUM(qty, a)", "10.5"),
        ("sum(qty)", "3.5"),
        ("a > b", "1"),
        ("a < b", "0"),
        ("a = 7.0", "1"),
        ("a != 7", "0"),
        ("a <> b", "1"),
        ("b <= 2", "1"),
        ("b >= 3", "0"),
        ('IF(text = "ab", 1, 2)', "1"),
        ("IF(a > b, IF(b > a, 1, 2), 3)", "2"),
        ("IF(a > b, 1, 1 / 0)", "1"),
        ("AND(a, b)", "1"),
        ("AND(a, nothing)", "0"),
        ("OR(nothing, b)", "1"),
        ("OR(nothing, nothing)", "0"),
        ("NOT(a)", "0"),
        ('CONTAINS(check, "x")', "1"),
        ('CONTAINS(check, "y")', "0"),
        ('CONTAINS(text, "b")', "1"),
        ("ROUND(2.5)", "3"),
        ("ROUND(2.345, 2)", "2.35"),
        ("ROUND(1250, -2)", "1300"),
        ("ROUNDUP(2.1)", "3"),
        ("ROUNDDOWN(2.9)", "2"),
        ("999999999999 + 0", "999999999999"),
        ("999999999999 + 1", ""),  # one digit more than the app keeps
        ("10 ^ 101", ""),
        ("text + 1", ""),
        ("text", ""),
        ("no_such_field + 1", ""),
        ("qty + 1", ""),
        ("SUM(no_such_field)", ""),
        ("NOT(a, b)", ""),
        ("IF(a)", ""),
        ("IF()", ""),
        ("ROUND(a, 1, 2)", ""),
        ("ROUND(a, 31)", ""),
        ("check & text", ""),
        ("IF(a, check, b)", ""),
        ("users + 1", ""),
        ("date", ""),
    ],
)
def test_a_calc_field(expression: str, result: str) -> None:
    assert computed(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ('text & "-" & a', "ab-7"),
        ("a & b", "72"),
        ('"a\\"b"', 'a"b'),
        ("a + b & text", "9ab"),
        ('IF(a > b, "more", "less")', "more"),
        ("text & (1 / 0)", ""),
        ("check", ""),
        ("drop & text", "ab"),
    ],
)
def test_a_computed_text_field(expression: str, result: str) -> None:
    assert computed(expression, "SINGLE_LINE_TEXT") == result


def test_rounding_of_quotients_follows_the_app() -> None:
    domain = make_domain()
    app = create_app(
        domain,
        "calc",
        {"r": {"type": "CALC", "expression": "2 / 3"}},
        number_precision={"decimalPlaces": "2", "roundingMode": "DOWN"},
    )
    assert added(domain, app, {}).values["r"] == "0.66"


@pytest.mark.parametrize(
    "text", ["1 +", "(1", "1)", "a b", "NOSUCH(1)", "SUM(1)", "SUM(a + b)", "* 1", '"open', ""]
)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(FormulaSyntaxError):
        parse(text)
