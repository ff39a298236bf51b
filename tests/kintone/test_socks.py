"""Through a SOCKS proxy, in clear and over TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import trustme

from sqlalchemy_kintone.errors import InterfaceError, OperationalError, OutcomeUnknownError
from sqlalchemy_kintone.kintone import transport
from sqlalchemy_kintone.sandbox import Sandbox, ServerTls
from tests.kintone.conftest import Opened
from tests.kintone.socks_proxy import SocksProxy
from tests.shop import ORDERS

Open = Callable[..., Opened]
LOGIN = {"proxy_user": "front", "proxy_password": "geheim-socks"}


@pytest.fixture
def proxy() -> Iterator[SocksProxy]:
    with SocksProxy("front", "geheim-socks") as proxy:
        yield proxy


@pytest.mark.parametrize(("scheme", "asked"), [("socks5h", "localhost"), ("socks5", "127.0.0.1")])
def test_who_looks_up_the_host_name(
    shop_sandbox: Sandbox, open_session: Open, proxy: SocksProxy, scheme: str, asked: str
) -> None:
    port = int(shop_sandbox.url.rpartition(":")[2])
    where = f"http://localhost:{port}"
    opened = open_session(where, proxy=f"{scheme}://{proxy.address}", **LOGIN)
    for _ in range(3):
        assert opened.read("app", id=1)
    assert proxy.asked == [(asked, port)]


def test_over_tls(
    start_sandbox: Callable[..., Sandbox],
    shop_sandbox: Sandbox,
    open_session: Open,
    proxy: SocksProxy,
    tmp_path: Path,
) -> None:
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost")
    ca, certificate, key = (tmp_path / name for name in ("ca.pem", "server.pem", "server.key"))
    authority.cert_pem.write_to_path(ca)
    leaf.cert_chain_pems[0].write_to_path(certificate)
    leaf.private_key_pem.write_to_path(key)
    sandbox = start_sandbox(shop_sandbox.domain, tls=ServerTls(certificate, key))
    port = int(sandbox.url.rpartition(":")[2])
    where = {"url": f"https://localhost:{port}", "proxy": f"socks5h://{proxy.address}", **LOGIN}
    assert open_session(**where, ssl_server_cert=ca).read("app", id=1)
    with pytest.raises(OperationalError, match=r"TLS to .* failed"):
        open_session(**where).read("app", id=1)
    assert proxy.asked == [("localhost", port)] * 2


def test_a_wrong_password(shop_sandbox: Sandbox, open_session: Open, proxy: SocksProxy) -> None:
    login = {"proxy_user": "front", "proxy_password": "other-geheim"}
    opened = open_session(shop_sandbox.url, proxy=f"socks5h://{proxy.address}", **login)
    with pytest.raises(
        OperationalError, match=r"proxy .* to app 1 at .* refused the login.*ProxyPassword"
    ) as caught:
        opened.read("app", id=1)
    assert "other-geheim" not in str(caught.value)
    assert (proxy.asked, opened.waits, len(opened.exchanges)) == ([], [], 1)


def test_a_proxy_that_wants_a_login(
    shop_sandbox: Sandbox, open_session: Open, proxy: SocksProxy
) -> None:
    opened = open_session(shop_sandbox.url, proxy=f"socks5h://{proxy.address}")
    with pytest.raises(OperationalError, match=r"refused the login.*ProxyUser"):
        opened.read("app", id=1)
    assert (proxy.asked, opened.waits) == ([], [])


def test_a_write_that_never_left(
    shop_sandbox: Sandbox, open_session: Open, proxy: SocksProxy
) -> None:
    opened = open_session(
        shop_sandbox.url,
        proxy=f"socks5h://{proxy.address}",
        proxy_user="front",
        proxy_password="other",
    )
    with pytest.raises(OperationalError, match="refused the login") as caught:
        opened.client.add_records(ORDERS, None, [{"customer": {"value": "Mori"}}])
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_it_is_told_where_the_library_is_missing(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_none(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(transport, "find_spec", find_none)
    with pytest.raises(InterfaceError, match=r"pip install 'sqlalchemy-kintone\[socks\]'"):
        open_session("ex", proxy="socks5h://127.0.0.1:9")
