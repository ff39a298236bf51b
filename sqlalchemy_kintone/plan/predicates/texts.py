"""Conditions on texts, files and record numbers.

Kintone compares the first 64 characters of a text only, without blanks at its end, and perhaps
without case: what it finds must be compared again, and what it shuts out must not be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.kintone import query
from sqlalchemy_kintone.plan.conditions import (
    ALWAYS,
    NEVER,
    Translation,
    at_least,
    either,
    exactly,
    local,
)
from sqlalchemy_kintone.plan.constants import Constant
from sqlalchemy_kintone.plan.predicates.rules import Operator, Rules, texts_of

_PREFIX = "Kintone compares 64 characters of a text and no blanks at its end"
_BLANK = "Kintone takes a text of blanks for empty"
_NOT_TEXT = "it compares a text with something other than text"
_ONLY_EQUALITY = (
    "Kintone compares texts by 64 characters without blanks at their end, and only for equality"
)
_NUMBER = re.compile(r"(?:.*-)?([1-9]\d{0,17})", re.DOTALL | re.ASCII)
_NUMBER_AS_TEXT = "record numbers are texts to SQL and numbers to Kintone"


@dataclass(frozen=True)
class TextRules(Rules):
    """SINGLE_LINE_TEXT and LINK.

    Attributes:
        code: The field code.
    """

    code: str

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """Equality only."""
        return self.among([value]) if operator == "=" else local(_ONLY_EQUALITY)

    def among(self, values: Sequence[Constant], /) -> Translation:
        """``=`` or ``in``."""
        texts = texts_of(values)
        if texts is None:
            return local(_NOT_TEXT)
        wanted = [text for text in texts if text]  # an empty text is NULL, which equals nothing
        if not wanted:
            return NEVER
        if len(wanted) == 1:
            return at_least(query.compare("=", self.code, wanted[0]), _PREFIX)
        return at_least(query.among(self.code, wanted), _PREFIX)

    def null(self) -> Translation:
        """``= ""``, which finds texts of blanks too."""
        return at_least(query.compare("=", self.code, ""), _BLANK)


@dataclass(frozen=True)
class MultiLineRules(Rules):
    """MULTI_LINE_TEXT: Kintone can only search its words, and tell whether there are any.

    Attributes:
        code: The field code.
    """

    code: str

    def null(self) -> Translation:
        """``is empty``, which finds texts of blanks too."""
        return at_least(query.is_empty(self.code), _BLANK)


@dataclass(frozen=True)
class FilesRules(Rules):
    """FILE.

    Attributes:
        code: The field code.
    """

    code: str

    def null(self) -> Translation:
        """``is empty``."""
        return exactly(query.is_empty(self.code))

    def present(self) -> Translation:
        """``is not empty``."""
        return exactly(query.is_not_empty(self.code))


@dataclass(frozen=True)
class RecordNumberRules(Rules):
    """RECORD_NUMBER: ``12``, or ``CODE-12`` where the app has a code; never empty.

    Attributes:
        code: The field code.
        app_code: The app's code, empty where it has none.
    """

    code: str
    app_code: str

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """Equality only: SQL orders the texts, Kintone the numbers."""
        if operator == "=":
            return self.among([value])
        if operator == "!=" and not self.app_code:
            return self.not_among([value])
        return local(_NUMBER_AS_TEXT)

    def among(self, values: Sequence[Constant], /) -> Translation:
        """``=`` with the number alone, as how Kintone reads app codes is not documented."""
        texts = texts_of(values)
        if texts is None:
            return local(_NOT_TEXT)
        return either(self._equal(text) for text in texts)

    def not_among(self, values: Sequence[Constant], /) -> Translation:
        """``not in``, where every value is a plain number."""
        texts = texts_of(values)
        if self.app_code or texts is None or not all(map(_plain, texts)):
            return local(_NUMBER_AS_TEXT)
        return exactly(query.not_among(self.code, texts))

    def null(self) -> Translation:
        """Every record has a number."""
        return NEVER

    def present(self) -> Translation:
        """Every record has a number."""
        return ALWAYS

    def _equal(self, text: str) -> Translation:
        match = _NUMBER.fullmatch(text)
        if match is None:
            return local(_NUMBER_AS_TEXT)
        condition = query.compare("=", self.code, match[1])
        if _plain(text) and not self.app_code:
            return exactly(condition)
        return at_least(condition, _NUMBER_AS_TEXT)


def _plain(text: str) -> bool:
    match = _NUMBER.fullmatch(text)
    return match is not None and match[1] == text


def text_rules(code: str) -> TextRules:
    """The rules of a one-line text or link."""
    return TextRules(_ONLY_EQUALITY, code)


def multi_line_rules(code: str) -> MultiLineRules:
    """The rules of a text of several lines."""
    return MultiLineRules("Kintone searches the words of this field and compares none", code)


def files_rules(code: str) -> FilesRules:
    """The rules of attached files."""
    return FilesRules("Kintone searches files by words", code)


def record_number_rules(code: str, app_code: str) -> RecordNumberRules:
    """The rules of a record number."""
    return RecordNumberRules(_NUMBER_AS_TEXT, code, app_code)
