"""What each field type reads as when empty, accepts, normalises and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.writing import added, changed, make_domain, messages, refused

OPTIONS = ["c", "a", "b"]
PROPERTIES: dict[str, dict[str, Any]] = {
    "text": {"type": "SINGLE_LINE_TEXT"},
    "lines": {"type": "MULTI_LINE_TEXT"},
    "rich": {"type": "RICH_TEXT"},
    "link": {"type": "LINK"},
    "number": {"type": "NUMBER"},
    "date": {"type": "DATE"},
    "time": {"type": "TIME"},
    "datetime": {"type": "DATETIME"},
    "drop": {"type": "DROP_DOWN", "options": OPTIONS},
    "radio": {"type": "RADIO_BUTTON", "options": OPTIONS, "defaultValue": "a"},
    "check": {"type": "CHECK_BOX", "options": OPTIONS},
    "multi": {"type": "MULTI_SELECT", "options": OPTIONS},
    "users": {"type": "USER_SELECT"},
    "organizations": {"type": "ORGANIZATION_SELECT"},
    "groups": {"type": "GROUP_SELECT"},
    "files": {"type": "FILE"},
    "table": {"type": "SUBTABLE", "fields": {"cell": {"type": "SINGLE_LINE_TEXT"}}},
    "group": {"type": "GROUP"},
}
EMPTY: dict[str, Any] = {
    "text": "",
    "lines": "",
    "rich": "",
    "link": "",
    "number": "",
    "date": None,
    "time": None,
    "datetime": "",
    "drop": None,
    "check": [],
    "multi": [],
    "users": [],
    "organizations": [],
    "groups": [],
    "files": [],
    "table": [],
}
SATO = {"code": "sato", "name": "佐藤"}


@pytest.fixture
def domain() -> Domain:
    return make_domain()


@pytest.fixture
def app(domain: Domain) -> App:
    return create_app(domain, "types", PROPERTIES)


def test_fields_that_are_not_written_have_the_empty_value_of_their_type(
    domain: Domain, app: App
) -> None:
    values = added(domain, app, {}).values
    assert {code: values[code] for code in EMPTY} == EMPTY
    assert values["radio"] == "a"
    assert "group" not in values


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("code", list(EMPTY))
def test_nothing_is_written_as_null_or_empty_text(
    domain: Domain, app: App, code: str, nothing: object
) -> None:
    assert added(domain, app, {code: nothing}).values[code] == EMPTY[code]


@pytest.mark.parametrize(
    ("code", "sent", "stored"),
    [
        ("text", " a ", " a "),
        ("text", 5, "5"),
        ("text", True, "true"),
        ("lines", "a\nb", "a\nb"),
        ("rich", "<b>a</b>", "<b>a</b>"),
        ("date", "2024-02-29", "2024-02-29"),
        ("time", "09:30", "09:30"),
        ("time", "9:30", "09:30"),
        ("time", "09:30:59", "09:30"),
        ("datetime", "2026-11-23T09:30:59+09:00", "2026-11-23T00:30:00Z"),
        ("datetime", "2026-11-23T00:30:00Z", "2026-11-23T00:30:00Z"),
        ("datetime", "2026-11-23T00:30:15.123Z", "2026-11-23T00:30:00Z"),
        ("datetime", "2026-11-22T19:30:00-05:00", "2026-11-23T00:30:00Z"),
        ("drop", "b", "b"),
        ("radio", "b", "b"),
        ("check", ["a", "c", "a"], ["c", "a"]),
        ("users", [{"code": "sato"}, {"code": "sato"}], [SATO]),
        ("users", [{"code": "sato", "name": "sent names are ignored"}], [SATO]),
        ("organizations", [{"code": "sales"}], [{"code": "sales", "name": "営業"}]),
        ("groups", [{"code": "staff"}], [{"code": "staff", "name": "社員"}]),
        ("groups", [{"code": "everyone"}], [{"code": "everyone", "name": "Everyone"}]),
    ],
)
def test_values_are_normalised(
    domain: Domain, app: App, code: str, sent: object, stored: object
) -> None:
    assert added(domain, app, {code: sent}).values[code] == stored


@pytest.mark.parametrize(
    ("code", "sent", "path", "message"),
    [
        ("date", "2023-02-29", "date.value", "The date is not valid."),
        ("date", "20230201", "date.value", "The date is not valid."),
        ("time", "24:00", "time.value", "The time is not valid."),
        ("time", "noon", "time.value", "The time is not valid."),
        ("datetime", "2026-11-23 00:30", "datetime.value", "The date and time is not valid."),
        ("datetime", "2026-13-23T00:30:00Z", "datetime.value", "The date and time is not valid."),
        ("drop", "X", "drop.value", 'The value, "X", is not in options.'),
        ("radio", "X", "radio.value", 'The value, "X", is not in options.'),
        ("check", ["a", "X"], "check.values[1].value", 'The value, "X", is not in options.'),
        ("multi", ["X"], "multi.values[0].value", 'The value, "X", is not in options.'),
    ],
)
def test_values_that_do_not_fit_are_named_by_their_path(
    domain: Domain, app: App, code: str, sent: object, path: str, message: str
) -> None:
    assert messages(domain, app, {code: sent}) == {f"records[0].{path}": [message]}


@pytest.mark.parametrize(
    ("code", "sent", "error"),
    [
        ("users", [{"code": "nobody"}], "GAIA_IL26"),
        ("organizations", [{"code": "nowhere"}], "GAIA_IL28"),
        ("groups", [{"code": "none"}], "GAIA_IL27"),
        ("files", [{"fileKey": "no-such-key"}], "GAIA_BL01"),
        ("text", {"a": 1}, "CB_IJ01"),
        ("check", "a", "CB_IJ01"),
        ("files", ["key"], "CB_IJ01"),
        ("users", ["sato"], "CB_IJ01"),
        ("table", {"value": []}, "CB_IJ01"),
    ],
)
def test_unknown_members_files_and_wrong_json_refuse_the_request(
    domain: Domain, app: App, code: str, sent: object, error: str
) -> None:
    assert refused(domain, app, {code: sent}).code == error


def test_unknown_and_valueless_fields_are_ignored(domain: Domain, app: App) -> None:
    values = added(domain, app, {"no such field": "x", "group": "x", "text": "y"}).values
    assert values["text"] == "y"
    assert values.keys().isdisjoint({"no such field", "group"})


@pytest.mark.parametrize(("order", "stored"), [("defined", ["c", "b"]), ("written", ["b", "c"])])
def test_the_order_of_chosen_options_is_a_switch(order: str, stored: list[str]) -> None:
    domain = make_domain(check_box_order=order)
    app = create_app(domain, "types", PROPERTIES)
    record = added(domain, app, {"check": ["b", "c"], "multi": ["b", "c"]})
    assert (record.values["check"], record.values["multi"]) == (stored, stored)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_radio_button_cannot_be_emptied(domain: Domain, app: App, nothing: object) -> None:
    record = added(domain, app, {"radio": "b"})
    assert changed(domain, app, record.id, {"radio": nothing}).values["radio"] == "a"
    assert added(domain, app, {"radio": nothing}).values["radio"] == "a"


def test_emptying_a_radio_button_can_be_switched_to_a_refusal() -> None:
    domain = make_domain(radio_emptied="refuse")
    app = create_app(domain, "types", PROPERTIES)
    assert messages(domain, app, {"radio": ""}) == {"records[0].radio.value": ["Required."]}
