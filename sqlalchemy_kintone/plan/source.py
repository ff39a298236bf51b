"""Places in a statement's text, for messages that point at what is wrong."""

from __future__ import annotations

import unicodedata

from sqlglot import exp


def caret(sql: str, start: int, length: int = 1) -> str:
    """Line, column and the line itself with carets under a stretch of the statement.

    Args:
        sql: The statement.
        start: Where the stretch begins, as an index into ``sql``.
        length: How many characters it has; only those on the first line are marked.

    Returns:
        Text to append to a message: `` (line 1, column 8)`` and two more lines. Line and column
        count from 1; columns are characters.
    """
    start = max(0, min(start, len(sql)))
    line_start = sql.rfind("\n", 0, start) + 1
    line_end = sql.find("\n", start)
    text = sql[line_start : len(sql) if line_end < 0 else line_end].rstrip("\r")
    line, column = sql.count("\n", 0, start) + 1, start - line_start
    marked = text[column : column + length]
    lead = "".join("\t" if c == "\t" else " " * _cells(c) for c in text[:column])
    carets = "^" * max(1, sum(_cells(c) for c in marked))
    return f" (line {line}, column {column + 1})\n  {text}\n  {lead}{carets}"


def caret_of(sql: str, node: exp.Expression) -> str:
    """As ``caret``, for a name in the parsed statement; empty where its place is not known."""
    identifier = node if isinstance(node, exp.Identifier) else node.find(exp.Identifier)
    meta = identifier.meta if identifier is not None else {}
    start, end = meta.get("start"), meta.get("end")
    if start is None or end is None:
        return ""
    return caret(sql, int(start), int(end) - int(start) + 1)


def _cells(character: str) -> int:
    """How many cells of a terminal a character takes."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
