"""The sandbox inside this process, which ``kintone+sandbox://`` connects to."""

from __future__ import annotations

import atexit
import os
import threading

from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.server import Sandbox


class _PerProcess:
    """Holds the process's one sandbox; a forked child gets its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sandbox: Sandbox | None = None

    def get(self) -> Sandbox:
        with self._lock:
            if self._sandbox is None:
                self._sandbox = _start_demo()
            return self._sandbox

    def stop(self) -> None:
        with self._lock:
            if self._sandbox is not None:
                self._sandbox.stop()
                self._sandbox = None

    def forget(self) -> None:
        """In a forked child: the serving thread is the parent's, and so may the lock be."""
        self._lock = threading.Lock()
        if self._sandbox is not None:
            self._sandbox.abandon()
            self._sandbox = None


_PROCESS = _PerProcess()
atexit.register(_PROCESS.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_PROCESS.forget)


def embedded_sandbox() -> Sandbox:
    """The running sandbox of this process, with the demo data.

    It starts with the first call, whichever thread makes it, and stops when the process ends. A
    forked child starts its own; changes made in the parent are not in it.
    """
    return _PROCESS.get()


def _start_demo() -> Sandbox:
    # Seeding is no work that importing the driver should pay for.
    from sqlalchemy_kintone.sandbox.seeds import seed

    domain = Domain()
    seed(domain, "demo")
    return Sandbox(domain).start()
