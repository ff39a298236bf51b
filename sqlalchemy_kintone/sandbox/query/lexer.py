"""Query text to tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy_kintone.sandbox.query.refusals import syntax_error
from sqlalchemy_kintone.sandbox.switches import Switches

_BLANKS = " \t\r\n\u3000"
_ESCAPES = {'"': '"', "\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SYMBOL = re.compile(r"<=|>=|!=|[=<>(),.]")
_STRING_PLAIN = re.compile(r'[^"\\\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` of a string has its escapes undone.

    ``glued`` tells that no white space stands before it.
    """

    kind: Literal["word", "number", "string", "symbol", "end"]
    text: str
    glued: bool


def _in_word(character: str) -> bool:
    # Field codes hold letters, digits, kana, kanji, _ ＿ ・ ･ and currency signs.
    return character in "・･" or unicodedata.category(character) in _WORD_CATEGORIES


_WORD_CATEGORIES = frozenset(
    ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Sc")
)


def tokens(text: str, switches: Switches) -> Iterator[Token]:
    """The tokens of a query, closed by one of kind ``end``.

    Raises:
        KintoneError: CB_VA01 for a character that starts nothing (single quotes among them), an
            open string, or a raw control character in a string.
    """
    position, length = 0, len(text)
    while True:
        start = position
        while position < length and text[position] in _BLANKS:
            position += 1
        glued = position == start
        if position == length:
            yield Token("end", "", glued)
            return
        character = text[position]
        if character == '"':
            content, position = _string(text, position + 1, switches)
            yield Token("string", content, glued)
        elif match := _SYMBOL.match(text, position):
            position = match.end()
            yield Token("symbol", match[0], glued)
        elif match := _NUMBER.match(text, position):
            position = match.end()
            if position < length and _in_word(text[position]):
                raise syntax_error()
            yield Token("number", match[0], glued)
        else:
            end = position
            while end < length and _in_word(text[end]):
                end += 1
            if end == position:
                raise syntax_error()
            yield Token("word", text[position:end], glued)
            position = end


def _string(text: str, position: int, switches: Switches) -> tuple[str, int]:
    """The content of the string that was opened before position, and where it ended."""
    content: list[str] = []
    while True:
        if plain := _STRING_PLAIN.match(text, position):
            content.append(plain[0])
            position = plain.end()
        stop = text[position : position + 1]
        if stop == '"':
            return "".join(content), position + 1
        if stop != "\\":  # the end of the text or a raw control character
            raise syntax_error()
        escaped = text[position + 1 : position + 2]
        if escaped in _ESCAPES:
            content.append(_ESCAPES[escaped])
        elif escaped and switches.unknown_escape == "character" and escaped not in "\n\r\t":
            content.append(escaped)
        else:
            raise syntax_error()
        position += 2
