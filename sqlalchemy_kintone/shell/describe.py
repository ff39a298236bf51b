r"""What ``\d`` and ``\dv`` show: the tables, the views, or the columns of one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.catalog.model import DATABASE, Catalog, Column, Table, fold
from sqlalchemy_kintone.errors import ProgrammingError
from sqlalchemy_kintone.shell.formats import Heading, Row

_METADATA = ("system", "information_schema")
_PART = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')


@dataclass(frozen=True)
class Listing:
    """Rows under headings."""

    headings: Sequence[Heading]
    rows: Sequence[Row]


def tables(catalog: Catalog) -> Listing:
    """The tables of all schemas, child tables last: schema, name, app id."""
    headings = (Heading("schema"), Heading("table"), Heading("app", is_number=True))
    rows = [
        (schema, each.name, each.app_id)
        for schema in catalog.schemas()
        if schema not in _METADATA
        for each in (*catalog.names(schema), *catalog.children(schema))
    ]
    return Listing(headings, rows)


def views(catalog: Catalog) -> Listing:
    """The saved lists, related records and views of users of all schemas: schema, name, app id."""
    headings = (Heading("schema"), Heading("view"), Heading("app", is_number=True))
    rows = [
        (schema, each.name, each.app_id or None)
        for schema in catalog.schemas()
        if schema not in _METADATA
        for each in catalog.views(schema)
    ]
    return Listing(headings, rows)


def columns(catalog: Catalog, written: str) -> Listing:
    """The columns of a table: name, type, what holds for its values, comment.

    Args:
        catalog: Where to look.
        written: The table as SQL writes it: ``orders``, ``"sales 2026"``, ``guest_3.orders``. A
            name with blanks or a dot may do without quotes. ``system`` lists the tables there.

    Raises:
        ProgrammingError: There is no such table, or it is a view that cannot be read.
    """
    if written in _METADATA and catalog.find(None, written) is None:
        return _metadata(catalog, written)
    table = _find(catalog, written)
    if table.view is not None and table.view.problem is not None:
        raise ProgrammingError(table.view.problem)
    headings = tuple(map(Heading, ("column", "type", "rules", "comment")))
    rows = [
        (column.name, column.sql_type, _rules(column, table), column.comment or "")
        for column in table.columns
    ]
    return Listing(headings, rows)


def _metadata(catalog: Catalog, schema: str) -> Listing:
    """The tables of a schema of metadata, with what a row of each is."""
    found = [(each.name, catalog.find(schema, each.name)) for each in catalog.names(schema)]
    rows = [(schema, name, table.comment if table else None) for name, table in found]
    return Listing(tuple(map(Heading, ("schema", "table", "a row is"))), rows)


def _rules(column: Column, table: Table) -> str:
    if column.name == "$parent_id":
        return "refers to $id of the app"
    if table.primary_key == (column.name,):
        return "primary key"
    rules = []
    if column.required:
        rules.append("required")
    if column.unique:
        rules.append("unique")
    if column.lookup is not None:
        rules.append(f"lookup of app {column.lookup.app_id}")
    return ", ".join(rules)


def _find(catalog: Catalog, written: str) -> Table:
    table = catalog.find(None, written)
    if table is not None:
        return table
    parts = _parts(written)
    if len(parts) == 3 and fold(parts[0]) == DATABASE:
        parts = parts[1:]
    if len(parts) == 1:
        table = catalog.find(None, parts[0])
    elif len(parts) == 2:
        table = catalog.find(parts[0], parts[1])
    if table is None:
        raise ProgrammingError(f"There is no table {written}. {_remedy(catalog, parts)}")
    return table


def _parts(written: str) -> list[str]:
    """The names between the dots, without their quotes; empty for what is no name."""
    parts: list[str] = []
    at = 0
    while match := _PART.match(written, at):
        parts.append(match[2] or match[1].replace('""', '"'))
        at = match.end()
        if at == len(written):
            return parts
        if written[at] != ".":
            break
        at += 1
    return []


def _remedy(catalog: Catalog, parts: Sequence[str]) -> str:
    names = [each.name for schema in catalog.schemas() for each in catalog.names(schema)]
    nearest = difflib.get_close_matches(parts[-1], names, n=1) if parts else []
    return f"Did you mean {nearest[0]}?" if nearest else r"\d lists the tables."
