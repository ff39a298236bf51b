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
    waited_for: list[bool] = []
    held = threading.Semaphore(0)
    log, logged = sandbox.log, len(sandbox.log.requests)

    def hold(call: Call) -> None:
        held.release()
        waited_for.append(not over.wait(_PATIENCE))

    def act() -> None:
        assert held.acquire(timeout=_PATIENCE)
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
            while len(log.requests) - logged < len(waited_for) or not waited_for:
                assert time.monotonic() < give_up
                time.sleep(0.005)
    assert not any(waited_for), "an answer was waited for"
