"""Conditions on a derived table or common table expression are copied to where its rows are read.

``SELECT t FROM (SELECT total AS t FROM orders) AS v WHERE t > 5`` reads only orders of more than 5.
The condition stays where it was, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import fold
from sqlalchemy_kintone.plan.folding import folded
from sqlalchemy_kintone.plan.joins import conjuncts, joins_of
from sqlalchemy_kintone.plan.paging import PER_ROW
from sqlalchemy_kintone.plan.scope import Scope

_CLAUSES = frozenset({"expressions", "from_", "from", "where", "joins"})
# What gives the same answer whenever and wherever it is computed.
_STEADY = (
    exp.And,
    exp.Between,
    exp.Boolean,
    exp.Cast,
    exp.Column,
    exp.DataType,
    exp.DataTypeParam,
    exp.EQ,
    exp.GT,
    exp.GTE,
    exp.Identifier,
    exp.In,
    exp.Is,
    exp.LT,
    exp.LTE,
    exp.Literal,
    exp.NEQ,
    exp.Neg,
    exp.Not,
    exp.Null,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Or,
    exp.Paren,
    exp.TimestampTrunc,
    exp.Var,
    exp.Year,
)


@dataclass(frozen=True)
class _Place:
    """Where the rows of an inner SELECT are used.

    Attributes:
        select: The SELECT that uses them.
        alias: What it calls them, folded.
        item: Their number among what it joins.
    """

    select: exp.Select
    alias: str
    item: int


def copy_conditions_inward(scopes: Iterable[Scope]) -> None:
    """Add to each SELECT that reads apps the conditions that the one around it has on its rows."""
    for scope in scopes:
        place = _place(scope.select)
        if place is not None and _filters_only(scope.select):
            _copy(scope, place)


def _copy(inner: Scope, place: _Place) -> None:
    where = place.select.args.get("where")
    given = _given(inner)
    joins, alone = joins_of(place.select), not place.select.args.get("joins")
    for condition in conjuncts(where.this if where else None):
        columns = list(condition.find_all(exp.Column))
        steady = all(_is_steady(node) for node in condition.walk(prune=_is_constant))
        meant = [_meant(column, place, given, alone=alone) for column in columns]
        if not steady or not columns or not all(meant):
            continue
        if joins.where_reaches(place.item, condition):
            inner.select.where(_renamed(condition, given), copy=False)


def _is_steady(node: object) -> bool:
    return isinstance(node, _STEADY) or _is_constant(node)


def _is_constant(node: object) -> bool:
    """Whether it is a constant that DuckDB surely computes; which one is of no matter."""
    return isinstance(node, exp.Expression) and folded(node, "UTC") is not None


def _renamed(condition: exp.Expression, given: Mapping[str, exp.Column]) -> exp.Expression:
    copied = exp.Paren(this=condition.copy())
    for column in list(copied.find_all(exp.Column)):
        column.replace(given[fold(column.name)].copy())
    return copied


def _meant(
    column: exp.Column, place: _Place, given: Mapping[str, exp.Column], *, alone: bool
) -> bool:
    """Whether a column of the outer SELECT is surely one of the inner SELECT's."""
    if column.db or fold(column.name) not in given:
        return False
    return fold(column.table) == place.alias if column.table else alone


def _given(inner: Scope) -> Mapping[str, exp.Column]:
    """The columns that a SELECT gives unchanged, by folded name; none of a name given twice."""
    given: dict[str, exp.Column] = {}
    taken: set[str] = set()
    for item in inner.select.expressions:
        for name, column in _items(item, inner):
            if name in taken:
                given.pop(name, None)
            elif column is not None:
                given[name] = column
            taken.add(name)
    return given


def _items(item: exp.Expression, inner: Scope) -> Iterable[tuple[str, exp.Column | None]]:
    if isinstance(item, exp.Star):
        if any(item.args.values()) or len(inner.sources) != 1 or inner.select.args.get("joins"):
            return [(fold(name), None) for name in _all_names(inner)]
        source = inner.sources[0]
        table = exp.to_identifier(source.node.alias_or_name, quoted=True)
        return [
            (fold(each.name), exp.Column(this=exp.to_identifier(each.name, True), table=table))
            for each in source.table.columns
        ]
    column = item.unalias()
    if isinstance(column, exp.Column) and inner.bind(column) is not None:
        return [(fold(item.alias_or_name), column)]
    return [(fold(item.alias_or_name), None)]


def _all_names(inner: Scope) -> Iterable[str]:
    return [column.name for source in inner.sources for column in source.table.columns]


def _filters_only(select: exp.Select) -> bool:
    """Whether a SELECT gives rows one by one, so that they may as well be filtered before."""
    if any(value and key not in _CLAUSES for key, value in select.args.items()):
        return False
    return all(isinstance(node, PER_ROW) for item in select.expressions for node in item.walk())


def _place(select: exp.Select) -> _Place | None:
    parent = select.parent
    if isinstance(parent, exp.Subquery):
        return _used_at(parent)
    if not isinstance(parent, exp.CTE) or parent.args["alias"].args.get("columns"):
        return None
    clause = parent.parent
    if not isinstance(clause, exp.With) or clause.args.get("recursive"):
        return None
    name = fold(parent.alias)
    uses = [t for t in parent.root().find_all(exp.Table) if fold(t.name) == name]
    return _used_at(uses[0]) if len(uses) == 1 and not uses[0].db else None


def _used_at(node: exp.Expression) -> _Place | None:
    """The place of a derived table, or of the only mention of a common table expression."""
    alias = node.args.get("alias")
    if any(value and key not in ("this", "alias") for key, value in node.args.items()):
        return None
    if alias is not None and alias.args.get("columns"):
        return None
    clause = node.parent
    select = clause.parent if isinstance(clause, exp.From | exp.Join) else None
    if not isinstance(select, exp.Select):
        return None
    joins = select.args.get("joins") or ()
    item = next((i for i, join in enumerate(joins, start=1) if join is clause), 0)
    return _Place(select, fold(node.alias_or_name), item)
