"""Whether DuckDB reads a scan just once, from its first row to its last, so that it may stream."""

from __future__ import annotations

from sqlglot import exp


def is_read_once(residual: exp.Expression, scan: str) -> bool:
    """Whether a scan stands in the FROM of the statement itself, or of derived tables in it.

    Anything that DuckDB may read several times counts as no: common table expressions, and
    subqueries that stand for values.

    Args:
        residual: The SQL over the scans' views.
        scan: The view's name; it stands in the SQL once.
    """
    if residual.find(exp.Pivot) is not None:
        return False
    place: exp.Expression | None = next(
        (table for table in residual.find_all(exp.Table) if table.name == scan), None
    )
    if place is None:
        return False
    while isinstance(place, exp.Table | exp.Subquery):
        source = place.parent
        if not isinstance(source, exp.From | exp.Join) or not isinstance(source.parent, exp.Select):
            return False
        select = source.parent
        if select.args.get("with_") or select.args.get("with"):
            return False
        if select.parent is None:
            return select is residual
        place = select.parent if isinstance(select.parent, exp.Expression) else None
    return False
