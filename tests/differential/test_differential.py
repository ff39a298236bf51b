"""Every statement gives what plain DuckDB gives over the same rows.

With pushdown none, exact and all, and under every reading of what is not known of Kintone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.domain import SWITCHES, make_domain, oracle
from tests.differential.schema import Row, rows
from tests.differential.statements import STATEMENTS, Statement
from tests.plain import IS_OLDER_DUCKDB, is_done_wrongly

LEVELS = ("none", "exact", "all")
ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns"])


@dataclass(frozen=True)
class Comparison:
    """The same rows in a sandbox, read at every level, and in plain DuckDB."""

    connections: Mapping[str, kintone.Connection]
    plain: duckdb.DuckDBPyConnection

    def check(self, statement: Statement) -> None:
        """Names, types and rows are equal everywhere."""
        if is_done_wrongly(statement.sql):
            return
        try:
            columns, expected = plain_answer(self.plain, statement)
        except (duckdb.BinderException, duckdb.NotImplementedException):
            if IS_OLDER_DUCKDB:
                return
            raise
        for level, connection in self.connections.items():
            cursor = connection.execute(statement.sql)
            what = f"{statement.sql}\nPushdown={level}: {[scan.query for scan in cursor.scans]}"
            assert comparable(cursor.fetchall(), statement) == expected, what
            found = cursor.description or []
            assert [column.type_code for column in found] == [kind for _, kind in columns], what
            for column, (name, _) in zip(found, columns, strict=True):
                # What has no name of its own is named by how DuckDB writes it, which may differ.
                assert "scan_" not in column.name, what
                assert column.name == name or re.search(r"\W", name.replace("$", "")), what


@contextmanager
def comparison(
    sandbox: Sandbox, switches: Switches, tables: tuple[list[Row], list[Row]], zone: str
) -> Iterator[Comparison]:
    """Fill the sandbox, and plain DuckDB with the same."""
    domain = make_domain(switches, *tables)
    sandbox.reset(domain)
    login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
    options = {"time_zone": zone, "page_size": 5}
    with ExitStack() as stack:
        connections = {
            level: stack.enter_context(kintone.connect(**login, **options, pushdown=level))
            for level in LEVELS
        }
        plain = oracle(domain, columns_of(connections["all"], domain), zone)
        yield Comparison(connections, stack.enter_context(plain))


def columns_of(connection: kintone.Connection, domain: Domain) -> dict[str, list[str]]:
    """The names and order of columns, which are tested elsewhere."""
    tables = [connection.catalog.find(None, app.name) for app in domain.apps.values()]
    return {table.name: [column.name for column in table.columns] for table in tables if table}


def plain_answer(
    plain: duckdb.DuckDBPyConnection, statement: Statement
) -> tuple[list[tuple[str, str]], list[str]]:
    """Names and types of the columns, and the rows as ``comparable`` texts."""
    # To plain DuckDB $id is a parameter.
    relation = plain.sql(re.sub(r'(?<!")\$(id|revision)\b', r'"$\1"', statement.sql))
    types = [str(kind).strip('"') for kind in relation.types]
    columns_found = list(zip(relation.columns, types, strict=True))
    arrow = relation.arrow()
    if isinstance(arrow, pa.RecordBatchReader):
        arrow = arrow.read_all()
    columns = [column.to_pylist() for column in arrow.columns]
    return columns_found, comparable(list(zip(*columns, strict=True)), statement)


def comparable(found: Iterable[tuple[Any, ...]], statement: Statement) -> list[str]:
    """Rows as texts, sorted unless the statement settles their order."""
    texts = [repr([_plain_value(value) for value in row]) for row in found]
    return texts if statement.ordered else sorted(texts)


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.utc)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)  # a HUGEINT, which Arrow shows as a decimal
    if isinstance(value, float):
        # DuckDB computes AVG in one of two ways, as its optimizer likes: they differ in a bit.
        return float(f"{value:.14g}")
    return value


CASE = {
    "switches": SWITCHES,
    "tables": st.tuples(rows(most=12), rows(most=4)),
    "statements": st.lists(STATEMENTS, min_size=1, max_size=12),
    "zone": ZONES,
}


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(**CASE)
def test_statements(
    kintone_sandbox_server: Sandbox, statements: list[Statement], **case: Any
) -> None:
    with comparison(kintone_sandbox_server, **case) as compared:
        for statement in statements:
            compared.check(statement)


@pytest.mark.long
@settings(
    max_examples=3_000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(**CASE)
def test_many_statements(
    kintone_sandbox_server: Sandbox, statements: list[Statement], **case: Any
) -> None:
    with comparison(kintone_sandbox_server, **case) as compared:
        for statement in statements:
            compared.check(statement)
