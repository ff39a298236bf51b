"""What nobody reads of a derived table is left out of it, so that it is not fetched."""

from __future__ import annotations

from sqlglot import exp

from sqlalchemy_kintone.plan.merged import Derived, derived_at
from sqlalchemy_kintone.plan.projection import STRUCT, References, references


def prune_derived_tables(tree: exp.Expression) -> None:
    """Leave out of derived tables what the SELECTs that read them do not mention.

    Args:
        tree: A statement; it is changed.
    """
    # Outer ones first: what they do not need the ones inside them need not give.
    for place in tree.find_all(exp.Subquery):
        clause = place.parent
        outer = clause.parent if isinstance(clause, exp.From | exp.Join) else None
        derived = derived_at(place)
        if isinstance(outer, exp.Select) and derived is not None:
            _prune(derived, references(outer, [place]))


def _prune(derived: Derived, mentioned: References) -> None:
    names, alias = mentioned.names, derived.alias
    if mentioned.everything or alias in mentioned.stars or "" in mentioned.stars:
        return
    if (None, alias) in names and alias not in derived.items:
        return  # the row as a whole
    kept = [
        item
        for name, item in derived.items.items()
        if (None, name) in names or (STRUCT, name) in names or (alias, name) in names
    ]
    # Rows have to have a column.
    derived.select.set("expressions", kept or derived.select.expressions[:1])
