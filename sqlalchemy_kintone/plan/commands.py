"""Statements about tables: ``SHOW TABLES``, ``DESCRIBE orders``, ``REFRESH METADATA``.

What shows something becomes a query of what the catalog knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import Token, TokenType, exp

from sqlalchemy_kintone.catalog.model import Catalog, Column, Table
from sqlalchemy_kintone.errors import NotSupportedError, ProgrammingError
from sqlalchemy_kintone.plan import sql as sql_text
from sqlalchemy_kintone.plan.names import unknown_table

_HELP = (
    "SHOW TABLES [FROM schema], SHOW VIEWS [FROM schema], SHOW ALL TABLES, SHOW SCHEMAS, "
    "SHOW COLUMNS FROM table and DESCRIBE table are known; information_schema and system tell more"
)


REFRESHED = "SELECT 'Apps and fields will be read anew.' AS status"
"""What ``REFRESH METADATA`` is answered by."""
CACHE_REFRESHED = "SELECT 'All apps in the cache are as they are in Kintone now.' AS status"
"""What ``REFRESH CACHE`` is answered by."""


@dataclass(frozen=True)
class Refresh:
    """``REFRESH METADATA``: apps and fields are to be read anew."""


@dataclass(frozen=True)
class RefreshCache:
    """``REFRESH CACHE``: all that the local replica holds is to be compared with Kintone."""


@dataclass(frozen=True)
class ShowTables:
    """``SHOW TABLES``, ``SHOW VIEWS FROM apps``, ``SHOW ALL TABLES``, ``SHOW SCHEMAS``.

    Attributes:
        what: What is listed.
        schema: The schema whose tables or views are listed; None for the default one.
    """

    what: str
    schema: str | None = None


@dataclass(frozen=True)
class Describe:
    """``DESCRIBE orders``: the columns of a table.

    Attributes:
        sql: The statement, its beginning blanked out.
        table: The table, as it is named there; not to be changed.
    """

    sql: str
    table: exp.Table


_BEGINNINGS = frozenset(
    {
        TokenType.SELECT,
        TokenType.WITH,
        TokenType.FROM,
        TokenType.VALUES,
        TokenType.L_PAREN,
    }
)
"""What queries begin with. A quoted name is none of these, whatever it says."""

Command = Refresh | RefreshCache | ShowTables | Describe


def status_of(text: str) -> str:
    """SQL that gives a text as a status: what a statement without rows is answered by."""
    return f"SELECT {_text(text)} AS status"


def parse_command(sql: str, words: Sequence[Token]) -> Command | None:
    """The command that a statement is; None where it is none of these.

    Args:
        sql: The statement.
        words: Its tokens.

    Raises:
        ProgrammingError: What follows is no name.
        NotSupportedError: It shows or describes anything else.
    """
    first = str(words[0].text).upper() if words else ""
    if first not in ("DESC", "DESCRIBE", "REFRESH", "SHOW"):
        return None
    # sqlglot reads what follows SHOW as one string.
    rest_sql = _blank(sql, words[0].end + 1)
    rest = [word for word in sql_text.tokenize(rest_sql) if str(word.text) != ";"]
    said = [str(word.text).upper() for word in rest]
    if first == "REFRESH":
        if said not in (["METADATA"], ["CACHE"]):
            raise NotSupportedError("REFRESH METADATA and REFRESH CACHE are all there is.")
        return Refresh() if said == ["METADATA"] else RefreshCache()
    if first == "SHOW":
        return _show(rest_sql, rest, said)
    if said[:1] == ["TABLE"]:
        rest_sql = _blank(rest_sql, rest[0].end + 1)
    return Describe(rest_sql, _table(rest_sql))


def describe_columns(command: Describe, catalog: Catalog, default_schema: str) -> str:
    """SQL that gives the columns of a table.

    Args:
        command: What was asked.
        catalog: The tables.
        default_schema: The schema of names without one.

    Raises:
        ProgrammingError: There is no such table.
    """
    named = command.table
    schema = named.db or default_schema
    table = None if named.catalog else catalog.find(named.db or None, named.name)
    if table is not None and table.view is not None and table.view.problem:
        raise ProgrammingError(table.view.problem)
    if table is None:
        raise unknown_table(named, catalog, schema, command.sql)
    names = ("column_name", "column_type", "null", "key", "default", "extra", "comment")
    return _values(names, [_described(table, column) for column in table.columns])


def show_tables(command: ShowTables, catalog: Catalog, default_schema: str) -> str:
    """SQL that gives the names of tables, views or schemas.

    Args:
        command: What was asked.
        catalog: The tables.
        default_schema: The schema of ``SHOW TABLES`` without one.

    Raises:
        ProgrammingError: There is no such schema.
    """
    if command.what == "SCHEMAS":
        return _values(("name",), [(schema,) for schema in catalog.schemas()])
    if command.what == "ALL TABLES":
        every = [pair for schema in catalog.schemas() for pair in _tables(catalog, schema)]
        return _values(("schema", "name"), every)
    known = {schema.lower(): schema for schema in catalog.schemas()}
    schema = known.get((command.schema or default_schema).lower())
    if schema is None:
        raise ProgrammingError(
            f"There is no schema {command.schema}. Schemas: {', '.join(known.values())}."
        )
    if command.what == "VIEWS":
        return _values(("name",), [(each.name,) for each in catalog.views(schema)])
    return _values(("name",), [(name,) for _, name in _tables(catalog, schema)])


def _show(sql: str, rest: Sequence[Token], said: Sequence[str]) -> Command:
    if said in (["TABLES"], ["VIEWS"]):
        return ShowTables(said[0])
    if len(said) == 3 and said[0] in ("TABLES", "VIEWS") and said[1] in ("FROM", "IN"):
        return ShowTables(said[0], str(rest[2].text))
    if said in (["ALL", "TABLES"], ["SCHEMAS"]):
        return ShowTables(" ".join(said))
    if len(said) > 2 and said[0] == "COLUMNS" and said[1] in ("FROM", "IN"):
        named = _blank(sql, rest[1].end + 1)
        return Describe(named, _table(named))
    raise NotSupportedError(f"SHOW {' '.join(said)} is not supported: {_HELP}.")


def _table(sql: str) -> exp.Table:
    """The one table that a text names.

    Raises:
        NotSupportedError: It is anything else, such as a query.
    """
    words = sql_text.tokenize(sql)
    if words and words[0].token_type in _BEGINNINGS:
        raise NotSupportedError(
            "DESCRIBE is for tables. To see the columns of a query, run it with LIMIT 0 and look "
            "at cursor.description."
        )
    # The blanks before the name have room for it, so that places in messages stay.
    tree = sql_text.parse("FROM" + sql[4:]) if words else None
    table = tree.find(exp.Table) if tree is not None else None
    if tree is None or table is None or not _is_alone(table, tree):
        raise ProgrammingError(f"DESCRIBE needs the name of a table: {_HELP}.")
    return table


def _is_alone(table: exp.Table, tree: exp.Expression) -> bool:
    """Whether a query is ``FROM table`` and nothing else."""
    source = tree.args.get("from_") or tree.args.get("from")
    if not isinstance(table.this, exp.Identifier) or source is None or source.this is not table:
        return False
    clauses = {key for key, value in tree.args.items() if value}
    parts = {key for key, value in table.args.items() if value}
    return clauses <= {"from_", "from", "expressions"} and parts <= {"this", "db", "catalog"}


def _tables(catalog: Catalog, schema: str) -> list[tuple[str, str]]:
    names = (*catalog.names(schema), *catalog.children(schema))
    return [(each.schema, each.name) for each in names]


def _described(table: Table, column: Column) -> tuple[str | None, ...]:
    primary = column.name in table.primary_key
    key = "PRI" if primary else "UNI" if column.unique else None
    null = "YES" if table.is_nullable(column) else "NO"
    return column.name, column.sql_type, null, key, None, None, column.comment


def _values(names: Sequence[str], rows: Iterable[tuple[str | None, ...]]) -> str:
    listed = ", ".join(f"({', '.join(map(_text, row))})" for row in rows)
    columns = ", ".join(f'"{name}"' for name in names)
    if not listed:
        nulls = ", ".join(f'CAST(NULL AS VARCHAR) AS "{name}"' for name in names)
        return f"SELECT {nulls} WHERE false"
    casts = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in names)
    return f"SELECT {casts} FROM (VALUES {listed}) AS shown({columns})"  # noqa: S608 - quoted


def _text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _blank(sql: str, end: int) -> str:
    return "".join(c if c in "\r\n\t" else " " for c in sql[:end]) + sql[end:]
