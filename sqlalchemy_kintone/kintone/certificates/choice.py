"""Which certificate to show: matched with its key, searched by subject, valid now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from sqlalchemy_kintone.kintone.certificates.contents import Contents, PrivateKey, UnusableError

_ANY = "*"
_MOST_LISTED = 5
_SHORT_NAMES = {NameOID.EMAIL_ADDRESS: "E"}


@dataclass(frozen=True)
class Identity:
    """A certificate to show, with what proves that it is one's own.

    Attributes:
        certificate: The certificate.
        key: Its private key.
        chain: The authorities between it and the root, nearest first.
    """

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()


def choose(contents: Contents, subject: str, now: datetime) -> Identity:
    """The certificate to show.

    Args:
        contents: What the file, folder or store holds.
        subject: A part of the subject, in any case and order: ``CN=me``, ``me``,
            ``CN=me, O=Example``; ``*`` for any. A whole match wins over a part.
        now: The time at which it must be valid.

    Returns:
        Of several the one that became valid last.

    Raises:
        UnusableError: There is none, none with a key, none of that subject, or none valid now.
    """
    keys = _keys(contents)
    provable = [each for each in _unique(contents) if _public_bytes(each.public_key()) in keys]
    try:
        if not provable:
            raise _without_key(contents)
        return with_key(newest_valid(provable, subject, now), contents)
    except UnusableError as error:
        if not contents.unopened:
            raise
        listed = "; ".join(contents.unopened[:_MOST_LISTED])
        raise UnusableError(f"{error.cause}; not opened: {listed}", error.remedy) from None


def newest_valid(
    certificates: Sequence[x509.Certificate], subject: str, now: datetime
) -> x509.Certificate:
    """Of certificates the one to show.

    Args:
        certificates: One at least.
        subject: As of ``choose``.
        now: The time at which it must be valid.

    Raises:
        UnusableError: None is of that subject, or none of those is valid now.
    """
    matching = _matching(certificates, subject)
    if not matching:
        listed = _listed(certificates)
        raise UnusableError(
            f"no certificate in it has the subject {subject!r} (there are: {listed})",
            "Check SSLClientCertSubject, or leave it out.",
        )
    valid = [each for each in matching if _begin(each) <= now <= _end(each)]
    if not valid:
        raise _not_valid(max(matching, key=_end), now)
    return max(valid, key=lambda each: (_begin(each), _end(each)))


def with_key(certificate: x509.Certificate, contents: Contents) -> Identity:
    """A certificate with its key and the authorities above it.

    Args:
        certificate: The certificate.
        contents: Where the key and the authorities are.

    Raises:
        UnusableError: Its key is not there.
    """
    key = _keys(contents).get(_public_bytes(certificate.public_key()))
    if key is None:
        raise _without_key(contents)
    return Identity(certificate, key, tuple(_chain(certificate, _unique(contents))))


def _unique(contents: Contents) -> tuple[x509.Certificate, ...]:
    return tuple(dict.fromkeys(contents.certificates))


def _keys(contents: Contents) -> dict[bytes, PrivateKey]:
    """The private keys by their public ones."""
    return {_public_bytes(key.public_key()): key for key in contents.keys}


def _public_bytes(key: object) -> bytes:
    encoded = key.public_bytes(  # type: ignore[attr-defined]  # all public keys have it
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return bytes(encoded)


def _chain(
    certificate: x509.Certificate, others: Sequence[x509.Certificate]
) -> Iterator[x509.Certificate]:
    """The issuers of a certificate, without the root: the server must know that itself."""
    seen = [certificate]
    while True:
        last = seen[-1]
        issuers = (
            each
            for each in others
            if each.subject == last.issuer and each.subject != each.issuer and each not in seen
        )
        issuer = next(issuers, None)
        if issuer is None:
            return
        yield issuer
        seen.append(issuer)


def _matching(certificates: Sequence[x509.Certificate], subject: str) -> list[x509.Certificate]:
    if subject.strip() == _ANY:
        return list(certificates)
    wanted = _normal(subject)
    whole = [each for each in certificates if wanted in _whole_forms(each)]
    return whole or [each for each in certificates if any(wanted in form for form in _orders(each))]


def _whole_forms(certificate: x509.Certificate) -> Iterator[str]:
    yield from _orders(certificate)
    for attribute in certificate.subject:
        yield _normal(attribute.rfc4514_string(_SHORT_NAMES))
        yield _normal(str(attribute.value))


def _orders(certificate: x509.Certificate) -> Iterator[str]:
    """The subject from either end: tools do not agree where it begins."""
    parts = [each.rfc4514_string(_SHORT_NAMES) for each in certificate.subject.rdns]
    yield _normal(",".join(parts))
    yield _normal(",".join(reversed(parts)))


def _normal(text: str) -> str:
    """Without case, the backslashes of escapes, and blanks around separators."""
    return re.sub(r"\s*([,=+])\s*", r"\1", text.replace("\\", "").strip()).casefold()


def _begin(certificate: x509.Certificate) -> datetime:
    return certificate.not_valid_before_utc


def _end(certificate: x509.Certificate) -> datetime:
    return certificate.not_valid_after_utc


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string(_SHORT_NAMES) or "an empty subject"


def _listed(certificates: Sequence[x509.Certificate]) -> str:
    subjects = [_subject(each) for each in certificates]
    more = f" and {len(subjects) - _MOST_LISTED} more" if len(subjects) > _MOST_LISTED else ""
    return "; ".join(subjects[:_MOST_LISTED]) + more


def _without_key(contents: Contents) -> UnusableError:
    if not contents.certificates:
        return UnusableError(
            "there is no certificate in it", "Give the certificate with its private key."
        )
    if contents.keys:
        return UnusableError(
            "its private key belongs to none of its certificates",
            "Check SSLClientCert and SSLClientCertKey.",
        )
    return UnusableError(
        "there is no private key in it",
        "Export the certificate with its private key, or give the key as SSLClientCertKey.",
    )


def _not_valid(certificate: x509.Certificate, now: datetime) -> UnusableError:
    begin, end = _begin(certificate), _end(certificate)
    which = f"the certificate of {_subject(certificate)}"
    if now > end:
        return UnusableError(
            f"{which} expired on {end:%Y-%m-%d at %H:%M} UTC", "Ask for a new certificate."
        )
    return UnusableError(
        f"{which} is valid from {begin:%Y-%m-%d at %H:%M} UTC only",
        "Wait until then, and check the clock of this machine.",
    )
