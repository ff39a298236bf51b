"""Short ways to plan over the tests' catalog."""

from __future__ import annotations

from typing import Any

from sqlalchemy_kintone.plan.model import Plan, PlanOptions, Pushdown, Scan
from sqlalchemy_kintone.plan.planner import plan_statement
from tests.plan.fake_catalog import FakeCatalog


def plan(sql: str, parameters: Any = None, **options: Any) -> Plan:
    """The plan of a statement over the fake catalog."""
    return plan_statement(sql, parameters, FakeCatalog(), PlanOptions(**options))


def only_scan(sql: str, parameters: Any = None, **options: Any) -> Scan:
    """The single scan of a statement's plan."""
    (scan,) = plan(sql, parameters, **options).scans
    return scan


def fetched(scan: Scan) -> str:
    """The names of the columns that a scan fetches, ``$id`` left out."""
    return " ".join(column.name for column in scan.columns if column.name != "$id")


def unpushed(sql: str, parameters: Any = None) -> Plan:
    """The plan with projection only at its widest: every column, no condition."""
    return plan(sql, parameters, pushdown=Pushdown.NONE)
