"""SQL text to statements and backslash commands.

Quotes and comments are read as the driver reads them: ``--`` and nested ``/* */`` comments,
``'…'``, ``E'…'``, ``"…"``, ``$$…$$`` and ``$tag$…$tag$``. A tag that is not closed is a name: ``$``
is a letter of names here, as in ``$id`` and ``orders$lines``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<blank> \s+ | --[^\n]* )
    | (?P<comment> /\* )
    | (?P<command> \\ [^\n]* )
    | (?P<end> ; )
    | [eE]'[^'\\]*(?:(?:''|\\.)[^'\\]*)*'(?!')
    | '[^']*(?:''[^']*)*'(?!')
    | "[^"]*(?:""[^"]*)*"(?!")
    | (?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?P=tag)
    | (?P<open> [eE]?['"] | \$\$ )
    | [\w$]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Statement:
    """One SQL statement.

    Attributes:
        text: From its first word on, without the final ``;``.
        line: The line it starts on, counted from 1.
    """

    text: str
    line: int


@dataclass(frozen=True)
class Command:
    r"""A backslash command, alone on its line.

    Attributes:
        name: Such as ``\d``.
        argument: What follows the name; empty for nothing.
        line: The line it stands on, counted from 1.
    """

    name: str
    argument: str
    line: int


Step = Statement | Command


@dataclass(frozen=True)
class Script:
    """Text taken apart.

    Attributes:
        steps: The complete statements and commands, in order.
        rest: The statement that no ``;`` ends yet; None where nothing but blanks and comments is
            left.
    """

    steps: tuple[Step, ...]
    rest: Statement | None

    def ended(self) -> tuple[Step, ...]:
        """The steps where no more text comes: the last statement needs no ``;``."""
        return self.steps if self.rest is None else (*self.steps, self.rest)


def read_script(text: str) -> Script:
    r"""Take text apart.

    A backslash that nothing but blanks precedes on its line, or since the last ``;``, starts a
    command, unless a quote or comment is open. A command in the middle of a statement comes before
    that statement and is no part of it.
    """
    steps: list[Step] = []
    parts: list[str] = []
    start = at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token is not None, at  # noqa: S101 - the last alternative takes any character
        kind, end = token.lastgroup, token.end()
        if kind == "command" and not (parts and _line_before(text, at).strip()):
            steps.append(_command(token[0], _line(text, at)))
        elif kind == "end":
            steps += _statement(parts, _line(text, start))
            parts = []
        else:
            if kind == "comment":
                end = _comment_end(text, at)
            elif kind == "open":
                end = len(text)
            elif kind == "command":
                end = at + 1
            open_ended = kind == "open" or (kind == "comment" and not text[at:end].endswith("*/"))
            # Blanks and comments before a statement are no part of it.
            if parts or open_ended or kind not in ("blank", "comment"):
                start = start if parts else at
                parts.append(text[at:end])
        at = end
    rest = _statement(parts, _line(text, start))
    return Script(tuple(steps), rest[0] if rest else None)


def _statement(parts: list[str], line: int) -> list[Statement]:
    while parts and parts[-1].isspace():
        parts.pop()
    return [Statement("".join(parts), line)] if parts else []


def _command(text: str, line: int) -> Command:
    name, *arguments = text.rstrip().rstrip(";").split(None, 1)
    return Command(name, "".join(arguments).rstrip(), line)


def _line_before(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : at]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _comment_end(text: str, start: int) -> int:
    """The index after the comment, or the text's end where it is never closed."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)
