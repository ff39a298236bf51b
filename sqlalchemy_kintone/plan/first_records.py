"""The first records of an order by dates or other fields that may be empty.

How Kintone compares and sorts empty dates is not documented. So the first records are only asked
for, and looked at: if enough of them have values, what Kintone has of empty ones does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.kintone.query import all_of, compare, render
from sqlalchemy_kintone.plan.model import FirstRecords, PlanOptions, Pushdown
from sqlalchemy_kintone.plan.paging import (
    NEVER_EMPTY,
    all_asked,
    count_of,
    is_row_by_row,
    order_keys,
    present_fields,
    sorted_column,
)
from sqlalchemy_kintone.plan.pushdown import Filter
from sqlalchemy_kintone.plan.scope import Scope


def first_records(
    scope: Scope, filters: Sequence[Filter], options: PlanOptions
) -> FirstRecords | None:
    """The first records of a SELECT with ORDER BY and LIMIT, where these may be enough.

    Args:
        scope: The SELECT, of which Kintone cannot do the order for sure.
        filters: What Kintone checks.
        options: What planning needs to know of the connection.

    Returns:
        None where all matching records are needed.
    """
    select, order = scope.select, scope.select.args.get("order")
    if options.pushdown is not Pushdown.ALL or len(filters) != 1 or order is None:
        return None
    (only,), table = filters, filters[0].source.table
    if not table.holds_records or table.child is not None or table.saved_list is not None:
        return None
    wanted = _wanted(select)
    if not 0 < wanted <= min(options.page_size, 500) or not is_row_by_row(select):
        return None
    found = only.translation
    if found.never or not (found.exact or found.empties) or not all_asked(scope, only):
        return None
    keys = order_keys(scope, order, frozenset(each.field_code for each in table.columns))
    sorted_by = list(_sorted_by(scope, order.expressions[: len(keys or ())]))
    if keys is None or any(nulls_first for _, nulls_first in sorted_by):
        return None
    present = present_fields(scope, only)
    unsure = [c.field_code for c, _ in sorted_by if c.field_code not in present]
    parts = [found.condition] if found.condition is not None else []
    if unsure[:1] == [keys[0].field_code]:
        # NULLs come after all else, so that they are not wanted here.
        parts.append(compare("!=", unsure[0], ""))
    codes = {*unsure, *found.empties}
    return FirstRecords(
        condition=render(all_of(parts)) if parts else None,
        order=keys,
        records=wanted,
        valued=tuple(c.name for c in table.columns if c.field_code in codes and c.part == "value"),
    )


def _wanted(select: exp.Select) -> int:
    """How many rows the SELECT looks at; 0 where that is not certain."""
    limit, offset = select.args.get("limit"), select.args.get("offset")
    number, skipped = count_of(limit), count_of(offset) if offset is not None else 0
    return 0 if number is None or skipped is None else number + skipped


def _sorted_by(scope: Scope, order: Sequence[exp.Expression]) -> Iterator[tuple[Column, bool]]:
    """The columns that may be empty, and whether NULLs are wanted first."""
    for ordered in order:
        column = sorted_column(scope, ordered)
        if column is not None and column.field_type not in NEVER_EMPTY:
            yield column, bool(ordered.args.get("nulls_first"))
