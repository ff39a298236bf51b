"""SQL text to a syntax tree: DuckDB's SQL with Kintone's names.

Kintone's own columns are called ``$id`` and ``$revision``, and child tables ``orders$lines``, so
that ``$`` must be an ordinary letter of names here. DuckDB reads ``$1`` and ``$name`` as
parameters; this driver's parameters are ``?`` and ``:name``.
"""

from __future__ import annotations

import re
from typing import Any, cast

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import binary_range_parser

from sqlalchemy_kintone.catalog.model import DATABASE, fold
from sqlalchemy_kintone.errors import InterfaceError, NotSupportedError, ProgrammingError
from sqlalchemy_kintone.plan.deep import with_room
from sqlalchemy_kintone.plan.dollar_quotes import dollar_texts, masked
from sqlalchemy_kintone.plan.place import drop_database
from sqlalchemy_kintone.plan.source import caret

_AFTER_PIVOT = frozenset({TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET})
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _placeholder(token: Token) -> exp.Placeholder:
    placeholder = exp.Placeholder()
    placeholder.meta["start"] = token.start
    return placeholder


class Kintone(DuckDB):
    """DuckDB's dialect in which ``$`` is a letter of names."""

    class Tokenizer(DuckDB.Tokenizer):
        """Reads ``$id`` as a name."""

        SINGLE_TOKENS = {  # noqa: RUF012 - sqlglot's metaclass reads a plain dict
            text: kind for text, kind in DuckDB.Tokenizer.SINGLE_TOKENS.items() if text != "$"
        }
        VAR_SINGLE_TOKENS = {"$"}  # noqa: RUF012 - as above
        # Operators of other systems, in which a parameter would be lost: ``?::DATE``.
        KEYWORDS = {  # noqa: RUF012 - as above
            text: kind for text, kind in DuckDB.Tokenizer.KEYWORDS.items() if "?" not in text
        }

    class Parser(DuckDB.Parser):  # type: ignore[valid-type,misc]  # a class at run time
        """Notes where each ``?`` stands, which decides which value it gets."""

        PLACEHOLDER_PARSERS = {  # noqa: RUF012 - as above
            **DuckDB.Parser.PLACEHOLDER_PARSERS,
            TokenType.PLACEHOLDER: lambda self: _placeholder(self._prev),
        }

        RANGE_PARSERS = {  # noqa: RUF012 - as above
            **DuckDB.Parser.RANGE_PARSERS,
            # A part matches, as in PostgreSQL and DuckDB 2; older sqlglots read a full match.
            TokenType.TILDE: binary_range_parser(exp.RegexpLike),
        }

        def _parse_expression(self) -> exp.Expression | None:
            # DuckDB's ``alias: expression`` would make an alias of the SELECT in ``SELECT :name``.
            current = self._curr
            if current is not None and current.token_type == TokenType.SELECT:
                return cast("exp.Expression | None", sqlglot.Parser._parse_expression(self))
            return cast("exp.Expression | None", super()._parse_expression())

        def _parse_simplified_pivot(self, *args: Any, **options: Any) -> exp.Expression:
            # Its order and limit, of which sqlglot knows nothing, are those of a query around it.
            pivot = super()._parse_simplified_pivot(*args, **options)
            if self._curr is None or self._curr.token_type not in _AFTER_PIVOT:
                return cast("exp.Expression", pivot)
            around = exp.select("*").from_(exp.Subquery(this=pivot), copy=False)
            return cast("exp.Expression", self._parse_query_modifiers(around))

        def _warn_unsupported(self) -> None:
            # It would log the statement, which is refused with an error of its own.
            return

        def _parse_in(self, this: exp.Expression | None, alias: bool = False) -> exp.In:
            # ``x IN [a, b]`` searches a list, which holds NULLs to be found, unlike ``(a, b)``.
            current = self._curr
            if current is not None and current.token_type == TokenType.L_BRACKET:
                return exp.In(this=this, field=self._parse_bitwise())
            return cast("exp.In", super()._parse_in(this, alias))


