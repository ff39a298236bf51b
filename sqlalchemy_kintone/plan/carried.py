"""Conditions on one side of an equality hold for the other side too.

``a.x = b.y AND a.x = 5`` is joined by ``b.y = 5``, so that both apps are asked for what is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.plan.constants import Kind
from sqlalchemy_kintone.plan.folding import folded
from sqlalchemy_kintone.plan.joins import JoinKind, conjuncts, rejects_nulls
from sqlalchemy_kintone.plan.scope import Binding, Scope

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_NUMBERS = frozenset({Family.ID, Family.NUMBER})
_MOST = 50
"""Conditions carried in one SELECT: far above what statements have, and an end for odd ones."""


@dataclass(frozen=True, eq=False)
class _Side:
    """A column in an equality, and where it is from."""

    node: exp.Column
    binding: Binding


@dataclass(frozen=True, eq=False)
class _Clause:
    """A list of conditions that are all to hold: WHERE, or the ON of a join."""

    owner: exp.Select | exp.Join

    @property
    def conditions(self) -> Sequence[exp.Expression]:
        if isinstance(self.owner, exp.Join):
            return conjuncts(self.owner.args.get("on"))
        where = self.owner.args.get("where")
        return conjuncts(where.this if where else None)

    def add(self, condition: exp.Expression) -> None:
        if isinstance(self.owner, exp.Join):
            self.owner.on(condition, copy=False)
        else:
            self.owner.where(condition, copy=False)


def carry_conditions(scopes: Iterable[Scope], zone: str) -> None:
    """Add the conditions that follow from equalities.

    Args:
        scopes: The SELECTs that read apps; they are changed.
        zone: The session's time zone.
    """
    for scope in scopes:
        if len(scope.sources) > 1 and JoinKind.OTHER not in scope.joins.kinds:
            _carry(scope, zone)


def _carry(scope: Scope, zone: str) -> None:
    where = _Clause(scope.select)
    joins = [_Clause(join) for join in scope.select.args.get("joins") or () if join.args.get("on")]
    inner = all(kind is JoinKind.INNER for kind in scope.joins.kinds)
    named = [node for n in range(len(scope.joins.kinds)) for node in scope.equal_by_name(n)]
    added = 0
    changed = True
    while changed and added < _MOST:
        changed = False
        for target, equal, given in _reach(where, joins, named, inner=inner):
            for condition in _following(scope, equal, given, zone):
                # Only where it is not there yet, or there would be no end.
                known = [_bare(node) for node in target.conditions]
                if condition not in known and added < _MOST:
                    target.add(condition)
                    added, changed = added + 1, True


def _reach(
    where: _Clause, joins: Sequence[_Clause], named: Sequence[exp.Expression], *, inner: bool
) -> Iterator[tuple[_Clause, Sequence[exp.Expression], Sequence[exp.Expression]]]:
    """Where conditions may be added, with the equalities and conditions that they follow from."""
    if inner:
        # All conditions hold for all rows of the result.
        everything = [node for clause in (where, *joins) for node in clause.conditions]
        yield where, [*everything, *named], everything
        return
    for clause in (where, *joins):
        yield clause, clause.conditions, clause.conditions
    for clause in joins:
        # Partners that it takes away belong to rows that WHERE drops, with or without them: their
        # other side is NULL then, or is what WHERE drops it for.
        strict = [node for node in where.conditions if rejects_nulls(node)]
        yield clause, clause.conditions, strict


def _following(
    scope: Scope, equal: Sequence[exp.Expression], given: Sequence[exp.Expression], zone: str
) -> Iterator[exp.Expression]:
    for node in equal:
        sides = _sides(scope, node)
        for known, other in (sides, sides[::-1]) if sides else ():
            for condition in given:
                if _is_on(scope, condition, known.binding) and _fits(condition, known, other, zone):
                    yield _with(condition, other.node)


def _sides(scope: Scope, node: exp.Expression) -> tuple[_Side, _Side] | None:
    if not isinstance(node, exp.EQ):
        return None
    left, right = _side(scope, node.this), _side(scope, node.expression)
    if left is None or right is None or left.binding.source is right.binding.source:
        return None
    return left, right


def _side(scope: Scope, node: exp.Expression) -> _Side | None:
    while isinstance(node, exp.Paren):
        node = node.this
    binding = scope.bind(node) if isinstance(node, exp.Column) else None
    return _Side(node, binding) if binding is not None and isinstance(node, exp.Column) else None


def _is_on(scope: Scope, condition: exp.Expression, binding: Binding) -> bool:
    """Whether a condition has this column and no other."""
    found = [scope.bind(column) for column in condition.find_all(exp.Column)]
    return bool(found) and all(
        each is not None and each.source is binding.source and each.column == binding.column
        for each in found
    )


def _fits(condition: exp.Expression, known: _Side, other: _Side, zone: str) -> bool:
    """Whether equal values of both columns surely answer the condition alike."""
    kinds = _kinds(condition, zone)
    if kinds is None:
        return False
    left, right = known.binding.column, other.binding.column
    if "DOUBLE" in (left.sql_type, right.sql_type):
        return False
    if left.sql_type == right.sql_type:
        return True
    # A text would take the type of the column.
    return _is_number(left) and _is_number(right) and kinds <= {Kind.NUMBER, Kind.NULL}


def _is_number(column: Column) -> bool:
    return column.family in _NUMBERS


def _kinds(condition: exp.Expression, zone: str) -> frozenset[Kind] | None:
    """The types of constants that a condition compares a column with; None for other forms."""
    if isinstance(condition, exp.Paren | exp.Not):
        return _kinds(condition.this, zone)
    if isinstance(condition, exp.And | exp.Or):
        left, right = _kinds(condition.this, zone), _kinds(condition.expression, zone)
        return None if left is None or right is None else left | right
    if isinstance(condition, _COMPARISONS):
        sides = [condition.this, condition.expression]
        constants = [side for side in sides if not isinstance(side, exp.Column)]
        return _all_kinds(constants, zone) if len(constants) == 1 else None
    if not isinstance(condition.this, exp.Column):
        return None
    if isinstance(condition, exp.In) and condition.expressions:
        return _all_kinds(condition.expressions, zone)
    if isinstance(condition, exp.Between) and not condition.args.get("symmetric"):
        return _all_kinds([condition.args["low"], condition.args["high"]], zone)
    return None


def _all_kinds(nodes: Sequence[exp.Expression], zone: str) -> frozenset[Kind] | None:
    found = [folded(node, zone) for node in nodes]
    kinds = frozenset(each.kind for each in found if each is not None)
    return None if None in found or Kind.LIST in kinds else kinds


def _with(condition: exp.Expression, column: exp.Column) -> exp.Expression:
    copied = _bare(condition).copy()
    for each in list(copied.find_all(exp.Column)):
        each.replace(column.copy())
    return copied


def _bare(condition: exp.Expression) -> exp.Expression:
    while isinstance(condition, exp.Paren):
        condition = condition.this
    return condition
