"""Expressions over constants as constants: arithmetic, and days and moments counted on.

Only what DuckDB surely computes alike is computed here; all else stays with DuckDB.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from types import MappingProxyType

from sqlglot import exp

from sqlalchemy_kintone.plan.constants import Constant, Kind, constant
from sqlalchemy_kintone.plan.predicates.periods import UNITS
from sqlalchemy_kintone.plan.zones import instant_of, shown_in

_EXACT = Context(prec=60)
_LARGEST_OPERAND = Decimal(10) ** 9
"""Below it no operation of DuckDB's 32-bit integers or of its decimals overflows."""
_MOST_DECIMALS = 9
_WHOLE_DOUBLES = 2**53
# Types of 16 bits overflow sooner, and decimals of more digits may.
_SAFE_TYPES = re.compile(r"INT|BIGINT|DOUBLE|DECIMAL\((\d|1[0-8]), ?\d+\)")
_INTERVAL_TEXT = re.compile(r"\s*(-?\d{1,9})\s*([A-Za-z]+)\s*")
_MICROSECONDS_TEXT = re.compile(r"(-?\d{1,15}) microseconds")
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
_MIDNIGHT = time()

_SIGNS: Mapping[type[exp.Expression], int] = MappingProxyType({exp.Add: 1, exp.Sub: -1})


@dataclass(frozen=True)
class Interval:
    """An INTERVAL; at most one part is not 0, so that the order of adding is of no matter."""

    months: int = 0
    days: int = 0
    clock: timedelta = timedelta()

    def times(self, factor: int) -> Interval:
        """It, so many times; a negative number of times backwards."""
        return Interval(self.months * factor, self.days * factor, self.clock * factor)


_UNITS: Mapping[str, Interval] = MappingProxyType(
    {
        "YEAR": Interval(months=12),
        "QUARTER": Interval(months=3),
        "MONTH": Interval(months=1),
        "WEEK": Interval(days=7),
        "DAY": Interval(days=1),
        "HOUR": Interval(clock=timedelta(hours=1)),
        "MINUTE": Interval(clock=timedelta(minutes=1)),
        "SECOND": Interval(clock=timedelta(seconds=1)),
    }
)


def folded(node: exp.Expression, zone: str) -> Constant | None:
    """The value of an expression without columns, or None where it is not certain.

    Args:
        node: The expression.
        zone: The session's time zone, in which days and months are added to instants.
    """
    if isinstance(node, exp.Paren):
        return folded(node.this, zone)
    if isinstance(node, exp.Neg) and not isinstance(node.this, exp.Literal):
        return _number_of(exp.Sub, Constant(Kind.NUMBER, Decimal(0)), node.this, zone)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return _operation(node, zone)
    if isinstance(node, exp.DateAdd) and not node.args.get("unit"):
        return _operation(exp.Add(this=node.this, expression=node.expression), zone)
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        return _truncated(node, zone)
    if isinstance(node, exp.Cast):
        known = constant(node)
        if known is None:
            return _cast(node, zone)
        is_moment = node.to.sql("duckdb").upper() == "TIMESTAMPTZ"
        return None if not is_moment and _is_zoned_text(node, known) else known
    return constant(node)


def _operation(node: exp.Expression, zone: str) -> Constant | None:
    left = folded(node.this, zone)
    if left is None:
        return None
    if isinstance(left.value, date):
        sign = _SIGNS.get(type(node))
        if sign is None or _is_zoned_text(node.this, left):
            return None
        return _counted_on(left, node.expression, sign, zone)
    return _number_of(type(node), left, node.expression, zone, node.this)


def _is_zoned_text(node: exp.Expression, known: Constant) -> bool:
    """Whether it is an instant written without an offset, whose zone decides what follows."""
    if known.kind is not Kind.TIMESTAMP:
        return False
    casts = [node, *node.find_all(exp.Cast)]
    return any(isinstance(c, exp.Cast) and c.to.sql("duckdb") == "TIMESTAMPTZ" for c in casts)


def _number_of(
    kind: type[exp.Expression],
    left: Constant,
    node: exp.Expression,
    zone: str,
    first: exp.Expression | None = None,
) -> Constant | None:
    right = folded(node, zone)
    if right is None or not all(_is_safe(each) for each in (first, node) if each is not None):
        return None
    a, b = left.value, right.value
    if isinstance(a, Decimal) and isinstance(b, Decimal) and kind is not exp.Div:
        return _exactly(kind, a, b)
    doubles = (_double(a), _double(b))
    if doubles[0] is None or doubles[1] is None:
        return None
    return _in_doubles(kind, doubles[0], doubles[1])


def _is_safe(node: exp.Expression) -> bool:
    casts = [*node.find_all(exp.Cast)]
    return all(_SAFE_TYPES.fullmatch(cast.to.sql("duckdb").upper()) for cast in casts)


def _exactly(kind: type[exp.Expression], left: Decimal, right: Decimal) -> Constant | None:
    if not (_is_small(left) and _is_small(right)):
        return None
    if kind is exp.Mul:
        result = _EXACT.multiply(left, right)
    else:
        result = (_EXACT.add if kind is exp.Add else _EXACT.subtract)(left, right)
    return Constant(Kind.NUMBER, result) if _is_small(result) else None


