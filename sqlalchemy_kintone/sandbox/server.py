"""The sandbox: a Kintone domain in memory behind a local HTTP server."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType

from sqlalchemy_kintone.sandbox.api import Endpoint
from sqlalchemy_kintone.sandbox.application import Application, Compression
from sqlalchemy_kintone.sandbox.authentication import BasicAuthentication
from sqlalchemy_kintone.sandbox.faults import Fault, Faults
from sqlalchemy_kintone.sandbox.hooks import After, Before, Hooks
from sqlalchemy_kintone.sandbox.limits import Limits
from sqlalchemy_kintone.sandbox.listener import Listener
from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.request_log import RequestLog
from sqlalchemy_kintone.sandbox.routing import Router, discover_endpoints
from sqlalchemy_kintone.sandbox.tls import ServerTls

_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a sandbox.

    Attributes:
        url: The base URL.
        user: The code of an administrator, empty where the domain has none.
        password: That user's password.
        tokens: An app's name, or its id where several have the name, to an API token of it.
    """

    url: str
    user: str
    password: str = field(repr=False)
    tokens: dict[str, str] = field(repr=False)


class Sandbox:
    """A Kintone-compatible server; a context manager that starts and stops it.

    Args:
        domain: The state that it serves.
        port: The TCP port; 0 takes a free one.
        host: The address to listen on.
        latency_ms: Milliseconds added to every request.
        basic_auth: User and password of Basic authentication in front of the domain.
        tls: Certificates; with them the sandbox speaks ``https``.
        limits: Limits of the HTTP layer.
        faults: Faults that are armed from the start; more through ``faults``.
        compression: ``gzip`` compresses bodies for clients that accept it.
        endpoints: What it answers instead of Kintone's REST API.
    """

    def __init__(
        self,
        domain: Domain,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        latency_ms: int = 0,
        basic_auth: tuple[str, str] | None = None,
        tls: ServerTls | None = None,
        limits: Limits | None = None,
        faults: Iterable[Fault] = (),
        compression: Compression = "none",
        endpoints: Iterable[Endpoint] | None = None,
    ) -> None:
        self._address = (host, port)
        self._tls = tls
        self._application = Application(
            domain=domain,
            router=Router(discover_endpoints() if endpoints is None else endpoints),
            limits=limits or Limits(),
            basic=BasicAuthentication(*basic_auth) if basic_auth else None,
            latency_ms=latency_ms,
            compression=compression,
            faults=Faults(*faults),
        )
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None

    @property
    def domain(self) -> Domain:
        """The state; hold ``domain.lock`` while changing it during requests."""
        return self._application.domain

    @property
    def log(self) -> RequestLog:
        """What was asked."""
        return self._application.log

    @property
    def faults(self) -> Faults:
        """The injected faults."""
        return self._application.faults

    @property
    def url(self) -> str:
        """The base URL of the running sandbox.

        Raises:
            RuntimeError: It is not running.
        """
        if self._listener is None:
            raise RuntimeError("the sandbox is not running; call start() first")
        host, port = self._address[0], self._listener.server_address[1]
        scheme = "http" if self._tls is None else "https"
        everywhere = host == "0.0.0.0"  # noqa: S104  # compared with, not listened on
        return f"{scheme}://{'127.0.0.1' if everywhere else host}:{port}"

    @property
    def access(self) -> Access:
        """URL and credentials: the first administrator, and one API token of each app."""
        administrator = next((u for u in self.domain.users.values() if u.administrator), None)
        names = [app.name for app in self.domain.apps.values()]
        tokens: dict[str, str] = {}
        for token in self.domain.tokens.values():
            app = self.domain.apps[token.app_id]
            tokens.setdefault(str(app.id) if names.count(app.name) > 1 else app.name, token.text)
        return Access(
            self.url,
            administrator.code if administrator else "",
            administrator.password if administrator else "",
            tokens,
        )

    @property
    def crashes(self) -> list[BaseException]:
        """Exceptions inside the sandbox that it answered with a 500; empty unless it has a bug."""
        return [] if self._listener is None else self._listener.crashes

    def before(self, callback: Before) -> AbstractContextManager[None]:
        """For the time of the block, run ``callback(call)`` before each authenticated request.

        It runs in the request's thread without the domain's lock, so that it may make requests.
        """
        return self._application.hooks.before(callback)

    def after(self, callback: After) -> AbstractContextManager[None]:
        """For the time of the block, run ``callback(call, response)`` after each request."""
        return self._application.hooks.after(callback)

    def reset(self, domain: Domain) -> None:
        """Serve another domain, with an empty log and neither faults nor callbacks."""
        self._application.domain = domain
        self._application.faults = Faults()
        self._application.hooks = Hooks()
        self._application.log = RequestLog()

    def start(self) -> Sandbox:
        """Listen, and serve from a thread of its own; gives itself.

        Raises:
            OSError: The address is taken, or a certificate cannot be read.
            RuntimeError: It is running already.
        """
        if self._listener is not None:
            raise RuntimeError("the sandbox is running already")
        context = None if self._tls is None else self._tls.context()
        listener = Listener(
            self._address, self._application.respond, context, lambda: self.domain.clock()
        )
        thread = threading.Thread(
            target=listener.serve_forever,
            args=(_POLL_SECONDS,),
            name="kintone-sandbox",
            daemon=True,
        )
        thread.start()
        self._listener, self._thread = listener, thread
        return self

    def stop(self) -> None:
        """End all connections and stop; does nothing when it is not running."""
        listener, thread = self._listener, self._thread
        if listener is None or thread is None:
            return
        self._listener = self._thread = None
        self._application.stop_waiting()
        listener.shutdown()
        thread.join()
        listener.close_connections()
        listener.server_close()

    def abandon(self) -> None:
        """In a forked child: let go of the parent's socket, which the parent goes on serving."""
        listener = self._listener
        self._listener = self._thread = None
        if listener is not None:
            listener.server_close()

    def __enter__(self) -> Sandbox:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()
