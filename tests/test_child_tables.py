"""Child tables over HTTP: their rows, what they cost, and what reflection says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain, Space, StoredFile, User
from tests.shop import fill

LINES: dict[str, Any] = {
    "type": "SUBTABLE",
    "fields": {
        "item": {"type": "SINGLE_LINE_TEXT"},
        "amount": {"type": "NUMBER"},
        "who": {"type": "USER_SELECT"},
    },
}
ORDERS = 200
"""Four pages. Each order has as many lines as its number modulo 3; each 50th has two files."""
PAGES = 4


def line(order: int, number: int) -> dict[str, Any]:
    values = {
        "item": f"item {number}",
        "amount": str(order),
        "who": [{"code": "sandbox"}] if number == 1 else [],
    }
    return {"value": {code: {"value": value} for code, value in values.items()}}


def make_domain() -> Domain:
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(users={"sandbox": user})
    customers = create_app(domain, "customers", {"no": {"type": "NUMBER", "unique": True}})
    fill(domain, customers, [{"no": "1"}, {"no": "2"}])
    fields: dict[str, dict[str, Any]] = {
        "customer": {"type": "NUMBER"},
        "lines": LINES,
        "notes": {"type": "SUBTABLE", "fields": {"note": {"type": "SINGLE_LINE_TEXT"}}},
        "papers": {"type": "FILE"},
    }
    orders = create_app(domain, "orders", fields)
    now = datetime.now(timezone.utc)
    rows = []
    for order in range(1, ORDERS + 1):
        keys = [f"{order}-{part}" for part in "ab"] if order % 50 == 0 else []
        for key in keys:
            domain.files[key] = StoredFile(key, f"{key}.txt", "text/plain", b"xyz", now)
        rows.append(
            {
                "customer": str(order % 100),
                "lines": [line(order, number) for number in range(1, order % 3 + 1)],
                "notes": [{"value": {"note": {"value": "n"}}}] if order == 7 else [],
                "papers": [{"fileKey": key} for key in keys],
            }
        )
    fill(domain, orders, rows)
    return domain


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(make_domain()) as sandbox:
        yield sandbox


@pytest.fixture
def connection(server: Sandbox) -> Iterator[Connection]:
    with kintone.connect(
        url=server.url, user="sandbox", password="sandbox", page_size=50
    ) as connection:
        yield connection


def test_rows_of_a_subtable(connection: Connection) -> None:
    found = connection.execute(
        'SELECT "$parent_id", "$row_no", item, amount, who, who$name FROM orders$lines'
        " WHERE $parent_id IN (2, 3, 4) ORDER BY ALL"
    )
    assert found.fetchall() == [
        (2, 1, "item 1", Decimal(2), ["sandbox"], ["Sandbox"]),
        (2, 2, "item 2", Decimal(2), None, None),
        (4, 1, "item 1", Decimal(4), ["sandbox"], ["Sandbox"]),
    ]


def test_row_ids_are_kintones(connection: Connection, server: Sandbox) -> None:
    orders = next(app for app in server.domain.apps.values() if app.name == "orders")
    expected = [int(row["id"]) for row in orders.records[2].values["lines"]]
    found = connection.execute("SELECT $row_id FROM orders$lines WHERE $parent_id = 2 ORDER BY 1")
    assert [row[0] for row in found] == expected


def test_rows_of_files(connection: Connection) -> None:
    found = connection.execute(
        "SELECT $parent_id, $file_no, name, content_type, size, file_key <> '' FROM orders$papers"
        " WHERE $parent_id <= 50"
    )
    assert found.fetchall() == [
        (50, 1, "50-a.txt", "text/plain", 3, True),
        (50, 2, "50-b.txt", "text/plain", 3, True),
    ]


def test_names_and_rows_of_files_come_together(connection: Connection) -> None:
    found = connection.execute(
        "SELECT o.papers, f.name FROM orders o JOIN orders$papers f ON o.$id = f.$parent_id"
        " WHERE o.$id = 50 ORDER BY 2"
    )
    names = ["50-a.txt", "50-b.txt"]
    assert found.fetchall() == [(names, "50-a.txt"), (names, "50-b.txt")]


JOINED = "FROM orders o JOIN orders$lines l ON o.$id = l.$parent_id"
REQUESTS = {
    "SELECT * FROM orders$lines": PAGES,
    "SELECT count(*) FROM orders$lines": PAGES,
    "SELECT * FROM orders$lines WHERE $parent_id = 5": 1,
    "SELECT * FROM orders$lines WHERE $parent_id = 0.5": 0,
    "SELECT * FROM orders$lines WHERE amount = 7": 1,
    "SELECT * FROM orders$lines WHERE amount IN (7, 8) AND item = 'item 1'": 1,
    "SELECT * FROM orders$lines WHERE amount > 5 AND amount < 3": 0,
    # Kintone's negations are of all rows
    "SELECT * FROM orders$lines WHERE NOT (amount = 7)": PAGES,
    "SELECT * FROM orders$papers": 1,
    # pages until there are enough rows: each of 50 records has about as many rows
    "SELECT * FROM orders$lines LIMIT 5": 1,
    "SELECT * FROM orders$lines LIMIT 60 OFFSET 20": 2,
    "SELECT * FROM orders$lines LIMIT 100000": PAGES + 1,
    "SELECT item FROM orders$lines ORDER BY $parent_id DESC, $row_no LIMIT 5": 1,
    "SELECT max($parent_id), min($parent_id) FROM orders$lines": PAGES,
    "SELECT max($parent_id) FROM orders$lines": 1,
    "SELECT EXISTS (SELECT 1 FROM orders$lines)": 1,
    "SELECT EXISTS (SELECT 1 FROM orders$lines WHERE $parent_id IN (3, 6, 9))": 1,
    # each record that is found has such a row
    "SELECT * FROM orders$lines WHERE amount > 2 LIMIT 5": 1,
    "SELECT * FROM orders$lines WHERE amount > 2 LIMIT 60": 2,
    "SELECT EXISTS (SELECT 1 FROM orders$lines WHERE amount > 2)": 1,
    "SELECT * FROM orders$lines WHERE item = 'item 1' LIMIT 5": 3,
    "SELECT * FROM orders$papers LIMIT 3": 1,
    # conditions on $parent_id are conditions on $id
    "SELECT * FROM orders$lines WHERE $parent_id IN (3, 4, 199)": 1,
    "SELECT * FROM orders$lines WHERE $parent_id BETWEEN 20 AND 60": 1,
    "SELECT * FROM orders$lines WHERE $parent_id > 195 OR $parent_id < 3": 1,
    "SELECT * FROM orders$lines WHERE NOT ($parent_id <= 160)": 1,
    "SELECT l.item FROM orders$lines l WHERE l.$parent_id IN (SELECT $id FROM orders"
    " WHERE customer = 7)": 1,
    # an app and its child tables are read at once
    f"SELECT o.customer, l.* {JOINED}": PAGES,
    f"SELECT count(*) {JOINED}": PAGES,
    f"SELECT o.customer, l.item {JOINED} WHERE l.amount = 7": 1,
    f"SELECT o.customer, l.item {JOINED} WHERE o.$id = 7": 1,
    f"SELECT o.customer, l.item {JOINED} WHERE o.customer = 7 AND l.amount > 7": 1,
    f"SELECT n.note, l.item {JOINED} JOIN orders$notes n ON o.$id = n.$parent_id"
    " WHERE n.note = 'n' AND l.amount > 1": 1,
    "SELECT l.item, n.note FROM orders$lines l JOIN orders$notes n"
    " ON l.$parent_id = n.$parent_id": PAGES,
    "SELECT o.customer, l.item FROM orders o LEFT JOIN orders$lines l"
    " ON o.$id = l.$parent_id AND l.amount = 7 WHERE o.customer < 20": 1,
    "SELECT customer FROM orders WHERE $id IN (SELECT $parent_id FROM orders$lines"
    " WHERE amount = 7)": 1,
    "SELECT (SELECT count(*) FROM orders$lines), (SELECT sum(customer) FROM orders)": PAGES,
    # what narrows the app narrows its rows
    f"SELECT c.no, l.item {JOINED} JOIN customers c ON c.no = o.customer": 3,
}


@pytest.mark.parametrize(("sql", "requests"), REQUESTS.items())
def test_requests(connection: Connection, sql: str, requests: int) -> None:
    cursor = connection.execute(sql)
    cursor.fetchall()
    assert cursor.stats.requests - cursor.stats.metadata_requests == requests


def test_conditions_on_rows_do_not_narrow_what_an_outer_join_keeps(connection: Connection) -> None:
    found = connection.execute(
        "SELECT count(*), count(l.amount) FROM orders o LEFT JOIN orders$lines l"
        " ON o.$id = l.$parent_id AND l.amount = 7"
    )
    assert found.fetchall() == [(ORDERS, 1)]


def test_conditions_on_two_rows_of_a_table(connection: Connection) -> None:
    """Kintone would look for one row that satisfies both."""
    found = connection.execute(
        f"SELECT count(*) {JOINED} JOIN orders$lines m ON o.$id = m.$parent_id"
        " WHERE l.item = 'item 1' AND m.item = 'item 2'"
    )
    assert found.fetchall() == [(len(range(2, ORDERS + 1, 3)),)]


def test_explain(connection: Connection) -> None:
    lines = [row[0] for row in connection.execute("EXPLAIN SELECT item FROM orders$lines")]
    assert lines[:2] == ["scan_1: apps.orders$lines (app 2)", "  query: all records"]
    assert "  fields: $id, lines" in lines


def test_reflection(server: Sandbox) -> None:
    url = f"kintone:///?Url={server.url}&User=sandbox&Password=sandbox"
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    assert inspector.get_table_names() == [
        *("customers", "orders", "orders$lines", "orders$notes", "orders$papers")
    ]
    assert inspector.has_table("orders$lines")
    assert not inspector.has_table("orders$nothing")
    keys = {
        table: inspector.get_pk_constraint(table)["constrained_columns"]
        for table in ("orders", "orders$lines", "orders$papers")
    }
    assert keys == {
        "orders": ["$id"],
        "orders$lines": ["$row_id"],
        "orders$papers": ["$parent_id", "$file_no"],
    }
    (parent,) = inspector.get_foreign_keys("orders$lines")
    assert parent["constrained_columns"] == ["$parent_id"]
    assert (parent["referred_table"], parent["referred_columns"]) == ("orders", ["$id"])
    table = sa.Table("orders$lines", sa.MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        query = sa.select(table.c.item).where(table.c["$parent_id"] == 7)
        assert connection.execute(query).fetchall() == [("item 1",)]
    engine.dispose()


@pytest.mark.parametrize("separator", [".", "__", "/", '"', "'", "%", "?", ":", "_", "あ", "-"])
def test_any_separator(server: Sandbox, separator: str) -> None:
    parameters = {"url": server.url, "user": "sandbox", "password": "sandbox"}
    with kintone.connect(**parameters, subtable_separator=separator) as connection:
        for table in ("orders", "ORDERS", "app_2"):
            name = '"' + f"{table}{separator}lines".replace('"', '""') + '"'
            for place in (name, f"apps.{name}", f"kintone.apps.{name}"):
                sql = f"SELECT item FROM {place} WHERE {name}.amount = 7"
                assert connection.execute(sql).fetchall() == [("item 1",)]
        listed = connection.execute("SHOW TABLES").fetchall()
        assert (f"orders{separator}lines",) in listed


def test_numbers_as_floats(server: Sandbox) -> None:
    parameters = {"url": server.url, "user": "sandbox", "password": "sandbox"}
    with kintone.connect(**parameters, number_type="Float") as connection:
        found = connection.execute(
            "SELECT amount, typeof(amount) FROM orders$lines WHERE amount < 2.5 ORDER BY ALL"
        )
        assert found.fetchall() == [(1.0, "DOUBLE"), (2.0, "DOUBLE"), (2.0, "DOUBLE")]


def test_tables_of_a_guest_spaces_app_are_read_with_it(kintone_sandbox_server: Sandbox) -> None:
    domain = make_domain()
    domain.spaces[5] = Space(5, "Guests", is_guest=True, members=["sandbox"], thread_id=1)
    domain.apps[2].space_id = 5
    kintone_sandbox_server.reset(domain)
    login = {"user": "sandbox", "password": "sandbox", "guest_space_id": 5, "page_size": 50}
    with kintone.connect(url=kintone_sandbox_server.url, **login) as connection:
        sql = (
            "SELECT o.customer, l.item FROM guest_5.orders AS o "
            "JOIN guest_5.orders$lines AS l ON o.$id = l.$parent_id"
        )
        cursor = connection.execute(sql)
        assert len(cursor.fetchall()) == sum(order % 3 for order in range(1, ORDERS + 1))
        assert cursor.stats.requests - cursor.stats.metadata_requests == PAGES
        named = connection.execute('SELECT item FROM guest_5."app_2$lines" WHERE amount = 7')
        assert named.fetchall() == [("item 1",)]
