"""TPC-H's tables in a sandbox and in plain DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from tests.differential.test_differential import LEVELS, Comparison
from tests.tpch.data import make_tables
from tests.tpch.schema import make_domain, plain_duckdb


@pytest.fixture(scope="session")
def tpch() -> Iterator[Comparison]:
    rows = make_tables()
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(make_domain(rows)))
        login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
        connections = {
            level: stack.enter_context(kintone.connect(**login, page_size=100, pushdown=level))
            for level in LEVELS
        }
        yield Comparison(connections, stack.enter_context(plain_duckdb(rows)))
