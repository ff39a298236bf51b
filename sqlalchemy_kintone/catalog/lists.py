"""An app's saved lists as views: the fields that a list shows, of the records that it shows.

Kintone calls them views. Those of type LIST have fields, a filter and an order; calendars and
custom views are no relations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy_kintone.catalog.model import (
    Column,
    SavedList,
    SortKey,
    Table,
    TableName,
    View,
    fold,
)

SEPARATOR = "/"
"""What stands between the names of a table and its saved list."""
NEWEST_FIRST = SortKey("$id", descending=True)
"""Kintone's order where a list, or a query, names none."""
_SORTABLE = frozenset(
    {"__ID__", "RECORD_NUMBER", "SINGLE_LINE_TEXT", "LINK", "NUMBER", "CALC", "DATE", "TIME"}
    | {"DATETIME", "CREATED_TIME", "UPDATED_TIME", "CREATOR", "MODIFIER", "DROP_DOWN"}
    | {"RADIO_BUTTON", "STATUS"}
)
"""Types that a query surely can be ordered by; Kintone refuses others with GAIA_IS02."""
_SORT_KEY = re.compile(r"(\S+?)(?:\s+(asc|desc))?", re.IGNORECASE)


def list_names(parent: TableName, views: Mapping[str, Mapping[str, Any]]) -> tuple[TableName, ...]:
    """The names of an app's saved lists, in their order: ``<table>/<list>``.

    Names that are equal to SQL get the list's id appended. The aliases of the app's table make
    aliases here.

    Args:
        parent: The app's own table.
        views: ``app/views.json``'s views, by name.
    """
    return tuple(
        TableName(
            parent.schema,
            f"{parent.name}{SEPARATOR}{name}",
            parent.app_id,
            parent.guest_space_id,
            tuple(fold(f"{alias}{SEPARATOR}{name}") for alias in parent.aliases),
        )
        for name, _ in _named(views)
    )


def list_tables(parent: Table, views: Mapping[str, Mapping[str, Any]]) -> Iterator[Table]:
    """The saved lists of an app.

    Args:
        parent: The app's own table.
        views: ``app/views.json``'s views, by name.
    """
    place = TableName(
        parent.schema, parent.name, parent.app_id, parent.guest_space_id, parent.aliases
    )
    for named, (name, view) in zip(list_names(place, views), _named(views), strict=True):
        columns = tuple(_columns(parent, view.get("fields") or ()))
        saved = SavedList(
            parent.name,
            name,
            (view.get("filterCond") or "").strip() or None,
            _order(view.get("sort") or "", parent),
        )
        yield Table(
            schema=parent.schema,
            name=named.name,
            app_id=parent.app_id,
            app_code=parent.app_code,
            guest_space_id=parent.guest_space_id,
            columns=columns,
            aliases=named.aliases,
            saved_list=saved,
            view=View(_definition(parent, saved, columns)),
        )


def _named(views: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """The lists by names that SQL tells apart, in Kintone's order."""
    lists = [view for view in views.values() if view["type"] == "LIST"]
    lists.sort(key=lambda view: int(view["index"]))
    uses = Counter(fold(view["name"]) for view in lists)
    return [
        (view["name"] if uses[fold(view["name"])] == 1 else f"{view['name']}_{view['id']}", view)
        for view in lists
    ]


def _columns(parent: Table, fields: Sequence[str]) -> Iterator[Column]:
    """``$id``, then the fields in the list's order; all columns where a list names none."""
    if not fields:
        yield from parent.columns
        return
    yield from (column for column in parent.columns if column.field_code == "$id")
    for code in dict.fromkeys(fields):
        if code != "$id":
            yield from (column for column in parent.columns if column.field_code == code)


def _order(sort: str, parent: Table) -> tuple[SortKey, ...]:
    """A list's order; none where it is not understood."""
    if not sort.strip():
        return (NEWEST_FIRST,)
    found = [_SORT_KEY.fullmatch(part.strip()) for part in sort.split(",")]
    keys = [SortKey(m[1], (m[2] or "").lower() == "desc") for m in found if m is not None]
    return tuple(_distinct(_known(keys, parent))) if len(keys) == len(found) else ()


def _known(keys: Iterable[SortKey], parent: Table) -> Iterator[SortKey]:
    """The keys up to one that a query may not have, or that this login does not see.

    Record numbers are ``$id``.
    """
    types = {column.field_code: column.field_type for column in parent.columns}
    for key in keys:
        if types.get(key.field_code) not in _SORTABLE:
            return
        is_number = types[key.field_code] == "RECORD_NUMBER"
        yield SortKey("$id", key.descending) if is_number else key


def _distinct(keys: Iterable[SortKey]) -> Iterator[SortKey]:
    """The keys up to ``$id``, which no two records share; each field once."""
    seen: set[str] = set()
    for key in keys:
        if key.field_code not in seen:
            yield key
        seen.add(key.field_code)
        if key.field_code == "$id":
            return


def _definition(parent: Table, saved: SavedList, columns: Iterable[Column]) -> str:
    """The list as SQL; its filter and order, which only Kintone can read, as a comment."""
    items = ", ".join(_quoted(column.name) for column in columns)
    sql = f"SELECT {items} FROM {_quoted(parent.schema)}.{_quoted(parent.name)}"  # noqa: S608 - quoted
    keys = ", ".join(
        f"{key.field_code} {'desc' if key.descending else 'asc'}" for key in saved.order
    )
    parts = (saved.condition, f"order by {keys}" if keys else None)
    query = " ".join(part for part in parts if part).replace("*/", "* /")
    return f"{sql} /* of what Kintone selects: {query} */" if query else sql


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
