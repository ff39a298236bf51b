"""What becomes of an SQL condition at Kintone, and how such answers combine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.kintone import query
from sqlalchemy_kintone.plan.model import Exactness


@dataclass(frozen=True)
class Translation:
    """An SQL condition as Kintone can check it.

    Attributes:
        condition: The Kintone condition; None where every record is to be fetched (or none, see
            ``never``).
        exactness: Whether the records it selects are just those for which the SQL condition is
            true, or may be more. It never selects fewer.
        reason: Why it is not exact; empty where it is.
        never: The SQL condition is true for no record.
        empties: Codes of fields; where there are any, whatever is selected beyond the right records
            has no value in one of them.
    """

    condition: exp.Expression | None
    exactness: Exactness = Exactness.EXACT
    reason: str = ""
    never: bool = False
    empties: frozenset[str] = frozenset()

    @property
    def exact(self) -> bool:
        """Whether Kintone's answer is the SQL answer."""
        return self.exactness is Exactness.EXACT


ALWAYS = Translation(None)
"""True for every record."""
NEVER = Translation(None, never=True)
"""True for no record."""


def exactly(condition: exp.Expression) -> Translation:
    """Kintone selects just the right records."""
    return Translation(condition)


def at_least(condition: exp.Expression, reason: str) -> Translation:
    """Kintone selects the right records and perhaps more."""
    return Translation(condition, Exactness.SUPERSET, reason)


def but_for_empties(condition: exp.Expression, code: str, reason: str) -> Translation:
    """Kintone selects the right records and perhaps those where the field is empty."""
    return Translation(condition, Exactness.SUPERSET, reason, empties=frozenset({code}))


def of_some_row(condition: exp.Expression, reason: str) -> Translation:
    """Kintone selects just the records of which some row is right."""
    return Translation(condition, Exactness.SOME_ROW, reason)


def local(reason: str) -> Translation:
    """Kintone cannot help: every record is to be fetched and checked."""
    return Translation(None, Exactness.SUPERSET, reason)


def both(parts: Iterable[Translation]) -> Translation:
    """The conditions joined by AND."""
    parts = list(parts)
    if any(part.never for part in parts):
        return NEVER
    conditions = [part.condition for part in parts if part.condition is not None]
    joined = query.all_of(_distinct(conditions, exp.And)) if conditions else None
    return Translation(joined, _weakest(parts), _reasons(parts), empties=_empties(parts))


def either(parts: Iterable[Translation]) -> Translation:
    """The conditions joined by OR: every branch must be known at least as a superset."""
    parts = [part for part in parts if not part.never]
    if not parts:
        return NEVER
    if any(part == ALWAYS for part in parts):
        return ALWAYS
    conditions = [part.condition for part in parts if part.condition is not None]
    if len(conditions) < len(parts):
        return local(_reasons(parts))
    if len(parts) == 1:
        return parts[0]
    joined = query.any_of(_distinct(conditions, exp.Or))
    exactness = Exactness.EXACT if all(part.exact for part in parts) else Exactness.SUPERSET
    return Translation(joined, exactness, _reasons(parts), empties=_empties(parts))


def _distinct(
    conditions: Iterable[exp.Expression], kind: type[exp.And] | type[exp.Or]
) -> list[exp.Expression]:
    """What the conditions join by this operator, each once."""
    parts = (part for condition in conditions for part in parts_of(condition, kind))
    return list(dict.fromkeys(parts))


def parts_of(
    condition: exp.Expression, kind: type[exp.And] | type[exp.Or]
) -> Iterator[exp.Expression]:
    """What a Kintone condition joins by this operator: itself where it is no such chain."""
    pending = [condition]
    while pending:
        part = pending.pop()
        if isinstance(part, kind):
            pending += [part.args["expression"], part.args["this"]]
        else:
            yield part


def _weakest(parts: Iterable[Translation]) -> Exactness:
    inexact = [part.exactness for part in parts if not part.exact]
    if not inexact:
        return Exactness.EXACT
    # Whether several hold for the same row is not sure everywhere.
    return Exactness.SOME_ROW if inexact == [Exactness.SOME_ROW] else Exactness.SUPERSET


def _empties(parts: Iterable[Translation]) -> frozenset[str]:
    """The fields of which one is empty in whatever is too much; none where it may be more."""
    inexact = [part.empties for part in parts if not part.exact]
    return frozenset[str]().union(*inexact) if all(inexact) else frozenset()


def _reasons(parts: Iterable[Translation]) -> str:
    return "; ".join(dict.fromkeys(part.reason for part in parts if part.reason))
