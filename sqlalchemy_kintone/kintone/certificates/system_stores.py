"""The certificate stores of Windows and macOS: searched first, so that just one key leaves them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from sqlalchemy_kintone.conninfo import Secret
from sqlalchemy_kintone.errors import NotSupportedError
from sqlalchemy_kintone.kintone.certificates.choice import Identity, newest_valid, with_key
from sqlalchemy_kintone.kintone.certificates.contents import Contents, UnusableError
from sqlalchemy_kintone.kintone.certificates.forms import Form
from sqlalchemy_kintone.kintone.certificates.reading import read_contents

_FOR_CLIENTS = frozenset(
    {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
)
_SYSTEMS = {"linux": "Linux"}


@dataclass(frozen=True)
class Stored:
    """A certificate in a store that has its private key there.

    Attributes:
        certificate: In DER.
        export: Certificate and key as PKCS #12, encrypted with the password given; raises
            ``UnusableError`` where the store keeps the key to itself.
    """

    certificate: bytes
    export: Callable[[str], bytes] = field(repr=False)


class SystemStore(Protocol):
    """A store; every call may raise ``UnusableError``."""

    def identities(self) -> Iterable[Stored]:
        """The certificates with a private key."""

    def authorities(self) -> Iterable[bytes]:
        """Certificates in DER, among them those between the others and their roots."""


def system_store(kind: str, name: str, platform: str) -> SystemStore:
    """A store of the operating system.

    Args:
        kind: ``USER`` or ``MACHINE``.
        name: Which of the user's or machine's stores; ``MY`` for that of one's own certificates.
        platform: The operating system, as ``sys.platform``.

    Raises:
        NotSupportedError: The operating system has none.
        UnusableError: The library for it is missing, or there is no such store.
    """
    if platform == "win32":
        from sqlalchemy_kintone.kintone.certificates.windows_store import WindowsStore

        return WindowsStore(kind, name)
    if platform == "darwin":
        from sqlalchemy_kintone.kintone.certificates.keychain import Keychain

        return Keychain(kind, name)
    raise NotSupportedError(
        f"SSLClientCertType={kind} is a certificate store of Windows or the keychain of macOS, and "
        f"this is {_SYSTEMS.get(platform, platform)}: give the certificate with its private key "
        "as a file, SSLClientCert=client.pfx, or a folder of files."
    )


def stored_identity(store: SystemStore, subject: str, now: datetime) -> Identity:
    """The certificate of a store to show.

    Args:
        store: The store.
        subject: As of ``newest_valid``.
        now: The time at which it must be valid.

    Raises:
        UnusableError: None can be used, or the store keeps its key to itself.
    """
    found = dict(_usable(store.identities()))
    if not found:
        raise UnusableError(
            "there is no certificate for clients with a private key in it",
            "Import the PFX file that Kintone issued, or give that file as SSLClientCert.",
        )
    chosen = newest_valid(list(found), subject, now)
    password = Secret(secrets.token_hex(32))
    exported = found[chosen].export(password.reveal())
    contents = read_contents(exported, frozenset({Form.PFX}), password)
    others = Contents(tuple(_parsed(store.authorities())))
    return with_key(chosen, contents + others)


def _usable(identities: Iterable[Stored]) -> Iterator[tuple[x509.Certificate, Stored]]:
    for stored in identities:
        for certificate in _parsed([stored.certificate]):
            if _is_for_clients(certificate):
                yield certificate, stored


def _parsed(certificates: Iterable[bytes]) -> Iterator[x509.Certificate]:
    """Those that follow the standard: stores hold others too, which are not meant here."""
    for each in certificates:
        try:
            yield x509.load_der_x509_certificate(each)
        except ValueError:
            continue


def _is_for_clients(certificate: x509.Certificate) -> bool:
    """Whether it may prove a client: a computer's store holds those of its services too."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return not _FOR_CLIENTS.isdisjoint(usage.value)
