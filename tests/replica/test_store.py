"""The file of a replica: what goes in comes out, for its owner only, whoever else has it open."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from datetime import time as time_of_day
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from sqlalchemy_kintone.catalog.columns import RECORD_ID, REVISION
from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.replica.columns import kept, schema_of, together
from sqlalchemy_kintone.replica.store import AppKey, Held, Store

APP = AppKey(7, None)
NUMBER = Column("n", "n", "NUMBER", Family.NUMBER, "DECIMAL(30,10)")
ROWS = Column(
    "$rows of t",
    "t",
    "SUBTABLE",
    Family.ROWS,
    "STRUCT[]",
    rows=(
        Column("$row_no", "$row_no", "__ROW_NO__", Family.ID, "BIGINT"),
        Column("took", "took", "CALC", Family.INTERVAL, "INTERVAL"),
        Column("n", "n", "NUMBER", Family.NUMBER, "DECIMAL(30,10)"),
    ),
)
COLUMNS = (
    kept(RECORD_ID),
    kept(REVISION),
    NUMBER,
    Column("f", "f", "NUMBER", Family.NUMBER, "DOUBLE"),
    Column("s", "s", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR"),
    Column("d", "d", "DATE", Family.DATE, "DATE"),
    Column("t", "t", "TIME", Family.TIME, "TIME"),
    Column("m", "m", "DATETIME", Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
    Column("i", "i", "CALC", Family.INTERVAL, "INTERVAL"),
    Column("l", "l", "CHECK_BOX", Family.OPTIONS, "VARCHAR[]"),
    ROWS,
)
SOME = [
    (
        1,
        4,
        Decimal("12345678901234567890.0123456789"),
        1e300,
        "日本 \u3000'\"\\",
        date(1, 1, 1),
        time_of_day(23, 59),
        datetime(2026, 3, 1, 15, 30, tzinfo=timezone.utc),
        timedelta(hours=-999_999, minutes=-1),
        ["a", "b"],
        [{"$row_no": 1, "took": timedelta(minutes=5), "n": Decimal("0.1000000000")}],
    ),
    (2, 1, *[None] * 8, []),
]
HELD = Held(COLUMNS, "5", 1000.5, datetime(2026, 3, 1, 15, 30, tzinfo=timezone.utc))


def records(rows: Sequence[tuple[object, ...]], columns: tuple[Column, ...] = COLUMNS) -> pa.Table:
    schema = schema_of(columns)
    arrays = [
        pa.array(values, field.type)
        for values, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "cache", "me", lambda: None)
    made.prepare()
    return made


def test_what_goes_in_comes_out(store: Store) -> None:
    assert store.held(APP) is None
    assert store.records(APP, COLUMNS) is None
    store.replace(APP, HELD, records(SOME))
    assert store.held(APP) == HELD
    assert store.records(APP, COLUMNS) == records(SOME)
    assert store.apps() == {"app_7"}
    assert store.held(AppKey(7, 3)) is None


def test_some_columns_in_any_order(store: Store) -> None:
    store.replace(APP, HELD, records(SOME))
    found = store.records(APP, (COLUMNS[4], COLUMNS[0]))
    assert found == records(SOME).select(["s", "$id"])
    other = Column("n", "n", "NUMBER", Family.NUMBER, "DOUBLE")
    assert store.records(APP, (other,)) is None


def test_rows_come_with_all_that_is_held_of_them(store: Store) -> None:
    store.replace(APP, HELD, records(SOME))
    fewer = Column(ROWS.name, "t", "SUBTABLE", Family.ROWS, "STRUCT[]", rows=ROWS.rows[:1])
    assert HELD.has([fewer])
    found = store.records(APP, (fewer,))
    assert found is not None
    assert found.column(0).to_pylist() == records(SOME).column(ROWS.name).to_pylist()
    more = Column(ROWS.name, "t", "SUBTABLE", Family.ROWS, "STRUCT[]", rows=(*ROWS.rows, NUMBER))
    assert HELD.has([more])  # the number is among them
    assert together([ROWS], [fewer]) == (ROWS,)


def test_changes_replace_add_and_drop(store: Store) -> None:
    columns = COLUMNS[:3]
    rows: list[tuple[object, ...]] = [(i, 1, Decimal(i)) for i in range(1, 6)]
    held = Held(columns, "5", 1.0, None)
    store.replace(APP, held, records(rows, columns))
    changed: list[tuple[object, ...]] = [(2, 2, Decimal(20)), (9, 1, None)]
    later = Held(columns, "5", 2.0, None)
    store.change(APP, later, records(changed, columns), [1, 4, 77])
    found = store.records(APP, columns)
    assert found is not None
    assert found.select(["$id", "$revision"]).to_pylist() == [
        {"$id": i, "$revision": revision} for i, revision in ((2, 2), (3, 1), (5, 1), (9, 1))
    ]
    assert store.held(APP) == later


def test_a_change_that_fails_changes_nothing(store: Store) -> None:
    store.replace(APP, HELD, records(SOME))
    with pytest.raises(duckdb.Error):
        store.change(APP, HELD, records([(1, 2)], COLUMNS[:2]), [2])
    assert store.records(APP, COLUMNS) == records(SOME)


def test_it_is_readable_by_its_user_only(store: Store, tmp_path: Path) -> None:
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def not_there(path: Path) -> None:
    """No file."""


def not_a_database(path: Path) -> None:
    path.write_text("not a database, though there is something in the file" * 100)


def another_database(path: Path) -> None:
    duckdb.connect(str(path)).execute("CREATE TABLE t (i INT)").close()


def of_somebody_else(path: Path) -> None:
    Store(path, "you", lambda: None).prepare()


@pytest.mark.parametrize(
    ("make", "path", "message"),
    [
        (not_there, "no/such/directory/cache", "cannot be made: No such file or directory"),
        (not_a_database, "cache", "no cache, or one of a newer DuckDB: delete it"),
        (another_database, "cache", "is a DuckDB database, but no cache of this driver"),
        (of_somebody_else, "cache", "belongs to another login"),
    ],
)
def test_files_that_are_no_cache(
    tmp_path: Path, make: Callable[[Path], None], path: str, message: str
) -> None:
    make(tmp_path / path)
    with pytest.raises(OperationalError, match=message):
        Store(tmp_path / path, "me", lambda: None).prepare()


HOLD = """
import duckdb, sys, time
database = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(0.5)
"""


def test_it_waits_for_another_process(store: Store, tmp_path: Path) -> None:
    store.replace(APP, HELD, records(SOME))
    command = [sys.executable, "-c", HOLD, str(tmp_path / "cache")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"open"
        started = time.monotonic()
        assert store.records(APP, COLUMNS) == records(SOME)
        assert time.monotonic() - started > 0.2
        assert process.wait(10) == 0


def test_who_waits_may_give_up(tmp_path: Path) -> None:
    def enough() -> None:
        raise OperationalError("enough")

    Store(tmp_path / "cache", "me", enough).prepare()
    command = [sys.executable, "-c", HOLD, str(tmp_path / "cache")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(OperationalError, match="enough"):
            Store(tmp_path / "cache", "me", enough).held(APP)
        process.wait(10)
