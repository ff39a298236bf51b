"""SELECTs of which only the values of one option column matter, not the records.

``SELECT state, count(*) FROM orders GROUP BY state`` needs a number for each option, ``SELECT
DISTINCT state`` one record of each. Kintone tells both in fewer requests than all records take.
The residual SQL stays as it is: it is given rows with those values.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.kintone.query import InexpressibleError, not_among, render
from sqlalchemy_kintone.plan.conditions import parts_of
from sqlalchemy_kintone.plan.constants import Constant, Kind
from sqlalchemy_kintone.plan.contradictions import contradict
from sqlalchemy_kintone.plan.model import DistinctValues, PlanOptions, Scan, ValueCounts, ValuePart
from sqlalchemy_kintone.plan.paging import is_per_row, present_fields
from sqlalchemy_kintone.plan.predicates.columns import rules_for
from sqlalchemy_kintone.plan.pushdown import Filter
from sqlalchemy_kintone.plan.rewrites import takes_one_value
from sqlalchemy_kintone.plan.scope import Scope

_CLAUSES = frozenset(
    {
        *("expressions", "from_", "from", "where", "with_", "with"),
        *("group", "having", "order", "limit", "offset", "distinct"),
    }
)
_LOOKED_AT = ("expressions", "where", "group", "having", "order")
_MOST_OPTIONS = 100
"""Above this, reading is hardly ever dearer."""
_AGGREGATES = (exp.Avg, exp.Count, exp.Max, exp.Min, exp.Sum)
# What gives the same whatever the order of the rows, beside what is of one row, and aggregates.
_UNORDERED = (
    exp.Between,
    exp.Cube,
    exp.Distinct,
    exp.Filter,
    exp.Group,
    exp.GroupingSets,
    exp.Having,
    exp.In,
    exp.Order,
    exp.Ordered,
    exp.Rollup,
    exp.Tuple,
    exp.Where,
)


def values_of(
    scope: Scope, scan: Scan, found: Filter, options: PlanOptions
) -> ValueCounts | DistinctValues | None:
    """What a SELECT needs to know of the values of its only column.

    Args:
        scope: The SELECT, as it will be run.
        scan: What it reads: its conditions, columns and page.
        found: What Kintone checks.
        options: What planning needs to know of the connection.

    Returns:
        None where it needs the records, or where Kintone cannot tell the values apart.
    """
    if len(scan.columns) != 1 or scan.empty or scan.limit is not None:
        return None
    (column,) = scan.columns
    if column.family not in (Family.OPTION, Family.STATUS) or not scan.table.holds_records:
        return None
    nodes = _nodes(scope.select)
    if nodes is None or not _makes_groups(scope.select):
        return None
    if not 0 < len(column.options or ()) <= _MOST_OPTIONS:
        return None
    try:
        if all(_ignores_repetition(node) for node in nodes if isinstance(node, exp.AggFunc)):
            return _distinct(column, scope, options)
        return _counts(column, scope, found, options)
    except InexpressibleError:
        return None


def _nodes(select: exp.Select) -> list[exp.Expression] | None:
    """What the SELECT computes; None where the records' order or something else may matter."""
    if any(value and key not in _CLAUSES for key, value in select.args.items()):
        return None
    distinct = select.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        return None
    nodes = list(_walk(select))
    return nodes if all(map(_is_unordered, nodes)) else None


def _is_unordered(node: exp.Expression) -> bool:
    if isinstance(node, _AGGREGATES):
        return takes_one_value(node)  # not the three least: ``min(c, 3)``
    return is_per_row(node) or isinstance(node, _UNORDERED)


def _walk(select: exp.Select) -> Iterator[exp.Expression]:
    for key in _LOOKED_AT:
        clause = select.args.get(key)
        for part in clause if isinstance(clause, list) else [clause]:
            for node in part.walk() if isinstance(part, exp.Expression) else ():
                if isinstance(node, exp.Expression):
                    yield node


def _makes_groups(select: exp.Select) -> bool:
    if select.args.get("group") or select.args.get("distinct"):
        return True
    return all(item.find(exp.AggFunc) for item in select.expressions)


def _ignores_repetition(aggregate: exp.AggFunc) -> bool:
    return isinstance(aggregate, exp.Max | exp.Min) or isinstance(aggregate.this, exp.Distinct)


def _counts(
    column: Column, scope: Scope, found: Filter, options: PlanOptions
) -> ValueCounts | None:
    table = found.source.table
    rules = rules_for(column, table, options.time_zone)
    named = column.options or ()
    answers = [rules.compare("=", Constant(Kind.TEXT, option)) for option in named]
    # One that differs from another only by case may be taken for it.
    if not all(answer.exact for answer in answers):
        return None
    own = found.translation.condition
    asked = list(parts_of(own, exp.And)) if own is not None else []
    parts = tuple(
        ValuePart(option, render(answer.condition))
        for option, answer in zip(named, answers, strict=True)
        if answer.condition is not None and not contradict([*asked, answer.condition], table)
    )
    empty = rules.null()
    if not empty.exact or empty.condition is None:
        return ValueCounts(parts, (), render(not_among(column.field_code, named)))
    others = render(not_among(column.field_code, [*named, ""]))
    if column.field_code in present_fields(scope, found):
        return ValueCounts(parts, (), others)
    return ValueCounts(parts, (ValuePart(None, render(empty.condition)),), others)


def _distinct(column: Column, scope: Scope, options: PlanOptions) -> DistinctValues | None:
    rules = rules_for(column, scope.sources[0].table, options.time_zone)
    values = [Constant(Kind.TEXT, option) for option in column.options or ()]
    if not all(rules.compare("=", value).exact for value in values):
        return None
    parts = [
        ValuePart(str(value.value), render(not_among(column.field_code, [str(value.value)])))
        for value in values
    ]
    if rules.null().exact:
        parts.append(ValuePart(None, render(not_among(column.field_code, [""]))))
    return DistinctValues(tuple(parts))
