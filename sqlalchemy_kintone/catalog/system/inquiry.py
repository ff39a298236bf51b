"""How the tables of metadata ask Kintone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy_kintone.catalog.apps import APP_IS_GONE, AppMetadata, PlacedApp
from sqlalchemy_kintone.catalog.model import Catalog
from sqlalchemy_kintone.conninfo import AuthScheme, Settings
from sqlalchemy_kintone.errors import Error, NotSupportedError
from sqlalchemy_kintone.kintone.client import Client

Result = TypeVar("Result")


class SideBySide(Protocol):
    """Runs tasks at once, as many as the connection may."""

    def __call__(self, tasks: Sequence[Callable[[], Result]], /) -> Iterator[Result]:
        """What the tasks give, in their order."""


@dataclass(frozen=True)
class Inquiry:
    """What the rows of a table of metadata are read from.

    Attributes:
        client: What requests go through.
        settings: The connection's settings.
        apps: Apps and their settings, kept a while.
        catalog: Apps as tables.
        side_by_side: Runs tasks at once.
        columns: The columns that matter, by name: what only others need may go unasked.
    """

    client: Client
    settings: Settings
    apps: AppMetadata
    catalog: Catalog
    side_by_side: SideBySide
    columns: frozenset[str]

    def chosen_apps(self, wanted: Mapping[str, frozenset[int | str]]) -> tuple[PlacedApp, ...]:
        """The apps that this login sees, or those of them that ``app_id`` is wanted of."""
        ids = wanted.get("app_id")
        return tuple(app for app in self.apps.apps() if ids is None or app.info.app_id in ids)

    def settings_of_apps(
        self, resource: str, wanted: Mapping[str, frozenset[int | str]]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """App id and a resource of each wanted app, the apps side by side.

        Apps that refuse to tell are left out, as are those deleted meanwhile: a table shows what
        the login may see.

        Args:
            resource: Such as ``app/views``.
            wanted: The values of key columns; apps named there have to tell.

        Raises:
            Error: An app that is named refuses, or all do.
        """
        apps = self.chosen_apps(wanted)
        tasks = [partial(self._told_or_refused, resource, app) for app in apps]
        refusals: list[Error] = []
        told = 0
        for app, answer in zip(apps, self.all_of(tasks), strict=True):
            if isinstance(answer, Error):
                if "app_id" in wanted:
                    raise answer
                refusals.append(answer)
            else:
                told += 1
                yield app.info.app_id, answer
        if refusals and not told:
            raise refusals[0]

    def all_of(self, tasks: Sequence[Callable[[], Result]]) -> Iterable[Result]:
        """What the tasks give, in their order; a single one needs no thread of its own."""
        return self.side_by_side(tasks) if len(tasks) > 1 else (task() for task in tasks)

    def require_user(self, table: str) -> None:
        """See that a user has logged in.

        Raises:
            NotSupportedError: API tokens have.
        """
        if self.settings.auth_scheme is AuthScheme.API_TOKEN:
            raise NotSupportedError(
                f"{table} cannot be read with API tokens, to which Kintone does not tell it. "
                "Connect as a user instead: AuthScheme=Password with User and Password."
            )

    def require_password(self, table: str) -> None:
        """See that a user has logged in by password, as cybozu.com's User API demands.

        Raises:
            NotSupportedError: The login is by tokens, of an app or of OAuth.
        """
        self.require_user(table)
        if self.settings.auth_scheme is AuthScheme.OAUTH:
            raise NotSupportedError(
                f"{table} cannot be read with OAuth: cybozu.com tells of people to those who log "
                "in by password. Connect with AuthScheme=Password, User and Password."
            )

    def _told_or_refused(self, resource: str, app: PlacedApp) -> dict[str, Any] | Error:
        try:
            return self.apps.of_app(resource, app.info.app_id, app.guest_space_id)
        except Error as error:
            if error.http_status == 403 or error.code == APP_IS_GONE:
                return error
            raise
