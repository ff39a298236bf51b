"""Client certificates of every form, over TLS."""

from __future__ import annotations

import base64
import errno
import os
import ssl
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.errors import InterfaceError, OperationalError
from sqlalchemy_kintone.kintone.certificates import Identity, client_identity, show_identity
from tests.kintone.certificates.authority import DAY, NOW, Authority, Person
from tests.kintone.certificates.conftest import Show
from tests.kintone.tunnel import Tunnel

PASSWORD = "geheim-€"
FOLDER = {"url": "https://ex.s.cybozu.com", "user": "me", "password": "geheim-login"}

Make = Callable[[Person], bytes]

FILES: dict[str, tuple[Make, str | None]] = {
    "pem": (lambda me: me.pem(), None),
    "pem, password not needed": (lambda me: me.pem(), "unused"),
    "pem, encrypted": (lambda me: me.pem(PASSWORD), PASSWORD),
    "pem, certificates first": (lambda me: me.certificates_pem() + me.key_pem(), None),
    "pem, old form of the key": (
        lambda me: me.certificates_pem() + me.key_pem(None, PrivateFormat.TraditionalOpenSSL),
        None,
    ),
    "pfx": (lambda me: me.pfx(PASSWORD), PASSWORD),
    "pfx without password": (lambda me: me.pfx(None), None),
    "p7b in PEM with the key": (lambda me: me.p7b(Encoding.PEM) + me.key_pem(), None),
}
TYPES = {"pem": "PEMKEY_FILE", "pfx": "PFXFILE", "p7b": "P7BFILE"}


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize("form", FILES)
def test_files(show: Show, authority: Authority, tmp_path: Path, form: str, typed: bool) -> None:
    make, password = FILES[form]
    path = tmp_path / "client.bin"
    path.write_bytes(make(authority.issue()))
    kind = TYPES[form[:3]] if typed else None
    assert show(ssl_client_cert=path, ssl_client_cert_type=kind, ssl_client_cert_password=password)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("PEMKEY_BLOB", lambda me: me.pem(PASSWORD).decode()),
        ("PEMKEY_BLOB", lambda me: me.pem(PASSWORD).decode().replace("\n", "\\n")),
        ("PEMKEY_BLOB", lambda me: me.pem(PASSWORD).decode().replace("\n", " ")),
        ("PEMKEY_BLOB", lambda me: base64.b64encode(me.pem(PASSWORD)).decode()),
        ("PFXBLOB", lambda me: base64.b64encode(me.pfx(PASSWORD)).decode()),
        ("PFXBLOB", lambda me: base64.encodebytes(me.pfx(PASSWORD)).decode()),
        ("PFXBLOB", lambda me: me.pfx(PASSWORD)),
        (None, lambda me: me.pem(PASSWORD).decode()),
        (None, lambda me: base64.b64encode(me.pfx(PASSWORD)).decode()),
    ],
)
def test_content(
    show: Show, authority: Authority, kind: str | None, make: Callable[[Person], str | bytes]
) -> None:
    content = make(authority.issue())
    assert show(
        ssl_client_cert=content, ssl_client_cert_type=kind, ssl_client_cert_password=PASSWORD
    )


@pytest.mark.parametrize(
    ("certificates", "key", "password"),
    [
        (lambda me: me.certificates_pem(), lambda me: me.key_pem(), None),
        (lambda me: me.certificates_pem(), lambda me: me.key_pem(PASSWORD), PASSWORD),
        (lambda me: me.p7b(Encoding.DER), lambda me: me.key_der(), None),
        (lambda me: me.p7b(Encoding.DER), lambda me: me.key_der(PASSWORD), PASSWORD),
    ],
)
def test_the_key_in_a_file_of_its_own(
    show: Show, authority: Authority, tmp_path: Path, certificates: Make, key: Make, password: Any
) -> None:
    me = authority.issue()
    (tmp_path / "client.crt").write_bytes(certificates(me))
    (tmp_path / "client.key").write_bytes(key(me))
    named = {
        "ssl_client_cert": tmp_path / "client.crt",
        "ssl_client_cert_key": tmp_path / "client.key",
    }
    assert show(**named, ssl_client_cert_password=password)


