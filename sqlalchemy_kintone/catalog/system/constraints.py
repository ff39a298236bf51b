"""``information_schema``: primary keys, unique constraints and foreign keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy_kintone.catalog.lookups import lookup_source
from sqlalchemy_kintone.catalog.model import DATABASE, Catalog, Column, Table
from sqlalchemy_kintone.catalog.system.definition import Row, Wanted, define
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.catalog.system.standard import (
    CONSTRAINT,
    KEYS,
    SCHEMA,
    TABLE,
    numbers,
    place,
    tables_in,
    texts,
)

_SINGLE_KEYS = {"apps": "app_id", "spaces": "id"} | dict.fromkeys(
    ("users", "organizations", "groups"), "code"
)
"""The primary keys of one column in ``system``."""


@dataclass(frozen=True)
class _Target:
    """What a foreign key refers to.

    Attributes:
        schema: The schema of the table.
        table: The table.
        column: Its column.
        constraint: The name of the key that the column is.
    """

    schema: str
    table: str
    column: str
    constraint: str


@dataclass(frozen=True)
class _Key:
    """A primary key, unique constraint or foreign key.

    Attributes:
        name: Its name.
        kind: What standard SQL calls it.
        columns: Its columns.
        target: What a foreign key refers to.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    target: _Target | None = None


def _table_constraints(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table, key in _all_keys(inquiry, wanted):
        yield {
            **_named(table, key),
            **place(table),
            "constraint_type": key.kind,
            "is_deferrable": "NO",
            "initially_deferred": "NO",
            "enforced": "YES",
            "nulls_distinct": "YES" if key.kind == "UNIQUE" else None,
        }


def _key_column_usage(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table, key in _all_keys(inquiry, wanted):
        for position, column in enumerate(key.columns, start=1):
            yield {
                **_named(table, key),
                **place(table),
                "column_name": column,
                "ordinal_position": position,
                "position_in_unique_constraint": 1 if key.target is not None else None,
            }


def _constraint_column_usage(inquiry: Inquiry, _wanted: Wanted) -> Iterator[Row]:
    for table, key in _all_keys(inquiry, {}):
        target = key.target
        schema, name = (target.schema, target.table) if target else (table.schema, table.name)
        for column in (target.column,) if target else key.columns:
            yield {
                **_named(table, key),
                "table_catalog": DATABASE,
                "table_schema": schema,
                "table_name": name,
                "column_name": column,
            }


def _referential_constraints(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for table, key in _all_keys(inquiry, wanted):
        if key.target is not None:
            yield {
                **_named(table, key),
                "unique_constraint_catalog": DATABASE,
                "unique_constraint_schema": key.target.schema,
                "unique_constraint_name": key.target.constraint,
                "match_option": "NONE",
                "update_rule": "NO ACTION",
                "delete_rule": "NO ACTION",
            }


def _all_keys(inquiry: Inquiry, wanted: Wanted) -> Iterator[tuple[Table, _Key]]:
    """The keys of the wanted tables, each with its table."""
    for table in tables_in(inquiry, wanted):
        if table.view is None:
            yield from ((table, key) for key in _keys(inquiry.catalog, table))


def _keys(catalog: Catalog, table: Table) -> Iterator[_Key]:
    primary = table.primary_key
    if primary:
        yield _Key(_primary(table.name), "PRIMARY KEY", primary)
    for column in table.columns:
        if column.unique and (column.name,) != primary:
            yield _Key(_unique(table, column), "UNIQUE", (column.name,))
    for name, target in _targets(catalog, table):
        yield _Key(f"{table.name}.{name}_fkey", "FOREIGN KEY", (name,), target)


def _targets(catalog: Catalog, table: Table) -> Iterator[tuple[str, _Target]]:
    """The columns of a table that refer to others, with what they refer to."""
    if table.child is not None:
        parent = table.child.parent
        yield "$parent_id", _Target(table.schema, parent, "$id", _primary(parent))
    for column in table.columns:
        found = lookup_source(catalog, column)
        if found is not None:
            source, key = found
            yield column.name, _Target(source.schema, source.name, key.name, _unique(source, key))
    for each in table.system.references if table.system else ():
        if _SINGLE_KEYS.get(each.table) == each.key:
            yield each.column, _Target(table.schema, each.table, each.key, _primary(each.table))


def _named(table: Table, key: _Key) -> Row:
    return {
        "constraint_catalog": DATABASE,
        "constraint_schema": table.schema,
        "constraint_name": key.name,
    }


def _primary(table: str) -> str:
    return f"{table}_pkey"


def _unique(table: Table, column: Column) -> str:
    # Field codes have no dots: with any other mark, a.b_c could be a_b.c.
    return f"{table.name}.{column.name}_key"


TABLES = (
    define(
        "table_constraints",
        "A primary key, unique constraint or foreign key.",
        (
            *CONSTRAINT,
            *TABLE,
            *texts(
                "constraint_type",
                "is_deferrable",
                "initially_deferred",
                "enforced",
                "nulls_distinct",
            ),
        ),
        _table_constraints,
        schema=SCHEMA,
        keys=KEYS,
    ),
    define(
        "referential_constraints",
        "A foreign key.",
        (
            *CONSTRAINT,
            *texts(
                "unique_constraint_catalog",
                "unique_constraint_schema",
                "unique_constraint_name",
                "match_option",
                "update_rule",
                "delete_rule",
            ),
        ),
        _referential_constraints,
        schema=SCHEMA,
    ),
    define(
        "key_column_usage",
        "A column of a primary key, unique constraint or foreign key.",
        (
            *CONSTRAINT,
            *TABLE,
            *texts("column_name"),
            *numbers("ordinal_position", "position_in_unique_constraint"),
        ),
        _key_column_usage,
        schema=SCHEMA,
        keys=KEYS,
    ),
    define(
        "constraint_column_usage",
        "A column that a constraint is about: of foreign keys, the one that they refer to.",
        (*TABLE, *texts("column_name"), *CONSTRAINT),
        _constraint_column_usage,
        schema=SCHEMA,
    ),
)
