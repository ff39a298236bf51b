"""The pages of a cursor, each asked for while the one before is worked on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

import pyarrow as pa

from sqlalchemy_kintone.kintone.cursors import RecordCursor
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.read.decode import Page

_SECONDS_TO_END = 0.5
"""How long to wait for a request that was given up, and for the cursor to be freed."""


class CursorPages:
    """An iterator over the pages of a cursor. One thread at a time may take from it.

    A cursor gives one page after the other, so that no more than one is under way.

    Args:
        cursor: Gives the pages.
        decode: Makes rows of them.
        watch: How long the pages are wanted; stopped when they are no longer.
    """

    def __init__(self, cursor: RecordCursor, decode: Callable[[bytes], Page], watch: Watch) -> None:
        self._cursor = cursor
        self._decode = decode
        self._watch = watch
        self._pool = ThreadPoolExecutor(1, "kintone-pages")
        self._coming: Future[bytes | None] | None = None

    def __iter__(self) -> CursorPages:
        return self

    def __next__(self) -> pa.Table:
        """The next page.

        Raises:
            OperationalError: Pages are no longer wanted, or one was lost on its way.
        """
        try:
            body = (self._coming or self._next()).result()
            if body is not None:
                self._coming = self._next()
                return self._decode(body).table
        except BaseException:
            self.close()
            raise
        self._pool.shutdown(wait=False)
        raise StopIteration

    def close(self) -> None:
        """Ask for no more, and free the cursor. More than once does no harm."""
        self._watch.stop("The statement was stopped: nobody wants the rest of its rows.")
        # A pool that was closed, or ends with Python, takes nothing more.
        with suppress(RuntimeError):
            # After what is under way, as a cursor is used by one thread at a time.
            wait([self._pool.submit(self._cursor.free)], _SECONDS_TO_END)
        self._pool.shutdown(wait=False)

    def _next(self) -> Future[bytes | None]:
        self._watch.check()
        return self._pool.submit(self._cursor.next_page)
