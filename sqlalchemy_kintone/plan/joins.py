"""Which conditions may be checked before a join: what outer joins add must stay as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from sqlalchemy_kintone.plan.predicates.translate import operands


class JoinKind(Enum):
    """What a join does with rows that have no partner."""

    INNER = "inner"
    """Drops them; CROSS JOIN and the comma too."""
    LEFT = "left"
    RIGHT = "right"
    FULL = "full"
    SEMI = "semi"
    ANTI = "anti"
    OTHER = "other"
    """Chooses partners by more than a condition: ASOF, POSITIONAL."""


@dataclass(frozen=True)
class Joins:
    """The joins of a FROM clause, taken from left to right.

    What is joined is numbered: 0 for the first, ``i + 1`` for the right side of join ``i``.

    Attributes:
        kinds: Of each join in order.
    """

    kinds: tuple[JoinKind, ...]

    def padded(self, item: int, before: int | None = None) -> bool:
        """Whether rows with NULLs in the place of the item's may come out of the joins.

        Args:
            item: The item.
            before: Of the joins before this one only; None for all.
        """
        for number, kind in enumerate(self.kinds[:before]):
            right = item == number + 1
            if kind is JoinKind.FULL and item <= number + 1:
                return True
            if (kind is JoinKind.LEFT and right) or (kind is JoinKind.RIGHT and item <= number):
                return True
        return False

    def where_reaches(self, item: int, condition: exp.Expression) -> bool:
        """Whether the item's rows may be filtered by a condition of WHERE, which is kept."""
        if JoinKind.OTHER in self.kinds:
            return False
        if item and self.kinds[item - 1] in (JoinKind.SEMI, JoinKind.ANTI):
            return False
        return not self.padded(item) or rejects_nulls(condition)

    def on_reaches(self, join: int, item: int, condition: exp.Expression) -> bool:
        """Whether the item's rows may be filtered by a condition of a join's ON."""
        kind = self.kinds[join]
        if JoinKind.OTHER in self.kinds or kind is JoinKind.FULL:
            return False
        if item == join + 1:
            return kind is not JoinKind.RIGHT
        if kind in (JoinKind.LEFT, JoinKind.ANTI) or item > join:
            return False
        if item and self.kinds[item - 1] in (JoinKind.SEMI, JoinKind.ANTI):
            return False
        return not self.padded(item, join) or rejects_nulls(condition)


def joins_of(select: exp.Select) -> Joins:
    """The joins of a SELECT."""
    return Joins(tuple(_kind(join) for join in select.args.get("joins") or ()))


def rejects_nulls(condition: exp.Expression) -> bool:
    """Whether a condition is surely not true where all its columns are NULL."""
    if isinstance(condition, exp.Paren):
        return rejects_nulls(condition.this)
    if isinstance(condition, exp.Boolean | exp.Null):
        return isinstance(condition, exp.Null) or not condition.this
    if isinstance(condition, exp.And):
        return any(rejects_nulls(part) for part in operands(condition))
    if isinstance(condition, exp.Or):
        return all(rejects_nulls(part) for part in operands(condition))
    if isinstance(condition, exp.Not):
        inner = condition.this
        while isinstance(inner, exp.Paren):
            inner = inner.this
        return _is_null_check(inner) or _null_of_null(inner)
    return _null_of_null(condition)


_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def _null_of_null(condition: exp.Expression) -> bool:
    """Whether it is NULL where its column is."""
    if isinstance(condition, _COMPARISONS):
        return _is_column(condition.this) or _is_column(condition.expression)
    if isinstance(condition, exp.In):
        return _is_column(condition.this) and bool(condition.expressions)
    return isinstance(condition, exp.Between) and _is_column(condition.this)


def _is_null_check(condition: exp.Expression) -> bool:
    return (
        isinstance(condition, exp.Is)
        and isinstance(condition.expression, exp.Null)
        and _is_column(condition.this)
    )


def _is_column(node: exp.Expression) -> bool:
    while isinstance(node, exp.Paren):
        node = node.this
    return isinstance(node, exp.Column)


_OUTER = {"LEFT": JoinKind.LEFT, "RIGHT": JoinKind.RIGHT, "FULL": JoinKind.FULL}
_SIDELESS = {
    "": JoinKind.INNER,
    "INNER": JoinKind.INNER,
    "CROSS": JoinKind.INNER,
    "SEMI": JoinKind.SEMI,
    "ANTI": JoinKind.ANTI,
}


def _kind(join: exp.Join) -> JoinKind:
    side, kind, method = join.side.upper(), join.kind.upper(), join.method.upper()
    if method not in ("", "NATURAL"):
        return JoinKind.OTHER
    if side and kind in ("", "OUTER"):
        return _OUTER.get(side, JoinKind.OTHER)
    return JoinKind.OTHER if side else _SIDELESS.get(kind, JoinKind.OTHER)


def conjuncts(condition: exp.Expression | None) -> Sequence[exp.Expression]:
    """The conditions that a condition joins by AND; none for none."""
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if condition is None:
        return ()
    return list(operands(condition)) if isinstance(condition, exp.And) else [condition]
