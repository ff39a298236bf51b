"""Why TLS failed, and what to do about it: told by OpenSSL's reasons and codes."""

from __future__ import annotations

import ssl

import urllib3

from sqlalchemy_kintone.conninfo import Settings

_NO_TLS = frozenset(
    {"HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "WRONG_VERSION_NUMBER"}
)
"""OpenSSL's reasons where the other side does not speak TLS."""
_WANTED = ("CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE")
"""Ends of the alerts of a server that misses a client certificate."""
_NOT_TAKEN = (
    "ACCESS_DENIED",
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_UNKNOWN",
    "DECRYPT_ERROR",
    "HANDSHAKE_FAILURE",
    "UNKNOWN_CA",
    "UNSUPPORTED_CERTIFICATE",
)
"""Ends of the alerts of a server that does not take a client certificate (RFC 8446, 6.2)."""
_NOT_YET_VALID, _EXPIRED = 9, 10
_WITHOUT_AUTHORITY = frozenset({2, 18, 19, 20, 21})
_OTHER_HOST = frozenset({62, 64})
"""OpenSSL's ``X509_V_ERR_…``."""


def is_refusal(error: BaseException) -> bool:
    """Whether one side did not let the other in, so that nothing was sent through.

    Args:
        error: What OpenSSL, or urllib3 for a fingerprint, raised.
    """
    reason = _reason(error)
    if isinstance(error, ssl.SSLCertVerificationError) or reason in _NO_TLS:
        return True
    return _is_of_fingerprint(error) or (
        "ALERT" in reason and reason.endswith(_WANTED + _NOT_TAKEN)
    )


def remedy_for_tls(error: BaseException, settings: Settings) -> str:
    """What to do where a server could not be spoken to.

    Args:
        error: What OpenSSL, or urllib3 for a fingerprint, raised.
        settings: The connection's settings.
    """
    reason = _reason(error)
    if reason in _NO_TLS:
        return "What answers there speaks no TLS: check the port of Url, or say http:// in it."
    if "ALERT" in reason:
        shows_certificate = settings.ssl_client_cert is not None
        if shows_certificate and reason.endswith(_NOT_TAKEN):
            return (
                "The server does not take the client certificate: check that SSLClientCert was "
                "issued for this domain, and has not been revoked."
            )
        if not shows_certificate and reason.endswith(_WANTED):
            return "The domain asks for a client certificate: give SSLClientCert."
    if _is_of_fingerprint(error):
        return (
            "The server shows another certificate than SSLServerCert says: where it was renewed, "
            "give the new fingerprint; otherwise somebody stands in between."
        )
    if settings.asks_for_certificate and not settings.ssl_client_cert:
        return "This address takes none without a client certificate: give SSLClientCert."
    return _remedy_for_certificate(error) or (
        "Check Url and, where the network re-signs TLS, SSLServerCert; a domain that wants a "
        "client certificate needs SSLClientCert."
    )


def remedy_for_proxy_tls(error: BaseException, parameter: str) -> str:
    """What to do where a proxy could not be spoken to.

    Args:
        error: What OpenSSL raised.
        parameter: What names the proxy.
    """
    if _reason(error) in _NO_TLS:
        return f"It speaks no TLS there: say http:// instead of https:// in {parameter}."
    return _remedy_for_certificate(error) or f"Check {parameter}."


def _remedy_for_certificate(error: BaseException) -> str | None:
    """What to do about a certificate that is not trusted; None where that is not why."""
    code = getattr(error, "verify_code", None)
    if code in _WITHOUT_AUTHORITY:
        return (
            "No authority that is trusted here vouches for it: where your network re-signs TLS, or "
            "the certificate is of your own, say so with SSLServerCert; otherwise check the "
            "address."
        )
    if code == _EXPIRED:
        return "Its certificate has expired: tell those who run it, or check this machine's clock."
    if code == _NOT_YET_VALID:
        return "Its certificate is not valid yet: check this machine's clock."
    if code in _OTHER_HOST:
        return "Its certificate is for another host: check the address."
    return None


def _is_of_fingerprint(error: BaseException) -> bool:
    """urllib3 has no type of its own for it."""
    return isinstance(error, urllib3.exceptions.SSLError) and "ingerprint" in str(error)


def _reason(error: BaseException) -> str:
    """OpenSSL's name of what went wrong, such as ``TLSV1_ALERT_UNKNOWN_CA``."""
    reason = getattr(error, "reason", None)
    return reason if isinstance(reason, str) else ""
