"""One statement from SQL to a stream of rows: plan, fetch, decode, engine."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from sqlalchemy_kintone.answering import Answering
from sqlalchemy_kintone.catalog.cache import MetadataCache
from sqlalchemy_kintone.catalog.catalog import AppCatalog
from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.catalog.model import Catalog, Column, Family, Table, ViewQuery
from sqlalchemy_kintone.catalog.user_views import VIEWS, UserViews
from sqlalchemy_kintone.checked_plans import Checked, CheckedPlans
from sqlalchemy_kintone.conninfo import AuthScheme, Settings
from sqlalchemy_kintone.engine import ENGINE_VERSION, Answer, Engine, OutputColumn
from sqlalchemy_kintone.errors import Error, NotSupportedError, ProgrammingError
from sqlalchemy_kintone.explaining import explanation
from sqlalchemy_kintone.kintone.client import Client, Exchange
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.plan.cache import PlanCache
from sqlalchemy_kintone.plan.commands import (
    CACHE_REFRESHED,
    REFRESHED,
    Describe,
    Refresh,
    RefreshCache,
    describe_columns,
    show_tables,
    status_of,
)
from sqlalchemy_kintone.plan.explain import Measured, summary
from sqlalchemy_kintone.plan.model import Plan, PlanOptions, Pushdown, Scan
from sqlalchemy_kintone.plan.statements import Explain, Query, Statement, query_of
from sqlalchemy_kintone.plan.view_commands import CreateView, DropView
from sqlalchemy_kintone.plan.views import reading, unreadable
from sqlalchemy_kintone.read.budget import Budget
from sqlalchemy_kintone.read.expectation import expected_of
from sqlalchemy_kintone.read.metadata import MetadataReader, in_reading_order
from sqlalchemy_kintone.read.narrowing import read_scans
from sqlalchemy_kintone.read.reader import Reader
from sqlalchemy_kintone.read.row_stream import stream_rows
from sqlalchemy_kintone.replica.replica import is_whole, replica_of
from sqlalchemy_kintone.stats import Stats

_LOGGER = logging.getLogger("sqlalchemy_kintone.plan")

Parameters = Sequence[object] | Mapping[str, object]


_APP_HAS_CHANGED = frozenset({"GAIA_AP01", "GAIA_IQ10", "GAIA_IQ11"})
"""Kintone's codes for an app, an option and a field that are not there (or no longer)."""


@dataclass(frozen=True)
class Result:
    """What a statement gives.

    Attributes:
        plan: How it was made.
        columns: Names and SQL types.
        schema: The Arrow types.
        batches: The rows, to be read once.
    """

    plan: Plan
    columns: tuple[OutputColumn, ...]
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


@dataclass(frozen=True)
class Resources:
    """What the statements of a connection share.

    Attributes:
        settings: The connection's settings.
        client: What requests go through.
        metadata: What is known of apps.
        counts: How many records reads found.
        plans: Statements planned before.
        checked: Those of their plans that the engine has checked.
        engine: The connection's DuckDB.
        views: The views that users define.
    """

    settings: Settings
    client: Client
    metadata: MetadataCache
    counts: RecordCounts
    plans: PlanCache
    checked: CheckedPlans
    engine: Engine
    views: UserViews


