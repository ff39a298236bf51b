"""A condition whose fields are found and whose values are read, ready to be tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy_kintone.sandbox.query.fields import Field, Item
from sqlalchemy_kintone.sandbox.query.operators import NEGATIVE
from sqlalchemy_kintone.sandbox.query.syntax import Operator, Value


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison.

    Attributes:
        field: The field.
        operator: The operator.
        values: The values as written.
        matches: Whether an item matches: a record, or one row or related record of it.
    """

    field: Field
    operator: Operator
    values: tuple[Value, ...]
    matches: Callable[[Item], bool]

    @property
    def positive(self) -> bool:
        """Whether, among several items, some and not all have to match."""
        return self.operator not in NEGATIVE


@dataclass(frozen=True, slots=True)
class Every:
    """Joined by ``and``."""

    parts: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Joined by ``or``."""

    parts: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """In parentheses."""

    inner: Bound


Bound = Leaf | Every | Some | Enclosed
