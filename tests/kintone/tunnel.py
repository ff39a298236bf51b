"""An HTTP proxy that makes tunnels, as TLS needs them."""

from __future__ import annotations

import select
import socket
import ssl
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

from tests.kintone.serving import Serving


class Tunnel(Serving):
    """Connects its clients to whatever they ask for; keeps what that was.

    Args:
        tls: Makes it an ``https`` proxy.

    Attributes:
        asked: The target and the headers of each ``CONNECT``.
        leads_to: Where it connects them instead, whatever they ask for.
        hangs_up: So many tunnels it ends with the first that comes through, which it throws away.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.leads_to = ""
        self.hangs_up = 0
        tunnel = self
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self) -> None:
                asked.append((self.path, dict(self.headers)))
                if tunnel.hangs_up > 0:
                    tunnel.hangs_up -= 1
                    self.send_response(200)
                    self.end_headers()
                    self.connection.recv(65536)
                    self.close_connection = True
                    return
                host, _, port = (tunnel.leads_to or self.path).rpartition(":")
                with socket.create_connection((host, int(port)), timeout=10) as server:
                    self.send_response(200)
                    self.end_headers()
                    with suppress(ConnectionError):  # one of the two hung up
                        copy_both_ways(self.connection, server)
                self.close_connection = True

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        super().__init__(Handler, tls)


def copy_both_ways(one: socket.socket, other: socket.socket) -> None:
    """Hand on what comes from either side, until one of them closes."""
    while True:
        readable, _, _ = select.select([one, other], [], [], 10)
        for source in readable:
            data = source.recv(65536)
            # What TLS has read already, no select tells.
            while isinstance(source, ssl.SSLSocket) and source.pending():
                data += source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
        if not readable:
            return
