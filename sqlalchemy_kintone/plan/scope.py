"""The names of one SELECT: which of its tables a column is of.

DuckDB binds names. Here they are only bound where there is no doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, fold
from sqlalchemy_kintone.plan.joins import Joins, joins_of
from sqlalchemy_kintone.plan.sources import Source


@dataclass(frozen=True)
class Binding:
    """A column, and where it is from."""

    source: Source
    column: Column


@dataclass(frozen=True, eq=False)
class Scope:
    """A SELECT and the apps that stand in its FROM clause.

    Attributes:
        select: The SELECT.
        sources: Those apps, as far as they are ``direct``.
        joins: How they and whatever else is there are joined.
        merged: Folded names that USING makes one column of; None where NATURAL may merge any.
    """

    select: exp.Select
    sources: tuple[Source, ...]
    joins: Joins
    merged: frozenset[str] | None

    def bind(self, column: exp.Column) -> Binding | None:
        """The one app's column that a name means; None where it may mean something else."""
        name = fold(column.name)
        if column.table:
            candidates = self._qualified(column)
        elif self.merged is None or name in self.merged:
            return None
        else:
            candidates = [each for each in self.sources if each.table.column(name)]
        if len(candidates) != 1:
            return None
        found = candidates[0].table.column(name)
        return Binding(candidates[0], found) if found else None

    def item(self, source: Source) -> int:
        """The number of a source among what is joined."""
        if source.join is None:
            return 0
        joins: Sequence[exp.Join] = self.select.args.get("joins") or ()
        return next(i for i, join in enumerate(joins, start=1) if join is source.join)

    def _qualified(self, column: exp.Column) -> list[Source]:
        schema, catalog = fold(column.db), column.catalog
        return [
            source
            for source in self.sources
            if source.alias == fold(column.table)
            and not catalog
            and (not schema or schema == fold(source.table.schema))
        ]


def scopes_of(sources: Iterable[Source]) -> list[Scope]:
    """The SELECTs that read apps, each once."""
    selects = {id(s.select): s.select for s in sources if s.select is not None}
    by_select: dict[int, list[Source]] = {key: [] for key in selects}
    for source in sources:
        if source.direct:
            by_select[id(source.select)].append(source)
    return [
        Scope(select, tuple(by_select[key]), joins_of(select), _merged(select))
        for key, select in selects.items()
    ]


def _merged(select: exp.Select) -> frozenset[str] | None:
    names: set[str] = set()
    for join in select.args.get("joins") or ():
        if join.method.upper() == "NATURAL":
            return None
        names.update(fold(part.name) for part in join.args.get("using") or ())
    return frozenset(names)
