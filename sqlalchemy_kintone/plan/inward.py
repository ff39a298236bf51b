"""Conditions on a derived table or common table expression are copied to where its rows are read.

``SELECT t FROM (SELECT total AS t FROM orders) AS v WHERE t > 5`` reads only orders of more than 5.
The condition stays where it was, too. It goes into all branches of a UNION, and through GROUP BY,
DISTINCT ON and window functions where it is on what rows are grouped, chosen or parted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import fold
from sqlalchemy_kintone.plan.folding import folded
from sqlalchemy_kintone.plan.joins import conjuncts, joins_of
from sqlalchemy_kintone.plan.paging import is_per_row
from sqlalchemy_kintone.plan.scope import Binding, Scope

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


@dataclass(frozen=True)
class _Item:
    """What a SELECT gives at one place: a name, and the column if it is one unchanged."""

    name: str
    column: exp.Column | None


def copy_conditions_inward(scopes: Sequence[Scope]) -> None:
    """Add to each SELECT that reads apps the conditions that the one around it has on its rows."""
    by_select = {id(scope.select): scope for scope in scopes}
    queries = {id(query): query for query in (_whole_query(s.select) for s in scopes)}
    for query in queries.values():
        place = _place(query)
        branches = [by_select.get(id(select)) for select in _branches(query)]
        known = [branch for branch in branches if branch is not None]
        if place is not None and len(known) == len(branches):
            given = [list(_items_of(branch)) for branch in known]
            _copy(known, _matched(given, query), place)


def _copy(branches: Sequence[Scope], given: Sequence[Sequence[_Item]], place: _Place) -> None:
    where = place.select.args.get("where")
    places = _places_of_names(given)
    joins, alone = joins_of(place.select), not place.select.args.get("joins")
    for condition in conjuncts(where.this if where else None):
        columns = list(condition.find_all(exp.Column))
        if not columns or not all(_meant(c, place, places, alone=alone) for c in columns):
            continue
        if not all(_is_steady(node) for node in condition.walk(prune=_is_constant)):
            continue
        used = sorted({places[fold(column.name)] for column in columns})
        if not joins.where_reaches(place.item, condition) or not _alike(branches, given, used):
            continue
        for branch, items in zip(branches, given, strict=True):
            found = [items[number].column for number in used]
            if _may_be_filtered(branch, [column for column in found if column is not None]):
                names = {name: items[number] for name, number in places.items()}
                branch.select.where(_renamed(condition, names), copy=False)


def _matched(given: Sequence[Sequence[_Item]], query: exp.Expression) -> Sequence[Sequence[_Item]]:
    """What the branches give, in the order in which a union matches it; nothing if not certain."""
    by_name = {bool(union.args.get("by_name")) for union in _unions(query)}
    if True not in by_name:
        return given
    orders = [{item.name: item for item in items} for items in given]
    names = [item.name for item in given[0]]
    # A branch without a column has NULLs there.
    if False in by_name or any(sorted(item.name for item in i) != sorted(names) for i in given):
        return [[] for _ in given]
    return [[order[name] for name in names] for order in orders]


def _unions(query: exp.Expression) -> Iterator[exp.SetOperation]:
    if isinstance(query, exp.SetOperation):
        for part in (query.this, query.expression):
            while _only_wraps(part):
                part = part.this
            yield from _unions(part)
        yield query


def _places_of_names(given: Sequence[Sequence[_Item]]) -> Mapping[str, int]:
    """The places of the names that a query gives; not of those that it gives twice."""
    names = [item.name for item in given[0]]
    if any(len(items) != len(names) for items in given):
        return {}
    return {name: number for number, name in enumerate(names) if names.count(name) == 1}


def _alike(
    branches: Sequence[Scope], given: Sequence[Sequence[_Item]], used: Iterable[int]
) -> bool:
    """Whether all branches give columns there, of one type: a union converts no value."""
    for number in used:
        types = set()
        for branch, items in zip(branches, given, strict=True):
            column = items[number].column
            binding = branch.bind(column) if column is not None else None
            if binding is None:
                return False
            types.add(binding.column.sql_type)
        if len(types) > 1:
            return False
    return True


def _is_steady(node: object) -> bool:
    return isinstance(node, _STEADY) or _is_constant(node)


def _is_constant(node: object) -> bool:
    """Whether it is a constant that DuckDB surely computes; which one is of no matter."""
    return isinstance(node, exp.Expression) and folded(node, "UTC") is not None


def _renamed(condition: exp.Expression, given: Mapping[str, _Item]) -> exp.Expression:
    copied = exp.Paren(this=condition.copy())
    for column in list(copied.find_all(exp.Column)):
        meant = given[fold(column.name)].column
        if meant is not None:
            column.replace(meant.copy())
    return copied


def _meant(column: exp.Column, place: _Place, given: Mapping[str, int], *, alone: bool) -> bool:
    """Whether a column of the outer SELECT is surely one of the inner SELECT's."""
    if column.db or fold(column.name) not in given:
        return False
    return fold(column.table) == place.alias if column.table else alone


def _items_of(inner: Scope) -> Iterable[_Item]:
    """What a SELECT gives, in order."""
    return [each for item in inner.select.expressions for each in _items(item, inner)]


