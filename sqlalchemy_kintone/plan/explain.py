"""A plan in words, or as JSON: what EXPLAIN answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy_kintone.plan.model import Plan, Scan

ReadStrategy = Callable[[Scan], str]
"""How a scan will be read, in words."""


def explain_text(
    plan: Plan, strategy: ReadStrategy, measured: Mapping[str, float] | None = None
) -> str:
    """A plan as lines of text.

    Args:
        plan: The plan.
        strategy: How a scan will be read.
        measured: For ANALYZE, what the statement cost: a number by its name (``requests``,
            ``seconds fetching`` …).

    Returns:
        Each scan with its Kintone query, and the SQL that DuckDB runs over the scans.
    """
    lines = [line for scan in plan.scans for line in _lines(scan, strategy)]
    lines.append("DuckDB")
    lines.append(f"  sql: {plan.residual_sql()}")
    if measured is not None:
        lines.append("measured")
        lines += [f"  {name}: {_amount(value)}" for name, value in measured.items()]
    return "\n".join(lines)


def explain_json(
    plan: Plan, strategy: ReadStrategy, measured: Mapping[str, float] | None = None
) -> str:
    """As ``explain_text``, as a JSON object: ``scans``, ``residual`` and perhaps ``measured``."""
    described: dict[str, Any] = {
        "scans": [_described(scan, strategy) for scan in plan.scans],
        "residual": plan.residual_sql(),
    }
    if measured is not None:
        described["measured"] = dict(measured)
    return json.dumps(described, ensure_ascii=False, indent=2)


def _lines(scan: Scan, strategy: ReadStrategy) -> list[str]:
    table = scan.table
    lines = [
        f"{scan.name}: {table.schema}.{table.name} (app {table.app_id})",
        f"  query: {_query(scan)}",
        f"  conditions: {scan.exactness.value}",
        f"  fields: {', '.join(_fields(scan)) or 'none, only the number of records'}",
        f"  read: {strategy(scan)}",
    ]
    return lines + [f"  checked by DuckDB: {each.sql} ({each.reason})" for each in scan.local]


def _query(scan: Scan) -> str:
    return "nothing, as no record can match" if scan.empty else scan.query or "all records"


def _described(scan: Scan, strategy: ReadStrategy) -> dict[str, Any]:
    return {
        "name": scan.name,
        "schema": scan.table.schema,
        "table": scan.table.name,
        "app": scan.table.app_id,
        "query": scan.query,
        "empty": scan.empty,
        "exactness": scan.exactness.value,
        "fields": _fields(scan),
        "order": [{"field": key.field_code, "descending": key.descending} for key in scan.order],
        "limit": scan.limit,
        "offset": scan.offset,
        "read": strategy(scan),
        "local": [{"sql": each.sql, "reason": each.reason} for each in scan.local],
    }


def _fields(scan: Scan) -> list[str]:
    """The field codes to request; a field may be two columns, as a person's code and name."""
    return list(dict.fromkeys(column.field_code for column in scan.columns))


def _amount(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
