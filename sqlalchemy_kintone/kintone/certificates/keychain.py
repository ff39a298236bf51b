"""The keychain of macOS, with the library of the extra ``macos``, pyobjc-framework-Security."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy_kintone.kintone.certificates.contents import UnusableError
from sqlalchemy_kintone.kintone.certificates.system_stores import Stored

_ONLY_NAME = "MY"


class Keychain:
    """The user's keychains, or that of the machine.

    Args:
        kind: ``USER`` or ``MACHINE``.
        name: ``MY``; others are of Windows.

    Raises:
        UnusableError: The library is missing, or the name is another one.
    """

    def __init__(self, kind: str, name: str) -> None:
        if name.upper() != _ONLY_NAME:
            raise UnusableError(
                "only Windows has stores of several names",
                "Leave out SSLClientCert: USER means your keychain, MACHINE that of the system.",
            )
        try:
            import Security
        except ImportError:
            raise UnusableError(
                "the keychain needs the library pyobjc-framework-Security",
                "Install it, pip install 'sqlalchemy-kintone[macos]', or give a PFX file as "
                "SSLClientCert.",
            ) from None
        self._security: Any = Security
        self._is_of_machine = kind == "MACHINE"

    def identities(self) -> Iterator[Stored]:
        """The certificates with a private key.

        Raises:
            UnusableError: The keychain cannot be read.
        """
        security = self._security
        for identity in self._matching(security.kSecClassIdentity):
            status, certificate = security.SecIdentityCopyCertificate(identity, None)
            self._check(status, "does not list the certificates")
            data = bytes(security.SecCertificateCopyData(certificate))
            yield Stored(data, partial(self._export, identity))

    def authorities(self) -> Iterator[bytes]:
        """All certificates.

        Raises:
            UnusableError: The keychain cannot be read.
        """
        for certificate in self._matching(self._security.kSecClassCertificate):
            yield bytes(self._security.SecCertificateCopyData(certificate))

    def _matching(self, item_class: Any) -> list[Any]:
        security = self._security
        query = {
            security.kSecClass: item_class,
            security.kSecMatchLimit: security.kSecMatchLimitAll,
            security.kSecReturnRef: True,
        }
        if self._is_of_machine:
            # Otherwise the user's list of keychains is searched.
            status, keychains = security.SecKeychainCopyDomainSearchList(
                security.kSecPreferencesDomainSystem, None
            )
            self._check(status, "does not open the keychain of the system")
            query[security.kSecMatchSearchList] = keychains
        status, items = security.SecItemCopyMatching(query, None)
        if status == security.errSecItemNotFound:
            return []
        self._check(status, "does not list the certificates")
        return list(items)

    def _export(self, identity: Any, password: str) -> bytes:
        security = self._security
        parameters = security.SecItemImportExportKeyParameters()
        parameters.version = security.SEC_KEY_IMPORT_EXPORT_PARAMS_VERSION
        parameters.passphrase = password
        status, data = security.SecItemExport(
            identity, security.kSecFormatPKCS12, 0, parameters, None
        )
        self._check(
            status,
            "does not give out the private key",
            "Allow it where macOS asks, in the session of the user; where the key may not be "
            "exported, import the PFX file again, or give that file as SSLClientCert.",
        )
        return bytes(data)

    def _check(self, status: int, what: str, remedy: str = "Unlock the keychain.") -> None:
        security = self._security
        if status != security.errSecSuccess:
            said = security.SecCopyErrorMessageString(status, None) or "no reason given"
            raise UnusableError(f"macOS {what} ({said}, {status})", remedy)
