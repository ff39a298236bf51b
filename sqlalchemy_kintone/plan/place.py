"""Where a statement is: ``current_schema()``, ``current_user`` and the name of the database.

DuckDB would tell what it calls itself inside, of which nothing else here shows anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import DATABASE, fold
from sqlalchemy_kintone.errors import NotSupportedError
from sqlalchemy_kintone.plan.model import PlanOptions
from sqlalchemy_kintone.plan.output_names import name_item_of

_USERS = frozenset({"current_user", "session_user"})
_WORDS = frozenset({"current_schema", "current_catalog"}) | _USERS
"""Names without parentheses, which some versions of sqlglot read as columns."""
_CALLED = frozenset({"current_schema", "current_database", "current_schemas"})
"""Names that are usually written with parentheses."""
_NAMES = _WORDS | _CALLED


def drop_database(tree: exp.Expression) -> None:
    """Make ``kintone.apps.orders`` ``apps.orders``, of tables and of their columns."""
    tables = [node for node in tree.find_all(exp.Table) if fold(node.catalog) == DATABASE]
    named = {(fold(node.db), fold(node.alias_or_name)) for node in tables}
    for node in tables:
        node.set("catalog", None)
    for column in tree.find_all(exp.Column):
        # Else it is a column of whatever is called so, with parts of its own.
        is_of_them = (fold(column.db), fold(column.table)) in named
        if is_of_them and fold(column.catalog) == DATABASE:
            column.set("catalog", None)


def bind_place(tree: exp.Expression, options: PlanOptions) -> None:
    """Put constants in the place of ``current_schema()``, ``current_user`` and their like.

    Columns of results keep the names that these give.

    Args:
        tree: The statement; it is changed.
        options: Knows the default schema and the login.

    Raises:
        NotSupportedError: The user is asked for, and the login is by token.
    """
    found = [node for node in tree.walk() if isinstance(node, exp.Expression) and _name(node)]
    for node in found:
        name = _name(node)
        called = f"{name}()" if name in _CALLED else name
        name_item_of(node, node.name if isinstance(node, exp.Column) else called)
        node.replace(_value(name, options))


def _name(node: exp.Expression) -> str:
    """The name of such a function; empty for all else."""
    name = ""
    if isinstance(node, exp.Column):
        is_word = isinstance(node.this, exp.Identifier) and not (node.table or node.this.quoted)
        return name if not is_word or fold(node.name) not in _WORDS else fold(node.name)
    if isinstance(node, exp.Anonymous):
        name = fold(str(node.this))
    elif isinstance(node, exp.Func):
        name = fold(node.sql_name())
    return name if name in _NAMES else ""


def _value(name: str, options: PlanOptions) -> exp.Expression:
    if name in _USERS and options.user is None:
        raise NotSupportedError(
            f"{name} is not known: with tokens no user logs in. kintone_login_user() is who "
            "Kintone takes them for."
        )
    values: Mapping[str, str | None] = {
        "current_schema": options.default_schema,
        "current_database": DATABASE,
        "current_catalog": DATABASE,
        "current_schemas": options.default_schema,
        **dict.fromkeys(_USERS, options.user),
    }
    literal = exp.Literal.string(values[name])
    return exp.Array(expressions=[literal]) if name == "current_schemas" else literal
