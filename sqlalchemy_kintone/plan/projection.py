"""Which columns of a source a statement can need.

Only DuckDB binds names. Here they are collected, not bound: a column counts as needed wherever
its name could mean it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, fold
from sqlalchemy_kintone.plan.sources import Source

STRUCT = ""
_DECLARING = (exp.Table, exp.TableAlias, exp.Column, exp.CTE)


@dataclass(frozen=True)
class References:
    """The names that a SELECT mentions, its subqueries included.

    Attributes:
        names: Pairs of a qualifier (None without one) and a name, both folded; ``(STRUCT, a)``
            for the ``a`` of ``a.b``, which could be a column with fields.
        stars: The qualifiers of ``alias.*``, folded.
        everything: Whether all columns of the SELECT's own sources are needed: ``*``,
            ``#1``, ``COLUMNS(…)``, NATURAL JOIN, PIVOT.
    """

    names: frozenset[tuple[str | None, str]]
    stars: frozenset[str]
    everything: bool


def references(select: exp.Select, without: Collection[exp.Expression] = ()) -> References:
    """What a SELECT mentions.

    Args:
        select: The SELECT.
        without: Parts of it that are to be left out of the residual SQL.
    """
    names: set[tuple[str | None, str]] = set()
    stars: set[str] = set()
    everything = False
    for node in _walk(select, {id(part) for part in without}):
        if isinstance(node, exp.Star):
            parent = node.parent
            if isinstance(parent, exp.Column):
                stars.add(fold(parent.table))
            elif not isinstance(parent, exp.Count):
                everything |= _is_of(node, select)
        elif isinstance(node, exp.Columns | exp.Pivot | exp.PositionalColumn):
            everything |= _is_of(node, select)
        elif isinstance(node, exp.Join):
            everything |= fold(node.method) == "natural" and _is_of(node, select)
        elif isinstance(node, exp.Column):
            names.update(_meanings(node))
        elif isinstance(node, exp.Identifier) and not _declares(node):
            names.add((None, fold(node.name)))
    return References(frozenset(names), frozenset(stars), everything)


def needed_columns(source: Source, mentioned: References | None) -> tuple[Column, ...]:
    """The columns to fetch, in table order; none where only the number of rows matters.

    Args:
        source: The source.
        mentioned: What its SELECT mentions; None where it is read by something else.
    """
    table = source.table
    if mentioned is None or mentioned.everything or source.alias in mentioned.stars:
        return table.columns
    alias = source.node.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        return table.columns
    whole_row = (None, source.alias) in mentioned.names and table.column(source.alias) is None
    if whole_row:
        return table.columns
    return tuple(
        column
        for column in table.columns
        if (None, fold(column.name)) in mentioned.names
        or (STRUCT, fold(column.name)) in mentioned.names
        or (source.alias, fold(column.name)) in mentioned.names
    )


def _walk(select: exp.Select, without: set[int]) -> Iterator[exp.Expression]:
    for node in select.walk(prune=lambda part: id(part) in without):
        if id(node) not in without and isinstance(node, exp.Expression):
            yield node


def _is_of(node: exp.Expression, select: exp.Select) -> bool:
    """Whether the node belongs to this SELECT and not to one inside it."""
    return node.find_ancestor(exp.Select) is select


def _meanings(column: exp.Column) -> Iterator[tuple[str | None, str]]:
    """``a.b.c`` may be a table's column, or a field of a column: every reading counts."""
    parts = [fold(part.name) for part in column.parts]
    yield STRUCT if len(parts) > 1 else None, parts[0]
    yield from itertools.pairwise(parts)


def _declares(identifier: exp.Identifier) -> bool:
    """Whether it gives a name instead of using one, or is part of what is collected anyway."""
    parent = identifier.parent
    if isinstance(parent, exp.Alias):
        return identifier.arg_key == "alias"
    return isinstance(parent, _DECLARING)
