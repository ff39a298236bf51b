"""The PEP 249 connection."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING
from weakref import WeakSet

from sqlglot import exp

from sqlalchemy_kintone import errors
from sqlalchemy_kintone.catalog.catalog import AppCatalog
from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.catalog.families import FAMILIES
from sqlalchemy_kintone.catalog.model import Catalog, Column, ViewQuery
from sqlalchemy_kintone.catalog.user_views import UserViews
from sqlalchemy_kintone.checked_plans import CheckedPlans
from sqlalchemy_kintone.conninfo import Settings, connect_settings
from sqlalchemy_kintone.cursor import Cursor
from sqlalchemy_kintone.engine import Engine
from sqlalchemy_kintone.execution import Execution, Parameters, Resources
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.process import Process
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.partitions import Partition, partitions_between
from sqlalchemy_kintone.plan.cache import PlanCache
from sqlalchemy_kintone.view_files import read_views

if TYPE_CHECKING:
    from typing_extensions import Self


def connect(conninfo: str | None = None, /, **parameters: object) -> Connection:
    """Open a connection.

    Nothing is sent until the first statement or ``Connection.ping()``.

    Args:
        conninfo: ``Name=value;…``, such as ``Url=https://ex.cybozu.com;User=…;Password=…``.
        parameters: The same names in snake_case, such as ``api_token="…"``; they win over the
            string. What neither gives is taken from the environment: ``KINTONE_URL`` ….

    Returns:
        The connection.

    Raises:
        InterfaceError: A parameter is unknown, missing, wrong or contradicts another.
        NotSupportedError: A parameter asks for what this version cannot do.
    """
    return Connection(connect_settings(conninfo, **parameters))


class Connection:
    """A connection to a Kintone domain. Threads may share it, each with cursors of its own.

    As a context manager it closes at the end of the block.

    Args:
        settings: What it is asked to be.
        session: What requests go through; one of its own without it.

    Attributes:
        settings: What it was asked to be; secrets are masked.
    """

    # PEP 249's optional extension: the exceptions hang on the connection too.
    Warning = errors.Warning
    Error = errors.Error
    InterfaceError = errors.InterfaceError
    DatabaseError = errors.DatabaseError
    DataError = errors.DataError
    OperationalError = errors.OperationalError
    IntegrityError = errors.IntegrityError
    InternalError = errors.InternalError
    ProgrammingError = errors.ProgrammingError
    NotSupportedError = errors.NotSupportedError

    def __init__(self, settings: Settings, session: Session | None = None) -> None:
        self.settings = settings
        client = Client(session or Session(settings))
        metadata = FAMILIES.join(settings)
        self._leave_family = weakref.finalize(self, FAMILIES.leave, FAMILIES.family_of(settings))
        views = UserViews(read_views(settings.user_defined_views))
        self._resources = Resources(
            settings,
            client,
            metadata,
            RecordCounts(settings.metadata_ttl),
            PlanCache(),
            CheckedPlans(),
            Engine(settings.time_zone, settings.memory_limit),
            views,
        )
        self._catalog = AppCatalog(client, settings, metadata, views, self._columns_of)
        self._lock = threading.Lock()
        self._closed = False
        self._process = Process()
        self._executions: WeakSet[Execution] = WeakSet()

    @property
    def closed(self) -> bool:
        """Whether ``close()`` was called, or this process is a fork of the one it is of."""
        return self._closed or self._process.is_another

    @property
    def catalog(self) -> Catalog:
        """The apps as tables. Asking may cost requests, whose answers are kept a while.

        Raises:
            InterfaceError: The connection is closed.
        """
        self.check_open()
        return self._catalog

    def cursor(self) -> Cursor:
        """A new cursor.

        Raises:
            InterfaceError: The connection is closed.
        """
        self.check_open()
        return Cursor(self, self._begin)

    def execute(self, sql: str, parameters: Parameters | None = None) -> Cursor:
        """Run one statement on a new cursor: ``cursor().execute(sql, parameters)``."""
        return self.cursor().execute(sql, parameters)

    def read_partitions(
        self, table: str, number: int, schema: str | None = None
    ) -> Sequence[Partition]:
        """Parts of a table for readers side by side; costs two requests, one for small apps.

        Args:
            table: The table's name.
            number: How many parts are wanted, from 1. There are fewer where there are fewer ids.
            schema: The table's schema; None for the default one.

        Returns:
            Ranges of ids of about the same width, whose ``condition`` is for a WHERE clause. No
            record is in two of them, and each is in one, those added later too.

        Raises:
            ProgrammingError: There is no such table, or the number is below 1.
            NotSupportedError: The table has no ids, as those of ``system``.
            OperationalError: Kintone or the network failed.
            InterfaceError: The connection is closed.
        """
        self.check_open()
        if number < 1:
            raise errors.ProgrammingError(f"There are at least 1 partitions, not {number}.")
        found = self._catalog.find(schema, table)
        parent = found.child.parent if found is not None and found.child is not None else table
        if found is not None and found.child is None and found.column("$id") is None:
            raise errors.NotSupportedError(
                f"{found.schema}.{found.name} has no $id to part it by: read it as a whole."
            )
        named = exp.table_(parent, db=schema, quoted=True).sql(dialect="duckdb")
        ids = f'SELECT min("$id"), max("$id") FROM {named}'  # noqa: S608 - quoted
        first, last = self.execute(ids).fetchall()[0]
        column = "$id" if found is None or found.child is None else "$parent_id"
        return partitions_between(first, last, number, column)

    def ping(self) -> None:
        """Prove address and login with one request.

        Raises:
            OperationalError: They do not work.
            InterfaceError: The connection is closed.
        """
        self.check_open()
        self._catalog.probe()

    def commit(self) -> None:
        """Does nothing: there is never a transaction open.

        Raises:
            InterfaceError: The connection is closed.
        """
        self.check_open()

    def rollback(self) -> None:
        """Does nothing: there is never a transaction open.

        Raises:
            InterfaceError: The connection is closed.
        """
        self.check_open()

    def close(self) -> None:
        """Close it and all its cursors; more than once does no harm.

        Statements that run in other threads end with an ``OperationalError``. In a fork of its
        process nothing is closed, as it is the other's.
        """
        if self._process.is_another:
            return
        with self._lock:
            if self._closed:
                return
            self._closed = True
            executions = list(self._executions)
        for execution in executions:
            execution.cancel("The connection was closed while the statement ran.")
        self._leave_family()
        self._resources.engine.close()
        self._resources.client.close()

    def __enter__(self) -> Self:
        self.check_open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return f"<sqlalchemy_kintone.Connection to {self.settings.host}, {state}>"

    def _begin(self) -> Execution:
        # Under the lock, so that none begins that close() does not see.
        self.check_open()
        with self._lock:
            self.check_open()
            execution = Execution(self._resources)
            self._executions.add(execution)
        return execution

    def _columns_of(self, view: ViewQuery) -> tuple[Column, ...]:
        execution = self._begin()
        try:
            return execution.columns_of(view)
        finally:
            execution.close()

    def check_open(self) -> None:
        """Go on only while it may be used.

        Raises:
            InterfaceError: It is closed, or of another process.
        """
        self._process.check()
        if self._closed:
            raise errors.InterfaceError("The connection is closed: make a new one.")
