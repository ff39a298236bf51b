"""Statements of the shapes that reports have give what plain DuckDB gives."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

import pytest

from tests.differential.comparison import Comparison
from tests.differential.statements import Statement
from tests.shapes.data import LAYOUTS, ROWS
from tests.shapes.statements import GROUPS_FRAME, ORDERED, SHAPES
from tests.tables import compared_tables

ALL = [(shape, sql) for shape, statements in SHAPES.items() for sql in statements]


@pytest.fixture(scope="module")
def firm() -> Iterator[Comparison]:
    with compared_tables(LAYOUTS, ROWS, page_size=30) as compared:
        yield compared


@pytest.mark.parametrize(("shape", "sql"), ALL)
def test_shape(firm: Comparison, shape: str, sql: str) -> None:
    firm.check(Statement(sql))


@pytest.mark.parametrize("sql", ORDERED)
def test_order(firm: Comparison, sql: str) -> None:
    firm.check(Statement(sql, ordered=True))


@pytest.mark.skipif(
    int(version("sqlglot").partition(".")[0]) < 30, reason="older sqlglots do not read GROUPS"
)
def test_groups_frame(firm: Comparison) -> None:
    firm.check(Statement(GROUPS_FRAME))
