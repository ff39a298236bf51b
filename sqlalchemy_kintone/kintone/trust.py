"""Which servers to trust, and the certificate to show them: the context of TLS."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import certifi
import truststore

from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.errors import InterfaceError

_FINGERPRINT = "sha256:"
_PEM = "-----BEGIN "
_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_CERTIFICATE_NAMES = (".pem", ".crt", ".cer")


@dataclass(frozen=True)
class Tls:
    """How to speak TLS.

    Attributes:
        context: Authorities to trust, and the certificate to show.
        fingerprint: The SHA-256 fingerprint of the one server certificate to trust, in 64
            hexadecimal digits; None where authorities say whom to trust.
    """

    context: ssl.SSLContext
    fingerprint: str | None = None


def tls_of(settings: Settings) -> Tls:
    """TLS as the settings and the environment want it.

    Raises:
        InterfaceError: A certificate cannot be used.
    """
    trusted = settings.ssl_server_cert
    if trusted is not None and trusted.startswith(_FINGERPRINT):
        tls = Tls(_unverified_context(), trusted.removeprefix(_FINGERPRINT))
    else:
        tls = Tls(server_context(settings))
    if settings.ssl_client_cert is not None:
        _show_certificate(tls.context, settings)
    return tls


def server_context(settings: Settings) -> ssl.SSLContext:
    """A context that trusts authorities and shows no certificate.

    Those that ``SSLServerCert`` names, or else the environment, or else the system; a fingerprint
    names none.

    Raises:
        InterfaceError: The certificates cannot be used.
    """
    named = [("SSLServerCert", settings.ssl_server_cert or "")]
    named += [(each, os.environ.get(each, "")) for each in _VARIABLES]
    for name, trusted in named:
        if trusted and not trusted.startswith(_FINGERPRINT):
            return _context_of(name, trusted)
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.platform not in ("darwin", "win32"):
        # Small Linux systems have no authorities of their own; requests brings these.
        context.load_verify_locations(certifi.where())
    return context


def _context_of(name: str, trusted: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # A server's own certificate, or an intermediate authority's, may be trusted without its root.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    place = "(given as text)" if _PEM in trusted else trusted
    try:
        if _PEM in trusted:
            context.load_verify_locations(cadata=trusted.replace("\\n", "\n"))
        elif os.path.isdir(trusted):
            context.load_verify_locations(capath=trusted)
            for file in _certificate_files(Path(trusted)):
                context.load_verify_locations(cafile=file)
        else:
            context.load_verify_locations(cafile=trusted)
    except OSError as error:
        raise InterfaceError(
            f"{name} {place} cannot be used ({_reason(error)}). It must be a PEM file of "
            "the certificates to trust, a folder of such files, PEM text, or sha256: with the "
            "fingerprint of the server's certificate."
        ) from None
    return context


def _certificate_files(folder: Path) -> Iterator[Path]:
    """OpenSSL itself only finds files that are named by the hash of their subject."""
    for file in sorted(folder.iterdir()):
        if file.suffix in _CERTIFICATE_NAMES and file.is_file():
            yield file


def _unverified_context() -> ssl.SSLContext:
    """For a connection that is checked by the server's fingerprint alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _show_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    # The library behind it takes a while to load, and few connections need it.
    from sqlalchemy_kintone.kintone.certificates import client_identity, show_identity

    identity = client_identity(settings, datetime.now(timezone.utc))
    if identity is None:
        return
    try:
        show_identity(context, identity)
        # A server that asks for the certificate only when it has seen the path gets it too.
        if context.post_handshake_auth is not None:
            context.post_handshake_auth = True
    except OSError as error:
        raise InterfaceError(
            f"The client certificate cannot be used ({_reason(error)}). Its key may be too short "
            "for the installed OpenSSL, or the folder for temporary files cannot be written."
        ) from None


def _reason(error: OSError) -> str:
    return f"{type(error).__name__}: {error.strerror or error}"
