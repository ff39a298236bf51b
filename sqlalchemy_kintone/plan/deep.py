"""Room for statements that are nested deeply.

A parser takes some twenty Python calls for each pair of parentheses, so that Python's usual limit
ends at about fifty pairs. Where that is too little, the work is done once more in a thread of its
own with a larger stack and, for that time, a higher limit.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from sqlalchemy_kintone.errors import NotSupportedError

_LIMIT = 100_000
"""Calls within calls: enough for chains of 5,000 conditions and 1,000 parentheses."""
_STACK_BYTES = 512 * 1024 * 1024
"""Of addresses; memory is taken only as far as the stack grows."""

Result = TypeVar("Result")


def with_room(task: Callable[[], Result]) -> Result:
    """What a task gives that may be nested deeply.

    Args:
        task: Free of effects, as it may be run twice.

    Raises:
        NotSupportedError: It is nested too deeply even so.
        Exception: Whatever the task raises.
    """
    try:
        return task()
    except RecursionError:
        pass  # out of the block, so that the errors of the other thread do not show this one
    return _DeepTask(task).run()


class _DeepTask(Generic[Result]):
    """A task in a thread with a large stack."""

    def __init__(self, task: Callable[[], Result]) -> None:
        self._task = task
        self._results: list[Result] = []
        self._error: BaseException | None = None

    def run(self) -> Result:
        with _LIMITS.raised():
            thread = _LIMITS.thread(self._work)
            thread.join()
        if isinstance(self._error, RecursionError):
            raise NotSupportedError(
                "The statement is nested too deeply to be read: take away parentheses that are "
                "not needed, give inner queries names in a WITH clause, or write a long chain of "
                "conditions as IN (…)."
            )
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _work(self) -> None:
        try:
            self._results.append(self._task())
        except BaseException as error:  # handed to the thread that waits
            self._error = error


class _Limits:
    """The interpreter's recursion limit and the stack of new threads, which all threads share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._usual = 0

    @contextmanager
    def raised(self) -> Iterator[None]:
        """A block with the higher recursion limit; several threads may be in one."""
        with self._lock:
            if self._users == 0:
                self._usual = sys.getrecursionlimit()
                sys.setrecursionlimit(max(_LIMIT, self._usual))
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0 and sys.getrecursionlimit() == max(_LIMIT, self._usual):
                    sys.setrecursionlimit(self._usual)

    def thread(self, work: Callable[[], None]) -> threading.Thread:
        """A thread that has begun, with the large stack. It does not outlive the process."""
        thread = threading.Thread(target=work, name="sqlalchemy-kintone-deep", daemon=True)
        with self._lock:
            usual = threading.stack_size(_STACK_BYTES)
            try:
                thread.start()
            finally:
                threading.stack_size(usual)
        return thread


_LIMITS = _Limits()
"""One, as the limits are the process's."""
