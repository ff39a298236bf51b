"""SQL to a plan: what to fetch from which app, and the SQL that makes the answer of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy_kintone.catalog.model import Catalog
from sqlalchemy_kintone.errors import NotSupportedError
from sqlalchemy_kintone.plan.bind import bind
from sqlalchemy_kintone.plan.model import Plan, PlanOptions, Pushdown, Scan
from sqlalchemy_kintone.plan.projection import needed_columns, references
from sqlalchemy_kintone.plan.sources import Source, find_sources, rewrite
from sqlalchemy_kintone.plan.statements import Explain, Query, parse_statement


def plan_statement(
    sql: str,
    parameters: Sequence[object] | Mapping[str, object] | None,
    catalog: Catalog,
    options: PlanOptions,
) -> Plan:
    """Plan one query.

    Args:
        sql: One SQL query, parameters as ``?`` or ``:name``.
        parameters: A sequence for ``?``, a mapping for ``:name``, or None.
        catalog: The apps and their columns.
        options: What planning needs to know of the connection.

    Returns:
        The scans and the residual SQL.

    Raises:
        ProgrammingError: A syntax error (with line, column and a caret), an unknown table or
            column (with suggestions), or parameters that do not fit.
        DataError: A parameter outside what DuckDB can hold.
        NotSupportedError: Anything but one query.
    """
    statement = parse_statement(sql)
    if isinstance(statement, Explain):
        raise NotSupportedError("EXPLAIN describes a plan and has none of its own.")
    return plan_query(statement, parameters, catalog, options)


def plan_query(
    query: Query,
    parameters: Sequence[object] | Mapping[str, object] | None,
    catalog: Catalog,
    options: PlanOptions,
) -> Plan:
    """As ``plan_statement``, for a statement that has been parsed."""
    tree = bind(query.tree.copy(), parameters)
    sources = find_sources(tree, catalog, options.default_schema, query.sql)
    scans = tuple(_scan(source, options) for source in sources)
    rewrite(tree, sources)
    return Plan(scans, tree)


def _scan(source: Source, options: PlanOptions) -> Scan:
    if options.pushdown is Pushdown.NONE or source.select is None:
        columns = source.table.columns
    else:
        columns = needed_columns(source, references(source.select))
    return Scan(source.scan, source.table, columns)
