"""Joins to large apps read only the records that have a partner; requests are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import sqlalchemy_kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Record, User
from sqlalchemy_kintone.sandbox.records import add_records

CUSTOMERS = 10
ORDERS = 5_000
PAGE = 50
ORDERS_PAGES = ORDERS // PAGE


def rows(domain: Domain, name: str, properties: Mapping[str, Any], values: list[Any]) -> None:
    """An app with records that differ from the first in these values only."""
    app = create_app(domain, name, properties)
    (model,) = add_records(
        domain, app, [{code: {"value": value} for code, value in values[0].items()}], code="sandbox"
    )
    app.records.clear()
    for number, each in enumerate(values, start=1):
        app.records[number] = Record(number, 1, {**model.values, **each})
    app.version += 1


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(users={"sandbox": user})
    text = {"type": "SINGLE_LINE_TEXT"}
    rows(
        domain,
        "customers",
        {"code": text, "number": {"type": "NUMBER"}, "day": {"type": "DATE"}},
        [
            {"code": f"C{i:04}", "number": str(i), "day": f"2026-03-{i:02}"}
            for i in range(1, CUSTOMERS + 1)
        ],
    )
    rows(
        domain,
        "orders",
        {"customer": text, "number": {"type": "NUMBER"}, "amount": {"type": "NUMBER"}},
        [
            {"customer": f"C{i % 500:04}", "number": str(i % 500), "amount": str(i)}
            for i in range(1, ORDERS + 1)
        ],
    )
    with Sandbox(domain) as sandbox:
        yield sandbox


@pytest.fixture
def connection(server: Sandbox) -> Iterator[Connection]:
    with sqlalchemy_kintone.connect(
        url=server.url, user="sandbox", password="sandbox", page_size=PAGE
    ) as connection:
        for name in ("customers", "orders"):
            connection.catalog.find(None, name)
        yield connection


# Of 5,000 orders 100 have one of the 10 customers: two pages, and perhaps one that ends early.
NARROWED = {
    "join on text": "SELECT count(*) FROM orders JOIN customers ON customer = code",
    "join on numbers": "SELECT count(*) FROM orders o JOIN customers c ON o.number = c.number",
    "join on $id": "SELECT count(*) FROM orders o JOIN customers c ON o.number = c.$id",
    "join in WHERE": "SELECT count(*) FROM orders, customers WHERE customer = code",
    "join by USING": "SELECT count(*) FROM orders JOIN customers USING (number)",
    "IN": "SELECT count(*) FROM orders WHERE customer IN (SELECT code FROM customers)",
    "EXISTS": "SELECT count(*) FROM orders o WHERE EXISTS"
    " (SELECT 1 FROM customers c WHERE c.code = o.customer)",
    "SEMI JOIN": "SELECT count(*) FROM orders SEMI JOIN customers ON customer = code",
    "nullable side of LEFT JOIN": "SELECT count(amount) FROM customers"
    " LEFT JOIN orders ON customer = code",
}


@pytest.mark.parametrize("sql", NARROWED.values(), ids=NARROWED.keys())
def test_only_partners_are_read(connection: Connection, sql: str) -> None:
    cursor = connection.execute(sql)
    assert cursor.fetchall() == [(100,)]
    assert cursor.stats.requests <= 3 + 3
    assert cursor.stats.records <= CUSTOMERS + PAGE + 100


WHOLE = {
    "preserved side of LEFT JOIN": (
        "SELECT count(code), count(*) FROM orders LEFT JOIN customers ON customer = code",
        (100, 5000),
    ),
    "FULL JOIN": (
        "SELECT count(code), count(*) FROM orders FULL JOIN customers ON customer = code",
        (100, 5000),
    ),
    "ANTI JOIN": ("SELECT count(*) FROM orders ANTI JOIN customers ON customer = code", (4900,)),
    "NOT IN": (
        "SELECT count(*) FROM orders WHERE customer NOT IN (SELECT code FROM customers)",
        (4900,),
    ),
    "OR": (
        "SELECT count(*) FROM orders, customers WHERE customer = code OR amount = 1",
        (109,),
    ),
    "an expression": (
        "SELECT count(*) FROM orders JOIN customers ON customer = upper(code)",
        (100,),
    ),
    "other types": (
        "SELECT count(*) FROM orders o JOIN customers c ON CAST(o.number AS VARCHAR) = c.code",
        (0,),
    ),
}


@pytest.mark.parametrize(("sql", "row"), WHOLE.values(), ids=WHOLE.keys())
def test_everything_is_read_where_partners_do_not_matter(
    connection: Connection, sql: str, row: tuple[int, ...]
) -> None:
    cursor = connection.execute(sql)
    assert cursor.fetchall() == [row]
    assert cursor.stats.records == CUSTOMERS + ORDERS


def test_nobody_reads_the_partner_of_nothing(connection: Connection) -> None:
    sql = "SELECT * FROM orders JOIN customers ON customer = code WHERE 1 = 2"
    cursor = connection.execute(sql)
    assert cursor.fetchall() == []
    assert cursor.stats.requests == 0


def test_many_keys_are_not_worth_it(connection: Connection) -> None:
    sql = "SELECT count(*) FROM orders a JOIN orders b ON a.amount = b.amount"
    cursor = connection.execute(sql)
    assert cursor.fetchall() == [(ORDERS,)]
    assert cursor.stats.requests <= 2 * ORDERS_PAGES + 2


@pytest.mark.parametrize("level", ["none", "exact"])
def test_only_full_pushdown_narrows(server: Sandbox, level: str) -> None:
    login = {"url": server.url, "user": "sandbox", "password": "sandbox"}
    with sqlalchemy_kintone.connect(**login, pushdown=level, page_size=PAGE) as connection:
        cursor = connection.execute(NARROWED["join on text"])
        assert cursor.fetchall() == [(100,)]
        assert cursor.stats.records == CUSTOMERS + ORDERS
