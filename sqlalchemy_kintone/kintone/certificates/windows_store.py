"""Windows' certificate stores, with the library of the extra ``windows``, pywin32."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy_kintone.kintone.certificates.contents import UnusableError
from sqlalchemy_kintone.kintone.certificates.system_stores import Stored

_AUTHORITIES = "CA"
"""Windows' name for the store of authorities below the roots."""


class WindowsStore:
    """A store of the user or of the machine.

    Args:
        kind: ``USER`` or ``MACHINE``.
        name: Such as ``MY``.

    Raises:
        UnusableError: pywin32 is missing, or there is no such store.
    """

    def __init__(self, kind: str, name: str) -> None:
        try:
            import pywintypes
            import win32crypt
            import win32cryptcon
        except ImportError:
            raise UnusableError(
                "Windows' certificate stores need the library pywin32",
                "Install it, pip install 'sqlalchemy-kintone[windows]', or give a PFX file as "
                "SSLClientCert.",
            ) from None
        self._error: type[Exception] = pywintypes.error
        self._crypt: Any = win32crypt
        self._constants: Any = win32cryptcon
        self._location: int = (
            win32cryptcon.CERT_SYSTEM_STORE_CURRENT_USER
            if kind == "USER"
            else win32cryptcon.CERT_SYSTEM_STORE_LOCAL_MACHINE
        )
        self._store = self._opened(name)

    def identities(self) -> Iterator[Stored]:
        """The certificates with a private key.

        Raises:
            UnusableError: The store cannot be read.
        """
        for context in self._contexts(self._store):
            # Says where the key is; certificates of others lack it.
            if self._constants.CERT_KEY_PROV_INFO_PROP_ID in self._properties(context):
                yield Stored(context.CertEncoded, partial(self._export, context))

    def authorities(self) -> Iterator[bytes]:
        """Those of the store, and of the store for authorities.

        Raises:
            UnusableError: The store cannot be read.
        """
        for store in (self._store, self._opened(_AUTHORITIES)):
            for context in self._contexts(store):
                yield context.CertEncoded

    # Stores and contexts are closed when they are let go of; to close a store by hand that has
    # contexts left is an error (pywin32's documentation of CertCloseStore).

    def _opened(self, name: str) -> Any:
        constants = self._constants
        flags = (
            self._location
            | constants.CERT_STORE_READONLY_FLAG
            | constants.CERT_STORE_OPEN_EXISTING_FLAG
        )
        try:
            return self._crypt.CertOpenStore(constants.CERT_STORE_PROV_SYSTEM, 0, None, flags, name)
        except self._error as error:
            raise UnusableError(
                f"Windows does not open the certificate store {name} ({_said(error)})",
                "Check SSLClientCert: MY is the store of one's own certificates.",
            ) from None

    def _contexts(self, store: Any) -> list[Any]:
        try:
            contexts: list[Any] = store.CertEnumCertificatesInStore()
        except self._error as error:
            raise UnusableError(
                f"Windows does not list the certificates ({_said(error)})",
                "Check the rights of the user.",
            ) from None
        return contexts

    def _properties(self, context: Any) -> list[int]:
        properties: list[int] = context.CertEnumCertificateContextProperties()
        return properties

    def _export(self, context: Any, password: str) -> bytes:
        """One certificate with its key: a whole store is exported, so it gets one of its own."""
        constants = self._constants
        flags = (
            constants.EXPORT_PRIVATE_KEYS
            | constants.REPORT_NO_PRIVATE_KEY
            | constants.REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY
        )
        try:
            memory = self._crypt.CertOpenStore(constants.CERT_STORE_PROV_MEMORY, 0, None, 0, None)
            memory.CertAddCertificateContextToStore(context, constants.CERT_STORE_ADD_ALWAYS)
            exported: bytes = memory.PFXExportCertStoreEx(password, flags)
        except self._error as error:
            raise UnusableError(
                f"Windows does not give out the private key ({_said(error)})",
                "Import the PFX file again with the key marked as exportable, or give that file as "
                "SSLClientCert; keys of the machine need an administrator's rights, and those of "
                "smart cards cannot be used.",
            ) from None
        return exported


def _said(error: Any) -> str:
    """Windows' words and number, which is negative where it is an error of cryptography."""
    return f"{error.strerror}, 0x{error.winerror & 0xFFFFFFFF:08X}"
