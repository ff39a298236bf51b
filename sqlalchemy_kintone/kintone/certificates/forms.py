"""The forms of certificate files, told by their first bytes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from sqlalchemy_kintone.kintone.certificates.contents import UnusableError


class Form(Enum):
    """The form of a certificate file; the value is its name in messages."""

    PEM = "PEM"
    PFX = "PFX (PKCS #12)"
    P7B = "P7B (PKCS #7)"
    JKS = "JKS (Java)"
    DER_CERTIFICATE = "DER, of a certificate"
    DER_KEY = "DER, of a private key"


FORMS_OF_TYPE: Mapping[str, frozenset[Form]] = MappingProxyType(
    {
        "PEMKEY_FILE": frozenset({Form.PEM, Form.DER_CERTIFICATE, Form.DER_KEY}),
        "PEMKEY_BLOB": frozenset({Form.PEM, Form.DER_CERTIFICATE, Form.DER_KEY}),
        "PFXFILE": frozenset({Form.PFX}),
        "PFXBLOB": frozenset({Form.PFX}),
        "P7BFILE": frozenset({Form.P7B, Form.PEM}),
        # Since Java 9 keytool writes PKCS #12, whatever the file is called.
        "JKSFILE": frozenset({Form.JKS, Form.PFX}),
        "JKSBLOB": frozenset({Form.JKS, Form.PFX}),
    }
)
"""What files each ``SSLClientCertType`` may name."""

_PEM = b"-----BEGIN "
_JAVA_STORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_SEQUENCE = 0x30
_PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)


def form_of(data: bytes) -> Form | None:
    """The form of a file's content; None where it is none of these."""
    if _PEM in data:
        return Form.PEM
    if data.startswith(_JAVA_STORES):
        return Form.JKS
    inner = _first_of_sequence(data)
    if inner.startswith(b"\x02\x01\x03"):
        return Form.PFX
    if inner.startswith(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"):
        return Form.P7B
    # A version number: the key in PKCS #8 or in the form of RSA or EC.
    if inner.startswith((b"\x02\x01\x00", b"\x02\x01\x01")):
        return Form.DER_KEY
    # The algorithm of an encrypted key starts with an identifier; a certificate's body does not.
    if inner.startswith(b"\x30"):
        is_identifier = _first_of_sequence(inner).startswith(b"\x06")
        return Form.DER_KEY if is_identifier else Form.DER_CERTIFICATE
    return None


def bytes_of_text(text: str) -> bytes:
    """The bytes of a file whose content was given as text: PEM as it is, else Base64.

    PEM that lost its line breaks on the way through a variable gets them back.

    Raises:
        UnusableError: It is neither.
    """
    if _PEM.decode() not in text:
        try:
            data = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            raise UnusableError(
                "it is neither PEM text nor Base64",
                "Give the whole content of the file, such as what `base64 client.pfx` writes.",
            ) from None
        if _PEM not in data:
            return data
        text = data.decode("latin-1")
    text = text.replace("\\r", "").replace("\\n", "\n")
    return _PEM_BLOCK.sub(_with_line_breaks, text).encode("latin-1", errors="replace")


def _with_line_breaks(block: re.Match[str]) -> str:
    label, body = block[1], block[2]
    if "\n" not in body.strip():
        body = "\n" + "\n".join(body.split()) + "\n"
    return f"-----BEGIN {label}-----{body}-----END {label}-----\n"


def _first_of_sequence(data: bytes) -> bytes:
    """What a DER (or BER) sequence starts with; empty where it is none."""
    if len(data) < 2 or data[0] != _SEQUENCE:
        return b""
    length_bytes = data[1] & 0x7F if data[1] & 0x80 else 0
    return data[2 + length_bytes :]
