"""What ``inspect()`` and ``Table(autoload_with=…)`` find: the driver's catalog."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import exc
from sqlalchemy.engine.default import DefaultDialect

from sqlalchemy_kintone.catalog.children import PARENT_ID
from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.lookups import lookup_source
from sqlalchemy_kintone.catalog.model import (
    Catalog,
    Column,
    Reference,
    Table,
    TableName,
    ViewQuery,
    fold,
)
from sqlalchemy_kintone.dialect.types import type_of
from sqlalchemy_kintone.errors import Error

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.engine.interfaces import (
        ReflectedCheckConstraint,
        ReflectedColumn,
        ReflectedForeignKeyConstraint,
        ReflectedIndex,
        ReflectedPrimaryKeyConstraint,
        ReflectedTableComment,
        ReflectedUniqueConstraint,
    )

DEFAULT_SCHEMA = "apps"
_THREADS = 16

_Answer = TypeVar("_Answer")

_RECORD_ID = "$id"


class CatalogReflection(DefaultDialect):
    """A dialect's reflection, answered by the catalog of the DB-API connection.

    Every method that is asked for a table raises ``NoSuchTableError`` where there is none, and
    ``sqlalchemy.exc.DBAPIError`` where Kintone refuses to say.
    """

    supports_statement_cache = True

    def get_schema_names(self, connection: Connection, **kw: Any) -> list[str]:
        """``apps``, then a schema per guest space of the connection."""
        with self._catalog(connection, kw) as catalog:
            return list(catalog.schemas())

    def get_table_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """The apps of a schema, then their child tables; none for an unknown one.

        What child tables there are only the forms of the apps tell: one request for each app,
        several at once, unless it is known already.
        """
        with self._catalog(connection, kw) as catalog:
            asked = schema or DEFAULT_SCHEMA
            return [table.name for table in (*catalog.names(asked), *catalog.children(asked))]

    def get_view_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """The saved lists of a schema's apps; none for an unknown one.

        What lists there are only the apps tell: one request for each, several at once, unless it
        is known already.
        """
        with self._catalog(connection, kw) as catalog:
            return [view.name for view in catalog.views(schema or DEFAULT_SCHEMA)]

    def get_materialized_view_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """None."""
        return []

    def get_temp_table_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """None."""
        return []

    def get_temp_view_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """None."""
        return []

    def get_sequence_names(
        self, connection: Connection, schema: str | None = None, **kw: Any
    ) -> list[str]:
        """None."""
        return []

    def get_view_definition(
        self, connection: Connection, view_name: str, schema: str | None = None, **kw: Any
    ) -> str:
        """What a view shows, as SQL; what only Kintone can read of it is a comment there."""
        table = self._table(connection, view_name, schema, kw)
        if table.view is None:
            raise _no_such_table(view_name, schema)
        return table.view.definition

    def has_sequence(
        self, connection: Connection, sequence_name: str, schema: str | None = None, **kw: Any
    ) -> bool:
        """False: there are no sequences."""
        return False

    def has_table(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> bool:
        """Whether an app, child table or view has the name, in any case, or ``app_<id>``."""
        with self._catalog(connection, kw) as catalog:
            names = catalog.names(schema or DEFAULT_SCHEMA)
            if any(_answers_to(table, table_name) for table in names):
                return True
            return catalog.find(schema, table_name) is not None

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[ReflectedColumn]:
        """The columns in the order of ``SELECT *``.

        All but those whose name begins with ``$`` are nullable: a field that is required now may
        be empty in older records.
        """
        table = self._table(connection, table_name, schema, kw)
        return [_column(column, table) for column in table.columns]

    def get_multi_columns(
        self,
        connection: Connection,
        *,
        schema: str | None = None,
        filter_names: Collection[str] | None = None,
        **kw: Any,
    ) -> Any:
        """As SQLAlchemy does it, but the apps' forms are read side by side first."""
        with self._catalog(connection, kw) as catalog:
            asked = schema or DEFAULT_SCHEMA
            catalog.find_together(schema, filter_names or _names(catalog, asked, kw.get("kind")))
        inherited: Callable[..., Any] = super().get_multi_columns
        return inherited(connection, schema=schema, filter_names=filter_names, **kw)

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> ReflectedPrimaryKeyConstraint:
        """``$id``; of child tables ``$row_id``, or ``$parent_id`` with ``$file_no`` of files."""
        table = self._table(connection, table_name, schema, kw)
        return {"constrained_columns": _primary_key(table), "name": None}

    def get_foreign_keys(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[ReflectedForeignKeyConstraint]:
        """From child tables to the app, and the lookups that Kintone keeps unique at their source.

        Only where this login sees the app that a lookup gets its value from.
        """
        with self._catalog(connection, kw) as catalog:
            table = _find(catalog, table_name, schema)
            if table.system is not None:
                return [_reference(each, table.schema) for each in table.system.references]
            sources = [(column, lookup_source(catalog, column)) for column in table.columns]
            lookups = [
                _foreign_key(column, *source, schema)
                for column, source in sources
                if source is not None
            ]
            if table.child is None:
                return lookups
            parent = _find(catalog, table.child.parent, table.schema)
            return [_foreign_key(PARENT_ID, parent, RECORD_ID, schema), *lookups]

    def get_unique_constraints(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[ReflectedUniqueConstraint]:
        """The fields in which Kintone refuses a value twice."""
        table = self._table(connection, table_name, schema, kw)
        return [
            {"column_names": [column.name], "name": None}
            for column in table.columns
            if column.unique and [column.name] != _primary_key(table)
        ]

    def get_indexes(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[ReflectedIndex]:
        """None: Kintone does not show its indexes."""
        self._table(connection, table_name, schema, kw)
        return []

    def get_check_constraints(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[ReflectedCheckConstraint]:
        """None."""
        self._table(connection, table_name, schema, kw)
        return []

    def get_table_comment(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> ReflectedTableComment:
        """The app's description; of a child table the field's label."""
        return {"text": self._table(connection, table_name, schema, kw).comment}

    def get_table_options(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> dict[str, Any]:
        """None."""
        self._table(connection, table_name, schema, kw)
        return {}

    def _table(
        self, connection: Connection, name: str, schema: str | None, kw: Mapping[str, Any]
    ) -> Table:
        with self._catalog(connection, kw) as catalog:
            return _find(catalog, name, schema)

    @contextmanager
    def _catalog(
        self, connection: Connection, kw: Mapping[str, Any]
    ) -> Iterator[_InspectorCatalog]:
        """The connection's catalog; what the driver raises inside becomes SQLAlchemy's."""
        driver_connection: Any = connection.connection.dbapi_connection
        known = kw.get("info_cache")
        try:
            yield _InspectorCatalog(driver_connection.catalog, {} if known is None else known)
        except Error as error:
            raise exc.DBAPIError.instance(None, None, error, Error, dialect=self) from error


class _InspectorCatalog:
    """A catalog that is asked each question once, however short its own memory is.

    Args:
        catalog: The one to ask.
        answers: What it said before, kept by the inspector until ``clear_cache()``.
    """

    def __init__(self, catalog: Catalog, answers: dict[Any, Any]) -> None:
        self._catalog = catalog
        self._answers = answers

    @property
    def version(self) -> int:
        return self._catalog.version

    def schemas(self) -> Sequence[str]:
        return self._once(("schemas",), self._catalog.schemas)

    def names(self, schema: str) -> Sequence[TableName]:
        return self._once(("names", fold(schema)), lambda: self._catalog.names(schema))

    def children(self, schema: str) -> Sequence[TableName]:
        return self._once(("children", fold(schema)), lambda: self._catalog.children(schema))

    def views(self, schema: str) -> Sequence[TableName]:
        return self._once(("views", fold(schema)), lambda: self._catalog.views(schema))

    def view_query(self, schema: str | None, name: str) -> ViewQuery | None:
        return self._catalog.view_query(schema, name)

    def find(self, schema: str | None, name: str) -> Table | None:
        key = ("find", fold(schema or DEFAULT_SCHEMA), fold(name))
        return self._once(key, lambda: self._catalog.find(schema, name))

    def find_together(self, schema: str | None, names: Collection[str]) -> None:
        """Ask for tables at once, so that each is known when it is asked for."""
        # The connection's own bound, MaxConnections, holds for the requests.
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(lambda name: self.find(schema, name), names))

    def _once(self, key: tuple[str, ...], ask: Callable[[], _Answer]) -> _Answer:
        if key not in self._answers:
            self._answers[key] = ask()
        answer: _Answer = self._answers[key]
        return answer


def _find(catalog: Catalog, name: str, schema: str | None) -> Table:
    table = catalog.find(schema, name)
    if table is None:
        raise _no_such_table(name, schema)
    return table


def _names(catalog: Catalog, schema: str, kind: Any) -> list[str]:
    """The tables and views of a schema, or those of them that SQLAlchemy's ``ObjectKind`` means."""
    every = ("TABLE", "VIEW")
    wanted = [each for each in every if kind is None or type(kind)[each] in kind]
    found: list[TableName] = []
    if "TABLE" in wanted:
        found += (*catalog.names(schema), *catalog.children(schema))
    if "VIEW" in wanted:
        found += catalog.views(schema)
    return [each.name for each in found]


def _no_such_table(name: str, schema: str | None) -> exc.NoSuchTableError:
    return exc.NoSuchTableError(f"{schema}.{name}" if schema else name)


def _primary_key(table: Table) -> list[str]:
    return list(table.primary_key)


def _answers_to(table: TableName, name: str) -> bool:
    return fold(name) in {fold(each) for each in (table.name, *table.aliases)}


def _column(column: Column, table: Table) -> ReflectedColumn:
    return {
        "name": column.name,
        "type": type_of(column.sql_type),
        "nullable": table.is_nullable(column),
        "default": None,
        "autoincrement": column.name == _RECORD_ID,
        "comment": column.comment,
    }


def _reference(reference: Reference, schema: str) -> ReflectedForeignKeyConstraint:
    return {
        "name": None,
        "constrained_columns": [reference.column],
        "referred_schema": schema,
        "referred_table": reference.table,
        "referred_columns": [reference.key],
        "options": {},
    }


def _foreign_key(
    column: Column, source: Table, key: Column, schema: str | None
) -> ReflectedForeignKeyConstraint:
    # The default schema is named only where the question named it, so that a table has one name.
    named = source.schema != DEFAULT_SCHEMA or (schema and fold(schema) == source.schema)
    return {
        "name": None,
        "constrained_columns": [column.name],
        "referred_schema": source.schema if named else None,
        "referred_table": source.name,
        "referred_columns": [key.name],
        "options": {},
    }
