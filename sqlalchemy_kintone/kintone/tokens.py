"""Which API tokens go with a request: Kintone takes nine, each of another app."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy_kintone.conninfo import Secret, Settings
from sqlalchemy_kintone.conninfo.checks import MOST_TOKENS_OF_A_REQUEST
from sqlalchemy_kintone.errors import NotSupportedError


class AppTokens:
    """The API tokens of a connection. Threads may share it.

    Up to nine tokens all go with every request. Of more, each belongs to the app at its place in
    ``AppId``, and a request takes the tokens of the apps that it names, of the apps that these look
    up or show related records of, and others as there is room.

    Args:
        settings: The connection's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._all = settings.api_tokens
        self._of_app: dict[int, Secret] = {}
        if len(self._all) > MOST_TOKENS_OF_A_REQUEST:
            self._of_app = dict(zip(settings.app_ids, self._all, strict=True))
        self._lock = threading.Lock()
        self._sources: dict[int, tuple[int, ...]] = {}

    def learn(self, app_id: int, properties: Mapping[str, Any]) -> None:
        """Remember the apps whose records an app refers to.

        Args:
            app_id: The app.
            properties: Its ``properties`` of ``app/form/fields.json``.
        """
        if self._of_app:
            with self._lock:
                self._sources[app_id] = tuple(_apps_referred_to(properties))

    def about(self, app_ids: Iterable[int]) -> tuple[Secret, ...]:
        """The tokens for a request.

        Args:
            app_ids: The apps that it reads or writes.

        Raises:
            NotSupportedError: It is about more than nine apps.
        """
        if not self._of_app:
            return self._all
        named = [app_id for app_id in dict.fromkeys(app_ids) if app_id in self._of_app]
        if len(named) > MOST_TOKENS_OF_A_REQUEST:
            raise NotSupportedError(
                f"A request about {len(named)} apps needs as many API tokens, and Kintone takes "
                f"{MOST_TOKENS_OF_A_REQUEST} in one: write to fewer apps at once, or log in with a "
                "password."
            )
        with self._lock:
            sources = [source for app_id in named for source in self._sources.get(app_id, ())]
        wanted = dict.fromkeys([*named, *sources, *self._of_app])
        tokens = [self._of_app[app_id] for app_id in wanted if app_id in self._of_app]
        return tuple(tokens[:MOST_TOKENS_OF_A_REQUEST])


def _apps_referred_to(properties: Mapping[str, Any]) -> Iterator[int]:
    for each in properties.values():
        for reference in ("lookup", "referenceTable"):
            if each.get(reference):
                yield int(each[reference]["relatedApp"]["app"])
        yield from _apps_referred_to(each.get("fields") or {})
