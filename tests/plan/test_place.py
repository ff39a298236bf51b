"""What a statement is told of where it is: the names of schema, database and user."""

from __future__ import annotations

import duckdb
import pytest

from sqlalchemy_kintone.errors import NotSupportedError, ProgrammingError
from tests.plan.planning import only_scan, plan


@pytest.mark.parametrize(
    ("item", "name", "value"),
    [
        ("current_schema()", "current_schema()", "apps"),
        ("CURRENT_SCHEMA", "CURRENT_SCHEMA", "apps"),
        ("current_database()", "current_database()", "kintone"),
        ("current_catalog", "current_catalog", "kintone"),
        ("current_schemas(true)", "current_schemas()", ["apps"]),
        ("current_user", "current_user", "taro"),
        ("session_user", "session_user", "taro"),
        ("current_user AS me", "me", "taro"),
        ("len(current_user)", None, 4),
        ("'current_user'", None, "current_user"),
    ],
)
def test_names(item: str, name: str | None, value: object) -> None:
    found = duckdb.sql(plan(f"SELECT {item}", user="taro").residual_sql)
    assert name in (None, found.columns[0])
    assert found.fetchall() == [(value,)]


def test_columns_may_have_these_names() -> None:
    sql = 'SELECT s."current_user", "current_schema" FROM (SELECT 1 AS "current_user", 2 AS '
    found = duckdb.sql(plan(f'{sql}"current_schema") AS s', user="taro").residual_sql)
    assert found.fetchall() == [(1, 2)]


def test_no_user_is_known_by_token() -> None:
    with pytest.raises(NotSupportedError, match="current_user is not known: with tokens"):
        plan("SELECT total FROM orders WHERE title = current_user")


def test_they_are_constants_to_kintone() -> None:
    scan = only_scan("SELECT total FROM orders WHERE title = current_user", user="taro")
    assert scan.condition == 'title = "taro"'


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT kintone.apps.orders.total FROM kintone.apps.orders",
        "SELECT apps.orders.total FROM Kintone.Apps.orders",
        'SELECT o.total FROM "kintone"."apps"."orders" AS o',
        "SELECT total FROM orders WHERE $id IN (SELECT $id FROM kintone.apps.orders)",
    ],
)
def test_tables_may_be_named_with_the_database(sql: str) -> None:
    assert {scan.table.name for scan in plan(sql).scans} == {"orders"}


def test_other_databases_are_unknown() -> None:
    with pytest.raises(ProgrammingError, match=r"no table elsewhere\.apps\.orders"):
        plan("SELECT total FROM elsewhere.apps.orders")


def test_a_table_called_so_keeps_its_columns() -> None:
    sql = "SELECT kintone.a.b.c FROM (SELECT {b: {c: 1}} AS a) AS kintone"
    assert duckdb.sql(plan(sql).residual_sql).fetchall() == [(1,)]
