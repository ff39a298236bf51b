"""What a driver does to Kintone, each with what must come of it where nothing goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import msgspec

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.conninfo import Consistency, connect_settings
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.cursors import RecordCursor, cursor_pages
from sqlalchemy_kintone.kintone.retries import RetryPolicy
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.kintone.writes import Update, UpdateKey, adding, deleting, updating
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from tests.shop import CUSTOMERS, ORDERS

FIELDS = ("name", "rank", "customer", "amount", "day", "tags")


class World:
    """A connection and a client to a sandbox; they wait for nothing between tries.

    Args:
        sandbox: What they talk to.
        parameters: More connection parameters.
    """

    def __init__(self, sandbox: Sandbox, **parameters: object) -> None:
        login = {"user": "sandbox", "password": "sandbox"}
        settings = connect_settings(url=sandbox.url, page_size=2, **login, **parameters)
        self._settings = settings
        self._session = Session(settings, RetryPolicy(first_wait=0.0), pause=_not_at_all)
        self.client = Client(self._session)

    @cached_property
    def connection(self) -> Connection:
        """Made where SQL is run only: it has an engine."""
        return Connection(self._settings, self._session)

    @cached_property
    def connection_by_cursors(self) -> Connection:
        """Reads by Kintone's cursors."""
        settings = replace(self._settings, consistency=Consistency.CURSOR)
        return Connection(settings, self._session)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *error: object) -> None:
        for name in ("connection", "connection_by_cursors"):
            if name in vars(self):
                getattr(self, name).close()
        self._session.close()


def _not_at_all(watch: Watch, seconds: float) -> None:
    watch.check()


@dataclass(frozen=True)
class Operation:
    """One thing to do.

    Attributes:
        run: Does it; gives what the caller is told.
        resource: What it is about, among the requests that it sends.
        kind: Whether it reads, reads by a cursor, or writes.
    """

    run: Callable[[World], Any]
    resource: str
    kind: str


def _query(sql: str) -> Callable[[World], Any]:
    return lambda world: world.connection.execute(sql).fetchall()


def _query_by_cursors(sql: str) -> Callable[[World], Any]:
    return lambda world: world.connection_by_cursors.execute(sql).fetchall()


def _by_cursor(world: World) -> Any:
    pages = cursor_pages(
        RecordCursor(world.client, ORDERS, None, "order by amount desc", ["$id", "amount"], 2)
    )
    return [
        record["$id"]["value"] for page in pages for record in msgspec.json.decode(page)["records"]
    ]


def _cells(**values: object) -> dict[str, Any]:
    return {code: {"value": value} for code, value in values.items()}


UPDATES = [Update(1, _cells(amount="1.25")), Update(3, _cells(tags=["rush"]), revision=1)]
UPSERTS = [
    Update(UpdateKey("name", "Ito"), _cells(rank="A")),
    Update(UpdateKey("name", "Sato"), _cells(rank="B")),
]
NEW = [_cells(customer="Mori", amount="80"), _cells(customer="Ito", amount="90.25")]
BULK = [
    adding(ORDERS, NEW),
    updating(CUSTOMERS, [Update(2, _cells(rank="A"))]),
    deleting(ORDERS, [2]),
]

OPERATIONS: dict[str, Operation] = {
    "full read": Operation(
        _query('SELECT "$id", customer, amount FROM orders ORDER BY 1'), "records.json", "read"
    ),
    "filtered read": Operation(
        _query('SELECT "$id", day FROM orders WHERE amount > 30 ORDER BY 1'), "records.json", "read"
    ),
    "join": Operation(
        _query(
            "SELECT rank, sum(amount) FROM orders JOIN customers ON name = customer"
            " GROUP BY 1 ORDER BY 1"
        ),
        "records.json",
        "read",
    ),
    "cursor read": Operation(_by_cursor, "records/cursor.json", "cursor"),
    "full read by cursors": Operation(
        _query_by_cursors(
            'SELECT o."$id", amount, rank FROM orders AS o, customers'
            " WHERE name = customer ORDER BY 1"
        ),
        "records/cursor.json",
        "cursor",
    ),
    "insert": Operation(
        lambda world: world.client.add_records(ORDERS, None, NEW), "records.json", "write"
    ),
    "update": Operation(
        lambda world: world.client.update_records(ORDERS, None, UPDATES), "records.json", "write"
    ),
    "delete": Operation(
        lambda world: world.client.delete_records(ORDERS, None, [2, 5]), "records.json", "write"
    ),
    "upsert": Operation(
        lambda world: world.client.upsert_records(CUSTOMERS, None, UPSERTS), "records.json", "write"
    ),
    "bulk": Operation(
        lambda world: world.client.bulk_request(None, BULK), "bulkRequest.json", "write"
    ),
}


def state(domain: Domain) -> dict[tuple[int, int], tuple[int, dict[str, Any]]]:
    """All records of a domain: revision and fields by app and id."""
    with domain.lock:
        return {
            (app.id, record.id): (
                record.revision,
                {code: record.values[code] for code in FIELDS if code in record.values},
            )
            for app in domain.apps.values()
            for record in app.records.values()
        }
