"""The answer of EXPLAIN: one text column named ``plan``."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa

from sqlalchemy_kintone.engine import Answer, OutputColumn
from sqlalchemy_kintone.plan.explain import Expectation, Measured, explain_json, explain_text
from sqlalchemy_kintone.plan.model import Plan
from sqlalchemy_kintone.plan.statements import ExplainFormat

_COLUMN = OutputColumn("plan", "VARCHAR")
_SCHEMA = pa.schema([pa.field(_COLUMN.name, pa.string())])


def explanation(
    plan: Plan,
    shape: ExplainFormat,
    expected: Mapping[str, Expectation],
    measured: Measured | None,
) -> Answer:
    """A plan as rows.

    Args:
        plan: What is explained.
        shape: Text, a row for each line; or JSON, all of it in one row.
        expected: How each scan will be read, by the scan's name.
        measured: For ANALYZE, what the statement did.
    """
    if shape is ExplainFormat.JSON:
        rows = [json.dumps(explain_json(plan, expected, measured), ensure_ascii=False)]
    else:
        rows = explain_text(plan, expected, measured)
    batch = pa.RecordBatch.from_arrays([pa.array(rows, pa.string())], schema=_SCHEMA)
    return Answer((_COLUMN,), _SCHEMA, iter([batch]))
