"""The connection that a request waits on, so that another thread can end the waiting.

A thread that waits for bytes sees nothing else. What wakes it is the end of its connection, so the
connections of the pools here know the request that they are used for.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import Any

from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError


class Line:
    """What one request is sent and answered through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_given_up = False
        self._has_cut = False

    def cut(self) -> None:
        """Give the request up; whoever waits for it sees that its connection has ended."""
        with self._lock:
            self._is_given_up = True
            if self._socket is not None:
                self._has_cut = True
                with suppress(OSError):  # the other side was faster
                    # Not the method of TLS's sockets: it forgets first that they are encrypted.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def begin(self, connection: HTTPConnection) -> None:
        """A connection is used for the request from now on.

        Raises:
            NewConnectionError: The request was given up.
        """
        with self._lock:
            if self._is_given_up:
                raise NewConnectionError(connection, "the request was given up")
            self._socket = _plain_socket(connection)

    def end(self) -> bool:
        """The connection is no longer its own, and safe from it.

        Returns:
            Whether it was cut.
        """
        with self._lock:
            self._socket = None
            return self._has_cut


_CURRENT: ContextVar[Line | None] = ContextVar("line", default=None)
"""That of the request which a thread is sending: pools are not told for whom they connect."""


@contextmanager
def using(line: Line | None) -> Iterator[None]:
    """Send requests in the block through a line; with None, such as cannot be given up."""
    token = _CURRENT.set(line)
    try:
        yield
    finally:
        _CURRENT.reset(token)
        if line is not None:
            line.end()


def make_cuttable(manager: PoolManager) -> None:
    """Let the connections that a manager's pools will make be used for lines."""
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _cuttable(pools[scheme]) for scheme in pools}


@cache
def _cuttable(pool: Any) -> Any:
    """The same kind of pool, with connections that know their line; SOCKS has pools of its own."""
    connection = type(f"Cuttable{pool.__name__}Connection", (_Cuttable, pool.ConnectionCls), {})
    return type(f"Cuttable{pool.__name__}", (_CuttingPool, pool), {"ConnectionCls": connection})


class _CuttingPool(HTTPConnectionPool):
    """Uses no connection again that was cut after its answer had come."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection: Any = super()._get_conn(timeout)
        if connection.leave_line():
            connection.close()  # the pool opens closed ones itself
        return connection


class _Cuttable(HTTPConnection):
    """Tells the line of a request that it is used for it."""

    _line: Line | None = None

    def connect(self) -> None:
        """Connect; from then on the waiting can be ended."""
        super().connect()
        self._begin()

    def request(self, *args: Any, **options: Any) -> None:
        """Send, once the line before is known to leave this connection alone."""
        if self.leave_line():
            raise NewConnectionError(self, "it was cut for a request that was given up")
        if self.sock is not None:
            self._begin()
        try:
            super().request(*args, **options)
        except ssl.SSLEOFError:
            if self.sock is not None:
                _raise_alert(self.sock)
            raise

    def leave_line(self) -> bool:
        """Be safe from the line before; True where that has cut the connection."""
        before, self._line = self._line, None
        return before is not None and before.end()

    def _begin(self) -> None:
        self._line = _CURRENT.get()
        if self._line is not None:
            self._line.begin(self)


def _raise_alert(tls: Any) -> None:
    """Raise what the other side said before it hung up, while it was still being written to.

    With TLS 1.3 a server looks at the client's certificate only when the client has begun to send.
    """
    tls.settimeout(0.0)
    with suppress(ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLWantReadError):
        tls.recv(1)


def _plain_socket(connection: HTTPConnection) -> socket.socket | None:
    """What the bytes go through, below TLS within TLS (an ``https`` proxy)."""
    below = getattr(connection.sock, "socket", connection.sock)
    return below if isinstance(below, socket.socket) else None
