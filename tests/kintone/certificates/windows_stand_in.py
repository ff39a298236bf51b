"""What stands in for pywin32 elsewhere: as its source and Windows' documentation say.

Signatures, required arguments and errors are those of ``win32crypt`` (``CertOpenStore``,
``PyCERTSTORE``, ``PyCERT_CONTEXT``), the numbers those of ``win32cryptcon``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES

CONSTANTS = {
    "CERT_KEY_PROV_INFO_PROP_ID": 2,
    "CERT_STORE_ADD_ALWAYS": 4,
    "CERT_STORE_OPEN_EXISTING_FLAG": 0x4000,
    "CERT_STORE_PROV_MEMORY": 2,
    "CERT_STORE_PROV_SYSTEM": 10,
    "CERT_STORE_READONLY_FLAG": 0x8000,
    "CERT_SYSTEM_STORE_CURRENT_USER": 0x10000,
    "CERT_SYSTEM_STORE_LOCAL_MACHINE": 0x20000,
    "EXPORT_PRIVATE_KEYS": 4,
    "REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY": 2,
    "REPORT_NO_PRIVATE_KEY": 1,
}
_SHA1_HASH_PROPERTY = 3
_MEMORY, _SYSTEM = 2, 10
_EXISTING, _LOCATIONS = 0x4000, {0x10000: "USER", 0x20000: "MACHINE"}
_FILE_NOT_FOUND, _NOT_FOUND, _BAD_KEY_STATE = 2, -2146885628, -2146893813


class WindowsError(Exception):
    """``pywintypes.error``."""

    def __init__(self, winerror: int, funcname: str, strerror: str) -> None:
        super().__init__(winerror, funcname, strerror)
        self.winerror, self.funcname, self.strerror = winerror, funcname, strerror


@dataclass(frozen=True)
class Context:
    """``PyCERT_CONTEXT``: a certificate and its properties, one of which says where its key is."""

    CertEncoded: bytes
    key: ec.EllipticCurvePrivateKey | None = None
    exportable: bool = True

    def CertEnumCertificateContextProperties(self) -> list[int]:  # noqa: N802 - pywin32's name
        return [_SHA1_HASH_PROPERTY, *([] if self.key is None else [2])]


@dataclass
class Store:
    """``PyCERTSTORE``."""

    exports: list[bytes]
    contexts: list[Context] = field(default_factory=list)
    read_only: bool = False

    def CertEnumCertificatesInStore(self) -> list[Context]:  # noqa: N802 - pywin32's name
        return list(self.contexts)

    def CertAddCertificateContextToStore(  # noqa: N802 - pywin32's name
        self,
        context: Context,
        disposition: int,
    ) -> Context:
        assert isinstance(context, Context)
        assert disposition == CONSTANTS["CERT_STORE_ADD_ALWAYS"]
        assert not self.read_only
        self.contexts.append(context)
        return context

    def PFXExportCertStoreEx(  # noqa: N802 - pywin32's name
        self,
        password: str | None = None,
        flags: int = 7,
    ) -> bytes:
        """The whole store, in the old encryption that Windows uses where nobody asks for another.

        A key that is missing or bound to the machine is left out in silence, unless the flags ask
        for an error.
        """
        assert isinstance(password, str)
        assert flags & 4, "the key is wanted too"
        (context,) = self.contexts
        certificate = x509.load_der_x509_certificate(context.CertEncoded)
        key = context.key
        if key is None and flags & 1:
            raise WindowsError(
                _NOT_FOUND, "PFXExportCertStoreEx", "Cannot find object or property."
            )
        if not context.exportable and flags & 2:
            raise WindowsError(
                _BAD_KEY_STATE, "PFXExportCertStoreEx", "Key not valid for use in specified state."
            )
        self.exports.append(context.CertEncoded)
        encryption = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(2000)
            .key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
            .hmac_hash(SHA1())
            .build(password.encode())
        )
        shown = key if context.exportable else None
        return pkcs12.serialize_key_and_certificates(None, shown, certificate, None, encryption)


class Windows:
    """The stores of a user and of a machine.

    Args:
        stores: Contexts by ``USER`` or ``MACHINE`` and the store's name.

    Attributes:
        exports: The certificates that were exported, with their keys.
    """

    def __init__(self, stores: dict[tuple[str, str], Sequence[Context]]) -> None:
        self.exports: list[bytes] = []
        self._stores = stores

    def modules(self) -> dict[str, ModuleType]:
        """pywin32's modules by name."""
        crypt, constants, types = map(ModuleType, ("win32crypt", "win32cryptcon", "pywintypes"))
        vars(crypt)["CertOpenStore"] = self._open
        vars(constants).update(CONSTANTS)
        vars(types)["error"] = WindowsError
        return {each.__name__: each for each in (crypt, constants, types)}

    def _open(
        self,
        provider: int,
        encoding: int,
        crypt_provider: None,
        flags: int,
        para: str | None,
    ) -> Store:
        assert encoding == 0
        assert crypt_provider is None
        if provider == _MEMORY:
            assert para is None
            return Store(self.exports)
        assert provider == _SYSTEM
        assert isinstance(para, str)
        location = _LOCATIONS[flags & 0xFF0000]
        # Names of stores are compared without case.
        found = {(place, name.upper()): each for (place, name), each in self._stores.items()}
        if (location, para.upper()) not in found:
            assert flags & _EXISTING, "a store of that name would be made"
            message = "The system cannot find the file specified."
            raise WindowsError(_FILE_NOT_FOUND, "CertOpenStore", message)
        contexts = list(found[location, para.upper()])
        return Store(self.exports, contexts, read_only=bool(flags & 0x8000))
