"""Derived tables that only pass an app's rows on are opened, so that Kintone can do more.

``FROM (SELECT * FROM orders WHERE kind = 'A') AS v`` is ``FROM orders AS v WHERE v.kind = 'A'``.
Tools that build SQL wrap every query so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from sqlalchemy_kintone.plan.joins import conjuncts, joins_of
from sqlalchemy_kintone.plan.scope import Scope

_CLAUSES = frozenset({"expressions", "from_", "from", "where"})


def open_derived_tables(scopes: Iterable[Scope]) -> bool:
    """Open the derived tables that can be.

    Args:
        scopes: The SELECTs that read apps; the statement is changed.

    Returns:
        Whether anything was changed, so that sources have to be found anew.
    """
    changed = [_open(scope) for scope in scopes]
    return any(changed)


def _open(inner: Scope) -> bool:
    place = inner.select.parent
    if not isinstance(place, exp.Subquery) or not _passes_rows_on(inner):
        return False
    outer = _reader(place)
    where = inner.select.args.get("where")
    conditions = conjuncts(where.this if where else None)
    if outer is None or not all(_names_own_columns(node, inner) for node in conditions):
        return False
    if conditions and not _may_move(place, outer):
        return False
    node, alias = inner.sources[0].node, place.args.get("alias")
    name = alias.this if alias is not None else exp.to_identifier(node.alias_or_name, quoted=True)
    for condition in conditions:
        for column in condition.find_all(exp.Column):
            column.replace(exp.Column(this=column.this.copy(), table=name.copy()))
    place.replace(node)
    node.set("alias", exp.TableAlias(this=name.copy()))
    for condition in _moved(where):
        outer.where(condition, copy=False)
    return True


def _moved(where: exp.Expression | None) -> list[exp.Expression]:
    """The conditions as they are now, their columns renamed."""
    return [part.copy() for part in conjuncts(where.this if where else None)]


def _passes_rows_on(inner: Scope) -> bool:
    """Whether a SELECT gives all columns of one app, of some of its rows."""
    select = inner.select
    if any(value and key not in _CLAUSES for key, value in select.args.items()):
        return False
    if len(inner.sources) != 1 or len(select.expressions) != 1:
        return False
    star = select.expressions[0]
    return isinstance(star, exp.Star) and not any(star.args.values())


def _reader(place: exp.Subquery) -> exp.Select | None:
    """The SELECT that reads a derived table as it is."""
    alias = place.args.get("alias")
    if any(value and key not in ("this", "alias") for key, value in place.args.items()):
        return None
    if alias is not None and (alias.args.get("columns") or not alias.this):
        return None
    clause = place.parent
    select = clause.parent if isinstance(clause, exp.From | exp.Join) else None
    if not isinstance(select, exp.Select):
        return None
    # Without a name of its own it would take the app's, which something else may have.
    return select if alias is not None or not select.args.get("joins") else None


def _names_own_columns(condition: exp.Expression, inner: Scope) -> bool:
    return not condition.find(exp.Query) and all(
        inner.bind(column) is not None for column in condition.find_all(exp.Column)
    )


def _may_move(place: exp.Subquery, outer: exp.Select) -> bool:
    """Whether the derived table's rows may as well be filtered after the joins."""
    joins = joins_of(outer)
    others = outer.args.get("joins") or ()
    item = next((i for i, join in enumerate(others, start=1) if join is place.parent), 0)
    return not joins.padded(item) and joins.where_reaches(item, exp.false())
