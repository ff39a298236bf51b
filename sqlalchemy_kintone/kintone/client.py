"""Kintone's REST endpoints as typed calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.addresses import Parameters
from sqlalchemy_kintone.kintone.request_log import Exchange
from sqlalchemy_kintone.kintone.session import Observe, Session

__all__ = ["AppInfo", "Client", "Exchange"]

_APPS_OF_A_REQUEST = 100

_Taken = TypeVar("_Taken")


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
    """Reads a domain. Threads may share it.

    ``app``, ``form_fields``, ``form_layout`` and ``app_settings`` all take ``(app_id: int,
    guest_space_id: int | None = None)``: the app, and the guest space it lives in, None outside of
    guest spaces. Each call is one request. All raise what ``Session.read`` raises, and
    ``OperationalError`` for JSON of another shape than Kintone's.

    Args:
        session: What requests go through.
        observe: Told of every exchange.
    """

    def __init__(self, session: Session, observe: Observe | None = None) -> None:
        self._session = session
        self._observe = observe

    def observed(self, observe: Observe) -> Client:
        """A client on the same session that tells ``observe`` of its every exchange."""
        return Client(self._session, observe)

    def apps(
        self, ids: Iterable[int] = (), *, guest_space_id: int | None = None
    ) -> Iterator[AppInfo]:
        """The apps that the login may view, or those of ``ids``; closed to API tokens.

        One request per 100 apps, sent as the apps are asked for.

        Args:
            ids: Which apps to list; those that do not exist are left out. Empty for all.
            guest_space_id: The guest space to list; None lists the apps outside of them.
        """
        wanted = list(ids)
        page: Parameters
        if wanted:
            for start in range(0, len(wanted), _APPS_OF_A_REQUEST):
                chosen = wanted[start : start + _APPS_OF_A_REQUEST]
                page = {"ids": chosen, "limit": _APPS_OF_A_REQUEST}
                yield from self._parsed("apps", page, guest_space_id, _app_list)
            return
        offset = 0
        while True:
            page = {"limit": _APPS_OF_A_REQUEST, "offset": offset}
            apps = self._parsed("apps", page, guest_space_id, _app_list)
            yield from apps
            # There is no total: only a short page says that it is the last.
            if len(apps) < _APPS_OF_A_REQUEST:
                return
            offset += _APPS_OF_A_REQUEST

    def app(self, app_id: int, guest_space_id: int | None = None) -> AppInfo:
        """One app; open to API tokens of it."""
        return self._parsed("app", {"id": app_id}, guest_space_id, _app_info)

    def form_fields(self, app_id: int, guest_space_id: int | None = None) -> dict[str, Any]:
        """The ``properties`` of ``app/form/fields.json``: field code to property."""
        parameters = {"app": app_id}
        return self._parsed("app/form/fields", parameters, guest_space_id, _member("properties"))

    def form_layout(self, app_id: int, guest_space_id: int | None = None) -> list[dict[str, Any]]:
        """The ``layout`` of ``app/form/layout.json``: its rows, from the top."""
        parameters = {"app": app_id}
        return self._parsed("app/form/layout", parameters, guest_space_id, _member("layout"))

    def app_settings(self, app_id: int, guest_space_id: int | None = None) -> dict[str, Any]:
        """``app/settings.json``, with ``numberPrecision``; not every login may read it."""
        return self._parsed("app/settings", {"app": app_id}, guest_space_id, dict)

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
            guest_space_id: The guest space it lives in, or None.
            query: Condition, order, limit and offset in Kintone's language.
            fields: The field codes to ask for; others are left out.
            total_count: Whether to ask how many records the condition selects.

        Raises:
            OperationalError: Kintone cut a search off: the page would be incomplete.
        """
        parameters: dict[str, Any] = {"app": app_id, "query": query, "fields": list(fields)}
        if total_count:
            parameters["totalCount"] = True
        answer = self._session.read("records", parameters, guest_space_id, self._observe)
        if "aborted" in answer.warning:
            raise OperationalError(
                f"Kintone stopped a search in app {app_id} that finds more than 100,000 records: "
                "its answer would be incomplete. Add a condition that finds fewer."
            )
        return answer.body

    def total_count(self, app_id: int, guest_space_id: int | None, condition: str) -> int:
        """How many records a condition selects: one request, which brings one record at most.

        Args:
            app_id: The app.
            guest_space_id: The guest space it lives in, or None.
            condition: In Kintone's language; empty for all records.

        Raises:
            OperationalError: Kintone cut a search off: the number would be too small.
        """
        query = f"{condition} limit 1".lstrip()
        body = self.records_page(app_id, guest_space_id, query, ["$id"], total_count=True)
        return _parsed("records", body, lambda answer: int(answer["totalCount"]))

    def close(self) -> None:
        """Close all connections of the session; it serves other clients no longer either."""
        self._session.close()

    def _parsed(
        self,
        resource: str,
        parameters: Parameters,
        guest_space_id: int | None,
        take: Callable[[Any], _Taken],
    ) -> _Taken:
        answer = self._session.read(resource, parameters, guest_space_id, self._observe)
        return _parsed(resource, answer.body, take)


def _parsed(resource: str, body: bytes, take: Callable[[Any], _Taken]) -> _Taken:
    """What ``take`` makes of the JSON."""
    try:
        return take(json.loads(body))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise OperationalError(
            f"The answer of {resource} is not what Kintone's API describes "
            f"({type(error).__name__}). Check that Url is a Kintone, and what stands in between."
        ) from None


def _member(name: str) -> Callable[[Any], Any]:
    return lambda answer: answer[name]


def _app_list(answer: Any) -> list[AppInfo]:
    return [_app_info(app) for app in answer["apps"]]


def _app_info(app: Any) -> AppInfo:
    space = app.get("spaceId")
    return AppInfo(
        app_id=int(app["appId"]),
        code=app.get("code") or "",
        name=app["name"],
        description=app.get("description") or "",
        space_id=int(space) if space else None,
    )
