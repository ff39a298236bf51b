"""``information_schema``: the tables of all schemas, as standard SQL describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy_kintone.catalog.model import DATABASE, Column, Table, TableName
from sqlalchemy_kintone.catalog.system.definition import Row, SystemTable, Wanted, define
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.catalog.system.standard import (
    KEYS,
    SCHEMA,
    TABLE,
    numbers,
    place,
    schemas,
    tables_in,
    tables_of,
    texts,
)

_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_BITS = {"BIGINT": 64, "DOUBLE": 53}


def _schemata(inquiry: Inquiry, _wanted: Wanted) -> Iterator[Row]:
    for schema in inquiry.catalog.schemas():
        yield {"catalog_name": DATABASE, "schema_name": schema}


def _tables(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for schema in schemas(inquiry, wanted):
        for name in (*inquiry.catalog.names(schema), *inquiry.catalog.children(schema)):
            yield _table(name, "BASE TABLE" if name.app_id else "SYSTEM VIEW")
        for name in inquiry.catalog.views(schema):
            yield _table(name, "VIEW")


def _table(name: TableName, kind: str) -> Row:
    return {
        "table_catalog": DATABASE,
        "table_schema": name.schema,
        "table_name": name.name,
        "table_type": kind,
        "is_insertable_into": "NO",
        "is_typed": "NO",
    }


def _columns(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table in tables_in(inquiry, wanted):
        for position, column in enumerate(table.columns, start=1):
            yield {**place(table), **_described(table, column), "ordinal_position": position}


def _described(table: Table, column: Column) -> Row:
    decimal = _DECIMAL.fullmatch(column.sql_type)
    bits = _BITS.get(column.sql_type)
    has_time = column.sql_type.startswith("TIME")
    return {
        "column_name": column.name,
        "is_nullable": "YES" if table.is_nullable(column) else "NO",
        "data_type": column.sql_type,
        "numeric_precision": int(decimal[1]) if decimal else bits,
        "numeric_precision_radix": 10 if decimal else 2 if bits else None,
        "numeric_scale": int(decimal[2]) if decimal else 0 if column.sql_type == "BIGINT" else None,
        "datetime_precision": 6 if has_time else None,
        "is_identity": "NO",
        "is_generated": "NEVER",
        "is_updatable": "NO",
        "column_comment": column.comment,
    }


def _views(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table in tables_of(inquiry, wanted, inquiry.catalog.views):
        if table.view is not None:
            yield {
                **place(table),
                "view_definition": table.view.definition,
                "check_option": "NONE",
                "is_updatable": "NO",
                "is_insertable_into": "NO",
                "is_trigger_updatable": "NO",
                "is_trigger_deletable": "NO",
                "is_trigger_insertable_into": "NO",
            }


TABLES: tuple[SystemTable, ...] = (
    define(
        "schemata",
        "A schema.",
        texts(
            "catalog_name",
            "schema_name",
            "schema_owner",
            "default_character_set_catalog",
            "default_character_set_schema",
            "default_character_set_name",
            "sql_path",
        ),
        _schemata,
        schema=SCHEMA,
    ),
    define(
        "tables",
        "A table.",
        (
            *TABLE,
            *texts(
                "table_type",
                "self_referencing_column_name",
                "reference_generation",
                "user_defined_type_catalog",
                "user_defined_type_schema",
                "user_defined_type_name",
                "is_insertable_into",
                "is_typed",
                "commit_action",
            ),
        ),
        _tables,
        schema=SCHEMA,
        keys=("table_schema",),
    ),
    define(
        "columns",
        "A column of a table.",
        (
            *TABLE,
            *texts("column_name"),
            *numbers("ordinal_position"),
            *texts("column_default", "is_nullable", "data_type"),
            *numbers(
                "character_maximum_length",
                "character_octet_length",
                "numeric_precision",
                "numeric_precision_radix",
                "numeric_scale",
                "datetime_precision",
            ),
            *texts("interval_type"),
            *numbers("interval_precision"),
            *texts(
                "character_set_catalog",
                "character_set_schema",
                "character_set_name",
                "collation_catalog",
                "collation_schema",
                "collation_name",
                "domain_catalog",
                "domain_schema",
                "domain_name",
                "udt_catalog",
                "udt_schema",
                "udt_name",
                "is_identity",
                "identity_generation",
                "is_generated",
                "generation_expression",
                "is_updatable",
                "column_comment",
            ),
        ),
        _columns,
        schema=SCHEMA,
        keys=KEYS,
    ),
    define(
        "views",
        "A view.",
        (
            *TABLE,
            *texts(
                "view_definition",
                "check_option",
                "is_updatable",
                "is_insertable_into",
                "is_trigger_updatable",
                "is_trigger_deletable",
                "is_trigger_insertable_into",
            ),
        ),
        _views,
        schema=SCHEMA,
        keys=KEYS,
    ),
)
