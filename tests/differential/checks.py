"""Checks statements and counts them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.differential.comparison import Comparison
from tests.differential.statements import Statement


class Checks:
    """Checks statements one after the other.

    Attributes:
        compared: How many there were that plain DuckDB can answer.
    """

    def __init__(self) -> None:
        self.compared = 0

    def check(self, comparison: Comparison, statements: Sequence[Statement]) -> None:
        """Names, types and rows of all of them are equal everywhere."""
        for statement in statements:
            self.compared += comparison.check(statement)
