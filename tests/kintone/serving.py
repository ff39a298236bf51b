"""Servers that run in a thread for the time of a ``with`` block."""

from __future__ import annotations

import ssl
import threading
from socketserver import BaseRequestHandler, TCPServer, ThreadingMixIn
from types import TracebackType
from typing import TypeVar

Served = TypeVar("Served", bound="Serving")


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True


class Serving:
    """A server on a free port of this machine, a thread for each connection.

    Args:
        handler: What answers a connection.
        tls: Makes it speak TLS.
    """

    def __init__(
        self, handler: type[BaseRequestHandler], tls: ssl.SSLContext | None = None
    ) -> None:
        self._server = _Server(("127.0.0.1", 0), handler)
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self.address}"

    def __enter__(self: Served) -> Served:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
