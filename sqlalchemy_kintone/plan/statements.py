"""What kind of statement a text is: a query, or a request to explain one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from sqlglot import Token, TokenType, exp

from sqlalchemy_kintone.errors import NotSupportedError, ProgrammingError
from sqlalchemy_kintone.plan import sql as sql_text
from sqlalchemy_kintone.plan.clock import Clock, clock_of
from sqlalchemy_kintone.plan.commands import Command, parse_command
from sqlalchemy_kintone.plan.predicates.server_functions import calls_in
from sqlalchemy_kintone.plan.source import caret
from sqlalchemy_kintone.plan.sources import names_an_app
from sqlalchemy_kintone.plan.view_commands import ViewCommand, parse_view_command


class ExplainFormat(Enum):
    """How EXPLAIN shows a plan."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True)
class Query:
    """A statement that returns rows.

    Attributes:
        sql: Its text.
        tree: The parsed statement, not to be changed: copy it first.
    """

    sql: str
    tree: exp.Expression

    @cached_property
    def clock(self) -> Clock:
        """What it reads of the clock."""
        return clock_of(self.tree)

    @cached_property
    def tables(self) -> tuple[tuple[str, str], ...]:
        """Schema (empty where none is written) and name of each table that it names."""
        nodes = [node for node in self.tree.find_all(exp.Table) if names_an_app(node)]
        return tuple(dict.fromkeys((node.db, node.name) for node in nodes))

    @cached_property
    def calls_kintone(self) -> bool:
        """Whether it calls functions that only Kintone has."""
        return next(calls_in(self.tree), None) is not None


@dataclass(frozen=True)
class Explain:
    """``EXPLAIN [ANALYZE] [(FORMAT JSON)] <query>``.

    Attributes:
        query: What is to be explained.
        analyze: Whether to run it and show what happened.
        format: How to show it.
    """

    query: Query
    analyze: bool = False
    format: ExplainFormat = ExplainFormat.TEXT


Statement = Query | Explain | Command | ViewCommand

_READING = (exp.Query, exp.Values, exp.Pivot, exp.Summarize)
_BEGINNINGS = {"(", "SELECT", "WITH", "FROM", "VALUES", "PIVOT", "UNPIVOT", "SUMMARIZE"}
"""What a query in parentheses begins with; anything else there is an option of EXPLAIN."""
_WRITES = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
    exp.Create: "CREATE",
    exp.Alter: "ALTER",
    exp.Drop: "DROP",
    exp.TruncateTable: "TRUNCATE",
}
_WRITING = frozenset(_WRITES.values())


def parse_statement(sql: str) -> Statement:
    """Parse one statement and tell what it is.

    Args:
        sql: One SQL statement; a semicolon may follow it.

    Raises:
        ProgrammingError: A syntax error, with its place; or no statement at all.
        NotSupportedError: Several statements, or one that is neither a query nor a command.
    """
    words = sql_text.tokenize(sql)
    if words and words[0].token_type != TokenType.STRING and _word(words[0]) == "EXPLAIN":
        # sqlglot reads what follows EXPLAIN as one string, so the word is blanked out.
        rest = _blank(sql, words[0].end + 1)
        return _explain(rest, sql_text.tokenize(rest))
    command = parse_command(sql, words) or parse_view_command(sql, words)
    if command is not None:
        return command
    return Query(sql, _query_tree(sql, words))


def query_of(sql: str) -> Query:
    """A query by its text, which is known to be one."""
    return Query(sql, sql_text.parse(sql))


def _query_tree(sql: str, words: list[Token]) -> exp.Expression:
    if words and words[0].token_type in sql_text.Kintone.Tokenizer.COMMANDS:
        # sqlglot does not read these, and logs that it does not.
        raise _not_supported(_word(words[0]))
    if words and words[0].token_type == TokenType.TABLE:
        # ``TABLE orders`` is ``FROM orders``, which every version of sqlglot reads.
        start, end = words[0].start, words[0].end + 1
        sql = f"{sql[:start]} FROM{sql[end:]}"
        words = sql_text.tokenize(sql)
    tree = sql_text.parse(sql, words)
    bare = tree
    while isinstance(bare, exp.Subquery | exp.Paren):
        bare = bare.this
    if isinstance(bare, _READING):
        # Looked for in the words first, which are fewer than the places of a tree.
        may_write = any(str(word.text).upper() in _WRITING for word in words)
        written = tree.find(*_WRITES) if may_write else None
        if written is not None:
            raise _not_supported(next(n for k, n in _WRITES.items() if isinstance(written, k)))
        return tree
    for kind, name in _WRITES.items():
        if isinstance(bare, kind):
            raise _not_supported(name)
    name = str(bare.this) if isinstance(bare, exp.Command) else bare.key.upper()
    raise _not_supported(name.upper())


def _not_supported(name: str) -> NotSupportedError:
    return NotSupportedError(
        f"{name} is not supported: this driver runs queries (SELECT, WITH, VALUES, FROM …), "
        "EXPLAIN of them, and CREATE VIEW and DROP VIEW."
    )


def _explain(sql: str, words: list[Token]) -> Explain:
    position, analyze, shape = 0, False, ExplainFormat.TEXT
    if _word_at(words, position) == "ANALYZE":
        analyze, position = True, position + 1
    if _word_at(words, position) == "(" and _word_at(words, position + 1) not in _BEGINNINGS:
        position += 1
        while _word_at(words, position) != ")":
            option = _word_at(words, position)
            if option == "ANALYZE":
                analyze, position = True, position + 1
            elif option == "FORMAT":
                shape, position = _format_at(sql, words, position + 1), position + 2
            elif option == ",":
                position += 1
            else:
                raise _bad_option(sql, words, position)
        position += 1
    if position >= len(words):
        raise ProgrammingError("EXPLAIN needs a query after it, such as EXPLAIN SELECT 1.")
    rest = _blank(sql, words[position].start)
    return Explain(Query(rest, _query_tree(rest, words[position:])), analyze, shape)


def _blank(sql: str, end: int) -> str:
    """The text with its beginning blanked out: the places in messages stay those of the whole."""
    return "".join(c if c in "\r\n\t" else " " for c in sql[:end]) + sql[end:]


def _format_at(sql: str, words: list[Token], position: int) -> ExplainFormat:
    try:
        return ExplainFormat((_word_at(words, position) or "").lower())
    except ValueError:
        raise _bad_option(sql, words, position) from None


def _bad_option(sql: str, words: list[Token], position: int) -> ProgrammingError:
    place = caret(sql, words[position].start, 1) if position < len(words) else ""
    return ProgrammingError(
        "EXPLAIN takes ANALYZE and (FORMAT TEXT) or (FORMAT JSON) before the query." + place
    )


def _word_at(words: list[Token], position: int) -> str | None:
    return _word(words[position]) if position < len(words) else None


def _word(token: Token) -> str:
    return str(token.text).upper()
