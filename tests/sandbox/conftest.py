"""What all sandbox tests start from: a small domain, a server for it, and a client.

``domain`` has an administrator (``sandbox``/``sandbox``) and a plain user (``user1``/``user1``)
and no apps. ``api`` speaks to it over HTTP; see ``Api``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.model import User
from tests.sandbox import openapi
from tests.sandbox.client import Api
from tests.sandbox.echo import ECHO


@pytest.fixture
def domain() -> Domain:
    users = [
        User(1, "sandbox", "Sandbox Administrator", "sandbox", administrator=True),
        User(2, "user1", "User One", "user1"),
    ]
    return Domain(users={user.code: user for user in users})


@pytest.fixture(scope="session")
def http() -> Iterator[requests.Session]:
    """One keep-alive session for all tests; it holds no credentials."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def sandbox(kintone_sandbox_server: Sandbox, domain: Domain) -> Iterator[Sandbox]:
    """A running server on ``domain``; a crash inside it fails the test."""
    kintone_sandbox_server.reset(domain)
    yield kintone_sandbox_server
    crashes = list(kintone_sandbox_server.crashes)
    kintone_sandbox_server.crashes.clear()
    assert not crashes


@pytest.fixture
def api(sandbox: Sandbox, http: requests.Session) -> Api:
    """The administrator's client; every response is checked where there is a description."""
    observe = openapi.observer()
    observers = () if observe is None else (observe,)
    return Api(sandbox.url, http, observers=observers).as_user("sandbox", "sandbox")


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Starts a server of one's own: ``start_sandbox(domain, latency_ms=5)``."""
    with ExitStack() as stack:

        def start(domain: Domain, **options: Any) -> Sandbox:
            return stack.enter_context(Sandbox(domain, **options))

        yield start


@pytest.fixture
def echo(start_sandbox: Callable[..., Sandbox], domain: Domain) -> Sandbox:
    """A server of one's own with the endpoints of ``tests.sandbox.echo``."""
    return start_sandbox(domain, endpoints=ECHO)


@pytest.fixture
def echo_api(echo: Sandbox) -> Iterator[Api]:
    """The administrator's client of ``echo``."""
    with requests.Session() as session:
        session.trust_env = False
        yield Api(echo.url, session).as_user("sandbox", "sandbox")
