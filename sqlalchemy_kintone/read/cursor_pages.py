"""The pages of a cursor, each asked for while the one before is worked on."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

import pyarrow as pa

from sqlalchemy_kintone.kintone.cursors import RecordCursor
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.read.decode import Page

_SECONDS_TO_END = 0.5
"""How long to wait for a request that was given up, and for the cursor to be freed."""

_Asked = SimpleQueue[bool]
_Answers = SimpleQueue["bytes | BaseException | None"]


class CursorPages:
    """An iterator over the pages of a cursor. One thread at a time may take from it.

    A cursor gives one page after the other, so that one thread asks for all of them. It frees the
    cursor in the end, also where nobody holds the pages any more: requests are not for collecting.

    Args:
        cursor: Gives the pages.
        decode: Makes rows of them.
        watch: How long the pages are wanted; stopped when they are no longer.
    """

    def __init__(self, cursor: RecordCursor, decode: Callable[[bytes], Page], watch: Watch) -> None:
        self._decode = decode
        self._watch = watch
        self._asked: _Asked = SimpleQueue()
        self._answers: _Answers = SimpleQueue()
        self._thread = Thread(
            target=_give,
            args=(cursor, self._asked, self._answers),
            name="kintone-pages",
            daemon=True,
        )
        self._thread.start()
        self._asked.put(True)
        weakref.finalize(self, self._asked.put, False)

    def __iter__(self) -> CursorPages:
        return self

    def __next__(self) -> pa.Table:
        """The next page.

        Raises:
            OperationalError: Pages are no longer wanted, or one was lost on its way.
        """
        try:
            self._watch.check()
            answer = self._answers.get()
            if isinstance(answer, BaseException):
                raise answer
            if answer is not None:
                self._asked.put(True)
                return self._decode(answer).table
        except BaseException:
            self.close()
            raise
        # Once more the same for whoever asks again.
        self._answers.put(None)
        raise StopIteration

    def close(self) -> None:
        """Ask for no more, and free the cursor. More than once does no harm."""
        self._watch.stop("The statement was stopped: nobody wants the rest of its rows.")
        self._asked.put(False)
        self._thread.join(_SECONDS_TO_END)


def _give(cursor: RecordCursor, asked: _Asked, answers: _Answers) -> None:
    """Answer with a page each time that one is asked for, until one is not wanted or fails."""
    try:
        while asked.get():
            page = cursor.next_page()
            answers.put(page)
            if page is None:
                return
    except BaseException as error:
        answers.put(error)
    finally:
        cursor.free()