def _items(item: exp.Expression, inner: Scope) -> Iterable[_Item]:
    if isinstance(item, exp.Star):
        if any(item.args.values()) or len(inner.sources) != 1 or inner.select.args.get("joins"):
            return [_Item(fold(name), None) for name in _all_names(inner)]
        source = inner.sources[0]
        table = exp.to_identifier(source.node.alias_or_name, quoted=True)
        return [
            _Item(fold(each.name), exp.Column(this=exp.to_identifier(each.name, True), table=table))
            for each in source.table.columns
        ]
    column = item.unalias()
    if isinstance(column, exp.Column) and inner.bind(column) is not None:
        return [_Item(fold(item.alias_or_name), column)]
    return [_Item(fold(item.alias_or_name), None)]


def _all_names(inner: Scope) -> Iterable[str]:
    return [column.name for source in inner.sources for column in source.table.columns]


def _may_be_filtered(inner: Scope, columns: Sequence[exp.Column]) -> bool:
    """Whether a SELECT's rows may as well be filtered by these columns before they are made."""
    select = inner.select
    group = select.args.get("group")
    allowed = _CLAUSES | ({"distinct", "qualify"} if group is None else {"group", "having"})
    if any(value and key not in allowed for key, value in select.args.items()):
        return False
    if group is None:
        wanted = [inner.bind(column) for column in columns]
        return _is_kept_apart(inner, wanted) and _is_chosen_by(inner, wanted)
    if any(item.find(exp.Window, exp.Query) for item in select.expressions):
        return False
    keys = _keys(inner, group)
    return all(inner.bind(column) in keys for column in columns)


def _is_kept_apart(inner: Scope, wanted: Sequence[Binding | None]) -> bool:
    """Whether every row is made of rows with the same values of these columns only."""
    select = inner.select
    made = [*select.expressions, *filter(None, [select.args.get("qualify")])]
    for item in made:
        for node in item.walk(prune=lambda part: isinstance(part, exp.Window)):
            if isinstance(node, exp.Window):
                keys = [_bound(inner, key) for key in node.args.get("partition_by") or ()]
                if not all(each in keys for each in wanted):
                    return False
            elif not (is_per_row(node) or isinstance(node, exp.Qualify)):
                return False
    return True


def _is_chosen_by(inner: Scope, wanted: Sequence[Binding | None]) -> bool:
    """Whether DISTINCT, if any, leaves rows out only for others with the same values of these."""
    distinct = inner.select.args.get("distinct")
    chosen = distinct.args.get("on") if distinct is not None else None
    if chosen is None:
        return True
    items = inner.select.expressions
    own = [
        key
        for key in chosen.expressions
        if isinstance(key, exp.Column) and not any(_takes_name(item, key, inner) for item in items)
    ]
    return all(each in [inner.bind(key) for key in own] for each in wanted)


def _bound(inner: Scope, node: exp.Expression) -> Binding | None:
    return inner.bind(node) if isinstance(node, exp.Column) else None


def _keys(inner: Scope, group: exp.Group) -> Sequence[Binding | None]:
    """The columns by which a SELECT groups: all rows of a group have one value of each."""
    items = inner.select.expressions
    if any(value and key not in ("expressions", "all") for key, value in group.args.items()):
        return []
    if group.args.get("all"):
        columns = [item.unalias() for item in items]
        return [inner.bind(each) for each in columns if isinstance(each, exp.Column)]
    keys = []
    for key in group.expressions:
        if isinstance(key, exp.Literal) and key.is_int and int(key.name) <= len(items):
            key = items[int(key.name) - 1].unalias()
        elif isinstance(key, exp.Column) and any(_takes_name(i, key, inner) for i in items):
            continue
        if isinstance(key, exp.Column):
            keys.append(inner.bind(key))
    return keys


def _takes_name(item: exp.Expression, key: exp.Column, inner: Scope) -> bool:
    """Whether a key without a table could mean an item that is something else."""
    if key.table or not isinstance(item, exp.Alias) or fold(item.alias) != fold(key.name):
        return False
    return not isinstance(item.this, exp.Column) or inner.bind(item.this) != inner.bind(key)


def _whole_query(select: exp.Select) -> exp.Expression:
    """The UNION that a SELECT is a branch of, or itself."""
    query: exp.Expression = select
    while True:
        parent = query.parent
        while _only_wraps(parent):
            parent = parent.parent if parent is not None else None
        if not isinstance(parent, exp.SetOperation) or not _is_plain(parent):
            return query
        query = parent


def _is_plain(union: exp.SetOperation) -> bool:
    """Whether columns are matched by place or by name, and nothing else happens to the rows."""
    clauses = ("this", "expression", "distinct", "by_name")
    return not any(value for key, value in union.args.items() if key not in clauses)


def _only_wraps(node: object) -> bool:
    """Parentheses around a branch."""
    return (
        isinstance(node, exp.Subquery)
        and isinstance(node.parent, exp.SetOperation)
        and not any(value for key, value in node.args.items() if key != "this")
    )


def _branches(query: exp.Expression) -> Iterator[exp.Expression]:
    pending = [query]
    while pending:
        part = pending.pop()
        while _only_wraps(part):
            part = part.this
        if isinstance(part, exp.SetOperation):
            pending += [part.expression, part.this]
        else:
            yield part


def _place(query: exp.Expression) -> _Place | None:
    parent = query.parent
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
