"""Required, unique and length checks, on the whole merged record."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, Domain
from sqlalchemy_kintone.sandbox.records import add_records
from tests.sandbox.writing import added, cells, changed, make_domain, messages, rows

REQUIRED: dict[str, dict[str, Any]] = {
    "text": {"type": "SINGLE_LINE_TEXT"},
    "number": {"type": "NUMBER"},
    "date": {"type": "DATE"},
    "check": {"type": "CHECK_BOX", "options": ["a"]},
    "multi": {"type": "MULTI_SELECT", "options": ["a"]},
    "file": {"type": "FILE"},
    "user": {"type": "USER_SELECT"},
    "calc": {"type": "CALC", "expression": "number / 0"},
}


def test_a_missing_required_value_is_named_by_the_path_of_its_type() -> None:
    domain = make_domain()
    properties = {code: {**prop, "required": True} for code, prop in REQUIRED.items()}
    assert messages(domain, create_app(domain, "required", properties), {}) == {
        "records[0].text.value": ["Required."],
        "records[0].number.value": ["Required."],
        "records[0].date.value": ["Required."],
        "records[0].check.values": ["Required."],
        "records[0].multi.values": ["Required."],
        "records[0].file.values": ["Required."],
        "records[0].user.values.value": ["Required."],
    }


def test_a_refused_value_of_a_required_field_is_also_missing() -> None:
    domain = make_domain()
    properties: dict[str, dict[str, Any]] = {
        "number": {"type": "NUMBER", "required": True},
        "check": {"type": "CHECK_BOX", "options": ["a"], "required": True},
    }
    app = create_app(domain, "required", properties)
    assert messages(domain, app, {"number": "abc", "check": ["X"]}) == {
        "records[0].number.value": ["Required."],
        "records[0][number].value": ["Only numbers are allowed."],
        "records[0].check.values": ["Required."],
        "records[0].check.values[0].value": ['The value, "X", is not in options.'],
    }


def test_a_required_cell_is_named_with_its_row() -> None:
    domain = make_domain()
    inner = {"name": {"type": "SINGLE_LINE_TEXT", "required": True}, "qty": {"type": "NUMBER"}}
    app = create_app(domain, "required", {"items": {"type": "SUBTABLE", "fields": inner}})
    assert added(domain, app, {}).values["items"] == []
    sent = {"items": rows({"name": "a"}, {"qty": "1"})}
    path = "records[0].items.value[1].value.name.value"
    assert messages(domain, app, sent) == {path: ["Required."]}


def test_a_change_of_another_field_is_refused_where_an_old_value_is_missing() -> None:
    domain = make_domain()
    app = create_app(
        domain, "later", {"t": {"type": "SINGLE_LINE_TEXT"}, "later": {"type": "NUMBER"}}
    )
    record = added(domain, app, {"t": "old"})
    app.settings.properties["later"]["required"] = True
    with pytest.raises(KintoneError) as caught:
        changed(domain, app, record.id, {"t": "new"})
    assert caught.value.errors == {"records[0].later.value": ["Required."]}
    assert app.records[record.id].values["t"] == "old"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ("123456", "The value must be shorter than 6 characters."),
        ("12😀😀", "The value must be shorter than 6 characters."),  # counted as UTF-16
        ("1", "The value must be longer than 1 characters."),
        ("", "The value must be longer than 1 characters."),
        (None, "The value must be longer than 1 characters."),
    ],
)
def test_lengths(sent: str | None, message: str) -> None:
    domain = make_domain()
    prop = {"type": "SINGLE_LINE_TEXT", "minLength": "2", "maxLength": "5"}
    app = create_app(domain, "lengths", {"t": prop})
    assert added(domain, app, {"t": "12345"}).id == added(domain, app, {"t": "12"}).id - 1
    assert messages(domain, app, {"t": sent}) == {"records[0].t.value": [message]}


@pytest.fixture
def domain() -> Domain:
    return make_domain()


@pytest.fixture
def unique_app(domain: Domain) -> App:
    return create_app(
        domain,
        "unique",
        {
            "t": {"type": "SINGLE_LINE_TEXT", "unique": True},
            "n": {"type": "NUMBER", "unique": True},
            "d": {"type": "DATE", "unique": True},
        },
    )


@pytest.mark.parametrize(
    ("code", "first", "again"),
    [("t", "x", "x"), ("n", "1.0", "1"), ("d", "2026-01-01", "2026-01-01")],
)
def test_a_value_that_another_record_has_is_refused(
    domain: Domain, unique_app: App, code: str, first: str, again: str
) -> None:
    added(domain, unique_app, {code: first})
    expected = {f"records[0].{code}.value": ["This value already exists in another record."]}
    assert messages(domain, unique_app, {code: again}) == expected


def test_two_records_of_one_request_must_differ_too(domain: Domain, unique_app: App) -> None:
    payloads = [cells({"t": "x"}), cells({"t": "x"})]
    with pytest.raises(KintoneError) as caught:
        add_records(domain, unique_app, payloads, code="admin")
    assert list(caught.value.errors or ()) == ["records[1].t.value"]
    assert unique_app.records == {}


def test_empty_values_are_no_duplicates(domain: Domain, unique_app: App) -> None:
    assert [added(domain, unique_app, {}).id for _ in range(2)] == [1, 2]


def test_a_records_own_value_may_be_written_again(domain: Domain, unique_app: App) -> None:
    record = added(domain, unique_app, {"t": "x"})
    assert changed(domain, unique_app, record.id, {"t": "x"}).revision == 2


def test_a_value_is_free_once_its_record_gave_it_up(domain: Domain, unique_app: App) -> None:
    record = added(domain, unique_app, {"t": "x"})
    changed(domain, unique_app, record.id, {"t": "y"})
    assert added(domain, unique_app, {"t": "x"}).id == 2
    assert messages(domain, unique_app, {"t": "y"})
