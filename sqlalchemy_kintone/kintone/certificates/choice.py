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
    identities = list(_identities(contents))
    if not identities:
        raise _without_key(contents)
    matching = _matching(identities, subject)
    if not matching:
        raise UnusableError(
            f"no certificate in it has the subject {subject!r} (there are: {_listed(identities)})",
            "Check SSLClientCertSubject, or leave it out.",
        )
    valid = [each for each in matching if _begin(each) <= now <= _end(each)]
    if not valid:
        raise _not_valid(max(matching, key=_end), now)
    return max(valid, key=lambda each: (_begin(each), _end(each)))


def _identities(contents: Contents) -> Iterator[Identity]:
    keys = {_public_bytes(key.public_key()): key for key in contents.keys}
    unique = tuple(dict.fromkeys(contents.certificates))
    for certificate in unique:
        key = keys.get(_public_bytes(certificate.public_key()))
        if key is not None:
            yield Identity(certificate, key, tuple(_chain(certificate, unique)))


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


def _matching(identities: Sequence[Identity], subject: str) -> list[Identity]:
    if subject.strip() == _ANY:
        return list(identities)
    wanted = _normal(subject)
    whole = [each for each in identities if wanted in _whole_forms(each.certificate)]
    return whole or [
        each for each in identities if any(wanted in form for form in _orders(each.certificate))
    ]


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


def _begin(identity: Identity) -> datetime:
    return identity.certificate.not_valid_before_utc


def _end(identity: Identity) -> datetime:
    return identity.certificate.not_valid_after_utc


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string(_SHORT_NAMES) or "an empty subject"


def _listed(identities: Sequence[Identity]) -> str:
    subjects = [_subject(each.certificate) for each in identities]
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


def _not_valid(identity: Identity, now: datetime) -> UnusableError:
    begin, end = _begin(identity), _end(identity)
    which = f"the certificate of {_subject(identity.certificate)}"
    if now > end:
        return UnusableError(
            f"{which} expired on {end:%Y-%m-%d at %H:%M} UTC", "Ask for a new certificate."
        )
    return UnusableError(
        f"{which} is valid from {begin:%Y-%m-%d at %H:%M} UTC only",
        "Wait until then, and check the clock of this machine.",
    )