def test_a_certificate_without_the_authority_above_it_is_refused(
    show: Show, authority: Authority
) -> None:
    me = authority.issue()
    with pytest.raises(OperationalError, match=r"TLS|no connection"):
        show(ssl_client_cert=Person(me.certificate, me.key).pem())


def identity_of(path: Path | bytes, **parameters: Any) -> Identity:
    settings = connect_settings(**FOLDER, ssl_client_cert=path, **parameters)
    identity = client_identity(settings, NOW)
    assert identity is not None
    return identity


def test_a_folder_is_a_store(show: Show, authority: Authority, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    me, other = authority.issue("me"), authority.issue("other")
    (store / "me.pfx").write_bytes(me.pfx(PASSWORD))
    (store / "other.crt").write_bytes(other.certificate.public_bytes(Encoding.DER))
    (store / "other.key").write_bytes(other.key_der())
    (store / "notes.txt").write_text("nothing to see")
    (store / "locked.pfx").write_bytes(authority.issue("locked").pfx("another"))
    (store / "folder").mkdir()
    given = {"ssl_client_cert_password": PASSWORD}
    assert show(ssl_client_cert=store, ssl_client_cert_subject="CN=me", **given)
    for name, person in (("me", me), ("other", other)):
        found = identity_of(store, ssl_client_cert_subject=name, **given)
        assert found.certificate == person.certificate
    with pytest.raises(
        InterfaceError,
        match=r"'CN=locked' \(there are: .*CN=me.*CN=oth.*; not opened: locked\.pfx: its password",
    ):
        identity_of(store, ssl_client_cert_subject="CN=locked", **given)


def test_a_folder_with_files_of_others(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("me", "other"):
        (tmp_path / f"{name}.pem").write_bytes(authority.issue(name).pem())
    read_bytes = Path.read_bytes

    def read(path: Path) -> bytes:
        if path.stem == "other":
            raise PermissionError(errno.EACCES, "no")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert identity_of(tmp_path).certificate.subject.rfc4514_string().count("CN=me") == 1
    with pytest.raises(InterfaceError, match=r"not opened: other\.pem: Permission denied"):
        identity_of(tmp_path, ssl_client_cert_subject="CN=other")


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("CN=other", "other"),
        ("cn=OTHER", "other"),
        ("other@example.com", "other"),
        ("E=other", "other"),
        ("O=Example, Inc., CN=other", "other"),
        ("CN=other,O=Example, Inc.", "other"),
        # A whole name wins over a part of another one, even of a newer certificate.
        ("me", "me"),
        ("CN=me", "me"),
        ("CN=me-", "me-too"),
        ("Example", "me-too"),
        ("*", "me-too"),
    ],
)
def test_subjects(authority: Authority, subject: str, name: str) -> None:
    people = [
        authority.issue("me", begin=NOW - 2 * DAY),
        authority.issue("me-too", begin=NOW - DAY),
        authority.issue("other", begin=NOW - 3 * DAY),
    ]
    bundle = b"".join(each.pem() for each in people)
    found = identity_of(bundle, ssl_client_cert_subject=subject).certificate
    assert found == {"me": people[0], "me-too": people[1], "other": people[2]}[name].certificate


def test_the_newest_valid_one_is_used(authority: Authority) -> None:
    old = authority.issue(begin=NOW - 5 * DAY, end=NOW + DAY)
    new = authority.issue(begin=NOW - 3 * DAY, end=NOW + DAY)
    expired = authority.issue(begin=NOW - 2 * DAY, end=NOW - DAY)
    future = authority.issue(begin=NOW + DAY, end=NOW + 2 * DAY)
    bundle = b"".join(each.pem() for each in (expired, new, future, old))
    assert identity_of(bundle).certificate == new.certificate


