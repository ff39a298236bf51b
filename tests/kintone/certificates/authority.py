"""An authority that issues certificates to people, in every form that files have."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509.oid import NameOID

NOW = datetime.now(timezone.utc).replace(microsecond=0)
DAY = timedelta(days=1)

_USE_OF_AUTHORITIES = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def encryption(password: str | None) -> KeySerializationEncryption:
    return NoEncryption() if password is None else BestAvailableEncryption(password.encode())


@dataclass(frozen=True)
class Person:
    """A certificate with its key, and the authorities above it without the root."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()

    def certificates_pem(self) -> bytes:
        chain = (self.certificate, *self.above)
        return b"".join(each.public_bytes(Encoding.PEM) for each in chain)

    def key_pem(
        self, password: str | None = None, form: PrivateFormat = PrivateFormat.PKCS8
    ) -> bytes:
        return self.key.private_bytes(Encoding.PEM, form, encryption(password))

    def key_der(self, password: str | None = None) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, encryption(password))

    def pem(self, password: str | None = None) -> bytes:
        return self.key_pem(password) + self.certificates_pem()

    def pfx(self, password: str | None) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"me", self.key, self.certificate, self.above, encryption(password)
        )

    def p7b(self, encoding: Encoding) -> bytes:
        return pkcs7.serialize_certificates([*self.above, self.certificate], encoding)


@dataclass
class Authority:
    """A root, or an authority below one."""

    name: str = "Root"
    above: Authority | None = None
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    certificate: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        signer = self.above or self
        issuer = subject if self.above is None else self.above.certificate.subject
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = (
            _builder(subject, issuer, self.key, signer.key, NOW - 9 * DAY, NOW + 9 * DAY)
            .add_extension(constraints, critical=True)
            .add_extension(_USE_OF_AUTHORITIES, critical=True)
            .sign(signer.key, hashes.SHA256())
        )

    def issue(
        self,
        name: str = "me",
        begin: datetime = NOW - DAY,
        end: datetime = NOW + DAY,
        organization: str = "Example, Inc.",
        usage: x509.ObjectIdentifier | None = None,
    ) -> Person:
        """A certificate of the subject ``O=Example, Inc., CN=name, E=name@example.com``."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
                x509.NameAttribute(NameOID.EMAIL_ADDRESS, f"{name}@example.com"),
            ]
        )
        builder = _builder(subject, self.certificate.subject, key, self.key, begin, end)
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return Person(certificate, key, () if self.above is None else (self.certificate,))

    def issue_for(self, key: rsa.RSAPrivateKey) -> x509.Certificate:
        """A certificate for a key of one's own."""
        subject = self.certificate.subject
        builder = _builder(subject, subject, key, self.key, NOW - DAY, NOW + DAY)
        return builder.sign(self.key, hashes.SHA256())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        # From Python 3.13 on, servers take no certificates without these.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
