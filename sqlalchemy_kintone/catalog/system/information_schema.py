"""``information_schema``: the tables of all schemas, as standard SQL describes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sqlalchemy_kintone.catalog.lookups import lookup_source
from sqlalchemy_kintone.catalog.model import Catalog, Column, Table, TableName
from sqlalchemy_kintone.catalog.system.definition import Row, SystemTable, Wanted, define
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry

_SCHEMA = "information_schema"
_CATALOG = "kintone"
"""The name that every database has here: standard SQL wants one."""
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_BITS = {"BIGINT": 64, "DOUBLE": 53}
SINGLE_KEYS = {"apps": "app_id", "spaces": "id"} | dict.fromkeys(
    ("users", "organizations", "groups"), "code"
)
"""The primary keys of one column in ``system``."""
_TEXT, _NUMBER = "VARCHAR", "BIGINT"


def _schemata(inquiry: Inquiry, _wanted: Wanted) -> Iterator[Row]:
    for schema in inquiry.catalog.schemas():
        yield {"catalog_name": _CATALOG, "schema_name": schema}


def _tables(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for schema in _schemas(inquiry, wanted):
        for name in (*inquiry.catalog.names(schema), *inquiry.catalog.children(schema)):
            yield _table(name, "BASE TABLE" if name.app_id else "SYSTEM VIEW")
        for name in inquiry.catalog.views(schema):
            yield _table(name, "VIEW")


def _table(name: TableName, kind: str) -> Row:
    return {
        "table_catalog": _CATALOG,
        "table_schema": name.schema,
        "table_name": name.name,
        "table_type": kind,
        "is_insertable_into": "NO",
        "is_typed": "NO",
    }


def _columns(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table in _found(inquiry, wanted):
        for position, column in enumerate(table.columns, start=1):
            yield {**_place(table), **_described(table, column), "ordinal_position": position}


def _described(table: Table, column: Column) -> Row:
    decimal = _DECIMAL.fullmatch(column.sql_type)
    bits = _BITS.get(column.sql_type)
    never_null = {*table.primary_key, "$revision", "$parent_id", "$row_no"}
    has_time = column.sql_type.startswith("TIME")
    return {
        "column_name": column.name,
        "is_nullable": "NO" if column.name in never_null else "YES",
        "data_type": column.sql_type,
        "numeric_precision": int(decimal[1]) if decimal else bits,
        "numeric_precision_radix": 10 if decimal else 2 if bits else None,
        "numeric_scale": int(decimal[2]) if decimal else 0 if column.sql_type == _NUMBER else None,
        "datetime_precision": 6 if has_time else None,
        "is_identity": "NO",
        "is_generated": "NEVER",
        "is_updatable": "NO",
        "column_comment": column.comment,
    }


def _table_constraints(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table in _found(inquiry, wanted):
        for name, kind, _ in _keys(inquiry.catalog, table):
            yield {
                "constraint_catalog": _CATALOG,
                "constraint_schema": table.schema,
                "constraint_name": name,
                **_place(table),
                "constraint_type": kind,
                "is_deferrable": "NO",
                "initially_deferred": "NO",
                "enforced": "YES",
            }


def _key_column_usage(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table in _found(inquiry, wanted):
        for name, kind, columns in _keys(inquiry.catalog, table):
            for position, column in enumerate(columns, start=1):
                yield {
                    "constraint_catalog": _CATALOG,
                    "constraint_schema": table.schema,
                    "constraint_name": name,
                    **_place(table),
                    "column_name": column,
                    "ordinal_position": position,
                    "position_in_unique_constraint": 1 if kind == "FOREIGN KEY" else None,
                }


def _keys(catalog: Catalog, table: Table) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name, kind and columns of the keys of a table."""
    if table.view is not None:
        return
    primary = table.primary_key
    if primary:
        yield _primary(table.name), "PRIMARY KEY", primary
    for column in table.columns:
        if column.unique and (column.name,) != primary:
            yield _unique(table, column), "UNIQUE", (column.name,)
    for name, column_name, *_ in _references(catalog, table):
        yield name, "FOREIGN KEY", (column_name,)


def _references(catalog: Catalog, table: Table) -> Iterator[tuple[str, str, str, str]]:
    """The foreign keys: name, column, and schema and name of the keys that they name."""
    if table.child is not None:
        referred_key = _primary(table.child.parent)
        yield _foreign(table, "$parent_id"), "$parent_id", table.schema, referred_key
    for column in table.columns:
        found = lookup_source(catalog, column) if table.view is None else None
        if found is not None:
            source, key = found
            yield _foreign(table, column.name), column.name, source.schema, _unique(source, key)
    for each in table.system.references if table.system else ():
        referred = SINGLE_KEYS.get(each.table)
        if referred == each.key:
            yield _foreign(table, each.column), each.column, table.schema, _primary(each.table)


