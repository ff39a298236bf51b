"""Statements over child tables give what plain DuckDB gives over the same rows.

With pushdown none, exact and all, and under every reading of what is not known of Kintone.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlalchemy_kintone.sandbox import Sandbox
from tests.differential.checks import Checks
from tests.differential.children import child_statements, compared_children, things
from tests.differential.domain import SWITCHES
from tests.differential.statements import Statement
from tests.differential.test_differential import ZONES

CASE: dict[str, st.SearchStrategy[Any]] = {
    "switches": SWITCHES,
    "records": things(most=8),
    "zone": ZONES,
}
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=4, deadline=None, suppress_health_check=CHECKS)
@given(statements=st.lists(child_statements(), min_size=15, max_size=15), **CASE)
def test_statements(
    kintone_sandbox_server: Sandbox, checks: Checks, statements: list[Statement], **case: Any
) -> None:
    with compared_children(kintone_sandbox_server, **case) as compared:
        checks.check(compared, statements)


@pytest.mark.long
@settings(max_examples=150, deadline=None, suppress_health_check=CHECKS)
@given(statements=st.lists(child_statements(), min_size=10, max_size=10), **CASE)
def test_many_statements(
    kintone_sandbox_server: Sandbox, checks: Checks, statements: list[Statement], **case: Any
) -> None:
    with compared_children(kintone_sandbox_server, **case) as compared:
        checks.check(compared, statements)
