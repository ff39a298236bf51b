"""Kintone's REST endpoints as typed calls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.addresses import Parameters
from sqlalchemy_kintone.kintone.request_log import Exchange
from sqlalchemy_kintone.kintone.session import Observe, Response, Session

__all__ = ["AppInfo", "Client", "Exchange"]

_APPS_OF_A_REQUEST = 100


@dataclass(frozen=True)
class AppInfo:
    """What ``apps.json`` and ``app.json`` say of an app.

    Attributes:
        app_id: Its id.
        code: Its app code; empty where it has none.
        name: Its name; names are not unique.
        description: HTML, as its author wrote it.
        space_id: The space it lives in, if any.
    """

    app_id: int
    code: str
    name: str
    description: str
    space_id: int | None


class Client:
    """Reads a domain. Every call takes the guest space the app lives in, None outside of them.

    All calls raise ``errors.Error`` and its kin, as ``Session.read`` does.

    Args:
        session: What requests go through.
        observe: Told of every exchange.
    """

    def __init__(self, session: Session, observe: Observe | None = None) -> None:
        self._session = session
        self._observe = observe

    def observed(self, observe: Observe) -> Client:
        """The same client, which tells ``observe`` of every exchange."""
        return Client(self._session, observe)

    def apps(
        self, ids: Iterable[int] = (), *, guest_space_id: int | None = None
    ) -> Iterator[AppInfo]:
        """The apps that the login may view, or those of ``ids``; closed to API tokens.

        One request per 100 apps.
        """
        wanted = list(ids)
        if wanted:
            for start in range(0, len(wanted), _APPS_OF_A_REQUEST):
                chosen = wanted[start : start + _APPS_OF_A_REQUEST]
                page: Parameters = {"ids": chosen, "limit": _APPS_OF_A_REQUEST}
                yield from map(_app_info, self._json("apps", page, guest_space_id)["apps"])
            return
        offset = 0
        while True:
            page = {"limit": _APPS_OF_A_REQUEST, "offset": offset}
            apps: list[dict[str, Any]] = self._json("apps", page, guest_space_id)["apps"]
            yield from map(_app_info, apps)
            if len(apps) < _APPS_OF_A_REQUEST:
                return
            offset += _APPS_OF_A_REQUEST

    def app(self, app_id: int, guest_space_id: int | None = None) -> AppInfo:
        """One app."""
        return _app_info(self._json("app", {"id": app_id}, guest_space_id))

    def form_fields(self, app_id: int, guest_space_id: int | None = None) -> dict[str, Any]:
        """The ``properties`` of ``form/fields.json``: field code to property."""
        answer = self._json("app/form/fields", {"app": app_id}, guest_space_id)
        properties: dict[str, Any] = answer["properties"]
        return properties

    def form_layout(self, app_id: int, guest_space_id: int | None = None) -> list[Any]:
        """The rows of ``form/layout.json``."""
        rows: list[Any] = self._json("app/form/layout", {"app": app_id}, guest_space_id)["layout"]
        return rows

    def app_settings(self, app_id: int, guest_space_id: int | None = None) -> dict[str, Any]:
        """``app/settings.json``, with ``numberPrecision``; not every login may read it."""
        return self._json("app/settings", {"app": app_id}, guest_space_id)

    def records_page(
        self,
        app_id: int,
        guest_space_id: int | None,
        query: str,
        fields: Sequence[str],
        *,
        total_count: bool = False,
    ) -> bytes:
        """The body of ``records.json``: ``{"records": [...], "totalCount": "12" or null}``.

        Args:
            app_id: The app.
            guest_space_id: Its guest space.
            query: Condition, order, limit and offset in Kintone's language.
            fields: The field codes to ask for; others are left out.
            total_count: Whether to ask how many records the condition selects.

        Raises:
            OperationalError: Kintone cut a search off: the page would be incomplete.
        """
        parameters: dict[str, Any] = {"app": app_id, "query": query, "fields": list(fields)}
        if total_count:
            parameters["totalCount"] = True
        answer = self._read("records", parameters, guest_space_id)
        if "aborted" in answer.warning:
            raise OperationalError(
                f"Kintone stopped a search in app {app_id} that finds more than 100,000 records: "
                "its answer would be incomplete. Add a condition that finds fewer."
            )
        return answer.body

    def total_count(self, app_id: int, guest_space_id: int | None, condition: str) -> int:
        """How many records a condition selects. One request that brings at most one record."""
        query = f"{condition} limit 1".lstrip()
        body = self.records_page(app_id, guest_space_id, query, ["$id"], total_count=True)
        return int(json.loads(body)["totalCount"])

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _json(
        self, resource: str, parameters: Parameters, guest_space_id: int | None
    ) -> dict[str, Any]:
        body = self._read(resource, parameters, guest_space_id).body
        try:
            parsed: dict[str, Any] = json.loads(body)
        except ValueError as error:
            raise OperationalError(
                f"The answer of {resource} is broken JSON: run the statement again."
            ) from error
        return parsed

    def _read(self, resource: str, parameters: Parameters, guest_space_id: int | None) -> Response:
        return self._session.read(resource, parameters, guest_space_id, self._observe)


def _app_info(app: dict[str, Any]) -> AppInfo:
    space = app.get("spaceId")
    return AppInfo(
        app_id=int(app["appId"]),
        code=app.get("code") or "",
        name=app["name"],
        description=app.get("description") or "",
        space_id=int(space) if space else None,
    )
