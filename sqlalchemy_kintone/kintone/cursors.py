"""Kintone's cursors: a set of records and its order, fixed once and read page by page."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import msgspec

from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.kintone.calls import Call


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


class OpenCursors:
    """The cursors of a session that Kintone still keeps. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._freeing: dict[str, Call] = {}

    def opened(self, cursor_id: str, guest_space_id: int | None, app_id: int) -> None:
        """A cursor was opened.

        Args:
            cursor_id: Its id.
            guest_space_id: The guest space of its app, or None.
            app_id: Its app.
        """
        with self._lock:
            self._freeing[cursor_id] = freeing(cursor_id, guest_space_id, app_id)

    def ended(self, cursor_id: str) -> None:
        """A cursor is gone."""
        with self._lock:
            self._freeing.pop(cursor_id, None)

    def to_free(self) -> tuple[Call, ...]:
        """The calls that free those that are left."""
        with self._lock:
            return tuple(self._freeing.values())


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


def cursor_pages(
    client: CursorCalls,
    app_id: int,
    guest_space_id: int | None,
    query: str,
    fields: Sequence[str],
    size: int = 500,
) -> Iterator[bytes]:
    """The pages of everything that a query selects, by a cursor that is freed in any case.

    Args:
        client: What requests go through.
        app_id: The app.
        guest_space_id: The guest space it lives in, or None.
        query: Condition and order, without limit and offset.
        fields: The field codes to ask for.
        size: Records of a page, 1 to 500.

    Raises:
        OperationalError: A page was lost, and with it the cursor's place; or as ``Session.send``.
    """
    cursor = client.create_cursor(app_id, guest_space_id, query, fields, size)
    following = True
    try:
        while following:
            page = client.cursor_page(cursor.cursor_id, guest_space_id, app_id)
            following = page.following
            yield page.body
    finally:
        if following:
            # What went wrong before matters more; the cursor goes by itself after ten minutes.
            with suppress(Error):
                client.delete_cursor(cursor.cursor_id, guest_space_id, app_id)
