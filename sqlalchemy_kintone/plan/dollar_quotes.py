"""Texts between dollars: ``$$it's$$`` and ``$tag$it's$tag$`` are ``'it''s'``.

The tokenizer takes ``$`` for a letter. So such a text is shown to it as a plain string of the same
length, and put into the token afterwards. A tag that is not closed is a name, as ``$id`` is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_DOLLARS = re.compile(r"\$(?:[^\W\d]\w*)?\$")
_PARTS = re.compile(
    r"""
      [eE]'[^'\\]*(?:(?:''|\\.)[^'\\]*)*'  # a string with escapes
    | '[^']*(?:''[^']*)*'           # a string
    | "[^"]*(?:""[^"]*)*"           # a name in quotes
    | --[^\n]*                      # a comment
    | /\*.*?\*/                     # a comment
    | \w[\w$]*                      # a name or number
    | (?P<tag>\$(?:[^\W\d]\w*)?\$)(?P<text>.*?)(?P=tag)
    | \$(?!\$)[\w$]*                # a name as $id
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class DollarText:
    """A text in dollars.

    Attributes:
        text: What it says.
        length: How many characters it takes with dollars and tags.
    """

    text: str
    length: int


def dollar_texts(sql: str) -> Mapping[int, DollarText]:
    """The texts in dollars, by where their first dollar stands."""
    if _DOLLARS.search(sql) is None:
        return {}
    found = (match for match in _PARTS.finditer(sql) if match["text"] is not None)
    return {match.start(): DollarText(match["text"], len(match[0])) for match in found}


def masked(sql: str, texts: Mapping[int, DollarText]) -> str:
    """The statement with plain strings of the same lengths in their places."""
    for start, found in texts.items():
        sql = f"{sql[:start]}'{'x' * (found.length - 2)}'{sql[start + found.length :]}"
    return sql
