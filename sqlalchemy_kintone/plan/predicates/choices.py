"""Conditions on options: one of, none of.

A value in a condition must be an option that is defined now, or Kintone refuses the query. Records
may still hold options that have been removed, which cannot be named; so they are reached by
shutting out all that can. Whether Kintone tells options by case is not documented: an option that
another defined one equals but for case is never shut out alone, and never taken for exact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.kintone import query
from sqlalchemy_kintone.plan.conditions import (
    ALWAYS,
    NEVER,
    Translation,
    at_least,
    exactly,
    local,
)
from sqlalchemy_kintone.plan.constants import Constant
from sqlalchemy_kintone.plan.predicates.rules import Operator, Rules, texts_of

_NO_ORDER = "Kintone does not compare options by size"
_NOT_TEXT = "it compares options with something other than text"
_REMOVED = "records may hold options that are no longer defined"
_CASE = "whether Kintone tells options by case is not documented"
_EMPTY = "whether Kintone finds empty values of this field is not documented"
_LISTS = "Kintone compares no whole lists"


@dataclass(frozen=True)
class _Defined:
    """The options of a field that are defined now."""

    code: str
    options: tuple[str, ...]

    def twins(self, option: str) -> list[str]:
        """The other options that are equal but for case."""
        return [o for o in self.options if o != option and o.casefold() == option.casefold()]

    def surely_excluded(self, texts: Collection[str]) -> list[str]:
        """Those of the texts that can be shut out without shutting out another option."""
        return [
            text
            for text in texts
            if text in self.options and all(twin in texts for twin in self.twins(text))
        ]

    def has(self, texts: Sequence[str]) -> Translation:
        """``in`` for options that are all defined; at least one."""
        condition = query.among(self.code, texts)
        if any(twin not in texts for text in texts for twin in self.twins(text)):
            return at_least(condition, _CASE)
        return exactly(condition)


@dataclass(frozen=True)
class OptionRules(Rules):
    """RADIO_BUTTON, DROP_DOWN and STATUS: one option or none.

    Attributes:
        defined: The field's options.
        empty: ``("",)`` where conditions may name the empty value, so for DROP_DOWN; else ``()``.
    """

    defined: _Defined
    empty: tuple[str, ...]

    def compare(self, operator: Operator, value: Constant, /) -> Translation:
        """Equality only: SQL orders texts, Kintone options."""
        if operator == "=":
            return self.among([value])
        if operator == "!=":
            return self.not_among([value])
        return local(_NO_ORDER)

    def among(self, values: Sequence[Constant], /) -> Translation:
        """``in``; by what is shut out where a value is not defined."""
        texts = texts_of(values)
        if texts is None:
            return local(_NOT_TEXT)
        wanted = [text for text in texts if text]  # an empty value is NULL, which equals nothing
        if not wanted:
            return NEVER
        if all(text in self.defined.options for text in wanted):
            return self.defined.has(wanted)
        kept = {text.casefold() for text in wanted}
        others = [o for o in self.defined.options if o.casefold() not in kept]
        if not others and not self.empty:
            return local(_REMOVED)
        return at_least(query.not_among(self.defined.code, [*others, *self.empty]), _REMOVED)

    def not_among(self, values: Sequence[Constant], /) -> Translation:
        """``not in``, which keeps empty values unless they are named."""
        texts = texts_of(values)
        if texts is None:
            return local(_NOT_TEXT)
        unwanted = [text for text in texts if text]
        excluded = self.defined.surely_excluded(unwanted)
        listed = [*excluded, *self.empty]
        if not listed:
            return local(_REMOVED if unwanted else _EMPTY)
        condition = query.not_among(self.defined.code, listed)
        if len(excluded) < len(unwanted):
            return at_least(condition, _REMOVED)
        return exactly(condition) if self.empty else at_least(condition, _EMPTY)

    def null(self) -> Translation:
        """``in ("")``."""
        if not self.empty:
            return local(_EMPTY)
        return exactly(query.among(self.defined.code, self.empty))

    def present(self) -> Translation:
        """``not in ("")``."""
        if not self.empty:
            return local(_EMPTY)
        return exactly(query.not_among(self.defined.code, self.empty))


@dataclass(frozen=True)
class OptionsRules(Rules):
    """CHECK_BOX and MULTI_SELECT: a list of options, NULL where empty.

    Attributes:
        defined: The field's options.
    """

    defined: _Defined

    def has_any(self, values: Sequence[Constant], /) -> Translation:
        """``in``: a record may hold removed options beside others, so all must be defined."""
        texts = texts_of(values)
        if texts is None:
            return local(_NOT_TEXT)
        wanted = [text for text in texts if text]  # no list holds an empty text
        if not wanted:
            return NEVER
        if not all(text in self.defined.options for text in wanted):
            return local(_REMOVED)
        return self.defined.has(wanted)

    def has_none(self, values: Sequence[Constant], /) -> Translation:
        """``not in``, which finds empty lists too."""
        lacking = self.lacks(values)
        if lacking.condition is None:
            return local(lacking.reason or _EMPTY)
        return at_least(lacking.condition, lacking.reason or _EMPTY)

    def lacks(self, values: Sequence[Constant], /) -> Translation:
        """``not in``."""
        texts = texts_of(values)
        if texts is None:
            return local(_NOT_TEXT)
        unwanted = [text for text in texts if text]
        if not unwanted:
            return ALWAYS
        excluded = self.defined.surely_excluded(unwanted)
        if not excluded:
            return local(_REMOVED)
        condition = query.not_among(self.defined.code, excluded)
        if len(excluded) < len(unwanted):
            return at_least(condition, _REMOVED)
        return exactly(condition)


def option_rules(code: str, options: tuple[str, ...], empty: tuple[str, ...]) -> OptionRules:
    """The rules of a field with one option."""
    return OptionRules(_NO_ORDER, _Defined(code, options), empty)


def options_rules(code: str, options: tuple[str, ...]) -> OptionsRules:
    """The rules of a field with a list of options."""
    return OptionsRules(_LISTS, _Defined(code, options))
