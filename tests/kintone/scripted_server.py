"""A web server that answers as its script says: what no Kintone answers, but others do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.kintone.serving import Serving


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        status: The HTTP status.
        body: The bytes to send.
        headers: Headers besides ``Content-Length``; that one too, where it shall be wrong.
    """

    status: int = 200
    body: bytes = b'{"records": []}'
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class ScriptedServer(Serving):
    """Gives the replies in order, the last one again and again; keeps what it received."""

    def __init__(self, *replies: Reply) -> None:
        self.received: list[Received] = []
        self.connections = 0
        server = self
        remaining = list(replies)
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave together: apart, the client's acknowledgement is waited for.
            wbufsize = -1

            def setup(self) -> None:
                super().setup()
                server.connections += 1

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                body = self.rfile.read(length)
                received.append(Received(self.command, self.path, dict(self.headers), body))
                reply = remaining.pop(0) if len(remaining) > 1 else remaining[0]
                self.send_response(reply.status)
                headers = {"Content-Length": str(len(reply.body)), **reply.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
                self.wfile.flush()
                self.close_connection = headers["Content-Length"] != str(len(reply.body))

            do_GET = answer  # noqa: N815 - the name is the base class's
            do_CONNECT = answer  # noqa: N815 - the name is the base class's
            do_POST = answer  # noqa: N815 - the name is the base class's
            do_PUT = answer  # noqa: N815 - the name is the base class's

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        super().__init__(Handler)
