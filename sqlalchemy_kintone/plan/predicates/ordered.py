"""Conditions on numbers, ids, dates and times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from sqlalchemy_kintone.kintone import query
from sqlalchemy_kintone.plan.conditions import (
    ALWAYS,
    NEVER,
    Translation,
    at_least,
    both,
    but_for_empties,
    either,
    exactly,
    local,
)
from sqlalchemy_kintone.plan.constants import Constant
from sqlalchemy_kintone.plan.predicates.places import At, Beyond, Locate, Near
from sqlalchemy_kintone.plan.predicates.rules import Operator, Rules

_BY_CONVERSION = "DuckDB compares it after a conversion that Kintone does not make"
_EMPTIES_UNKNOWN = "how Kintone compares empty values of this field is not documented"
_UNCERTAIN = "how DuckDB reads this constant depends on more than is known here"


class Empties(Enum):
    """What an empty value is to Kintone's comparisons."""

    NONE = "none"
    """There are no empty values."""
    LOWEST = "lowest"
    """Below every number: so for NUMBER."""
    UNKNOWN = "unknown"
    """Not documented: an empty value may or may not pass ``<``, ``>`` and ``!=``."""


Listing = Callable[[str, Sequence[str]], exp.Expression]


@dataclass(frozen=True)
class Lists:
    """How a type writes conditions on several values.

    Attributes:
        one_of: The field has one of the values.
        none_of: It has none of them.
    """

    one_of: Listing
    none_of: Listing


def _in(code: str, values: Sequence[str]) -> exp.Expression:
    return query.among(code, values) if len(values) > 1 else query.compare("=", code, values[0])


def _not_in(code: str, values: Sequence[str]) -> exp.Expression:
    if len(values) > 1:
        return query.not_among(code, values)
    return query.compare("!=", code, values[0])


WITH_IN = Lists(_in, _not_in)
"""``code in ("1", "2")``."""
WITHOUT_IN = Lists(
    lambda code, values: query.any_of(query.compare("=", code, value) for value in values),
    lambda code, values: query.all_of(query.compare("!=", code, value) for value in values),
)
"""``code = "1" or code = "2"``, for types that have no ``in``."""


@dataclass(frozen=True)
class OrderedRules(Rules):
    """Values that compare by size.

    Attributes:
        code: The field code.
        locate: Where a constant lies among the field's values.
        empties: How Kintone compares empty values.
        lists: How conditions on several values are written.
    """

    code: str
    locate: Locate
    empties: Empties
    lists: Lists

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """Exact but for conversions and for empty values of which nothing is known."""
        place = self.locate(value)
        if place is None:
            return local(_UNCERTAIN)
        if isinstance(place, Beyond):
            return self._beyond(operator, place)
        if isinstance(place, Near):
            return self._near(operator, place)
        return self._at(operator, place)

    def among(self, values: Sequence[Constant], /) -> Translation:
        """One list of those values that the field can hold."""
        held = self._held(values)
        if held is None:
            return either(self.compare("=", value) for value in values)
        return exactly(self.lists.one_of(self.code, held)) if held else NEVER

    def not_among(self, values: Sequence[Constant], /) -> Translation:
        """Those values shut out that the field can hold."""
        held = self._held(values)
        if held is None:
            return both(self.compare("!=", value) for value in values)
        if not held:
            return self.present()
        others = self.lists.none_of(self.code, held)
        if self.empties is Empties.UNKNOWN:
            return but_for_empties(others, self.code, _EMPTIES_UNKNOWN)
        return both([exactly(others), self.present()])

    def _held(self, values: Sequence[Constant]) -> list[str] | None:
        """Those of the values that the field can hold; None where some are not certain."""
        places = [self.locate(value) for value in values]
        if not all(isinstance(place, At | Beyond) for place in places):
            return None
        whole = (place.text for place in places if isinstance(place, At) and place.whole)
        return list(dict.fromkeys(whole))

    def null(self) -> Translation:
        """``= ""``, where it is known to find empty values."""
        if self.empties is Empties.NONE:
            return NEVER
        if self.empties is Empties.LOWEST:
            return exactly(query.compare("=", self.code, ""))
        return local(_EMPTIES_UNKNOWN)

    def present(self) -> Translation:
        """``!= ""``."""
        if self.empties is Empties.NONE:
            return ALWAYS
        condition = query.compare("!=", self.code, "")
        if self.empties is Empties.LOWEST:
            return exactly(condition)
        return but_for_empties(condition, self.code, _EMPTIES_UNKNOWN)

    def _at(self, operator: Operator, place: At) -> Translation:
        if place.whole:
            return self._written(operator, place.text)
        if operator == "=":
            return NEVER
        if operator == "!=":
            return self.present()
        # Between two values: what is below or equal to the lower one is below the constant.
        return self._written("<=" if operator in ("<", "<=") else ">", place.text)

    def _written(self, operator: Operator, value: str) -> Translation:
        condition = query.compare(operator, self.code, value)
        if operator == "=" or self.empties is Empties.NONE:
            return exactly(condition)
        if self.empties is Empties.UNKNOWN:
            return but_for_empties(condition, self.code, _EMPTIES_UNKNOWN)
        if operator in (">", ">="):
            return exactly(condition)
        return exactly(query.all_of([condition, query.compare("!=", self.code, "")]))

    def _near(self, operator: Operator, place: Near) -> Translation:
        from_low = query.compare(">=", self.code, place.low)
        to_high = query.compare("<=", self.code, place.high)
        if operator == "!=":
            present = self.present()
            return Translation(present.condition, local("").exactness, _BY_CONVERSION)
        if operator == "=":
            return at_least(query.all_of([from_low, to_high]), _BY_CONVERSION)
        return at_least(to_high if operator in ("<", "<=") else from_low, _BY_CONVERSION)

    def _beyond(self, operator: Operator, place: Beyond) -> Translation:
        passing = (">", ">=") if place is Beyond.BELOW else ("<", "<=")
        return self.present() if operator in (*passing, "!=") else NEVER


@dataclass(frozen=True)
class NumberRules(OrderedRules):
    """Numbers of a DECIMAL column.

    Attributes:
        digits: Of the DECIMAL, its decimals included.
        decimals: Those of them behind the point.
    """

    digits: int
    decimals: int


@dataclass(frozen=True)
class RevisionRules(Rules):
    """``$revision``: never empty, and unknown to Kintone's queries."""

    def null(self) -> Translation:
        """Every record has a revision."""
        return NEVER

    def present(self) -> Translation:
        """Every record has a revision."""
        return ALWAYS
