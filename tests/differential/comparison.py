"""Answers of the driver beside those of plain DuckDB over the same rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

import sqlalchemy_kintone as kintone
from tests.differential.statements import Statement
from tests.plain import IS_OLDER_DUCKDB, is_done_wrongly

LEVELS = ("none", "exact", "all")


@dataclass(frozen=True)
class Comparison:
    """The same rows in a sandbox, read at every level, and in plain DuckDB."""

    connections: Mapping[str, kintone.Connection]
    plain: duckdb.DuckDBPyConnection

    def check(self, statement: Statement) -> bool:
        """Names, types and rows are equal everywhere.

        Returns:
            Whether plain DuckDB answers the statement, and rightly: older ones do not all.
        """
        if is_done_wrongly(statement.sql):
            return False
        try:
            columns, expected = plain_answer(self.plain, statement)
        except (duckdb.BinderException, duckdb.NotImplementedException):
            if IS_OLDER_DUCKDB:
                return False
            raise
        for level, connection in self.connections.items():
            cursor = connection.execute(statement.sql)
            what = f"{statement.sql}\nPushdown={level}: {[scan.query for scan in cursor.scans]}"
            rows = comparable(cursor.fetchall(), statement)
            assert rows == expected, f"{what}\nfound {rows}\nnot {expected}"
            found = cursor.description or []
            assert [column.type_code for column in found] == [kind for _, kind in columns], what
            for column, (name, _) in zip(found, columns, strict=True):
                # What has no name of its own is named by how DuckDB writes it, which may differ.
                assert "scan_" not in column.name, what
                assert column.name == name or re.search(r"\W", name.replace("$", "")), what
        return True


def plain_answer(
    plain: duckdb.DuckDBPyConnection, statement: Statement
) -> tuple[list[tuple[str, str]], list[str]]:
    """Names and types of the columns, and the rows as ``comparable`` texts."""
    # To plain DuckDB $id is a parameter.
    relation = plain.sql(re.sub(r'(?<!")\$(id|revision)\b', r'"$\1"', statement.sql))
    types = [str(kind).strip('"') for kind in relation.types]
    columns_found = list(zip(relation.columns, types, strict=True))
    arrow = relation.arrow()
    if isinstance(arrow, pa.RecordBatchReader):
        arrow = arrow.read_all()
    columns = [column.to_pylist() for column in arrow.columns]
    return columns_found, comparable(list(zip(*columns, strict=True)), statement)


def comparable(found: Iterable[tuple[Any, ...]], statement: Statement) -> list[str]:
    """Rows as texts, sorted unless the statement settles their order."""
    texts = [repr([_plain_value(value) for value in row]) for row in found]
    return texts if statement.ordered else sorted(texts)


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.utc)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)  # a HUGEINT, which Arrow shows as a decimal
    if isinstance(value, pa.MonthDayNano) and not value.months:
        return timedelta(days=value.days, microseconds=value.nanoseconds // 1000)
    if isinstance(value, float):
        # DuckDB computes AVG in one of two ways, as its optimizer likes: they differ in a bit.
        return float(f"{value:.14g}")
    return value
