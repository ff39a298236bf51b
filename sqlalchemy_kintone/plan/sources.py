"""Which apps a statement reads, and where in it: every occurrence is a source of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Catalog, Table, fold
from sqlalchemy_kintone.plan.names import unknown_table


@dataclass(frozen=True, eq=False)
class Source:
    """One occurrence of an app in a statement.

    Attributes:
        scan: The name of the view that stands for it in the residual SQL.
        node: Where it stands in the tree.
        table: The app.
        alias: What the statement calls it, folded.
        select: The SELECT it is read in; None where it is read by something else
            (``PIVOT orders ON …``, ``SUMMARIZE orders``).
        join: The join it is the right side of; None for the first source of a FROM.
        direct: Whether it stands in the FROM clause of ``select`` as it is: not in parentheses
            with joins of their own, not pivoted, not sampled, its columns not renamed. Only then
            is anything but projection left to Kintone.
    """

    scan: str
    node: exp.Table
    table: Table
    alias: str
    select: exp.Select | None
    join: exp.Join | None
    direct: bool


def find_sources(
    tree: exp.Expression, catalog: Catalog, default_schema: str, sql: str
) -> tuple[Source, ...]:
    """Every occurrence of an app in a statement, in the order of the text.

    Names of common table expressions and table functions are left alone.

    Args:
        tree: The statement.
        catalog: The apps.
        default_schema: The schema of names without one.
        sql: The statement's text, for messages.

    Raises:
        ProgrammingError: A table that does not exist, with suggestions.
    """
    nodes = [node for node in tree.find_all(exp.Table) if names_an_app(node)]
    nodes.sort(key=_position)
    prefix = _unused_prefix(tree)
    return tuple(
        _source(f"{prefix}{number}", node, catalog, default_schema, sql)
        for number, node in enumerate(nodes, start=1)
    )


def rewrite(tree: exp.Expression, sources: Iterable[Source]) -> None:
    """Make the statement read the scans' views instead of the apps; names stay as they are."""
    schemas: dict[str, set[str]] = {}
    for source in sources:
        node = source.node
        schemas.setdefault(source.alias, set()).add(fold(source.table.schema))
        if not node.alias:
            name = exp.to_identifier(node.name, quoted=True)
            node.set("alias", exp.TableAlias(this=name))
        node.set("this", exp.to_identifier(source.scan))
        node.set("db", None)
        node.set("catalog", None)
    for column in tree.find_all(exp.Column):
        # Views have no schema: ``apps.orders.total`` becomes ``orders.total``.
        if column.db and fold(column.db) in schemas.get(fold(column.table), ()):
            column.set("db", None)


def _source(scan: str, node: exp.Table, catalog: Catalog, default_schema: str, sql: str) -> Source:
    schema = node.db or default_schema
    table = None if node.catalog else catalog.find(schema, node.name)
    if table is None:
        raise unknown_table(node, catalog, schema, sql)
    select = node.find_ancestor(exp.Select)
    if node.find_ancestor(exp.Pivot, exp.Select) is not select:
        select = None
    parent = node.parent
    join = parent if isinstance(parent, exp.Join) else None
    alias = node.args.get("alias")
    direct = (
        select is not None
        and isinstance(parent, exp.From | exp.Join)
        and parent.parent is select
        and not any(node.args.get(key) for key in ("joins", "pivots", "sample", "when"))
        and not (alias is not None and alias.args.get("columns"))
    )
    return Source(scan, node, table, fold(node.alias_or_name), select, join, direct)


def names_an_app(node: exp.Table) -> bool:
    """Whether it is the name of a table: no table function, no common table expression."""
    return isinstance(node.this, exp.Identifier) and (bool(node.db) or not _names_a_cte(node))


def _names_a_cte(node: exp.Table) -> bool:
    name = fold(node.name)
    return any(fold(cte.alias) == name for cte in _visible_ctes(node))


def _visible_ctes(node: exp.Expression) -> Iterator[exp.CTE]:
    """The common table expressions that a name at this place may mean."""
    inside: exp.CTE | None = None
    place: exp.Expression | None = node
    while place is not None:
        if isinstance(place, exp.CTE):
            inside = place
        elif isinstance(place, exp.With):
            # Seen from inside: those before it, and itself where it may be recursive.
            for cte in place.expressions:
                if cte is not inside or place.args.get("recursive"):
                    yield cte
                if cte is inside:
                    break
        else:
            clause = place.args.get("with_") or place.args.get("with")
            if isinstance(clause, exp.With) and inside not in clause.expressions:
                yield from clause.expressions
            inside = None
        parent = place.parent
        place = parent if isinstance(parent, exp.Expression) else None


def _unused_prefix(tree: exp.Expression) -> str:
    """``scan_``, or with more underscores where the statement uses such names itself."""
    names = [fold(identifier.name) for identifier in tree.find_all(exp.Identifier)]
    prefix = "scan_"
    while any(name.startswith(prefix) for name in names):
        prefix = f"_{prefix}"
    return prefix


def _position(node: exp.Table) -> int:
    start = node.this.meta.get("start")
    return int(start) if start is not None else 0
