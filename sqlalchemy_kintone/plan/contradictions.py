"""Conditions that no record can pass, such as ``n > 5 and n < 3``: they need no request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, Family, Table

Size = Callable[[str], Any]
"""What a literal of a field compares as."""

_NUMBERS = frozenset({Family.ID, Family.RECORD_NUMBER, Family.NUMBER})
_TEXTS = frozenset({Family.DATE, Family.TIME, Family.TIMESTAMP})
_CHOICES = frozenset({Family.OPTION, Family.STATUS})


@dataclass(frozen=True)
class _Range:
    """The values that a field may have; None where there is no bound."""

    low: Any = None
    high: Any = None
    low_open: bool = False
    high_open: bool = False

    def above(self, bound: Any, *, is_open: bool) -> _Range:
        if self.low is not None and (self.low, self.low_open) >= (bound, is_open):
            return self
        return _Range(bound, self.high, is_open, self.high_open)

    def below(self, bound: Any, *, is_open: bool) -> _Range:
        if self.high is not None and (self.high, not self.high_open) <= (bound, not is_open):
            return self
        return _Range(self.low, bound, self.low_open, is_open)

    def holds(self, value: Any) -> bool:
        return not (
            (self.low is not None and (value < self.low or (value == self.low and self.low_open)))
            or (
                self.high is not None
                and (value > self.high or (value == self.high and self.high_open))
            )
        )

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high) or (
            self.low == self.high and (self.low_open or self.high_open)
        )


def contradict(conditions: Iterable[exp.Expression], table: Table) -> bool:
    """Whether Kintone conditions that AND joins surely exclude each other.

    Args:
        conditions: Kintone conditions that come of SQL conditions which are all to be true. So an
            empty value passes none of those that compare it with another.
        table: The app.
    """
    sizes = {column.field_code: size for column in table.columns if (size := _size(column))}
    ranges: dict[str, _Range] = {}
    choices: dict[str, set[Any]] = {}
    for condition in conditions:
        code = condition.this.name if isinstance(condition.this, exp.Column) else ""
        if code not in sizes or condition.find(exp.Anonymous):
            continue
        values = _values(condition)
        if values is None:
            ranges[code] = _narrowed(ranges.get(code, _Range()), condition, sizes[code])
        else:
            found = {sizes[code](value) for value in values}
            choices[code] = choices[code] & found if code in choices else found
    return _impossible(ranges, choices)


def _impossible(ranges: Mapping[str, _Range], choices: Mapping[str, set[Any]]) -> bool:
    if any(one.empty for one in ranges.values()):
        return True
    return any(
        not any(ranges.get(code, _Range()).holds(value) for value in values)
        for code, values in choices.items()
    )


def _size(column: Column) -> Size | None:
    if column.part != "value":
        return None
    if column.family in _NUMBERS:
        return Decimal
    if column.family in _TEXTS:
        return str
    return str.casefold if column.family in _CHOICES else None


def _values(condition: exp.Expression) -> list[str] | None:
    """The values that ``=`` or ``in`` names; None for other conditions and for ``""``."""
    if isinstance(condition, exp.EQ):
        values = [condition.expression.name]
    elif isinstance(condition, exp.In):
        values = [value.name for value in condition.expressions]
    else:
        return None
    return values if "" not in values else None


def _narrowed(held: _Range, condition: exp.Expression, size: Size) -> _Range:
    if not isinstance(condition, exp.LT | exp.LTE | exp.GT | exp.GTE):
        return held
    bound = size(condition.expression.name)
    if isinstance(condition, exp.GT | exp.GTE):
        return held.above(bound, is_open=isinstance(condition, exp.GT))
    return held.below(bound, is_open=isinstance(condition, exp.LT))
