"""Kintone's query language: conditions as trees, and their text.

A condition is a sqlglot tree of a small subset: ``And`` and ``Or`` over comparisons of a field
with a text or a function, ``In``, ``Like`` and ``Is(field, NULL)`` (``is empty``), and ``Not`` of
the last three. The functions here build the leaves; ``render`` writes the text. Literals are
escaped in one place, and what the language cannot express is refused, never sent in part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.generator import Generator

_KEYWORDS = frozenset(
    [
        "and",
        "or",
        "in",
        "not",
        "like",
        "is",
        "empty",
        "order",
        "by",
        "asc",
        "desc",
        "limit",
        "offset",
    ]
)
# Letters and digits of any script, and the symbols that Kintone allows in field codes. Field codes
# cannot be quoted, so that any other code cannot be named in a query.
_FIELD_CODE = re.compile(r"[^\W\d][\w・･＄￥￡￠]*")
_VALUES = (exp.Literal, exp.Anonymous)
_ESCAPES = MappingProxyType({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_OPERATORS: MappingProxyType[type[exp.Expression], str] = MappingProxyType(
    {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
)


_ARGUMENT = re.compile(r"-?\d+|[A-Z]+")
_FUNCTIONS = frozenset(
    {
        *("NOW", "TODAY", "YESTERDAY", "TOMORROW", "FROM_TODAY", "LOGINUSER"),
        *(f"{which}_{what}" for which in ("LAST", "THIS", "NEXT") for what in ("WEEK", "MONTH")),
        *("LAST_YEAR", "THIS_YEAR", "NEXT_YEAR"),
    }
)


class InexpressibleError(ValueError):
    """Kintone's query language has no way to say this."""


def is_writable(code: str) -> bool:
    """Whether a query can name a field: codes cannot be quoted."""
    return code == "$id" or (
        _FIELD_CODE.fullmatch(code) is not None and code.lower() not in _KEYWORDS
    )


def field(code: str) -> exp.Column:
    """A field by its code.

    Raises:
        InexpressibleError: A code that a query cannot name, since codes cannot be quoted.
    """
    if not is_writable(code):
        raise InexpressibleError(f"the field code {code} cannot be written in a Kintone query")
    return exp.column(exp.to_identifier(code, quoted=False))


def text(value: str) -> exp.Literal:
    """A value as Kintone writes all of them: a text.

    Raises:
        InexpressibleError: A control character other than tab, newline and carriage return, for
            which Kintone documents no escape; or a lone surrogate.
    """
    for character in value:
        if character in _ESCAPES:
            continue
        if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0:
            raise InexpressibleError("Kintone has no escape for this control character")
        if 0xD800 <= ord(character) < 0xE000 or character in "\u2028\u2029\ufeff":
            raise InexpressibleError("Kintone's reading of this character is not documented")
    return exp.Literal.string(value)


def compare(operator: str, code: str, value: str) -> exp.Expression:
    """``code = "value"``; the operator is one of ``= != < <= > >=``."""
    kind = next(kind for kind, sign in _OPERATORS.items() if sign == operator)
    return kind(this=field(code), expression=text(value))


def among(code: str, values: Sequence[str]) -> exp.Expression:
    """``code in ("a", "b")``; there must be values, as Kintone knows no empty list."""
    if not values:
        raise InexpressibleError("Kintone has no empty list")
    return exp.In(this=field(code), expressions=[text(value) for value in values])


def not_among(code: str, values: Sequence[str]) -> exp.Expression:
    """``code not in ("a", "b")``."""
    return exp.Not(this=among(code, values))


def function(name: str, arguments: Sequence[str]) -> exp.Anonymous:
    """``FROM_TODAY(-7, DAYS)``: the name and arguments as Kintone writes them."""
    if name not in _FUNCTIONS or not all(map(_ARGUMENT.fullmatch, arguments)):
        raise InexpressibleError(f"Kintone has no function {name} with such arguments")
    return exp.Anonymous(this=name, expressions=[exp.var(each) for each in arguments])


def compare_with(operator: str, code: str, value: exp.Anonymous) -> exp.Expression:
    """``code = TODAY()``; the operator as for ``compare``."""
    kind = next(kind for kind, sign in _OPERATORS.items() if sign == operator)
    return kind(this=field(code), expression=value)


def among_function(code: str, value: exp.Anonymous) -> exp.Expression:
    """``code in (LOGINUSER())``."""
    return exp.In(this=field(code), expressions=[value])


def like(code: str, words: str) -> exp.Expression:
    """``code like "words"``, which searches words."""
    return exp.Like(this=field(code), expression=text(words))


def negated_like(condition: exp.Expression) -> exp.Expression:
    """``code not like "words"``."""
    return exp.Not(this=condition)


