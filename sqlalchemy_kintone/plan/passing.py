"""Statements that only pass on the rows that Kintone gives: DuckDB has nothing to do for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Table, fold
from sqlalchemy_kintone.plan.model import Passing, Scan
from sqlalchemy_kintone.plan.paging import count_of, is_complete
from sqlalchemy_kintone.plan.pushdown import Filter
from sqlalchemy_kintone.plan.scope import Scope

_CLAUSES = frozenset({"expressions", "from_", "from", "where", "limit"})
_NOT_ALIKE = "INTERVAL"
"""A type of columns that DuckDB gives out in another form."""


def may_pass(scope: Scope, filters: Sequence[Filter]) -> bool:
    """Whether a statement gives columns of one app and Kintone checks the whole of WHERE.

    Args:
        scope: The SELECT.
        filters: What Kintone checks.
    """
    if len(filters) != 1 or scope.select.parent is not None or not _is_plain(scope.select):
        return False
    table = filters[0].source.table
    return table.holds_records and is_complete(scope, filters[0])


def passing_of(tree: exp.Expression, scans: Sequence[Scan]) -> Passing | None:
    """How the rows of a statement's only scan are its answer.

    Args:
        tree: The SQL over the views of the scans.
        scans: The scans.

    Returns:
        None where DuckDB has to do something.
    """
    if len(scans) != 1 or not isinstance(tree, exp.Select) or not _is_plain(tree):
        return None
    (scan,), limit = scans, tree.args.get("limit")
    if tree.args.get("where") or not scan.table.holds_records:
        return None
    if limit is not None and count_of(limit) is None:
        return None
    source = (tree.args.get("from_") or tree.args["from"]).this
    if not isinstance(source, exp.Table) or source.name != scan.name or _is_renamed(source):
        return None
    names = [name for item in tree.expressions for name in _names(item, source, scan.table)]
    fetched = {column.name: column for column in scan.columns}
    if not names or any(
        name not in fetched or fetched[name].sql_type == _NOT_ALIKE for name in names
    ):
        return None
    return Passing(tuple(names), count_of(limit))


def _is_plain(select: exp.Select) -> bool:
    """Whether a SELECT has nothing but columns, FROM, WHERE and LIMIT."""
    if not all(isinstance(item.unalias(), exp.Column | exp.Star) for item in select.expressions):
        return False
    if any(value and key not in _CLAUSES for key, value in select.args.items()):
        return False
    return bool(select.args.get("from_") or select.args.get("from"))


def _is_renamed(source: exp.Table) -> bool:
    """Whether the table has more than a name: other names for columns, a sample."""
    alias = source.args.get("alias")
    has_columns = alias is not None and bool(alias.args.get("columns"))
    others = {key for key, value in source.args.items() if value and key not in ("this", "alias")}
    return has_columns or bool(others)


def _names(item: exp.Expression, source: exp.Table, table: Table) -> Iterator[str]:
    """The columns of the scan that an item of SELECT shows; an empty name for anything else."""
    column = item.this if isinstance(item, exp.Alias) else item
    if isinstance(column, exp.Star) and not any(column.args.values()):
        yield from (each.name for each in table.columns)
        return
    if not isinstance(column, exp.Column) or len(column.parts) > 2:
        yield ""
        return
    is_its = not column.table or fold(column.table) == fold(source.alias_or_name)
    if is_its and isinstance(column.this, exp.Star) and not any(column.this.args.values()):
        yield from (each.name for each in table.columns)
        return
    found = table.column(column.name) if is_its else None
    yield found.name if found is not None else ""