class Execution:
    """Runs one statement; ``cancel`` may come from any thread.

    Args:
        resources: What it shares with the connection's other statements.

    ``stats`` counts what the statement costs, while it runs.
    """

    def __init__(self, resources: Resources) -> None:
        self.stats = Stats()
        settings = resources.settings
        self._settings = settings
        self._max_age = settings.cache_max_age
        self._plans = resources.plans
        self._checked = resources.checked
        self._watch = Watch(settings.statement_timeout)
        self._traces = resources.client.traces
        client = resources.client.watched(self._watch)
        observed = client.observed(self._count_metadata)
        self._views = resources.views
        self._engine = resources.engine
        self._cache = resources.metadata
        self._observed = observed
        self._catalog = self._catalog_through(observed, resources.views)
        self._reader = Reader(
            client,
            self.stats,
            Budget(self.stats, settings.max_requests, settings.max_rows),
            resources.counts,
            settings.page_size,
            settings.max_connections,
            self._watch,
            settings.consistency,
        )
        self._replica = replica_of(settings, self._catalog, self._reader, self._watch)
        self._metadata = MetadataReader(
            self._reader,
            settings,
            resources.metadata,
            lambda client: self._catalog_through(client, resources.views),
        )
        self._answering = Answering(resources.engine, self.stats, self._watch)

    def run(self, sql: str, parameters: Parameters | None, max_age: float | None = None) -> Result:
        """Plan and fetch; rows come as the result is read.

        Args:
            sql: The statement.
            parameters: Its parameters.
            max_age: Seconds since their refresh that rows out of the cache may be from; as
                ``CacheMaxAge`` says without it.

        Raises:
            OperationalError: It was cancelled, or took longer than it may.
            Error: Any of PEP 249's, as ``plan_statement``, ``Reader.begin`` and ``Statement.run``
                say.
        """
        if max_age is not None:
            self._max_age = max_age
        with self._traces.statement(sql, self._watch), self._answering.in_time():
            try:
                result = self._run(sql, parameters)
            except Error as error:
                if error.code not in _APP_HAS_CHANGED:
                    raise
                # Planned with what was known of the app: nothing has been given out yet, so that
                # it is planned anew, or refused for what is really missing.
                self._cache.clear()
                result = self._run(sql, parameters)
        # The rows begin to come: taking them takes as long as whoever takes them needs.
        self._watch.lift_deadline()
        return result

    def columns_of(self, view: ViewQuery) -> tuple[Column, ...]:
        """The columns of a view. Records are not asked for.

        Raises:
            ProgrammingError: Its query does not fit the tables.
            NotSupportedError: It is no query.
            OperationalError: Kintone did not say what the tables are.
        """
        return self._described(view, self._catalog)

    def cancel(self, reason: str = "The statement was cancelled.") -> None:
        """Stop before the next request, or the engine at once.

        Args:
            reason: A sentence for the error that it ends with.
        """
        self._watch.stop(reason)
        self._answering.cancel()

    def close(self) -> None:
        """Free what the statement holds; more than once does no harm."""
        self._answering.close()

    def _run(self, sql: str, parameters: Parameters | None) -> Result:
        with self.stats.timed("plan"):
            statement = self._plans.statement(sql)
            query = self._query(statement)
            plan = self._planned(query, parameters)
            residual = plan.residual_sql
            # The engine checks the statement before any record is asked for.
            if self._checked.get(plan) is None:
                for scan in plan.scans:
                    self._answering.load(scan, self._empty(scan))
                for sql_part in plan.checks:
                    self._check(query, sql_part)
                shape = self._answering.shape(residual) if plan.passing is not None else None
                self._checked.add(plan, Checked(shape))
        if _LOGGER.isEnabledFor(logging.DEBUG):
            _LOGGER.debug("planned: %s", summary(plan))
        if isinstance(statement, Explain):
            return self._explained(statement, plan, residual)
        return self._answered(plan, residual)

    def _planned(self, query: Query, parameters: Parameters | None) -> Plan:
        self._catalog.warm_up(query.tables)
        opened = self._plans.opened(query, self._catalog, PlanOptions.default_schema)
        options, counts = self._options(opened.query), self._reader.counts

        def is_small(table: Table) -> bool:
            records = counts.get(table, None)
            return records is not None and records <= options.page_size

        return self._plans.plan(query, parameters, self._catalog, options, is_small)

    def _query(self, statement: Statement) -> Query:
        """The query that a statement is, explains, or is answered by."""
        if isinstance(statement, Query):
            return statement
        if isinstance(statement, Explain):
            return statement.query
        if isinstance(statement, CreateView):
            return query_of(self._create(statement))
        if isinstance(statement, DropView):
            return query_of(self._drop(statement))
        if isinstance(statement, Refresh):
            self._cache.clear()
            return query_of(REFRESHED)
        if isinstance(statement, RefreshCache):
            if self._replica is None:
                raise NotSupportedError("There is no cache: connect with Cache=<path>.")
            self._replica.refresh()
            return query_of(CACHE_REFRESHED)
        default_schema = PlanOptions.default_schema
        if isinstance(statement, Describe):
            return query_of(describe_columns(statement, self._catalog, default_schema))
        return query_of(show_tables(statement, self._catalog, default_schema))

    def _check(self, query: Query, residual: str) -> None:
        """See that the engine can run a statement; what is wrong in a view is said of the view."""
        try:
            self._answering.check(residual)
        except ProgrammingError as error:
            views = self._plans.opened(query, self._catalog, PlanOptions.default_schema).views
            if not views:
                raise
            columns = {v.full_name: ", ".join(c.name for c in self.columns_of(v)) for v in views}
            known = "; ".join(f"{view} has {names}" for view, names in columns.items())
            raise ProgrammingError(f"{error}\nOf the views read here, {known}.") from error

    def _create(self, command: CreateView) -> str:
        view, known = command.view, self._views.get(command.view.name)
        if known is None or not command.if_missing:
            # Seen as if it were there, so that it may not read itself.
            self._described(
                view, self._catalog_through(self._observed, self._views.with_view(view))
            )
            self._views.define(view, known if command.replaces else None)
        return status_of(f"The view {view.full_name} is there.")

    def _drop(self, command: DropView) -> str:
        if not self._views.drop(command.name) and not command.if_there:
            raise ProgrammingError(f"There is no view {VIEWS}.{command.name}.")
        return status_of(f"The view {VIEWS}.{command.name} is not there.")

    def _catalog_through(self, client: Client, views: UserViews) -> AppCatalog:
        """The tables and views, as far as requests go through a client."""
        return AppCatalog(client, self._settings, self._cache, views, self.columns_of)

    def _described(self, view: ViewQuery, catalog: Catalog) -> tuple[Column, ...]:
        """A view's columns, as the engine binds them over empty tables."""
        query = reading(view)
        opened = self._plans.opened(query, catalog, PlanOptions.default_schema)
        plan = self._plans.plan(query, None, catalog, self._options(opened.query))
        # One of its own, as the statement's views may have rows already.
        statement = self._engine.statement()
        try:
            for scan in plan.scans:
                statement.load(scan.name, scan.table, self._empty(scan))
            found = statement.columns(plan.residual_sql)
        except ProgrammingError as error:
            raise unreadable(view, error) from error
        finally:
            statement.close()
        return tuple(
            Column(each.name, each.name, "", Family.METADATA, each.sql_type) for each in found
        )

    def _answered(self, plan: Plan, residual: str) -> Result:
        answer = self._passed_on(plan) if self._replica is None else None
        if answer is None:
            self._load(plan)
            self._watch.check()
            answer = self._answering.run(residual)
        return Result(plan, answer.columns, answer.schema, answer.batches)

    def _passed_on(self, plan: Plan) -> Answer | None:
        """The answer where it is the rows of a scan as they are."""
        checked = self._checked.get(plan)
        if plan.passing is None or checked is None or checked.shape is None:
            return None
        (scan,) = plan.scans
        rows = stream_rows(self._reader, scan)
        return self._answering.pass_on(rows, plan.passing, checked.shape)

    def _load(self, plan: Plan) -> None:
        """Show the engine what the scans bring."""
        if plan.streams and self._replica is None:
            (scan,) = plan.scans
            # The first page; the engine takes the others as it needs them.
            self._answering.load(scan, stream_rows(self._reader, scan))
            return
        for scan, rows in self._read(plan.scans):
            self._answering.load(scan, rows)

    def _empty(self, scan: Scan) -> pa.Table:
        is_app = scan.table.system is None
        return self._reader.empty(scan) if is_app else self._metadata.empty(scan)

    def _read(self, scans: Sequence[Scan]) -> Iterator[tuple[Scan, pa.Table]]:
        """The rows of each scan: apps first, whose values may say what metadata is wanted."""
        complete: dict[str, pa.Table] = {}
        apps = [scan for scan in scans if scan.table.system is None]
        if self._replica is not None:
            whole = [scan for scan in apps if is_whole(scan)]
            apps = [scan for scan in apps if scan not in whole]
            for scan, rows in self._replica.read(whole, self._max_age):
                complete[scan.name] = rows
                yield scan, rows
        if apps:
            for scan, rows in read_scans(self._reader, apps, self._settings.time_zone):
                complete[scan.name] = rows
                yield scan, rows
        for scan in in_reading_order([scan for scan in scans if scan.table.system is not None]):
            complete[scan.name] = self._metadata.read(scan, complete)
            yield scan, complete[scan.name]

    def _explained(self, explain: Explain, plan: Plan, residual: str) -> Result:
        """The plan as rows; with ANALYZE once its own rows have all been made."""
        # Before it runs, as it would otherwise estimate what it has just counted.
        settings = self._settings
        expected = expected_of(
            plan.scans, self._reader.counts, settings.page_size, settings.consistency
        )
        if self._replica is not None:
            expected.by_name.update(self._replica.expected(plan.scans, self._max_age))
        measured: Measured | None = None
        if explain.analyze:
            rows = sum(batch.num_rows for batch in self._answered(plan, residual).batches)
            measured = Measured(self.stats, rows)
        shown = replace(plan, scans=expected.scans)
        answer = explanation(shown, explain.format, expected.by_name, measured)
        return Result(shown, answer.columns, answer.schema, answer.batches)

    def _options(self, query: Query) -> PlanOptions:
        pushdown = Pushdown(self._settings.pushdown)
        if self._replica is not None and not query.calls_kintone:
            pushdown = Pushdown.COLUMNS  # the replica has whole apps
        by_password = self._settings.auth_scheme is AuthScheme.PASSWORD
        return PlanOptions(
            time_zone=self._settings.time_zone,
            pushdown=pushdown,
            page_size=self._settings.page_size,
            engine_version=ENGINE_VERSION,
            user=self._settings.user if by_password else None,
            consistency=self._settings.consistency,
        )

    def _count_metadata(self, exchange: Exchange) -> None:
        self.stats.add_metadata_request(exchange.received_bytes)
