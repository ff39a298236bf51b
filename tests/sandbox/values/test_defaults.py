"""The values that new records get for fields that are not sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from tests.sandbox.writing import NOW, added, changed, make_domain, messages, row_values, rows

USER = {"type": "USER", "code": "sato"}
LOGIN_USER = {"type": "FUNCTION", "code": "LOGINUSER()"}
PRIMARY = {"type": "FUNCTION", "code": "PRIMARY_ORGANIZATION()"}
SATO = {"code": "sato", "name": "佐藤"}
ADMIN = {"code": "admin", "name": "Admin"}
SALES = {"code": "sales", "name": "営業"}


@pytest.mark.parametrize(
    ("prop", "author", "stored"),
    [
        ({"type": "SINGLE_LINE_TEXT", "defaultValue": "x"}, "admin", "x"),
        ({"type": "NUMBER", "defaultValue": "1.50"}, "admin", "1.5"),
        ({"type": "DROP_DOWN", "options": ["a", "b"], "defaultValue": "b"}, "admin", "b"),
        ({"type": "RADIO_BUTTON", "options": ["a", "b"]}, "admin", "a"),
        ({"type": "RADIO_BUTTON", "options": ["a", "b"], "defaultValue": "b"}, "admin", "b"),
        ({"type": "RADIO_BUTTON", "options": ["b", "a"], "defaultValue": ""}, "admin", "b"),
        ({"type": "CHECK_BOX", "options": ["a", "b"], "defaultValue": ["b"]}, "admin", ["b"]),
        ({"type": "DATE", "defaultValue": "2020-01-31"}, "admin", "2020-01-31"),
        ({"type": "DATE", "defaultNowValue": True}, "admin", "2026-11-25"),
        ({"type": "DATE", "defaultNowValue": True}, "sato", "2026-11-24"),
        ({"type": "TIME", "defaultNowValue": True}, "admin", "09:30"),
        ({"type": "TIME", "defaultNowValue": True}, "sato", "19:30"),
        ({"type": "DATETIME", "defaultNowValue": True}, "sato", "2026-11-25T00:30:00Z"),
        ({"type": "USER_SELECT", "defaultValue": [USER, LOGIN_USER]}, "admin", [SATO, ADMIN]),
        ({"type": "ORGANIZATION_SELECT", "defaultValue": [PRIMARY]}, "sato", [SALES]),
        ({"type": "ORGANIZATION_SELECT", "defaultValue": [PRIMARY]}, "admin", []),
    ],
)
def test_a_field_that_is_not_sent_gets_its_default(
    prop: dict[str, Any], author: str, stored: object
) -> None:
    domain = make_domain()
    app = create_app(domain, "defaults", {"f": prop})
    assert added(domain, app, {}, author).values["f"] == stored


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2026-11-24"), ("Asia/Tokyo", "2026-11-25")])
def test_the_time_zone_of_tokens_is_a_switch(zone: str, day: str) -> None:
    domain = make_domain(token_zone=zone)
    domain.clock = lambda: NOW - timedelta(hours=1)
    app = create_app(domain, "defaults", {"f": {"type": "DATE", "defaultNowValue": True}})
    assert added(domain, app, {}, "Administrator").values["f"] == day


def test_an_explicit_empty_value_stays_empty() -> None:
    domain = make_domain()
    text = {"type": "SINGLE_LINE_TEXT", "defaultValue": "x"}
    check = {"type": "CHECK_BOX", "options": ["a"], "defaultValue": ["a"]}
    app = create_app(domain, "defaults", {"text": text, "check": check})
    values = added(domain, app, {"text": "", "check": []}).values
    assert (values["text"], values["check"]) == ("", [])


def test_a_change_gives_no_defaults() -> None:
    domain = make_domain()
    app = create_app(
        domain,
        "defaults",
        {"f": {"type": "SINGLE_LINE_TEXT", "defaultValue": "x"}, "g": {"type": "NUMBER"}},
    )
    record = added(domain, app, {"f": ""})
    assert changed(domain, app, record.id, {"g": "1"}).values["f"] == ""


def test_new_rows_get_the_defaults_of_the_cells_they_lack() -> None:
    domain = make_domain()
    inner = {
        "name": {"type": "SINGLE_LINE_TEXT"},
        "kind": {"type": "RADIO_BUTTON", "options": ["A", "B"]},
        "note": {"type": "SINGLE_LINE_TEXT", "defaultValue": "default_note"},
    }
    app = create_app(domain, "defaults", {"items": {"type": "SUBTABLE", "fields": inner}})
    record = added(domain, app, {"items": rows({"name": "apple"})})
    assert row_values(record.values["items"]) == [
        {"name": "apple", "kind": "A", "note": "default_note"}
    ]


def test_a_default_that_does_not_fit_any_more_is_refused() -> None:
    domain = make_domain()
    prop = {"type": "NUMBER", "defaultValue": "5", "maxValue": "4"}
    app = create_app(domain, "defaults", {"f": prop})
    assert messages(domain, app, {}) == {"records[0].f.value": ["The value must be 4 or less."]}
