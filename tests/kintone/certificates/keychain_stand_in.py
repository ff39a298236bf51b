"""What stands in for pyobjc's ``Security`` elsewhere: as its metadata and Apple's headers say.

An argument that only gives something back is passed as None, and its value follows the status in
the result: pyobjc's way with ``o^@``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

CONSTANTS = {
    "SEC_KEY_IMPORT_EXPORT_PARAMS_VERSION": 0,
    "errSecItemNotFound": -25300,
    "errSecSuccess": 0,
    "kSecClass": "class",
    "kSecClassCertificate": "cert",
    "kSecClassIdentity": "idnt",
    "kSecFormatPKCS12": 12,
    "kSecMatchLimit": "m_Limit",
    "kSecMatchLimitAll": "m_LimitAll",
    "kSecMatchSearchList": "m_SearchList",
    "kSecPreferencesDomainSystem": 1,
    "kSecReturnRef": "r_Ref",
}
_NOT_FOUND, _CANCELLED, _LOCKED = -25300, -128, -25308
_WORDS = {_CANCELLED: "User canceled the operation.", _LOCKED: None}


@dataclass(frozen=True)
class Certificate:
    """A ``SecCertificateRef``."""

    data: bytes


@dataclass(frozen=True)
class KeychainIdentity:
    """A ``SecIdentityRef``; ``refusal`` is the status with which its key is kept back."""

    certificate: Certificate
    key: ec.EllipticCurvePrivateKey
    refusal: int = 0


class Parameters:
    """``SecItemImportExportKeyParameters``."""

    __slots__ = (
        "accessRef",
        "alertPrompt",
        "alertTitle",
        "flags",
        "keyAttributes",
        "keyUsage",
        "passphrase",
        "version",
    )

    def __init__(self) -> None:
        self.version = self.flags = 0
        self.passphrase: str | None = None
        self.alertTitle = self.alertPrompt = self.accessRef = None
        self.keyUsage = self.keyAttributes = None


class MacOs:
    """The keychains of a user and of the system.

    Args:
        keychains: Identities and certificates by ``USER`` or ``MACHINE``.
        status: With which every search ends that is not 0.

    Attributes:
        exports: The certificates that were exported, with their keys.
    """

    def __init__(
        self,
        keychains: dict[str, Sequence[KeychainIdentity | Certificate]],
        status: int = 0,
    ) -> None:
        self.exports: list[bytes] = []
        self._keychains = keychains
        self._status = status

    def modules(self) -> dict[str, ModuleType]:
        """The library's module by its name."""
        security = ModuleType("Security")
        functions = {
            "SecItemCopyMatching": self._matching,
            "SecIdentityCopyCertificate": self._certificate,
            "SecCertificateCopyData": self._data,
            "SecItemExport": self._export,
            "SecKeychainCopyDomainSearchList": self._search_list,
            "SecCopyErrorMessageString": self._message,
            "SecItemImportExportKeyParameters": Parameters,
        }
        vars(security).update(CONSTANTS, **functions)
        return {"Security": security}

    def _matching(
        self, query: dict[str, object], out: None
    ) -> tuple[int, list[KeychainIdentity | Certificate] | None]:
        assert out is None
        # Without the two, it is one item, or its attributes.
        assert (query["m_Limit"], query["r_Ref"]) == ("m_LimitAll", True)
        if self._status:
            return self._status, None
        place = "MACHINE" if query.get("m_SearchList") == ["System.keychain"] else "USER"
        kind = {"idnt": KeychainIdentity, "cert": Certificate}[str(query["class"])]
        found = [each for each in self._keychains.get(place, ()) if isinstance(each, kind)]
        return (0, found) if found else (_NOT_FOUND, None)

    def _certificate(self, identity: KeychainIdentity, out: None) -> tuple[int, Certificate]:
        assert isinstance(identity, KeychainIdentity)
        assert out is None
        return 0, identity.certificate

    def _data(self, certificate: Certificate) -> memoryview:
        """An ``NSData``, which gives its bytes as a buffer."""
        assert isinstance(certificate, Certificate)
        return memoryview(certificate.data)

    def _export(
        self, item: KeychainIdentity, output_format: int, flags: int, given: Parameters, out: None
    ) -> tuple[int, memoryview | None]:
        assert (output_format, flags, given.version, out) == (12, 0, 0, None)
        assert isinstance(given.passphrase, str)
        if item.refusal:
            return item.refusal, None
        self.exports.append(item.certificate.data)
        exported = pkcs12.serialize_key_and_certificates(
            None,
            item.key,
            x509.load_der_x509_certificate(item.certificate.data),
            None,
            BestAvailableEncryption(given.passphrase.encode()),
        )
        return 0, memoryview(exported)

    def _search_list(self, domain: int, out: None) -> tuple[int, list[str]]:
        assert (domain, out) == (1, None)
        return 0, ["System.keychain"]

    def _message(self, status: int, reserved: None) -> str | None:
        assert reserved is None
        return _WORDS[status]
