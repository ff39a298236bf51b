"""Rows that come as they are taken: few pages ahead, whole, and stopped when nobody takes them."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas
import pytest
import sqlalchemy as sa

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Record, User
from sqlalchemy_kintone.sandbox.records import add_records
from tests.plain import IS_OLDER_DUCKDB

PAGE = 100
PAGES = 200
RECORDS = PAGE * PAGES
SQL = "SELECT $id, text FROM long"
WIDE = f"SELECT $id, {', '.join(f'$id AS c{n}' for n in range(60))}, text FROM long"
"""DuckDB 1 counts the rows that it makes ahead by their columns, not by what these hold."""
WORKERS = 4
Connect = Callable[..., Connection]


def long_app() -> Domain:
    """An app of 200 pages, each of some 50 KB."""
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(users={"sandbox": user})
    app = create_app(domain, "long", {"text": {"type": "MULTI_LINE_TEXT"}, "n": {"type": "NUMBER"}})
    values = {"text": {"value": "x" * 500}, "n": {"value": "3"}}
    (model,) = add_records(domain, app, [values], code="sandbox")
    app.records.update({i: Record(i, 1, dict(model.values)) for i in range(1, RECORDS + 1)})
    app.next_record_id = RECORDS + 1
    app.version += 1
    return domain


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(long_app()) as sandbox:
        yield sandbox


@pytest.fixture
def connect(server: Sandbox) -> Iterator[Connect]:
    opened: list[Connection] = []

    def connect(**parameters: object) -> Connection:
        login = {"user": "sandbox", "password": "sandbox", "max_connections": WORKERS}
        connection = kintone.connect(url=server.url, page_size=PAGE, **login | parameters)
        connection.catalog.find(None, "long")
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


@contextmanager
def before_page(server: Sandbox, number: int, act: Callable[[], object]) -> Iterator[None]:
    """In the block, do something before the page is read that starts after so many pages."""

    def look(call: Call) -> None:
        if f"$id > {number * PAGE} and $id <" in call.params.get("query", ""):
            act()

    with server.before(look):
        yield


def settled(cursor: kintone.Cursor) -> int:
    """How many requests were sent once no more are."""
    sent = -1
    while sent != cursor.stats.requests:
        sent = cursor.stats.requests
        time.sleep(0.1)
    return sent


def ended() -> bool:
    """Whether nothing reads any more."""
    until = time.monotonic() + 5
    while any(thread.name.startswith("kintone-pages") for thread in threading.enumerate()):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def test_a_few_rows_cost_a_few_pages(connect: Connect) -> None:
    cursor = connect().execute(WIDE)
    assert [row[0] for row in cursor.fetchmany(3)] == [1, 2, 3]
    # The engine makes about a megabyte of rows ahead, and as many pages are under way as may be.
    # DuckDB 1 cannot be told how much.
    assert IS_OLDER_DUCKDB or settled(cursor) < PAGES / 2
    cursor.close()
    sent = cursor.stats.requests
    assert settled(cursor) <= sent + WORKERS
    assert ended()


@pytest.mark.parametrize(
    "read",
    [
        lambda cursor: [row[0] for row in cursor],
        lambda cursor: [row[0] for row in cursor.fetchall()],
        lambda cursor: cursor.fetch_arrow_table().column("$id").to_pylist(),
        lambda cursor: [
            each
            for batch in cursor.fetch_record_batch_reader()
            for each in batch.column("$id").to_pylist()
        ],
    ],
    ids=["one by one", "all", "Arrow", "Arrow batches"],
)
def test_all_rows_come_once_and_in_order(
    connect: Connect, read: Callable[[kintone.Cursor], list[int]]
) -> None:
    cursor = connect().execute(SQL)
    assert read(cursor) == list(range(1, RECORDS + 1))
    assert cursor.stats.requests == PAGES
    assert cursor.stats.records == RECORDS


def test_what_is_summed_up_is_never_there_as_a_whole(connect: Connect) -> None:
    cursor = connect().execute("SELECT length(text) AS l, count(*), sum(n) FROM long GROUP BY l")
    assert cursor.fetchall() == [(500, RECORDS, 3 * RECORDS)]
    assert set(cursor.stats.seconds) == {"plan", "fetch", "decode", "engine"}


def test_other_statements_run_between(connect: Connect) -> None:
    connection = connect()
    streams = [connection.execute(SQL) for _ in range(4)]
    for part in range(2):
        for cursor in streams:
            first, *_, last = cursor.fetchmany(2_000)
            assert (first[0], last[0]) == (part * 2_000 + 1, part * 2_000 + 2_000)
        (row,) = connection.execute("SELECT min(length(text)), count(*) FROM long WHERE n > 2")
        assert row == (500, RECORDS)


def test_the_same_cursor_runs_another_statement(connect: Connect) -> None:
    cursor = connect().execute(SQL)
    cursor.fetchone()
    assert cursor.execute("SELECT count(*) FROM long").fetchall() == [(RECORDS,)]
    assert cursor.stats.requests == 1


def test_an_error_on_the_way_is_the_one_that_kintone_gave(
    connect: Connect, server: Sandbox
) -> None:
    cursor = connect().execute(WIDE)
    user = server.domain.users["sandbox"]
    try:
        with before_page(server, 150, lambda: setattr(user, "password", "other")):
            with pytest.raises(kintone.OperationalError) as caught:
                cursor.fetchall()
            assert caught.value.code == "CB_WA01"
            with pytest.raises(kintone.OperationalError):
                cursor.fetchall()
    finally:
        user.password = "sandbox"


def test_a_value_that_fails_in_the_engine_ends_the_reading(connect: Connect) -> None:
    cursor = connect().cursor()
    with pytest.raises(kintone.DataError, match="x"):
        cursor.execute("SELECT CAST(text AS INTEGER) FROM long").fetchall()
    assert settled(cursor) < PAGES / 2


def test_budgets_hold_on_the_way(connect: Connect) -> None:
    for parameters, words in (
        ({"max_requests": 20}, r"more than 20 requests .* while reading long \(scan_1\)"),
        ({"max_rows": 2_050}, r"more than 2050 records .* while reading long \(scan_1\)"),
    ):
        cursor = connect(**parameters).cursor()
        with pytest.raises(kintone.OperationalError, match=words):
            cursor.execute(SQL).fetchall()
        assert cursor.stats.requests <= 21 + WORKERS


def test_a_deadline_is_for_the_first_rows(connect: Connect) -> None:
    cursor = connect(statement_timeout=2).execute(WIDE)
    rows = len(cursor.fetchmany(10))
    time.sleep(2.1)
    assert rows + len(cursor.fetchall()) == RECORDS


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (lambda cursor: cursor.cancel(), "The statement was cancelled"),
        (lambda cursor: cursor.connection.close(), "closed"),
    ],
    ids=["cancel", "close the connection"],
)
def test_stopped_by_another_thread(
    connect: Connect,
    server: Sandbox,
    stop: Callable[[kintone.Cursor], None],
    words: str,
) -> None:
    cursor = connect().execute(WIDE)
    cursor.fetchone()
    free = threading.Event()

    def act() -> None:
        stop(cursor)
        free.wait(5)

    with before_page(server, 150, act):
        started = time.monotonic()
        with pytest.raises(kintone.Error, match=words):
            cursor.fetchall()
        assert time.monotonic() - started < 4
        free.set()
    cursor.close()
    assert ended()


def test_a_forgotten_cursor_ends_its_reading(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    page = Client.records_page

    def counted(client: Client, *given: object, **named: object) -> bytes:
        sent.append(given)
        return page(client, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "records_page", counted)
    connection = connect()
    for take in (0, 1, 1_000):
        cursor = connection.execute(WIDE)
        cursor.fetchmany(take)
        del cursor
        gc.collect()
        assert ended()
    assert len(sent) < 2 * PAGES


def test_python_ends_with_an_open_stream(server: Sandbox) -> None:
    script = (
        "import sqlalchemy_kintone as kintone\n"
        f"connection = kintone.connect(url={server.url!r}, user='sandbox', password='sandbox',\n"
        f"    page_size={PAGE})\n"
        f"cursor = connection.execute({SQL!r})\n"
        "print(cursor.fetchone()[0])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "1\n", "")


def test_sqlalchemy_and_pandas_take_parts(connect: Connect, server: Sandbox) -> None:
    url = f"kintone:///?Url={server.url}&User=sandbox&Password=sandbox&PageSize={PAGE}"
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        before = server.log.counts["GET records.json"]
        streaming = connection.execution_options(stream_results=True)
        result = streaming.execute(sa.text(WIDE))
        parts = result.partitions(50)
        assert [len(next(parts)) for _ in range(3)] == [50, 50, 50]
        result.close()
        assert IS_OLDER_DUCKDB or server.log.counts["GET records.json"] - before < PAGES / 2
        frames = pandas.read_sql(sa.text(SQL), connection, chunksize=3_000)
        assert sum(len(frame) for frame in frames) == RECORDS
    engine.dispose()
