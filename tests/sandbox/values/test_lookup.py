"""Writing a lookup's key copies the mapped fields of the source record."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.writing import added, cells, changed, make_domain, refused, row_values, rows

SOURCE: dict[str, dict[str, Any]] = {
    "code": {"type": "SINGLE_LINE_TEXT", "unique": True},
    "number": {"type": "NUMBER", "unique": True},
    "name": {"type": "SINGLE_LINE_TEXT"},
    "price": {"type": "NUMBER"},
    "kind": {"type": "DROP_DOWN", "options": ["a", "b"]},
    "tags": {"type": "CHECK_BOX", "options": ["x", "y"]},
    "day": {"type": "DATE"},
}


@pytest.fixture
def domain() -> Domain:
    return make_domain()


@pytest.fixture
def products(domain: Domain) -> App:
    app = create_app(domain, "products", SOURCE)
    first = {"name": "apple", "price": "1.2345", "kind": "a", "tags": ["x", "y"]}
    added(domain, app, {"code": "P001", "number": "1", "day": "2026-01-02", **first})
    added(domain, app, {"code": "P002", "number": "2", "name": "kiwi", "price": "2"})
    return app


def lookup(source: App, key: str, field_type: str, **mappings: str) -> dict[str, Any]:
    """A lookup field's property; ``mappings`` are own code to source code."""
    return {
        "type": field_type,
        "lookup": {
            "relatedApp": {"app": str(source.id), "code": ""},
            "relatedKeyField": key,
            "fieldMappings": [
                {"field": own, "relatedField": related} for own, related in mappings.items()
            ],
        },
    }


@pytest.fixture
def orders(domain: Domain, products: App) -> App:
    return create_app(
        domain,
        "orders",
        {
            "product": lookup(products, "code", "SINGLE_LINE_TEXT", name="name", price="price"),
            "name": {"type": "SINGLE_LINE_TEXT"},
            "price": {"type": "NUMBER"},
            "note": {"type": "SINGLE_LINE_TEXT"},
            "double": {"type": "CALC", "expression": "price * 2"},
        },
    )


def copied(app: App, record_id: int) -> tuple[str, str, str]:
    values = app.records[record_id].values
    return values["product"], values["name"], values["price"]


def test_adding_copies_and_ignores_values_sent_for_copied_fields(
    domain: Domain, orders: App
) -> None:
    added(domain, orders, {"product": "P001", "name": "sent", "price": "99"})
    assert copied(orders, 1) == ("P001", "apple", "1.2345")
    assert orders.records[1].values["double"] == "2.469"


def test_without_a_key_copied_fields_are_empty(domain: Domain, orders: App) -> None:
    added(domain, orders, {"name": "sent"})
    assert copied(orders, 1) == ("", "", "")


@pytest.mark.parametrize(
    ("sent", "after"),
    [
        ({"product": "P002"}, ("P002", "kiwi", "2")),
        ({"product": ""}, ("", "", "")),
        ({"note": "x"}, ("P001", "apple", "1.2345")),
        ({"name": "sent"}, ("P001", "apple", "1.2345")),
    ],
)
def test_a_change_copies_again_only_where_it_writes_the_key(
    domain: Domain, orders: App, sent: dict[str, Any], after: tuple[str, str, str]
) -> None:
    added(domain, orders, {"product": "P001"})
    changed(domain, orders, 1, sent)
    assert copied(orders, 1) == after


def test_changes_of_the_source_arrive_when_the_key_is_written_again(
    domain: Domain, orders: App, products: App
) -> None:
    added(domain, orders, {"product": "P001"})
    changed(domain, products, 1, {"name": "red apple"})
    assert copied(orders, 1)[1] == "apple"
    changed(domain, orders, 1, {"product": "P001"})
    assert copied(orders, 1)[1] == "red apple"


def test_a_key_that_the_source_does_not_have_refuses_the_request(
    domain: Domain, orders: App
) -> None:
    error = refused(domain, orders, {"product": "P999"})
    assert (error.code, error.status, error.errors) == ("GAIA_LO04", 400, None)
    assert error.message == (
        "A value P999 in the field product does not exist in the datasource app for lookup, or you "
        "do not have permission to view the app or the field."
    )


def test_a_deleted_source_app_has_no_keys(domain: Domain, orders: App, products: App) -> None:
    del domain.apps[products.id]
    assert refused(domain, orders, {"product": "P001"}).code == "GAIA_LO04"


def test_a_number_key_is_found_by_its_number(domain: Domain, products: App) -> None:
    app = create_app(
        domain,
        "by number",
        {
            "key": lookup(products, "number", "NUMBER", name="name"),
            "name": {"type": "SINGLE_LINE_TEXT"},
        },
    )
    assert added(domain, app, {"key": "2.0"}).values["name"] == "kiwi"


def test_a_record_number_can_be_a_key(domain: Domain, products: App) -> None:
    key = lookup(products, "レコード番号", "SINGLE_LINE_TEXT", copy="name")
    properties = {"key": key, "copy": {"type": "SINGLE_LINE_TEXT"}}
    app = create_app(domain, "by record number", properties)
    assert added(domain, app, {"key": "2"}).values["copy"] == "kiwi"


