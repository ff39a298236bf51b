"""DuckDB's messages in the words of the statement: it only knows the SQL over the scans' views."""

from __future__ import annotations

import re

_VIEW = re.compile(r'\b_*scan_\d+ AS ("(?:[^"]|"")*"|\w+)')
_EXCERPT = re.compile(r"^(?P<line>LINE \d+: .*)\n(?P<before> *)(?P<marks>\^+)$", re.MULTILINE)


def in_words_of_statement(message: str) -> str:
    """A message whose excerpt of SQL names apps instead of views, its caret in place."""
    return _EXCERPT.sub(_renamed, message)


def _renamed(excerpt: re.Match[str]) -> str:
    line, caret = excerpt["line"], len(excerpt["before"])
    views = [view for view in _VIEW.finditer(line) if view.end() <= caret]
    before = caret - sum(len(view[0]) - len(view[1]) for view in views)
    return f"{_VIEW.sub(_name, line)}\n{' ' * before}{excerpt['marks']}"


def _name(view: re.Match[str]) -> str:
    return view[1]
