"""Views that are queries: a statement reads the query in the place of the view's name.

The query becomes a derived table, so that whatever is left to Kintone of those is left to it of
views.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Catalog, ViewQuery, fold
from sqlalchemy_kintone.errors import NotSupportedError, ProgrammingError
from sqlalchemy_kintone.plan import sql as sql_text
from sqlalchemy_kintone.plan.output_names import name_subqueries
from sqlalchemy_kintone.plan.scope import scopes_of
from sqlalchemy_kintone.plan.sources import find_sources, names_an_app
from sqlalchemy_kintone.plan.statements import Query
from sqlalchemy_kintone.plan.unknown_columns import require_columns

_MOVED = ("joins", "laterals", "pivots", "sample", "ordinality")
"""What may follow a name in FROM."""


@dataclass(frozen=True)
class Opened:
    """A statement whose views are opened.

    Attributes:
        query: The statement, its text as it was.
        views: Those that it reads, each once, the ones they read included.
    """

    query: Query
    views: tuple[ViewQuery, ...] = ()


def open_views(query: Query, catalog: Catalog, default_schema: str) -> Opened:
    """Put the queries of views in the place of their names.

    Args:
        query: A statement; it is not changed.
        catalog: Knows the views.
        default_schema: The schema of names without one.

    Raises:
        ProgrammingError: A view reads itself, or its query does not fit the tables (any more);
            the message names the view and the place in its query.
        NotSupportedError: A view is no query.
    """
    if not any(_view_at(node, catalog) for node in _names(query.tree)):
        return Opened(query)
    opening = _Opening(catalog, default_schema)
    tree = query.tree.copy()
    name_subqueries(tree)
    tree = opening.opened(tree, ())
    return Opened(Query(query.sql, tree), tuple(dict.fromkeys(opening.views)))


def parse_view(view: ViewQuery) -> exp.Expression:
    """The query of a view.

    Raises:
        ProgrammingError: It is not SQL, or has parameters.
        NotSupportedError: It is no query, or a PIVOT, whose columns depend on the rows.
    """
    try:
        tree = sql_text.parse(view.sql)
    except ProgrammingError as error:
        raise unreadable(view, error) from error
    if not isinstance(tree, exp.Query) or isinstance(tree, exp.Table):
        raise NotSupportedError(
            f"The view {view.full_name} is no query: a view is a SELECT, perhaps after WITH."
        )
    if tree.find(exp.Placeholder):
        raise ProgrammingError(
            f"The view {view.full_name} has parameters, for which there are no values: write them "
            "into its query."
        )
    return tree


def _names(tree: exp.Expression) -> list[exp.Table]:
    return [node for node in tree.find_all(exp.Table) if names_an_app(node)]


def _view_at(node: exp.Table, catalog: Catalog) -> ViewQuery | None:
    return None if node.catalog else catalog.view_query(node.db or None, node.name)


class _Opening:
    """The opening of one statement's views.

    Args:
        catalog: Knows the views.
        default_schema: The schema of names without one.
    """

    def __init__(self, catalog: Catalog, default_schema: str) -> None:
        self.views: list[ViewQuery] = []
        self._catalog = catalog
        self._default_schema = default_schema

    def opened(self, tree: exp.Expression, path: tuple[ViewQuery, ...]) -> exp.Expression:
        """A tree with its views opened.

        Args:
            tree: It is changed.
            path: The views that are being opened, each read by the one before it.
        """
        for node in _names(tree):
            view = _view_at(node, self._catalog)
            if view is not None:
                _drop_schema(tree, node)
                _replace(node, self._query_of(view, path))
        return tree

    def _query_of(self, view: ViewQuery, path: tuple[ViewQuery, ...]) -> exp.Expression:
        if view in path:
            names = " → ".join(each.full_name for each in (*path[path.index(view) :], view))
            raise ProgrammingError(f"The view {view.full_name} reads itself: {names}.")
        self.views.append(view)
        tree = parse_view(view)
        name_subqueries(tree)
        try:
            tree = self.opened(tree, (*path, view))
            sources = find_sources(tree, self._catalog, self._default_schema, view.sql)
            require_columns(scopes_of(sources), view.sql)
        except ProgrammingError as error:
            raise unreadable(view, error) from error
        for source in sources:
            # Else a common table expression of the statement could be meant.
            source.node.set("db", exp.to_identifier(source.table.schema, quoted=True))
        for identifier in tree.find_all(exp.Identifier):
            # Places in the view's text are none in the statement's.
            identifier.meta.pop("start", None)
            identifier.meta.pop("end", None)
        return tree


def _drop_schema(tree: exp.Expression, node: exp.Table) -> None:
    """Make ``views.recent.total`` ``recent.total``: derived tables have no schema."""
    named = (fold(node.db), fold(node.alias_or_name))
    for column in tree.find_all(exp.Column):
        if column.db and (fold(column.db), fold(column.table)) == named:
            column.set("db", None)


def _replace(node: exp.Table, query: exp.Expression) -> None:
    """Put a query in the place of a name."""
    if isinstance(node.parent, exp.Summarize):
        node.replace(query)
        return
    alias = node.args.get("alias")
    named = exp.to_identifier(node.alias_or_name, quoted=True)
    columns = alias.args.get("columns") if alias is not None else None
    derived = exp.Subquery(this=query, alias=exp.TableAlias(this=named, columns=columns))
    for key in _MOVED:
        if node.args.get(key):
            derived.set(key, node.args[key])
    node.replace(derived)


def reading(view: ViewQuery) -> Query:
    """A query for all of a view."""
    schema, name = (part.replace('"', '""') for part in (view.schema, view.name))
    sql = f'SELECT * FROM "{schema}"."{name}"'  # noqa: S608 - quoted
    return Query(sql, sql_text.parse(sql))


def unreadable(view: ViewQuery, error: ProgrammingError) -> ProgrammingError:
    """The error for a view whose query does not fit the tables."""
    return ProgrammingError(f"The view {view.full_name} cannot be read: {error}")
