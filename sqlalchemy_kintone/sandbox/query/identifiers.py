"""Reading a condition's bounds on ``$id``, so that a page of a large app needs no full scan."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import reduce

from sqlalchemy_kintone.sandbox.model import App
from sqlalchemy_kintone.sandbox.query.bound import Bound, Enclosed, Every, Leaf
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.ordered import ID_TYPES, id_literal
from sqlalchemy_kintone.sandbox.query.syntax import Call

_CACHE_KEY = "sorted_ids"


@dataclass(frozen=True, slots=True)
class IdScope:
    """The ids that a condition leaves possible.

    Attributes:
        low: The lowest, or None.
        high: The highest, or None.
        among: The only ones, or None.
    """

    low: int | None = None
    high: int | None = None
    among: frozenset[int] | None = None

    def intersection(self, other: IdScope) -> IdScope:
        """The ids in both scopes."""
        lows = [low for low in (self.low, other.low) if low is not None]
        highs = [high for high in (self.high, other.high) if high is not None]
        among = self.among
        if among is None or other.among is None:
            among = other.among if among is None else among
        else:
            among = among & other.among
        return IdScope(max(lows, default=None), min(highs, default=None), among)

    def of(self, app: App) -> tuple[list[int], range]:
        """The app's ids in this scope: a list in ascending order, and positions in it."""
        ids = _sorted_ids(app)
        if self.among is not None:
            ids = sorted(each for each in self.among if each in app.records)
        first = 0 if self.low is None else bisect_left(ids, self.low)
        end = len(ids) if self.high is None else bisect_right(ids, self.high)
        return ids, range(first, max(first, end))


def _sorted_ids(app: App) -> list[int]:
    """The ids of all records; an app keeps its records in ascending order."""
    version = (app.version, len(app.records))
    cached = app.cache.get(_CACHE_KEY)
    if cached is None or cached[0] != version:
        cached = app.cache[_CACHE_KEY] = (version, list(app.records))
    ids: list[int] = cached[1]
    return ids


def narrow(bound: Bound, context: Context) -> tuple[IdScope, Bound | None]:
    """The scope of ids that a condition implies, and what of the condition is left to test."""
    if isinstance(bound, Leaf):
        scope = _scope(bound, context)
        return (IdScope(), bound) if scope is None else (scope, None)
    if isinstance(bound, Enclosed):
        scope, rest = narrow(bound.inner, context)
        return scope, None if rest is None else Enclosed(rest)
    if isinstance(bound, Every):
        narrowed = [narrow(part, context) for part in bound.parts]
        parts = tuple(rest for _, rest in narrowed if rest is not None)
        scope = reduce(IdScope.intersection, (scope for scope, _ in narrowed))
        if len(parts) < 2:
            return scope, parts[0] if parts else None
        return scope, Every(parts)
    return IdScope(), bound


def _scope(leaf: Leaf, context: Context) -> IdScope | None:
    """The ids that a comparison of ``$id`` matches; None for any other comparison."""
    if leaf.field.type not in ID_TYPES or leaf.field.collection is not None:
        return None
    ids = []
    for value in leaf.values:
        read = None if isinstance(value, Call) else id_literal(leaf.field, value.text, context)
        if read is None:
            return None
        ids.append(read)
    if leaf.operator in ("=", "in"):
        return IdScope(among=frozenset(ids))
    if leaf.operator == ">":
        return IdScope(low=ids[0] + 1)
    if leaf.operator == ">=":
        return IdScope(low=ids[0])
    if leaf.operator == "<":
        return IdScope(high=ids[0] - 1)
    if leaf.operator == "<=":
        return IdScope(high=ids[0])
    return None
