"""LIMIT and ORDER BY that Kintone can do: only where its first records are SQL's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, Family, Table, fold
from sqlalchemy_kintone.conninfo import OnInvalid
from sqlalchemy_kintone.kintone.query import is_writable
from sqlalchemy_kintone.plan.constants import constant
from sqlalchemy_kintone.plan.joins import conjuncts, rejects_nulls
from sqlalchemy_kintone.plan.model import Exactness, OrderKey
from sqlalchemy_kintone.plan.predicates.server_functions import is_local_call
from sqlalchemy_kintone.plan.pushdown import Filter
from sqlalchemy_kintone.plan.scope import Scope

MAX_OFFSET = 10_000
"""Kintone refuses greater offsets."""

_CLAUSES = frozenset(
    {"expressions", "from_", "from", "where", "order", "limit", "offset", "with_", "with"}
)
# Functions are left out: some make groups or several rows of one.
_PER_ROW = (
    exp.Alias,
    exp.Binary,
    exp.Boolean,
    exp.Case,
    exp.Cast,
    exp.Coalesce,
    exp.Column,
    exp.DataType,
    exp.DataTypeParam,
    exp.Identifier,
    exp.If,
    exp.Literal,
    exp.Lower,
    exp.Neg,
    exp.Not,
    exp.Null,
    exp.Paren,
    exp.Star,
    exp.Upper,
)
NEVER_EMPTY = frozenset({"__ID__", "CREATED_TIME", "UPDATED_TIME"})
_SORTED_ALIKE = frozenset({Family.NUMBER, Family.DATE, Family.TIME, Family.TIMESTAMP})


@dataclass(frozen=True)
class Page:
    """The records that Kintone is to give.

    Attributes:
        limit: How many; None where ``rows`` says.
        offset: How many to leave out first; OFFSET is then left out of the residual SQL.
        order: In which order.
        rows: Of a child table, how many rows they have to hold at least.
    """

    limit: int | None
    offset: int = 0
    order: tuple[OrderKey, ...] = ()
    rows: int | None = None


def page_of(scope: Scope, filters: Sequence[Filter], page_size: int) -> Page | None:
    """The page that a SELECT with LIMIT needs of its only source.

    Args:
        scope: The SELECT.
        filters: What Kintone checks.
        page_size: Records of one request.

    Returns:
        None where all matching records are needed.
    """
    select = scope.select
    limit, offset = count_of(select.args.get("limit")), count_of(select.args.get("offset"))
    table = filters[0].source.table if len(filters) == 1 else None
    if table is None or table.system is not None or not is_row_by_row(select):
        return None
    if offset is None:
        if select.args.get("offset"):
            return None
        offset = 0
    if table.child is not None:
        if isinstance(select.parent, exp.Exists) and not select.args.get("limit"):
            limit = 1
        if limit is None:
            return None
        return _page_of_rows(scope, filters[0], limit + offset, page_size)
    if limit is None or not is_complete(scope, filters[0]):
        return None
    order = select.args.get("order")
    if order is None:
        listed = _order_of_list(filters[0].source.table)
        if listed and limit <= page_size and offset <= MAX_OFFSET:
            return Page(limit, offset, listed)
        if offset and limit <= page_size and offset <= MAX_OFFSET:
            return Page(limit, offset)
        # Read in the order of ids: offsets that high would be refused.
        return Page(limit + offset)
    keys = order_keys(scope, order, present_fields(scope, filters[0]))
    if keys is None:
        return None
    if limit > page_size or offset > MAX_OFFSET:
        # Pages of an order would shift as others write: what is skipped is read along.
        return Page(limit + offset, order=keys)
    return Page(limit, offset, keys)


def _page_of_rows(scope: Scope, only: Filter, wanted: int, page_size: int) -> Page | None:
    """The records that surely hold so many rows, of a child table."""
    keys: tuple[OrderKey, ...] = ()
    order = scope.select.args.get("order")
    if order is not None:
        # The rows of a record that is read are all there, so that later keys do not matter.
        column = sorted_column(scope, order.expressions[0])
        if column is None or column.field_code != "$id":
            return None
        keys = (OrderKey("$id", bool(order.expressions[0].args.get("desc"))),)
    exactness, child = only.translation.exactness, only.source.table.child
    if not all_asked(scope, only) or exactness is Exactness.SUPERSET:
        return None
    # Only records that have files are asked for.
    has_files = child is not None and child.kind == "file" and is_writable(child.field_code)
    each_has_one = has_files or exactness is Exactness.SOME_ROW
    if wanted == 0 or (each_has_one and (wanted <= page_size or not keys)):
        return Page(wanted, order=keys)
    # Where some rows do not count, only a look at each would tell how many there are.
    return Page(None, order=keys, rows=wanted) if exactness is Exactness.EXACT else None


def _order_of_list(table: Table) -> tuple[OrderKey, ...]:
    """The order of a saved list, which any rows without ORDER BY may have; empty for others."""
    saved = table.saved_list
    keys = tuple(OrderKey(k.field_code, k.descending) for k in saved.order) if saved else ()
    if not keys or keys[-1].field_code == "$id":
        return keys
    return (*keys, OrderKey("$id", descending=True))


def count_of(clause: exp.Expression | None) -> int | None:
    """The number in LIMIT or OFFSET; None for no clause or anything but a plain number."""
    if not isinstance(clause, exp.Limit | exp.Offset) or clause.expressions:
        return None
    limit_options = clause.args.get("limit_options")
    if limit_options is not None and limit_options.args.get("percent"):
        return None
    known = constant(clause.expression)
    value = known.value if known else None
    whole = isinstance(value, Decimal) and value == value.to_integral_value() and value >= 0
    return int(value) if whole and isinstance(value, Decimal) else None


def wants_no_rows(tree: exp.Expression) -> bool:
    """Whether a statement ends with LIMIT 0, as tools ask for the columns of a result."""
    return isinstance(tree, exp.Query) and count_of(tree.args.get("limit")) == 0


def is_per_row(node: object) -> bool:
    """Whether a node computes one value from each row, whatever the other rows."""
    # To sqlglot some aggregates of two columns are operators too: ``corr(a, b)``.
    return isinstance(node, _PER_ROW) and not isinstance(node, exp.AggFunc)


def is_row_by_row(select: exp.Select) -> bool:
    """Whether a SELECT gives a row for each that it reads, or for some of them."""
    if any(value and key not in _CLAUSES for key, value in select.args.items()):
        return False
    return all(
        is_per_row(node) or is_local_call(node)
        for item in select.expressions
        for node in item.walk()
    )


def is_complete(scope: Scope, only: Filter) -> bool:
    """Whether Kintone checks the whole of WHERE exactly."""
    return not only.local and all_asked(scope, only)


def all_asked(scope: Scope, only: Filter) -> bool:
    """Whether Kintone is asked for every condition of WHERE."""
    where = scope.select.args.get("where")
    asked = {id(condition.node) for condition in only.conditions}
    return all(id(node) in asked for node in conjuncts(where.this if where else None))


def present_fields(scope: Scope, only: Filter) -> frozenset[str]:
    """The codes of fields that are empty in no record that passes the conditions."""
    codes = set()
    for condition in only.conditions:
        columns = list(condition.node.find_all(exp.Column))
        bindings = [scope.bind(column) for column in columns]
        found = {binding.column.field_code for binding in bindings if binding}
        if len(found) == 1 and all(bindings) and rejects_nulls(condition.node):
            codes |= found
    return frozenset(codes)


def order_keys(
    scope: Scope, order: exp.Expression, present: frozenset[str]
) -> tuple[OrderKey, ...] | None:
    """Kintone's keys of an order that is SQL's where some fields are not empty; else None."""
    keys: list[OrderKey] = []
    for ordered in order.expressions:
        if keys and keys[-1].field_code == "$id":
            break  # no two records have the same id: later keys decide nothing
        column = sorted_column(scope, ordered)
        if column is None or not sorts_alike(column, present):
            return None
        keys.append(OrderKey(column.field_code, bool(ordered.args.get("desc"))))
    if keys[-1].field_code != "$id":
        # Kintone may order equal records anew for every request.
        keys.append(OrderKey("$id"))
    return tuple(keys)


def sorted_column(scope: Scope, ordered: exp.Expression) -> Column | None:
    """The column of an app that a key of ORDER BY surely means."""
    key = ordered.this
    if not isinstance(ordered, exp.Ordered):
        return None
    if isinstance(key, exp.Literal) and key.is_int:
        return _column_at(scope, int(key.name))
    if not isinstance(key, exp.Column):
        return None
    binding = scope.bind(key)
    if key.table:
        return binding.column if binding is not None else None
    # In ORDER BY a name of the result comes before a column.
    items = scope.select.expressions
    if any(s.args.get("replace") or s.args.get("rename") for i in items for s in _stars(i)):
        return None
    named = [i for i in items if isinstance(i, exp.Alias) and fold(i.alias) == fold(key.name)]
    found = {_column_of(scope, item) for item in named}
    if not found and binding is not None:
        return binding.column
    return found.pop() if len(found) == 1 else None


def _column_at(scope: Scope, number: int) -> Column | None:
    """The column at a place of the result, counted from 1."""
    items = scope.select.expressions
    # What a star stands for moves the places of all that comes after it.
    if not 1 <= number <= len(items) or any(True for i in items[:number] for _ in _stars(i)):
        return None
    return _column_of(scope, items[number - 1])


def _column_of(scope: Scope, item: exp.Expression) -> Column | None:
    column = item.unalias()
    binding = scope.bind(column) if isinstance(column, exp.Column) else None
    return binding.column if binding is not None else None


def _stars(item: exp.Expression) -> Iterable[exp.Star]:
    found: Iterable[exp.Star] = item.find_all(exp.Star)
    return found


def sorts_alike(column: Column, present: frozenset[str]) -> bool:
    """Whether Kintone's order is SQL's; where empty values go is documented for few types."""
    if column.part != "value" or column.sql_type == "DOUBLE":
        return False  # numbers that are one DOUBLE may be several to Kintone
    if column.on_invalid is OnInvalid.NULL:
        return False  # what Kintone sorts among the values may be NULL to SQL
    if not is_writable(column.field_code):
        return False
    if column.field_type in NEVER_EMPTY:
        return True
    return (
        column.family in _SORTED_ALIKE
        and column.field_type != "CALC"
        and column.field_code in present
    )
