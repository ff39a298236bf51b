"""Sessions against a sandbox and against servers that answer anything."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.request_log import Exchange
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from tests.kintone.scripted_server import Reply, ScriptedServer

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_VARIABLES = (*_PROXY_VARIABLES, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network settings of whoever runs the tests are not meant here."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@dataclass
class Opened:
    """A session, with what it waited and what it told.

    Attributes:
        session: The session.
        waits: The seconds it would have waited between tries, the longest that chance gives.
        exchanges: What ``read`` and ``client`` reported.
    """

    session: Session
    waits: list[float] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def read(
        self, resource: str, guest_space_id: int | None = None, /, **parameters: object
    ) -> bytes:
        """The body of a resource."""
        response = self.session.read(
            resource,
            parameters,  # type: ignore[arg-type]  # tests pass what parameters may be
            guest_space_id,
            self.exchanges.append,
        )
        return response.body

    @property
    def client(self) -> Client:
        return Client(self.session, self.exchanges.append)

    @property
    def statuses(self) -> list[int | None]:
        return [exchange.status for exchange in self.exchanges]


@pytest.fixture
def open_session() -> Iterator[Callable[..., Opened]]:
    """``open_session(url, **parameters)``: the administrator ``sandbox``, unless they say else."""
    with ExitStack() as stack:

        def open_session(url: str, **parameters: object) -> Opened:
            if not parameters.keys() & {"user", "api_token", "oauth_access_token"}:
                parameters = {"user": "sandbox", "password": "sandbox", **parameters}
            waits: list[float] = []
            session = Session(
                connect_settings(url=url, **parameters),
                pause=lambda watch, seconds: waits.append(seconds),
                chance=lambda: 1.0,
            )
            stack.callback(session.close)
            return Opened(session, waits)

        yield open_session


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    """``serve(reply, …)``: a server that gives these replies."""
    with ExitStack() as stack:

        def serve(*replies: Reply) -> ScriptedServer:
            return stack.enter_context(ScriptedServer(*replies))

        yield serve


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """``start_sandbox(domain, tls=…)``: a server of one's own."""
    with ExitStack() as stack:

        def start(domain: Domain, **options: Any) -> Sandbox:
            return stack.enter_context(Sandbox(domain, **options))

        yield start


@pytest.fixture
def unused_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def shop_client(shop_sandbox: Sandbox, open_session: Callable[..., Opened]) -> Client:
    """The administrator's client of ``shop_sandbox``."""
    return open_session(shop_sandbox.url).client
