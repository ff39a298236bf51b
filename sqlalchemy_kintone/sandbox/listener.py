"""The sockets: HTTP/1.1 with keep-alive, one thread for each connection."""

from __future__ import annotations

import contextlib
import http.client
import logging
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from sqlalchemy_kintone.sandbox.http_message import Request, Response

Respond = Callable[[Request], Response]

_HANDSHAKE_SECONDS = 10.0
_DROPS = 10
_logger = logging.getLogger(__name__)


class Listener(ThreadingMixIn, TCPServer):
    """Accepts connections and answers their requests.

    Args:
        address: Host and port; port 0 takes a free one.
        respond: What answers a request; called in the connection's thread.
        tls: The TLS context, or None for plain HTTP.
        clock: What the header ``Date`` is by.

    Attributes:
        crashes: Exceptions that ``respond`` raised; the client got a 500.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(
        self,
        address: tuple[str, int],
        respond: Respond,
        tls: ssl.SSLContext | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.respond = respond
        self.clock = clock
        self.crashes: list[BaseException] = []
        self._tls = tls
        self._open: dict[int, socket.socket] = {}
        self._changed = threading.Condition()
        self._closing = False
        super().__init__(address, _Connection)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept; the TLS handshake is left to the connection's thread."""
        connection, address = super().get_request()
        if self._tls is not None:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection until it ends."""
        with self._changed:
            if self._closing:
                self.shutdown_request(request)
                return
            self._open[id(request)] = request
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                del self._open[id(request)]
                self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Answer 500 to a mistake in the sandbox; a client that went away is no mistake."""
        error = sys.exc_info()[1]
        if error is None or isinstance(error, (ConnectionError, ssl.SSLError, TimeoutError)):
            return
        if self._closing and isinstance(error, (OSError, ValueError)):
            return
        self.crashes.append(error)
        _logger.exception("A request from %s failed inside the sandbox", client_address)
        with contextlib.suppress(OSError):
            request.sendall(
                b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\n"
                b"Content-Length: 21\r\nConnection: close\r\n\r\nInternal Server Error"
            )

    def close_connections(self, timeout: float = 5.0) -> None:
        """End all connections, idle ones too, and wait for their threads.

        Args:
            timeout: Seconds to wait at most.
        """
        with self._changed:
            self._closing = True
            for connection in self._open.values():
                # The base class's shutdown: SSLSocket's would pull the TLS state from under the
                # thread that is reading.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout)


class _Connection(BaseHTTPRequestHandler):
    """One connection; requests on it are answered in turn."""

    protocol_version = "HTTP/1.1"
    # Without it, Nagle's algorithm and delayed acknowledgements stall answers by 40 ms.
    disable_nagle_algorithm = True
    server: Listener

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(_HANDSHAKE_SECONDS)
            self.request.do_handshake()
            self.request.settimeout(None)
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's name
        """Nothing on the terminal: the request log is elsewhere."""

    def _serve(self) -> None:
        body = self._read_body()
        if body is None:
            self.send_error(400)
            self.close_connection = True
            return
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            lower = name.lower()
            headers[lower] = f"{headers[lower]},{value}" if lower in headers else value
        request = Request(self.command, self.path, headers, body)
        self._send(self.server.respond(request))

    # The base class finds the methods by these names.
    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def _read_body(self) -> bytes | None:
        """The body, or None where its length cannot be made out."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._read_chunks()
        length = self.headers.get("Content-Length", "0")
        return self.rfile.read(int(length)) if length.isdecimal() else None

    def _read_chunks(self) -> bytes | None:
        chunks: list[bytes] = []
        while True:
            try:
                size = int(self.rfile.readline().partition(b";")[0], 16)
            except ValueError:
                return None
            if size == 0:
                break
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(chunks)

    def _send(self, response: Response) -> None:
        if response.delivery == "none":
            self.close_connection = True
            return
        if response.delivery == "reset-unanswered":
            self._reset()
            return
        body = response.body
        if response.delivery in ("truncated", "reset"):
            self.close_connection = True
            body = body[: len(body) // 2]
        reason = http.client.responses.get(response.status, "")
        lines = [f"{self.protocol_version} {response.status} {reason}", "Server: kintone-sandbox"]
        lines.append(f"Date: {self.date_time_string(self.server.clock().timestamp())}")
        lines.extend(f"{name}: {value}" for name, value in response.headers.items())
        lines.append(f"Content-Length: {len(response.body)}")
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        if response.delivery == "dripping":
            self.wfile.write(head)
            self._drip(body, response.pause_ms / 1000)
            return
        # Head and body in one write: two would be two packets.
        self.wfile.write(head + body)
        if response.delivery == "reset":
            self._reset()

    def _reset(self) -> None:
        """End the connection; closing a socket that lingers for no time resets it."""
        self.close_connection = True
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()

    def _drip(self, body: bytes, pause: float) -> None:
        size = max(-(-len(body) // _DROPS), 1)
        for start in range(0, len(body), size):
            time.sleep(pause)
            self.wfile.write(body[start : start + size])