class _AsWritten(Kintone):
    """The same with list indexes kept as written, counted from 1.

    sqlglot counts them from 0 in a tree, but only those it knows to be numbers: the index ``?``
    would be another element's once its value is in its place.
    """

    INDEX_OFFSET = 0


def tokenize(sql: str) -> list[Token]:
    """The tokens of a statement, comments left out.

    Raises:
        ProgrammingError: A string, name or comment that never ends.
    """
    texts = dollar_texts(sql)
    try:
        tokens: list[Token] = Kintone().tokenize(masked(sql, texts))
    except TokenError as error:
        raise ProgrammingError(
            f"The SQL cannot be read: {_first_line(error)}. "
            "Close every quote and comment; double a quote inside a string ('')."
        ) from error
    for token in tokens if texts else ():
        if token.start in texts:
            token.text = texts[token.start].text
    return tokens


def parse(sql: str, tokens: list[Token] | None = None) -> exp.Expression:
    """Parse one statement.

    Args:
        sql: One SQL statement; a semicolon may follow it.
        tokens: Its tokens, where they are known.

    Returns:
        Its tree. Names that are not plain ASCII words are marked as quoted, which changes nothing
        in DuckDB (names have no case there) but makes ``$id`` readable to it.

    Raises:
        ProgrammingError: A syntax error, with line, column and a caret; or no statement at all.
        NotSupportedError: Several statements, or one that is nested too deeply.
        InterfaceError: sqlglot is its compiled build, which has no room for other dialects.
    """
    tokens = tokenize(sql) if tokens is None else tokens
    try:
        found = with_room(lambda: _parser().parse(tokens, sql))
        parsed = [
            tree
            for tree in found
            # A comment after a semicolon comes as a statement of its own.
            if isinstance(tree, exp.Expression) and not isinstance(tree, exp.Semicolon)
        ]
    except ParseError as error:
        raise _syntax_error(sql, error) from error
    if not parsed:
        raise ProgrammingError("There is no SQL statement to run: the text is empty.")
    if len(parsed) > 1:
        raise NotSupportedError(
            f"The text holds {len(parsed)} statements; run them one by one, one per execute()."
        )
    tree = parsed[0]
    if any(fold(str(token.text)) == DATABASE for token in tokens):
        drop_database(tree)
    for node in tree.find_all(exp.Identifier, exp.Bracket):
        if isinstance(node, exp.Bracket):
            node.set("offset", 1)  # so that it is written as it was read
        elif not _PLAIN_NAME.fullmatch(node.name):
            node.set("quoted", True)
    return tree


def _parser() -> Any:
    try:
        return _AsWritten().parser()
    except TypeError as error:
        # Its compiled classes have no subclasses in Python, which a dialect of one's own needs.
        raise InterfaceError(
            "sqlglot is installed with its compiled build (sqlglotc), which reads no SQL dialects "
            "of other packages, as this driver has: run 'pip uninstall sqlglotc'."
        ) from error


def _syntax_error(sql: str, error: ParseError) -> ProgrammingError:
    first = error.errors[0] if error.errors else {}
    line, column = first.get("line"), first.get("col")
    description = str(first.get("description") or _first_line(error)).rstrip(".")
    description = re.sub(r"<class '[\w.]*\.(\w+)'>", r"\1", description)
    if line is None or column is None:
        return ProgrammingError(f"SQL syntax error: {description}.")
    width = len(str(first.get("highlight") or "")) or 1
    start = _offset(sql, int(line), max(int(column) - width, 0))
    return ProgrammingError(f"SQL syntax error: {description}.{caret(sql, start, width)}")


def _offset(sql: str, line: int, column: int) -> int:
    before = sql.split("\n")[: line - 1]
    return min(sum(len(text) + 1 for text in before) + column, len(sql))


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
