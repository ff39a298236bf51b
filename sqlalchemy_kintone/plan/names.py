"""Errors for names that the catalog does not know, with the nearest ones it does."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Catalog, Table, fold
from sqlalchemy_kintone.catalog.user_views import VIEWS
from sqlalchemy_kintone.errors import ProgrammingError
from sqlalchemy_kintone.plan.source import caret_of

_SHOWN = 3


def unknown_table(node: exp.Table, catalog: Catalog, schema: str, sql: str) -> ProgrammingError:
    """The error for a table that is not there."""
    name = ".".join(part for part in (node.catalog, node.db, node.name) if part)
    schemas = catalog.schemas()
    known = [table.name for table in catalog.names(schema)]
    if not node.db or fold(schema) == VIEWS:
        known += [view.name for view in catalog.views(VIEWS)]
    if fold(schema) not in {fold(each) for each in schemas}:
        remedy = f"There is no schema {schema}. Schemas: {', '.join(schemas)}."
    elif not known:
        remedy = f"The schema {schema} has no tables that this login can see."
    else:
        remedy = _suggestion(node.name, known) or (
            "Check the name, the AppId parameter and the login's permission to view the app. "
            "What was just made or renamed is known after REFRESH METADATA."
        )
    return ProgrammingError(f"There is no table {name}. {remedy}{caret_of(sql, node.this)}")


def unknown_column(column: exp.Column, tables: Sequence[Table], sql: str) -> ProgrammingError:
    """The error for a column that none of the tables has."""
    known = [each.name for table in tables for each in table.columns]
    place = " or ".join(dict.fromkeys(table.name for table in tables))
    remedy = _suggestion(column.name, known) or (
        "It may have been renamed in the app, or this login may not view the field. What was "
        "just made or renamed is known after REFRESH METADATA."
    )
    return ProgrammingError(
        f"There is no column {column.name} in {place}. {remedy}{caret_of(sql, column.this)}"
    )


def _suggestion(name: str, known: Sequence[str]) -> str:
    by_folded = {fold(each): each for each in known}
    near = difflib.get_close_matches(fold(name), list(by_folded), _SHOWN, 0.6)
    if not near:
        return ""
    return f"Did you mean {' or '.join(by_folded[each] for each in near)}?"