def _is_small(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return (
        value.copy_abs() < _LARGEST_OPERAND
        and isinstance(exponent, int)
        and -_MOST_DECIMALS <= exponent <= 0
    )


def _double(value: object) -> float | None:
    """A number as DuckDB makes a DOUBLE of it, where that loses nothing."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < _WHOLE_DOUBLES
        return float(value) if whole else None
    return value if isinstance(value, float) else None


def _in_doubles(kind: type[exp.Expression], left: float, right: float) -> Constant | None:
    if kind is exp.Div and right == 0:
        return None
    if kind is exp.Add:
        result = left + right
    elif kind is exp.Sub:
        result = left - right
    else:
        result = left * right if kind is exp.Mul else left / right
    return Constant(Kind.DOUBLE, result) if math.isfinite(result) else None


def _counted_on(left: Constant, node: exp.Expression, sign: int, zone: str) -> Constant | None:
    """A day or moment, and an INTERVAL or number of days more or less."""
    start = left.value
    interval = interval_of(node)
    if not isinstance(start, date):
        return None
    try:
        if interval is not None:
            return _moved(start, interval.times(sign), zone)
        days = folded(node, zone)
        if left.kind is not Kind.DATE or days is None or not isinstance(days.value, Decimal):
            return None
        if not _is_safe(node) or days.value.as_tuple().exponent != 0:
            return None
        return _sure(Kind.DATE, start + timedelta(days=sign * int(days.value)))
    except (OverflowError, ValueError):
        return None


def _moved(start: date, by: Interval, zone: str) -> Constant | None:
    moment = start if isinstance(start, datetime) else datetime.combine(start, _MIDNIGHT)
    if moment.tzinfo is None:
        return _sure(Kind.TIMESTAMP, later(moment, by))
    if not (by.months or by.days):
        return _sure(Kind.INSTANT, moment + by.clock)
    # Days and months are those of the session's calendar.
    shown = shown_in(zone, moment)
    instant = instant_of(later(shown, by), zone) if shown is not None else None
    return _sure(Kind.INSTANT, instant) if instant is not None else None


def later(moment: datetime, by: Interval) -> datetime:
    """A moment moved on as clocks of its own zone count; the day is at most its month's last.

    Raises:
        ValueError: It is outside the years that Python knows; OverflowError likewise.
    """
    months = moment.year * 12 + moment.month - 1 + by.months
    year, month = divmod(months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day) + timedelta(days=by.days) + by.clock


def _sure(kind: Kind, value: date) -> Constant | None:
    return Constant(kind, value) if _FIRST_YEAR <= value.year <= _LAST_YEAR else None


def interval_of(node: exp.Expression) -> Interval | None:
    """An INTERVAL of one unit: ``INTERVAL 7 DAY``, ``INTERVAL '7 days'``, also times a number."""
    if isinstance(node, exp.Paren):
        return interval_of(node.this)
    if isinstance(node, exp.Neg):
        inner = interval_of(node.this)
        return None if inner is None else inner.times(-1)
    if isinstance(node, exp.Mul):
        for one, other in ((node.this, node.expression), (node.expression, node.this)):
            inner, factor = interval_of(one), _whole(other)
            if inner is not None and factor is not None:
                return inner.times(factor)
        return None
    if isinstance(node, exp.Cast) and node.to.sql("duckdb") == "INTERVAL":
        text = node.this.name if isinstance(node.this, exp.Literal) else ""
        match = _MICROSECONDS_TEXT.fullmatch(text)
        return _microseconds(int(match[1])) if match else _interval_in(text)
    if not isinstance(node, exp.Interval) or node.this is None:
        return None
    unit = node.args.get("unit")
    if unit is None:
        return _interval_in(node.this.name) if isinstance(node.this, exp.Literal) else None
    amount = _whole(node.this)
    size = _UNITS.get(unit.name.upper().removesuffix("S"))
    return size.times(amount) if size is not None and amount is not None else None


def _interval_in(text: str) -> Interval | None:
    match = _INTERVAL_TEXT.fullmatch(text)
    size = _UNITS.get(match[2].upper().removesuffix("S")) if match else None
    return size.times(int(match[1])) if size is not None and match else None


def _microseconds(count: int) -> Interval:
    return Interval(clock=timedelta(microseconds=count))


def _whole(node: exp.Expression) -> int | None:
    known = constant(node)
    value = known.value if known is not None else None
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"-?\d{1,9}", value) else None
    if isinstance(value, Decimal) and value == value.to_integral_value() and _is_small(value):
        return int(value)
    return None


def _truncated(node: exp.Expression, zone: str) -> Constant | None:
    known, unit = folded(node.this, zone), UNITS.get(node.text("unit").upper())
    if known is None or unit is None or not isinstance(known.value, date):
        return None
    value = known.value
    if _is_zoned_text(node.this, known):
        return None
    if not isinstance(value, datetime):
        return _sure(Kind.DATE, unit.start(value))
    if value.tzinfo is None:
        return _sure(Kind.TIMESTAMP, datetime.combine(unit.start(value.date()), _MIDNIGHT))
    shown = shown_in(zone, value)
    if shown is None:
        return None
    instant = instant_of(datetime.combine(unit.start(shown.date()), _MIDNIGHT), zone)
    return _sure(Kind.INSTANT, instant) if instant is not None else None


def _cast(node: exp.Cast, zone: str) -> Constant | None:
    """Casts of days and moments to others."""
    known, target = folded(node.this, zone), node.to.sql("duckdb").upper()
    if known is None or not isinstance(known.value, date) or _is_zoned_text(node.this, known):
        return None
    value = known.value
    if isinstance(value, datetime) and value.tzinfo is not None:
        if target == "TIMESTAMPTZ":
            return known
        shown = shown_in(zone, value)
        if shown is None:
            return None
        value = shown
    if target == "DATE":
        return Constant(Kind.DATE, value.date() if isinstance(value, datetime) else value)
    moment = value if isinstance(value, datetime) else datetime.combine(value, _MIDNIGHT)
    if target == "TIMESTAMP":
        return Constant(Kind.TIMESTAMP, moment)
    instant = instant_of(moment, zone) if target == "TIMESTAMPTZ" else None
    return Constant(Kind.INSTANT, instant) if instant is not None else None
