"""Which proxy to go through, and with which login: settings and environment."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

import pytest

from sqlalchemy_kintone.conninfo import Secret, connect_settings
from sqlalchemy_kintone.errors import InterfaceError, OperationalError
from sqlalchemy_kintone.kintone.proxies import Proxy, proxy_of
from sqlalchemy_kintone.sandbox import Sandbox
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.kintone.socks_proxy import SocksProxy

Open = Callable[..., Opened]
Serve = Callable[..., ScriptedServer]

LOGIN = {"url": "https://ex.cybozu.com", "user": "me", "password": "x"}
PLAIN = Proxy("http://proxy.example:8080")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://proxy.example:8080"}, PLAIN),
        ({"https_proxy": "http://proxy.example:8080"}, PLAIN),
        ({"HTTPS_PROXY": "proxy.example:8080"}, PLAIN),
        ({"ALL_PROXY": "http://proxy.example:8080/"}, Proxy("http://proxy.example:8080/")),
        ({"HTTPS_PROXY": "http://proxy.example:8080", "ALL_PROXY": "http://other"}, PLAIN),
        # It is for http:// addresses.
        ({"HTTP_PROXY": "http://proxy.example:8080"}, None),
        (
            {"HTTPS_PROXY": "http://me:p%40ss%2F%C3%A9@proxy.example:8080"},
            Proxy("http://proxy.example:8080", "me", Secret("p@ss/é")),
        ),
        ({"HTTPS_PROXY": "me:geheim@proxy:1"}, Proxy("http://proxy:1", "me", Secret("geheim"))),
        # Not a login: there is no password.
        ({"HTTPS_PROXY": "http://me@proxy.example:8080"}, PLAIN),
        (
            {"ALL_PROXY": "socks5h://me:geheim@proxy:1080"},
            Proxy("socks5h://proxy:1080", "me", Secret("geheim")),
        ),
        ({"HTTPS_PROXY": "http://[::1]:8080"}, Proxy("http://[::1]:8080")),
        # Who is asked without it.
        ({"HTTPS_PROXY": "http://proxy.example:8080", "NO_PROXY": "ex.cybozu.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.example:8080", "NO_PROXY": "cybozu.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.example:8080", "NO_PROXY": "a.example,.cybozu.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.example:8080", "no_proxy": "*"}, None),
        ({"HTTPS_PROXY": "http://proxy.example:8080", "NO_PROXY": "kintone.com"}, PLAIN),
    ],
)
def test_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: Proxy | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(connect_settings(**LOGIN)) == expected
    # What the settings say wins.
    given = {"proxy": "socks5://mine", "proxy_user": "a", "proxy_password": "b"}
    mine = Proxy("socks5://mine", "a", Secret("b"))
    assert proxy_of(connect_settings(**LOGIN, **given)) == mine
    assert proxy_of(connect_settings(**LOGIN, proxy="none")) is None


@pytest.mark.parametrize(
    ("url", "allowed", "proxy", "used"),
    [
        ("http://127.0.0.1:8080", False, "http://proxy.example:8080", False),
        ("http://localhost", False, "socks5h://proxy.example:8080", False),
        ("http://127.0.0.1:8080", False, "http://localhost:8080", True),
        ("http://127.0.0.1:8080", True, "http://proxy.example:8080", True),
        ("http://ex.example", True, "http://proxy.example:8080", True),
        ("https://127.0.0.1:8080", False, "http://proxy.example:8080", True),
    ],
)
def test_what_is_for_this_machine_goes_through_no_other(
    monkeypatch: pytest.MonkeyPatch, url: str, allowed: bool, proxy: str, used: bool
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    settings = connect_settings(url=url, user="me", password="x", allow_insecure_http=allowed)
    found = proxy_of(settings)
    assert (found is not None) == used


@pytest.mark.parametrize(
    "value", ["http://me:geheim@", "http://me:geheim@[::1", "http://me:geheim@proxy:port"]
)
def test_what_is_no_address(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(InterfaceError, match=r"environment names.*HTTPS_PROXY.*Proxy=none") as told:
        proxy_of(connect_settings(**LOGIN))
    assert "geheim" not in f"{told.value!r} {told.value.__context__!r}"


def test_the_login_of_the_environment(
    serve: Serve, open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(Reply())
    host = proxy.url.removeprefix("http://")
    monkeypatch.setenv("HTTP_PROXY", f"http://me:p%40ss-geheim@{host}")
    opened = open_session("http://127.0.0.1:1")
    opened.read("records", app=1)
    (received,) = proxy.received
    login = base64.b64encode(b"me:p@ss-geheim").decode()
    assert received.headers["Proxy-Authorization"] == f"Basic {login}"


@pytest.fixture
def socks() -> Iterator[SocksProxy]:
    with SocksProxy("front", "geheim/socks") as proxy:
        yield proxy


@pytest.mark.parametrize("password", ["geheim%2Fsocks", "other-geheim"])
def test_a_socks_proxy_of_the_environment(
    shop_sandbox: Sandbox,
    open_session: Open,
    socks: SocksProxy,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5h://front:{password}@{socks.address}")
    opened = open_session(shop_sandbox.url)
    if password == "geheim%2Fsocks":
        assert opened.read("app", id=1)
    else:
        with pytest.raises(OperationalError, match=r"refused the login.*HTTPS_PROXY"):
            opened.read("app", id=1)
    assert len(socks.asked) == (password == "geheim%2Fsocks")
