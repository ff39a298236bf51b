"""A SOCKS 5 proxy (RFC 1928) with a login by user name and password (RFC 1929)."""

from __future__ import annotations

import socket
from contextlib import suppress
from socketserver import StreamRequestHandler

from tests.kintone.serving import Serving
from tests.kintone.tunnel import copy_both_ways

_BY_PASSWORD, _NONE = 2, 255
_IPV4, _NAME = 1, 3


class SocksProxy(Serving):
    """Connects its clients to whatever they ask for, if they know the password.

    Attributes:
        asked: Host and port of each connection, the host as it was sent.
        leads_to: Host and port that it connects to instead, whatever is asked for.
    """

    def __init__(self, user: str, password: str) -> None:
        self.asked: list[tuple[str, int]] = []
        self.leads_to: tuple[str, int] | None = None
        asked, proxy = self.asked, self
        login = (user.encode(), password.encode())

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):  # one of the two hung up
                    if self._logged_in():
                        self._connect()

            def _logged_in(self) -> bool:
                _, methods = self.rfile.read(2)
                if _BY_PASSWORD not in self.rfile.read(methods):
                    self.wfile.write(bytes([5, _NONE]))
                    return False
                self.wfile.write(bytes([5, _BY_PASSWORD]))
                self.rfile.read(1)
                right = (self._text(), self._text()) == login
                self.wfile.write(bytes([1, not right]))
                return right

            def _connect(self) -> None:
                _, _, _, kind = self.rfile.read(4)
                assert kind in (_IPV4, _NAME)
                if kind == _NAME:
                    host = self._text().decode()
                else:
                    host = socket.inet_ntoa(self.rfile.read(4))
                port = int.from_bytes(self.rfile.read(2), "big")
                asked.append((host, port))
                with socket.create_connection(proxy.leads_to or (host, port), timeout=10) as server:
                    self.wfile.write(bytes([5, 0, 0, _IPV4, 0, 0, 0, 0, 0, 0]))
                    copy_both_ways(self.connection, server)

            def _text(self) -> bytes:
                (length,) = self.rfile.read(1)
                return self.rfile.read(length)

        super().__init__(Handler)
