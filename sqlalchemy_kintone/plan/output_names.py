"""The names of a result's columns, where they would show the names of scans."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp


def name_subqueries(tree: exp.Expression) -> None:
    """Name each subquery that a query gives as a column by its own text, as DuckDB does.

    To be called while the tree still has the names of apps. Other columns without an alias get
    the name that DuckDB derives from the residual SQL.
    """
    while isinstance(tree, exp.SetOperation):
        tree = tree.this  # the first query names the columns
    if isinstance(tree, exp.Subquery) and not tree.alias:
        name_subqueries(tree.this)
    if not isinstance(tree, exp.Select):
        return
    for item in tree.expressions:
        if not isinstance(item, exp.Alias | exp.Star) and item.find(exp.Query):
            alias = exp.to_identifier(item.sql(dialect="duckdb"), quoted=True)
            item.replace(exp.Alias(this=item.copy(), alias=alias))


def name_item_of(node: exp.Expression, name: str) -> None:
    """Have a column of a result keep its name where something in it is about to be replaced.

    Args:
        node: What is replaced, wherever it stands.
        name: What the column is called if it is the node and nothing else.
    """
    for item in _items(node):
        if not isinstance(item, exp.Alias | exp.Star):
            text = name if item is node else item.sql(dialect="duckdb")
            named = exp.Alias(alias=exp.to_identifier(text, quoted=True))
            item.replace(named)
            named.set("this", item)


def _items(node: exp.Expression) -> Iterator[exp.Expression]:
    """The item of a SELECT that the node is in, or is."""
    place = node
    while isinstance(place.parent, exp.Expression):
        if isinstance(place.parent, exp.Select):
            if place.arg_key == "expressions":
                yield place
            return
        place = place.parent
