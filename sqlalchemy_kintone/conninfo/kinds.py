"""The kinds of values that parameters have, and how each is read.

``read`` takes what was written (text) or passed (a number, a list) and raises ``ValueError`` with
what the value must be. Such a message never holds the value itself: that may be a secret, or a
part of one that slipped out of its quotes.
"""

from __future__ import annotations

import base64
import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy_kintone.conninfo.secret import Secret
from sqlalchemy_kintone.conninfo.token_store import TokenStore

_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})
_HEADER_SAFE = re.compile(r"[!-+\--~]+")
"""Visible ASCII without the comma, which separates tokens in the header."""


_FINGERPRINT = re.compile(
    r"(?:sha-?256(?: fingerprint)?[:=])?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})", re.IGNORECASE
)
"""With or without what tools write before it, such as ``sha256 Fingerprint=``."""
_LIKE_FINGERPRINT = re.compile(
    r"(?:md5|sha-?1|sha-?256)(?: fingerprint)?[:=].*|(?:[0-9a-f]{2}:?){16,}", re.IGNORECASE
)
_ANYBODY = _NO | _YES | {"*", "none"}
_PEM = "-----BEGIN "
_ENCODED_STARTS = ("MII", "MIA", "MIG", "/u3+7Q", "zs7Ozg", "LS0tLS1CRUdJTi")
"""How Base64 of DER, of Java's two key stores and of PEM starts."""
_ENCODED = re.compile(r"[A-Za-z0-9+/=\s]{100,}")
_CONTENT_LIKE = re.compile(r"[A-Za-z0-9+/=_\s-]{200,}|.{1000,}", re.DOTALL)
"""What is too long for a path, or long and without a dot: rather a key that is never shown."""


class Kind(Protocol):
    """A kind of value."""

    @property
    def label(self) -> str:
        """How the documentation names the kind."""

    def read(self, raw: object) -> Any:
        """The value that ``raw`` means; ``ValueError`` says what it must be."""


def _text_of(raw: object) -> str:
    if isinstance(raw, Enum):
        raw = raw.value
    if isinstance(raw, os.PathLike):
        raw = os.fspath(raw)
    if isinstance(raw, Secret):
        raw = raw.reveal()
    if isinstance(raw, (str, int, float)):
        return str(raw).strip()
    raise ValueError("must be text")


def _items_of(raw: object) -> list[str]:
    if isinstance(raw, Iterable) and not isinstance(raw, (str, bytes)):
        return [_text_of(item) for item in raw]
    return [item.strip() for item in _text_of(raw).split(",")]


@dataclass(frozen=True)
class Text:
    """Any text on one line."""

    label: str = "text"

    def read(self, raw: object) -> str:
        """The text without blanks around it."""
        text = _text_of(raw)
        if not text.isprintable():
            raise ValueError("must be text without line breaks and control characters")
        if not text:
            raise ValueError("must be more than blanks")
        return text


@dataclass(frozen=True)
class FilePath:
    """The path of a file."""

    label: str = "path"

    def read(self, raw: object) -> str:
        """The path, with the home folder for ``~``."""
        return os.path.expanduser(Text().read(raw))


@dataclass(frozen=True)
class Password:
    """A secret of any characters on one line; blanks at its ends count."""

    label: str = "secret"

    def read(self, raw: object) -> Secret:
        """The text, hidden."""
        if isinstance(raw, Secret):
            return raw
        if not isinstance(raw, str):
            raise ValueError("must be text")
        if "\n" in raw or "\r" in raw:
            raise ValueError(
                "must be text without line breaks; what comes from a file may end with one"
            )
        return Secret(raw)


@dataclass(frozen=True)
class Token:
    """A secret that is sent in a header as it stands."""

    label: str = "secret"

    def read(self, raw: object) -> Secret:
        """The token, hidden."""
        text = _text_of(raw)
        if _HEADER_SAFE.fullmatch(text) is None:
            raise ValueError(
                "must be visible ASCII characters without blanks, line breaks and commas"
            )
        return Secret(text)


@dataclass(frozen=True)
class CertificateFile:
    """The path of a file, or what such a file holds: PEM text, or Base64 of the bytes."""

    label: str = "path, or the file's content"

    def read(self, raw: object) -> str | Secret:
        """A path as text; content hidden, as there may be a private key in it."""
        if isinstance(raw, Secret):
            return raw
        if isinstance(raw, bytes):
            if _PEM.encode() in raw:
                return Secret(raw.decode("latin-1"))
            return Secret(base64.b64encode(raw).decode("ascii"))
        text = _text_of(raw)
        encoded = text.startswith(_ENCODED_STARTS) and _ENCODED.fullmatch(text) is not None
        if _PEM in text or encoded or _CONTENT_LIKE.fullmatch(text) is not None:
            return Secret(text)
        if not text.isprintable():
            raise ValueError("must be the path of a file, PEM text, or Base64")
        return text


