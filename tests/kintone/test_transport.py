"""Certificates and proxies."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from sqlalchemy_kintone.errors import InterfaceError, OperationalError, OutcomeUnknownError
from sqlalchemy_kintone.sandbox import Sandbox, ServerTls
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.kintone.tunnel import Tunnel

Open = Callable[..., Opened]
Serve = Callable[..., ScriptedServer]


@dataclass(frozen=True)
class Files:
    """PEM files; ``locked`` is ``client`` with the key encrypted by ``geheim``."""

    authority: Path
    certificate: Path
    key: Path
    client: Path
    locked: Path
    stranger: Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("tls")
    authority, other = trustme.CA(), trustme.CA()
    server, client = authority.issue_cert("127.0.0.1"), authority.issue_cert("a@example")
    names = ("ca", "cert", "key", "client", "locked", "stranger")
    paths = Files(*(folder / f"{name}.pem" for name in names))
    authority.cert_pem.write_to_path(paths.authority)
    server.cert_chain_pems[0].write_to_path(paths.certificate)
    server.private_key_pem.write_to_path(paths.key)
    client.private_key_and_cert_chain_pem.write_to_path(paths.client)
    paths.locked.write_bytes(_locked(client, b"geheim"))
    other.issue_cert("b@example").private_key_and_cert_chain_pem.write_to_path(paths.stranger)
    return paths


def _locked(client: trustme.LeafCert, password: bytes) -> bytes:
    key = serialization.load_pem_private_key(client.private_key_pem.bytes(), password=None)
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    return encrypted + client.cert_chain_pems[0].bytes()


@pytest.fixture
def https(
    start_sandbox: Callable[..., Sandbox], shop_sandbox: Sandbox, files: Files
) -> Callable[[Path | None], str]:
    """The address of an ``https`` sandbox; it asks for certificates of the authority given."""

    def start(client_ca: Path | None) -> str:
        tls = ServerTls(files.certificate, files.key, client_ca=client_ca)
        return start_sandbox(shop_sandbox.domain, tls=tls).url

    return start


Https = Callable[[Path | None], str]


def test_a_certificate_of_ones_own(https: Https, open_session: Open, files: Files) -> None:
    assert open_session(https(None), ssl_server_cert=files.authority).read("app", id=1)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_of_the_environment(
    https: Https,
    open_session: Open,
    files: Files,
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, str(files.authority))
    url = https(None)
    assert open_session(url).read("app", id=1)
    # What the settings say wins.
    with pytest.raises(OperationalError, match="TLS"):
        open_session(url, ssl_server_cert=files.stranger).read("app", id=1)


def test_an_unknown_certificate_is_refused(https: Https, open_session: Open) -> None:
    opened = open_session(https(None))
    with pytest.raises(OperationalError, match=r"TLS to app 1 at 127.*SSLServerCert"):
        opened.read("app", id=1)
    assert opened.waits == []


@pytest.mark.parametrize(
    ("name", "password"), [("client", None), ("client", "unused"), ("locked", "geheim")]
)
def test_a_client_certificate(
    https: Https, open_session: Open, files: Files, name: str, password: str | None
) -> None:
    opened = open_session(
        https(files.authority),
        ssl_server_cert=files.authority,
        ssl_client_cert=getattr(files, name),
        ssl_client_cert_password=password,
    )
    assert opened.read("app", id=1)


@pytest.mark.parametrize("name", [None, "stranger"])
def test_without_the_right_client_certificate(
    https: Https, open_session: Open, files: Files, name: str | None
) -> None:
    opened = open_session(
        https(files.authority),
        ssl_server_cert=files.authority,
        ssl_client_cert=None if name is None else getattr(files, name),
    )
    with pytest.raises(OperationalError, match=r"client certificate.*SSLClientCert"):
        opened.read("app", id=1)


@pytest.mark.parametrize(
    ("name", "password"), [("locked", "wrong-geheim"), ("locked", None), ("authority", None)]
)
def test_client_certificates_that_cannot_be_used(
    open_session: Open, files: Files, name: str, password: str | None
) -> None:
    path = getattr(files, name)
    with pytest.raises(InterfaceError, match=r"SSLClientCert .*pem cannot be used") as caught:
        open_session("ex.s.cybozu.com", ssl_client_cert=path, ssl_client_cert_password=password)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("parameter", ["ssl_client_cert", "ssl_server_cert"])
def test_files_that_are_missing_or_no_certificates(
    open_session: Open, tmp_path: Path, parameter: str
) -> None:
    for path in (tmp_path / "missing.pem", tmp_path / "text.pem"):
        (tmp_path / "text.pem").write_text("no certificate")
        with pytest.raises(InterfaceError, match=rf"{path.name} cannot be used"):
            open_session("ex.s.cybozu.com", **{parameter: path})


def test_a_broken_file_of_the_environment_is_named(
    open_session: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with pytest.raises(InterfaceError, match=r"CURL_CA_BUNDLE .*missing\.pem cannot be used"):
        open_session("ex")


def test_a_proxy_with_login(serve: Serve, open_session: Open) -> None:
    proxy = serve(Reply())
    opened = open_session(
        "http://127.0.0.1:1", proxy=proxy.url, proxy_user="me", proxy_password="p@ss:/geheim"
    )
    opened.read("records", app=1)
    (received,) = proxy.received
    assert received.target == "http://127.0.0.1:1/k/v1/records.json?app=1"
    login = base64.b64encode(b"me:p@ss:/geheim").decode()
    assert received.headers["Proxy-Authorization"] == f"Basic {login}"


def test_a_proxy_over_tls(https: Https, open_session: Open, files: Files) -> None:
    url = https(files.authority)
    with Tunnel(ServerTls(files.certificate, files.key).context()) as proxy:
        way = {"proxy": proxy.url, "proxy_user": "me", "proxy_password": "geheim"}
        opened = open_session(
            url, **way, ssl_server_cert=files.authority, ssl_client_cert=files.client
        )
        assert [opened.read("app", id=1) for _ in range(2)]
        ((target, headers),) = proxy.asked
        assert (f"https://{target}", opened.waits) == (url, [])
        assert headers["Proxy-Authorization"].startswith("Basic ")
        assert not {"X-Cybozu-Authorization", "Authorization"} & headers.keys()
        with pytest.raises(OperationalError, match=r"TLS to the proxy .* failed.*SSLServerCert"):
            open_session(url, **way).read("app", id=1)
        assert len(proxy.asked) == 1


def test_a_proxy_for_https_sees_no_login_of_kintone(serve: Serve, open_session: Open) -> None:
    proxy = serve(Reply(407, b"", {"Proxy-Authenticate": "Basic"}))
    opened = open_session("ex", proxy=proxy.url, proxy_user="me", proxy_password="geheim")
    with pytest.raises(
        OperationalError, match=r"proxy .* to records at ex\.cybozu\.com refused .*ProxyPassword"
    ) as caught:
        opened.read("records")
    assert "geheim" not in str(caught.value)
    assert opened.waits == []
    (received,) = proxy.received
    assert (received.method, received.target) == ("CONNECT", "ex.cybozu.com:443")
    assert received.headers["Proxy-Authorization"].startswith("Basic ")
    assert "X-Cybozu-Authorization" not in received.headers


@pytest.mark.parametrize(
    ("status", "tries", "told"),
    [
        (407, 1, r"refused the login .*ProxyUser and ProxyPassword"),
        (403, 1, r"The proxy .* to .* failed .*403.*check Url and Proxy"),
        (503, 5, r"The proxy .* to .* failed .*503.*check Url and Proxy"),
    ],
)
def test_a_proxy_that_makes_no_tunnel(
    serve: Serve, open_session: Open, status: int, tries: int, told: str
) -> None:
    proxy = serve(Reply(status, b"", {}))
    opened = open_session("ex", proxy=proxy.url)
    with pytest.raises(OperationalError, match=told) as caught:
        opened.client.add_records(1, None, [{"customer": {"value": "Mori"}}])
    # Nothing has reached Kintone, so that the outcome is known.
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert len(proxy.received) == tries == len(opened.waits) + 1


def test_a_proxy_without_tunnels_that_refuses_the_login(serve: Serve, open_session: Open) -> None:
    proxy = serve(Reply(407, b"", {"Proxy-Authenticate": "Basic"}))
    opened = open_session(
        "http://127.0.0.1:1", proxy=proxy.url, proxy_user="me", proxy_password="geheim"
    )
    with pytest.raises(OperationalError, match=r"HTTP 407.*ProxyUser and ProxyPassword"):
        opened.read("records")
    assert (len(proxy.received), opened.waits) == (1, [])


def test_the_environments_proxy(
    serve: Serve, open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(Reply()), serve(Reply())
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    open_session(server.url).read("records")
    assert (len(proxy.received), len(server.received)) == (1, 0)
    open_session(server.url, proxy="none").read("records")
    assert (len(proxy.received), len(server.received)) == (1, 1)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    open_session(server.url).read("records")
    assert (len(proxy.received), len(server.received)) == (1, 2)
