"""The names of a result's columns, where they would show the names of scans."""

from __future__ import annotations

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
