"""Kintone's cursors: a set of records and its order, fixed once and read page by page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Protocol

import msgspec

from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.kintone.calls import Call

_KEPT_FOR = timedelta(minutes=10)
"""From its creation or its last page, as Kintone documents; then it is gone."""


@dataclass(frozen=True)
class CursorInfo:
    """A cursor that is open.

    Attributes:
        cursor_id: Its id.
        total_count: How many records it has.
    """

    cursor_id: str
    total_count: int


@dataclass(frozen=True)
class CursorPage:
    """A page that a cursor gave; it gives none twice.

    Attributes:
        body: ``{"records": […], "next": …}``.
        following: Whether there is another. Only this tells: pages lack records that were deleted
            meanwhile. After the last page Kintone has deleted the cursor.
    """

    body: bytes
    following: bool


@dataclass(frozen=True)
class HeldCursor:
    """A cursor that a session holds open.

    Attributes:
        info: The cursor.
        guest_space_id: The guest space of its app, or None.
        app_id: Its app.
        opened_at: When it was opened, in UTC.
        used_at: When its last page came, or it was opened.
    """

    info: CursorInfo
    guest_space_id: int | None
    app_id: int
    opened_at: datetime
    used_at: datetime

    @property
    def expires_at(self) -> datetime:
        """When Kintone deletes it, unless a page is asked for before."""
        return self.used_at + _KEPT_FOR


def _now() -> datetime:
    return datetime.now(timezone.utc)


class OpenCursors:
    """The cursors of a session that Kintone still keeps. Threads may share it.

    Args:
        clock: Tells the time, in UTC.
    """

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._held: dict[str, HeldCursor] = {}

    def opened(self, cursor: CursorInfo, guest_space_id: int | None, app_id: int) -> None:
        """A cursor was opened.

        Args:
            cursor: The cursor.
            guest_space_id: The guest space of its app, or None.
            app_id: Its app.
        """
        now = self._clock()
        with self._lock:
            held = HeldCursor(cursor, guest_space_id, app_id, now, now)
            self._held[cursor.cursor_id] = held

    def used(self, cursor_id: str) -> None:
        """A page of a cursor came, and it is not the last."""
        with self._lock:
            held = self._held.get(cursor_id)
            if held is not None:
                self._held[cursor_id] = replace(held, used_at=self._clock())

    def ended(self, cursor_id: str) -> None:
        """A cursor is gone."""
        with self._lock:
            self._held.pop(cursor_id, None)

    def held(self) -> tuple[HeldCursor, ...]:
        """Those that Kintone still keeps, the oldest first."""
        now = self._clock()
        with self._lock:
            return tuple(each for each in self._held.values() if now < each.expires_at)

    def to_free(self) -> tuple[Call, ...]:
        """The calls that free those that are left."""
        with self._lock:
            return tuple(
                freeing(each.info.cursor_id, each.guest_space_id, each.app_id)
                for each in self._held.values()
            )


def freeing(cursor_id: str, guest_space_id: int | None, app_id: int | None) -> Call:
    """The call that frees a cursor. Deleted twice is deleted, so that a lost answer is no harm."""
    return Call("records/cursor", {"id": cursor_id}, guest_space_id, "DELETE", app_id=app_id)


class Next(msgspec.Struct):
    """Of a cursor's page whether there is another."""

    next: bool


class CursorCalls(Protocol):
    """The calls of a client that cursors need."""

    def create_cursor(
        self, app_id: int, guest_space_id: int | None, query: str, fields: Sequence[str], size: int
    ) -> CursorInfo:
        """Open a cursor."""

    def cursor_page(
        self, cursor_id: str, guest_space_id: int | None, app_id: int | None = None
    ) -> CursorPage:
        """Its next page."""

    def delete_cursor(
        self, cursor_id: str, guest_space_id: int | None, app_id: int | None = None
    ) -> None:
        """Free it."""


class RecordCursor:
    """Everything that a query selects, page by page. One thread at a time may take from it.

    Nothing is sent before the first page is asked for.

    Args:
        client: What requests go through.
        app_id: The app.
        guest_space_id: The guest space it lives in, or None.
        query: Condition and order, without limit and offset.
        fields: The field codes to ask for.
        size: Records of a page, 1 to 500.
    """

    def __init__(
        self,
        client: CursorCalls,
        app_id: int,
        guest_space_id: int | None,
        query: str,
        fields: Sequence[str],
        size: int = 500,
    ) -> None:
        self._client = client
        self._app_id = app_id
        self._guest_space_id = guest_space_id
        self._asked = (query, fields, size)
        self._cursor_id: str | None = None
        self._has_begun = False

    def next_page(self) -> bytes | None:
        """The next page; None after the last one.

        Raises:
            OperationalError: A page was lost, and with it the cursor's place; or as
                ``Session.send``.
        """
        if not self._has_begun:
            self._has_begun = True
            opened = self._client.create_cursor(self._app_id, self._guest_space_id, *self._asked)
            self._cursor_id = opened.cursor_id
        if self._cursor_id is None:
            return None
        page = self._client.cursor_page(self._cursor_id, self._guest_space_id, self._app_id)
        if not page.following:
            self._cursor_id = None
        return page.body

    def free(self) -> None:
        """Let Kintone forget the cursor; there are no more pages. More than once does no harm."""
        self._has_begun = True
        cursor_id, self._cursor_id = self._cursor_id, None
        if cursor_id is not None:
            # What went wrong before matters more; the cursor goes by itself after ten minutes.
            with suppress(Error):
                self._client.delete_cursor(cursor_id, self._guest_space_id, self._app_id)


def cursor_pages(cursor: RecordCursor) -> Generator[bytes, None, None]:
    """The pages of a cursor, which is freed in any case.

    Raises:
        OperationalError: As ``RecordCursor.next_page``.
    """
    try:
        while (body := cursor.next_page()) is not None:
            yield body
    finally:
        cursor.free()
