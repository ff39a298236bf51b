"""Parts of a table: together they have each record once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.partitions import partitions_between
from sqlalchemy_kintone.sandbox import Sandbox


@given(st.integers(1, 10**12), st.integers(0, 10**6), st.integers(1, 50), st.data())
def test_every_id_is_in_one_range(first: int, more: int, number: int, data: st.DataObject) -> None:
    parts = partitions_between(first, first + more, number, "$id")
    assert len(parts) == min(number, more + 1)
    some = data.draw(st.integers(first, first + more))
    for each in (1, first, first + more, first + more + 1, 10**15, some):
        holding = [
            part
            for part in parts
            if (part.low is None or each >= part.low) and (part.high is None or each < part.high)
        ]
        assert len(holding) == 1


@pytest.mark.parametrize(
    ("table", "number", "conditions"),
    [
        ("orders", 1, ["true"]),
        ("ORDERS", 3, ['"$id" < 3', '"$id" >= 3 AND "$id" < 5', '"$id" >= 5']),
        ("customers", 10, ['"$id" < 2', '"$id" >= 2 AND "$id" < 3', '"$id" >= 3']),
    ],
)
def test_conditions(connection: Connection, table: str, number: int, conditions: list[str]) -> None:
    parts = connection.read_partitions(table, number)
    assert [part.condition for part in parts] == conditions
    rows = [
        row
        for part in parts
        for row in connection.execute(f"SELECT $id FROM {table} WHERE {part.condition}").fetchall()
    ]
    assert sorted(rows) == connection.execute(f"SELECT $id FROM {table} ORDER BY 1").fetchall()


def test_small_apps_cost_one_request(connection: Connection, shop_sandbox: Sandbox) -> None:
    connection.execute("SELECT 1 FROM orders LIMIT 0").fetchall()
    shop_sandbox.log.reset()
    connection.read_partitions("orders", 4)
    assert shop_sandbox.log.total == 1


def test_guest_spaces(connect: Callable[..., Connection]) -> None:
    connection = connect(guest_space_id="5")
    assert len(connection.read_partitions("guests", 4, schema="guest_5")) == 1


@pytest.mark.parametrize(
    ("table", "number", "schema", "error", "message"),
    [
        ("orders", 0, None, kintone.ProgrammingError, "at least 1"),
        ("oders", 2, None, kintone.ProgrammingError, "orders"),
        ("apps", 2, "system", kintone.NotSupportedError, "system.apps has no \\$id"),
    ],
)
def test_what_cannot_be_parted(
    connection: Connection,
    table: str,
    number: int,
    schema: str | None,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        connection.read_partitions(table, number, schema)
