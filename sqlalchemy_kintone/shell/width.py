"""How many columns of a terminal text takes, and text that a terminal cannot be misled by."""

from __future__ import annotations

import unicodedata

_SOFT_HYPHEN = "\u00ad"
_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def display_width(text: str) -> int:
    """Columns that text takes: two for wide East Asian characters, none for combining marks.

    Characters whose width Unicode calls ambiguous, such as ``○``, count as one.
    """
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def padded(text: str, width: int) -> str:
    """Text filled up with spaces on its right."""
    return text + " " * (width - display_width(text))


def padded_left(text: str, width: int) -> str:
    """Text filled up with spaces on its left."""
    return " " * (width - display_width(text)) + text


def visible(text: str) -> str:
    r"""Text on one line, with control characters as escapes such as ``\n`` and ``\x1b``.

    Records are written by anybody: what they hold must not move the cursor of a terminal, nor
    turn the direction of the text around it.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _character_width(character: str) -> int:
    category = unicodedata.category(character)
    if category in ("Mn", "Me") or (category == "Cf" and character != _SOFT_HYPHEN):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _visible_character(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE and character not in _DIRECTIONS:
        return character
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
