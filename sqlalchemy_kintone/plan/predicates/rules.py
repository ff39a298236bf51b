"""What Kintone can say of one column: the questions that conditions ask, all answered "locally".

Each family of fields overrides the questions that Kintone answers for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from sqlalchemy_kintone.plan.conditions import Translation, local
from sqlalchemy_kintone.plan.constants import Constant, Kind

Operator = Literal["=", "!=", "<", "<=", ">", ">="]

OPPOSITE: MappingProxyType[Operator, Operator] = MappingProxyType(
    {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
)
"""The operator that is true where the other is false."""

MIRRORED: MappingProxyType[Operator, Operator] = MappingProxyType(
    {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
)
"""The operator for the operands the other way round."""


@dataclass(frozen=True)
class Rules:
    """The conditions on one column. No constant is NULL.

    Attributes:
        why_local: Why Kintone cannot answer, for EXPLAIN.
    """

    why_local: str

    def compare(self, _operator: Operator, _value: Constant, /) -> Translation:
        """``column <operator> value`` is true."""
        return local(self.why_local)

    def among(self, _values: Sequence[Constant], /) -> Translation:
        """``column IN (values)`` is true; at least one value."""
        return local(self.why_local)

    def not_among(self, _values: Sequence[Constant], /) -> Translation:
        """``column NOT IN (values)`` is true, which it is not for NULL; at least one value."""
        return local(self.why_local)

    def null(self) -> Translation:
        """``column IS NULL``."""
        return local(self.why_local)

    def present(self) -> Translation:
        """``column IS NOT NULL``."""
        return local(self.why_local)

    def has_any(self, _values: Sequence[Constant], /) -> Translation:
        """The list in the column has one of the values; at least one value."""
        return local(self.why_local)

    def has_none(self, _values: Sequence[Constant], /) -> Translation:
        """There is a list in the column and it has none of the values; at least one value."""
        return local(self.why_local)

    def lacks(self, _values: Sequence[Constant], /) -> Translation:
        """There is no list in the column, or it has none of the values; at least one value."""
        return local(self.why_local)


def texts_of(values: Sequence[Constant]) -> list[str] | None:
    """The values as texts, each once; None where DuckDB would not compare texts."""
    texts = [value.value for value in values if value.kind in (Kind.TEXT, Kind.VARCHAR)]
    if len(texts) < len(values):
        return None
    return list(dict.fromkeys(str(text) for text in texts))
