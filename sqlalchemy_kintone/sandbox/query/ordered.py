"""Conditions on numbers, record ids, dates and times: equality and ranges."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal

from sqlalchemy_kintone.sandbox.model import Json
from sqlalchemy_kintone.sandbox.query.comparables import (
    Comparable,
    Empty,
    Literal,
    Span,
    date_text,
    datetime_text,
    duration,
    integer,
    number,
    point,
    time_text,
)
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.fields import ID_TYPE, Field
from sqlalchemy_kintone.sandbox.query.functions import (
    NOW,
    date_function,
    datetime_function,
    midnight,
)
from sqlalchemy_kintone.sandbox.query.operators import RANGES
from sqlalchemy_kintone.sandbox.query.refusals import malformed
from sqlalchemy_kintone.sandbox.query.syntax import Call, Operator, Value

ValueTest = Callable[[Json], bool]
ReadText = Callable[[str], "Comparable | None"]
ReadFunction = Callable[[Call], Span]

ID_TYPES = frozenset((ID_TYPE, "RECORD_NUMBER"))
_DATETIME_TYPES = frozenset(("DATETIME", "CREATED_TIME", "UPDATED_TIME"))
ORDERED_TYPES = ID_TYPES | _DATETIME_TYPES | {"NUMBER", "CALC", "DATE", "TIME"}

_COMPARE: Mapping[Operator, Callable[[Comparable, Comparable], bool]] = {
    "<": operators.lt,
    ">": operators.gt,
    "<=": operators.le,
    ">=": operators.ge,
}


@dataclass(frozen=True, slots=True)
class Form:
    """How the values of one field compare.

    Attributes:
        key: A stored value's comparable, None for an empty one.
        read: A literal's comparable, None where it cannot be read.
        function: What a function means; refuses those that the type does not take.
        strict: Whether a literal that cannot be read is refused.
        empty_equals: Whether an empty value is found by ``= ""`` and passes ``!=`` others.
        empty_in: The range operators under which an empty value matches.
    """

    key: Callable[[Json], Comparable | None]
    read: ReadText
    function: ReadFunction
    strict: bool
    empty_equals: bool
    empty_in: frozenset[Operator]

    def literal(self, value: Value) -> Literal:
        """A literal of a condition on the field."""
        if isinstance(value, Call):
            return self.function(value)
        if value.text == "":
            return Empty()
        read = self.read(value.text)
        if read is None and self.strict:
            raise malformed(f'"{value.text}" cannot be read.')
        return point(read)


_LOWEST: frozenset[Operator] = frozenset(("<", "<="))
_HIGHEST: frozenset[Operator] = frozenset((">", ">="))


def id_literal(field: Field, text: str, context: Context) -> int | None:
    """A literal compared with ``$id`` or the record number: an integer, or ``CODE-12``."""
    prefix = f"{field.app.code}-"
    if (
        field.type == "RECORD_NUMBER"
        and field.app.code
        and context.switches.record_number_app_code == "accept"
        and text.startswith(prefix)
    ):
        digits = text[len(prefix) :]
        return int(digits) if digits.isascii() and digits.isdigit() else None
    return integer(text, context.switches)


def ordered_test(
    field: Field, operator: Operator, values: Sequence[Value], context: Context
) -> ValueTest:
    """The test of a value of an ordered field.

    Raises:
        KintoneError: GAIA_IL08 for a range with ``""``, a function that the type does not take, or
            a date that is none; the refusals of the functions.
    """
    form = form_of(field, context)
    literals = [form.literal(value) for value in values]
    if operator in RANGES:
        return _range_test(operator, literals[0], form)
    if operator in ("=", "in"):
        return _membership(literals, form)
    if operator == "!=" and literals[0] is None:
        return lambda _: False
    return _absence(literals, form)


def _range_test(operator: Operator, literal: Literal, form: Form) -> ValueTest:
    if isinstance(literal, Empty):
        raise malformed('A range cannot be compared with "".')
    if literal is None:
        return lambda _: False
    # A span such as THIS_WEEK() is passed where it ends: "<" is before it, ">" after it.
    bound = literal.first if operator in ("<", ">=") else literal.last
    compare, key, empty_matches = _COMPARE[operator], form.key, operator in form.empty_in

    def test(value: Json) -> bool:
        held = key(value)
        return empty_matches if held is None else compare(held, bound)

    return test


def _inside(literals: Sequence[Literal]) -> Callable[[Comparable], bool]:
    """Whether a comparable is in one of the spans."""
    spans = [literal for literal in literals if isinstance(literal, Span)]
    points = frozenset(span.first for span in spans if span.first == span.last)
    periods = [(span.first, span.last) for span in spans if span.first != span.last]
    if not periods:
        return points.__contains__
    return lambda held: held in points or any(first <= held <= last for first, last in periods)


def _membership(literals: Sequence[Literal], form: Form) -> ValueTest:
    inside, key = _inside(literals), form.key
    empty_matches = form.empty_equals and any(isinstance(literal, Empty) for literal in literals)

    def test(value: Json) -> bool:
        held = key(value)
        return empty_matches if held is None else inside(held)

    return test


def _absence(literals: Sequence[Literal], form: Form) -> ValueTest:
    inside, key = _inside(literals), form.key
    empty_matches = form.empty_equals and not any(
        isinstance(literal, Empty) for literal in literals
    )

    def test(value: Json) -> bool:
        held = key(value)
        return empty_matches if held is None else not inside(held)

    return test


def form_of(field: Field, context: Context) -> Form:
    """How the values of an ordered field compare."""
    if field.type in ID_TYPES:
        return Form(
            key=_itself,
            read=lambda text: id_literal(field, text, context),
            function=_no_function,
            strict=False,
            empty_equals=True,
            empty_in=_LOWEST,
        )
    if field.type == "NUMBER":
        return Form(
            key=_decimal,
            read=lambda text: number(text, context.switches),
            function=_no_function,
            strict=False,
            empty_equals=True,
            empty_in=_LOWEST,
        )
    if field.type == "CALC":
        return _calc_form(str(field.property.get("format", "NUMBER")), context)
    strict = context.switches.invalid_date_literal == "error"
    if field.type == "DATE":
        return _dated_form(_itself, date_text, lambda call: _date(call, context), strict, context)
    if field.type == "TIME":
        return _dated_form(_itself, time_text, _no_function, strict, context)
    return _dated_form(
        _itself,
        lambda text: datetime_text(text, _literal_midnight(context), context.switches),
        lambda call: datetime_function(call, context),
        strict,
        context,
    )


def _calc_form(calc_format: str, context: Context) -> Form:
    if calc_format in ("NUMBER", "NUMBER_DIGIT"):
        return _dated_form(
            _decimal,
            lambda text: number(text, context.switches),
            _no_function,
            strict=False,
            context=context,
        )
    key = _itself
    read: ReadText
    if calc_format == "DATE":
        read = date_text
    elif calc_format == "TIME":
        read = time_text
    elif calc_format == "DATETIME":

        def read(text: str) -> str | None:
            return datetime_text(text, _literal_midnight(context), context.switches)

    else:  # HOUR_MINUTE, DAY_HOUR_MINUTE
        key, read = _minutes, duration
    if context.switches.calc_formats == "unmatched":
        read = _unreadable
    return _dated_form(key, read, _no_function, strict=False, context=context)


def _dated_form(
    key: Callable[[Json], Comparable | None],
    read: ReadText,
    function: ReadFunction,
    strict: bool,
    context: Context,
) -> Form:
    """A form whose empty values compare as the switches for dates and CALC say."""
    switches = context.switches
    empty_in: Mapping[str, frozenset[Operator]] = {
        "lowest": _LOWEST,
        "highest": _HIGHEST,
        "never": frozenset(),
    }
    return Form(
        key=key,
        read=read,
        function=function,
        strict=strict,
        empty_equals=switches.empty_dates_in_equality == "matches",
        empty_in=empty_in[switches.empty_dates_in_ranges],
    )


def _literal_midnight(context: Context) -> Callable[[date], datetime]:
    if context.switches.bare_date_zone == "utc":
        return lambda day: datetime.combine(day, time(), tzinfo=timezone.utc)
    return lambda day: midnight(day, context)


def _date(call: Call, context: Context) -> Span:
    if call.name == NOW:
        raise malformed("NOW() cannot be used with a date.")
    return date_function(call, context)


def _no_function(call: Call) -> Span:
    raise malformed(f"{call.name}() cannot be used with this field.")


def _unreadable(_: str) -> None:
    return None


def _itself(value: Json) -> Comparable | None:
    return None if value is None or value == "" else value


def _decimal(value: Json) -> Decimal | None:
    return Decimal(value) if value else None


def _minutes(value: Json) -> int | None:
    return duration(value) if value else None
