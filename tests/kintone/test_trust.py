"""Which servers are trusted."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.errors import InterfaceError, OperationalError
from sqlalchemy_kintone.kintone.trust import tls_of
from sqlalchemy_kintone.sandbox import Sandbox, ServerTls
from tests.kintone.certificates.authority import Authority
from tests.kintone.test_session import Open
from tests.kintone.tunnel import Tunnel


class Domain:
    """An ``https`` sandbox, with what its certificate can be known by."""

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        begin: datetime | None = None,
        end: datetime | None = None,
    ) -> None:
        self.authority = trustme.CA()
        self.leaf = self.authority.issue_cert(host, not_before=begin, not_after=end)
        self.root_pem = self.authority.cert_pem.bytes().decode()
        self.leaf_pem = self.leaf.cert_chain_pems[0].bytes().decode()
        der = ssl.PEM_cert_to_DER_cert(self.leaf_pem)
        self.fingerprint = hashlib.sha256(der).hexdigest()
        self.root = folder / "root.pem"
        self.root.write_text(self.root_pem)
        certificate, key = folder / "server.pem", folder / "server.key"
        certificate.write_text(self.leaf_pem)
        self.leaf.private_key_pem.write_to_path(key)
        self.tls = ServerTls(certificate, key)


@pytest.fixture
def domain(tmp_path: Path) -> Domain:
    return Domain(tmp_path)


@pytest.fixture
def url(start_sandbox: Callable[..., Sandbox], shop_sandbox: Sandbox, domain: Domain) -> str:
    return start_sandbox(shop_sandbox.domain, tls=domain.tls).url


def colons(fingerprint: str) -> str:
    return ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()


@pytest.mark.parametrize(
    "trusted",
    [
        lambda domain: domain.root,
        lambda domain: domain.root.parent,
        lambda domain: domain.root_pem,
        lambda domain: domain.root_pem.replace("\n", "\\n"),
        lambda domain: domain.leaf_pem,
        lambda domain: f"sha256:{domain.fingerprint}",
        lambda domain: f"SHA256:{colons(domain.fingerprint)}",
    ],
)
def test_trusted(
    url: str, open_session: Open, domain: Domain, trusted: Callable[[Domain], Any]
) -> None:
    opened = open_session(url, ssl_server_cert=trusted(domain))
    assert opened.read("app", id=1)
    assert opened.read("app", id=2)


@pytest.mark.parametrize("with_client_certificate", [False, True])
@pytest.mark.parametrize(
    ("trusted", "message"),
    [
        (lambda domain: None, "certificate verify failed.*SSLServerCert"),
        (lambda domain: trustme.CA().cert_pem.bytes(), "certificate verify failed"),
        (lambda domain: "sha256:" + "0" * 64, "[Ff]ingerprint"),
    ],
)
def test_not_trusted(
    shop_sandbox: Sandbox,
    start_sandbox: Callable[..., Sandbox],
    open_session: Open,
    domain: Domain,
    trusted: Callable[[Domain], Any],
    message: str,
    with_client_certificate: bool,
) -> None:
    sandbox = start_sandbox(shop_sandbox.domain, tls=domain.tls)
    certificate = Authority().issue().pem() if with_client_certificate else None
    opened = open_session(sandbox.url, ssl_server_cert=trusted(domain), ssl_client_cert=certificate)
    with pytest.raises(OperationalError, match=rf"TLS to app 1 at 127.*{message}"):
        opened.read("app", id=1)
    # Nothing was said before the server proved itself: neither login nor question.
    assert list(sandbox.log.requests) == []


def test_another_hosts_certificate_is_refused(
    shop_sandbox: Sandbox,
    start_sandbox: Callable[..., Sandbox],
    open_session: Open,
    tmp_path: Path,
) -> None:
    domain = Domain(tmp_path, host="other.example")
    url = start_sandbox(shop_sandbox.domain, tls=domain.tls).url
    with pytest.raises(OperationalError, match=r"TLS .*(IP address mismatch|not valid for)"):
        open_session(url, ssl_server_cert=domain.root).read("app", id=1)
    # A fingerprint names the certificate itself, whatever host it is for.
    assert open_session(url, ssl_server_cert=f"sha256:{domain.fingerprint}").read("app", id=1)


def test_text_that_is_no_certificate() -> None:
    text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    settings = connect_settings(url="ex", user="me", password="p", ssl_server_cert=text)
    with pytest.raises(InterfaceError, match=r"SSLServerCert \(given as text\) cannot be used"):
        tls_of(settings)


def test_by_default_hosts_and_authorities_are_checked() -> None:
    context = tls_of(connect_settings(url="ex", user="me", password="p")).context
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_through_a_proxy(url: str, open_session: Open, domain: Domain) -> None:
    trusted = (domain.root, f"sha256:{domain.fingerprint}")
    with Tunnel() as proxy:
        for each in trusted:
            assert open_session(url, proxy=proxy.url, ssl_server_cert=each).read("app", id=1)
        stranger = open_session(url, proxy=proxy.url, ssl_server_cert="sha256:" + "0" * 64)
        with pytest.raises(OperationalError, match=r"[Ff]ingerprint"):
            stranger.read("app", id=1)
    assert [target for target, _ in proxy.asked] == [url.removeprefix("https://")] * 3
