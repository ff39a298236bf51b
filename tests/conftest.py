"""Fixtures of all tests, with those of the package's own pytest plug-in.

The plug-in is loaded here also where the package is not installed.
"""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import settings

import sqlalchemy_kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox, pytest_plugin
from tests.shop import shop

# No test fails for being slow. The rest stays as Hypothesis has it: the same examples in CI.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    # What a shell starts in the background ignores interruptions, which tests send.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.version_info < (3, 11):
        # http.client leaves open there what a proxy answers that makes no tunnel.
        forgotten = r"unclosed <socket\.socket \[closed\]"
        config.addinivalue_line("filterwarnings", f"ignore:{forgotten}:ResourceWarning")
        warnings.filterwarnings("ignore", forgotten, ResourceWarning)  # when all tests are over
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin, "kintone_sandbox")


@pytest.fixture
def shop_sandbox(kintone_sandbox_server: Sandbox) -> Sandbox:
    """A running sandbox with the apps of ``tests.shop`` and an empty log."""
    kintone_sandbox_server.reset(shop())
    return kintone_sandbox_server


@pytest.fixture
def connect(shop_sandbox: Sandbox) -> Iterator[Callable[..., Connection]]:
    """Connects to ``shop_sandbox``, as its administrator unless parameters say otherwise."""
    with ExitStack() as stack:

        def connect(**parameters: object) -> Connection:
            login = {"user": "sandbox", "password": "sandbox"}
            if "auth_scheme" in parameters or "api_token" in parameters or "user" in parameters:
                login = {}
            connection = sqlalchemy_kintone.connect(url=shop_sandbox.url, **login, **parameters)
            return stack.enter_context(connection)

        yield connect


@pytest.fixture
def connection(connect: Callable[..., Connection]) -> Connection:
    """The administrator's connection to ``shop_sandbox``."""
    return connect()
