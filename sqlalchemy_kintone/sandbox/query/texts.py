"""Conditions on text and files: equality of text, word search and emptiness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy_kintone.sandbox.model import Json
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.fields import Field
from sqlalchemy_kintone.sandbox.query.refusals import malformed
from sqlalchemy_kintone.sandbox.query.syntax import Call, Operator, Value
from sqlalchemy_kintone.sandbox.query.words import text_of_html, word_search
from sqlalchemy_kintone.sandbox.switches import Switches

ValueTest = Callable[[Json], bool]

TEXT_TYPES = frozenset(("SINGLE_LINE_TEXT", "LINK"))

_COMPARED_LENGTH = 64
_EMPTY_CHARACTERS = " \t\r\n"


def prefix(text: str, switches: Switches) -> str:
    """The part of a text that Kintone compares: its first 64 characters."""
    if switches.text_prefix_unit == "code-point":
        return text[:_COMPARED_LENGTH]
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * _COMPARED_LENGTH]
    return units.decode("utf-16-le", "surrogatepass")


def text_key(text: str, switches: Switches) -> str:
    """What two texts that Kintone's ``=`` calls equal have in common.

    Trailing half-width blanks do not count; leading ones, tabs and full-width blanks do.
    """
    key = prefix(text, switches).rstrip(" ")
    return key.casefold() if switches.text_equality == "case-insensitive" else key


def equality_test(operator: Operator, values: Sequence[Value], context: Context) -> ValueTest:
    """The test of ``=``, ``!=``, ``in`` and ``not in`` on text.

    Raises:
        KintoneError: GAIA_IL08 for a function, since none gives text.
    """
    switches = context.switches
    wanted = frozenset(text_key(literal_text(value), switches) for value in values)
    if operator in ("=", "in"):
        return lambda value: text_key(value or "", switches) in wanted
    return lambda value: text_key(value or "", switches) not in wanted


def literal_text(value: Value) -> str:
    """The text of a literal; functions are refused (GAIA_IL08)."""
    if isinstance(value, Call):
        raise malformed(f"{value.name}() cannot be used with this field.")
    return value.text


def search_test(field: Field, sought: str, context: Context) -> ValueTest:
    """The test of ``like``: whether a value holds the words.

    Raises:
        KintoneError: GAIA_IL08 for ``like ""``.
    """
    if sought == "":
        raise malformed('like cannot be used with "".')
    found = word_search(sought)
    if field.type == "FILE":
        return lambda files: any(
            found(file["name"]) or found(_content(file["fileKey"], context)) for file in files or ()
        )
    if field.type == "RICH_TEXT":
        return lambda value: bool(value) and found(text_of_html(value))
    return lambda value: bool(value) and found(value)


def _content(key: str, context: Context) -> str:
    """The text of a stored plain text file; other kinds are searched by name alone."""
    file = context.domain.files.get(key)
    if file is None or not file.content_type.startswith("text/"):
        return ""
    return file.content.decode("utf-8", "ignore")


def is_empty(value: Json) -> bool:
    """Whether ``is empty`` matches: no file, or no text but blanks, tabs and line breaks."""
    return not (value.strip(_EMPTY_CHARACTERS) if isinstance(value, str) else value)
