"""Kintone's REST endpoints as typed calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, TypeVar

import msgspec

from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.kintone.addresses import Parameters
from sqlalchemy_kintone.kintone.answers import cut_off, member, of_another_shape, parsed, written
from sqlalchemy_kintone.kintone.app_info import AppInfo, Person, app_info, app_list
from sqlalchemy_kintone.kintone.calls import Call
from sqlalchemy_kintone.kintone.cursors import CursorInfo, CursorPage, HeldCursor, Next, freeing
from sqlalchemy_kintone.kintone.request_history import SentRequest
from sqlalchemy_kintone.kintone.request_log import Exchange
from sqlalchemy_kintone.kintone.retries import Effect
from sqlalchemy_kintone.kintone.session import Observe, Response, Session
from sqlalchemy_kintone.kintone.tracing import Traces
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.kintone.writes import (
    Cells,
    Update,
    Write,
    Written,
    adding,
    bulk_call,
    bulk_results,
    deleting,
    updating,
    upserting,
)

__all__ = ["AppInfo", "Client", "Exchange", "Person"]

_APPS_OF_A_REQUEST = 100
_SECONDS_TO_FREE = 5.0
"""Nobody should wait longer for cursors to be freed."""
_FORM_FIELDS = "app/form/fields"
_NO_CURSOR = "GAIA_CN01"
"""Kintone's code for a cursor that does not exist, or no longer."""

_Taken = TypeVar("_Taken")
Around = Callable[[], AbstractContextManager[None]]


