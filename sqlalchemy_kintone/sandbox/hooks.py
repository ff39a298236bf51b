"""Callbacks around requests, so that a test can change records during a read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.http_message import Response

Before = Callable[[Call], None]
After = Callable[[Call, Response], None]


class Hooks:
    """The callbacks that are set; they run in the request's thread, without the domain's lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before: list[Before] = []
        self._after: list[After] = []

    @contextmanager
    def before(self, callback: Before) -> Iterator[None]:
        """For the time of the block, run a callback before each authenticated request."""
        with self._lock:
            self._before.append(callback)
        try:
            yield
        finally:
            with self._lock:
                self._before.remove(callback)

    @contextmanager
    def after(self, callback: After) -> Iterator[None]:
        """For the time of the block, run a callback after each handled request."""
        with self._lock:
            self._after.append(callback)
        try:
            yield
        finally:
            with self._lock:
                self._after.remove(callback)

    def run_before(self, call: Call) -> None:
        """Run the callbacks before a request."""
        with self._lock:
            callbacks = list(self._before)
        for callback in callbacks:
            callback(call)

    def run_after(self, call: Call, response: Response) -> None:
        """Run the callbacks after a request."""
        with self._lock:
            callbacks = list(self._after)
        for callback in callbacks:
            callback(call, response)
