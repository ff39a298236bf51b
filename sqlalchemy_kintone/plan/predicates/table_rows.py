"""Conditions on the rows of a child table, as conditions on the records that they are in.

Kintone finds a record by ``in``, comparisons by size and ``is empty`` where some row fits, and by
all that negates only where every row does. So the first kind finds all records with a row for which
the SQL condition is true, and more; the second may miss some and is not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.kintone import query
from sqlalchemy_kintone.plan.conditions import Translation, at_least, local, of_some_row, parts_of
from sqlalchemy_kintone.plan.constants import Constant
from sqlalchemy_kintone.plan.predicates.rules import Operator, Rules

_SOME_ROW = "Kintone finds records of which some row fits"
_EVERY_ROW = "Kintone finds records by such a condition only where it holds for every row"


@dataclass(frozen=True)
class RowRules(Rules):
    """A field inside a table.

    Attributes:
        field: The rules of such a field outside of tables.
    """

    field: Rules

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """As the field's, where some row fits."""
        return _some_row(self.field.compare(operator, value))

    def among(self, values: Sequence[Constant], /) -> Translation:
        """As the field's, where some row fits."""
        return _some_row(self.field.among(values))

    def not_among(self, values: Sequence[Constant], /) -> Translation:
        """As far as the field's does not negate."""
        return _some_row(self.field.not_among(values))

    def null(self) -> Translation:
        """As the field's, where some row fits."""
        return _some_row(self.field.null())

    def present(self) -> Translation:
        """As far as the field's does not negate."""
        return _some_row(self.field.present())

    def has_any(self, values: Sequence[Constant], /) -> Translation:
        """As the field's, where some row fits."""
        return _some_row(self.field.has_any(values))

    def has_none(self, values: Sequence[Constant], /) -> Translation:
        """As far as the field's does not negate."""
        return _some_row(self.field.has_none(values))

    def lacks(self, values: Sequence[Constant], /) -> Translation:
        """As far as the field's does not negate."""
        return _some_row(self.field.lacks(values))


def _some_row(translation: Translation) -> Translation:
    if translation.condition is None:
        return translation
    positive = _positive(translation.condition)
    if positive is None:
        return local(_EVERY_ROW)
    if translation.exact and _is_one_positive(translation.condition):
        return of_some_row(positive, _SOME_ROW)
    return at_least(positive, _SOME_ROW)


def _is_one_positive(condition: exp.Expression) -> bool:
    """Whether it is one comparison with values, so that nothing was left out of it."""
    if isinstance(condition, exp.In):
        values = condition.expressions
    elif isinstance(condition, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        values = [condition.expression]
    else:
        return False
    return all(isinstance(value, exp.Literal) and value.name for value in values)


def _positive(condition: exp.Expression) -> exp.Expression | None:
    """A condition that finds every record of which a row fits; None where there is none."""
    if isinstance(condition, exp.And):
        kept = [_positive(part) for part in parts_of(condition, exp.And)]
        found = [part for part in kept if part is not None]
        return query.all_of(found) if found else None
    if isinstance(condition, exp.Or):
        kept = [_positive(part) for part in parts_of(condition, exp.Or)]
        found = [part for part in kept if part is not None]
        return query.any_of(found) if len(found) == len(kept) else None
    if isinstance(condition, exp.EQ):
        # Kintone refuses = for fields inside tables.
        return query.among(condition.this.name, [condition.expression.name])
    return None if isinstance(condition, exp.NEQ | exp.Not) else condition


def row_rules(field: Rules) -> RowRules:
    """The rules of a field inside a table, by those of such a field outside of tables."""
    return RowRules(field.why_local, field)
