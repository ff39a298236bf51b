"""The catalog of a connection: apps read through Kintone's API, shown as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy_kintone.catalog.cache import MetadataCache
from sqlalchemy_kintone.catalog.columns import NumberPrecision, columns_of, layout_order
from sqlalchemy_kintone.catalog.model import Table, TableName, fold
from sqlalchemy_kintone.catalog.naming import Listing, schema_of, table_names
from sqlalchemy_kintone.conninfo import AuthScheme, Settings
from sqlalchemy_kintone.errors import Error, OperationalError
from sqlalchemy_kintone.kintone.client import AppInfo, Client

_GUEST_APP_ON_ORDINARY_PATH = "GAIA_IL23"
_ORDINARY_APP_ON_GUEST_PATH = "CB_NO02"


class AppCatalog:
    """``catalog.model.Catalog`` over a Kintone domain.

    It holds no state but the cache, so that each statement may look through a client of its own.

    Args:
        client: What requests go through.
        settings: The connection's settings.
        cache: What was read before.
    """

    def __init__(self, client: Client, settings: Settings, cache: MetadataCache) -> None:
        self._client = client
        self._settings = settings
        self._cache = cache

    @property
    def version(self) -> int:
        """Changes whenever any answer may have changed."""
        return self._cache.version

    def schemas(self) -> Sequence[str]:
        """``apps``, then a schema per guest space. Costs no request."""
        return tuple(schema_of(guest) for guest in self._spaces())

    def names(self, schema: str) -> Sequence[TableName]:
        """The tables of a schema; empty for an unknown schema."""
        for guest in self._spaces():
            if fold(schema_of(guest)) == fold(schema):
                return table_names(self._listings(guest), self._settings.table_names, guest)
        return ()

    def find(self, schema: str | None, name: str) -> Table | None:
        """The table of that name or alias (any case), in the default schema when None."""
        wanted = fold(name)
        for table_name in self.names(schema or schema_of(None)):
            if wanted == fold(table_name.name) or wanted in table_name.aliases:
                return self._table(table_name)
        return None

    def probe(self) -> None:
        """Prove address and login with one request that is never answered from the cache.

        Raises:
            OperationalError: They do not work.
        """
        if self._settings.auth_scheme is AuthScheme.API_TOKEN:
            self._app(self._settings.app_ids[0])
        else:
            # One app, and no error where it does not exist: the shortest list of all.
            list(self._client.apps((1,)))

    def _spaces(self) -> tuple[int | None, ...]:
        return (None, *self._settings.guest_space_ids)

    def _listings(self, guest: int | None) -> tuple[Listing, ...]:
        by_token = self._settings.auth_scheme is AuthScheme.API_TOKEN
        read = self._apps_one_by_one if by_token else self._apps_of_login
        placed = self._cache.get("apps", lambda: tuple(read()))
        return tuple(listing for space, listing in placed if space == guest)

    def _apps_of_login(self) -> Iterator[tuple[int | None, Listing]]:
        """All apps that the login may view, or those of ``AppId``, guest space after space."""
        wanted = self._settings.app_ids
        missing = set(wanted)
        for guest in self._spaces():
            for app in self._client.apps(wanted, guest_space_id=guest):
                missing.discard(app.app_id)
                yield guest, _listing(app)
        if missing:
            raise self._not_found(min(missing), None)

    def _apps_one_by_one(self) -> Iterator[tuple[int | None, Listing]]:
        """The apps of ``AppId``: API tokens cannot list apps."""
        for app_id in self._settings.app_ids:
            yield self._app(app_id)

    def _app(self, app_id: int) -> tuple[int | None, Listing]:
        # Guest spaces first: nothing else tells where an app lives, and there are few of them.
        for guest in (*self._settings.guest_space_ids, None):
            try:
                return guest, _listing(self._client.app(app_id, guest))
            except Error as error:
                if guest is not None and error.code == _ORDINARY_APP_ON_GUEST_PATH:
                    continue
                if error.code in (_GUEST_APP_ON_ORDINARY_PATH, "GAIA_AP01"):
                    raise self._not_found(app_id, error) from error
                raise
        raise AssertionError("the ordinary path either answers or raises")

    def _not_found(self, app_id: int, error: Error | None) -> OperationalError:
        return OperationalError(
            f"There is no app {app_id} (AppId) that this login may view on {self._settings.host}. "
            "Check the id and the rights; apps of guest spaces need GuestSpaceId too.",
            code=error.code if error else None,
            http_status=error.http_status if error else None,
            request_id=error.request_id if error else None,
        )

    def _table(self, table_name: TableName) -> Table:
        return self._cache.get(("table", table_name), lambda: self._read_table(table_name))

    def _read_table(self, table_name: TableName) -> Table:
        app_id, guest = table_name.app_id, table_name.guest_space_id
        listing = next(each for each in self._listings(guest) if each.app_id == app_id)
        columns = columns_of(
            self._client.form_fields(app_id, guest),
            layout_order(self._client.form_layout(app_id, guest)),
            self._precision(app_id, guest),
            names=self._settings.column_names,
            number_type=self._settings.number_type,
        )
        return Table(
            schema=table_name.schema,
            name=table_name.name,
            app_id=app_id,
            app_code=listing.code,
            guest_space_id=guest,
            columns=columns,
            comment=listing.description or None,
            aliases=table_name.aliases,
        )

    def _precision(self, app_id: int, guest: int | None) -> NumberPrecision:
        try:
            settings = self._client.app_settings(app_id, guest)
        except Error as error:
            if error.http_status != 403:  # whether every token may read settings is not known
                raise
            return NumberPrecision()
        precision = settings["numberPrecision"]
        return NumberPrecision(int(precision["digits"]), int(precision["decimalPlaces"]))


def _listing(app: AppInfo) -> Listing:
    return Listing(app.app_id, app.name, app.code, app.description)
