"""CALC fields in records: formats, references between them, tables."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from tests.sandbox.writing import added, changed, make_domain, row_values, rows


@pytest.mark.parametrize(
    ("form", "expression", "result"),
    [
        ("NUMBER", "t", "34200"),
        ("NUMBER_DIGIT", "n * 1000", "178260000"),
        ("HOUR_MINUTE", "n", "49:31"),
        ("HOUR_MINUTE", "0 - n", "-49:31"),
        ("HOUR_MINUTE", "0 - 30", "0:00"),
        ("DAY_HOUR_MINUTE", "n", "49:31"),
        ("TIME", "t + 60", "09:31"),
        ("TIME", "t + 86400", "09:30"),
        ("DATE", "d + 86400", "2026-03-01"),
        ("DATETIME", "dt + 3600", "2026-11-23T01:30:00Z"),
        ("HOUR_MINUTE", "dt - d", "6432:30"),
        ("DATETIME", "empty_date + 1", ""),
        ("DATE", "0 - 30641760000", "0999-01-01"),
        ("DATETIME", "9 * 10 ^ 11", ""),
        ("DATETIME", "-9 * 10 ^ 11", ""),
    ],
)
def test_formats(form: str, expression: str, result: str) -> None:
    domain = make_domain()
    app = create_app(
        domain,
        "formats",
        {
            "n": {"type": "NUMBER"},
            "t": {"type": "TIME"},
            "d": {"type": "DATE"},
            "dt": {"type": "DATETIME"},
            "empty_date": {"type": "DATE"},
            "r": {"type": "CALC", "expression": expression, "format": form},
        },
    )
    sent = {"n": "178260", "t": "09:30", "d": "2026-02-28", "dt": "2026-11-23T00:30:00Z"}
    assert added(domain, app, sent).values["r"] == result


def calc(expression: str) -> dict[str, Any]:
    return {"type": "CALC", "expression": expression}


def test_calcs_may_use_calcs_in_any_order_of_the_form() -> None:
    domain = make_domain()
    properties = {"c": calc("b + 1"), "b": calc("a / 3"), "a": {"type": "NUMBER"}}
    record = added(domain, create_app(domain, "chain", properties), {"a": "1"})
    assert (record.values["b"], record.values["c"]) == ("0.3333", "1.3333")


def test_circles_have_no_value() -> None:
    domain = make_domain()
    app = create_app(domain, "circle", {"a": calc("b + 1"), "b": calc("a + 1")})
    record = added(domain, app, {})
    assert (record.values["a"], record.values["b"]) == ("", "")


def test_written_values_are_ignored_and_changes_compute_again() -> None:
    domain = make_domain()
    app = create_app(domain, "again", {"a": {"type": "NUMBER"}, "b": calc("a * 2")})
    assert added(domain, app, {"a": "1", "b": "99"}).values["b"] == "2"
    assert changed(domain, app, 1, {"a": "5"}).values["b"] == "10"
    assert changed(domain, app, 1, {"b": "99"}).values["b"] == "10"


def test_rows_compute_with_their_own_cells_and_the_records_fields() -> None:
    domain = make_domain()
    fields = {"qty": {"type": "NUMBER"}, "price": {"type": "NUMBER"}, "sum": calc("qty * price")}
    inner = {**fields, "taxed": calc("sum * rate")}
    properties: dict[str, dict[str, Any]] = {
        "items": {"type": "SUBTABLE", "fields": inner},
        "rate": {"type": "NUMBER"},
        "total": calc("SUM(taxed)"),
    }
    app = create_app(domain, "tables", properties)
    sent = rows({"qty": "2", "price": "1.5"}, {"qty": "3"}, {"qty": "1", "price": "10"})
    record = added(domain, app, {"items": sent, "rate": "1.1"})
    shown = [(row["sum"], row["taxed"]) for row in row_values(record.values["items"])]
    assert shown == [("3", "3.3"), ("0", "0"), ("10", "11")]
    assert record.values["total"] == "14.3"


def test_rows_may_sum_the_whole_table() -> None:
    domain = make_domain()
    inner = {"qty": {"type": "NUMBER"}, "share": calc("qty / SUM(qty)")}
    app = create_app(domain, "shares", {"items": {"type": "SUBTABLE", "fields": inner}})
    record = added(domain, app, {"items": rows({"qty": "1"}, {"qty": "3"})})
    assert [row["share"] for row in row_values(record.values["items"])] == ["0.25", "0.75"]


def test_a_computed_text_ignores_what_is_sent_for_it() -> None:
    domain = make_domain()
    properties = {
        "first": {"type": "SINGLE_LINE_TEXT"},
        "full": {"type": "SINGLE_LINE_TEXT", "expression": 'first & "!"'},
    }
    app = create_app(domain, "text", properties)
    assert added(domain, app, {"first": "a", "full": "b"}).values["full"] == "a!"
