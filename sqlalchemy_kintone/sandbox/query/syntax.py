"""The syntax tree of a query: what was written, before any field is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal[
    "=",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "in",
    "not in",
    "like",
    "not like",
    "is empty",
    "is not empty",
]


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted string, its escapes undone."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its bare arguments, as written."""

    name: str
    arguments: tuple[str, ...]


Value = Text | Number | Call


@dataclass(frozen=True, slots=True)
class Reference:
    """A field code, or ``related.code`` of a field of related records."""

    code: str
    related: str | None = None

    def __str__(self) -> str:
        """As it is written in a query."""
        return self.code if self.related is None else f"{self.related}.{self.code}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field, one operator, and the values it is compared with (none for ``is empty``)."""

    field: Reference
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class And:
    """Conditions joined by ``and``; none of them is an ``And``."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Conditions joined by ``or``; none of them is an ``Or``."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Parenthesised:
    """A condition in parentheses, which may matter to conditions on a table's rows."""

    condition: Condition


Condition = Comparison | And | Or | Parenthesised


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of ``order by``."""

    field: Reference
    descending: bool


@dataclass(frozen=True, slots=True)
class QuerySyntax:
    """A whole query; ``limit`` and ``offset`` are None where not written."""

    condition: Condition | None
    order: tuple[OrderKey, ...]
    limit: int | None
    offset: int | None
