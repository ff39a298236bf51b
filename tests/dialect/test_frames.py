"""pandas and Polars through an engine."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.engine import Engine

from sqlalchemy_kintone.sandbox.server import Sandbox

pandas = pytest.importorskip("pandas")


def app_size(demo: Sandbox, name: str) -> int:
    return next(len(app.records) for app in demo.domain.apps.values() if app.name == name)


def test_pandas_reads_a_statement(engine: Engine, tables: dict[str, Table]) -> None:
    customers = tables["customers"]
    statement = (
        select(customers.c.rank, func.count().label("n"))
        .where(customers.c.rank.isnot(None))
        .group_by(customers.c.rank)
        .order_by(customers.c.rank)
    )
    frame = pandas.read_sql(statement, engine)
    assert list(frame.columns) == ["rank", "n"]
    assert list(frame["rank"]) == ["A", "B", "C"]
    assert frame["n"].dtype == "int64"


def test_pandas_reads_text_with_parameters(engine: Engine) -> None:
    text = "SELECT code, credit_limit FROM customers WHERE code IN (?, ?) ORDER BY code"
    frame = pandas.read_sql(text, engine, params=("C0001", "C0002"), coerce_float=False)
    assert list(frame["code"]) == ["C0001", "C0002"]
    assert all(isinstance(value, Decimal) for value in frame["credit_limit"])


def test_pandas_reads_a_table(engine: Engine, demo: Sandbox, tables: dict[str, Table]) -> None:
    frame = pandas.read_sql_table("orders", engine, schema="apps")
    assert list(frame.columns) == [column.name for column in tables["orders"].columns]
    assert len(frame) == app_size(demo, "orders")
    assert frame["$id"].dtype == "int64"
    assert frame["total"].dtype == "float64"
    assert str(frame["received_at"].dtype).startswith("datetime64[")
    assert str(frame["received_at"].dtype).endswith(", UTC]")
    assert frame["order_date"].dtype.kind == "M"
    some = pandas.read_sql_table("customers", engine, columns=["code"], index_col="$id")
    assert (some.index.name, list(some.columns)) == ("$id", ["code"])


def test_pandas_reads_in_chunks(engine: Engine, demo: Sandbox) -> None:
    chunks = list(pandas.read_sql('SELECT "$id" FROM orders', engine, chunksize=1000))
    assert sum(map(len, chunks)) == app_size(demo, "orders")
    assert len(chunks[0]) == 1000


def test_polars_reads_a_statement_with_exact_types(engine: Engine) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.read_database(
        "SELECT code, credit_limit, contact_by, next_call FROM customers WHERE rank = ?",
        engine,
        execute_options={"parameters": ["A"]},
    )
    assert frame.height > 0
    assert frame.schema == {
        "code": polars.String,
        "credit_limit": polars.Decimal(16, 4),
        "contact_by": polars.List(polars.String),
        "next_call": polars.Datetime("us", "UTC"),
    }
