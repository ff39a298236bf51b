"""Related records as views: for each record of an app, the records that a REFERENCE_TABLE shows.

Kintone does not keep them in records: the form shows those records of another app (or of the same)
of which a field has the value of a field here. Its ``size`` is how many the form shows at a time,
no limit, and its ``sort`` the order on the form; the view has all of them, in no order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy_kintone.catalog.children import PARENT_ID
from sqlalchemy_kintone.catalog.model import (
    Column,
    Family,
    SavedList,
    Table,
    TableName,
    View,
    ViewQuery,
    fold,
)
from sqlalchemy_kintone.errors import ProgrammingError

FILTERED = "all"
"""What follows the view's name in the name of the records that its filter leaves."""

_NUMBERS = frozenset({Family.ID, Family.NUMBER})


@dataclass(frozen=True)
class Related:
    """A REFERENCE_TABLE field as a view.

    Attributes:
        table: The view: ``$parent_id``, ``$id`` of the related record, and the fields it shows;
            without columns where it cannot be read.
        query: What it is; None where it cannot be read.
        filtered: The related app's records under the field's filter, where there is one.
    """

    table: Table
    query: ViewQuery | None = None
    filtered: Table | None = None

    def required_query(self) -> ViewQuery:
        """What the view is.

        Raises:
            ProgrammingError: It cannot be read.
        """
        if self.query is None:
            raise ProgrammingError(self.table.view.problem or "" if self.table.view else "")
        return self.query


def related_names(
    parent: TableName, properties: Mapping[str, Mapping[str, Any]], separator: str
) -> Iterator[tuple[str, TableName]]:
    """The fields of an app that show related records, with the names of their views.

    Args:
        parent: The app's own table.
        properties: ``form/fields.json``'s properties, by field code.
        separator: What stands between the names of the table and of the field.
    """
    for code, prop in properties.items():
        if prop["type"] == "REFERENCE_TABLE":
            name, *aliases = (f"{each}{separator}{code}" for each in (parent.name, *parent.aliases))
            yield (
                code,
                TableName(
                    parent.schema,
                    name,
                    parent.app_id,
                    parent.guest_space_id,
                    tuple(map(fold, aliases)),
                ),
            )


def related_view(
    name: TableName,
    parent: Table,
    prop: Mapping[str, Any],
    table_of: Callable[[int], Table | None],
    separator: str,
) -> Related:
    """The view of a REFERENCE_TABLE field.

    Args:
        name: The view's name.
        parent: The app's own table.
        prop: The field's property.
        table_of: The table of an app by its id; None where this connection does not see it.
        separator: What stands between the names of the view and of its filtered records.
    """
    settings = prop.get("referenceTable")
    if not settings:
        # So Kintone shows the field to those who may not view the other app.
        return _unreadable(name, parent, "This login may not view the app that its records are of.")
    app_id = int(settings["relatedApp"]["app"])
    source = table_of(app_id)
    if source is None:
        return _unreadable(
            name,
            parent,
            f"Its records are of app {app_id}, which this connection does not see. Check AppId, "
            "GuestSpaceId and the rights of the login; with API tokens the app's own is needed.",
        )
    condition = settings["condition"]
    here = _key(parent, condition["field"])
    there = _key(source, condition["relatedField"])
    for table, key, code in (
        (parent, here, condition["field"]),
        (source, there, condition["relatedField"]),
    ):
        if key is None:
            return _unreadable(
                name, parent, f"This login does not see {table.name}.{code}, by which they relate."
            )
    if here is None or there is None:
        raise AssertionError("a missing key was refused")
    filtered = _filtered(name, source, settings.get("filterCond") or "", separator)
    shown = _shown(source, settings.get("displayFields") or ())
    query = ViewQuery(name.schema, name.name, _sql(parent, here, filtered or source, there, shown))
    table = _table(name, parent, (PARENT_ID, *shown), View(query.sql))
    return Related(table, query, filtered)


def _unreadable(name: TableName, parent: Table, reason: str) -> Related:
    problem = f"{name.name} cannot be read. {reason}"
    return Related(_table(name, parent, (), View(f"/* {reason} */", problem)))


def _table(name: TableName, parent: Table, columns: tuple[Column, ...], view: View) -> Table:
    return Table(
        schema=name.schema,
        name=name.name,
        app_id=name.app_id,
        app_code=parent.app_code,
        guest_space_id=name.guest_space_id,
        columns=columns,
        aliases=name.aliases,
        view=view,
    )


def _key(table: Table, code: str) -> Column | None:
    """The column that a field is compared as: a record number as ``$id``, whatever its app code."""
    for column in table.columns:
        if column.field_code == code and column.part == "value":
            return table.column("$id") if column.family is Family.RECORD_NUMBER else column
    return None


def _filtered(name: TableName, source: Table, condition: str, separator: str) -> Table | None:
    if not condition.strip():
        return None
    return replace(
        source,
        schema=name.schema,
        name=f"{name.name}{separator}{FILTERED}",
        comment=None,
        aliases=tuple(f"{alias}{separator}{FILTERED}" for alias in name.aliases),
        saved_list=SavedList(source.name, name.name, condition.strip(), ()),
    )


def _shown(source: Table, codes: Any) -> tuple[Column, ...]:
    """``$id`` of the related record and the columns of the fields shown."""
    wanted = dict.fromkeys(["$id", *codes])
    found = (c for code in wanted for c in source.columns if c.field_code == code)
    # A record may be related to several.
    return tuple(replace(column, unique=False) for column in found)


def _sql(
    parent: Table, here: Column, source: Table, there: Column, shown: tuple[Column, ...]
) -> str:
    items = ", ".join(
        ['p."$id" AS "$parent_id"', *(f"r.{_quoted(column.name)}" for column in shown)]
    )
    left, right = f"r.{_quoted(there.name)}", f"p.{_quoted(here.name)}"
    if (there.family in _NUMBERS) != (here.family in _NUMBERS):
        # A text that is no number relates to none.
        left, right = (
            side if column.family in _NUMBERS else f"TRY_CAST({side} AS DECIMAL(38,10))"
            for side, column in ((left, there), (right, here))
        )
    return (
        f"SELECT {items} FROM {_place(parent)} AS p "  # noqa: S608 - names are quoted
        f"JOIN {_place(source)} AS r ON {left} = {right}"
    )


def _place(table: Table) -> str:
    return f"{_quoted(table.schema)}.{_quoted(table.name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
