"""Reflection from a catalog."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, exc, inspect
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateTable

from sqlalchemy_kintone import errors
from tests.dialect.catalogs import FakeCatalog


def test_lists_schemas_and_tables(fake_engine: Engine) -> None:
    inspector = inspect(fake_engine)
    assert inspector.default_schema_name == "apps"
    assert inspector.get_schema_names() == ["apps", "guest_9"]
    assert inspector.get_table_names() == ["Customers", "受注"]
    assert inspector.get_table_names("guest_9") == ["visits"]
    assert inspector.get_table_names("nowhere") == []
    assert inspector.get_view_names() == []
    assert inspector.get_temp_table_names() == []
    assert inspector.get_temp_view_names() == []
    assert inspector.get_sequence_names() == []


@pytest.mark.parametrize(
    ("name", "schema", "known"),
    [
        ("Customers", None, True),
        ("customers", None, True),
        ("Customers", "apps", True),
        ("app_7", None, True),
        ("APP_7", None, True),
        ("visits", "guest_9", True),
        ("visits", None, False),
        ("app_9", None, False),
        ("Customers", "nowhere", False),
    ],
)
def test_knows_tables_by_name_in_any_case_and_by_alias(
    fake_engine: Engine, name: str, schema: str | None, known: bool
) -> None:
    assert inspect(fake_engine).has_table(name, schema) is known


def test_knowing_a_table_reads_no_columns(fake_engine: Engine, fake_catalog: FakeCatalog) -> None:
    assert inspect(fake_engine).has_table("customers")
    assert not [question for question in fake_catalog.asked if question.startswith("find")]


def test_columns_say_type_null_and_comment(fake_engine: Engine) -> None:
    columns = inspect(fake_engine).get_columns("Customers")
    shown = [
        (c["name"], str(c["type"]), c["nullable"], c.get("autoincrement"), c.get("comment"))
        for c in columns
    ]
    assert shown == [
        ("$id", "BIGINT", False, True, None),
        ("$revision", "BIGINT", False, False, None),
        ("code", "VARCHAR", True, False, None),
        ("name", "VARCHAR", True, False, None),
        ("rank", "VARCHAR", True, False, "ランク; options: A, B"),
    ]


def test_every_column_has_a_python_type_and_ddl(fake_engine: Engine) -> None:
    columns = inspect(fake_engine).get_columns("受注")
    types = {c["name"]: c["type"] for c in columns}
    assert {name: kind.python_type for name, kind in types.items()} == {
        "$id": int,
        "$revision": int,
        "顧客": str,
        "n": str,
        "gone": str,
        "previous": float,
        "no": float,
        "total": Decimal,
        "tags": list,
        "day": date,
        "hour": time,
        "at": datetime,
        "took": timedelta,
    }
    written = {name: kind.compile(fake_engine.dialect) for name, kind in types.items()}
    assert written["total"] == "DECIMAL(16, 4)"
    assert written["tags"] == "VARCHAR[]"
    assert written["at"] == "TIMESTAMP WITH TIME ZONE"
    assert written["took"] == "INTERVAL"
    assert written["no"] == "DOUBLE"


def test_the_record_id_is_the_primary_key(fake_engine: Engine) -> None:
    key = inspect(fake_engine).get_pk_constraint("app_7")
    assert key["constrained_columns"] == ["$id"]


def test_unique_fields_are_unique_constraints(fake_engine: Engine) -> None:
    inspector = inspect(fake_engine)
    assert [u["column_names"] for u in inspector.get_unique_constraints("Customers")] == [["code"]]
    assert inspector.get_indexes("Customers") == []
    assert inspector.get_check_constraints("Customers") == []
    assert inspector.get_table_options("Customers") == {}


@pytest.mark.parametrize(
    ("name", "schema", "expected"),
    [
        # Not: the lookup of a field that is not unique, and that of an app that is not seen.
        ("受注", None, [("顧客", None, "Customers", "code"), ("previous", None, "受注", "no")]),
        (
            "受注",
            "apps",
            [("顧客", "apps", "Customers", "code"), ("previous", "apps", "受注", "no")],
        ),
        (
            "visits",
            "guest_9",
            [("buyer", None, "Customers", "code"), ("after", "guest_9", "visits", "key")],
        ),
        ("Customers", None, []),
    ],
)
def test_lookups_of_unique_fields_are_foreign_keys(
    fake_engine: Engine,
    name: str,
    schema: str | None,
    expected: list[tuple[str, str | None, str, str]],
) -> None:
    keys = inspect(fake_engine).get_foreign_keys(name, schema)
    assert [
        (
            *k["constrained_columns"],
            k["referred_schema"],
            k["referred_table"],
            *k["referred_columns"],
        )
        for k in keys
    ] == expected


def test_an_apps_description_is_the_tables_comment(fake_engine: Engine) -> None:
    inspector = inspect(fake_engine)
    assert inspector.get_table_comment("Customers") == {"text": "Who buys"}
    assert inspector.get_table_comment("受注") == {"text": None}


@pytest.mark.parametrize(
    "question",
    [
        "get_columns",
        "get_pk_constraint",
        "get_foreign_keys",
        "get_unique_constraints",
        "get_indexes",
        "get_check_constraints",
        "get_table_comment",
        "get_table_options",
        "get_view_definition",
    ],
)
def test_a_missing_table_is_said_to_be_missing(fake_engine: Engine, question: str) -> None:
    ask = getattr(inspect(fake_engine), question)
    with pytest.raises(exc.NoSuchTableError, match="nowhere"):
        ask("nowhere")
    with pytest.raises(exc.NoSuchTableError, match=r"guest_9\.受注"):
        ask("受注", schema="guest_9")


def test_what_kintone_refuses_is_an_error_of_sqlalchemy(
    fake_engine: Engine, fake_catalog: FakeCatalog
) -> None:
    inspector = inspect(fake_engine)
    fake_catalog.refusal = errors.OperationalError("No right to see it.", code="CB_NO02")
    with pytest.raises(exc.OperationalError, match="No right to see it") as caught:
        inspector.get_columns("Customers")
    assert caught.value.orig is fake_catalog.refusal


def test_an_inspector_asks_each_question_once(
    fake_engine: Engine, fake_catalog: FakeCatalog
) -> None:
    inspector = inspect(fake_engine)
    for _ in range(2):
        inspector.get_columns("受注")
        inspector.get_foreign_keys("受注")
        inspector.get_unique_constraints("受注")
        inspector.get_table_comment("受注")
    assert fake_catalog.asked
    assert set(fake_catalog.asked.values()) == {1}
    inspect(fake_engine).get_columns("受注")
    assert fake_catalog.asked["find 受注"] == 2


def test_reflected_tables_refer_to_one_another(fake_engine: Engine) -> None:
    metadata = MetaData()
    metadata.reflect(fake_engine, views=True)
    metadata.reflect(fake_engine, schema="guest_9")
    assert set(metadata.tables) == {"Customers", "受注", "guest_9.visits"}
    orders, customers = metadata.tables["受注"], metadata.tables["Customers"]
    assert orders.c["顧客"].references(customers.c.code)
    assert metadata.tables["guest_9.visits"].c.buyer.references(customers.c.code)
    assert [c.name for c in orders.primary_key] == ["$id"]
    assert customers.comment == "Who buys"


def test_a_table_is_loaded_by_its_alias(fake_engine: Engine) -> None:
    table: Any = Table("app_7", MetaData(), autoload_with=fake_engine)
    assert [column.name for column in table.columns] == ["$id", "$revision", "code", "name", "rank"]


def test_loading_a_missing_table_fails(fake_engine: Engine) -> None:
    with pytest.raises(exc.NoSuchTableError, match="nowhere"):
        Table("nowhere", MetaData(), autoload_with=fake_engine)


def test_a_reflected_table_can_be_written_as_ddl(fake_engine: Engine) -> None:
    metadata = MetaData()
    table = Table("受注", metadata, autoload_with=fake_engine)
    text = str(CreateTable(table).compile(fake_engine))
    lines = [line.strip().rstrip(",") for line in text.splitlines() if line.strip()]
    assert lines == [
        'CREATE TABLE "受注" (',
        '"$id" BIGINT NOT NULL',
        '"$revision" BIGINT NOT NULL',
        '"顧客" VARCHAR',
        "n VARCHAR",
        "gone VARCHAR",
        "previous DOUBLE",
        "no DOUBLE",
        "total DECIMAL(16, 4)",
        "tags VARCHAR[]",
        "day DATE",
        "hour TIME",
        '"at" TIMESTAMP WITH TIME ZONE',
        "took INTERVAL",
        'PRIMARY KEY ("$id")',
        'FOREIGN KEY("顧客") REFERENCES "Customers" (code)',
        'FOREIGN KEY(previous) REFERENCES "受注" (no)',
        "UNIQUE (no)",
        ")",
    ]
