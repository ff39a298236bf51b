"""The expressions of CALC fields: parsing them and computing their values.

Numbers are exact decimals. Understood are ``+ - * / ^ &``, comparisons (which yield 1 or 0),
parentheses, numbers, texts in double quotes, field codes, and the functions SUM, IF, AND, OR,
NOT, ROUND, ROUNDUP, ROUNDDOWN and CONTAINS.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Protocol, Union

from sqlalchemy_kintone.sandbox.values.numbers import CONTEXT, Precision, plain

Value = Union[Decimal, str, "tuple[str, ...]"]
"""A number, a text, or the options of a multiple choice field."""


class NotComputable(Exception):  # noqa: N818 - an outcome that a CALC shows as "", not a fault
    """The expression has no value: a division by zero, text in a sum, digits beyond the limit."""


class FormulaSyntaxError(ValueError):
    """The text is not an expression."""


class Scope(Protocol):
    """What an expression can see: the fields of one record, or of one row and its record."""

    @property
    def precision(self) -> Precision:
        """Quotients are rounded to its decimal places."""

    def value(self, code: str) -> Value:
        """The value of a field."""

    def column(self, code: str) -> Sequence[Value]:
        """The values of a field inside a SUBTABLE over all rows."""


Node = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; equal when its text is."""

    text: str
    evaluate: Node = field(compare=False, repr=False)


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?![^\s+\-*/^&=<>!(),"])
      | "(?P<text>(?:[^"\\]|\\.)*)"
      | (?P<operator><=|>=|<>|!=|[-+*/^&=<>(),])
      | (?P<name>[^\s+\-*/^&=<>!(),"]+)
    )""",
    re.VERBOSE,
)

_ONE, _ZERO = Decimal(1), Decimal(0)


def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        FormulaSyntaxError: It is not one.
    """
    return Expression(text, _Parser(text).parse())


def references(text: str) -> frozenset[str]:
    """The field codes that an expression uses.

    Raises:
        FormulaSyntaxError: It holds something that is no part of an expression.
    """
    tokens = [*_tokens(text), ("end", "")]
    return frozenset(
        name
        for (kind, name), following in pairwise(tokens)
        if kind == "name" and following != ("operator", "(")
    )


def with_renamed(text: str, renamed: Mapping[str, str]) -> str:
    """An expression that uses fields by their new codes."""

    def replace_name(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None or name not in renamed or text[match.end() :].lstrip().startswith("("):
            return match[0]
        return match[0].removesuffix(name) + renamed[name]

    return _TOKEN.sub(replace_name, text)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise FormulaSyntaxError(f"unexpected character at {position} in {text!r}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent; binding from loose to tight: comparison, &, + -, * /, ^, sign."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0

    def parse(self) -> Node:
        node = self._comparison()
        if self._next < len(self._tokens):
            raise self._error()
        return node

    def _error(self) -> FormulaSyntaxError:
        found = self._tokens[self._next][1] if self._next < len(self._tokens) else "the end"
        return FormulaSyntaxError(f"unexpected {found!r} in {self._text!r}")

    def _accept(self, *operators: str) -> str | None:
        if self._next < len(self._tokens):
            kind, text = self._tokens[self._next]
            if kind == "operator" and text in operators:
                self._next += 1
                return text
        return None

    def _expect(self, operator: str) -> None:
        if self._accept(operator) is None:
            raise self._error()

    def _comparison(self) -> Node:
        left = self._concatenation()
        while operator := self._accept("=", "!=", "<>", "<", ">", "<=", ">="):
            left = _compared(operator, left, self._concatenation())
        return left

    def _concatenation(self) -> Node:
        left = self._sum()
        while self._accept("&"):
            left = _joined(left, self._sum())
        return left

    def _sum(self) -> Node:
        left = self._product()
        while operator := self._accept("+", "-"):
            left = _arithmetic(operator, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._power()
        while operator := self._accept("*", "/"):
            left = _arithmetic(operator, left, self._power())
        return left

    def _power(self) -> Node:
        left = self._signed()
        while self._accept("^"):
            left = _arithmetic("^", left, self._signed())
        return left

    def _signed(self) -> Node:
        if self._accept("-"):
            return _arithmetic("-", _constant(_ZERO), self._signed())
        if self._accept("+"):
            return self._signed()
        return self._primary()

    def _primary(self) -> Node:
        if self._accept("("):
            node = self._comparison()
            self._expect(")")
            return node
        if self._next >= len(self._tokens):
            raise self._error()
        kind, text = self._tokens[self._next]
        if kind == "operator":
            raise self._error()
        self._next += 1
        if kind == "number":
            number = Decimal(text)
            return _constant(number)
        if kind == "text":
            literal = re.sub(r"\\(.)", r"\1", text)
            return _constant(literal)
        if self._accept("("):
            return self._call(text)
        return lambda scope: scope.value(text)

    def _call(self, name: str) -> Node:
        if name.upper() == "SUM":
            return self._sum_of_columns()
        arguments: list[Node] = []
        if not self._accept(")"):
            arguments.append(self._comparison())
            while self._accept(","):
                arguments.append(self._comparison())
            self._expect(")")
        function = _FUNCTIONS.get(name.upper())
        if function is None:
            raise FormulaSyntaxError(f"unknown function {name!r} in {self._text!r}")
        return lambda scope: function(scope, arguments)

    def _sum_of_columns(self) -> Node:
        """``SUM(field, …)``: fields inside a table count with all their rows."""
        codes: list[str] = []
        while True:
            kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
            if kind != "name":
                raise self._error()
            codes.append(text)
            self._next += 1
            if self._accept(")"):
                break
            self._expect(",")

        def total(scope: Scope) -> Value:
            result = _ZERO
            for code in codes:
                for value in scope.column(code):
                    result = CONTEXT.add(result, _number(value))
            return result

        return total


def _constant(value: Value) -> Node:
    return lambda _: value


def _number(value: Value) -> Decimal:
    if isinstance(value, Decimal):
        return value
    raise NotComputable


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        return value
    raise NotComputable


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise NotComputable
    return number


def _divided(scope: Scope, left: Decimal, right: Decimal) -> Decimal:
    return scope.precision.round(_finite(CONTEXT.divide(left, right)))


def _raised(scope: Scope, left: Decimal, right: Decimal) -> Decimal:
    exponent = int(right)  # seen: 4 ^ 1.5 is 4
    if abs(exponent) > 100:
        raise NotComputable
    if exponent < 0:
        return _divided(scope, _ONE, CONTEXT.power(left, -exponent))
    return CONTEXT.power(left, exponent) if exponent else _ONE


_ARITHMETIC: dict[str, Callable[[Scope, Decimal, Decimal], Decimal]] = {
    "+": lambda _, left, right: CONTEXT.add(left, right),
    "-": lambda _, left, right: CONTEXT.subtract(left, right),
    "*": lambda _, left, right: CONTEXT.multiply(left, right),
    "/": _divided,
    "^": _raised,
}


def _arithmetic(operator: str, left: Node, right: Node) -> Node:
    compute = _ARITHMETIC[operator]

    def evaluate(scope: Scope) -> Value:
        return _finite(compute(scope, _number(left(scope)), _number(right(scope))))

    return evaluate


def _joined(left: Node, right: Node) -> Node:
    return lambda scope: _text(left(scope)) + _text(right(scope))


_COMPARISONS: dict[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
    "<>": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    ">": lambda sign: sign > 0,
    "<=": lambda sign: sign <= 0,
    ">=": lambda sign: sign >= 0,
}


def _compared(operator: str, left: Node, right: Node) -> Node:
    holds = _COMPARISONS[operator]

    def evaluate(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if isinstance(one, Decimal) and isinstance(other, Decimal):
            sign = (one > other) - (one < other)
        else:
            first, second = _text(one), _text(other)
            sign = (first > second) - (first < second)
        return _ONE if holds(sign) else _ZERO

    return evaluate


def _if(scope: Scope, arguments: Sequence[Node]) -> Value:
    condition, then, otherwise = _exactly(3, arguments)
    return (then if _number(condition(scope)) else otherwise)(scope)


def _and(scope: Scope, arguments: Sequence[Node]) -> Value:
    return _ONE if all(_number(argument(scope)) for argument in arguments) else _ZERO


def _or(scope: Scope, arguments: Sequence[Node]) -> Value:
    return _ONE if any(_number(argument(scope)) for argument in arguments) else _ZERO


def _not(scope: Scope, arguments: Sequence[Node]) -> Value:
    (condition,) = _exactly(1, arguments)
    return _ZERO if _number(condition(scope)) else _ONE


def _contains(scope: Scope, arguments: Sequence[Node]) -> Value:
    holder, wanted = (argument(scope) for argument in _exactly(2, arguments))
    text = _text(wanted)
    held = holder if isinstance(holder, tuple) else _text(holder)
    return _ONE if text in held else _ZERO


def _rounding(mode: str) -> Callable[[Scope, Sequence[Node]], Value]:
    def evaluate(scope: Scope, arguments: Sequence[Node]) -> Value:
        if len(arguments) not in (1, 2):
            raise NotComputable
        number = _number(arguments[0](scope))
        places = int(_number(arguments[1](scope))) if len(arguments) == 2 else 0
        if abs(places) > 30:
            raise NotComputable
        return _finite(number.quantize(Decimal((0, (1,), -places)), mode, CONTEXT))

    return evaluate


def _exactly(count: int, arguments: Sequence[Node]) -> Sequence[Node]:
    if len(arguments) != count:
        raise NotComputable
    return arguments


_FUNCTIONS: dict[str, Callable[[Scope, Sequence[Node]], Value]] = {
    "IF": _if,
    "AND": _and,
    "OR": _or,
    "NOT": _not,
    "CONTAINS": _contains,
    "ROUND": _rounding(decimal.ROUND_HALF_UP),
    "ROUNDUP": _rounding(decimal.ROUND_UP),
    "ROUNDDOWN": _rounding(decimal.ROUND_DOWN),
}