def test_a_key_must_be_unique_in_its_source(domain: Domain, products: App) -> None:
    key = lookup(products, "name", "SINGLE_LINE_TEXT", copy="code")
    properties = {"key": key, "copy": {"type": "SINGLE_LINE_TEXT"}}
    app = create_app(domain, "by name", properties)
    error = refused(domain, app, {"key": "apple"})
    assert (error.code, error.status, error.errors) == ("GAIA_LO03", 400, None)


@pytest.mark.parametrize(
    ("source", "target", "value"),
    [
        ("price", {"type": "SINGLE_LINE_TEXT"}, "1.2345"),
        ("name", {"type": "NUMBER"}, ""),
        ("day", {"type": "DATE"}, "2026-01-02"),
        ("kind", {"type": "DROP_DOWN", "options": ["a"]}, "a"),
        ("kind", {"type": "DROP_DOWN", "options": ["b"]}, None),
        ("tags", {"type": "CHECK_BOX", "options": ["y"]}, ["y"]),
        ("kind", {"type": "MULTI_LINE_TEXT"}, "a"),
        ("no longer there", {"type": "SINGLE_LINE_TEXT"}, ""),
        ("tags", {"type": "SINGLE_LINE_TEXT"}, "x, y"),
        ("作成者", {"type": "SINGLE_LINE_TEXT"}, "Admin"),
        ("作成者", {"type": "USER_SELECT"}, [{"code": "admin", "name": "Admin"}]),
        ("レコード番号", {"type": "NUMBER"}, "1"),
    ],
)
def test_copied_values_take_the_type_of_their_field(
    domain: Domain, products: App, source: str, target: dict[str, Any], value: object
) -> None:
    key = lookup(products, "code", "SINGLE_LINE_TEXT", copy=source)
    app = create_app(domain, "typed", {"key": key, "copy": target})
    assert added(domain, app, {"key": "P001"}).values["copy"] == value


def test_copied_numbers_are_rounded_to_the_target_apps_places(
    domain: Domain, products: App
) -> None:
    key = lookup(products, "code", "SINGLE_LINE_TEXT", copy="price")
    properties = {"key": key, "copy": {"type": "NUMBER"}}
    app = create_app(domain, "rounded", properties, number_precision={"decimalPlaces": "2"})
    assert added(domain, app, {"key": "P001"}).values["copy"] == "1.23"


def test_a_copied_number_with_too_many_digits_is_empty(domain: Domain, products: App) -> None:
    added(domain, products, {"code": "P003", "price": "123456"})
    key = lookup(products, "code", "SINGLE_LINE_TEXT", copy="price")
    properties = {"key": key, "copy": {"type": "NUMBER"}}
    app = create_app(domain, "short", properties, number_precision={"digits": "9"})
    assert added(domain, app, {"key": "P003"}).values["copy"] == ""


def test_a_lookup_in_a_table_copies_in_its_row(domain: Domain, products: App) -> None:
    inner = {
        "product": lookup(products, "code", "SINGLE_LINE_TEXT", name="name", total="price"),
        "name": {"type": "SINGLE_LINE_TEXT"},
    }
    app = create_app(
        domain,
        "in a table",
        {"items": {"type": "SUBTABLE", "fields": inner}, "total": {"type": "NUMBER"}},
    )
    sent = rows({"product": "P002", "name": "sent"}, {"product": ""}, {"product": "P001"})
    record = added(domain, app, {"items": sent})
    assert row_values(record.values["items"]) == [
        {"product": "P002", "name": "kiwi"},
        {"product": "", "name": ""},
        {"product": "P001", "name": "apple"},
    ]


@pytest.mark.parametrize(
    ("choice", "cells_sent", "after"),
    [
        ("kept", {"note": "x"}, {"product": "P001", "name": "apple", "note": "x"}),
        ("kept", {"product": "P001"}, {"product": "P001", "name": "red apple", "note": "old"}),
        ("default", {"note": "x"}, {"product": "", "name": "", "note": "x"}),
        ("default", {"product": "P001"}, {"product": "P001", "name": "red apple", "note": ""}),
    ],
)
def test_a_known_row_copies_again_only_where_its_key_is_written(
    choice: str, cells_sent: dict[str, str], after: dict[str, str]
) -> None:
    domain = make_domain(omitted_cells=choice)
    source = create_app(domain, "products", SOURCE)
    added(domain, source, {"code": "P001", "name": "apple"})
    inner = {
        "product": lookup(source, "code", "SINGLE_LINE_TEXT", name="name"),
        "name": {"type": "SINGLE_LINE_TEXT"},
        "note": {"type": "SINGLE_LINE_TEXT"},
    }
    app = create_app(domain, "rows", {"items": {"type": "SUBTABLE", "fields": inner}})
    added(domain, app, {"items": rows({"product": "P001", "note": "old"})})
    changed(domain, source, 1, {"name": "red apple"})
    record = changed(domain, app, 1, {"items": [{"id": "1", "value": cells(cells_sent)}]})
    assert row_values(record.values["items"]) == [after]
