"""Aggregates rewritten to equal ones of which Kintone can do more.

Each rule gives the same answer over any rows; whether Kintone can do its part exactly is for
pushdown to find out.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.plan.paging import sorts_alike
from sqlalchemy_kintone.plan.scope import Scope

_CLAUSES = frozenset({"expressions", "from_", "from", "where", "with_", "with"})


def rewrite_aggregates(scopes: Iterable[Scope]) -> bool:
    """Apply the rules to the SELECTs that they fit.

    Returns:
        Whether anything was changed, so that sources have to be found anew.
    """
    changed = [_least_or_greatest(scope) or _count_of_column(scope) for scope in scopes]
    return any(changed)


def _least_or_greatest(scope: Scope) -> bool:
    """``max(c)`` of all rows is ``max(c)`` of the one that comes first by ``c DESC``."""
    aggregate = _only_expression(scope)
    if not isinstance(aggregate, exp.Min | exp.Max) or not takes_one_value(aggregate):
        return False
    column = _column(scope, aggregate.this)
    if column is None or not sorts_alike(column, frozenset({column.field_code})):
        return False
    source, where = scope.sources[0].node, scope.select.args.get("where")
    key = exp.column(exp.to_identifier(column.name, quoted=True))
    order = exp.Ordered(this=key.copy(), desc=isinstance(aggregate, exp.Max), nulls_first=False)
    first = exp.select(key.copy()).from_(source.copy()).where(_present(key))
    if where is not None:
        first = first.where(where.this.copy())
    alias = exp.TableAlias(this=exp.to_identifier(source.alias_or_name, quoted=True))
    source.replace(exp.Subquery(this=first.order_by(order).limit(1), alias=alias))
    scope.select.set("where", None)
    return True


def _count_of_column(scope: Scope) -> bool:
    """``count(c)`` is ``count(*)`` of the rows where ``c`` is not NULL."""
    aggregate = _only_expression(scope)
    if not isinstance(aggregate, exp.Count) or not isinstance(aggregate.parent, exp.Alias):
        return False  # without an alias the name of the result would change
    if not takes_one_value(aggregate) or _column(scope, aggregate.this) is None:
        return False
    scope.select.where(_present(aggregate.this), copy=False)
    aggregate.set("this", exp.Star())
    return True


def takes_one_value(aggregate: exp.Expression) -> bool:
    """Whether it has one argument and nothing else: not ``max(c, 3)``, not ``count(c, d)``."""
    return {key for key, value in aggregate.args.items() if value} <= {"this", "big_int"}


def _present(column: exp.Expression) -> exp.Expression:
    return exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null()))


def _only_expression(scope: Scope) -> exp.Expression | None:
    """The one expression of a SELECT that does nothing but filter one app."""
    select = scope.select
    if len(scope.sources) != 1 or len(select.expressions) != 1:
        return None
    if any(value and key not in _CLAUSES for key, value in select.args.items()):
        return None
    item = select.expressions[0]
    only: exp.Expression = item.this if isinstance(item, exp.Alias) else item
    return only


def _column(scope: Scope, node: object) -> Column | None:
    if not isinstance(node, exp.Column) or node.db:
        return None
    binding = scope.bind(node)
    return binding.column if binding else None
