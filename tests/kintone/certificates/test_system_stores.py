"""The stores of Windows and macOS. They are stood in for: these tests run on any system."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.errors import InterfaceError, NotSupportedError, OperationalError
from sqlalchemy_kintone.kintone.certificates import Identity, client_identity
from tests.kintone.certificates.authority import DAY, NOW, Authority, Person
from tests.kintone.certificates.conftest import Show
from tests.kintone.certificates.keychain_stand_in import Certificate, KeychainIdentity, MacOs
from tests.kintone.certificates.system_stand_ins import Stores, der, macos, windows
from tests.kintone.certificates.windows_stand_in import Context, Windows

LOGIN = {"url": "https://ex.s.cybozu.com", "user": "me", "password": "geheim-login"}


@dataclass(frozen=True)
class Platform:
    """An operating system.

    Attributes:
        name: As ``sys.platform``.
        make: A system whose store of this kind has these people, and these authorities.
        library: The module that is missing where the extra is not installed.
        extra: The extra.
    """

    name: str
    make: Callable[[str, Sequence[Person], Sequence[x509.Certificate]], Windows | MacOs]
    library: str
    extra: str


PLATFORMS = [
    Platform("win32", windows, "win32crypt", "windows"),
    Platform("darwin", macos, "Security", "macos"),
]
platforms = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.name)
kinds = pytest.mark.parametrize("kind", ["USER", "MACHINE"])


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Stores:
    return Stores(monkeypatch)


def identity_of(platform: str, kind: str = "USER", **parameters: str) -> Identity:
    settings = connect_settings(**LOGIN, ssl_client_cert_type=kind, **parameters)
    identity = client_identity(settings, NOW, platform)
    assert identity is not None
    return identity


@kinds
@platforms
def test_over_tls(
    show: Show, authority: Authority, stores: Stores, platform: Platform, kind: str
) -> None:
    me = authority.issue()
    system = platform.make(kind, [authority.issue("other"), me], [])
    stores.install(system, platform.name)
    assert show(ssl_client_cert_type=kind, ssl_client_cert_subject="CN=me")
    assert system.exports == [der(me.certificate)]


@platforms
def test_without_the_authority_above(
    show: Show, authority: Authority, stores: Stores, platform: Platform
) -> None:
    me = authority.issue()
    stores.install(platform.make("USER", [Person(me.certificate, me.key)], []), platform.name)
    with pytest.raises(OperationalError, match=r"TLS|no connection"):
        show(ssl_client_cert_type="USER")


@kinds
@platforms
def test_one_store_is_searched(
    authority: Authority, stores: Stores, platform: Platform, kind: str
) -> None:
    stores.install(platform.make(kind, [authority.issue()], []), platform.name)
    assert identity_of(platform.name, kind)
    with pytest.raises(InterfaceError, match=r"MY of (USER|MACHINE) .*no certificate for clients"):
        identity_of(platform.name, "MACHINE" if kind == "USER" else "USER")


@platforms
def test_the_newest_valid_one_of_a_subject(
    authority: Authority, stores: Stores, platform: Platform
) -> None:
    old = authority.issue(begin=NOW - 5 * DAY)
    new = authority.issue(begin=NOW - 3 * DAY)
    expired = authority.issue(begin=NOW - 2 * DAY, end=NOW - DAY)
    other = authority.issue("other", begin=NOW - DAY)
    system = platform.make("USER", [old, expired, new, other], [])
    stores.install(system, platform.name)
    found = identity_of(platform.name, ssl_client_cert_subject="cn=ME")
    assert (found.certificate, found.chain) == (new.certificate, (authority.certificate,))
    assert identity_of(platform.name).certificate == other.certificate
    assert system.exports == [der(new.certificate), der(other.certificate)]


@platforms
def test_what_is_not_for_clients_is_passed_over(
    authority: Authority, stores: Stores, platform: Platform
) -> None:
    server, client = (
        authority.issue(name, begin=begin, usage=usage)
        for name, begin, usage in (
            ("server", NOW - DAY, ExtendedKeyUsageOID.SERVER_AUTH),
            ("client", NOW - 2 * DAY, ExtendedKeyUsageOID.CLIENT_AUTH),
        )
    )
    stores.install(platform.make("USER", [server, client], []), platform.name)
    assert identity_of(platform.name).certificate == client.certificate


@platforms
def test_certificates_without_a_key_are_passed_over(
    authority: Authority, stores: Stores, platform: Platform
) -> None:
    other = authority.issue("other").certificate
    stores.install(platform.make("USER", [], [other]), platform.name)
    with pytest.raises(
        InterfaceError,
        match=r"^SSLClientCert MY of USER cannot be used: there is no certificate for clients with "
        r"a private key in it\. Import the PFX file",
    ):
        identity_of(platform.name)


@platforms
def test_refused_before_any_key_is_asked_for(
    authority: Authority, stores: Stores, platform: Platform
) -> None:
    system = platform.make("USER", [authority.issue(begin=NOW - 3 * DAY, end=NOW - DAY)], [])
    stores.install(system, platform.name)
    for subject, message in (
        ("CN=me", r"expired on"),
        ("CN=you", r"no certificate in it has the subject 'CN=you' \(there are: .*CN=me"),
    ):
        with pytest.raises(InterfaceError, match=rf"MY of USER cannot be used: .*{message}"):
            identity_of(platform.name, ssl_client_cert_subject=subject)
    assert system.exports == []


@platforms
def test_without_the_library(stores: Stores, platform: Platform) -> None:
    stores.patch.setitem(sys.modules, platform.library, None)
    with pytest.raises(
        InterfaceError, match=rf"need.* the library .*sqlalchemy-kintone\[{platform.extra}\].*PFX"
    ):
        identity_of(platform.name)


@kinds
def test_other_systems_have_no_such_store(kind: str) -> None:
    with pytest.raises(
        NotSupportedError,
        match=rf"SSLClientCertType={kind} is a certificate store of Windows or .*this is Linux: .*"
        r"SSLClientCert=client\.pfx",
    ):
        identity_of("linux", kind)


def test_windows_keeps_a_key(authority: Authority, stores: Stores) -> None:
    me = authority.issue()
    kept = Context(der(me.certificate), me.key, exportable=False)
    windows = Windows({("USER", "MY"): [kept], ("USER", "CA"): []})
    stores.install(windows, "win32")
    with pytest.raises(
        InterfaceError,
        match=r"not give out the private key \(Key not valid .*, 0x8009000B\)\. Import .*export",
    ):
        identity_of("win32")


def test_windows_stores_have_names(authority: Authority, stores: Stores) -> None:
    me = authority.issue()
    mine = [Context(der(me.certificate), me.key), Context(b"no certificate", me.key)]
    stores.install(Windows({("USER", "Partners"): mine, ("USER", "CA"): []}), "win32")
    assert identity_of("win32", ssl_client_cert="partners").certificate == me.certificate
    with pytest.raises(
        InterfaceError,
        match=r"SSLClientCert MY of USER cannot be used: Windows does not open the certificate "
        r"store MY \(The system cannot find .*, 0x00000002\)\. Check SSLClientCert",
    ):
        identity_of("win32")


@pytest.mark.parametrize(
    ("status", "said"), [(-128, r"User canceled the operation\."), (-25308, "no reason given")]
)
def test_macos_keeps_a_key(authority: Authority, stores: Stores, status: int, said: str) -> None:
    me = authority.issue()
    kept = KeychainIdentity(Certificate(der(me.certificate)), me.key, status)
    stores.install(MacOs({"USER": [kept]}), "darwin")
    with pytest.raises(
        InterfaceError,
        match=rf"macOS does not give out the private key \({said}, {status}\)\. Allow it",
    ):
        identity_of("darwin")


def test_macos_does_not_open_a_keychain(stores: Stores) -> None:
    stores.install(MacOs({}, status=-25308), "darwin")
    with pytest.raises(
        InterfaceError, match=r"does not list the certificates \(no reason given, -25308\)\. Unlock"
    ):
        identity_of("darwin")


def test_macos_has_no_names(stores: Stores) -> None:
    stores.install(MacOs({}), "darwin")
    with pytest.raises(InterfaceError, match=r"only Windows has stores.*Leave out SSLClientCert"):
        identity_of("darwin", ssl_client_cert="CA")
