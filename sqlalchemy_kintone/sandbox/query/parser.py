"""Tokens to the syntax tree.

``[condition] [order by key, …] [limit n] [offset n]``; ``and`` binds tighter than ``or``.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy_kintone.sandbox.query.lexer import Token, tokens
from sqlalchemy_kintone.sandbox.query.refusals import (
    limit_too_high,
    offset_too_high,
    syntax_error,
)
from sqlalchemy_kintone.sandbox.query.syntax import (
    And,
    Call,
    Comparison,
    Condition,
    Number,
    Operator,
    Or,
    OrderKey,
    Parenthesised,
    QuerySyntax,
    Reference,
    Text,
    Value,
)
from sqlalchemy_kintone.sandbox.switches import Switches

MAXIMUM_LIMIT = 500
MAXIMUM_OFFSET = 10_000

_KEYWORDS = frozenset(
    (
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
    )
)
_COMPARISONS: dict[str, Operator] = {
    "=": "=",
    "!=": "!=",
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
}
_FUNCTIONS = frozenset(
    (
        "NOW",
        "TODAY",
        "YESTERDAY",
        "TOMORROW",
        "FROM_TODAY",
        "LAST_WEEK",
        "THIS_WEEK",
        "NEXT_WEEK",
        "LAST_MONTH",
        "THIS_MONTH",
        "NEXT_MONTH",
        "LAST_YEAR",
        "THIS_YEAR",
        "NEXT_YEAR",
        "LOGINUSER",
        "PRIMARY_ORGANIZATION",
    )
)
_DEEPEST = 200


@lru_cache(maxsize=512)
def parse(text: str, switches: Switches) -> QuerySyntax:
    """The syntax tree of a query.

    Raises:
        KintoneError: CB_VA01 where the text is no query, GAIA_QU01 and GAIA_QU02 where limit or
            offset are beyond Kintone's bounds.
    """
    return _Parser(text, switches).query()


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str, switches: Switches) -> None:
        self._tokens = list(tokens(text, switches))
        self._position = 0
        self._depth = 0
        self._switches = switches

    def query(self) -> QuerySyntax:
        condition = None
        if self._token.kind != "end" and not self._clause_begins():
            condition = self._or()
        order = self._order()
        limit = self._count("limit")
        offset = self._count("offset")
        if self._token.kind != "end":
            raise syntax_error()
        if limit == 0 and self._switches.limit_zero == "refuse":
            raise syntax_error()
        if limit is not None and limit > MAXIMUM_LIMIT:
            raise limit_too_high()
        if offset is not None and offset > MAXIMUM_OFFSET:
            raise offset_too_high()
        return QuerySyntax(condition, order, limit, offset)

    @property
    def _token(self) -> Token:
        return self._tokens[self._position]

    @property
    def _keyword(self) -> str | None:
        """The keyword at this position."""
        token = self._token
        if token.kind != "word":
            return None
        text = token.text
        if self._switches.upper_case_keywords == "accept" and text.isascii():
            text = text.lower()
        return text if text in _KEYWORDS else None

    def _clause_begins(self) -> bool:
        """Whether ``order by``, ``limit`` or ``offset`` comes and not a field of that name."""
        keyword = self._keyword
        if keyword not in ("order", "limit", "offset"):
            return False
        following = self._tokens[self._position + 1]
        return (
            self._switches.keyword_codes == "refuse"
            or following.kind == "number"
            or (keyword == "order" and following.text.lower() == "by")
        )

    def _next(self) -> Token:
        token = self._token
        self._position += 1
        return token

    def _take_keyword(self, keyword: str) -> bool:
        if self._keyword == keyword:
            self._position += 1
            return True
        return False

    def _take_symbol(self, symbol: str) -> bool:
        if self._token.kind == "symbol" and self._token.text == symbol:
            self._position += 1
            return True
        return False

    def _expect_symbol(self, symbol: str) -> None:
        if not self._take_symbol(symbol):
            raise syntax_error()

    def _expect_keyword(self, keyword: str) -> None:
        if not self._take_keyword(keyword):
            raise syntax_error()

    def _or(self) -> Condition:
        parts = [self._and()]
        while self._take_keyword("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Condition:
        parts = [self._atom()]
        while self._take_keyword("and"):
            parts.append(self._atom())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _atom(self) -> Condition:
        if not self._take_symbol("("):
            return self._comparison()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise syntax_error()
        condition = self._or()
        self._expect_symbol(")")
        self._depth -= 1
        return Parenthesised(condition)

    def _comparison(self) -> Comparison:
        field = self._reference()
        token = self._token
        if token.kind == "symbol":
            operator = _COMPARISONS.get(self._next().text)
            if operator is None:
                raise syntax_error()
            return Comparison(field, operator, (self._value(),))
        negated = self._take_keyword("not")
        if self._take_keyword("in"):
            return Comparison(field, "not in" if negated else "in", self._values())
        if self._take_keyword("like"):
            word = self._next()
            if word.kind != "string":
                raise syntax_error()
            return Comparison(field, "not like" if negated else "like", (Text(word.text),))
        if negated:
            raise syntax_error()
        self._expect_keyword("is")
        negated = self._take_keyword("not")
        self._expect_keyword("empty")
        return Comparison(field, "is not empty" if negated else "is empty", ())

    def _reference(self) -> Reference:
        code = self._code()
        dot = self._token
        if not (dot.kind == "symbol" and dot.text == "." and dot.glued):
            return Reference(code)
        self._next()
        if not self._token.glued:
            raise syntax_error()
        return Reference(self._code(), related=code)

    def _code(self) -> str:
        reserved = self._keyword is not None and self._switches.keyword_codes == "refuse"
        if reserved or self._token.kind != "word":
            raise syntax_error()
        return self._next().text

    def _values(self) -> tuple[Value, ...]:
        self._expect_symbol("(")
        values = [self._value()]
        while self._take_symbol(","):
            values.append(self._value())
        self._expect_symbol(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self._next()
        if token.kind == "string":
            return Text(token.text)
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "word" and token.text in _FUNCTIONS:
            return Call(token.text, self._arguments())
        raise syntax_error()

    def _arguments(self) -> tuple[str, ...]:
        self._expect_symbol("(")
        if self._take_symbol(")"):
            return ()
        arguments = []
        while True:
            token = self._next()
            if token.kind not in ("word", "number"):
                raise syntax_error()
            arguments.append(token.text)
            if self._take_symbol(")"):
                return tuple(arguments)
            self._expect_symbol(",")

    def _order(self) -> tuple[OrderKey, ...]:
        if not self._take_keyword("order"):
            return ()
        self._expect_keyword("by")
        keys = [self._order_key()]
        while self._take_symbol(","):
            keys.append(self._order_key())
        return tuple(keys)

    def _order_key(self) -> OrderKey:
        field = self._reference()
        descending = self._take_keyword("desc")
        if not descending:
            self._take_keyword("asc")
        return OrderKey(field, descending)

    def _count(self, keyword: str) -> int | None:
        if not self._take_keyword(keyword):
            return None
        token = self._next()
        if token.kind != "number" or not token.text.isdigit() or len(token.text) > 18:
            raise syntax_error()
        return int(token.text)
