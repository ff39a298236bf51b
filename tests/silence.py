"""A sandbox that does not answer while a block runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.api import Call

_PATIENCE = 10.0
"""Seconds."""


@contextmanager
def silent(sandbox: Sandbox, then: Callable[[], None]) -> Iterator[None]:
    """Hold back every answer until the block ends, which must not wait for one.

    Args:
        sandbox: What is asked.
        then: Called in another thread once the first request has arrived.
    """
    over = threading.Event()
    held: list[Call] = []
    waited_for: list[Call] = []
    first = threading.Event()
    log, logged = sandbox.log, len(sandbox.log.requests)

    def hold(call: Call) -> None:
        held.append(call)
        first.set()
        if not over.wait(_PATIENCE):
            waited_for.append(call)

    def act() -> None:
        assert first.wait(_PATIENCE)
        then()

    acting = threading.Thread(target=act)
    with sandbox.before(hold):
        acting.start()
        try:
            yield
        finally:
            over.set()
            acting.join()
            # Handlers that nobody waits for would write into the log of the next test.
            give_up = time.monotonic() + _PATIENCE
            while len(log.requests) - logged < len(held):
                assert time.monotonic() < give_up
                time.sleep(0.005)
    assert waited_for == []
