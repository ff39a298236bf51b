"""The syntax of connection strings: ``Name=value;Name="a; value";…``.

Messages about them never show any of their text, as that may be a piece of a secret whose quotes
were forgotten; they name the position instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy_kintone.errors import InterfaceError

_URL = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_CLOSING = {'"': '"', "'": "'", "{": "}"}


@dataclass(frozen=True)
class Item:
    """One ``Name=value``.

    Attributes:
        name: As written, without blanks around it.
        value: Without its quotes.
        position: Where the name starts, counted from 1.
    """

    name: str
    value: str = field(repr=False)
    position: int


def items(text: str) -> Iterator[Item]:
    """The items of a connection string, in order; empty items are skipped.

    A value may stand in ``"…"``, ``'…'`` or ``{…}`` to hold ``;`` or blanks at its ends; the
    closing character is doubled to stand for itself. Without quotes a value ends at ``;``.

    Raises:
        InterfaceError: It is not of that form.
    """
    if _URL.match(text):
        raise InterfaceError(
            "The connection string is a URL. It must be Name=value;Name=value, such as "
            "Url=https://ex.cybozu.com;User=me;Password=…; URLs that start with kintone:// are for "
            "sqlalchemy.create_engine()."
        )
    at = 0
    while at < len(text):
        if text[at] == ";" or text[at].isspace():
            at += 1
            continue
        start = at
        equals, semicolon = text.find("=", at), text.find(";", at)
        if equals < 0 or 0 <= semicolon < equals:
            raise InterfaceError(
                f"The connection string has no '=' in the part from character {start + 1} on. "
                "It must be Name=value;Name=value; put values that hold ';' into double quotes."
            )
        value, at = _value(text, equals + 1)
        yield Item(text[start:equals].strip(), value, start + 1)


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that starts at an index, and the index after it."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at < len(text) and text[at] in _CLOSING:
        return _quoted(text, at)
    end = text.find(";", at)
    end = len(text) if end < 0 else end
    return text[at:end].strip(), end


def _quoted(text: str, start: int) -> tuple[str, int]:
    closing = _CLOSING[text[start]]
    parts: list[str] = []
    at = start + 1
    while True:
        end = text.find(closing, at)
        if end < 0:
            raise InterfaceError(
                f"The connection string has a quote at character {start + 1} that is never closed "
                f"by {closing}. Close it, or put the value into other quotes."
            )
        parts.append(text[at:end])
        at = end + 1
        if text[at : at + 1] != closing:
            break
        parts.append(closing)
        at += 1
    rest = text.find(";", at)
    rest = len(text) if rest < 0 else rest
    if text[at:rest].strip():
        raise InterfaceError(
            f"The connection string goes on after the quote that closes at character {at}. Only "
            f"';' may follow; double the {closing} where it is part of the value."
        )
    return "".join(parts), rest
