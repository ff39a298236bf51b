"""A SELECT that reads nothing but a derived table is made one with it, so that Kintone can do more.

``SELECT t FROM (SELECT total AS t, day FROM orders WHERE kind = 'A') AS v WHERE t > 5 LIMIT 3`` is
``SELECT total AS t FROM orders AS v WHERE kind = 'A' AND total > 5 LIMIT 3``. Views are read so.
The result's columns keep their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import fold
from sqlalchemy_kintone.plan.joins import conjuncts
from sqlalchemy_kintone.plan.paging import is_per_row

_FROM = ("from_", "from")
_WITH = ("with_", "with")
_INNER = frozenset({*_FROM, "expressions", "where", "joins"})
_OUTER = frozenset(
    {*_FROM, *_WITH, "expressions", "where", "group", "having", "order", "limit", "offset"}
    | {"distinct"}
)
_NAMED_APART = (
    exp.Lambda,
    exp.Comprehension,
    exp.Columns,
    exp.Dot,
    exp.Kwarg,
    exp.PropertyEQ,
    exp.Pivot,
    exp.PositionalColumn,
    exp.Window,
)
"""In these a name, or a number, may be something else than a column of the derived table."""
_ALIASES_FIRST = ("group", "having", "order", "distinct")
"""Where a name of the result may come before a column."""


_Swap = Callable[[exp.Expression], exp.Expression]


@dataclass(frozen=True)
class Derived:
    """A derived table that gives columns and what is computed from each row alone.

    Attributes:
        place: Where it stands.
        alias: What it is called, folded.
        select: The SELECT in it.
        items: What it gives, by folded name.
        table: The only table that it reads; None where there are several.
    """

    place: exp.Subquery
    alias: str
    select: exp.Select
    items: Mapping[str, exp.Expression]
    table: exp.Table | None

    def value(self, column: exp.Column) -> exp.Expression:
        """What a column of the derived table is, for the SELECT that reads it."""
        found = self.items[fold(column.name)].unalias().copy()
        if self.table is not None:
            # The table takes the derived table's name, so that what was qualified stays so.
            for part in found.find_all(exp.Column):
                part.set("table", column.args["table"].copy() if column.table else None)
        return found if isinstance(found, exp.Column) else exp.Paren(this=found)


def merge_derived_tables(tree: exp.Expression) -> bool:
    """Make SELECTs one with the derived tables that they read alone.

    Args:
        tree: A statement; it is changed.

    Returns:
        Whether anything was changed, so that sources have to be found anew.
    """
    changed = False
    # Inner ones first, which may then be merged with those around them.
    for place in reversed(list(tree.find_all(exp.Subquery))):
        outer = _reader(place)
        derived = derived_at(place)
        if outer is not None and derived is not None and _fits(outer, derived):
            _merge(outer, derived)
            changed = True
    return changed


def _reader(place: exp.Subquery) -> exp.Select | None:
    """The SELECT that reads a derived table and nothing else."""
    clause = place.parent
    select = clause.parent if isinstance(clause, exp.From) else None
    if not isinstance(select, exp.Select) or not _has_only(select, _OUTER):
        return None
    return select


def derived_at(place: exp.Subquery) -> Derived | None:
    """The derived table at a place; None where it does more."""
    alias, select = place.args.get("alias"), place.this
    if not _has_only(place, frozenset({"this", "alias"})) or not isinstance(select, exp.Select):
        return None
    if alias is None or not alias.this or alias.args.get("columns"):
        return None
    source = _from(select)
    if source is None or not _has_only(select, _INNER):
        return None
    items = {fold(item.alias_or_name): item for item in select.expressions}
    if len(items) < len(select.expressions) or not all(map(_is_row_wise, items.values())):
        return None
    if not all(_is_column(column, items) for column in _own_columns(select)):
        return None
    return Derived(place, fold(alias.name), select, items, _only_table(select))


def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
    for node in _nodes(select):
        if isinstance(node, exp.Column):
            yield node


def _is_column(column: exp.Column, items: Mapping[str, exp.Expression]) -> bool:
    """Whether a name surely is a column's, not that of another item."""
    item = items.get(fold(column.name))
    if column.table or not isinstance(item, exp.Alias):
        return True
    # An item cannot mean itself, so that a column has this name too and comes first.
    return any(fold(each.name) == fold(column.name) for each in item.this.find_all(exp.Column))


def _is_row_wise(item: exp.Expression) -> bool:
    value = item.unalias()
    if not isinstance(value, exp.Column) and not isinstance(item, exp.Alias):
        return False  # without a name that is known here
    return all(is_per_row(n) and not isinstance(n, exp.Star) for n in item.walk()) and all(
        not column.db for column in item.find_all(exp.Column)
    )


def _only_table(select: exp.Select) -> exp.Table | None:
    """The table that a SELECT reads alone, if it can be given another name."""
    source = _from(select)
    node = source.this if source is not None else None
    if select.args.get("joins") or not isinstance(node, exp.Table):
        return None
    alias, where = node.args.get("alias"), select.args.get("where")
    if alias is not None and alias.args.get("columns"):
        return None
    # What a subquery calls by the name is hard to tell.
    if where is not None and where.find(exp.Query):
        return None
    is_plain = _has_only(node, frozenset({"this", "db", "catalog", "alias"}))
    return node if is_plain and isinstance(node.this, exp.Identifier) else None


