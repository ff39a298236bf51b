"""``information_schema`` against the catalog and what statements show."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, inspect

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain, User
from tests.system.conftest import GUEST_SPACE, complete, connect, rows, sent


@pytest.fixture(scope="module")
def demo(kintone_demo_domain: Callable[[], Domain]) -> Iterator[Sandbox]:
    """The demo of the fixture of that name, for tests that change nothing."""
    with Sandbox(complete(kintone_demo_domain())) as sandbox:
        yield sandbox


def test_schemas(connection: Connection) -> None:
    found = rows(connection, "SELECT schema_name FROM information_schema.schemata")
    assert [schema for (schema,) in found] == list(connection.catalog.schemas())


def test_tables(connection: Connection) -> None:
    found = rows(
        connection,
        "SELECT table_type, table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema IN ('apps', 'guest_2') ORDER BY ALL",
    )
    catalog, schemas = connection.catalog, ("apps", "guest_2")
    tables = [each for s in schemas for each in (*catalog.names(s), *catalog.children(s))]
    views = [each for s in schemas for each in catalog.views(s)]
    assert found == [
        *sorted(("BASE TABLE", each.schema, each.name) for each in tables),
        *sorted(("VIEW", each.schema, each.name) for each in views),
    ]
    assert ("VIEW", "apps", "customers/A rank") in found
    kinds = rows(
        connection,
        "SELECT DISTINCT table_type FROM information_schema.tables WHERE table_schema = 'system'",
    )
    assert kinds == [("SYSTEM VIEW",)]


TABLES = (
    *("orders", "customers", "orders$lines", "customers$contract"),
    *("customers/A rank", "customers$activities"),
)


@pytest.mark.parametrize("table", TABLES)
def test_nullable_is_the_same_everywhere(demo: Sandbox, connection: Connection, table: str) -> None:
    sql = (
        "SELECT column_name, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'apps' AND table_name = ? ORDER BY ordinal_position"
    )
    found = rows(connection, sql, table)
    described = rows(connection, f'DESCRIBE "{table}"')
    assert found == [(name, null) for name, _, null, *_ in described]
    engine = create_engine(f"kintone:///?Url={demo.url}&User=sandbox&Password=sandbox")
    shown = inspect(engine).get_columns(table)
    assert found == [(each["name"], "YES" if each["nullable"] else "NO") for each in shown]
    engine.dispose()
    assert {name for name, null in found if null == "NO"} == {
        name for name, _ in found if name.startswith("$")
    }
    nulls = [f'count(*) FILTER ("{name}" IS NULL)' for name, null in found if null == "NO"]
    assert set(rows(connection, f'SELECT {", ".join(nulls)} FROM "{table}"')[0]) == {0}


@pytest.mark.parametrize("table", TABLES)
def test_columns(connection: Connection, table: str) -> None:
    found = rows(
        connection,
        "SELECT column_name, ordinal_position, data_type FROM information_schema.columns "
        "WHERE table_schema = 'apps' AND table_name = ? ORDER BY ordinal_position",
        table,
    )
    cursor = connection.execute(f'SELECT * FROM "{table}" LIMIT 0')
    assert found == [
        (column.name, place, column.type_code)
        for place, column in enumerate(cursor.description or (), start=1)
    ]


def test_numbers_have_a_precision(connection: Connection) -> None:
    found = rows(
        connection,
        "SELECT numeric_precision, numeric_precision_radix, numeric_scale, is_nullable, "
        "column_comment FROM information_schema.columns "
        "WHERE table_name = 'products' AND column_name IN ('price', '$id') "
        "ORDER BY ordinal_position",
    )
    assert found == [(64, 2, 0, "NO", None), (20, 10, 3, "YES", "単価")]


def test_keys(connection: Connection) -> None:
    found = rows(
        connection,
        "SELECT c.constraint_type, k.column_name, r.unique_constraint_name "
        "FROM information_schema.table_constraints AS c "
        "JOIN information_schema.key_column_usage AS k USING (constraint_schema, constraint_name) "
        "LEFT JOIN information_schema.referential_constraints AS r "
        "USING (constraint_schema, constraint_name) "
        "WHERE c.table_schema = 'apps' AND c.table_name IN ('customers', 'orders$lines') "
        "ORDER BY ALL",
    )
    assert found == [
        ("FOREIGN KEY", "$parent_id", "orders_pkey"),
        ("FOREIGN KEY", "product", "products.product_code_key"),
        ("PRIMARY KEY", "$id", None),
        ("PRIMARY KEY", "$row_id", None),
        ("UNIQUE", "code", None),
    ]


def test_lookups_are_foreign_keys(connection: Connection) -> None:
    found = rows(
        connection,
        "SELECT k.table_name, k.column_name, k.position_in_unique_constraint, "
        "r.unique_constraint_schema, r.unique_constraint_name "
        "FROM information_schema.key_column_usage AS k "
        "JOIN information_schema.referential_constraints AS r "
        "USING (constraint_schema, constraint_name) "
        "WHERE k.table_schema = 'apps' AND k.column_name <> '$parent_id' ORDER BY ALL",
    )
    assert found == [
        ("orders", "customer", 1, "apps", "customers.code_key"),
        ("orders$lines", "product", 1, "apps", "products.product_code_key"),
        ("活動履歴", "顧客コード", 1, "apps", "customers.code_key"),
    ]


def test_foreign_keys_are_those_of_inspectors(demo: Sandbox, connection: Connection) -> None:
    engine = create_engine(f"kintone:///?Url={demo.url}&User=sandbox&Password=sandbox")
    inspector = inspect(engine)
    shown = {
        (table, key["constrained_columns"][0])
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
    }
    listed = rows(
        connection,
        "SELECT table_name, column_name FROM information_schema.key_column_usage "
        "WHERE table_schema = 'apps' AND position_in_unique_constraint = 1",
    )
    assert shown
    assert set(listed) == shown
    engine.dispose()


def test_foreign_keys_name_keys(connection: Connection) -> None:
    missing = rows(
        connection,
        "SELECT unique_constraint_name FROM information_schema.referential_constraints AS r "
        "WHERE NOT EXISTS (SELECT 1 FROM information_schema.table_constraints AS c "
        "WHERE c.constraint_type IN ('PRIMARY KEY', 'UNIQUE') "
        "AND c.constraint_schema = r.unique_constraint_schema "
        "AND c.constraint_name = r.unique_constraint_name)",
    )
    assert missing == []


def test_columns_that_foreign_keys_refer_to(connection: Connection) -> None:
    found = rows(
        connection,
        "SELECT k.table_name, k.column_name, c.table_name, c.column_name "
        "FROM information_schema.table_constraints AS t "
        "JOIN information_schema.key_column_usage AS k USING (constraint_schema, constraint_name) "
        "JOIN information_schema.constraint_column_usage AS c "
        "USING (constraint_schema, constraint_name) "
        "WHERE t.constraint_type = 'FOREIGN KEY' AND t.table_schema = current_schema() "
        "AND t.table_catalog = current_database() ORDER BY ALL",
    )
    assert ("orders$lines", "$parent_id", "orders", "$id") in found
    assert ("orders", "customer", "customers", "code") in found
    by_inspectors = rows(
        connection,
        "SELECT count(*) FROM information_schema.referential_constraints "
        "WHERE constraint_schema = 'apps'",
    )
    assert by_inspectors == [(len(found),)]
    own = (
        "SELECT column_name FROM information_schema.constraint_column_usage "
        "WHERE constraint_schema = 'system' AND constraint_name = 'fields_pkey' ORDER BY 1"
    )
    assert rows(connection, own) == [("app_id",), ("code",)]


def test_names_of_constraints_are_unique(kintone_sandbox_server: Sandbox) -> None:
    domain = Domain(users={"sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True)})
    for app, code in (("a", "b_c"), ("a_b", "c"), ("a.b", "c"), ("a", "b"), ("A_1", "pkey")):
        create_app(domain, app, {code: {"type": "NUMBER", "unique": True}})
    kintone_sandbox_server.reset(domain)
    with connect(kintone_sandbox_server, user="sandbox", password="sandbox") as connection:
        repeated = rows(
            connection,
            "SELECT constraint_schema, constraint_name FROM information_schema.table_constraints "
            "GROUP BY ALL HAVING count(*) > 1",
        )
        assert repeated == []


def test_only_the_wanted_tables_are_read(connection: Connection) -> None:
    rows(connection, "SHOW ALL TABLES")
    asked = sent(
        connection,
        "SELECT * FROM information_schema.columns "
        "WHERE table_schema = 'apps' AND table_name IN ('orders', 'products')",
    )
    assert {app for _, app in asked} == {2, 3}
    assert not [resource for resource, _ in asked if "views" in resource]


def test_nothing_of_the_engine_shows(connection: Connection) -> None:
    rows(connection, "SELECT count(*) FROM orders")
    found = rows(connection, "SELECT table_name FROM information_schema.tables")
    assert not [name for (name,) in found if "scan" in name or "duckdb" in name]


def test_views(connection: Connection) -> None:
    found = rows(
        connection,
        "SELECT table_name, view_definition, is_updatable FROM information_schema.views "
        "WHERE table_schema = 'apps' ORDER BY ALL",
    )
    definition = (
        'SELECT "$id", "code", "name" FROM "apps"."customers" '
        '/* of what Kintone selects: rank in ("A") order by code asc */'
    )
    assert ("customers/A rank", definition, "NO") in found
    assert [name for name, *_ in found] == sorted(v.name for v in connection.catalog.views("apps"))
    named = "SELECT count(*) FROM information_schema.views WHERE table_name = 'customers'"
    assert rows(connection, named) == [(0,)]


def test_inspectors_show_metadata(demo: Sandbox) -> None:
    engine = create_engine(
        f"kintone:///?Url={demo.url}&User=sandbox&Password=sandbox&GuestSpaceId={GUEST_SPACE}"
    )
    inspector = inspect(engine)
    assert inspector.get_schema_names() == ["apps", "guest_2", "system", "information_schema"]
    assert "fields" in inspector.get_table_names("system")
    assert inspector.has_table("users", "system")
    assert inspector.get_pk_constraint("fields", "system")["constrained_columns"] == [
        "app_id",
        "code",
    ]
    (key,) = inspector.get_foreign_keys("fields", "system")
    assert (key["constrained_columns"], key["referred_schema"], key["referred_table"]) == (
        ["app_id"],
        "system",
        "apps",
    )
    assert inspector.get_table_comment("users", "system")["text"] == "A user of the domain."
    engine.dispose()
