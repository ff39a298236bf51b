"""Conditions on values computed from a column, solved for the column.

``total * 2 + 1 < 10`` is ``total < 4.5``, and ``day + INTERVAL 7 DAY > DATE '2026-03-08'`` is
``day > DATE '2026-03-01'``. Only where no record's value can make DuckDB's arithmetic overflow,
which is an error there and would be none here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlglot import exp

from sqlalchemy_kintone.plan.conditions import Translation, at_least, both, either, local
from sqlalchemy_kintone.plan.constants import (
    Constant,
    Kind,
    date_of,
    timestamp_of,
)
from sqlalchemy_kintone.plan.folding import Interval, folded, interval_of, later
from sqlalchemy_kintone.plan.predicates.ordered import NumberRules
from sqlalchemy_kintone.plan.predicates.periods import MomentRules
from sqlalchemy_kintone.plan.predicates.rules import MIRRORED, Operator, Rules
from sqlalchemy_kintone.plan.zones import instant_of

_UNCERTAIN = "how DuckDB computes this depends on more than is known here"
_NOT_EVEN = "months and days of clocks are not all of one length"
_MOST_DIGITS = 18
"""Of constants: with more, comparisons may need more digits than DECIMAL has."""
_MOST_DAYS = 400_000
# The last day of a month moves by at most three days, clocks by at most a day.
_MONTH_MARGIN, _CLOCK_MARGIN = timedelta(days=4), timedelta(days=2)
_NO_TIME = timedelta()

RulesOf = Callable[[exp.Column], "Rules | None"]


@dataclass(frozen=True)
class Solution:
    """What the column is where the computed value is a constant.

    Attributes:
        low: It is not less.
        high: It is not greater.
        falls: Whether the computed value falls where the column rises.
    """

    low: Constant
    high: Constant
    falls: bool = False


Solve = Callable[[Constant], "Solution | None"]


@dataclass(frozen=True)
class ComputedRules(Rules):
    """A value that rises or falls with a column.

    Attributes:
        column: The rules of the column.
        solve: What the column is where the value is a constant; None where that is not certain.
    """

    column: Rules
    solve: Solve

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """As exact as comparisons of the column, where one value of it gives the constant."""
        found = self.solve(value)
        if found is None:
            return local(_UNCERTAIN)
        sign = MIRRORED[operator] if found.falls else operator
        if found.low == found.high:
            return self.column.compare(sign, found.low)
        if sign == "!=":
            return _perhaps_more(self.column.present())
        parts = []
        if sign in ("=", ">", ">="):
            parts.append(self.column.compare(">=", found.low))
        if sign in ("=", "<", "<="):
            parts.append(self.column.compare("<=", found.high))
        return _perhaps_more(both(parts))

    def among(self, values: Sequence[Constant], /) -> Translation:
        """Each on its own."""
        return either(self.compare("=", value) for value in values)

    def not_among(self, values: Sequence[Constant], /) -> Translation:
        """Each on its own."""
        return both(self.compare("!=", value) for value in values)

    def null(self) -> Translation:
        """As the column."""
        return self.column.null()

    def present(self) -> Translation:
        """As the column."""
        return self.column.present()


def computed_rules(node: exp.Expression, rules_of: RulesOf, zone: str) -> Rules | None:
    """The rules of a number, day or moment computed from a column and constants.

    Args:
        node: The expression.
        rules_of: The rules of the table's columns.
        zone: The session's time zone.

    Returns:
        None for all that cannot be solved for one column.
    """
    if not isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Neg | exp.DateAdd | exp.DateDiff):
        return None
    linear = _linear(node, rules_of, zone)
    if linear is not None:
        return ComputedRules(linear.rules.why_local, linear.rules, linear.solve)
    for column, other, rises in () if isinstance(node, exp.Neg | exp.Mul) else _sides(node):
        rules = rules_of(column)
        if isinstance(rules, MomentRules):
            solve = _moved(node, rules, other, zone) or _distance(node, rules, other, rises, zone)
            return ComputedRules(rules.why_local, rules, solve) if solve is not None else None
    return None


def _perhaps_more(found: Translation) -> Translation:
    if found.condition is None:
        return found if found.never else local(_NOT_EVEN)
    return at_least(found.condition, found.reason or _NOT_EVEN)


@dataclass(frozen=True)
class _Linear:
    """``factor * column + offset``, as DuckDB computes it in DECIMALs.

    Attributes:
        rules: The column's rules.
        factor: Not 0.
        offset: What is added.
        largest: What no value reaches, whatever its sign.
        scale: The decimals of the result.
    """

    rules: NumberRules
    factor: Fraction
    offset: Fraction
    largest: Fraction
    scale: int

    @property
    def safe(self) -> bool:
        """Whether every value fits: DECIMALs of up to 18 digits may stay of 18 digits."""
        digits = 18 if self.rules.digits <= 18 else 38
        return self.largest < Fraction(10**digits, 10**self.scale)

    def plus(self, number: Fraction, scale: int) -> _Linear:
        return replace(
            self,
            offset=self.offset + number,
            largest=self.largest + abs(number),
            scale=max(self.scale, scale),
        )

    def times(self, number: Fraction, scale: int) -> _Linear:
        return replace(
            self,
            factor=self.factor * number,
            offset=self.offset * number,
            largest=self.largest * abs(number),
            scale=self.scale + scale,
        )

    def solve(self, constant: Constant) -> Solution | None:
        value = constant.value
        if constant.kind is not Kind.NUMBER or not isinstance(value, Decimal):
            return None
        exponent = value.as_tuple().exponent
        if len(value.as_tuple().digits) > _MOST_DIGITS or not isinstance(exponent, int):
            return None
        if self.largest >= Fraction(10**38, 10 ** max(self.scale, -exponent)):
            return None  # no DECIMAL holds every value and the constant
        wanted = (Fraction(value) - self.offset) / self.factor * 10**self.rules.decimals
        floor = wanted.numerator // wanted.denominator
        # What lies between two values of the column is written as the middle.
        digits, decimals = (floor, 0) if floor == wanted else (floor * 10 + 5, 1)
        number = Constant(Kind.NUMBER, Decimal(f"{digits}E-{decimals + self.rules.decimals}"))
        return Solution(number, number, falls=self.factor < 0)


def _linear(node: exp.Expression, rules_of: RulesOf, zone: str) -> _Linear | None:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Column):
        rules = rules_of(node)
        if not isinstance(rules, NumberRules):
            return None
        largest = Fraction(10 ** (rules.digits - rules.decimals))
        return _Linear(rules, Fraction(1), Fraction(0), largest, rules.decimals)
    if isinstance(node, exp.Neg):
        inner = _linear(node.this, rules_of, zone)
        return inner.times(Fraction(-1), 0) if inner is not None else None
    if not isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return None
    left, right = _linear(node.this, rules_of, zone), _linear(node.expression, rules_of, zone)
    inner, other = (left, node.expression) if left is not None else (right, node.this)
    found = _number(other, zone)
    if inner is None or found is None:
        return None
    number, scale = found
    if isinstance(node, exp.Mul):
        result = inner.times(number, scale) if number else None
    elif isinstance(node, exp.Sub) and left is None:
        result = inner.times(Fraction(-1), 0).plus(number, scale)
    else:
        result = inner.plus(number if isinstance(node, exp.Add) else -number, scale)
    return result if result is not None and result.safe else None


def _number(node: exp.Expression, zone: str) -> tuple[Fraction, int] | None:
    """A constant number and the decimals of its type."""
    known = folded(node, zone)
    if known is None or known.kind is not Kind.NUMBER or not isinstance(known.value, Decimal):
        return None
    exponent = known.value.as_tuple().exponent
    casts = [cast for cast in node.find_all(exp.Cast) if cast.to.expressions]
    # The type of a cast may have more decimals than its value.
    decimals = [int(part.name) for cast in casts for part in cast.to.expressions[1:]]
    if not isinstance(exponent, int) or len(known.value.as_tuple().digits) > _MOST_DIGITS:
        return None
    return Fraction(known.value), max(-exponent, 0) + sum(decimals)


def _sides(node: exp.Expression) -> Iterator[tuple[exp.Column, exp.Expression, int]]:
    """A column, what it is computed with, and 1 where the result rises with it, else -1."""
    first, second = _bare(node.this), _bare(node.expression)
    if isinstance(first, exp.Column):
        yield first, second, 1
    if isinstance(second, exp.Column) and not isinstance(node, exp.DateAdd):
        yield second, first, 1 if isinstance(node, exp.Add) else -1


def _bare(node: exp.Expression) -> exp.Expression:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _moved(node: exp.Expression, rules: MomentRules, by: exp.Expression, zone: str) -> Solve | None:
    """For ``column + INTERVAL …``, or a day and a number of days."""
    if isinstance(node, exp.DateDiff) or node.args.get("unit"):
        return None
    interval, result = interval_of(by), Kind.TIMESTAMP
    if interval is None and rules.kind is Kind.DATE:
        days = _whole(folded(by, zone))
        interval, result = Interval(days=days) if days is not None else None, Kind.DATE
    if interval is None or not _is_short(interval):
        return None
    backwards = interval.times(1 if isinstance(node, exp.Sub) else -1)
    if rules.kind is Kind.DATE:
        return lambda constant: _shifted(_local(constant, result), backwards, zone)
    return lambda constant: _shifted(_instant(constant, zone), backwards, zone)


def _shifted(moment: datetime | None, by: Interval, zone: str) -> Solution | None:
    if moment is None:
        return None
    margin = _MONTH_MARGIN if by.months else _NO_TIME
    if moment.tzinfo is not None and (by.months or by.days) and zone != "UTC":
        margin += _CLOCK_MARGIN
    try:
        middle = later(moment, by)
        low, high = middle - margin, middle + margin
    except (OverflowError, ValueError):
        return None
    kind = Kind.INSTANT if moment.tzinfo is not None else Kind.TIMESTAMP
    return Solution(Constant(kind, low), Constant(kind, high))


def _distance(
    node: exp.Expression, rules: MomentRules, day: exp.Expression, rises: int, zone: str
) -> Solve | None:
    """For the days between a day and another: ``current_date - day``."""
    known = folded(day, zone)
    if rules.kind is not Kind.DATE or known is None or known.kind is not Kind.DATE:
        return None
    fixed = known.value
    is_days = isinstance(node, exp.Sub) or node.text("unit").upper() == "DAY"
    if not is_days or isinstance(node, exp.Add | exp.Mul) or not isinstance(fixed, date):
        return None

    def solve(constant: Constant) -> Solution | None:
        days = _whole(constant)
        try:
            found = None if days is None else fixed + timedelta(days=rises * days)
        except OverflowError:
            return None
        answer = Constant(Kind.DATE, found)
        return Solution(answer, answer, falls=rises < 0) if found is not None else None

    return solve


def _whole(constant: Constant | None) -> int | None:
    value = constant.value if constant is not None else None
    if not isinstance(value, Decimal) or value != value.to_integral_value():
        return None
    return int(value) if value.as_tuple().exponent == 0 and abs(value) <= _MOST_DAYS else None


def _is_short(interval: Interval) -> bool:
    return (
        abs(interval.months) * 31 <= _MOST_DAYS
        and abs(interval.days) <= _MOST_DAYS
        and abs(interval.clock) <= timedelta(days=_MOST_DAYS)
    )


def _local(constant: Constant, compared_as: Kind) -> datetime | None:
    """What is compared with a DATE or TIMESTAMP, as a TIMESTAMP."""
    value = constant.value
    if constant.kind is Kind.TEXT and isinstance(value, str):
        value = date_of(value) if compared_as is Kind.DATE else timestamp_of(value)
    if isinstance(value, datetime):
        return value if value.tzinfo is None else None
    return datetime.combine(value, time()) if isinstance(value, date) else None


def _instant(constant: Constant, zone: str) -> datetime | None:
    """What is compared with an instant, as one."""
    value = constant.value
    if constant.kind is Kind.TEXT and isinstance(value, str):
        value = timestamp_of(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, date):
        return None
    local_time = value if isinstance(value, datetime) else datetime.combine(value, time())
    return instant_of(local_time, zone)