def _fits(outer: exp.Select, derived: Derived) -> bool:
    nodes = list(_nodes(outer))
    if any(isinstance(node, (exp.Query, *_NAMED_APART)) for node in nodes):
        return False
    if not all(_is_known_star(n, outer, derived) for n in nodes if isinstance(n, exp.Star)):
        return False
    if any(map(_is_star, outer.expressions)) and _aliases(outer) & derived.items.keys():
        return False  # ORDER BY would have to choose among equal names
    columns = [node for node in nodes if isinstance(node, exp.Column) and not _is_star(node)]
    return all(_is_known(column, outer, derived) for column in columns) and all(
        _keeps_its_name(item, derived) for item in outer.expressions
    )


def _is_known(column: exp.Column, outer: exp.Select, derived: Derived) -> bool:
    """Whether a column surely is one of the derived table's, or of the result's."""
    if _is_result(column, outer):
        return True
    if column.db or fold(column.name) not in derived.items:
        return False
    if column.table:
        return fold(column.table) == derived.alias
    return fold(column.name) not in _aliases(outer) or not _is_in(column, _ALIASES_FIRST)


def _is_star(node: exp.Expression) -> bool:
    """``*`` or ``v.*``."""
    return isinstance(node, exp.Star) or (
        isinstance(node, exp.Column) and isinstance(node.this, exp.Star)
    )


def _aliases(select: exp.Select) -> set[str]:
    return {fold(item.alias) for item in select.expressions if isinstance(item, exp.Alias)}


def _nodes(outer: exp.Select) -> Iterator[exp.Expression]:
    """What a SELECT says beside its FROM clause and common table expressions."""
    for key, value in outer.args.items():
        for part in value if isinstance(value, list) else [value]:
            if key not in (*_FROM, *_WITH) and isinstance(part, exp.Expression):
                for node in part.walk():
                    if isinstance(node, exp.Expression):
                        yield node


def _is_known_star(star: exp.Star, outer: exp.Select, derived: Derived) -> bool:
    if isinstance(star.parent, exp.Count):
        return True
    if any(star.args.values()):
        return False
    item = star.parent if isinstance(star.parent, exp.Column) else star
    if isinstance(item, exp.Column) and (fold(item.table) != derived.alias or item.db):
        return False
    return item.parent is outer


def _is_result(column: exp.Column, outer: exp.Select) -> bool:
    """Whether ORDER BY means what the SELECT gives by this name."""
    is_key = isinstance(column.parent, exp.Ordered) and _is_in(column, ("order",))
    return is_key and not column.table and fold(column.name) in _aliases(outer)


def _is_in(column: exp.Column, clauses: Iterable[str]) -> bool:
    node: exp.Expression = column
    while isinstance(node.parent, exp.Expression) and not isinstance(node.parent, exp.Select):
        node = node.parent
    return str(node.arg_key) in clauses


def _keeps_its_name(item: exp.Expression, derived: Derived) -> bool:
    """Whether DuckDB calls an item as before: what has no alias is called by its text."""
    if isinstance(item, exp.Alias | exp.Star | exp.Column):
        return True
    return all(
        derived.table is not None and isinstance(derived.items[fold(column.name)], exp.Column)
        for column in item.find_all(exp.Column)
    )


def _merge(outer: exp.Select, derived: Derived) -> None:
    columns = [n for n in _nodes(outer) if isinstance(n, exp.Column) and not _is_star(n)]
    meant = {id(column): column for column in columns if not _is_result(column, outer)}

    def swapped(node: exp.Expression) -> exp.Expression:
        column = meant.get(id(node))
        return derived.value(column) if column is not None else node

    items = [each for item in outer.expressions for each in _opened(item, derived, swapped)]
    for key, value in list(outer.args.items()):
        if isinstance(value, exp.Expression) and key not in (*_FROM, *_WITH):
            outer.set(key, value.transform(swapped, copy=False))
    outer.set("expressions", items)
    _take_from(outer, derived)


def _opened(item: exp.Expression, derived: Derived, swapped: _Swap) -> list[exp.Expression]:
    """An item of the result, for ``*`` those that it stands for."""
    name = derived.place.args["alias"].this
    if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and item.is_star):
        columns = (exp.column(exp.to_identifier(n, True), name.copy()) for n in derived.items)
        return [_named(column, derived) for column in columns]
    if isinstance(item, exp.Column):
        return [_named(item, derived)]
    return [item.transform(swapped, copy=False)]


def _named(column: exp.Column, derived: Derived) -> exp.Expression:
    """A column of the result under the name that the derived table gives it."""
    inner, value = derived.items[fold(column.name)], derived.value(column)
    if isinstance(inner, exp.Alias):
        return exp.Alias(this=value.unnest(), alias=inner.args["alias"].copy())
    return value


def _take_from(outer: exp.Select, derived: Derived) -> None:
    """Have a SELECT read what the derived table does, under its conditions."""
    if derived.table is not None:
        name = derived.place.args["alias"].this
        for part in [*derived.select.find_all(exp.Column)]:
            if part.table:
                part.set("table", name.copy())
        derived.table.set("alias", exp.TableAlias(this=name.copy()))
    key = next(key for key in _FROM if outer.args.get(key))
    outer.set(key, _from(derived.select))
    outer.set("joins", derived.select.args.get("joins"))
    where, own = derived.select.args.get("where"), outer.args.get("where")
    if where is not None:
        conditions = [*conjuncts(where.this), *conjuncts(own.this if own else None)]
        outer.set("where", exp.Where(this=exp.and_(*conditions, copy=False)))


def _from(select: exp.Select) -> exp.From | None:
    return next((select.args[key] for key in _FROM if select.args.get(key)), None)


def _has_only(node: exp.Expression, keys: frozenset[str]) -> bool:
    return all(key in keys for key, value in node.args.items() if value)
