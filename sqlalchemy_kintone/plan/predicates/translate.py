"""Boolean expressions of SQL to Kintone conditions.

Every expression is asked when it is true or when it is false; what is neither (NULL) is found by
neither question. So NOT turns one question into the other, and De Morgan's laws hold.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from sqlglot import exp

from sqlalchemy_kintone.kintone.query import InexpressibleError
from sqlalchemy_kintone.plan.conditions import ALWAYS, NEVER, Translation, both, either, local
from sqlalchemy_kintone.plan.constants import Constant, Kind
from sqlalchemy_kintone.plan.folding import folded
from sqlalchemy_kintone.plan.predicates.computed import computed_rules
from sqlalchemy_kintone.plan.predicates.periods import period_rules
from sqlalchemy_kintone.plan.predicates.rules import MIRRORED, OPPOSITE, Operator, Rules
from sqlalchemy_kintone.plan.predicates.server_functions import ColumnOf, ask

RulesOf = Callable[[exp.Column], "Rules | None"]
"""The rules of a column; None for a column of another table."""

_NOT_KNOWN = "Kintone's query language has no such condition"
_MIXED = "it compares values of several types"
_OPERATORS: Mapping[type[exp.Expression], Operator] = MappingProxyType(
    {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
)
_FOLDED: Mapping[Operator, Callable[[Decimal, Decimal], bool]] = MappingProxyType(
    {
        "=": operators.eq,
        "!=": operators.ne,
        "<": operators.lt,
        "<=": operators.le,
        ">": operators.gt,
        ">=": operators.ge,
    }
)
_HAS_ANY = frozenset({"array_has_any", "list_has_any"})
_HAS_ALL = frozenset({"array_has_all", "list_has_all"})


class Translator:
    """Translates conditions on one table.

    Args:
        rules_of: The rules of the table's columns.
        zone: The session's time zone.
        column_of: Which of the table's columns a name means, for Kintone's own functions.
    """

    def __init__(self, rules_of: RulesOf, zone: str, column_of: ColumnOf = lambda _: None) -> None:
        self._column_of = column_of
        self._rules_of = rules_of
        self._zone = zone

    def true(self, node: exp.Expression) -> Translation:
        """The records for which a condition is true."""
        return self._ask(node, wanted=True)

    def false(self, node: exp.Expression) -> Translation:
        """The records for which a condition is false, not NULL."""
        return self._ask(node, wanted=False)

    def _ask(self, node: exp.Expression, *, wanted: bool) -> Translation:
        if isinstance(node, exp.Paren):
            return self._ask(node.this, wanted=wanted)
        if isinstance(node, exp.Not):
            return self._ask(node.this, wanted=not wanted)
        if isinstance(node, exp.And | exp.Or):
            parts = (self._ask(part, wanted=wanted) for part in operands(node))
            return both(parts) if isinstance(node, exp.And) is wanted else either(parts)
        try:
            return self._leaf(node, wanted=wanted)
        except InexpressibleError as error:
            return local(str(error))

    def _leaf(self, node: exp.Expression, *, wanted: bool) -> Translation:
        asked = ask(node, self._column_of, wanted=wanted)
        if asked is not None:
            return asked
        if isinstance(node, exp.Boolean):
            return ALWAYS if bool(node.this) is wanted else NEVER
        if isinstance(node, exp.Null):
            return NEVER
        sign = _OPERATORS.get(type(node))
        if sign is not None:
            if isinstance(node.expression, exp.Any):
                return self._equals_any(node, sign, wanted=wanted)
            return self._comparison(node, sign if wanted else OPPOSITE[sign])
        if isinstance(node, exp.NullSafeEQ | exp.NullSafeNEQ):
            same = isinstance(node, exp.NullSafeEQ) is wanted
            return self._same(node) if same else self._distinct(node)
        if isinstance(node, exp.Is):
            return self._is(node, wanted=wanted)
        if isinstance(node, exp.In):
            return self._in(node, wanted=wanted)
        if isinstance(node, exp.Between):
            return self._between(node, wanted=wanted)
        return self._list_function(node, wanted=wanted)

    def _comparison(self, node: exp.Expression, sign: Operator) -> Translation:
        left, right = node.this, node.expression
        value, rules = self._constant(right), self._rules(left)
        if rules is None:
            value, rules, sign = self._constant(left), self._rules(right), MIRRORED[sign]
            if rules is None:
                return _folded(self._constant(right), sign, value)
        if value is None:
            return local(_NOT_KNOWN)
        return rules.compare(sign, value) if value.kind is not Kind.NULL else NEVER

    def _operands(self, node: exp.Expression) -> tuple[Rules, Constant] | None:
        """A column and a constant, whichever comes first."""
        for column, value in ((node.this, node.expression), (node.expression, node.this)):
            rules, known = self._rules(column), self._constant(value)
            if rules is not None and known is not None:
                return rules, known
        return None

    def _same(self, node: exp.Expression) -> Translation:
        found = self._operands(node)
        if found is None:
            return local(_NOT_KNOWN)
        rules, value = found
        return rules.null() if value.kind is Kind.NULL else rules.compare("=", value)

    def _distinct(self, node: exp.Expression) -> Translation:
        found = self._operands(node)
        if found is None:
            return local(_NOT_KNOWN)
        rules, value = found
        if value.kind is Kind.NULL:
            return rules.present()
        return either([rules.compare("!=", value), rules.null()])

    def _is(self, node: exp.Is, *, wanted: bool) -> Translation:
        if isinstance(node.expression, exp.Boolean):
            # ``IS NOT TRUE`` is true of NULL too, which neither question finds.
            return self._ask(node.this, wanted=bool(node.expression.this)) if wanted else _local()
        rules = self._rules(node.this)
        if rules is None or not isinstance(node.expression, exp.Null):
            return _local()
        return rules.null() if wanted else rules.present()

    def _in(self, node: exp.In, *, wanted: bool) -> Translation:
        rules = self._rules(node.this)
        if rules is None or not node.expressions:
            return _local()
        values = [self._constant(item) for item in node.expressions]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return _local()
        given = [value for value in known if value.kind is not Kind.NULL]
        if not wanted and len(given) < len(known):
            return NEVER  # NOT IN (…, NULL)
        if not given:
            return NEVER
        alike = _alike(given)
        if alike is None:
            return local(_MIXED)
        return rules.among(alike) if wanted else rules.not_among(alike)

    def _between(self, node: exp.Between, *, wanted: bool) -> Translation:
        rules = self._rules(node.this)
        low, high = self._constant(node.args["low"]), self._constant(node.args["high"])
        if rules is None or low is None or high is None or node.args.get("symmetric"):
            return _local()
        alike = _alike([value for value in (low, high) if value.kind is not Kind.NULL])
        if alike is None:
            return local(_MIXED)
        if Kind.NULL not in (low.kind, high.kind):
            low, high = alike
        if wanted:
            return both([_compared(rules, ">=", low), _compared(rules, "<=", high)])
        return either([_compared(rules, "<", low), _compared(rules, ">", high)])

    def _equals_any(self, node: exp.Expression, sign: Operator, *, wanted: bool) -> Translation:
        """``'x' = ANY(column)``, which is false, not NULL, where there is no list."""
        value, rules = self._constant(node.this), self._rules(node.expression.this)
        if sign != "=" or rules is None or value is None or value.kind is Kind.NULL:
            return _local()
        return rules.has_any([value]) if wanted else rules.lacks([value])

    def _list_function(self, node: exp.Expression, *, wanted: bool) -> Translation:
        # Not ``contains``, which searches the text of a list for a part.
        if isinstance(node, exp.ArrayContains):
            return self._has(node.this, [self._constant(node.expression)], wanted=wanted)
        name = str(node.this).lower() if isinstance(node, exp.Anonymous) else ""
        if isinstance(node, exp.ArrayOverlaps | exp.ArrayContainsAll):
            column, items = node.this, node.expression
            if isinstance(node, exp.ArrayOverlaps) and self._rules(column) is None:
                column, items = items, column
        elif name in _HAS_ANY | _HAS_ALL and len(node.expressions) == 2:
            column, items = node.expressions
        else:
            return _local()
        listed = self._constant(items)
        values = listed.value if listed is not None else None
        if not isinstance(values, tuple) or not values:
            return _local()
        if isinstance(node, exp.ArrayOverlaps) or name in _HAS_ANY:
            return self._has(column, values, wanted=wanted)
        if not wanted:
            return _local()
        return both(self._has(column, [value], wanted=True) for value in values)

    def _has(
        self, column: exp.Expression, values: Sequence[Constant | None], *, wanted: bool
    ) -> Translation:
        rules = self._rules(column)
        known = [value for value in values if value is not None and value.kind is not Kind.NULL]
        if rules is None or len(known) < len(values):
            return _local()
        return rules.has_any(known) if wanted else rules.has_none(known)

    def _constant(self, node: exp.Expression) -> Constant | None:
        return folded(node, self._zone)

    def _rules(self, node: exp.Expression) -> Rules | None:
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.Column):
            return self._rules_of(node)
        found = period_rules(node, self._rules_of)
        return found or computed_rules(node, self._rules_of, self._zone)


def operands(node: exp.Expression) -> Iterator[exp.Expression]:
    """The operands of a chain of ANDs or of ORs in order, parentheses of like chains opened."""
    pending = [node]
    while pending:  # no recursion: chains may be long
        part = pending.pop()
        bare = part
        while isinstance(bare, exp.Paren):
            bare = bare.this
        if type(bare) is type(node):
            pending += [bare.args["expression"], bare.args["this"]]
        else:
            yield part


def _compared(rules: Rules, sign: Operator, value: Constant) -> Translation:
    return rules.compare(sign, value) if value.kind is not Kind.NULL else NEVER


def _alike(values: Sequence[Constant]) -> Sequence[Constant] | None:
    """Values of one type, as DuckDB makes them for a list; None where that is not certain."""
    kinds = {value.kind for value in values}
    if kinds == {Kind.NUMBER, Kind.DOUBLE}:
        return [Constant(Kind.DOUBLE, float(str(value.value))) for value in values]
    return values if len(kinds) <= 1 else None


def _folded(left: Constant | None, sign: Operator, right: Constant | None) -> Translation:
    """``right sign left`` of two constants: a mirrored comparison."""
    if left is None or right is None:
        return _local()
    if Kind.NULL in (left.kind, right.kind):
        return NEVER
    if not isinstance(left.value, Decimal) or not isinstance(right.value, Decimal):
        return _local()
    return ALWAYS if _FOLDED[sign](left.value, right.value) else NEVER


def _local() -> Translation:
    return local(_NOT_KNOWN)
