"""The first records of an order by a number that may be empty.

Where Kintone sorts empty values is not documented. So the first with a number and the first
without one are asked for apart, and DuckDB takes the first of both: in whatever place NULLs are
wanted, they are among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.kintone.query import is_writable
from sqlalchemy_kintone.plan.model import PlanOptions
from sqlalchemy_kintone.plan.paging import Page, page_of, sorted_column
from sqlalchemy_kintone.plan.predicates.columns import rules_for
from sqlalchemy_kintone.plan.projection import needed_columns, references
from sqlalchemy_kintone.plan.pushdown import Condition, Filter, filters_of
from sqlalchemy_kintone.plan.scope import Scope
from sqlalchemy_kintone.plan.sources import Source


def part_by_empty(scopes: Iterable[Scope], options: PlanOptions) -> bool:
    """Part the SELECTs of which Kintone can order all but the empty values.

    Args:
        scopes: The SELECTs that read apps; they are changed.
        options: What planning needs to know of the connection.

    Returns:
        Whether anything was changed, so that sources have to be found anew.
    """
    changed = [_part(scope, options) for scope in scopes]
    return any(changed)


def _part(scope: Scope, options: PlanOptions) -> bool:
    select, order = scope.select, scope.select.args.get("order")
    if order is None or len(scope.sources) != 1 or not select.args.get("limit"):
        return False
    column = sorted_column(scope, order.expressions[0])
    if column is None or any(c.db for c in select.find_all(exp.Column)):
        return False
    page_size = min(options.page_size, 500)
    filters = filters_of(scope, options)
    if page_of(scope, filters, page_size) is not None:
        return False
    page = _page_of_present(scope, filters[0], column, page_size, options)
    if page is None or page.limit is None or page.limit + page.offset > page_size:
        return False
    _read_apart(scope, _of(scope.sources[0], column), page, page.limit + page.offset)
    return True


def _page_of_present(
    scope: Scope, only: Filter, column: Column, page_size: int, options: PlanOptions
) -> Page | None:
    """What Kintone would be asked if the column were never empty; None if it cannot tell."""
    if not is_writable(column.field_code):
        return None
    rules = rules_for(column, only.source.table, options.time_zone)
    present = rules.present()
    if not present.exact or not rules.null().exact:
        return None
    added = Condition(_is_present(_of(only.source, column)), present, needed=False)
    without_empty = replace(only, conditions=(*only.conditions, added))
    page = page_of(scope, [without_empty], page_size)
    return page if page is not None and page.order else None


def _read_apart(scope: Scope, key: exp.Column, page: Page, records: int) -> None:
    select, source = scope.select, scope.sources[0]
    # What follows $id decides nothing.
    ordered = select.args["order"].expressions[: len(page.order)]
    keys = [_on_column(scope, each) for each in ordered]
    mentioned = needed_columns(source, references(select))
    columns = [c for c in source.table.columns if c in mentioned or c.name == "$id"]
    where = select.args.get("where")
    whole = exp.select(*(exp.column(exp.to_identifier(c.name, quoted=True)) for c in columns))
    whole = whole.from_(source.node.copy()).limit(records)
    if where is not None:
        whole = whole.where(where.this.copy())
    some = whole.where(_is_present(key)).order_by(*keys)
    none = whole.where(exp.Is(this=key.copy(), expression=exp.Null()))
    if keys[1:]:
        none = none.order_by(*(each.copy() for each in keys[1:]))
    both = exp.Union(
        this=exp.Subquery(this=some), expression=exp.Subquery(this=none), distinct=False
    )
    # A record that others change between the two requests may come with both.
    number = exp.Window(this=exp.RowNumber(), partition_by=[exp.column("$id", quoted=True)])
    once = exp.select("*").from_(exp.Subquery(this=both, alias=_named("both")))
    once.set("qualify", exp.Qualify(this=exp.EQ(this=number, expression=exp.Literal.number(1))))
    alias = _named(source.node.alias_or_name)
    source.node.replace(exp.Subquery(this=once, alias=alias))
    select.set("where", None)


def _of(source: Source, column: Column) -> exp.Column:
    table = exp.to_identifier(source.node.alias_or_name, quoted=True)
    return exp.Column(this=exp.to_identifier(column.name, quoted=True), table=table)


def _on_column(scope: Scope, ordered: exp.Expression) -> exp.Expression:
    """A key of ORDER BY by the column that it means: places and names are those of the result."""
    column, copied = sorted_column(scope, ordered), ordered.copy()
    if column is not None:
        copied.set("this", _of(scope.sources[0], column))
    return copied


def _named(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True))


def _is_present(key: exp.Column) -> exp.Expression:
    return exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null()))
