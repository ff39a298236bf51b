"""The constants that a statement compares columns of metadata with: what need not be asked for.

``WHERE app_id = 2`` asks one app. Every condition is checked again by DuckDB, so that whatever is
not recognised here only costs requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column, fold
from sqlalchemy_kintone.plan.constants import Kind, constant
from sqlalchemy_kintone.plan.joins import conjuncts
from sqlalchemy_kintone.plan.model import Given
from sqlalchemy_kintone.plan.scope import Scope
from sqlalchemy_kintone.plan.sources import Source


def given_values(scope: Scope, source: Source) -> tuple[Given, ...]:
    """What the conditions of a SELECT say of the key columns of a table of metadata.

    Args:
        scope: The SELECT.
        source: Its occurrence of the table.

    Returns:
        For each recognised condition the column and its only possible values.
    """
    found = (_given(condition, scope, source) for condition in _conditions(scope, source))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def is_key(source: Source, column: Column) -> bool:
    """Whether values of the column restrict what Kintone is asked for."""
    system = source.table.system
    return system is not None and fold(column.name) in {fold(key) for key in system.keys}


def _conditions(scope: Scope, source: Source) -> Iterator[exp.Expression]:
    """The conditions that rows of the source must satisfy before they are joined."""
    joins, item = scope.joins, scope.item(source)
    where = scope.select.args.get("where")
    for node in conjuncts(where.this if where else None):
        if joins.where_reaches(item, node):
            yield node
    for number, join in enumerate(scope.select.args.get("joins") or ()):
        for node in conjuncts(join.args.get("on")):
            if joins.on_reaches(number, item, node):
                yield node


def _given(node: exp.Expression, scope: Scope, source: Source) -> Given | None:
    """The column and values of ``c = 1``, ``c IN (1, 2)``, or of such joined by OR."""
    if isinstance(node, exp.Paren):
        return _given(node.this, scope, source)
    if isinstance(node, exp.Or):
        left, right = _given(node.this, scope, source), _given(node.expression, scope, source)
        if left is None or right is None or left.column != right.column:
            return None
        return Given(left.column, tuple(dict.fromkeys((*left.values, *right.values))))
    if isinstance(node, exp.EQ):
        for named, compared in ((node.this, node.expression), (node.expression, node.this)):
            given = _compared(named, [compared], scope, source)
            if given is not None:
                return given
    if isinstance(node, exp.In) and node.expressions and not node.args.get("query"):
        return _compared(node.this, node.expressions, scope, source)
    return None


def _compared(
    named: exp.Expression, values: list[exp.Expression], scope: Scope, source: Source
) -> Given | None:
    binding = scope.bind(named) if isinstance(named, exp.Column) else None
    if binding is None or binding.source is not source or not is_key(source, binding.column):
        return None
    read = [_value(value, binding.column) for value in values]
    known = [value for value in read if value is not None]
    if len(known) < len(read):
        return None
    return Given(binding.column, tuple(dict.fromkeys(known)))


def _value(node: exp.Expression, column: Column) -> int | str | None:
    """The constant as the column holds it; None where that is not certain."""
    found = constant(node)
    if found is None:
        return None
    if column.sql_type == "VARCHAR":
        is_text = found.kind in (Kind.TEXT, Kind.VARCHAR)
        return found.value if is_text and isinstance(found.value, str) else None
    value = found.value
    if found.kind is Kind.TEXT and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return None
