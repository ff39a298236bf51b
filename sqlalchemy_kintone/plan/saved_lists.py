"""Saved lists: Kintone selects their records itself, and gives them in their own order.

The filter goes along with every request as it is saved, so that it is exact whatever it says. The
order is one of the orders in which SQL may give rows without ORDER BY. It is kept wherever that
costs no further request: Kintone sorts what fits into one page, and DuckDB what is read whole
anyway, as far as the list shows what it is sorted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, Family, SortKey, Table
from sqlalchemy_kintone.plan.model import PlanOptions, Scan
from sqlalchemy_kintone.plan.paging import is_row_by_row, page_of
from sqlalchemy_kintone.plan.pushdown import filters_of
from sqlalchemy_kintone.plan.scope import Scope
from sqlalchemy_kintone.plan.sources import Source

_SORTED_BY_VALUE = frozenset(
    {Family.ID, Family.NUMBER, Family.TEXT, Family.DATE, Family.TIME, Family.TIMESTAMP}
    | {Family.INTERVAL}
)
_SORTED_BY_PLACE = frozenset({Family.OPTION, Family.STATUS})


def within_list(scan: Scan) -> Scan:
    """A scan as it is sent: of a saved list, with the list's own filter."""
    saved = scan.table.saved_list
    if saved is None or saved.condition is None:
        return scan
    if scan.condition is None:
        return replace(scan, condition=saved.condition)
    return replace(scan, condition=f"({saved.condition}) and ({scan.condition})")


def order_lists(scopes: Iterable[Scope], options: PlanOptions) -> None:
    """Have DuckDB sort the rows of saved lists that a statement gives, where Kintone does not.

    Args:
        scopes: The SELECTs that read apps; they are changed.
        options: What planning needs to know of the connection.
    """
    for scope in scopes:
        if _gives_a_list(scope) and not _sorted_by_kintone(scope, options):
            keys = list(_keys(scope.sources[0]))
            if keys:
                scope.select.order_by(*keys, copy=False)


def _gives_a_list(scope: Scope) -> bool:
    """Whether a SELECT gives rows of one saved list, in an order that shows."""
    select = scope.select
    if len(scope.sources) != 1 or scope.sources[0].table.saved_list is None:
        return False
    if select.args.get("joins") or select.args.get("laterals") or select.args.get("order"):
        return False
    shows = select.parent is None or bool(select.args.get("limit"))
    return shows and is_row_by_row(select)


def _sorted_by_kintone(scope: Scope, options: PlanOptions) -> bool:
    """Whether Kintone gives a page of the rows, so that none but these are read."""
    if not options.pushdown.of_rows:
        return False
    return page_of(scope, filters_of(scope, options), min(options.page_size, 500)) is not None


def _keys(source: Source) -> Iterator[exp.Ordered]:
    """A list's order as SQL, up to the first key that SQL cannot know."""
    saved = source.table.saved_list
    name = exp.to_identifier(source.node.alias_or_name, quoted=True)
    for key in saved.order if saved else ():
        column = _column(source.table, key)
        if column is None:
            return
        value: exp.Expression = exp.column(
            exp.to_identifier(column.name, quoted=True), table=name.copy()
        )
        if column.family in _SORTED_BY_PLACE:
            options = exp.Array(expressions=[exp.Literal.string(o) for o in column.options or ()])
            value = exp.Anonymous(this="list_position", expressions=[options, value])
        # Empty values come first where Kintone's place for them is known.
        yield exp.Ordered(this=value, desc=key.descending, nulls_first=not key.descending)


def _column(table: Table, key: SortKey) -> Column | None:
    for column in table.columns:
        if column.field_code == key.field_code and column.part == "value":
            if column.family in _SORTED_BY_PLACE:
                return column if column.options else None
            return column if column.family in _SORTED_BY_VALUE else None
    return None
