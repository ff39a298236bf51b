"""Conditions on values of which some are NULL to SQL, as they do not fit their column.

Kintone compares such a value as it is. So what it finds by a condition on the other values may be
too much, and what is empty to it is not all that is NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.plan.conditions import Translation, at_least, local
from sqlalchemy_kintone.plan.constants import Constant
from sqlalchemy_kintone.plan.predicates.rules import Operator, Rules

_MISFITS = "values that do not fit the column are NULL here, and values to Kintone"


@dataclass(frozen=True)
class MisfitRules(Rules):
    """A column that reads values that do not fit it as NULL.

    Attributes:
        fitting: The rules of the values that fit.
    """

    fitting: Rules

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """As that of the values that fit, and perhaps more."""
        return _perhaps_more(self.fitting.compare(operator, value))

    def among(self, values: Sequence[Constant], /) -> Translation:
        """As that of the values that fit, and perhaps more."""
        return _perhaps_more(self.fitting.among(values))

    def not_among(self, values: Sequence[Constant], /) -> Translation:
        """As that of the values that fit, and perhaps more."""
        return _perhaps_more(self.fitting.not_among(values))

    def null(self) -> Translation:
        """Kintone cannot tell what does not fit."""
        return local(_MISFITS)

    def present(self) -> Translation:
        """As that of the values that fit, and perhaps more."""
        return _perhaps_more(self.fitting.present())


def misfit_rules(fitting: Rules) -> MisfitRules:
    """The rules of a column that reads misfits as NULL, by those of the values that fit."""
    return MisfitRules(fitting.why_local, fitting)


def _perhaps_more(found: Translation) -> Translation:
    if found.never or found.condition is None:
        return found if found.never else local(found.reason or _MISFITS)
    return at_least(found.condition, found.reason or _MISFITS)
