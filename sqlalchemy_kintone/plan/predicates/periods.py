"""Conditions on the day, week, month, quarter or year of a date or an instant, made ranges.

``CAST(at AS DATE) = DATE '2026-03-01'`` is ``at >= `` the first midnight ``and at < `` the second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType

from sqlglot import exp

from sqlalchemy_kintone.plan.conditions import NEVER, Translation, both, either, local
from sqlalchemy_kintone.plan.constants import Constant, Kind, date_of, timestamp_of
from sqlalchemy_kintone.plan.predicates.misfits import MisfitRules, misfit_rules
from sqlalchemy_kintone.plan.predicates.ordered import OrderedRules
from sqlalchemy_kintone.plan.predicates.rules import Operator, Rules
from sqlalchemy_kintone.plan.zones import shown_in

_UNCERTAIN = "how DuckDB reads this constant depends on more than is known here"
_DAY = timedelta(days=1)

Step = Callable[[date], date]


@dataclass(frozen=True)
class Unit:
    """A unit of the calendar.

    Attributes:
        start: The first day of the unit that a day is in.
        following: The first day of the next unit.
    """

    start: Step
    following: Step


def _months(count: int) -> Unit:
    def start(day: date) -> date:
        return day.replace(month=(day.month - 1) // count * count + 1, day=1)

    def following(day: date) -> date:
        first = start(day)
        month = first.month - 1 + count
        return first.replace(year=first.year + month // 12, month=month % 12 + 1)

    return Unit(start, following)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


DAY = Unit(lambda day: day, lambda day: day + _DAY)
YEAR = _months(12)
UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "DAY": DAY,
        "WEEK": Unit(_monday, lambda day: _monday(day) + 7 * _DAY),
        "MONTH": _months(1),
        "QUARTER": _months(3),
        "YEAR": YEAR,
    }
)
"""The units of ``date_trunc`` that begin at a midnight."""


@dataclass(frozen=True)
class LocalTime:
    """A constant as the session's clocks show it: a day, and whether it is that day's midnight."""

    day: date
    midnight: bool = True


ReadConstant = Callable[[Constant], "LocalTime | None"]


def read_date(constant: Constant) -> LocalTime | None:
    """A constant compared with a DATE."""
    value = constant.value
    if constant.kind is Kind.TEXT and isinstance(value, str):
        value = date_of(value)
    is_date = isinstance(value, date) and not isinstance(value, datetime)
    return LocalTime(value) if is_date and isinstance(value, date) else None


def read_moment(zone: str) -> ReadConstant:
    """A constant compared with an instant in a session with this time zone."""

    def read(constant: Constant) -> LocalTime | None:
        value = constant.value
        if constant.kind is Kind.TEXT and isinstance(value, str):
            value = timestamp_of(value)
        if not isinstance(value, datetime):
            return read_date(constant)
        shown = shown_in(zone, value) if value.tzinfo else value
        return LocalTime(shown.date(), shown.time() == time()) if shown is not None else None

    return read


def read_year(constant: Constant) -> LocalTime | None:
    """A whole number compared with a year."""
    value = constant.value
    if not isinstance(value, Decimal) or value != value.to_integral_value():
        return None
    return LocalTime(date(int(value), 1, 1)) if 1000 <= value <= 9998 else None


@dataclass(frozen=True)
class PeriodRules(Rules):
    """The unit of the calendar that a date or an instant is in.

    Attributes:
        inner: The rules of the date or instant.
        unit: The unit.
        read: What a constant is that is compared with the unit.
    """

    inner: Rules
    unit: Unit
    read: ReadConstant

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """As exact as the comparisons of the date or instant."""
        found = self.read(value)
        if found is None:
            return local(_UNCERTAIN)
        try:
            first, after = self.unit.start(found.day), self.unit.following(found.day)
        except (OverflowError, ValueError):
            return local(_UNCERTAIN)
        starts = found.midnight and first == found.day
        if operator == "=":
            return both([self._from(first), self._before(after)]) if starts else NEVER
        if operator == "!=":
            outside = either([self._before(first), self._from(after)])
            return outside if starts else self.inner.present()
        if operator in ("<", "<="):
            return self._before(first if starts and operator == "<" else after)
        return self._from(first if starts and operator == ">=" else after)

    def among(self, values: Sequence[Constant], /) -> Translation:
        """One range for each."""
        return either(self.compare("=", value) for value in values)

    def not_among(self, values: Sequence[Constant], /) -> Translation:
        """Outside each range."""
        return both(self.compare("!=", value) for value in values)

    def null(self) -> Translation:
        """As the date or instant."""
        return self.inner.null()

    def present(self) -> Translation:
        """As the date or instant."""
        return self.inner.present()

    def _from(self, day: date) -> Translation:
        return self.inner.compare(">=", Constant(Kind.DATE, day))

    def _before(self, day: date) -> Translation:
        return self.inner.compare("<", Constant(Kind.DATE, day))


@dataclass(frozen=True)
class MomentRules(OrderedRules):
    """DATE, DATETIME and their like: what has units of the calendar.

    Attributes:
        kind: The type of the values: DATE or INSTANT.
        read: What a constant is that is compared with a truncated value.
    """

    kind: Kind
    read: ReadConstant

    def of(self, unit: Unit, read: ReadConstant) -> PeriodRules:
        """The rules of the value's unit."""
        return PeriodRules(self.why_local, self, unit, read)


def period_rules(
    node: exp.Expression, rules_of: Callable[[exp.Column], Rules | None]
) -> Rules | None:
    """The rules of ``CAST(column AS DATE)``, ``date_trunc``, ``year``; None for all else."""
    column = node.args.get("expression") if isinstance(node, exp.Extract) else node.this
    rules = rules_of(column) if isinstance(column, exp.Column) else None
    if isinstance(rules, MisfitRules):
        found = _period_rules(node, rules.fitting)
        return misfit_rules(found) if found is not None else None
    return _period_rules(node, rules)


def _period_rules(node: exp.Expression, rules: Rules | None) -> Rules | None:
    if not isinstance(rules, MomentRules):
        return None
    if isinstance(node, exp.Cast):
        return rules.of(DAY, read_date) if node.to.sql("duckdb") == "DATE" else None
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        unit = UNITS.get(node.text("unit").upper())
        return rules.of(unit, rules.read) if unit is not None else None
    if isinstance(node, exp.Year):
        return rules.of(YEAR, read_year)
    if isinstance(node, exp.Extract):
        return rules.of(YEAR, read_year) if node.name.upper() == "YEAR" else None
    return None
