"""The names of one SELECT: which of its tables a column is of.

DuckDB binds names. Here they are only bound where there is no doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, fold
from sqlalchemy_kintone.plan.joins import JoinKind, Joins, joins_of
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
        merged: Folded names that USING and NATURAL make one column of, with whose column that is;
            None for a name where it is not certain, and in place of all where any may be merged.
    """

    select: exp.Select
    sources: tuple[Source, ...]
    joins: Joins
    merged: Mapping[str, Source | None] | None

    def bind(self, column: exp.Column) -> Binding | None:
        """The one app's column that a name means; None where it may mean something else."""
        name = fold(column.name)
        if column.table:
            candidates = self._qualified(column)
        elif self.merged is None:
            return None
        elif name in self.merged:
            owner = self.merged[name]
            candidates = [owner] if owner is not None else []
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

    def equal_by_name(self, number: int) -> Iterator[exp.Expression]:
        """The equalities that USING or NATURAL of a join mean, as far as they are certain.

        Args:
            number: Of the join, from 0.
        """
        joins: Sequence[exp.Join] = self.select.args.get("joins") or ()
        if len(self.sources) != len(joins) + 1:
            return
        ordered = sorted(self.sources, key=self.item)
        left, right = ordered[: number + 1], ordered[number + 1]
        for name in _shared_names(joins[number], left, right):
            owners = [source for source in left if source.table.column(name)]
            if owners and (len(owners) == 1 or _keep_left(self.joins)):
                sides = [_column_of(source, name) for source in (owners[0], right)]
                yield exp.EQ(this=sides[0], expression=sides[1])

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
        Scope(select, tuple(by_select[key]), joins_of(select), _merged(select, by_select[key]))
        for key, select in selects.items()
    ]


def _merged(select: exp.Select, found_in: Iterable[Source]) -> Mapping[str, Source | None] | None:
    joins: Sequence[exp.Join] = select.args.get("joins") or ()
    places = {id(join): number for number, join in enumerate(joins, start=1)}
    sources = sorted(found_in, key=lambda source: places.get(id(source.join), 0))
    known, keep_left = len(sources) == len(joins) + 1, _keep_left(joins_of(select))
    found: dict[str, Source | None] = {}
    for number, join in enumerate(joins):
        if known:
            names = _shared_names(join, sources[: number + 1], sources[number + 1])
        elif _is_natural(join):
            return None
        else:
            names = _using(join)
        for name in names:
            owners = [source for source in sources if source.table.column(name)]
            found[name] = owners[0] if known and keep_left and owners else None
    return found


def _keep_left(joins: Joins) -> bool:
    """Whether a merged column is always that of the left side."""
    return all(kind in (JoinKind.INNER, JoinKind.LEFT) for kind in joins.kinds)


def _shared_names(join: exp.Join, left: Sequence[Source], right: Source) -> Sequence[str]:
    """The folded names that a join makes one column of."""
    if not _is_natural(join):
        return _using(join)
    names = {fold(column.name) for source in left for column in source.table.columns}
    return [name for column in right.table.columns if (name := fold(column.name)) in names]


def _using(join: exp.Join) -> Sequence[str]:
    return [fold(part.name) for part in join.args.get("using") or ()]


def _is_natural(join: exp.Join) -> bool:
    return fold(join.method) == "natural"


def _column_of(source: Source, name: str) -> exp.Column:
    table = exp.to_identifier(source.alias, quoted=True)
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=table)
