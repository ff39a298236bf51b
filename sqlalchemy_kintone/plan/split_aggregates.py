"""Several counts, least and greatest values of an app: each asked for on its own.

``SELECT min(c), max(c), count(*) FROM t`` is one record by ``c``, one by ``c DESC``, and one
number, where all of ``t`` would have to be read otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp

from sqlalchemy_kintone.kintone.query import is_writable
from sqlalchemy_kintone.plan.conditions import Translation, both
from sqlalchemy_kintone.plan.model import PlanOptions, Pushdown
from sqlalchemy_kintone.plan.paging import sorts_alike
from sqlalchemy_kintone.plan.predicates.columns import rules_for
from sqlalchemy_kintone.plan.pushdown import filters_of
from sqlalchemy_kintone.plan.rewrites import takes_one_value
from sqlalchemy_kintone.plan.scope import Scope

_CLAUSES = frozenset({"expressions", "from_", "from", "where", "with_", "with"})
_AGGREGATES = (exp.Count, exp.Max, exp.Min)
_MOST = 4
"""Aggregates of one SELECT: each costs a request, which a small app would not need."""
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def split_aggregates(scopes: Iterable[Scope], options: PlanOptions) -> bool:
    """Make scalar subqueries of the aggregates that Kintone can answer with one request each.

    Args:
        scopes: The SELECTs that read apps; they are changed.
        options: What planning needs to know of the connection.

    Returns:
        Whether anything was changed, so that sources have to be found anew.
    """
    changed = [_split(scope, options) for scope in scopes]
    return any(changed)


def _split(scope: Scope, options: PlanOptions) -> bool:
    select = scope.select
    items = select.expressions
    if len(scope.sources) != 1 or not 1 < len(items) <= _MOST:
        return False
    if any(value and key not in _CLAUSES for key, value in select.args.items()):
        return False
    if not all(isinstance(item.unalias(), _AGGREGATES) for item in items):
        return False
    names, found = [_name(item) for item in items], _translated(scope, options)
    if not all(names) or found is None:
        return False
    if not all(_one_request(item.unalias(), scope, found, options) for item in items):
        return False
    table, where = scope.sources[0].node, select.args.get("where")
    for item, name in zip(items, names, strict=True):
        # With a name, as the rule for count(c) asks for one.
        inner = exp.select(exp.alias_(item.unalias().copy(), "answer")).from_(table.copy())
        if where is not None:
            inner = inner.where(where.this.copy())
        alias = exp.to_identifier(name, quoted=True)
        item.replace(exp.Alias(this=exp.Subquery(this=inner), alias=alias))
    for key in ("from_", "from", "where"):
        if select.args.get(key):
            select.set(key, None)
    return True


def _translated(scope: Scope, options: PlanOptions) -> Translation | None:
    """What Kintone checks, if it is asked for the whole of WHERE."""
    (only,) = filters_of(scope, options)
    table = only.source.table
    where = scope.select.args.get("where")
    if table.child is not None or table.system is not None:
        return None
    if where is not None and where.find(exp.Query):
        return None
    bound = all(scope.bind(column) for column in where.find_all(exp.Column)) if where else True
    return only.translation if bound else None


def _one_request(
    aggregate: exp.Expression, scope: Scope, found: Translation, options: PlanOptions
) -> bool:
    if not takes_one_value(aggregate):
        return False
    if isinstance(aggregate, exp.Count) and isinstance(aggregate.this, exp.Star):
        return found.exact and not any(aggregate.this.args.values())
    column = aggregate.this
    binding = scope.bind(column) if isinstance(column, exp.Column) and not column.db else None
    if binding is None or not is_writable(binding.column.field_code):
        return False
    rules = rules_for(binding.column, binding.source.table, options.time_zone)
    present = both([found, rules.present()])
    if isinstance(aggregate, exp.Count):
        return present.exact
    is_first = present.exact or (bool(present.empties) and options.pushdown is Pushdown.ALL)
    return is_first and sorts_alike(binding.column, frozenset({binding.column.field_code}))


def _name(item: exp.Expression) -> str:
    """The name of the result's column; empty where only DuckDB knows it."""
    if isinstance(item, exp.Alias):
        return item.alias
    if isinstance(item, exp.Count) and isinstance(item.this, exp.Star):
        return "count_star()"
    if isinstance(item, exp.AggFunc) and isinstance(item.this, exp.Column):
        column = item.this
        if not column.table and _PLAIN_NAME.fullmatch(column.name):
            return f"{item.key}({column.name})"
    return ""
