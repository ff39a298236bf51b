"""Java's key stores. Run where the extra ``jks`` is installed."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.kintone.certificates import client_identity
from tests.kintone.certificates.authority import NOW, Authority, Person
from tests.kintone.certificates.conftest import Show

PASSWORD = "geheim"
LOGIN = {"url": "https://ex.s.cybozu.com", "user": "me", "password": "geheim-login"}


def java_store(me: Person, store_password: str = PASSWORD, key_password: str = PASSWORD) -> bytes:
    jks = pytest.importorskip("jks")
    chain = [each.public_bytes(Encoding.DER) for each in (me.certificate, *me.above)]
    entry = jks.PrivateKeyEntry.new("me", chain, me.key_der(), "pkcs8")
    entry.encrypt(key_password)
    return bytes(jks.KeyStore.new("jks", [entry]).saves(store_password))


def test_a_file_and_its_content(show: Show, authority: Authority, tmp_path: Path) -> None:
    path = tmp_path / "client.jks"
    path.write_bytes(java_store(authority.issue()))
    text = base64.b64encode(path.read_bytes()).decode()
    for kind, certificate in (("JKSFILE", path), (None, path), ("JKSBLOB", text), (None, text)):
        assert show(
            ssl_client_cert=certificate,
            ssl_client_cert_type=kind,
            ssl_client_cert_password=PASSWORD,
        )


@pytest.mark.skipif(shutil.which("keytool") is None, reason="needs Java's keytool")
@pytest.mark.parametrize("store_type", ["JKS", "JCEKS", "PKCS12"])
def test_what_java_itself_writes(
    show: Show, authority: Authority, tmp_path: Path, store_type: str
) -> None:
    pytest.importorskip("jks")
    source, target = tmp_path / "client.pfx", tmp_path / "client.jks"
    source.write_bytes(authority.issue().pfx(PASSWORD))
    command = (
        f"keytool -importkeystore -noprompt -srcstoretype PKCS12 -srckeystore {source} "
        f"-srcstorepass {PASSWORD} -destkeystore {target} -deststoretype {store_type} "
        f"-deststorepass {PASSWORD}"
    )
    subprocess.run(command.split(), check=True, capture_output=True, timeout=60)
    assert show(
        ssl_client_cert=target, ssl_client_cert_type="JKSFILE", ssl_client_cert_password=PASSWORD
    )


@pytest.mark.parametrize(
    ("store_password", "key_password", "given", "message"),
    [
        ("geheim", "geheim", "geheim-2", "its password is another one, or it is damaged"),
        ("geheim", "geheim-2", "geheim", "the key must have the same password as the store"),
        ("geheim", "geheim", None, r"protected by a password\. Give SSLClientCertPassword"),
    ],
)
def test_passwords(
    authority: Authority, store_password: str, key_password: str, given: str | None, message: str
) -> None:
    store = java_store(authority.issue(), store_password, key_password)
    settings = connect_settings(**LOGIN, ssl_client_cert=store, ssl_client_cert_password=given)
    with pytest.raises(InterfaceError, match=message) as caught:
        client_identity(settings, NOW)
    assert "geheim" not in str(caught.value)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jks", None)
    settings = connect_settings(
        **LOGIN,
        ssl_client_cert=b"\xfe\xed\xfe\xed",
        ssl_client_cert_password=PASSWORD,
        ssl_client_cert_type="JKSBLOB",
    )
    with pytest.raises(
        InterfaceError, match=r"needs the library pyjks\. .*sqlalchemy-kintone\[jks\].*keytool"
    ):
        client_identity(settings, NOW)
