"""SHOW, DESCRIBE and REFRESH METADATA."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone import Connection, errors
from sqlalchemy_kintone.sandbox import Sandbox
from tests.system.conftest import rows

APPS = ["customers", "products", "orders", "order_lines", "活動履歴", "employees"]


def names(connection: Connection, sql: str) -> list[str]:
    return [row[-1] for row in rows(connection, sql)]


@pytest.mark.parametrize("sql", ["SHOW TABLES", "show tables;", "SHOW TABLES FROM APPS"])
def test_tables_are_shown(connection: Connection, sql: str) -> None:
    shown = names(connection, sql)
    assert shown[: len(APPS)] == APPS
    assert "orders$lines" in shown


def test_tables_of_a_schema_are_shown(connection: Connection) -> None:
    assert names(connection, "SHOW TABLES IN guest_2") == ["パートナー連絡"]
    assert {"apps", "fields"} <= set(names(connection, "SHOW TABLES FROM system"))


def test_all_tables_are_shown(connection: Connection) -> None:
    shown = rows(connection, "SHOW ALL TABLES")
    assert {("apps", "orders"), ("system", "users"), ("information_schema", "columns")} < {*shown}
    schemas = names(connection, "SHOW SCHEMAS")
    assert schemas == list(dict.fromkeys(schema for schema, _ in shown))


@pytest.mark.parametrize(
    "sql",
    [
        "DESCRIBE customers",
        "desc Customers;",
        "DESCRIBE TABLE apps.customers",
        'DESCRIBE "app_1"',
        "SHOW COLUMNS FROM customers",
    ],
)
def test_columns_are_shown(connection: Connection, sql: str) -> None:
    cursor = connection.execute(sql)
    assert [column.name for column in cursor.description or ()] == [
        *("column_name", "column_type", "null", "key", "default", "extra", "comment")
    ]
    shown = {row[0]: row[1:] for row in cursor}
    assert shown["$id"] == ("BIGINT", "NO", "PRI", None, None, None)
    assert shown["code"] == ("VARCHAR", "YES", "UNI", None, None, "顧客コード")
    selected = connection.execute("SELECT * FROM customers LIMIT 0").description or ()
    assert [(name, kind) for name, (kind, *_) in shown.items()] == [
        (column.name, column.type_code) for column in selected
    ]


def test_columns_of_metadata_and_of_child_tables_are_shown(connection: Connection) -> None:
    assert names(connection, "DESCRIBE system.plugins")[0] == "the app"
    keys = [row[0] for row in rows(connection, 'DESCRIBE "orders$lines"') if row[3] == "PRI"]
    assert keys == ["$row_id"]


def test_a_table_that_is_called_like_a_word_of_sql(demo: Sandbox, connection: Connection) -> None:
    demo.domain.apps[1].settings.general["name"] = "select"
    assert names(connection, 'DESCRIBE "select"')[:2] == [None, None]
    assert len(rows(connection, 'SHOW COLUMNS FROM apps."select"')) > 5


@pytest.mark.parametrize(
    ("sql", "kind", "message"),
    [
        ("DESCRIBE orderz", errors.ProgrammingError, r"Did you mean orders\? \(line 1, column 10"),
        ("DESCRIBE", errors.ProgrammingError, "needs the name of a table"),
        ("DESCRIBE orders, customers", errors.ProgrammingError, "needs the name of a table"),
        ("DESCRIBE orders LIMIT 1", errors.ProgrammingError, "needs the name of a table"),
        ("DESCRIBE SELECT 1", errors.NotSupportedError, "LIMIT 0"),
        ("SHOW STATUS", errors.NotSupportedError, "SHOW STATUS is not supported: SHOW TABLES"),
        ("SHOW TABLES FROM nowhere", errors.ProgrammingError, "no schema nowhere. Schemas: apps"),
        ("REFRESH", errors.NotSupportedError, "REFRESH METADATA and REFRESH CACHE"),
        ("REFRESH orders", errors.NotSupportedError, "REFRESH METADATA and REFRESH CACHE"),
    ],
)
def test_what_is_refused(
    connection: Connection, sql: str, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        connection.execute(sql)


def test_refresh_metadata_reads_apps_anew(demo: Sandbox, connection: Connection) -> None:
    assert "renamed" not in names(connection, "SHOW TABLES")
    app = demo.domain.apps[1]
    app.settings.general["name"] = "renamed"
    app.version += 1
    assert "renamed" not in names(connection, "SHOW TABLES")
    before = demo.log.total
    assert rows(connection, "REFRESH METADATA") == [("Apps and fields will be read anew.",)]
    assert demo.log.total == before
    assert "renamed" in names(connection, "SHOW TABLES")
