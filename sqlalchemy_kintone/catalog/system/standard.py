"""What the tables of ``information_schema`` have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sqlalchemy_kintone.catalog.model import DATABASE, Table, TableName
from sqlalchemy_kintone.catalog.system.definition import Row, Wanted
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry

SCHEMA = "information_schema"
_TEXT, _NUMBER = "VARCHAR", "BIGINT"

TABLE = (
    ("table_catalog", _TEXT, ""),
    ("table_schema", _TEXT, ""),
    ("table_name", _TEXT, ""),
)
CONSTRAINT = (
    ("constraint_catalog", _TEXT, ""),
    ("constraint_schema", _TEXT, ""),
    ("constraint_name", _TEXT, ""),
)
KEYS = ("table_schema", "table_name")
"""The columns whose constants say which tables are read."""


def texts(*names: str) -> tuple[tuple[str, str, str], ...]:
    """Columns of text, for ``define``."""
    return tuple((name, _TEXT, "") for name in names)


def numbers(*names: str) -> tuple[tuple[str, str, str], ...]:
    """Columns of whole numbers, for ``define``."""
    return tuple((name, _NUMBER, "") for name in names)


def schemas(inquiry: Inquiry, wanted: Wanted) -> Iterator[str]:
    """The wanted schemas."""
    only = wanted.get("table_schema")
    yield from (each for each in inquiry.catalog.schemas() if only is None or each in only)


def tables_in(inquiry: Inquiry, wanted: Wanted) -> Iterator[Table]:
    """The wanted tables and views with their columns."""
    catalog = inquiry.catalog

    def names(schema: str) -> Iterable[TableName]:
        return (*catalog.names(schema), *catalog.children(schema), *catalog.views(schema))

    yield from tables_of(inquiry, wanted, names)


def tables_of(
    inquiry: Inquiry, wanted: Wanted, names: Callable[[str], Iterable[TableName]]
) -> Iterator[Table]:
    """The tables of these names in each schema, or those wanted by name; read side by side."""
    # What is named is looked up, so that no app is asked what else it has.
    only = wanted.get("table_name")
    named = None if only is None else sorted(map(str, only))
    tasks = [
        partial(inquiry.catalog.find, schema, name)
        for schema in schemas(inquiry, wanted)
        for name in (named if named is not None else [each.name for each in names(schema)])
    ]
    for table in inquiry.all_of(tasks):
        # A table also answers to its aliases and to its name in another case.
        if table is not None and (only is None or table.name in only):
            yield table


def place(table: Table) -> Row:
    """The columns that name a table."""
    return {
        "table_catalog": DATABASE,
        "table_schema": table.schema,
        "table_name": table.name,
    }
