"""``CREATE VIEW`` and ``DROP VIEW``: views of a connection, of which Kintone knows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import Token, exp

from sqlalchemy_kintone.catalog.model import ViewQuery, fold
from sqlalchemy_kintone.catalog.user_views import VIEWS
from sqlalchemy_kintone.errors import NotSupportedError, ProgrammingError
from sqlalchemy_kintone.plan import sql as sql_text
from sqlalchemy_kintone.plan.source import caret_of

_BEFORE_VIEW = frozenset({"OR", "REPLACE", "TEMP", "TEMPORARY", "LOCAL"})
_QUERIES = frozenset({"SELECT", "WITH", "FROM", "VALUES", "("})


@dataclass(frozen=True)
class CreateView:
    """``CREATE [OR REPLACE] VIEW [IF NOT EXISTS] name AS SELECT …``.

    Attributes:
        view: The view.
        replaces: Whether one of that name is replaced.
        if_missing: Whether nothing happens where there is one of that name.
    """

    view: ViewQuery
    replaces: bool
    if_missing: bool


@dataclass(frozen=True)
class DropView:
    """``DROP VIEW [IF EXISTS] name``.

    Attributes:
        name: The view.
        if_there: Whether nothing happens where there is none.
    """

    name: str
    if_there: bool


ViewCommand = CreateView | DropView


def parse_view_command(sql: str, words: Sequence[Token]) -> ViewCommand | None:
    """The command on views that a statement is; None where it is none.

    Args:
        sql: The statement.
        words: Its tokens.

    Raises:
        ProgrammingError: A syntax error, or another schema than that of users' views.
        NotSupportedError: A view with a list of columns, or one that is no query.
    """
    said = [str(word.text).upper() for word in words]
    first = said[0] if said else ""
    place = 1
    while place < len(said) and said[place] in _BEFORE_VIEW:
        place += 1
    if first not in ("CREATE", "DROP") or said[place : place + 1] != ["VIEW"]:
        return None
    # TEMP and LOCAL say what is so in any case.
    kept = [w for w in words if str(w.text).upper() != "LOCAL" or w.start > words[place].start]
    tree = sql_text.parse(sql, list(kept))
    return _create(sql, words, tree) if first == "CREATE" else _drop(sql, tree)


def _create(sql: str, words: Sequence[Token], tree: exp.Expression) -> CreateView:
    if isinstance(tree.this, exp.Schema):
        raise NotSupportedError(
            "A view's columns are named in its query (SELECT a AS b …), not beside its name."
        )
    query = tree.args.get("expression")
    if not isinstance(tree, exp.Create) or not isinstance(tree.this, exp.Table) or query is None:
        raise ProgrammingError(
            "CREATE VIEW is written CREATE VIEW name AS SELECT …: a query, and no PIVOT."
        )
    name = _name(sql, tree.this)
    start = next(
        after.start
        for word, after in pairwise(words)
        if str(word.text).upper() == "AS" and str(after.text).upper() in _QUERIES
    )
    end = next(word.end for word in reversed(words) if str(word.text) != ";")
    view = ViewQuery(VIEWS, name, sql[start : end + 1])
    return CreateView(view, bool(tree.args.get("replace")), bool(tree.args.get("exists")))


def _drop(sql: str, tree: exp.Expression) -> DropView:
    named = [*(tree.args.get("tables") or ()), *([tree.this] if tree.this else ())]
    if not isinstance(tree, exp.Drop) or len(named) != 1 or not isinstance(named[0], exp.Table):
        raise ProgrammingError("DROP VIEW is written DROP VIEW [IF EXISTS] name.")
    return DropView(_name(sql, named[0]), bool(tree.args.get("exists")))


def _name(sql: str, node: exp.Table) -> str:
    if node.catalog or (node.db and fold(node.db) != VIEWS):
        raise ProgrammingError(
            f"Views are made in the schema {VIEWS}: write {VIEWS}.{node.name}, or the name alone."
            + caret_of(sql, node)
        )
    return str(node.name)
