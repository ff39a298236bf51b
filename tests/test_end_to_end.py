"""One statement from end to end: SQLAlchemy, SQL, Kintone's API over HTTP, DuckDB, rows.

The answer is compared with the same statement in plain DuckDB over the apps' records, exported
through the API by nothing but an HTTP client.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pandas
import pytest
import requests
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from sqlalchemy_kintone.sandbox.embedded import embedded_sandbox
from sqlalchemy_kintone.sandbox.model import Domain

STATEMENT = """
    SELECT c.name, count(*) AS lines, sum(l.quantity * l.price) AS revenue
      FROM order_lines AS l
      JOIN customers AS c ON c.code = l.customer
     WHERE l.day >= DATE '2025-01-01' AND c.rank IN ('A', 'B')
     GROUP BY c.name
     ORDER BY revenue DESC, c.name
     LIMIT 5
"""
NUMBER = "DECIMAL(16,4)"
EXPORTED = {
    "customers": {"code": "VARCHAR", "name": "VARCHAR", "rank": "VARCHAR"},
    "order_lines": {"customer": "VARCHAR", "quantity": NUMBER, "price": NUMBER, "day": "DATE"},
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("kintone+sandbox://")
    yield engine
    engine.dispose()


def export(name: str) -> list[dict[str, Any]]:
    """All records of an app of the embedded sandbox, as JSON."""
    sandbox = embedded_sandbox()
    app_id = next(app.id for app in sandbox.domain.apps.values() if app.name == name)
    headers = {"X-Cybozu-API-Token": sandbox.access.tokens[name]}
    records: list[dict[str, Any]] = []
    last = 0
    while True:
        query = f"$id > {last} order by $id asc limit 500"
        page = requests.get(
            f"{sandbox.url}/k/v1/records.json",
            params={"app": str(app_id), "query": query},
            headers=headers,
            timeout=30,
        ).json()["records"]
        records += page
        if len(page) < 500:
            return records
        last = int(page[-1]["$id"]["value"])


@pytest.fixture(scope="module")
def plain() -> Iterator[duckdb.DuckDBPyConnection]:
    """Plain DuckDB with the exported rows."""
    with duckdb.connect() as connection:
        for name, columns in EXPORTED.items():
            typed = ", ".join(f"{column} {sql_type}" for column, sql_type in columns.items())
            connection.execute(f"CREATE TABLE {name} ({typed})")
            rows = [
                [record[column]["value"] or None for column in columns] for record in export(name)
            ]
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        yield connection


def test_a_join_and_an_aggregate(engine: Engine, plain: duckdb.DuckDBPyConnection) -> None:
    with engine.connect() as connection:
        found = connection.execute(text(STATEMENT)).fetchall()
    expected = plain.execute(STATEMENT).fetchall()
    assert [tuple(row) for row in found] == expected
    assert len(expected) == 5


def test_the_same_through_pandas(engine: Engine, plain: duckdb.DuckDBPyConnection) -> None:
    with engine.connect() as connection:
        frame = pandas.read_sql(text(STATEMENT), connection)
    assert list(frame.itertuples(index=False, name=None)) == plain.execute(STATEMENT).fetchall()


def test_the_demo_is_as_large_as_promised() -> None:
    domain: Domain = embedded_sandbox().domain
    sizes = {app.name: len(app.records) for app in domain.apps.values()}
    assert sizes["orders"] >= 3000
    assert len(export("order_lines")) == sizes["order_lines"]