class Client:
    """Reads and writes a domain. Threads may share it.

    ``app``, ``form_fields``, ``form_layout`` and ``app_settings`` all take ``(app_id: int,
    guest_space_id: int | None = None)``: the app, and the guest space it lives in, None outside of
    guest spaces. Each call is one request. All raise what ``Session.read`` raises, and
    ``OperationalError`` for JSON of another shape than Kintone's.

    Args:
        session: What requests go through.
        observe: Told of every exchange.
        watch: How long answers are wanted; None for always.
        around: Entered around each call, which it may refuse.
    """

    def __init__(
        self,
        session: Session,
        observe: Observe | None = None,
        watch: Watch | None = None,
        around: Around = nullcontext,
    ) -> None:
        self._session = session
        self._observe = observe
        self._watch = watch
        self._around = around

    def observed(self, observe: Observe) -> Client:
        """A client on the same session that tells ``observe`` of its every exchange."""
        return Client(self._session, observe, self._watch, self._around)

    def watched(self, watch: Watch) -> Client:
        """A client on the same session whose answers are wanted as long as ``watch`` says."""
        return Client(self._session, self._observe, watch, self._around)

    def within(self, around: Around) -> Client:
        """A client on the same session that enters ``around`` for each of its calls."""
        return Client(self._session, self._observe, self._watch, around)

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
                yield from self._parsed("apps", page, guest_space_id, app_list)
            return
        offset = 0
        while True:
            page = {"limit": _APPS_OF_A_REQUEST, "offset": offset}
            apps = self._parsed("apps", page, guest_space_id, app_list)
            yield from apps
            # There is no total: only a short page says that it is the last.
            if len(apps) < _APPS_OF_A_REQUEST:
                return
            offset += _APPS_OF_A_REQUEST

    def app(self, app_id: int, guest_space_id: int | None = None) -> AppInfo:
        """One app; open to API tokens of it."""
        return self._parsed("app", {"id": app_id}, guest_space_id, app_info)

    def form_fields(self, app_id: int, guest_space_id: int | None = None) -> dict[str, Any]:
        """The ``properties`` of ``app/form/fields.json``: field code to property."""
        form = self.settings_of_app(_FORM_FIELDS, app_id, guest_space_id)
        properties: dict[str, Any] = form["properties"]
        return properties

    def form_layout(self, app_id: int, guest_space_id: int | None = None) -> list[dict[str, Any]]:
        """The ``layout`` of ``app/form/layout.json``: its rows, from the top."""
        parameters = {"app": app_id}
        return self._parsed("app/form/layout", parameters, guest_space_id, member("layout"))

    def app_settings(self, app_id: int, guest_space_id: int | None = None) -> dict[str, Any]:
        """``app/settings.json``, with ``numberPrecision``; not every login may read it."""
        return self._parsed("app/settings", {"app": app_id}, guest_space_id, dict)

    def settings_of_app(
        self, resource: str, app_id: int, guest_space_id: int | None = None
    ) -> dict[str, Any]:
        """Any resource that takes just ``app``, such as ``app/views`` or ``record/acl``."""

        def take(answer: Any) -> dict[str, Any]:
            if resource == _FORM_FIELDS:
                self._session.tokens.learn(app_id, answer["properties"])
            return dict(answer)

        return self._parsed(resource, {"app": app_id}, guest_space_id, take)

    def read(
        self, resource: str, parameters: Parameters, guest_space_id: int | None = None
    ) -> dict[str, Any]:
        """Any resource that is an object, such as ``space`` or the User API's ``users``."""
        return self._parsed(resource, parameters, guest_space_id, dict)

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
        answer = self._send(Call("records", parameters, guest_space_id))
        if "aborted" in answer.warning:
            raise cut_off(app_id)
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
        return parsed(
            "records",
            self.records_page(app_id, guest_space_id, query, ["$id"], total_count=True),
            lambda answer: int(answer["totalCount"]),
        )

    def add_records(
        self, app_id: int, guest_space_id: int | None, records: Sequence[Cells]
    ) -> list[Written]:
        """Add up to 100 records, all or none.

        Args:
            app_id: The app.
            guest_space_id: The guest space it lives in, or None.
            records: Field code to ``{"value": …}`` of each; what is left out gets its default.

        Returns:
            What was written, in the same order.

        Raises:
            OutcomeUnknownError: No answer came: they may have been added, or not.
        """
        return self.write(adding(app_id, records), guest_space_id)

    def update_records(
        self, app_id: int, guest_space_id: int | None, updates: Sequence[Update]
    ) -> list[Written]:
        """Change up to 100 records, all or none; arguments and errors as of ``add_records``.

        Raises:
            IntegrityError: A revision is not the latest.
        """
        return self.write(updating(app_id, updates), guest_space_id)

    def upsert_records(
        self, app_id: int, guest_space_id: int | None, updates: Sequence[Update]
    ) -> list[Written]:
        """Change up to 100 records, or add those that are not there, all or none.

        Arguments and errors as of ``update_records``. A record that is added gets an id of its
        own, whatever id was sent.
        """
        return self.write(upserting(app_id, updates), guest_space_id)

    def delete_records(
        self,
        app_id: int,
        guest_space_id: int | None,
        ids: Sequence[int],
        revisions: Sequence[int] = (),
    ) -> list[Written]:
        """Delete up to 100 records, all or none; errors as of ``update_records``.

        Args:
            app_id: The app.
            guest_space_id: The guest space it lives in, or None.
            ids: Their ``$id``.
            revisions: The ``$revision`` that each must still have; empty for any.
        """
        return self.write(deleting(app_id, ids, revisions), guest_space_id)

    def write(self, write: Write, guest_space_id: int | None) -> list[Written]:
        """Send one write; arguments and errors as of the calls above."""
        call = write.call(guest_space_id)
        return written(write.deed, self._send(call).body, write.results)

    def bulk_request(
        self, guest_space_id: int | None, writes: Sequence[Write]
    ) -> list[list[Written]]:
        """Send up to 20 writes of any apps of one space; all happen, or none.

        Args:
            guest_space_id: The guest space of all the apps; None where they are outside.
            writes: In the order in which they are carried out.

        Returns:
            What each of them wrote.

        Raises:
            OutcomeUnknownError: No answer came: all may have happened, or nothing.
        """
        call = bulk_call(writes, guest_space_id)
        return written(
            call.deed, self._send(call).body, lambda answer: bulk_results(writes, answer)
        )

    def create_cursor(
        self,
        app_id: int,
        guest_space_id: int | None,
        query: str,
        fields: Sequence[str],
        size: int = 500,
    ) -> CursorInfo:
        """Open a cursor: its records and their order are those of now, its values of later.

        A domain has ten at once, shared by everybody; each ends with its last page, or ten minutes
        after the one before. It is never created twice, as nobody could free the other.

        Args:
            app_id: The app.
            guest_space_id: The guest space it lives in, or None.
            query: Condition and order, without limit and offset.
            fields: The field codes to ask for.
            size: Records of a page, 1 to 500.

        Raises:
            OperationalError: Kintone cut a search off, or there are ten cursors.
        """
        parameters = {"app": app_id, "query": query, "fields": list(fields), "size": size}
        call = Call("records/cursor", parameters, guest_space_id, "POST", Effect.CURSOR)
        answer = self._send(call)
        cursor = parsed(
            call.resource,
            answer.body,
            lambda found: CursorInfo(str(found["id"]), int(found["totalCount"])),
        )
        self._session.open_cursors.opened(cursor, guest_space_id, app_id)
        if "aborted" in answer.warning:
            self.delete_cursor(cursor.cursor_id, guest_space_id, app_id)
            raise cut_off(app_id)
        return cursor

    def cursor_page(
        self, cursor_id: str, guest_space_id: int | None, app_id: int | None = None
    ) -> CursorPage:
        """The next page of a cursor.

        Args:
            cursor_id: The cursor.
            guest_space_id: The guest space it was opened in, or None.
            app_id: Its app; needed where there are more than nine API tokens.

        Raises:
            OperationalError: The cursor is gone (GAIA_CN01), or a page was lost on its way: it is
                not asked for again, as the next page might come in its place.
        """
        call = Call(
            "records/cursor",
            {"id": cursor_id},
            guest_space_id,
            effect=Effect.CURSOR,
            app_id=app_id,
        )
        body = self._send(call).body
        with suppress(msgspec.MsgspecError):
            following = msgspec.json.decode(body, type=Next).next
            if following:
                self._session.open_cursors.used(cursor_id)
            else:
                self._session.open_cursors.ended(cursor_id)
            return CursorPage(body, following)
        del body
        raise of_another_shape(call.resource, "no page of a cursor")

    def delete_cursor(
        self, cursor_id: str, guest_space_id: int | None, app_id: int | None = None
    ) -> None:
        """Free a cursor, one that is gone already is no error; arguments as of ``cursor_page``.

        It is freed for a statement too whose answer is no longer wanted.
        """
        try:
            call = freeing(cursor_id, guest_space_id, app_id)
            self._session.send(call, self._observe, Watch(_SECONDS_TO_FREE))
        except Error as error:
            if error.code != _NO_CURSOR:
                raise
        self._session.open_cursors.ended(cursor_id)

    def held_cursors(self) -> Sequence[HeldCursor]:
        """The cursors that the session holds open, the oldest first."""
        return self._session.open_cursors.held()

    def sent_requests(self) -> Sequence[SentRequest]:
        """The last requests of the session, the oldest first."""
        return self._session.history.sent()

    @property
    def traces(self) -> Traces:
        """Whom to tell of statements."""
        return self._session.traces

    def close(self) -> None:
        """Free what Kintone keeps for the session, and close its connections.

        It serves other clients no longer either.
        """
        watch = Watch(_SECONDS_TO_FREE)
        for call in self._session.open_cursors.to_free():
            # Where it fails, Kintone frees them ten minutes later.
            with suppress(Error):
                self._session.send(call, self._observe, watch)
        self._session.close()

    def _parsed(
        self,
        resource: str,
        parameters: Parameters,
        guest_space_id: int | None,
        take: Callable[[Any], _Taken],
    ) -> _Taken:
        return parsed(resource, self._send(Call(resource, parameters, guest_space_id)).body, take)

    def _send(self, call: Call) -> Response:
        with self._around():
            return self._session.send(call, self._observe, self._watch)
