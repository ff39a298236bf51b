"""Waiting for an answer that is no longer wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from urllib3 import PoolManager, Retry
from urllib3.exceptions import NewConnectionError

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.lines import Line, make_cuttable, using
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.kintone.socks_proxy import SocksProxy
from tests.kintone.test_oauth import REFRESH, TokenServer, server
from tests.kintone.test_trust import Domain
from tests.kintone.tunnel import Tunnel
from tests.shop import ORDERS
from tests.silence import silent

Open = Callable[..., Opened]

__all__ = ["server"]
LONG = 2_000
"""Milliseconds between two pieces, which nobody should wait."""
NEW = [{"customer": {"value": "Mori"}}]


@pytest.fixture
def way_by_tls(tmp_path: Path) -> Domain:
    return Domain(tmp_path)


@pytest.mark.parametrize("used_before", [False, True])
@pytest.mark.parametrize("way", ["http", "https", "tunnel", "tunnel over TLS", "socks5h"])
def test_silence_is_not_waited_for(
    way_by_tls: Domain,
    shop_sandbox: Sandbox,
    open_session: Open,
    way: str,
    used_before: bool,
) -> None:
    sandbox, parameters = shop_sandbox, dict[str, object]()
    with ExitStack() as stack:
        if way != "http":
            sandbox = stack.enter_context(Sandbox(shop_sandbox.domain, tls=way_by_tls.tls))
            parameters["ssl_server_cert"] = way_by_tls.root
        if way.startswith("tunnel"):
            over_tls = way_by_tls.tls.context() if way.endswith("TLS") else None
            parameters["proxy"] = stack.enter_context(Tunnel(over_tls)).url
        if way == "socks5h":
            proxy = stack.enter_context(SocksProxy("me", "x"))
            login = {"proxy_user": "me", "proxy_password": "x"}
            parameters |= {"proxy": f"socks5h://{proxy.address}", **login}
        opened = open_session(sandbox.url, **parameters)
        if used_before:
            opened.read("app", id=1)
        watch = Watch()
        with (
            silent(sandbox, lambda: watch.stop("Enough.")),
            pytest.raises(OperationalError, match=r"^Enough\.$"),
        ):
            opened.session.read("app", {"id": 1}, watch=watch)
        # It was not tried again, and others go on.
        assert opened.waits == []
        assert opened.read("app", id=2)


def test_a_body_that_stops_half_way(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url)
    watch = Watch()
    timer = threading.Timer(0.15, watch.stop, ["Enough."])
    timer.start()
    started = time.monotonic()
    with (
        shop_sandbox.faults.injected(Fault("drip", ms=LONG, times=1)),
        pytest.raises(OperationalError, match=r"^Enough\.$"),
    ):
        opened.session.read("app", {"id": 1}, watch=watch)
    assert time.monotonic() - started < LONG / 1_000
    timer.join()
    assert opened.read("app", id=1)


def test_the_outcome_of_a_write_is_waited_for(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url)
    watch = Watch()
    threading.Timer(0.05, watch.stop, ["Enough."]).start()
    with shop_sandbox.faults.injected(Fault("latency", ms=200, times=1)):
        (written,) = opened.client.watched(watch).add_records(ORDERS, None, NEW)
    assert watch.over
    assert written.record_id in shop_sandbox.domain.apps[ORDERS].records


def test_what_was_given_up_before_it_was_sent_is_not_sent() -> None:
    with ScriptedServer(Reply()) as listening, PoolManager() as manager:
        make_cuttable(manager)
        line = Line()
        line.cut()
        for _ in range(2):
            with using(line), pytest.raises(NewConnectionError):
                manager.request("GET", listening.url, retries=False)
            # Neither on a connection that is there already.
            manager.request("GET", listening.url, retries=False)
        assert len(listening.received) == 2


def test_a_connection_belongs_to_the_last_line() -> None:
    with ScriptedServer(Reply()) as listening, PoolManager(retries=Retry(0)) as manager:
        make_cuttable(manager)
        first, second = Line(), Line()
        with using(first):
            manager.request("GET", listening.url)
        with using(second):
            manager.request("GET", listening.url)
            first.cut()
            manager.request("GET", listening.url)
        first.cut()
        second.cut()
        manager.request("GET", listening.url)
        assert (len(listening.received), listening.connections) == (4, 1)


def test_a_connection_that_was_cut_is_not_used_again() -> None:
    with ScriptedServer(Reply()) as listening, PoolManager() as manager:
        make_cuttable(manager)
        line = Line()
        with using(line):
            manager.request("GET", listening.url)
            line.cut()
        assert manager.request("GET", listening.url).status == 200
        assert listening.connections == 2


def test_new_tokens_are_waited_for(
    server: TokenServer, open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.rotates = True
    watch = Watch()
    refresh = server.refresh

    def stopping(*arguments: object) -> object:
        watch.stop("Enough.")
        time.sleep(0.1)
        return refresh(*arguments)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(server, "refresh", stopping)
    opened = open_session(server.url, **REFRESH, oauth_access_token="old")
    with pytest.raises(OperationalError, match=r"^Enough\.$"):
        opened.session.read("records", {"app": 1}, watch=watch)
    opened.read("records", app=1)
    # What the refresh brought is used: the token before it is worth nothing any more.
    assert (len(server.refreshes), server.bearers) == (1, ["old", server.valid])
