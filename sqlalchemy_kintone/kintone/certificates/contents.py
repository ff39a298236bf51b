"""What a certificate file holds, and why one cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

PrivateKey: TypeAlias = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)
"""The keys that TLS knows how to sign with."""


class UnusableError(Exception):
    """A source of certificates cannot be used.

    Args:
        cause: What is wrong, without the text of passwords and keys.
        remedy: What to do about it.
    """

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


@dataclass(frozen=True)
class Contents:
    """Certificates and private keys, not yet matched to each other.

    Attributes:
        certificates: The certificates.
        keys: The private keys.
        unopened: Files that may hold more, each with why it did not open.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    keys: tuple[PrivateKey, ...] = field(default=(), repr=False)
    unopened: tuple[str, ...] = ()

    def __add__(self, other: Contents) -> Contents:
        return Contents(
            self.certificates + other.certificates,
            self.keys + other.keys,
            self.unopened + other.unopened,
        )


def signing_key(key: PrivateKeyTypes) -> PrivateKey:
    """The key, if TLS can sign with it.

    Raises:
        UnusableError: It cannot.
    """
    if isinstance(
        key,
        rsa.RSAPrivateKey
        | ec.EllipticCurvePrivateKey
        | ed25519.Ed25519PrivateKey
        | ed448.Ed448PrivateKey,
    ):
        return key
    raise UnusableError(
        f"its private key is a {type(key).__name__}, which TLS does not use",
        "Ask for a certificate with an RSA or EC key.",
    )