@dataclass(frozen=True)
class Trust:
    """Whom to trust: a file or folder of certificates, PEM text, or a fingerprint."""

    label: str = "path, PEM text, or `sha256:…`"

    def read(self, raw: object) -> str:
        """The path or PEM text as it is, or ``sha256:`` and 64 digits."""
        if isinstance(raw, bytes):
            raw = raw.decode("latin-1")
        text = _text_of(raw)
        if _PEM in text:
            return text
        if not text.isprintable():
            raise ValueError("must be the path of a file, PEM text, or a fingerprint")
        if text.casefold() in _ANYBODY:
            raise ValueError(
                "must say whom to trust, as there is no way to trust just anybody: a file, or "
                "sha256: with the fingerprint of the server's certificate"
            )
        fingerprint = _FINGERPRINT.fullmatch(text)
        if fingerprint is not None:
            return "sha256:" + fingerprint[1].replace(":", "").lower()
        if _LIKE_FINGERPRINT.fullmatch(text):
            raise ValueError("must have 64 hexadecimal digits after sha256:, those of SHA-256")
        return os.path.expanduser(text)


@dataclass(frozen=True)
class TokenPlace:
    """Where OAuth tokens are kept."""

    label: str = "path"

    def read(self, raw: object) -> str | TokenStore:
        """The path of a file, or an object that keeps them."""
        return raw if isinstance(raw, TokenStore) else Text().read(raw)


@dataclass(frozen=True)
class Tokens:
    """A comma list of tokens."""

    label: str = "list of secrets"

    def read(self, raw: object) -> tuple[Secret, ...]:
        """The tokens, hidden, each once."""
        items = raw if isinstance(raw, (tuple, list)) else _items_of(raw)
        return tuple(dict.fromkeys(Token().read(item) for item in items if item != ""))


@dataclass(frozen=True)
class WholeNumber:
    """An integer within bounds."""

    least: int
    most: int | None = None

    @property
    def label(self) -> str:
        """The bounds in words."""
        return f"{self.least} to {self.most}" if self.most is not None else f"{self.least} or more"

    def read(self, raw: object) -> int:
        """The integer."""
        text = _text_of(raw)
        fits = re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) is not None and not isinstance(
            raw, bool
        )
        if not fits or int(text) < self.least or (self.most is not None and int(text) > self.most):
            raise ValueError(f"must be a whole number, {self.label}")
        return int(text)


@dataclass(frozen=True)
class Seconds:
    """A length of time."""

    least: float
    label: str = "seconds"

    def read(self, raw: object) -> float:
        """The seconds."""
        try:
            seconds = float(_text_of(raw))
        except ValueError:
            seconds = math.nan
        # A NaN fails both comparisons.
        if isinstance(raw, bool) or not self.least <= seconds < 1e9:
            raise ValueError(f"must be a number of seconds, {self.least:g} or more")
        return seconds


@dataclass(frozen=True)
class YesNo:
    """True or false."""

    label: str = "true or false"

    def read(self, raw: object) -> bool:
        """The truth value."""
        word = _text_of(raw).casefold()
        if word not in _YES | _NO:
            raise ValueError("must be true or false")
        return word in _YES


@dataclass(frozen=True)
class Choice:
    """One word of several, whatever its case.

    Attributes:
        words: The words.
    """

    words: tuple[str, ...]

    @property
    def label(self) -> str:
        """The words."""
        return ", ".join(self.words)

    def read(self, raw: object) -> str:
        """The word as the table spells it."""
        text = _text_of(raw).casefold()
        for word in self.words:
            if word.casefold() == text:
                return word
        raise ValueError(f"must be one of {self.label}")


@dataclass(frozen=True)
class Member:
    """One member of an enumeration, written as its value."""

    of: type[Enum]

    @property
    def label(self) -> str:
        """The values."""
        return ", ".join(member.value for member in self.of)

    def read(self, raw: object) -> Enum:
        """The member."""
        return self.of(Choice(tuple(member.value for member in self.of)).read(raw))


@dataclass(frozen=True)
class Ids:
    """A comma list of Kintone ids."""

    label: str = "list of ids"

    def read(self, raw: object) -> tuple[int, ...]:
        """The ids, each once."""
        try:
            ids = [WholeNumber(1).read(item) for item in _items_of(raw)]
        except ValueError:
            raise ValueError("must be ids (whole numbers from 1) separated by commas") from None
        return tuple(dict.fromkeys(ids))


@dataclass(frozen=True)
class TimeZone:
    """An IANA time zone."""

    label: str = "IANA name"

    def read(self, raw: object) -> str:
        """The name, once it is known to exist."""
        text = raw.key if isinstance(raw, ZoneInfo) else _text_of(raw)
        try:
            return ZoneInfo(text).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = "must be the name of a time zone, such as Asia/Tokyo or UTC"
        raise ValueError(message)
