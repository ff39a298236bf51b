"""Texts between two pairs of dollars: ``$$it's$$`` is ``'it''s'``.

The tokenizer takes ``$`` for a letter. So such a text is shown to it as a plain string of the same
length, and put into the token afterwards. DuckDB's tags (``$a$text$a$``) are names here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PARTS = re.compile(
    r"""
      [eE]'[^'\\]*(?:(?:''|\\.)[^'\\]*)*'  # a string with escapes
    | '[^']*(?:''[^']*)*'           # a string
    | "[^"]*(?:""[^"]*)*"           # a name in quotes
    | --[^\n]*                      # a comment
    | /\*.*?\*/                     # a comment
    | \w[\w$]*                      # a name or number
    | \$(?!\$)[\w$]*                # a name as $id
    | \$\$(?P<text>.*?)\$\$
    """,
    re.DOTALL | re.VERBOSE,
)


def dollar_texts(sql: str) -> Mapping[int, str]:
    """The texts in dollars, by where their first dollar stands."""
    if "$$" not in sql:
        return {}
    found = (match for match in _PARTS.finditer(sql) if match["text"] is not None)
    return {match.start(): match["text"] for match in found}


def masked(sql: str, texts: Mapping[int, str]) -> str:
    """The statement with plain strings of the same lengths in their places."""
    for start, text in texts.items():
        length = len(text) + 2
        sql = f"{sql[:start]}'{'x' * length}'{sql[start + length + 2 :]}"
    return sql
