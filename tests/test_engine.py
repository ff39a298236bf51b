"""The residual SQL engine, and its values as Python rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from sqlalchemy_kintone.catalog.model import Column, Family, Table
from sqlalchemy_kintone.engine import DuckStatement, Engine
from sqlalchemy_kintone.errors import (
    DataError,
    Error,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy_kintone.rows import Row, rows_of

COLUMNS = (
    Column("$id", "$id", "__ID__", Family.ID, "BIGINT"),
    Column('na"me', "name", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR"),
    Column("unread", "unread", "NUMBER", Family.NUMBER, "DECIMAL(16,4)"),
    Column("at", "at", "DATETIME", Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
)
TABLE = Table("apps", "t", 1, "", None, COLUMNS)
DATA = pa.table({"$id": [1, 2], 'na"me': ["a", None]})


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine("Asia/Tokyo")
    yield engine
    engine.close()


@pytest.fixture
def statement(engine: Engine) -> Iterator[DuckStatement]:
    statement = engine.statement()
    statement.load("scan_1", TABLE, DATA)
    yield statement
    statement.close()


def rows(statement: DuckStatement, sql: str) -> list[Row]:
    answer = statement.run(sql)
    return [row for batch in answer.batches for row in rows_of(batch, answer.columns)]


def test_a_view_has_all_columns_of_the_table(statement: DuckStatement) -> None:
    columns = statement.run("SELECT * FROM scan_1").columns
    assert [(c.name, c.sql_type) for c in columns] == [(c.name, c.sql_type) for c in COLUMNS]
    assert rows(statement, "SELECT * FROM scan_1") == [(1, "a", None, None), (2, None, None, None)]


def test_loading_again_replaces(statement: DuckStatement) -> None:
    statement.load("scan_1", TABLE, DATA.slice(1))
    assert rows(statement, 'SELECT "$id" FROM scan_1') == [(2,)]


def test_statements_do_not_see_each_other(engine: Engine, statement: DuckStatement) -> None:
    other = engine.statement()
    with pytest.raises(ProgrammingError, match="scan_1"):
        other.check("SELECT * FROM scan_1")
    other.close()


def test_equal_names_stay_equal(statement: DuckStatement) -> None:
    sql = 'SELECT "$id" AS a, "$id" + 1 AS a FROM scan_1 ORDER BY 1'
    assert [column.name for column in statement.run(sql).columns] == ["a", "a"]
    assert rows(statement, sql) == [(1, 2), (2, 3)]


TOKYO = ZoneInfo("Asia/Tokyo")
VALUES: list[tuple[str, str, Any]] = [
    ("true", "BOOLEAN", True),
    ("170141183460469231731687303715884105727::HUGEINT", "HUGEINT", 2**127 - 1),
    ("sum(2::BIGINT)", "HUGEINT", 2),
    ("1.50::DECIMAL(10,2)", "DECIMAL(10,2)", Decimal("1.50")),
    ("DATE '2026-02-28'", "DATE", date(2026, 2, 28)),
    ("TIME '09:30:00'", "TIME", time(9, 30)),
    ("TIMETZ '09:30:00+09'", "TIME WITH TIME ZONE",
     time(9, 30, tzinfo=timezone(timedelta(hours=9)))),
    ("TIMESTAMP '2026-02-28 09:30:00'", "TIMESTAMP", datetime(2026, 2, 28, 9, 30)),
    ("TIMESTAMPTZ '2026-02-28 09:30:00+00'", "TIMESTAMP WITH TIME ZONE",
     datetime(2026, 2, 28, 18, 30, tzinfo=TOKYO)),
    ("INTERVAL 36 HOUR", "INTERVAL", timedelta(hours=36)),
    ("INTERVAL 2 MONTH", "INTERVAL", pa.MonthDayNano([2, 0, 0])),
    ("['a', NULL]", "VARCHAR[]", ["a", None]),
    ("{'a': 1}", "STRUCT(a INTEGER)", {"a": 1}),
    ("'\\x01'::BLOB", "BLOB", b"\x01"),
    ("'101'::BIT", "BIT", "101"),
    ("uuid '00000000-0000-0000-0000-00000000000a'", "UUID", UUID(int=10)),
    ("TIMESTAMP_NS '2026-02-28 09:30:00.123456789'", "TIMESTAMP_NS",
     datetime(2026, 2, 28, 9, 30, 0, 123456)),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "sql_type", "value"), VALUES, ids=[v[0] for v in VALUES])
def test_values(statement: DuckStatement, sql: str, sql_type: str, value: Any) -> None:
    query = f"SELECT {sql} AS v"
    (column,) = statement.run(query).columns
    assert column.sql_type == sql_type
    (row,) = rows(statement, query)
    assert row == (value,)
    assert type(row[0]) is type(value)


def test_moments_show_the_sessions_zone_by_a_python_zone(statement: DuckStatement) -> None:
    ((moment,),) = rows(statement, "SELECT TIMESTAMPTZ '2026-02-28 00:00:00+00'")
    assert moment.tzinfo == TOKYO


def test_what_python_cannot_hold_names_the_column(statement: DuckStatement) -> None:
    with pytest.raises(DataError, match=r"Column far holds a DATE.*VARCHAR"):
        rows(statement, "SELECT DATE '20000-01-01' AS far")


ERRORS: list[tuple[str, type[Error], str]] = [
    ("SELEC 1", ProgrammingError, "Syntax"),
    ("SELECT nope FROM scan_1", ProgrammingError, "nope"),
    ("SELECT * FROM nope", ProgrammingError, "nope"),
    ("SELECT nope(1)", ProgrammingError, "nope"),
    ("SELECT CAST('x' AS INTEGER)", DataError, "x"),
    ("SELECT 2147483647::INTEGER + 1::INTEGER", DataError, "[Oo]verflow"),
    ("SELECT * FROM read_csv('/etc/passwd')", NotSupportedError, "may not leave"),
    ("SELECT DATE 'soon'", DataError, "soon"),
]


@pytest.mark.parametrize(("sql", "kind", "words"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(statement: DuckStatement, sql: str, kind: type[Error], words: str) -> None:
    with pytest.raises(kind, match=words):
        rows(statement, sql)


@pytest.mark.parametrize(
    "sql",
    ["SET enable_external_access = true", "INSTALL httpfs", "ATTACH 'other.db'", "LOAD httpfs"],
)
def test_the_engine_is_closed_to_the_world(statement: DuckStatement, sql: str) -> None:
    with pytest.raises(Error):
        for _ in statement.run(sql).batches:
            pass


def test_python_variables_are_no_tables(statement: DuckStatement) -> None:
    secrets = pa.table({"a": [1]})
    with pytest.raises(ProgrammingError, match="secrets"):
        rows(statement, "SELECT * FROM secrets")
    assert secrets.num_rows == 1


def test_interrupt_stops_what_runs(statement: DuckStatement) -> None:
    sql = "SELECT count(*) FROM range(10000000000) a, range(100000) b WHERE a.range % 7 = b.range"
    timer = threading.Timer(0.2, statement.interrupt)
    timer.start()
    with pytest.raises(OperationalError, match="cancelled"):
        for _ in statement.run(sql).batches:
            pass
    timer.join()


def test_close_twice(engine: Engine) -> None:
    statement = engine.statement()
    statement.close()
    statement.close()
    engine.close()
    engine.close()
