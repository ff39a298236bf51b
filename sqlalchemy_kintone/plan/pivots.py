"""What of a statement the engine can check before it knows any row.

The columns of ``PIVOT orders ON kind`` are the kinds that there are. So what stands around such a
PIVOT cannot be checked beforehand, but the PIVOT itself can: it groups like a SELECT of the same
expressions. A PIVOT that lists its values, and UNPIVOT, have columns that are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

_AROUND = (exp.Select, exp.SetOperation, exp.Subquery, exp.From, exp.CTE, exp.With, exp.Pivot)
"""What may stand around a PIVOT that is sure to use no column of what stands around it."""


def checkable(tree: exp.Expression) -> list[exp.Expression] | None:
    """Queries that are right where the statement is, and mostly wrong where it is wrong.

    Args:
        tree: A residual statement, which stays as it is.

    Returns:
        None where the statement itself can be checked. Otherwise a query for each PIVOT whose
        columns depend on rows; none for those that cannot be taken out of the statement.
    """
    pivots = [pivot for pivot in tree.find_all(exp.Pivot) if _depends_on_rows(pivot)]
    if not pivots:
        return None
    return [query for pivot in pivots for query in _groups(pivot)]


def _depends_on_rows(pivot: exp.Pivot) -> bool:
    if pivot.args.get("unpivot"):
        return False
    # ``PIVOT t ON …`` has its values in ``expressions``, ``FROM t PIVOT (… FOR …)`` in ``fields``.
    return not all(_is_listed(each) for each in pivot.args.get("fields") or pivot.expressions)


def _is_listed(values: exp.Expression) -> bool:
    """Whether it is ``column IN ('a', 'b')``."""
    listed = values.expressions if isinstance(values, exp.In) else []
    return bool(listed) and not any(isinstance(value, exp.Query) for value in listed)


def _groups(pivot: exp.Pivot) -> Iterator[exp.Expression]:
    """The SELECT whose groups a PIVOT makes columns of, where it can stand alone."""
    source, tables = pivot.this, _common_tables(pivot)
    if source is None or tables is None:
        return
    if any(
        _depends_on_rows(each) for part in (source, *tables) for each in part.find_all(exp.Pivot)
    ):
        return
    group = pivot.args.get("group")
    on = [each.this if isinstance(each, exp.In) else each for each in pivot.expressions]
    items = [*(group.expressions if group else ()), *on, *(pivot.args.get("using") or ())]
    select = exp.select(*(item.copy() for item in items)).from_(source.copy())
    select.set("group", exp.Group(all=True))
    if tables:
        copies = [each.copy() for each in tables]
        select.set("with_", exp.With(expressions=copies, recursive=True))
    yield select


def _common_tables(pivot: exp.Pivot) -> list[exp.CTE] | None:
    """The common table expressions that a PIVOT can name; None where it may name columns too."""
    found: list[exp.CTE] = []
    inner: exp.Expression = pivot
    node: Any = pivot
    while node is not None:
        beside = isinstance(node, exp.Select) and not isinstance(inner, exp.From | exp.With)
        if beside or not isinstance(node, _AROUND):
            return None
        tables = node.args.get("with_")
        if isinstance(node, exp.With):
            found = [*node.expressions[: inner.index], *found]
        elif tables is not None and tables is not inner:
            found = [*tables.expressions, *found]
        inner, node = node, node.parent
    return found
