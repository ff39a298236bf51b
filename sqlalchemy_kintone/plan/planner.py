"""SQL to a plan: what to fetch from which app, and the SQL that makes the answer of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Catalog, Column
from sqlalchemy_kintone.conninfo import Consistency
from sqlalchemy_kintone.errors import NotSupportedError
from sqlalchemy_kintone.plan.bind import bind
from sqlalchemy_kintone.plan.by_value import values_of
from sqlalchemy_kintone.plan.carried import carry_conditions
from sqlalchemy_kintone.plan.clock import Moment, bind_clock
from sqlalchemy_kintone.plan.derived import open_derived_tables
from sqlalchemy_kintone.plan.first_records import first_records
from sqlalchemy_kintone.plan.given import given_values
from sqlalchemy_kintone.plan.inward import copy_conditions_inward
from sqlalchemy_kintone.plan.join_keys import key_sources
from sqlalchemy_kintone.plan.joins import conjuncts
from sqlalchemy_kintone.plan.merged import merge_derived_tables
from sqlalchemy_kintone.plan.model import Plan, PlanOptions, Pushdown, Scan
from sqlalchemy_kintone.plan.older_engine import avoid_wrong_simplifications
from sqlalchemy_kintone.plan.output_names import name_subqueries
from sqlalchemy_kintone.plan.paging import Page, page_of, wants_no_rows
from sqlalchemy_kintone.plan.passing import may_pass, passing_of
from sqlalchemy_kintone.plan.pivots import checkable
from sqlalchemy_kintone.plan.place import bind_place
from sqlalchemy_kintone.plan.predicates.server_functions import (
    calls_in,
    guard_of,
    is_alone,
    require_sent,
)
from sqlalchemy_kintone.plan.projection import References, needed_columns, references
from sqlalchemy_kintone.plan.pruned import prune_derived_tables
from sqlalchemy_kintone.plan.pushdown import Condition, Filter, filters_of
from sqlalchemy_kintone.plan.rewrites import rewrite_aggregates
from sqlalchemy_kintone.plan.saved_lists import order_lists, within_list
from sqlalchemy_kintone.plan.scope import Scope, scopes_of
from sqlalchemy_kintone.plan.shared_records import share_records
from sqlalchemy_kintone.plan.small_apps import IsSmall, read_whole, unasked
from sqlalchemy_kintone.plan.sources import Source, find_sources, rewrite
from sqlalchemy_kintone.plan.split_aggregates import split_aggregates
from sqlalchemy_kintone.plan.statements import Query, parse_statement
from sqlalchemy_kintone.plan.streaming import is_read_once
from sqlalchemy_kintone.plan.top_n import part_by_empty
from sqlalchemy_kintone.plan.unknown_columns import require_columns
from sqlalchemy_kintone.plan.views import open_views


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
    if not isinstance(statement, Query):
        raise NotSupportedError("Only queries have plans: EXPLAIN and SHOW have none of their own.")
    opened = open_views(statement, catalog, options.default_schema)
    return plan_query(opened.query, parameters, catalog, options)


def plan_query(
    query: Query,
    parameters: Sequence[object] | Mapping[str, object] | None,
    catalog: Catalog,
    options: PlanOptions,
    moment: Moment | None = None,
    is_small: IsSmall = lambda _: False,
) -> Plan:
    """As ``plan_statement``, for a statement that has been parsed.

    Args:
        query: The statement, its views opened.
        parameters: As ``plan_statement``.
        catalog: As ``plan_statement``.
        options: As ``plan_statement``.
        moment: What ``current_date`` and ``now()`` are; None leaves them to DuckDB.
        is_small: Whether an app is known to fit into one page.
    """
    tree = bind(query.tree.copy(), parameters)
    name_subqueries(tree)
    if moment is not None:
        bind_clock(tree, moment)
    bind_place(tree, options)
    calls_kintone = next(calls_in(tree), None) is not None
    sources = find_sources(tree, catalog, options.default_schema, query.sql)
    require_columns(scopes_of(sources), query.sql)
    if not options.pushdown.of_rows:
        order_lists(scopes_of(sources), options)
        scan_of = _whole if options.pushdown is Pushdown.NONE else _projected
        scans = {source.scan: scan_of(source) for source in sources}
        for scope in scopes_of(sources):
            for source in scope.sources:
                given = given_values(scope, source)
                scans[source.scan] = replace(scans[source.scan], given=given)
        scans = {name: within_list(scan) for name, scan in scans.items()}
    else:
        while merge_derived_tables(tree) or open_derived_tables(scopes_of(sources)):
            sources = find_sources(tree, catalog, options.default_schema, query.sql)
        prune_derived_tables(tree)
        copy_conditions_inward(scopes_of(sources))
        carry_conditions(scopes_of(sources), options.time_zone)
        # Parts of an app that are asked for apart are of different moments.
        for part in (split_aggregates, part_by_empty):
            if options.consistency is Consistency.WINDOW and part(scopes_of(sources), options):
                sources = find_sources(tree, catalog, options.default_schema, query.sql)
        if rewrite_aggregates(scopes_of(sources)):
            sources = find_sources(tree, catalog, options.default_schema, query.sql)
        order_lists(scopes_of(sources), options)
        scans = {source.scan: _projected(source) for source in sources}
        scopes = scopes_of(sources)
        for scope in scopes if calls_kintone else ():
            _guard_empties(scope)
        keys = key_sources(scopes) if options.pushdown is Pushdown.ALL else {}
        whole = read_whole(sources, scopes, options, is_small)
        for scope in scopes:
            scans |= {scan.name: scan for scan in _plan_select(scope, scans, options, whole)}
        scans |= {
            name: replace(scans[name], keys=found, values=None, first=None)
            for name, found in keys.items()
            if name not in whole
        }
        scans = share_records({name: within_list(scan) for name, scan in scans.items()})
    if calls_kintone:
        reasons = [(each.sql, each.reason) for scan in scans.values() for each in scan.local]
        require_sent(tree, reasons)
    rewrite(tree, sources)
    if options.engine_version < 2:
        avoid_wrong_simplifications(tree)
    parts = checkable(tree)
    planned = tuple(scans[source.scan] for source in sources)
    if options.pushdown.of_rows and parts is None and wants_no_rows(tree):
        planned = tuple(replace(scan, empty=True) for scan in planned)
    streams = _streams(tree, planned)
    passing = passing_of(tree, planned) if streams else None
    # The tree is written last, and only once: it may be changed on the way.
    residual_sql = tree.sql(dialect="duckdb", copy=False)
    checks = [residual_sql] if parts is None else [part.sql(dialect="duckdb") for part in parts]
    return Plan(planned, residual_sql, tuple(checks), streams, passing)


def _streams(tree: exp.Expression, scans: Sequence[Scan]) -> bool:
    if len(scans) != 1 or scans[0].table.system is not None or scans[0].values is not None:
        return False
    return is_read_once(tree, scans[0].name)


def _whole(source: Source) -> Scan:
    """The whole app."""
    return Scan(source.scan, source.table, source.table.columns)


def _projected(source: Source) -> Scan:
    """All records, with the columns that the statement may need."""
    mentioned = references(source.select) if source.select is not None else None
    return Scan(source.scan, source.table, needed_columns(source, mentioned))


def _plan_select(
    scope: Scope, scans: Mapping[str, Scan], options: PlanOptions, whole: Collection[str]
) -> list[Scan]:
    """What Kintone does for one SELECT, which is changed to do the rest."""
    found = filters_of(scope, options)
    filters = [unasked(each) if each.source.scan in whole else each for each in found]
    is_whole = any(each.source.scan in whole for each in filters)
    page = None if is_whole else page_of(scope, filters, min(options.page_size, 500))
    done = _done_by_kintone(scope, filters)
    # A cursor's values are of later than its condition.
    if options.consistency is Consistency.WINDOW and not is_whole and may_pass(scope, filters):
        where = scope.select.args.get("where")
        done = list(conjuncts(where.this if where else None))
    mentioned = references(scope.select, done)
    planned = [_scan(scans[each.source.scan], each, mentioned, page, scope) for each in filters]
    _leave_out(scope.select, done, page)
    if len(planned) == 1 and not is_whole:
        wanted = values_of(scope, planned[0], filters[0], options)
        first = first_records(scope, filters, options) if page is None else None
        planned = [replace(planned[0], values=wanted, first=first)]
    return planned


def _scan(
    scan: Scan, found: Filter, mentioned: References, page: Page | None, scope: Scope
) -> Scan:
    planned = replace(
        scan,
        columns=needed_columns(found.source, mentioned),
        condition=found.text,
        exactness=found.exactness,
        empty=found.translation.never,
        local=found.local,
        given=given_values(scope, found.source),
    )
    if page is None:
        return planned
    return replace(planned, order=page.order, limit=page.limit, offset=page.offset, rows=page.rows)


def _done_by_kintone(scope: Scope, filters: Sequence[Filter]) -> list[exp.Expression]:
    """The conditions to leave out of the residual SQL, so that their columns are not fetched.

    Conditions whose columns are fetched anyway are checked again, which costs little. So are those
    on child tables, whose records may be read for another scan without them.
    """
    exact = [
        (found.source, condition)
        for found in filters
        for condition in found.conditions
        if condition.translation.exact and not condition.needed and found.source.table.child is None
    ]
    # Functions that only Kintone has are left to it in any case.
    functions = [
        condition.node
        for found in filters
        for condition in found.conditions
        if not condition.needed and _is_sent(condition)
    ]
    mentioned = references(scope.select, [condition.node for _, condition in exact])
    return functions + [
        condition.node
        for source, condition in exact
        if _saves_columns(scope, source, condition, mentioned)
    ]


def _is_sent(condition: Condition) -> bool:
    """Whether a condition with Kintone's functions is sent; what guards it sees to empty values."""
    translation = condition.translation
    if next(calls_in(condition.node), None) is None or translation.condition is None:
        return False
    return translation.exact or is_alone(condition.node)


def _guard_empties(scope: Scope) -> None:
    """Have DuckDB leave out empty values that Kintone's functions may find."""

    def column_of(column: exp.Column) -> Column | None:
        binding = scope.bind(column)
        return binding.column if binding else None

    where = scope.select.args.get("where")
    guards = [guard_of(node, column_of) for node in conjuncts(where.this if where else None)]
    for guard in guards:
        if guard is not None:
            scope.select.where(guard, copy=False)


def _saves_columns(
    scope: Scope, source: Source, condition: Condition, mentioned: References
) -> bool:
    fetched = needed_columns(source, mentioned)
    bindings = [scope.bind(column) for column in condition.node.find_all(exp.Column)]
    return any(binding and binding.column not in fetched for binding in bindings)


def _leave_out(select: exp.Select, done: Sequence[exp.Expression], page: Page | None) -> None:
    if page is not None and page.offset:
        select.set("offset", None)
    if not done:
        return
    where = select.args["where"]
    left_out = {id(node) for node in done}
    kept = [node for node in conjuncts(where.this) if id(node) not in left_out]
    select.set("where", exp.Where(this=exp.and_(*kept, copy=False)) if kept else None)
