"""Conditions on the fields of related records."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, Domain, Record, Token
from sqlalchemy_kintone.sandbox.query import compile_query
from tests.sandbox.query.build import SUZUKI, add_app, domain, field, matching, refusal, table


def _related(filter_condition: str = "", **switches: Any) -> tuple[App, Domain]:
    """Customers, whose orders are related to them by a key."""
    to = domain(**switches)
    orders = add_app(
        to,
        field("customer", "SINGLE_LINE_TEXT")
        | field("item", "SINGLE_LINE_TEXT")
        | field("qty", "NUMBER")
        | field("lines", "SUBTABLE", fields=field("line", "NUMBER"))
        | _reference("back", 2, "customer", "key"),
        {"customer": "a", "item": "pen", "qty": "1", **table("lines", {"line": "1"})},
        {"customer": "a", "item": "ink", "qty": "5"},
        {"customer": "b", "item": "pen", "qty": "9"},
        {"customer": "", "item": "lost", "qty": "3"},
    )
    customers = add_app(
        to,
        field("key", "SINGLE_LINE_TEXT")
        | field("number", "NUMBER")
        | _reference("orders", orders.id, "key", "customer", filter_condition),
        {"key": "a", "number": "3"},
        {"key": "b", "number": "1"},
        {"key": "c", "number": ""},
        {"key": "", "number": "9"},
    )
    return customers, to


def _reference(code: str, app: int, own: str, other: str, condition: str = "") -> Any:
    return field(
        code,
        "REFERENCE_TABLE",
        referenceTable={
            "relatedApp": {"app": str(app), "code": ""},
            "condition": {"field": own, "relatedField": other},
            "filterCond": condition,
        },
    )


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('orders.item in ("pen")', [1, 2]),
        ('orders.item in ("ink")', [1]),
        ('orders.item in ("lost")', []),
        ('orders.item like "pen"', [1, 2]),
        ("orders.qty > 4", [1, 2]),
        ("orders.$id in (3)", [2]),
        ('orders.qty < 3 and key = "a"', [1]),
        ('orders.item in ("ink") or number = 1', [1, 2]),
        ('orders.item in ("")', []),
    ],
)
def test_some_related_record(query: str, ids: list[int]) -> None:
    assert matching(query, *_related()) == ids


@pytest.mark.parametrize(
    ("query", "switch", "expected"),
    [
        (
            'orders.item in ("pen") and orders.qty >= 5',
            "related_conditions",
            {"same": [2], "each": [1, 2]},
        ),
        (
            '(orders.item in ("pen")) and orders.qty >= 5',
            "related_conditions",
            {"same": [1, 2], "each": [1, 2]},
        ),
        ('orders.item not in ("ink")', "related_negatives", {"all": [2], "some": [1, 2]}),
        ('orders.item not like "pen"', "related_negatives", {"all": [], "some": [1]}),
    ],
)
def test_switches(query: str, switch: str, expected: dict[str, list[int]]) -> None:
    for table_conditions in ("joined", "anywhere"):
        found = {
            value: matching(query, *_related(table_conditions=table_conditions, **{switch: value}))
            for value in expected
        }
        assert found == expected


@pytest.mark.parametrize(
    ("condition", "ids"),
    [("qty > 4", [2]), ("", [1, 2]), ("line in (1)", [1]), ("item in (LOGINUSER())", None)],
)
def test_the_fields_own_filter(condition: str, ids: list[int] | None) -> None:
    app, to = _related(condition)
    if ids is None:
        assert refusal('orders.item in ("pen")', app, to) == "GAIA_IL08"
    else:
        assert matching('orders.item in ("pen")', app, to) == ids


def test_a_filter_of_related_records_has_none_itself() -> None:
    app, to = _related('back.key in ("a")')
    assert refusal('orders.item in ("pen")', app, to) == "GAIA_IR02"


def test_related_records_are_read_anew_when_they_change() -> None:
    app, to = _related()
    orders = to.apps[1]
    assert matching('orders.item in ("ink")', app, to) == [1]
    orders.records[5] = Record(5, 1, {"customer": "c", "item": "ink", "qty": "1"})
    orders.version += 1
    assert matching('orders.item in ("ink")', app, to) == [1, 3]


def test_relating_by_record_numbers() -> None:
    to = domain()
    add_app(to, field("number", "RECORD_NUMBER"), {"number": "X-1"}, {"number": "X-2"}, code="X")
    app = add_app(
        to,
        field("ref", "NUMBER") | _reference("rel", 1, "ref", "number"),
        {"ref": "2"},
        {"ref": "9"},
    )
    assert matching("rel.$id > 0", app, to) == [1]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('orders.item = "pen"', "GAIA_IQ03"),
        ('orders.none in ("pen")', "GAIA_IQ11"),
        ("orders.line in (1)", "GAIA_IR02"),
        ('key.item in ("pen")', "GAIA_IR02"),
        ('none.item in ("pen")', "GAIA_IQ11"),
        ('orders in ("pen")', "GAIA_IQ03"),
        ("order by orders.item", "GAIA_IS02"),
    ],
)
def test_refusals(query: str, code: str) -> None:
    assert refusal(query, *_related()) == code


def test_an_app_that_is_gone() -> None:
    app, to = _related()
    del to.apps[1]
    assert refusal('orders.item in ("pen")', app, to) == "GAIA_IQ11"


def test_the_other_app_has_to_be_viewable() -> None:
    app, to = _related()
    assert refusal('orders.item in ("pen")', app, to, SUZUKI) == "CB_NO02"
    own = Token("t2", app.id, frozenset({"view"}))
    other = Token("t1", 1, frozenset({"view"}))
    writing = Token("t3", 1, frozenset({"add"}))
    for tokens in ((own,), (own, writing)):
        with pytest.raises(KintoneError) as raised:
            compile_query('orders.item in ("pen")', app, to, Caller(None, tokens))
        assert raised.value.code == "GAIA_NO01"
    both = compile_query('orders.item in ("pen")', app, to, Caller(None, (own, other)))
    assert [record.id for record in both.ordered()] == [2, 1]
