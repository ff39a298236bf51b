"""What is told where no answer came, and what is tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from sqlalchemy_kintone.errors import OperationalError, OutcomeUnknownError
from sqlalchemy_kintone.sandbox import Sandbox, ServerTls
from tests.kintone.certificates.authority import Authority
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.kintone.test_trust import Domain
from tests.kintone.tunnel import Tunnel
from tests.shop import ORDERS

Open = Callable[..., Opened]
Start = Callable[..., Sandbox]
DAY = timedelta(days=1)
NOW = datetime.now(timezone.utc)


def told(opened: Opened) -> str:
    """What a read and a write are told that do not get through."""
    with pytest.raises(OperationalError) as of_read:
        opened.read("records", app=ORDERS)
    with pytest.raises(OperationalError) as of_write:
        opened.client.add_records(ORDERS, None, [{"customer": {"value": "Mori"}}])
    # Nothing has reached Kintone, so that the outcome is known.
    assert not isinstance(of_write.value, OutcomeUnknownError)
    assert str(of_read.value) == str(of_write.value)
    return str(of_read.value)


def test_an_address_that_speaks_no_tls(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url.replace("http:", "https:"))
    assert "speaks no TLS: check the port of Url, or say http://" in told(opened)
    assert opened.waits == []


def test_an_address_that_speaks_tls_only(
    shop_sandbox: Sandbox, start_sandbox: Start, open_session: Open, tmp_path: Path
) -> None:
    sandbox = start_sandbox(shop_sandbox.domain, tls=Domain(tmp_path).tls)
    opened = open_session(sandbox.url.replace("https:", "http:"))
    with pytest.raises(OperationalError, match="Perhaps it is https://"):
        opened.read("app", id=1)


@pytest.mark.parametrize(
    ("validity", "host", "message"),
    [
        ((NOW - 2 * DAY, NOW - DAY), "127.0.0.1", r"expired.*machine's clock"),
        ((NOW + DAY, NOW + 2 * DAY), "127.0.0.1", r"not valid yet.*machine's clock"),
        ((NOW - DAY, NOW + DAY), "other.example", "for another host: check the address"),
    ],
)
def test_the_servers_certificate(
    shop_sandbox: Sandbox,
    start_sandbox: Start,
    open_session: Open,
    tmp_path: Path,
    validity: tuple[datetime, datetime],
    host: str,
    message: str,
) -> None:
    domain = Domain(tmp_path, host, *validity)
    sandbox = start_sandbox(shop_sandbox.domain, tls=domain.tls)
    opened = open_session(sandbox.url, ssl_server_cert=domain.root)
    with pytest.raises(OperationalError, match=message):
        opened.read("app", id=1)
    assert opened.waits == []


@pytest.mark.parametrize(
    ("trusted", "message"),
    [
        (None, r"No authority .* vouches.*SSLServerCert"),
        ("sha256:" + "0" * 64, r"another certificate than SSLServerCert says.*new fingerprint"),
    ],
)
def test_a_server_that_is_not_trusted(
    shop_sandbox: Sandbox,
    start_sandbox: Start,
    open_session: Open,
    tmp_path: Path,
    trusted: str | None,
    message: str,
) -> None:
    sandbox = start_sandbox(shop_sandbox.domain, tls=Domain(tmp_path).tls)
    opened = open_session(sandbox.url, ssl_server_cert=trusted)
    with pytest.raises(OperationalError, match=message):
        opened.read("app", id=1)
    assert told(opened)
    assert opened.waits == []


@pytest.mark.parametrize(
    ("certificate", "message"),
    [
        (None, "asks for a client certificate: give SSLClientCert"),
        (Authority("Stranger").issue().pem(), "does not take the client certificate: check"),
    ],
    ids=["none", "stranger"],
)
def test_a_server_that_asks_for_a_certificate(
    shop_sandbox: Sandbox,
    start_sandbox: Start,
    open_session: Open,
    tmp_path: Path,
    certificate: bytes | None,
    message: str,
) -> None:
    domain = Domain(tmp_path)
    domain.tls = ServerTls(domain.tls.certificate, domain.tls.key, client_ca=domain.root)
    sandbox = start_sandbox(shop_sandbox.domain, tls=domain.tls)
    opened = open_session(sandbox.url, ssl_server_cert=domain.root, ssl_client_cert=certificate)
    assert message in told(opened)
    assert opened.waits == []


@pytest.mark.parametrize("host", ["ex.s.cybozu.com", "ex.s.kintone.com"])
def test_an_address_for_certificates_that_hangs_up(open_session: Open, host: str) -> None:
    with ScriptedServer(Reply()) as server, Tunnel() as proxy:
        # It takes TLS for a request that makes no sense, and hangs up.
        proxy.leads_to = server.address
        proxy.hangs_up = 5
        opened = open_session(host, proxy=proxy.url)
        with pytest.raises(OperationalError, match=r"client certificate.*SSLClientCert"):
            opened.read("app", id=1)
    assert opened.waits == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("hangs_up", [1, 4])
def test_a_handshake_that_is_broken_off_is_tried_again(
    shop_sandbox: Sandbox, start_sandbox: Start, open_session: Open, tmp_path: Path, hangs_up: int
) -> None:
    domain = Domain(tmp_path)
    sandbox = start_sandbox(shop_sandbox.domain, tls=domain.tls)
    with Tunnel() as proxy:
        proxy.hangs_up = hangs_up
        opened = open_session(sandbox.url, ssl_server_cert=domain.root, proxy=proxy.url)
        assert opened.read("app", id=1)
    assert len(opened.waits) == hangs_up


@pytest.mark.parametrize("by_environment", [False, True])
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("none", r"The proxy 127\.0\.0\.1:\d+ to records of app 2 .* failed .*host and port"),
        ("no TLS", r"TLS to the proxy 127\.0\.0\.1:\d+ failed.*say http:// instead of https://"),
        ("403", r"does not let this machine through to ex\.cybozu\.com"),
        ("407", "refused the login"),
        ("502", r"does not reach ex\.cybozu\.com"),
    ],
)
def test_proxies(
    open_session: Open,
    monkeypatch: pytest.MonkeyPatch,
    unused_port: int,
    kind: str,
    message: str,
    by_environment: bool,
) -> None:
    status = int(kind) if kind.isdecimal() else 200
    with ScriptedServer(Reply(status, b"", {})) as server:
        address = f"127.0.0.1:{unused_port}" if kind == "none" else server.address
        proxy = f"{'https' if kind == 'no TLS' else 'http'}://{address}"
        if by_environment:
            monkeypatch.setenv("HTTPS_PROXY", proxy)
        opened = open_session("ex", proxy=None if by_environment else proxy)
        with pytest.raises(OperationalError, match=message) as caught:
            opened.read("records", app=ORDERS)
    assert ("HTTPS_PROXY" in str(caught.value)) == by_environment


@pytest.mark.parametrize(
    ("parameters", "subject"),
    [
        (("app", {"id": 3}), "app 3"),
        (("records", {"app": 3}), "records of app 3"),
        (("apps", {}), "apps"),
    ],
)
def test_the_place_is_named(
    open_session: Open, unused_port: int, parameters: tuple[str, dict[str, Any]], subject: str
) -> None:
    resource, given = parameters
    opened = open_session(f"http://127.0.0.1:{unused_port}")
    with pytest.raises(OperationalError, match=f"no connection to {subject} at 127"):
        opened.read(resource, **given)
