"""A sandbox that asks for client certificates, and an authority it believes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import Encoding

from sqlalchemy_kintone.sandbox import Sandbox, ServerTls
from tests.kintone.certificates.authority import Authority
from tests.kintone.conftest import Opened

Show = Callable[..., bytes]


@pytest.fixture(scope="module")
def root() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def authority(root: Authority) -> Authority:
    """Issues the clients' certificates; the sandbox knows the root above it alone."""
    return Authority("Office", root)


@dataclass(frozen=True)
class Asking:
    """TLS that asks for a certificate of ``root``, and the authority that vouches for the server.

    Attributes:
        tls: The server's.
        trusted: A PEM file.
    """

    tls: ServerTls
    trusted: Path


@pytest.fixture
def asking(root: Authority, tmp_path: Path) -> Asking:
    folder = tmp_path / "server"
    folder.mkdir()
    server = trustme.CA()
    names = ("ca.pem", "server.pem", "server.key", "clients.pem")
    ca, certificate, key, clients = (folder / name for name in names)
    server.cert_pem.write_to_path(ca)
    leaf = server.issue_cert("127.0.0.1")
    leaf.cert_chain_pems[0].write_to_path(certificate)
    leaf.private_key_pem.write_to_path(key)
    clients.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    return Asking(ServerTls(certificate, key, client_ca=clients), ca)


@pytest.fixture
def show(
    start_sandbox: Callable[..., Sandbox],
    shop_sandbox: Sandbox,
    open_session: Callable[..., Opened],
    asking: Asking,
) -> Show:
    """``show(ssl_client_cert=…)``: reads an app where a certificate of ``root`` is required."""
    sandbox = start_sandbox(shop_sandbox.domain, tls=asking.tls)

    def show(**parameters: Any) -> bytes:
        opened = open_session(sandbox.url, ssl_server_cert=asking.trusted, **parameters)
        return opened.read("app", id=1)

    return show