def _referential_constraints(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table in _found(inquiry, wanted):
        for name, _, schema, referred in _references(inquiry.catalog, table):
            yield {
                "constraint_catalog": _CATALOG,
                "constraint_schema": table.schema,
                "constraint_name": name,
                "unique_constraint_catalog": _CATALOG,
                "unique_constraint_schema": schema,
                "unique_constraint_name": referred,
                "match_option": "NONE",
                "update_rule": "NO ACTION",
                "delete_rule": "NO ACTION",
            }


def _primary(table: str) -> str:
    return f"{table}_pkey"


def _unique(table: Table, column: Column) -> str:
    return f"{table.name}_{column.name}_key"


def _foreign(table: Table, column: str) -> str:
    return f"{table.name}_{column}_fkey"


def _views(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table in _read(inquiry, wanted, inquiry.catalog.views):
        if table.view is not None:
            yield {
                **_place(table),
                "view_definition": table.view.definition,
                "check_option": "NONE",
                "is_updatable": "NO",
                "is_insertable_into": "NO",
                "is_trigger_updatable": "NO",
                "is_trigger_deletable": "NO",
                "is_trigger_insertable_into": "NO",
            }


def _schemas(inquiry: Inquiry, wanted: Wanted) -> Iterator[str]:
    only = wanted.get("table_schema")
    yield from (each for each in inquiry.catalog.schemas() if only is None or each in only)


def _found(inquiry: Inquiry, wanted: Wanted) -> Iterator[Table]:
    """The wanted tables and views with their columns."""
    catalog = inquiry.catalog

    def names(schema: str) -> Iterable[TableName]:
        return (*catalog.names(schema), *catalog.children(schema), *catalog.views(schema))

    yield from _read(inquiry, wanted, names)


def _read(
    inquiry: Inquiry, wanted: Wanted, names: Callable[[str], Iterable[TableName]]
) -> Iterator[Table]:
    """The tables of these names in each schema, or those wanted by name; read side by side."""
    # What is named is looked up, so that no app is asked what else it has.
    only = wanted.get("table_name")
    named = None if only is None else sorted(map(str, only))
    tasks = [
        partial(inquiry.catalog.find, schema, name)
        for schema in _schemas(inquiry, wanted)
        for name in (named if named is not None else [each.name for each in names(schema)])
    ]
    for table in inquiry.all_of(tasks):
        # A table also answers to its aliases and to its name in another case.
        if table is not None and (only is None or table.name in only):
            yield table


def _place(table: Table) -> Row:
    return {
        "table_catalog": _CATALOG,
        "table_schema": table.schema,
        "table_name": table.name,
    }


_TABLE = (
    ("table_catalog", _TEXT, ""),
    ("table_schema", _TEXT, ""),
    ("table_name", _TEXT, ""),
)
_CONSTRAINT = (
    ("constraint_catalog", _TEXT, ""),
    ("constraint_schema", _TEXT, ""),
    ("constraint_name", _TEXT, ""),
)
_KEYS = ("table_schema", "table_name")


def _texts(*names: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, _TEXT, "") for name in names)


def _numbers(*names: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, _NUMBER, "") for name in names)


TABLES: tuple[SystemTable, ...] = (
    define(
        "schemata",
        "A schema.",
        _texts(
            "catalog_name",
            "schema_name",
            "schema_owner",
            "default_character_set_catalog",
            "default_character_set_schema",
            "default_character_set_name",
            "sql_path",
        ),
        _schemata,
        schema=_SCHEMA,
    ),
    define(
        "tables",
        "A table.",
        (
            *_TABLE,
            *_texts(
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
        schema=_SCHEMA,
        keys=("table_schema",),
    ),
    define(
        "columns",
        "A column of a table.",
        (
            *_TABLE,
            *_texts("column_name"),
            *_numbers("ordinal_position"),
            *_texts("column_default", "is_nullable", "data_type"),
            *_numbers(
                "character_maximum_length",
                "character_octet_length",
                "numeric_precision",
                "numeric_precision_radix",
                "numeric_scale",
                "datetime_precision",
            ),
            *_texts("interval_type"),
            *_numbers("interval_precision"),
            *_texts(
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
        schema=_SCHEMA,
        keys=_KEYS,
    ),
    define(
        "table_constraints",
        "A primary key, unique constraint or foreign key.",
        (
            *_CONSTRAINT,
            *_TABLE,
            *_texts("constraint_type", "is_deferrable", "initially_deferred", "enforced"),
        ),
        _table_constraints,
        schema=_SCHEMA,
        keys=_KEYS,
    ),
    define(
        "referential_constraints",
        "A foreign key.",
        (
            *_CONSTRAINT,
            *_texts(
                "unique_constraint_catalog",
                "unique_constraint_schema",
                "unique_constraint_name",
                "match_option",
                "update_rule",
                "delete_rule",
            ),
        ),
        _referential_constraints,
        schema=_SCHEMA,
    ),
    define(
        "key_column_usage",
        "A column of a primary key, unique constraint or foreign key.",
        (
            *_CONSTRAINT,
            *_TABLE,
            *_texts("column_name"),
            *_numbers("ordinal_position", "position_in_unique_constraint"),
        ),
        _key_column_usage,
        schema=_SCHEMA,
        keys=_KEYS,
    ),
    define(
        "views",
        "A view.",
        (
            *_TABLE,
            *_texts(
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
        schema=_SCHEMA,
        keys=_KEYS,
    ),
)
