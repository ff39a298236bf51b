"""Which scans can be narrowed to the keys that another scan brought.

The other scan's rows hold every key that the join, IN or EXISTS can find, and perhaps more: what is
fetched so is a superset, and the residual SQL joins it as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, Family, fold
from sqlalchemy_kintone.plan.given import is_key
from sqlalchemy_kintone.plan.joins import conjuncts
from sqlalchemy_kintone.plan.merged import derived_at
from sqlalchemy_kintone.plan.model import KeySource
from sqlalchemy_kintone.plan.scope import Binding, Scope

_ONE_PER_GROUP = ("group", "having", "qualify", "limit", "offset", "distinct")
_NUMBERS = frozenset({Family.ID, Family.NUMBER})
_TEXTS = frozenset({Family.TEXT, Family.OPTION, Family.STATUS})


def key_sources(scopes: Sequence[Scope]) -> Mapping[str, tuple[KeySource, ...]]:
    """For each scan the keys that may narrow it, by the scan's name."""
    found: dict[str, list[KeySource]] = {}
    by_select = {id(scope.select): scope for scope in scopes}
    for scope in scopes:
        for narrowed, other in _pairs(scope, by_select):
            if narrowed.source is not other.source and _may_narrow(narrowed, other):
                key = KeySource(narrowed.column, other.source.scan, other.column)
                found.setdefault(narrowed.source.scan, []).append(key)
    return {scan: tuple(dict.fromkeys(keys)) for scan, keys in found.items()}


@dataclass(frozen=True)
class _Side:
    """One side of an equality.

    Attributes:
        binding: The column of an app that it is, perhaps through a derived table.
        item: The number of the app or the derived table among what the SELECT joins.
        narrows: Whether rows without the wanted value may be left out where they are read.
    """

    binding: Binding
    item: int
    narrows: bool


def _pairs(scope: Scope, scopes: Mapping[int, Scope]) -> Iterator[tuple[Binding, Binding]]:
    """Pairs of a column whose rows are only wanted where the other column has its value."""
    where = scope.select.args.get("where")
    for node in conjuncts(where.this if where else None):
        for narrowed, other in _subquery(scope, node, scopes):
            if scope.joins.where_reaches(scope.item(narrowed.source), node):
                yield narrowed, other
        for side, other in _equality(scope, node, scopes):
            if scope.joins.where_reaches(side.item, node):
                yield side.binding, other
    for number, join in enumerate(scope.select.args.get("joins") or ()):
        for node in [*conjuncts(join.args.get("on")), *scope.equal_by_name(number)]:
            for side, other in _equality(scope, node, scopes):
                if scope.joins.on_reaches(number, side.item, node):
                    yield side.binding, other


def _equality(
    scope: Scope, node: exp.Expression, scopes: Mapping[int, Scope]
) -> Iterator[tuple[_Side, Binding]]:
    """``a.x = b.y``: either side may be narrowed by the other."""
    if not isinstance(node, exp.EQ):
        return
    left, right = _side(scope, node.this, scopes), _side(scope, node.expression, scopes)
    if left is not None and right is not None:
        if left.narrows:
            yield left, right.binding
        if right.narrows:
            yield right, left.binding


def _side(scope: Scope, node: exp.Expression, scopes: Mapping[int, Scope]) -> _Side | None:
    binding = _bound(scope, node)
    if binding is not None:
        return _Side(binding, scope.item(binding.source), narrows=True)
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Column) or not node.table or node.db:
        return None
    return _through_derived(scope, node, scopes)


def _through_derived(scope: Scope, column: exp.Column, scopes: Mapping[int, Scope]) -> _Side | None:
    """A column of a derived table that is one of an app's inside it."""
    select = scope.select
    clauses = [select.args.get("from_"), select.args.get("from"), *(select.args.get("joins") or ())]
    joined = [clause.this for clause in clauses if clause is not None]
    named = [
        number
        for number, place in enumerate(joined)
        if fold(place.alias_or_name) == fold(column.table)
    ]
    place = joined[named[0]] if len(named) == 1 else None
    derived = derived_at(place) if isinstance(place, exp.Subquery) else None
    inner = scopes.get(id(derived.select)) if derived is not None else None
    item = derived.items.get(fold(column.name)) if derived is not None else None
    value = item.unalias() if item is not None else None
    if inner is None or not isinstance(value, exp.Column):
        return None
    binding = inner.bind(value)
    if binding is None:
        return None
    wanted = exp.EQ(this=value.copy(), expression=exp.Literal.number(1))
    reached = inner.joins.where_reaches(inner.item(binding.source), wanted)
    return _Side(binding, named[0], reached)


def _subquery(
    scope: Scope, node: exp.Expression, scopes: Mapping[int, Scope]
) -> Iterator[tuple[Binding, Binding]]:
    """``a.x IN (SELECT b.y …)`` and ``EXISTS (SELECT … WHERE b.y = a.x)``."""
    if isinstance(node, exp.In) and isinstance(node.args.get("query"), exp.Subquery):
        select = node.args["query"].this
        inner = scopes.get(id(select))
        if inner is not None and len(select.expressions) == 1:
            narrowed = _bound(scope, node.this)
            other = _bound(inner, select.expressions[0].unalias())
            if narrowed is not None and other is not None:
                yield narrowed, other
    elif isinstance(node, exp.Exists):
        inner = scopes.get(id(node.this))
        if inner is not None and _row_by_row(inner.select):
            where = inner.select.args.get("where")
            yield from _correlated(scope, inner, conjuncts(where.this if where else None))


def _correlated(
    outer: Scope, inner: Scope, conditions: Iterable[exp.Expression]
) -> Iterator[tuple[Binding, Binding]]:
    for node in conditions:
        if not isinstance(node, exp.EQ):
            continue
        for mine, theirs in ((node.this, node.expression), (node.expression, node.this)):
            other = _bound(inner, mine)
            # A name of the inner SELECT hides the outer one's.
            narrowed = _bound(outer, theirs) if _bound(inner, theirs) is None else None
            if other is not None and narrowed is not None and _is_qualified(theirs):
                yield narrowed, other


def _row_by_row(select: exp.Select) -> bool:
    """Whether it has rows only where its FROM and WHERE have some."""
    if any(select.args.get(key) for key in _ONE_PER_GROUP):
        return False
    return not any(item.find(exp.AggFunc, exp.Anonymous) for item in select.expressions)


def _bound(scope: Scope, node: exp.Expression) -> Binding | None:
    while isinstance(node, exp.Paren):
        node = node.this
    return scope.bind(node) if isinstance(node, exp.Column) else None


def _is_qualified(node: exp.Expression) -> bool:
    return isinstance(node, exp.Column) and bool(node.table)


def _may_narrow(narrowed: Binding, other: Binding) -> bool:
    # A record has several rows, so that several of their values could find it.
    bindings = (narrowed, other)
    if any(b.source.table.child and b.column.field_code != "$id" for b in bindings):
        return False
    if narrowed.source.table.system is None:
        return _alike(narrowed.column, other.column)
    if not is_key(narrowed.source, narrowed.column) or other.column.part == "name":
        return False
    return narrowed.column.sql_type == other.column.sql_type


def _alike(narrowed: Column, other: Column) -> bool:
    """Whether DuckDB compares the two without converting either."""
    if "DOUBLE" in (narrowed.sql_type, other.sql_type) or "name" in (narrowed.part, other.part):
        return False
    if {narrowed.family, other.family} <= _NUMBERS:
        return narrowed.field_code != "$revision"
    if {narrowed.family, other.family} <= _TEXTS:
        return True
    return narrowed.family is other.family is Family.DATE
