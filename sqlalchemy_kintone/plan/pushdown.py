"""Which conditions of a SELECT Kintone checks for each app that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.kintone.query import InexpressibleError, is_not_empty, render
from sqlalchemy_kintone.plan.conditions import (
    NEVER,
    Translation,
    both,
    exactly,
    local,
    parts_of,
)
from sqlalchemy_kintone.plan.contradictions import contradict
from sqlalchemy_kintone.plan.joins import conjuncts
from sqlalchemy_kintone.plan.model import Exactness, LocalCondition, PlanOptions, Pushdown
from sqlalchemy_kintone.plan.predicates.columns import rules_for
from sqlalchemy_kintone.plan.predicates.rules import Rules
from sqlalchemy_kintone.plan.predicates.translate import Translator
from sqlalchemy_kintone.plan.scope import Scope
from sqlalchemy_kintone.plan.sources import Source

_LONGEST = 20_000
"""Characters of a Kintone condition. Kintone documents no bound; this one is far below those of
servers, and above it fetching more records costs little beside sending the condition."""

_TOO_LONG = "the condition is too long to be sent"
_SEVERAL_TABLES = "it needs columns of other tables"
_SUBQUERY = "it holds a subquery"
_JOIN = "the join has to see the rows that it leaves out"
_NOT_EXACT = "Pushdown=exact sends exact conditions only"


@dataclass(frozen=True, eq=False)
class Condition:
    """One of the conditions that AND joins in a WHERE or ON clause, for one source.

    Attributes:
        node: It, in the tree.
        translation: What Kintone makes of it.
        needed: Whether the residual SQL has to check it whatever Kintone does: in ON, and where
            an outer join pads the source's rows.
    """

    node: exp.Expression
    translation: Translation
    needed: bool


@dataclass(frozen=True, eq=False)
class Filter:
    """All conditions of a SELECT on one of its sources.

    Attributes:
        source: The source.
        conditions: What is to hold.
        translation: What Kintone is asked to check, as one condition.
        local: What it is not, or not exactly, and why.
    """

    source: Source
    conditions: tuple[Condition, ...]
    translation: Translation
    local: tuple[LocalCondition, ...]

    @cached_property
    def text(self) -> str | None:
        """The Kintone condition; None for all records."""
        condition = self.translation.condition
        return None if condition is None else render(condition)

    @property
    def exactness(self) -> Exactness:
        """Of the Kintone condition, against all conditions on this source."""
        return Exactness.SUPERSET if self.local else Exactness.EXACT


def filters_of(scope: Scope, options: PlanOptions) -> list[Filter]:
    """What Kintone checks for each source of a SELECT."""
    return [_filter(scope, source, options) for source in scope.sources]


def _filter(scope: Scope, source: Source, options: PlanOptions) -> Filter:
    found = _placed(scope, source, options)
    if options.pushdown is Pushdown.EXACT:
        found = [_only_exact(condition) for condition in found]
    together = _together(source, found)
    # Most are far from too long, which one look at the whole tells.
    return together if len(together.text or "") <= _LONGEST else _together(source, _fitting(found))


def _together(source: Source, conditions: Iterable[Condition]) -> Filter:
    found = tuple(conditions)
    left = tuple(
        LocalCondition(condition.node.sql(dialect="duckdb"), condition.translation.reason)
        for condition in found
        if not condition.translation.exact
    )
    whole = both([*_always(source), *(condition.translation for condition in found)])
    if whole.condition is not None:
        parts = parts_of(whole.condition, exp.And)
        whole = NEVER if contradict(parts, source.table) else whole
    return Filter(source, found, whole, left)


def _always(source: Source) -> Iterator[Translation]:
    """What holds for all records that have rows of a child table."""
    child = source.table.child
    if child is not None and child.kind == "file":
        with suppress(InexpressibleError):
            yield exactly(is_not_empty(child.field_code))


def _placed(scope: Scope, source: Source, options: PlanOptions) -> list[Condition]:
    """The conditions on a source, translated where they may be checked before the joins."""
    joins, item = scope.joins, scope.item(source)
    where = scope.select.args.get("where")
    found = []
    for node in conjuncts(where.this if where else None):
        if _concerns(node, scope, source):
            reaches = joins.where_reaches(item, node)
            found.append(_condition(node, scope, source, options, reaches, joins.padded(item)))
    for number, join in enumerate(scope.select.args.get("joins") or ()):
        for node in conjuncts(join.args.get("on")):
            if node.find(exp.Column) and joins.on_reaches(number, item, node):
                condition = _condition(node, scope, source, options, reaches=True, needed=True)
                if _sources(node, scope) == {source}:
                    found.append(condition)
    return found


def _condition(
    node: exp.Expression,
    scope: Scope,
    source: Source,
    options: PlanOptions,
    reaches: bool,
    needed: bool,
) -> Condition:
    if node.find(exp.Query):
        translation = local(_SUBQUERY)
    elif _sources(node, scope) - {source}:
        translation = local(_SEVERAL_TABLES)
    elif not reaches:
        translation = local(_JOIN)
    else:
        translation = _translator(scope, source, options).true(node)
    return Condition(node, translation, needed)


def _translator(scope: Scope, source: Source, options: PlanOptions) -> Translator:
    def rules_of(column: exp.Column) -> Rules | None:
        binding = scope.bind(column)
        if binding is None or binding.source is not source:
            return None
        return rules_for(binding.column, source.table, options.time_zone)

    def column_of(column: exp.Column) -> Column | None:
        binding = scope.bind(column)
        asked = source.table.child is None and source.table.system is None
        return binding.column if asked and binding and binding.source is source else None

    return Translator(rules_of, options.time_zone, column_of)


def _concerns(node: exp.Expression, scope: Scope, source: Source) -> bool:
    """Whether a condition has columns of the source, or none at all, as ``FALSE``."""
    sources = _sources(node, scope)
    return source in sources or not sources


def _sources(node: exp.Expression, scope: Scope) -> set[Source | None]:
    """What the columns of a condition are from; None for all that is not an app's column."""
    bindings = [scope.bind(column) for column in node.find_all(exp.Column)]
    return {binding.source if binding else None for binding in bindings}


def _only_exact(condition: Condition) -> Condition:
    if condition.translation.exact:
        return condition
    reason = condition.translation.reason
    kept = local(_NOT_EXACT if condition.translation.condition is not None else reason)
    return replace(condition, translation=kept)


def _fitting(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """The conditions, those that would make the text too long left to DuckDB."""
    length = 0
    for condition in conditions:
        written = condition.translation.condition
        size = 0 if written is None else len(render(written))
        if length + size > _LONGEST:
            yield replace(condition, translation=local(_TOO_LONG))
        else:
            length += size
            yield condition
