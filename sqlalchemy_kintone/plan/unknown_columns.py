"""Columns that no table of a statement has: told before anything is asked of Kintone.

Only where there is no doubt; all other names are for DuckDB to judge.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Table, fold
from sqlalchemy_kintone.plan.names import unknown_column
from sqlalchemy_kintone.plan.scope import Scope

# Between a column and its SELECT there may be these, in which a name can be nothing but a column.
_PLAIN = (
    exp.AggFunc,
    exp.Alias,
    exp.Between,
    exp.Binary,
    exp.Case,
    exp.Cast,
    exp.Coalesce,
    exp.From,
    exp.Group,
    exp.Having,
    exp.If,
    exp.In,
    exp.Join,
    exp.Lower,
    exp.Neg,
    exp.Not,
    exp.Order,
    exp.Ordered,
    exp.Paren,
    exp.Upper,
    exp.Where,
)
_NOT_PLAIN = (exp.Kwarg, exp.PropertyEQ, exp.Dot)
_PSEUDO = frozenset({"rowid"})


def require_columns(scopes: Iterable[Scope], sql: str) -> None:
    """Refuse a statement that names a column which its tables do not have.

    Args:
        scopes: The SELECTs that read apps.
        sql: The statement's text, for messages.

    Raises:
        ProgrammingError: With the nearest names, and the place.
    """
    for scope in scopes:
        if _sees_apps_only(scope):
            for column in scope.select.find_all(exp.Column):
                _require(column, scope, sql)


def _sees_apps_only(scope: Scope) -> bool:
    """Whether names can come of nothing but the SELECT's apps: nothing else is in or around it."""
    items = 1 + len(scope.select.args.get("joins") or ())
    if len(scope.sources) != items or scope.select.args.get("laterals"):
        return False
    outside = scope.select.find_ancestor(exp.Select, exp.CTE)
    return outside is None or isinstance(outside, exp.CTE)


def _require(column: exp.Column, scope: Scope, sql: str) -> None:
    tables = _without(column, scope)
    # Looked at last, as it takes as many steps as the column is deep.
    if tables is not None and _is_plain(column, scope.select):
        raise unknown_column(column, tables, sql)


def _without(column: exp.Column, scope: Scope) -> list[Table] | None:
    """The tables that should have the column and do not; None where one may have it."""
    name, table = fold(column.name), fold(column.table)
    if column.db or name in _PSEUDO:
        return None
    aliases = [source.alias for source in scope.sources]
    tables = [source.table for source in scope.sources]
    if table:
        named = [source.table for source in scope.sources if source.alias == table]
        is_field = any(each.column(table) for each in tables)
        return named if len(named) == 1 and not is_field and not named[0].column(name) else None
    results = {fold(item.alias) for item in scope.select.expressions if item.alias}
    known = name in results or name in aliases or any(each.column(name) for each in tables)
    return None if known else tables


def _is_plain(column: exp.Column, select: exp.Select) -> bool:
    if isinstance(column.this, exp.Star):
        return False
    place = column.parent
    while place is not None and place is not select:
        if not isinstance(place, _PLAIN) or isinstance(place, _NOT_PLAIN):
            return False
        place = place.parent
    return place is select
