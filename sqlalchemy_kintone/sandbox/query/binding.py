"""From the syntax tree to a checked condition.

The checks are made comparison by comparison in the order written; within one: the field exists,
its options exist, it takes the operator, its values can be read.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy_kintone.sandbox.model import App, Json
from sqlalchemy_kintone.sandbox.query.bound import Bound, Enclosed, Every, Leaf, Some
from sqlalchemy_kintone.sandbox.query.choices import (
    CODE_TYPES,
    OPTION_TYPES,
    category_test,
    code_test,
    option_test,
    require_options,
)
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.fields import Field, Item, resolve
from sqlalchemy_kintone.sandbox.query.operators import EMPTINESS, WORDS, require_operator
from sqlalchemy_kintone.sandbox.query.ordered import ORDERED_TYPES, ordered_test
from sqlalchemy_kintone.sandbox.query.search_index import search
from sqlalchemy_kintone.sandbox.query.syntax import And, Comparison, Condition, Parenthesised
from sqlalchemy_kintone.sandbox.query.texts import (
    TEXT_TYPES,
    equality_test,
    is_empty,
    literal_text,
    search_test,
)

ValueTest = Callable[[Json], bool]


class Binder:
    """Binds the conditions of one query.

    Args:
        app: The app that is queried.
        context: The surroundings of the query.

    Attributes:
        aborted: Whether a ``like`` bound so far found too much and was cut off.
    """

    def __init__(self, app: App, context: Context) -> None:
        self._app = app
        self._context = context
        self.aborted = False

    def bind(self, condition: Condition) -> Bound | None:
        """The checked condition; None where nothing is left of it.

        Raises:
            KintoneError: What is wrong with the first comparison that cannot be used.
        """
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        if isinstance(condition, Parenthesised):
            inner = self.bind(condition.condition)
            return None if inner is None else Enclosed(inner)
        parts = tuple(
            part for part in map(self.bind, condition.parts) if part is not None
        )  # a dropped condition leaves the rest as it is
        if len(parts) < 2:
            return parts[0] if parts else None
        return Every(parts) if isinstance(condition, And) else Some(parts)

    def _comparison(self, comparison: Comparison) -> Leaf | None:
        operator, values = comparison.operator, comparison.values
        field = resolve(comparison.field, self._app, self._context)
        if field.type in OPTION_TYPES:
            require_options(field, values, self._context)
        require_operator(field, operator, self._context.switches)
        if operator in WORDS:
            test = search_test(field, literal_text(values[0]), self._context)
            result = search(field, test, self._context)
            self.aborted = self.aborted or result.aborted
            found = result.found
            if operator == "not like":
                return Leaf(field, operator, values, lambda item: not found(item))
            return Leaf(field, operator, values, found)
        value_test = self._value_test(field, comparison)
        if value_test is None:
            return None
        return Leaf(field, operator, values, _on_items(field, value_test))

    def _value_test(self, field: Field, comparison: Comparison) -> ValueTest | None:
        operator, values, context = comparison.operator, comparison.values, self._context
        if operator in EMPTINESS:
            return is_empty if operator == "is empty" else lambda value: not is_empty(value)
        if field.type in ORDERED_TYPES:
            return ordered_test(field, operator, values, context)
        if field.type in TEXT_TYPES:
            return equality_test(operator, values, context)
        if field.type in OPTION_TYPES:
            return option_test(operator, values, context)
        if field.type in CODE_TYPES:
            return code_test(field, operator, values, context)
        return category_test(operator, values)


def _on_items(field: Field, test: ValueTest) -> Callable[[Item], bool]:
    read = field.read
    return lambda item: test(read(item))
