"""Residual SQL for older versions of DuckDB."""

from __future__ import annotations

import pytest

from tests.plan.planning import plan

GUARDED = "DATE_TRUNC('MONTH', day) + INTERVAL '0' SECOND"


@pytest.mark.parametrize(
    ("condition", "residual"),
    [
        ("date_trunc('month', day) <> DATE '2026-03-05'", f"({GUARDED}) <> "),
        ("DATE '2026-03-05' = (date_trunc('month', day))", f" = (({GUARDED}))"),
        ("date_trunc('month', day) IS DISTINCT FROM '2026-03-05'", f"({GUARDED}) IS DISTINCT"),
        ("date_trunc('month', day) BETWEEN '2026-03-05' AND day", f"({GUARDED}) BETWEEN"),
    ],
)
def test_comparisons_of_truncated_dates(condition: str, residual: str) -> None:
    sql = f"SELECT year(day) FROM orders WHERE {condition}"
    assert residual in plan(sql, engine_version=1).residual_sql
    assert GUARDED not in plan(sql, engine_version=2).residual_sql


def test_truncated_dates_that_are_not_compared() -> None:
    planned = plan("SELECT date_trunc('month', day) FROM orders", engine_version=1)
    assert GUARDED not in planned.residual_sql
