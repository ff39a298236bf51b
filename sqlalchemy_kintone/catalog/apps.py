"""What Kintone says of apps: which there are, and their settings, each asked for once and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.catalog.cache import MetadataCache
from sqlalchemy_kintone.conninfo import AuthScheme, Settings
from sqlalchemy_kintone.errors import Error, OperationalError
from sqlalchemy_kintone.kintone.client import AppInfo, Client

APP_IS_GONE = "GAIA_AP01"
_GUEST_APP_ON_ORDINARY_PATH = "GAIA_IL23"
_ORDINARY_APP_ON_GUEST_PATH = "CB_NO02"


@dataclass(frozen=True)
class PlacedApp:
    """An app and the guest space it lives in, None outside of guest spaces."""

    guest_space_id: int | None
    info: AppInfo


class AppMetadata:
    """Reads apps' settings through the cache.

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
    def spaces(self) -> tuple[int | None, ...]:
        """Where apps are looked for: outside of guest spaces, then in the guest spaces."""
        return (None, *self._settings.guest_space_ids)

    def apps(self) -> tuple[PlacedApp, ...]:
        """All apps that the login may view, or those of ``AppId``, in the order of the spaces.

        Raises:
            OperationalError: An app of ``AppId`` does not exist or may not be viewed.
        """
        by_token = self._settings.auth_scheme is AuthScheme.API_TOKEN
        read = self._apps_one_by_one if by_token else self._apps_of_login
        return self._cache.get("apps", lambda: tuple(read()))

    def probe(self) -> None:
        """Prove address and login with one request that is never answered from the cache."""
        if self._settings.auth_scheme is AuthScheme.API_TOKEN:
            self._app(self._settings.app_ids[0])
        else:
            # One app, and no error where it does not exist: the shortest list of all.
            list(self._client.apps((1,)))

    def of_app(self, resource: str, app_id: int, guest_space_id: int | None) -> dict[str, Any]:
        """A resource that takes just ``app``, such as ``app/form/fields`` or ``record/acl``."""
        return self._cache.get(
            (resource, app_id, guest_space_id),
            lambda: self._client.settings_of_app(resource, app_id, guest_space_id),
        )

    def knows(self, resource: str, app_id: int, guest_space_id: int | None) -> bool:
        """Whether ``of_app`` costs no request."""
        return self._cache.holds((resource, app_id, guest_space_id))

    def _apps_of_login(self) -> Iterator[PlacedApp]:
        """All apps that the login may view, or those of ``AppId``, guest space after space."""
        wanted = self._settings.app_ids
        missing = set(wanted)
        for guest in self.spaces:
            for app in self._client.apps(wanted, guest_space_id=guest):
                missing.discard(app.app_id)
                yield PlacedApp(guest, app)
        if missing:
            raise self._not_found(min(missing), None)

    def _apps_one_by_one(self) -> Iterator[PlacedApp]:
        """The apps of ``AppId``: API tokens cannot list apps."""
        for app_id in self._settings.app_ids:
            yield self._app(app_id)

    def _app(self, app_id: int) -> PlacedApp:
        # Guest spaces first: nothing else tells where an app lives, and there are few of them.
        for guest in (*self._settings.guest_space_ids, None):
            try:
                return PlacedApp(guest, self._client.app(app_id, guest))
            except Error as error:
                if guest is not None and error.code == _ORDINARY_APP_ON_GUEST_PATH:
                    continue
                if error.code in (_GUEST_APP_ON_ORDINARY_PATH, APP_IS_GONE):
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
