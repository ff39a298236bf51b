"""What statements cost: how many requests for records each one takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.model import Record
from tests.tables import DATE, NUMBER, TEXT, Layout, Row, choice, make_domain

STATES = ("new", "sent", "paid")
LAYOUTS = {
    "customers": Layout({"no": NUMBER, "name": TEXT, "rank": choice(("A", "B"))}, 16, 4),
    "orders": Layout(
        {"customer": NUMBER, "amount": NUMBER, "state": choice(STATES), "day": DATE}, 16, 4
    ),
    "nothing": Layout({"n": NUMBER}, 16, 4),
}
CUSTOMERS: list[Row] = [(str(n), f"customer {n}", "AB"[n % 2]) for n in range(1, 11)]
ORDERS: list[Row] = [
    (str(n % 200), str(n), STATES[0 if n % 20 == 0 else n % 2 + 1], f"2026-01-{n % 28 + 1:02}")
    for n in range(1, 1001)
]
"""Ten pages; 50 of them are new."""

PAGES = 10
REQUESTS = {
    # nothing to ask
    "SELECT 1": 0,
    "SELECT amount FROM orders WHERE state = 'new' AND state = 'sent'": 0,
    "SELECT amount FROM orders WHERE amount > 5 AND amount < 3": 0,
    "SELECT amount FROM orders WHERE false": 0,
    "SELECT amount FROM orders WHERE 1 = 0": 0,
    "SELECT amount FROM orders WHERE amount = NULL": 0,
    "SELECT amount FROM orders LIMIT 0": 0,
    "SELECT state, sum(amount) FROM orders WHERE amount % 2 = 1 GROUP BY 1 ORDER BY 2 LIMIT 0": 0,
    "SELECT * FROM customers c JOIN orders o ON o.customer = c.no LIMIT 0": 0,
    "SELECT amount FROM orders UNION SELECT no FROM customers LIMIT 0": 0,
    "FROM orders PIVOT (count(*) FOR state IN ('new')) LIMIT 0": 0,
    "EXPLAIN SELECT * FROM orders": 0,
    # everything
    "SELECT * FROM nothing": 1,
    "SELECT * FROM customers ORDER BY name": 1,
    "SELECT * FROM orders": PAGES,
    # what conditions select
    "SELECT * FROM orders WHERE $id = 5": 1,
    "SELECT amount FROM orders WHERE $id IN (5, 500, 900)": 1,
    "SELECT amount FROM orders WHERE $id BETWEEN 100 AND 120": 1,
    "SELECT amount FROM orders WHERE amount = 5": 1,
    "SELECT * FROM orders WHERE state = 'new'": 1,
    "SELECT amount FROM orders WHERE state IN ('new', 'lost')": 1,
    "SELECT amount FROM orders WHERE state NOT IN ('sent', 'paid')": 1,
    "SELECT amount FROM orders WHERE NOT (state = 'sent' OR state = 'paid')": 1,
    "SELECT amount FROM orders WHERE amount < 50 OR amount > 950": 1,
    "SELECT amount FROM orders WHERE amount < 50 AND amount % 2 = 0": 1,
    "SELECT amount FROM orders WHERE day = '2026-01-05' AND amount < 50": 1,
    "WITH o AS (SELECT * FROM orders) SELECT amount FROM o WHERE state = 'new'": 1,
    "SELECT * FROM (SELECT amount, state FROM orders) AS o WHERE state = 'new'": 1,
    "SELECT amount FROM orders WHERE amount < 10 * 5": 1,
    "SELECT amount FROM orders WHERE day >= DATE '2026-01-20' + INTERVAL 8 DAY": 1,
    "SELECT amount FROM orders WHERE 2 * amount + 1 < 100": 1,
    "SELECT amount FROM orders WHERE DATE '2026-02-01' - day < 5": 1,
    "SELECT amount FROM orders WHERE day BETWEEN current_date - 1 AND today()": 1,
    "SELECT count(*) FROM orders WHERE day >= date_trunc('month', now())": 1,
    "SELECT amount FROM orders WHERE day = kintone_today()": 1,
    "SELECT * FROM (SELECT state, sum(amount) FROM orders GROUP BY state) WHERE state = 'new'": 1,
    "SELECT amount FROM (SELECT *, row_number() OVER (PARTITION BY state ORDER BY amount) AS place"
    " FROM orders) WHERE state = 'new' AND place = 1": 1,
    "SELECT * FROM (SELECT amount AS n FROM orders UNION ALL SELECT no FROM customers)"
    " WHERE n = 3": 2,
    # counts
    "SELECT count(*) FROM orders": 1,
    "SELECT count(*) FROM nothing": 1,
    "SELECT count(*) FROM orders WHERE state = 'new'": 1,
    "SELECT count(*) FROM orders WHERE amount < 50 OR amount > 950": 1,
    "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM customers)": 2,
    # values of options
    "SELECT state, count(*) FROM orders GROUP BY state": 1 + len(STATES),
    "SELECT state, count(*) AS n FROM orders GROUP BY 1 HAVING n > 9 ORDER BY n DESC LIMIT 2": 4,
    "SELECT state, count(*) FROM orders WHERE state IN ('new', 'paid') GROUP BY state": 3,
    "SELECT state, count(*) FROM orders WHERE amount <= 250 GROUP BY state": 3,  # all pages
    "SELECT state, count(*), sum(amount) FROM orders GROUP BY state": PAGES,
    "SELECT DISTINCT state FROM orders": 2,
    "SELECT count(DISTINCT state) FROM orders WHERE amount > 100": 2,
    # the first of an order
    "SELECT amount FROM orders LIMIT 5": 1,
    "SELECT amount FROM orders WHERE state = 'paid' LIMIT 5 OFFSET 10": 1,
    "SELECT amount FROM orders LIMIT 150": 2,
    "SELECT amount FROM orders ORDER BY $id DESC LIMIT 10": 1,
    "SELECT amount FROM orders WHERE amount IS NOT NULL ORDER BY amount DESC LIMIT 10": 1,
    "SELECT amount FROM orders WHERE amount > 3 ORDER BY amount LIMIT 10": 1,
    "SELECT amount FROM orders ORDER BY amount DESC LIMIT 10": 2,
    "SELECT amount FROM orders ORDER BY day DESC LIMIT 10": 1,
    "SELECT state, day AS d FROM orders WHERE day < '2026-01-20' ORDER BY d LIMIT 10": 1,
    "SELECT amount, day FROM orders WHERE state = 'new' ORDER BY 2, 1 LIMIT 10": 1,
    "SELECT max(day) FROM orders": 1,
    "SELECT min(day), max(day) FROM orders WHERE day > '2026-01-05'": 2,
    "SELECT max($id) FROM orders": 1,
    "SELECT min(amount) FROM orders": 1,
    "SELECT max(amount) FROM orders WHERE state = 'new'": 1,
    "SELECT min(amount), max(amount), count(*) FROM orders WHERE state = 'new'": 3,
    "SELECT EXISTS (SELECT 1 FROM orders WHERE amount > 3)": 1,
    # the keys of a small app narrow a large one
    "SELECT c.name, o.amount FROM customers c JOIN orders o ON o.customer = c.no": 3,
    "SELECT amount FROM orders WHERE customer IN (SELECT no FROM customers)": 3,
    "SELECT c.name FROM customers c WHERE c.no IN (SELECT customer FROM orders"
    " WHERE state = 'new')": 2,
    "SELECT c.name, o.amount FROM customers c JOIN orders o ON o.customer = c.no"
    " WHERE c.rank = 'A'": 2,
    "SELECT c.name, o.amount FROM customers c LEFT JOIN orders o ON o.customer = c.no"
    " WHERE c.no = 3": 2,
    "SELECT amount FROM orders WHERE state = 'new' UNION ALL"
    " SELECT amount FROM orders WHERE amount = 3": 2,
    # nobody asks for the partners of nothing
    "SELECT o.amount FROM customers c JOIN orders o ON o.customer = c.no WHERE c.name = 'x'": 1,
    "SELECT o.amount FROM customers c LEFT JOIN orders o ON o.customer = c.no"
    " WHERE c.name = 'x'": 1,
    "SELECT amount FROM orders WHERE customer IN (SELECT no FROM customers WHERE no > 99)": 1,
    "SELECT o.amount FROM orders o JOIN customers c ON o.customer = c.no"
    " JOIN orders p ON p.amount = o.amount WHERE c.name = 'x'": 1,
    # what is asked twice is read once
    "SELECT a.amount FROM orders a JOIN orders b ON a.amount = b.customer": PAGES,
    "SELECT a.amount, b.day FROM orders a, orders b WHERE a.state = 'new' AND b.state = 'new'": 1,
    "WITH o AS (SELECT * FROM orders WHERE state = 'new')"
    " SELECT count(*), (SELECT max(day) FROM o) FROM o": 1,
    "SELECT amount, (SELECT count(*) FROM orders) FROM orders": PAGES,
    "SELECT amount FROM orders UNION ALL SELECT customer FROM orders": PAGES,
    "SELECT amount FROM orders WHERE state = 'new' UNION ALL"
    " SELECT amount FROM orders WHERE state = 'new' AND amount > 5": 2,
}

KNOWN_TO_BE_SMALL = {
    "SELECT min(no), max(no), count(*) FROM customers WHERE rank = 'A'": (3, 1),
    "SELECT name FROM customers ORDER BY no DESC LIMIT 3": (2, 1),
    "SELECT name FROM customers WHERE rank = 'A' UNION ALL"
    " SELECT name FROM customers WHERE no < 3": (2, 1),
    "SELECT a.name FROM customers a JOIN customers b ON a.no = b.no WHERE b.rank = 'A'": (2, 1),
    "SELECT count(*), max(name) FROM customers": (1, 1),
    "SELECT min(amount), max(amount) FROM orders": (2, 2),
    "SELECT amount FROM orders ORDER BY amount LIMIT 3": (2, 2),
}
"""Requests where nothing is known of the apps, and where they have been counted."""


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    domain = make_domain(LAYOUTS, {"customers": CUSTOMERS, "orders": ORDERS, "nothing": []})
    with Sandbox(domain) as sandbox:
        yield sandbox


@pytest.fixture
def shop(server: Sandbox) -> Iterator[Connection]:
    """A connection that has read nothing yet: what it has counted it would make use of."""
    with kintone.connect(
        url=server.url, user="sandbox", password="sandbox", page_size=100
    ) as connection:
        yield connection


@pytest.mark.parametrize(("sql", "requests"), REQUESTS.items())
def test_requests(shop: Connection, sql: str, requests: int) -> None:
    cursor = shop.execute(sql)
    cursor.fetchall()
    assert cursor.stats.requests - cursor.stats.metadata_requests == requests


@pytest.mark.parametrize(("sql", "requests"), KNOWN_TO_BE_SMALL.items())
def test_what_is_known_to_be_small_is_read_whole(
    shop: Connection, sql: str, requests: tuple[int, int]
) -> None:
    found = []
    for _ in range(2):
        cursor = shop.execute(sql)
        rows = cursor.fetchall()
        found.append((rows, cursor.stats.requests - cursor.stats.metadata_requests))
        shop.execute("SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM orders)")
    assert tuple(spent for _, spent in found) == requests
    assert sorted(found[0][0]) == sorted(found[1][0])


def test_a_few_customers_joined_to_very_many_orders() -> None:
    domain = make_domain(LAYOUTS, {"customers": CUSTOMERS, "orders": ORDERS[:1], "nothing": []})
    orders = next(app for app in domain.apps.values() if app.name == "orders")
    (model,) = orders.records.values()
    # Each of the ten customers has 200 of them: four pages in all.
    for number in range(1, 100_001):
        values = {**model.values, "customer": str(number % 500 + 1)}
        orders.records[number] = Record(number, 1, values)
    orders.version += 1
    with (
        Sandbox(domain) as sandbox,
        kintone.connect(url=sandbox.url, user="sandbox", password="sandbox") as connection,
    ):
        sql = "SELECT c.name, o.$id FROM customers c JOIN orders o ON o.customer = c.no"
        cursor = connection.execute(sql)
        assert len(cursor.fetchall()) == 2_000
        assert cursor.stats.requests - cursor.stats.metadata_requests <= 3 + 4
