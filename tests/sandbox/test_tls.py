"""``https``, with and without a required client certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import trustme

from sqlalchemy_kintone.sandbox import Domain, Sandbox, ServerTls
from tests.sandbox.echo import ECHO


@dataclass(frozen=True)
class Files:
    authority: Path
    certificate: Path
    key: Path
    client: Path
    stranger: Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("tls")
    authority, other = trustme.CA(), trustme.CA()
    server = authority.issue_cert("127.0.0.1")
    paths = Files(*(folder / name for name in ("ca", "cert", "key", "client", "stranger")))
    authority.cert_pem.write_to_path(paths.authority)
    server.cert_chain_pems[0].write_to_path(paths.certificate)
    server.private_key_pem.write_to_path(paths.key)
    authority.issue_cert("a@example").private_key_and_cert_chain_pem.write_to_path(paths.client)
    other.issue_cert("b@example").private_key_and_cert_chain_pem.write_to_path(paths.stranger)
    return paths


def _get(sandbox: Sandbox, ca: Path, certificate: Path | None) -> requests.Response:
    return requests.get(
        f"{sandbox.url}/k/v1/echo.json",
        verify=str(ca),
        cert=None if certificate is None else str(certificate),
        timeout=10,
    )


def test_https(start_sandbox: Callable[..., Sandbox], domain: Domain, files: Files) -> None:
    tls = ServerTls(files.certificate, files.key)
    sandbox = start_sandbox(domain, endpoints=ECHO, tls=tls)
    assert sandbox.url.startswith("https://127.0.0.1:")
    assert _get(sandbox, files.authority, None).json()["code"] == "CB_AU01"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{sandbox.url}/k/v1/echo.json", timeout=10)
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(sandbox.url.replace("https", "http"), timeout=10)
    assert sandbox.crashes == []


def test_a_client_certificate_is_required(
    start_sandbox: Callable[..., Sandbox], domain: Domain, files: Files
) -> None:
    tls = ServerTls(files.certificate, files.key, client_ca=files.authority)
    sandbox = start_sandbox(domain, endpoints=ECHO, tls=tls)
    assert _get(sandbox, files.authority, files.client).json()["code"] == "CB_AU01"
    for certificate in (None, files.stranger):
        with pytest.raises(requests.exceptions.ConnectionError):
            _get(sandbox, files.authority, certificate)
    assert sandbox.crashes == []


def test_a_missing_certificate_is_found_at_the_start(domain: Domain, files: Files) -> None:
    tls = ServerTls(files.certificate.with_name("missing"), files.key)
    with pytest.raises(OSError):
        Sandbox(domain, tls=tls).start()
