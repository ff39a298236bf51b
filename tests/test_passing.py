"""Rows that are passed on are those that the engine would have made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.engine import Engine
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.seeds import seed

Connect = Callable[..., Connection]
ZONES = ("UTC", "Asia/Tokyo")


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    domain = Domain()
    seed(domain, "demo")
    with Sandbox(domain) as sandbox:
        yield sandbox


@pytest.fixture
def connect(server: Sandbox) -> Iterator[Connect]:
    opened: list[Connection] = []

    def connect(**parameters: object) -> Connection:
        access = server.access
        connection = kintone.connect(
            url=access.url, user=access.user, password=access.password, **parameters
        )
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


def passable_columns(connection: Connection, table: str) -> str:
    described = connection.execute(f'SELECT * FROM "{table}" LIMIT 0').description or ()
    return ", ".join(f'"{column[0]}"' for column in described if column[1] != "INTERVAL")


@pytest.mark.parametrize("zone", ZONES)
def test_every_table_of_the_demo(connect: Connect, zone: str) -> None:
    connection = connect(time_zone=zone)
    tables = [name for (name,) in connection.execute("SHOW TABLES") if "$" not in name]
    passed = 0
    for table in tables:
        sql = f'SELECT {passable_columns(connection, table)} FROM "{table}"'
        cursor = connection.execute(sql)
        made = connection.execute(f"{sql} ORDER BY $id")
        assert cursor.description == made.description
        assert "engine" not in cursor.stats.seconds
        found, expected = cursor.fetch_arrow_table(), made.fetch_arrow_table()
        assert found.schema == expected.schema
        assert found == expected
        assert made.stats.seconds["engine"] > 0
        assert (
            connection.execute(sql).fetchall()
            == connection.execute(f"{sql} ORDER BY $id").fetchall()
        )
        passed += found.num_rows
    assert passed > 500


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT NAME AS who, name, $id AS "$ID" FROM customers WHERE $id > 3{order} LIMIT 17',
        "SELECT rank, rank FROM customers WHERE rank = 'A'{order} LIMIT 3",
        "SELECT $id FROM customers{order} LIMIT 0",
        "SELECT $id FROM customers WHERE rank = 'A' AND rank = 'B'{order}",
        "SELECT $id FROM customers{order} LIMIT 4 OFFSET 3",
        "SELECT code FROM customers{order} LIMIT 29",
    ],
)
def test_names_repeated_columns_and_limits(connect: Connect, sql: str) -> None:
    connection = connect(page_size=7)
    passed = connection.execute(sql.format(order=""))
    made = connection.execute(sql.format(order=" ORDER BY $id"))
    assert passed.description == made.description
    assert "engine" in made.stats.seconds
    assert "engine" not in passed.stats.seconds
    assert passed.fetchall() == made.fetchall()


def test_no_place_in_the_engine_is_taken_for_a_statement_that_is_known(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect()
    first = connection.execute("SELECT $id FROM customers").fetchall()
    monkeypatch.setattr(Engine, "statement", None)
    assert connection.execute("SELECT $id FROM customers").fetchall() == first


def test_a_cursor_of_kintone_has_its_conditions_checked_again(connect: Connect) -> None:
    sql = "SELECT $id FROM customers WHERE rank = 'A'"
    assert connect().execute(sql).scans[0].condition == 'rank in ("A")'
    cursor = connect(consistency="Cursor").execute(
        "SELECT $id, rank FROM customers WHERE rank = 'A'"
    )
    assert isinstance(cursor.fetch_arrow_table(), pa.Table)
    assert cursor.stats.seconds["engine"] > 0
