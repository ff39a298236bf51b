"""Every statement gives what plain DuckDB gives over the same rows.

With pushdown none, exact and all, and under every reading of what is not known of Kintone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.checks import Checks
from tests.differential.comparison import LEVELS, Comparison
from tests.differential.domain import SWITCHES, make_domain, oracle
from tests.differential.schema import Row, rows
from tests.differential.statements import STATEMENTS, Statement

ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns", "America/Havana"])


@contextmanager
def comparison(
    sandbox: Sandbox, switches: Switches, tables: tuple[list[Row], list[Row]], zone: str
) -> Iterator[Comparison]:
    """Fill the sandbox, and plain DuckDB with the same."""
    domain = make_domain(switches, *tables)
    sandbox.reset(domain)
    login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
    options = {"time_zone": zone, "page_size": 5}
    with ExitStack() as stack:
        connections = {
            level: stack.enter_context(kintone.connect(**login, **options, pushdown=level))
            for level in LEVELS
        }
        plain = oracle(domain, columns_of(connections["all"], domain), zone)
        yield Comparison(connections, stack.enter_context(plain))


def columns_of(connection: kintone.Connection, domain: Domain) -> dict[str, list[str]]:
    """The names and order of columns, which are tested elsewhere."""
    tables = [connection.catalog.find(None, app.name) for app in domain.apps.values()]
    return {table.name: [column.name for column in table.columns] for table in tables if table}


CASE = {"switches": SWITCHES, "tables": st.tuples(rows(most=12), rows(most=4)), "zone": ZONES}
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=14, deadline=None, suppress_health_check=CHECKS)
@given(statements=st.lists(STATEMENTS, min_size=20, max_size=20), **CASE)
def test_statements(
    kintone_sandbox_server: Sandbox, checks: Checks, statements: list[Statement], **case: Any
) -> None:
    with comparison(kintone_sandbox_server, **case) as compared:
        checks.check(compared, statements)


@pytest.mark.long
@settings(max_examples=800, deadline=None, suppress_health_check=CHECKS)
@given(statements=st.lists(STATEMENTS, min_size=12, max_size=12), **CASE)
def test_many_statements(
    kintone_sandbox_server: Sandbox, checks: Checks, statements: list[Statement], **case: Any
) -> None:
    with comparison(kintone_sandbox_server, **case) as compared:
        checks.check(compared, statements)
