"""The catalog of a connection: apps read through Kintone's API, shown as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy_kintone.catalog.apps import AppMetadata, PlacedApp
from sqlalchemy_kintone.catalog.cache import MetadataCache
from sqlalchemy_kintone.catalog.children import ChildNaming, child_names, child_tables
from sqlalchemy_kintone.catalog.columns import (
    NumberPrecision,
    columns_of,
    layout_order,
    with_on_invalid,
)
from sqlalchemy_kintone.catalog.lists import SEPARATOR, list_names, list_tables
from sqlalchemy_kintone.catalog.model import Column, Table, TableName, View, ViewQuery, fold
from sqlalchemy_kintone.catalog.naming import Listing, schema_of, table_names
from sqlalchemy_kintone.catalog.related import FILTERED, Related, related_names, related_view
from sqlalchemy_kintone.catalog.system.tables import SYSTEM_TABLES
from sqlalchemy_kintone.catalog.user_views import VIEWS, UserViews
from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.errors import Error, NotSupportedError, ProgrammingError
from sqlalchemy_kintone.kintone.client import Client

Told = dict[str, Any]
_OF_FORMS = ("app/form/fields", "app/form/layout")

Describe = Callable[[ViewQuery], tuple[Column, ...]]


class AppCatalog:
    """``catalog.model.Catalog`` over a Kintone domain.

    It holds no state but the cache, so that each statement may look through a client of its own.

    Args:
        client: What requests go through.
        settings: The connection's settings.
        cache: What was read before.
        views: The views that users define.
        describe: Tells the columns of such a view.
    """

    def __init__(
        self,
        client: Client,
        settings: Settings,
        cache: MetadataCache,
        views: UserViews,
        describe: Describe,
    ) -> None:
        self._views = views
        self._describe = describe
        self.metadata = AppMetadata(client, settings, cache)
        self._settings = settings
        self._cache = cache

    @property
    def version(self) -> int:
        """Changes whenever any answer may have changed."""
        return self._cache.version + self._views.version

    def schemas(self) -> Sequence[str]:
        """``apps``, a schema per guest space, ``views`` if there are any, then metadata's.

        Costs no request.
        """
        views = [VIEWS] if self._views.all() else []
        return (*(schema_of(guest) for guest in self.metadata.spaces), *views, *SYSTEM_TABLES)

    def names(self, schema: str) -> Sequence[TableName]:
        """The tables of a schema but for child tables; empty for an unknown schema."""
        for guest in self.metadata.spaces:
            if fold(schema_of(guest)) == fold(schema):
                return self._cache.get(("names", guest), partial(self._read_names, guest))
        return tuple(
            TableName(each.table.schema, name, 0)
            for name, each in SYSTEM_TABLES.get(fold(schema), {}).items()
        )

    def children(self, schema: str) -> Sequence[TableName]:
        """The child tables of a schema. The form of every app is read, several at once.

        Apps whose form this login may not read, or that were just deleted, show none.
        """
        return self._of_all_apps(schema, self._child_names)

    def views(self, schema: str) -> Sequence[TableName]:
        """The saved lists and related records of a schema's apps, or the views of users.

        Lists and form of every app are read, several at once. Apps that were just deleted show
        none.
        """
        if fold(schema) == VIEWS:
            return tuple(TableName(view.schema, view.name, 0) for view in self._views.all())
        return self._of_all_apps(schema, self._view_names)

    def view_query(self, schema: str | None, name: str) -> ViewQuery | None:
        """The view of that name (any case) if it is a query: related records, or a user's."""
        wanted, place = fold(name), fold(schema or schema_of(None))
        if place in SYSTEM_TABLES:
            return None
        if place != VIEWS and fold(self._settings.subtable_separator) in wanted:
            related = self._related(place, wanted)
            if related is not None and wanted in (fold(related.table.name), *related.table.aliases):
                return related.required_query()
        found = self._views.get(name) if schema is None or place == VIEWS else None
        if found is not None and schema is None and self._of_apps(place, wanted) is not None:
            return None
        return found

    def find(self, schema: str | None, name: str) -> Table | None:
        """The table of that name or alias (any case), in the default schema when None."""
        wanted = fold(name)
        if schema is not None and fold(schema) in SYSTEM_TABLES:
            system = SYSTEM_TABLES[fold(schema)].get(wanted)
            return system.table if system else None
        place = fold(schema or schema_of(None))
        found = self._of_apps(place, wanted) if place != VIEWS else None
        if found is not None or (schema is not None and place != VIEWS):
            return found
        view = self._views.get(name)
        return self._user_view(view) if view is not None else None

    def warm_up(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Read side by side what tables are made of, as far as it is not known yet.

        What cannot be read is left to whoever asks for the table.

        Args:
            wanted: Schemas (empty for the default one) and names, as statements write them.
        """
        if not self._settings.metadata_ttl:
            return  # nothing would be kept
        found = {self._app_named(fold(schema or schema_of(None)), name) for schema, name in wanted}
        unknown = [app for app in found if app and not self._cache.holds(("table", app))]
        if len(unknown) > 1:

            def read(app: TableName) -> None:
                with suppress(Error):
                    self._table(app)

            with ThreadPoolExecutor(min(len(unknown), self._settings.max_connections)) as pool:
                list(pool.map(read, unknown))

    def probe(self) -> None:
        """Prove address and login with one request that is never answered from the cache.

        Raises:
            OperationalError: They do not work.
        """
        self.metadata.probe()

    def _app_named(self, schema: str, name: str) -> TableName | None:
        """The app of that name, or whose child table or list it looks like."""
        apps, wanted = self._by_name(schema), fold(name)
        parts = (self._settings.subtable_separator, SEPARATOR)
        parents = (wanted.rpartition(fold(part))[0] for part in parts)
        return next((apps[each] for each in (wanted, *parents) if each in apps), None)

    def _by_name(self, schema: str) -> Mapping[str, TableName]:
        """The apps of a schema by their folded names and aliases."""

        def read() -> Mapping[str, TableName]:
            names = [each for each in self.names(schema) if each.app_id]
            return {each: name for name in names for each in (fold(name.name), *name.aliases)}

        return self._cache.get(("by name", schema), read)

    def _of_apps(self, schema: str, wanted: str) -> Table | None:
        """The table or view of that folded name which an app makes."""
        if wanted in (apps := self._by_name(schema)):
            return self._table(apps[wanted])
        found = self._child(schema, wanted)
        if found is None and (related := self._related(schema, wanted)) is not None:
            filtered = related.filtered
            is_view = wanted in (fold(related.table.name), *related.table.aliases)
            found = related.table if is_view else filtered
        return found or self._list(schema, wanted)

    def _user_view(self, view: ViewQuery) -> Table:
        """A user's view with its columns; without any where it does not fit the tables any more."""
        columns: tuple[Column, ...] = ()
        problem = None
        try:
            columns = self._describe(view)
        except (NotSupportedError, ProgrammingError) as error:
            problem = str(error)
        return Table(view.schema, view.name, 0, "", None, columns, view=View(view.sql, problem))

    def _read_names(self, guest: int | None) -> tuple[TableName, ...]:
        return table_names(self._listings(guest), self._settings.table_names, guest)

    def _listings(self, guest: int | None) -> tuple[Listing, ...]:
        apps = self.metadata.apps()
        return tuple(_listing(app) for app in apps if app.guest_space_id == guest)

    def _table(self, table_name: TableName) -> Table:
        return self._cache.get(("table", table_name), lambda: self._read_table(table_name))

    def _read_table(self, table_name: TableName) -> Table:
        app_id, guest = table_name.app_id, table_name.guest_space_id
        listing = next(each for each in self._listings(guest) if each.app_id == app_id)
        form, layout, precision = self._form(app_id, guest)
        columns = columns_of(
            form["properties"],
            layout_order(layout["layout"]),
            precision,
            names=self._settings.column_names,
            number_type=self._settings.number_type,
        )
        return Table(
            schema=table_name.schema,
            name=table_name.name,
            app_id=app_id,
            app_code=listing.code,
            guest_space_id=guest,
            columns=with_on_invalid(columns, self._settings.on_invalid),
            comment=listing.description or None,
            aliases=table_name.aliases,
        )

    def _form(self, app_id: int, guest: int | None) -> tuple[Told, Told, NumberPrecision]:
        """Fields, layout and number precision of an app, read side by side."""
        fields, layout = (
            partial(self.metadata.of_app, resource, app_id, guest) for resource in _OF_FORMS
        )
        precision = partial(self._precision, app_id, guest)
        known = [self.metadata.knows(resource, app_id, guest) for resource in _OF_FORMS]
        if all(known):
            return fields(), layout(), precision()
        with ThreadPoolExecutor(2) as pool:
            # In this context, so that the table is as old as what it is made of.
            told = pool.submit(copy_context().run, fields)
            placed = pool.submit(copy_context().run, layout)
            return told.result(), placed.result(), precision()

    def _of_all_apps(
        self, schema: str, names_of: Callable[[TableName], Iterable[TableName]]
    ) -> tuple[TableName, ...]:
        """What each app of a schema has, but for what is called as an app or something before."""
        apps = [each for each in self.names(schema) if each.app_id]
        if not apps:
            return ()
        with ThreadPoolExecutor(min(len(apps), self._settings.max_connections)) as pool:
            found = [name for names in pool.map(names_of, apps) for name in names]
        named = {fold(each.name): each for each in (*reversed(found), *apps)}
        return tuple(each for each in found if named[fold(each.name)] is each)

    def _child_names(self, parent: TableName) -> tuple[TableName, ...]:
        form = self._told("app/form/fields", parent)
        separator = self._settings.subtable_separator
        return tuple(child_names(parent, form["properties"], separator)) if form else ()

    def _view_names(self, parent: TableName) -> tuple[TableName, ...]:
        told = self._told("app/views", parent)
        lists = list_names(parent, told["views"]) if told else ()
        form = self._told("app/form/fields", parent)
        separator = self._settings.subtable_separator
        related = related_names(parent, form["properties"], separator) if form else ()
        return (*lists, *(name for _, name in related))

    def _told(self, resource: str, app: TableName) -> dict[str, Any] | None:
        """What an app tells of itself; None where this login may not know, or it is gone."""
        try:
            return self.metadata.of_app(resource, app.app_id, app.guest_space_id)
        except Error as error:
            if error.http_status not in (403, 404):
                raise
            return None

    def _child(self, schema: str, wanted: str) -> Table | None:
        """The child table of that folded name. Only forms of apps it may be of are read."""
        separator = fold(self._settings.subtable_separator)
        for parent in self.names(schema):
            names = (fold(parent.name), *parent.aliases)
            if any(wanted.startswith(name + separator) for name in names):
                for table in self._children(parent):
                    if wanted == fold(table.name) or wanted in table.aliases:
                        return table
        return None

    def _related(self, schema: str, wanted: str) -> Related | None:
        """The related records of that folded name. Only forms of apps they may be of are read."""
        separator = fold(self._settings.subtable_separator)
        for parent in self.names(schema):
            names = (fold(parent.name), *parent.aliases)
            if wanted in names:
                return None
            if any(wanted.startswith(name + separator) for name in names):
                form = self.metadata.of_app("app/form/fields", parent.app_id, parent.guest_space_id)
                for code, name in related_names(parent, form["properties"], separator):
                    own = (fold(name.name), *name.aliases)
                    if wanted in (*own, *(f"{each}{separator}{FILTERED}" for each in own)):
                        return self._read_related(parent, name, form["properties"][code])
        return None

    def _read_related(self, parent: TableName, name: TableName, prop: Mapping[str, Any]) -> Related:
        return related_view(
            name, self._table(parent), prop, self._table_of, self._settings.subtable_separator
        )

    def _table_of(self, app_id: int) -> Table | None:
        """The table of an app, wherever it is; None where this connection does not see it."""
        for schema in self.schemas():
            for name in self.names(schema):
                if name.app_id == app_id:
                    return self._table(name)
        return None

    def _list(self, schema: str, wanted: str) -> Table | None:
        """The saved list of that folded name. Only apps it may be of are asked for theirs."""
        for parent in self.names(schema):
            names = (fold(parent.name), *parent.aliases)
            if any(wanted.startswith(name + SEPARATOR) for name in names):
                for table in self._lists(parent):
                    if wanted == fold(table.name) or wanted in table.aliases:
                        return table
        return None

    def _lists(self, parent: TableName) -> tuple[Table, ...]:
        return self._cache.get(("lists", parent), lambda: self._read_lists(parent))

    def _read_lists(self, parent: TableName) -> tuple[Table, ...]:
        told = self.metadata.of_app("app/views", parent.app_id, parent.guest_space_id)
        return tuple(list_tables(self._table(parent), told["views"]))

    def _children(self, parent: TableName) -> tuple[Table, ...]:
        return self._cache.get(("children", parent), lambda: self._read_children(parent))

    def _read_children(self, parent: TableName) -> tuple[Table, ...]:
        app_id, guest = parent.app_id, parent.guest_space_id
        settings = self._settings
        tables = child_tables(
            self._table(parent),
            self.metadata.of_app("app/form/fields", app_id, guest)["properties"],
            self.metadata.of_app("app/form/layout", app_id, guest)["layout"],
            self._precision(app_id, guest),
            ChildNaming(settings.subtable_separator, settings.column_names, settings.number_type),
        )
        return tuple(
            replace(table, columns=with_on_invalid(table.columns, settings.on_invalid))
            for table in tables
        )

    def _precision(self, app_id: int, guest: int | None) -> NumberPrecision:
        try:
            settings = self.metadata.of_app("app/settings", app_id, guest)
        except Error as error:
            if error.http_status != 403:  # whether every token may read settings is not known
                raise
            return NumberPrecision()
        precision = settings["numberPrecision"]
        return NumberPrecision(int(precision["digits"]), int(precision["decimalPlaces"]))


def _listing(app: PlacedApp) -> Listing:
    info = app.info
    return Listing(info.app_id, info.name, info.code, info.description)