REFUSED: dict[str, tuple[Callable[[Authority], bytes], dict[str, str], str]] = {
    "expired": (
        lambda by: by.issue(begin=NOW - 3 * DAY, end=NOW - DAY).pem(),
        {},
        rf"CN=me.* expired on {NOW - DAY:%Y-%m-%d at %H:%M} UTC\. Ask for a new certificate",
    ),
    "not yet valid": (
        lambda by: by.issue(begin=NOW + DAY, end=NOW + 2 * DAY).pem(),
        {},
        rf"valid from {NOW + DAY:%Y-%m-%d at %H:%M} UTC only\..*clock",
    ),
    "wrong subject": (
        lambda by: by.issue().pem(),
        {"ssl_client_cert_subject": "CN=you"},
        r"no certificate in it has the subject 'CN=you' \(there are: .*CN=me.*SSLClientCertSub",
    ),
    "no key": (lambda by: by.issue().certificates_pem(), {}, "no private key.*SSLClientCertKey"),
    "no certificate": (lambda by: by.issue().key_pem(), {}, "there is no certificate in it"),
    "another's key": (
        lambda by: by.issue().certificates_pem() + by.issue().key_pem(),
        {},
        "private key belongs to none of its certificates",
    ),
    "wrong password of a PEM": (
        lambda by: by.issue().pem(PASSWORD),
        {"ssl_client_cert_password": "geheim-2"},
        r"password of its private key is another one.*Check SSLClientCertPassword",
    ),
    "no password of a PEM": (
        lambda by: by.issue().pem(PASSWORD),
        {},
        r"private key is encrypted\. Give SSLClientCertPassword",
    ),
    "wrong password of a PFX": (
        lambda by: by.issue().pfx(PASSWORD),
        {"ssl_client_cert_password": "geheim-2"},
        r"its password is another one, or it is damaged\. Check SSLClientCertPassword",
    ),
    "no password of a PFX": (
        lambda by: by.issue().pfx(PASSWORD),
        {},
        r"protected by a password, or damaged\. Give SSLClientCertPassword",
    ),
    "damaged PFX": (
        lambda by: by.issue().pfx(PASSWORD)[:-50],
        {"ssl_client_cert_password": PASSWORD},
        "or it is damaged",
    ),
    "damaged P7B": (lambda by: by.issue().p7b(Encoding.DER)[:-50], {}, "it is damaged"),
    "damaged certificate": (
        lambda by: by.issue().certificate.public_bytes(Encoding.DER)[:-50],
        {},
        "a certificate in it is damaged",
    ),
    "damaged key": (lambda by: by.issue().key_der()[:-20], {}, "its private key is damaged"),
    "nothing of the kind": (lambda by: b"geheim", {}, "no certificate file of a known form"),
    "another type": (
        lambda by: by.issue().pfx(PASSWORD),
        {"ssl_client_cert_type": "PEMKEY_FILE"},
        r"its form is PFX \(PKCS #12\), not what SSLClientCertType says\. Leave out",
    ),
    "no Java store": (
        lambda by: by.issue().pem(),
        {"ssl_client_cert_type": "JKSFILE"},
        "its form is PEM, not what",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
# cryptography tells of what is no DER before it gives up on it.
@pytest.mark.filterwarnings("ignore:PKCS#7 certificates could not be parsed as DER")
def test_refused_before_connecting(authority: Authority, tmp_path: Path, case: str) -> None:
    make, parameters, message = REFUSED[case]
    path = tmp_path / "client.bin"
    path.write_bytes(make(authority))
    with pytest.raises(
        InterfaceError, match=rf"^SSLClientCert .*client\.bin cannot be used: .*{message}"
    ) as caught:
        identity_of(path, **parameters)
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(caught.value.__context__ or "")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"ssl_client_cert": "geheim", "ssl_client_cert_type": "PFXBLOB"},
            r"SSLClientCert \(given as text\) cannot be used: it is neither PEM text nor Base64",
        ),
        (
            {"ssl_client_cert": "missing.pem"},
            r"SSLClientCert missing\.pem cannot be used: No such file",
        ),
        ({"ssl_client_cert": Path(__file__).parent}, "there is no certificate in it"),
    ],
)
def test_sources_that_are_refused(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(InterfaceError, match=message) as caught:
        client_identity(connect_settings(**FOLDER, **parameters), NOW)
    assert "geheim" not in str(caught.value)


def test_a_key_file_that_is_refused(authority: Authority, tmp_path: Path) -> None:
    me = authority.issue()
    (tmp_path / "me.key").write_bytes(me.key_pem(PASSWORD))
    with pytest.raises(InterfaceError, match=r"SSLClientCertKey .*me\.key cannot be used: .*encr"):
        identity_of(me.certificates_pem(), ssl_client_cert_key=tmp_path / "me.key")


def test_a_folder_in_which_nothing_opens(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "me.pfx").write_bytes(authority.issue().pfx(PASSWORD))
    with pytest.raises(InterfaceError, match=r"of me\.pfx in it, it is protected by a password"):
        identity_of(tmp_path)


class Watched(ssl.SSLContext):
    """Looks at the file that it is given."""

    seen: list[tuple[Path, int, bytes]]
    failure: Exception | None = None

    def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
        path = Path(certfile)
        self.seen.append((path, path.stat().st_mode & 0o777, path.read_bytes()))
        if self.failure is not None:
            raise self.failure
        super().load_cert_chain(certfile, keyfile, password)


def _refuse(name: str) -> int:
    raise OSError(name)


def memory_files() -> list[str]:
    """The driver's files in memory that are open."""
    found: list[str] = []
    for descriptor in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):  # closed meanwhile
            found.append(os.readlink(descriptor))
    return [each for each in found if "memfd:kintone" in each]


