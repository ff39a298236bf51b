"""TPC-H's tables in a sandbox and in plain DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.differential.comparison import Comparison
from tests.tables import compared_tables
from tests.tpch.data import make_tables
from tests.tpch.schema import TABLES


@pytest.fixture(scope="session")
def tpch() -> Iterator[Comparison]:
    with compared_tables(TABLES, make_tables(), page_size=100) as compared:
        yield compared
