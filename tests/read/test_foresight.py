"""Budgets refuse what surely exceeds them, before any record is read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from tests.shop import ORDERS, fill

Connect = Callable[..., Connection]

ALL = "SELECT day FROM orders"
"""Seven orders, of pages of two."""


def connected(connect: Connect, **bounds: int) -> Connection:
    """A connection that knows the apps, and how many orders there are."""
    connection = connect(page_size=2, **bounds)
    for name in ("orders", "customers"):
        connection.catalog.find(None, name)
    assert connection.execute("SELECT count(*) FROM orders").fetchone() == (7,)
    return connection


def records_asked_for(sandbox: Sandbox) -> int:
    return sandbox.log.counts.get("GET records.json", 0)


REFUSED = {
    "rows": (ALL, {"max_rows": 6}, r"needs at least 7 records, and MaxRows allows 6: it was not"),
    "requests": (ALL, {"max_requests": 3}, "needs at least 4 requests, and MaxRequests allows 3"),
    "a limit": (f"{ALL} LIMIT 6", {"max_rows": 5}, "6 records"),
    "an offset": (f"{ALL} LIMIT 2 OFFSET 5", {"max_rows": 1}, "2 records"),
    "beside another": (
        f"{ALL} UNION ALL SELECT name FROM customers",
        {"max_rows": 6},
        r"read 7 records of orders \(scan_1: all\)",
    ),
}


@pytest.mark.parametrize(("sql", "bounds", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_surely_exceeds_is_refused_after_counting_again(
    connect: Connect, shop_sandbox: Sandbox, sql: str, bounds: dict[str, int], words: str
) -> None:
    connection = connected(connect, **bounds)
    before = records_asked_for(shop_sandbox)
    with pytest.raises(kintone.OperationalError, match=words) as caught:
        connection.execute(sql)
    assert "EXPLAIN shows which" in str(caught.value)
    assert records_asked_for(shop_sandbox) == before + 1


FITTING = {
    "rows": (ALL, {"max_rows": 7}),
    "requests": (ALL, {"max_requests": 4}),
    "a limit": (f"{ALL} LIMIT 2", {"max_rows": 2}),
    "a number": ("SELECT count(*) FROM orders", {"max_rows": 1, "max_requests": 1}),
    "a condition": (f"{ALL} WHERE amount > 70", {"max_rows": 1}),
    "the same twice": (f"{ALL} UNION ALL {ALL}", {"max_rows": 7}),
    "nothing": (f"{ALL} WHERE 1 = 2", {"max_requests": 1}),
    "what is narrowed": (
        f"{ALL} o JOIN customers c ON c.name = o.customer WHERE c.name = 'Mori'",
        {"max_rows": 1},
    ),
}


@pytest.mark.parametrize(("sql", "bounds"), FITTING.values(), ids=FITTING.keys())
def test_what_fits_is_read(
    connect: Connect, shop_sandbox: Sandbox, sql: str, bounds: dict[str, int]
) -> None:
    connection = connected(connect, **bounds)
    before = records_asked_for(shop_sandbox)
    cursor = connection.execute(sql)
    cursor.fetchall()
    assert records_asked_for(shop_sandbox) - before == cursor.stats.requests
    assert cursor.stats.requests <= 4


@pytest.mark.parametrize("bounds", [{"max_rows": 5}, {"max_requests": 3}])
def test_a_number_out_of_date_refuses_nothing(
    connect: Connect, shop_sandbox: Sandbox, bounds: dict[str, int]
) -> None:
    connection = connected(connect, **bounds)
    app = shop_sandbox.domain.apps[ORDERS]
    for record in (1, 2):
        del app.records[record]
    app.version += 1
    cursor = connection.execute(ALL)
    assert len(cursor.fetchall()) == 5
    # The count is told of, but it is not held against the statement.
    assert (cursor.stats.requests, cursor.stats.records) == (4, 6)
    again = connection.execute(ALL)
    assert len(again.fetchall()) == 5
    assert again.stats.requests == 3


def test_what_grew_meanwhile_is_stopped_when_it_passes(
    connect: Connect, shop_sandbox: Sandbox
) -> None:
    connection = connected(connect, max_rows=7)
    app = shop_sandbox.domain.apps[ORDERS]
    fill(shop_sandbox.domain, app, [{"day": "2026-03-09"}])
    with pytest.raises(kintone.OperationalError, match=r"more than 7 records \(MaxRows\)"):
        connection.execute(ALL).fetchall()


def test_many_scans_are_refused_though_nothing_is_known(
    connect: Connect, shop_sandbox: Sandbox
) -> None:
    connection = connect(max_requests=2)
    connection.catalog.find(None, "orders")
    sql = " UNION ALL ".join(f"{ALL} WHERE amount > {n}" for n in range(3))
    with pytest.raises(kintone.OperationalError, match="at least 3 requests"):
        connection.execute(sql)
    assert records_asked_for(shop_sandbox) == 0
