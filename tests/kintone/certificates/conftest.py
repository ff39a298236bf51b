"""A sandbox that asks for client certificates, and an authority it believes."""

from __future__ import annotations

from collections.abc import Callable
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


@pytest.fixture
def show(
    start_sandbox: Callable[..., Sandbox],
    shop_sandbox: Sandbox,
    open_session: Callable[..., Opened],
    root: Authority,
    tmp_path: Path,
) -> Show:
    """``show(ssl_client_cert=…)``: reads an app where a certificate of ``root`` is required."""
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
    tls = ServerTls(certificate, key, client_ca=clients)
    sandbox = start_sandbox(shop_sandbox.domain, tls=tls)

    def show(**parameters: Any) -> bytes:
        opened = open_session(sandbox.url, ssl_server_cert=ca, **parameters)
        return opened.read("app", id=1)

    return show
