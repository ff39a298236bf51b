"""Statements that were parsed and planned before."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Generic, TypeVar

from sqlalchemy_kintone.catalog.model import Catalog
from sqlalchemy_kintone.plan.clock import Clock, moment_for
from sqlalchemy_kintone.plan.deep import with_room
from sqlalchemy_kintone.plan.model import Plan, PlanOptions
from sqlalchemy_kintone.plan.planner import plan_query
from sqlalchemy_kintone.plan.small_apps import IsSmall
from sqlalchemy_kintone.plan.statements import Query, Statement, parse_statement
from sqlalchemy_kintone.plan.views import Opened, open_views

Value = TypeVar("Value")
Parameters = Sequence[object] | Mapping[str, object]


class PlanCache:
    """Parses and plans, each statement once as long as nothing has changed; threads may share it.

    Args:
        size: How many statements, and how many plans, are kept: those used last.
        now: Reads the clock for ``current_date``, ``now()`` and their like.
    """

    def __init__(
        self,
        size: int = 256,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._now = now
        self._statements: _LastUsed[Statement] = _LastUsed(size)
        self._plans: _LastUsed[_Made] = _LastUsed(size)
        self._versions: _LastUsed[_Version] = _LastUsed(size)

    def statement(self, sql: str) -> Statement:
        """As ``parse_statement``. What it gives is not to be changed."""
        return self._statements.get(sql, lambda: parse_statement(sql), lambda _: True)

    def plan(
        self,
        query: Query,
        parameters: Parameters | None,
        catalog: Catalog,
        options: PlanOptions,
        is_small: IsSmall = lambda _: False,
    ) -> Plan:
        """As ``plan_query``; a plan is made anew when one of its tables has changed.

        So is one that reads an app in several places when that has become small, or is no longer.
        What reads the day is planned once for each day, what reads the time each time.

        Raises:
            Error: As ``plan_query``, and as ``open_views``.
        """
        opened = self.opened(query, catalog, options.default_schema)
        query = opened.query
        if query.clock is Clock.NOTHING:
            moment = None
        else:
            moment = moment_for(query.clock, options.time_zone, self._now())

        def make() -> _Made:
            planned = with_room(
                lambda: plan_query(query, parameters, catalog, options, moment, is_small)
            )
            return _Made(planned, _small_apps(planned, is_small))

        if query.clock is Clock.MOMENT:
            return make().plan
        key = (query.sql, opened.views, _typed(parameters), options, moment)
        return self._plans.get(key, make, lambda made: _holds(made, catalog, is_small)).plan

    def opened(self, query: Query, catalog: Catalog, default_schema: str) -> Opened:
        """As ``open_views``; a statement is opened anew where its views may have changed."""

        def make() -> _Version:
            # Looking for views may read metadata, after which its version is another.
            opened = with_room(lambda: open_views(query, catalog, default_schema))
            return _Version(opened, catalog.version)

        def holds(known: _Version) -> bool:
            same = all(
                catalog.view_query(view.schema, view.name) == view for view in known.opened.views
            )
            return same and known.version == catalog.version

        return self._versions.get((query.sql, default_schema), make, holds).opened


@dataclass(frozen=True)
class _Made:
    """A plan, and what it depends on besides tables and options.

    Attributes:
        plan: The plan.
        small_apps: As ``_small_apps`` of it when it was made.
    """

    plan: Plan
    small_apps: tuple[int, ...]


@dataclass(frozen=True)
class _Version:
    """An opened statement, and of which metadata."""

    opened: Opened
    version: int


class _LastUsed(Generic[Value]):
    """A mapping that forgets what was not used for longest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(
        self, key: Hashable, make: Callable[[], Value], holds: Callable[[Value], bool]
    ) -> Value:
        """What is kept for the key if it still holds, or else what ``make`` makes."""
        with self._lock:
            known = self._values.get(key)
            if known is not None:
                self._values.move_to_end(key)
        if known is not None and holds(known):
            return known
        value = make()
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


def _typed(parameters: Parameters | None) -> Hashable:
    """Parameters as they are told apart: 1, 1.0, True and Decimal("1.0") are equal in Python."""
    if parameters is None:
        return None
    if isinstance(parameters, Mapping):
        return frozenset((name, type(value), repr(value)) for name, value in parameters.items())
    return tuple((type(value), repr(value)) for value in parameters)


def _holds(made: _Made, catalog: Catalog, is_small: IsSmall) -> bool:
    """Whether the apps are still as they were. Asking may read them anew."""
    return _small_apps(made.plan, is_small) == made.small_apps and all(
        catalog.find(scan.table.schema, scan.table.name) == scan.table for scan in made.plan.scans
    )


def _small_apps(plan: Plan, is_small: IsSmall) -> tuple[int, ...]:
    """The ids of the apps that a plan reads in several places and that are known to be small."""
    if len(plan.scans) < 2:
        return ()
    tables = [scan.table for scan in plan.scans if scan.table.holds_records]
    ids = [table.app_id for table in tables]
    return tuple(t.app_id for t in tables if ids.count(t.app_id) > 1 and is_small(t))