def is_empty(code: str) -> exp.Expression:
    """``code is empty``: for files and long texts only."""
    return exp.Is(this=field(code), expression=exp.Null())


def is_not_empty(code: str) -> exp.Expression:
    """``code is not empty``: for files and long texts only."""
    return exp.Not(this=is_empty(code))


def all_of(conditions: Iterable[exp.Expression]) -> exp.Expression:
    """Conditions joined by ``and``; at least one."""
    return _joined(exp.And, conditions)


def any_of(conditions: Iterable[exp.Expression]) -> exp.Expression:
    """Conditions joined by ``or``; at least one."""
    return _joined(exp.Or, conditions)


def render(condition: exp.Expression) -> str:
    """The text of a condition.

    Raises:
        InexpressibleError: The tree holds what Kintone's language does not know.
    """
    return KintoneQuery().generate(condition, copy=False)  # writing changes no condition


def _joined(
    kind: type[exp.And] | type[exp.Or], conditions: Iterable[exp.Expression]
) -> exp.Expression:
    first, *others = conditions
    joined = first
    for other in others:
        joined = kind(this=joined, expression=other)
    return joined


class _ConditionGenerator(Generator):
    """Writes the subset of trees that are conditions, and refuses all others."""

    def sql(
        self,
        expression: Any,
        key: str | None = None,
        comment: bool = True,  # noqa: ARG002 - sqlglot's signature; conditions have no comments
    ) -> str:
        """The text of a node, or of its part named ``key``."""
        node = expression.args.get(key) if key and isinstance(expression, exp.Expression) else None
        node = node if key else expression
        if isinstance(node, exp.And | exp.Or):
            return self._connector(node)
        if isinstance(node, exp.Not):
            return self._negated(node.this)
        if isinstance(node, exp.In):
            return self._membership(node, "in")
        if isinstance(node, exp.Is):
            return self._emptiness(node, "is empty")
        if isinstance(node, exp.Column):
            return str(field(node.name).name)
        if isinstance(node, exp.Anonymous):
            arguments = ", ".join(each.name for each in node.expressions)
            return f"{node.name}({arguments})"
        if isinstance(node, exp.Like):
            return self._search(node, "like")
        if isinstance(node, exp.Literal):
            return '"' + "".join(_ESCAPES.get(c, c) for c in text(node.name).name) + '"'
        operator = _OPERATORS.get(type(node)) if isinstance(node, exp.Expression) else None
        if operator is None or not isinstance(node, exp.Binary):
            raise InexpressibleError(f"Kintone's query language has no {type(node).__name__}")
        if not isinstance(node.left, exp.Column) or not isinstance(node.right, _VALUES):
            raise InexpressibleError("Kintone compares a field with a value only")
        return f"{self.sql(node.left)} {operator} {self.sql(node.right)}"

    def _connector(self, node: exp.And | exp.Or) -> str:
        word = " and " if isinstance(node, exp.And) else " or "
        operands: list[str] = []
        pending: list[exp.Expression] = [node]
        while pending:  # no recursion along chains, which may be long
            part = pending.pop()
            if type(part) is type(node):
                pending += [part.args["expression"], part.args["this"]]
            elif isinstance(part, exp.And | exp.Or):
                operands.append(f"({self.sql(part)})")
            else:
                operands.append(self.sql(part))
        return word.join(operands)

    def _negated(self, node: object) -> str:
        if isinstance(node, exp.In):
            return self._membership(node, "not in")
        if isinstance(node, exp.Is):
            return self._emptiness(node, "is not empty")
        if isinstance(node, exp.Like):
            return self._search(node, "not like")
        raise InexpressibleError("Kintone's query language has no not of conditions")

    def _membership(self, node: exp.In, operator: str) -> str:
        if not node.expressions or not all(isinstance(v, _VALUES) for v in node.expressions):
            raise InexpressibleError("Kintone's lists hold values, at least one")
        values = ", ".join(self.sql(value) for value in node.expressions)
        return f"{self.sql(node, 'this')} {operator} ({values})"

    def _search(self, node: exp.Like, operator: str) -> str:
        if not isinstance(node.this, exp.Column) or not isinstance(node.expression, exp.Literal):
            raise InexpressibleError("Kintone searches a field for a text only")
        return f"{self.sql(node.this)} {operator} {self.sql(node.expression)}"

    def _emptiness(self, node: exp.Is, operator: str) -> str:
        if not isinstance(node.expression, exp.Null):
            raise InexpressibleError("Kintone knows is empty and is not empty only")
        return f"{self.sql(node, 'this')} {operator}"


class KintoneQuery(Dialect):
    """Kintone's query language as a sqlglot dialect that can only be written."""

    Generator = _ConditionGenerator