@pytest.mark.parametrize("has_memory_files", [False, True])
@pytest.mark.parametrize("failure", [None, OSError("no"), KeyboardInterrupt()])
def test_the_key_is_in_a_file_encrypted_and_for_a_moment(
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: Any,
    has_memory_files: bool,
) -> None:
    if has_memory_files and sys.platform != "linux":
        pytest.skip("needs Linux")
    if not has_memory_files:
        monkeypatch.setattr(os, "memfd_create", _refuse, raising=False)
    folder = tmp_path / "missing" if has_memory_files else tmp_path
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    me = authority.issue()
    context = Watched(ssl.PROTOCOL_TLS_CLIENT)
    context.seen, context.failure = [], failure
    if failure is None:
        show_identity(context, Identity(me.certificate, me.key))
    else:
        with pytest.raises(type(failure)):
            show_identity(context, Identity(me.certificate, me.key))
    ((path, mode, content),) = context.seen
    assert path.is_relative_to("/proc/self/fd" if has_memory_files else tmp_path)
    if os.name == "posix":
        assert mode == 0o600
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in content
    assert b"BEGIN PRIVATE KEY" not in content
    assert list(tmp_path.iterdir()) == []
    assert memory_files() == []


def test_a_repr_shows_no_key(authority: Authority) -> None:
    me = authority.issue()
    assert "PrivateKey" not in repr(Identity(me.certificate, me.key))


def test_keys_that_openssl_refuses(show: Show, tmp_path: Path) -> None:
    # The smallest key that the library writes, which OpenSSL's default level takes no more.
    weak = rsa.generate_private_key(65537, 1024)
    by = Authority()
    me = by.issue_for(weak)
    pem = weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(InterfaceError, match=r"client certificate cannot be used \(SSLError: "):
        show(ssl_client_cert=pem + me.public_bytes(Encoding.PEM))


def test_through_a_proxy(show: Show, authority: Authority) -> None:
    login = {"proxy_user": "me", "proxy_password": "geheim-proxy"}
    with Tunnel() as proxy:
        assert show(proxy=proxy.url, **login, ssl_client_cert=authority.issue().pem())
    ((_, headers),) = proxy.asked
    assert headers["Proxy-Authorization"].startswith("Basic ")
    assert not [name for name in headers if name.startswith("X-Cybozu")]
