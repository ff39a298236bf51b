"""The PEP 249 cursor, over real HTTP."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pandas
import polars
import pyarrow as pa
import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection, Cursor
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.api import Call

Connect = Callable[..., Connection]
AMOUNTS = 'SELECT amount FROM orders ORDER BY "$id"'
EXPECTED = [(Decimal(f"{i * 10}.50"),) for i in range(1, 8)]


@pytest.fixture
def cursor(connection: Connection) -> Cursor:
    return connection.cursor()


def test_rows_are_typed(cursor: Cursor) -> None:
    cursor.execute('SELECT customer, amount, day, paid_at, tags FROM orders WHERE "$id" = 1')
    assert cursor.fetchall() == [
        (
            "Ito",
            Decimal("10.50"),
            date(2026, 3, 1),
            datetime(2026, 3, 1, 15, 30, tzinfo=timezone.utc),
            ["new"],
        )
    ]


def test_empty_is_null(cursor: Cursor) -> None:
    cursor.execute('SELECT paid_at, tags FROM orders WHERE "$id" = 3')
    assert cursor.fetchone() == (None, None)
    cursor.execute("SELECT count(*), count(rank) FROM customers")
    assert cursor.fetchone() == (3, 2)


def test_description_comes_before_any_row(cursor: Cursor) -> None:
    assert cursor.description is None
    cursor.execute("SELECT customer, amount, amount AS customer FROM orders")
    assert cursor.description is not None
    assert [tuple(column) for column in cursor.description] == [
        ("customer", "VARCHAR", None, None, None, None, None),
        ("amount", "DECIMAL(20,2)", None, None, 20, 2, None),
        ("customer", "DECIMAL(20,2)", None, None, 20, 2, None),
    ]
    assert cursor.description[0].type_code == kintone.STRING
    assert cursor.description[1].type_code == kintone.NUMBER


def test_fetchone_until_none(cursor: Cursor) -> None:
    cursor.execute(AMOUNTS)
    assert [cursor.fetchone() for _ in range(8)] == [*EXPECTED, None]


def test_fetchmany(cursor: Cursor) -> None:
    cursor.execute(AMOUNTS)
    assert cursor.fetchmany() == EXPECTED[:1]
    assert cursor.fetchmany(0) == []
    assert cursor.fetchmany(3) == EXPECTED[1:4]
    cursor.arraysize = 2
    assert cursor.fetchmany() == EXPECTED[4:6]
    assert cursor.fetchmany(100) == EXPECTED[6:]
    assert cursor.fetchmany(100) == []
    with pytest.raises(kintone.ProgrammingError, match="-1"):
        cursor.fetchmany(-1)


def test_fetches_may_be_mixed(cursor: Cursor) -> None:
    cursor.execute(AMOUNTS)
    assert cursor.rownumber == 0
    assert cursor.fetchone() == EXPECTED[0]
    assert cursor.fetchmany(2) == EXPECTED[1:3]
    assert cursor.rownumber == 3
    assert next(cursor) == EXPECTED[3]
    assert cursor.fetchall() == EXPECTED[4:]
    assert cursor.rownumber == 7
    assert cursor.fetchall() == []


def test_iteration_and_chaining(cursor: Cursor) -> None:
    assert list(cursor.execute(AMOUNTS)) == EXPECTED


def test_a_result_of_many_batches(cursor: Cursor) -> None:
    cursor.execute("SELECT range FROM range(25000)")
    assert cursor.fetchmany(12_000) == [(i,) for i in range(12_000)]
    assert cursor.fetchall() == [(i,) for i in range(12_000, 25_000)]


def test_arrow(cursor: Cursor) -> None:
    cursor.execute(AMOUNTS)
    cursor.fetchone()
    table = cursor.fetch_arrow_table()
    assert table.schema == pa.schema([("amount", pa.decimal128(20, 2))])
    assert table.column(0).to_pylist() == [row[0] for row in EXPECTED[1:]]
    assert cursor.fetchall() == []


def test_arrow_keeps_equal_names(cursor: Cursor) -> None:
    cursor.execute("SELECT 1 AS a, 2 AS a")
    assert cursor.fetch_arrow_table().schema.names == ["a", "a"]


def test_arrow_stream(cursor: Cursor) -> None:
    cursor.execute(AMOUNTS)
    assert pa.table(cursor).num_rows == 7


def test_pandas(cursor: Cursor) -> None:
    frame = cursor.execute("SELECT day, amount FROM orders WHERE customer = 'Ito'").fetch_df()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["amount"].sum() == Decimal("162.00")


def test_pandas_with_arrow_types(cursor: Cursor) -> None:
    sql = "SELECT day, amount FROM orders WHERE customer = 'Ito'"
    frame = cursor.execute(sql).fetch_df(dtype_backend="pyarrow")
    assert [str(dtype) for dtype in frame.dtypes] == [
        "date32[day][pyarrow]",
        "decimal128(20, 2)[pyarrow]",
    ]
    assert frame["amount"].sum() == Decimal("162.00")
    with pytest.raises(kintone.InterfaceError, match="numpy or pyarrow"):
        cursor.execute(sql).fetch_df(dtype_backend="arrow")  # type: ignore[arg-type]


def test_polars(cursor: Cursor) -> None:
    frame = cursor.execute("SELECT day, amount FROM orders").fetch_pl()
    assert frame.schema["amount"] == polars.Decimal(20, 2)
    assert frame.height == 7


@pytest.mark.parametrize(("module", "method"), [("pandas", "fetch_df"), ("polars", "fetch_pl")])
def test_what_is_not_installed_is_named(
    cursor: Cursor, module: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor.execute(AMOUNTS)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(kintone.NotSupportedError, match=rf"sqlalchemy-kintone\[{module}\]"):
        getattr(cursor, method)()


def test_parameters(cursor: Cursor) -> None:
    sql = 'SELECT "$id" FROM orders WHERE customer = ? AND amount > ? ORDER BY 1'
    assert cursor.execute(sql, ["Ito", Decimal("30")]).fetchall() == [(3,), (5,), (7,)]
    named = 'SELECT "$id" FROM orders WHERE day BETWEEN :first AND :last ORDER BY 1'
    days = {"first": date(2026, 3, 2), "last": date(2026, 3, 3)}
    assert cursor.execute(named, days).fetchall() == [(2,), (3,)]


def test_a_parameter_is_never_read_as_sql(cursor: Cursor) -> None:
    evil = '\' OR 1=1 --" or $id > "0'
    assert cursor.execute("SELECT * FROM orders WHERE customer = ?", [evil]).fetchall() == []
    assert cursor.execute("SELECT ?", [evil]).fetchone() == (evil,)


def test_a_statement_without_tables_costs_no_request(cursor: Cursor, shop_sandbox: Sandbox) -> None:
    assert cursor.execute("SELECT 1 + 1").fetchall() == [(2,)]
    assert shop_sandbox.log.total == 0


def test_a_wrong_statement_asks_for_no_record(cursor: Cursor, shop_sandbox: Sandbox) -> None:
    cursor.execute("SELECT amount FROM orders").fetchall()
    shop_sandbox.log.reset()
    with pytest.raises(kintone.ProgrammingError, match="amnt"):
        cursor.execute("SELECT o.amnt FROM orders o")
    with pytest.raises(kintone.ProgrammingError, match="nofunction"):
        cursor.execute("SELECT nofunction(amount) FROM orders")
    assert shop_sandbox.log.total == 0


def test_the_cursor_survives_an_error(cursor: Cursor) -> None:
    cursor.execute(AMOUNTS)
    with pytest.raises(kintone.ProgrammingError):
        cursor.execute("SELECT nothing FROM orders")
    with pytest.raises(kintone.ProgrammingError, match="execute"):
        cursor.fetchone()
    assert cursor.execute(AMOUNTS).fetchall() == EXPECTED


def test_an_error_while_rows_stream(cursor: Cursor) -> None:
    with pytest.raises(kintone.DataError):
        cursor.execute("SELECT CAST(customer AS INTEGER) FROM orders").fetchall()


@pytest.mark.parametrize("fetch", ["fetchone", "fetchmany", "fetchall", "fetch_arrow_table"])
def test_fetching_without_a_result(cursor: Cursor, fetch: str) -> None:
    with pytest.raises(kintone.ProgrammingError, match="execute"):
        getattr(cursor, fetch)()


USES: list[Callable[[Cursor], Any]] = [
    lambda cursor: cursor.execute("SELECT 1"),
    lambda cursor: cursor.fetchone(),
    lambda cursor: cursor.fetch_arrow_table(),
    lambda cursor: cursor.executemany("SELECT 1", []),
]


@pytest.mark.parametrize("use", USES)
def test_a_closed_cursor(connection: Connection, use: Callable[[Cursor], Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert cursor.closed
    cursor.close()
    with pytest.raises(kintone.InterfaceError, match="cursor is closed"):
        use(cursor)


@pytest.mark.parametrize("use", USES)
def test_a_cursor_of_a_closed_connection(
    connection: Connection, use: Callable[[Cursor], Any]
) -> None:
    cursor = connection.cursor()
    cursor.execute("SELECT 1")
    connection.close()
    assert cursor.closed
    with pytest.raises(kintone.InterfaceError, match="connection is closed"):
        use(cursor)
    cursor.close()


def test_statements_that_write_are_refused_clearly(cursor: Cursor) -> None:
    with pytest.raises(kintone.NotSupportedError):
        cursor.execute("DELETE FROM orders")
    with pytest.raises(kintone.NotSupportedError):
        cursor.executemany("INSERT INTO orders (amount) VALUES (?)", [(1,)])


def test_executemany_keeps_the_rows_of_the_last_set(cursor: Cursor) -> None:
    sql = "SELECT count(*), ? FROM orders WHERE customer = ?"
    cursor.executemany(sql, ((n, name) for n, name in enumerate(["Sato", "nobody", "Ito"])))
    assert cursor.fetchall() == cursor.execute(sql, (2, "Ito")).fetchall()
    with pytest.raises(kintone.ProgrammingError):
        cursor.executemany(sql, [(1, "Ito"), (2,)])
    assert cursor.description is None
    cursor.execute("SELECT 1")
    assert cursor.executemany(sql, []).description is None
    with pytest.raises(kintone.ProgrammingError, match="no result"):
        cursor.fetchone()


def test_what_pep_249_leaves_open(cursor: Cursor, connection: Connection) -> None:
    cursor.setinputsizes([1])
    cursor.setoutputsize(1)
    cursor.execute(AMOUNTS)
    assert cursor.rowcount == -1
    assert cursor.lastrowid is None
    assert cursor.connection is connection


def test_stats_count_what_was_spent(connect: Connect, shop_sandbox: Sandbox) -> None:
    cursor = connect(page_size=3).cursor()
    cursor.execute("SELECT sum(amount) FROM orders").fetchall()
    assert cursor.stats.requests == shop_sandbox.log.total
    assert cursor.stats.requests - cursor.stats.metadata_requests == 3
    assert cursor.stats.records == 7
    assert cursor.stats.received_bytes > 500
    assert set(cursor.stats.seconds) == {"plan", "fetch", "decode", "engine"}
    shop_sandbox.log.reset()
    cursor.execute("SELECT sum(amount) FROM orders").fetchall()
    assert (cursor.stats.requests, cursor.stats.metadata_requests) == (3, 0)
    assert shop_sandbox.log.counts == {"GET records.json": 3}


def test_only_the_fields_in_use_are_asked_for(
    connection: Connection, shop_sandbox: Sandbox
) -> None:
    calls: list[Call] = []
    with shop_sandbox.before(calls.append):
        connection.execute("SELECT sum(amount) FROM orders").fetchall()
    (fields,) = [call.params["fields"] for call in calls if call.resource == "records.json"]
    assert fields == ["$id", "amount"]


def test_budgets_stop_a_statement(connect: Connect) -> None:
    with pytest.raises(kintone.OperationalError, match=r"more than 5 requests.*orders"):
        connect(page_size=1, max_requests=5).execute("SELECT sum(amount) FROM orders")
    with pytest.raises(kintone.OperationalError, match=r"more than 6 records.*orders"):
        connect(max_rows=6).execute("SELECT sum(amount) FROM orders")
    assert connect(max_rows=7).execute("SELECT count(amount) FROM orders").fetchone() == (7,)


def test_cancel_stops_between_pages(connect: Connect, shop_sandbox: Sandbox) -> None:
    cursor = connect(page_size=1).cursor()
    cursor.execute("SELECT 1")

    def cancel(call: Call) -> None:
        if call.resource == "records.json":
            cursor.cancel()

    with shop_sandbox.before(cancel), pytest.raises(kintone.OperationalError, match="cancelled"):
        cursor.execute("SELECT sum(amount) FROM orders")
    assert shop_sandbox.log.counts["GET records.json"] == 1
    assert cursor.execute("SELECT 1").fetchone() == (1,)


def test_cancel_without_a_statement_does_nothing(cursor: Cursor) -> None:
    cursor.cancel()
    assert cursor.execute("SELECT 1").fetchone() == (1,)


def test_the_tilde_finds_a_part_of_a_text_whatever_duckdb_is_installed(cursor: Cursor) -> None:
    cursor.execute("SELECT 'abc' ~ '^a', 'abc' !~ '^a', 'abc' ~* 'B'")
    assert cursor.fetchone() == (True, False, True)


@pytest.mark.parametrize("pushdown", ["none", "all"])
def test_the_start_of_an_empty_date_differs_from_nothing_whatever_duckdb_is_installed(
    connect: Connect, pushdown: str
) -> None:
    within = "(SELECT day FROM orders UNION ALL SELECT NULL)"
    cursor = connect(pushdown=pushdown).cursor()
    cursor.execute(
        f"SELECT count(*) FROM {within} WHERE (date_trunc('month', day)) <> DATE '2026-03-05'"
    )
    assert cursor.fetchall() == [(7,)]
