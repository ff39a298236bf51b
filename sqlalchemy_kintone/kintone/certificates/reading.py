"""From the bytes of a certificate file to certificates and private keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)

from sqlalchemy_kintone.conninfo import Secret
from sqlalchemy_kintone.kintone.certificates.contents import Contents, UnusableError, signing_key
from sqlalchemy_kintone.kintone.certificates.forms import Form, form_of
from sqlalchemy_kintone.kintone.certificates.java import java_contents

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_CERTIFICATE = (b"CERTIFICATE", b"X509 CERTIFICATE")
_PASSWORD_REMEDY = "Check SSLClientCertPassword."  # noqa: S105 - no password


def read_contents(
    data: bytes, allowed: frozenset[Form] | None, password: Secret | None
) -> Contents:
    """The certificates and private keys in a file.

    Args:
        data: The file's content.
        allowed: The forms it may have; None for any.
        password: What it, or its keys, are encrypted with.

    Raises:
        UnusableError: It is of another form, damaged, or the password is wrong.
    """
    form = form_of(data)
    if form is None:
        raise UnusableError(
            "it is no certificate file of a known form", "Give a PEM, PFX, P7B or JKS file."
        )
    if allowed is not None and form not in allowed:
        raise UnusableError(
            f"its form is {form.value}, not what SSLClientCertType says",
            "Leave out SSLClientCertType, and the form is recognised.",
        )
    try:
        return _read(form, data, None if password is None else password.reveal().encode())
    except UnsupportedAlgorithm:
        raise UnusableError(
            "it is encrypted in a way that the installed OpenSSL does not know",
            "Write it anew: openssl pkcs12 -legacy -in old.pfx -out client.pem.",
        ) from None


def _read(form: Form, data: bytes, password: bytes | None) -> Contents:
    if form is Form.PEM:
        return _pem(data, password)
    if form is Form.PFX:
        return _pfx(data, password)
    if form is Form.JKS:
        return java_contents(data, password)
    if form is Form.P7B:
        return _p7b(data, pkcs7.load_der_pkcs7_certificates)
    if form is Form.DER_CERTIFICATE:
        return Contents((_certificate(data, x509.load_der_x509_certificate),))
    return _der_key(data, password)


def _pem(data: bytes, password: bytes | None) -> Contents:
    contents = Contents()
    for block in _BLOCK.finditer(data):
        label, text = block[1], block[0] + b"\n"
        if label in _CERTIFICATE:
            contents += Contents((_certificate(text, x509.load_pem_x509_certificate),))
        elif label == b"PKCS7":
            contents += _p7b(text, pkcs7.load_pem_pkcs7_certificates)
        elif label.endswith(b"PRIVATE KEY"):
            contents += _key(text, password, b"ENCRYPTED" in text, load_pem_private_key)
    return contents


def _der_key(data: bytes, password: bytes | None) -> Contents:
    # An unencrypted key starts with its version, an encrypted one with the algorithm.
    is_encrypted = b"\x02\x01" not in data[:7]
    return _key(data, password, is_encrypted, load_der_private_key)


def _pfx(data: bytes, password: bytes | None) -> Contents:
    for candidate in _passwords(password):
        try:
            loaded = pkcs12.load_pkcs12(data, candidate)
        except ValueError:
            continue
        certificates = [
            each.certificate for each in (loaded.cert, *loaded.additional_certs) if each
        ]
        keys = () if loaded.key is None else (signing_key(loaded.key),)
        return Contents(tuple(certificates), keys)
    if password is None:
        raise UnusableError(
            "it is protected by a password, or damaged",
            "Give SSLClientCertPassword; Kintone shows it once, when the certificate is made.",
        )
    raise UnusableError("its password is another one, or it is damaged", _PASSWORD_REMEDY)


def _passwords(password: bytes | None) -> Iterator[bytes | None]:
    # No password and an empty one are two things in PKCS #12, and programs differ.
    if password:
        yield password
    else:
        yield from (None, b"")


def _certificate(data: bytes, load: Callable[[bytes], x509.Certificate]) -> x509.Certificate:
    try:
        return load(data)
    except ValueError:
        raise UnusableError(
            "a certificate in it is damaged", "Export it from its source again."
        ) from None


def _p7b(data: bytes, load: Callable[[bytes], list[x509.Certificate]]) -> Contents:
    try:
        return Contents(tuple(load(data)))
    except ValueError:
        raise UnusableError("it is damaged", "Export it from its source again.") from None


def _key(
    data: bytes, password: bytes | None, is_encrypted: bool, load: Callable[..., PrivateKeyTypes]
) -> Contents:
    if is_encrypted and not password:
        raise UnusableError("its private key is encrypted", "Give SSLClientCertPassword.")
    try:
        # A password that is not needed is an error there, and none here.
        key = load(data, password=password if is_encrypted else None)
    except (ValueError, TypeError):
        if is_encrypted:
            cause = "the password of its private key is another one, or the key is damaged"
            raise UnusableError(cause, _PASSWORD_REMEDY) from None
        raise UnusableError(
            "its private key is damaged", "Export it from its source again."
        ) from None
    return Contents(keys=(signing_key(key),))
