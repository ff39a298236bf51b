"""Reading by Kintone's cursors, over HTTP: of one moment, freed in any case, in few requests."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.kintone.retries import RetryPolicy
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.records import add_records, delete_records
from tests.tables import NUMBER, TEXT, Layout, Row, make_domain

PAGE = 10
RECORDS = 95
"""Ten pages."""
ROWS: list[Row] = [(str(n), f"text {n}") for n in range(1, RECORDS + 1)]
SHUFFLED = [n * 37 % 101 for n in range(1, RECORDS + 1)]
LAYOUT = Layout({"n": NUMBER, "text": TEXT}, 16, 4)
Connect = Callable[..., Connection]


@pytest.fixture
def server(kintone_sandbox_server: Sandbox) -> Sandbox:
    rows: list[Row] = [(str(n), f"text {n}") for n in SHUFFLED]
    kintone_sandbox_server.reset(make_domain({"numbers": LAYOUT}, {"numbers": rows}))
    return kintone_sandbox_server


@pytest.fixture
def connect(server: Sandbox) -> Iterator[Connect]:
    opened: list[Connection] = []

    def connect(**parameters: object) -> Connection:
        given = {"user": "sandbox", "password": "sandbox", "page_size": PAGE} | parameters
        connection = kintone.connect(url=server.url, **given)
        connection.catalog.find(None, "numbers")
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


def add(domain: Domain, *numbers: int) -> None:
    records = [{"n": {"value": str(n)}} for n in numbers]
    add_records(domain, domain.apps[1], records, code="sandbox")


@contextmanager
def at_page(server: Sandbox, number: int, act: Callable[[], object]) -> Iterator[None]:
    """In the block, do something before a cursor gives its page of that number, from 1."""
    asked = 0

    def look(call: Call) -> None:
        nonlocal asked
        if (call.method, call.resource) == ("GET", "records/cursor.json"):
            asked += 1
            if asked == number:
                act()

    with server.before(look):
        yield


COSTS = {
    # Without a number that is known: a page, the cursor, its pages.
    "SELECT n FROM numbers": 1 + 1 + 10,
    "SELECT n FROM numbers WHERE n > 98": 1,
    "SELECT count(*) FROM numbers": 1,
    "SELECT n FROM numbers LIMIT 10": 1,
    # The cursor is freed early.
    "SELECT n FROM numbers LIMIT 15": 1 + 1 + 2 + 1,
    "SELECT n FROM numbers WHERE n < 9 LIMIT 15": 1,
    "SELECT n FROM numbers WHERE n IS NOT NULL ORDER BY n LIMIT 25": 1 + 1 + 3 + 1,
    "SELECT n FROM numbers WHERE n IS NOT NULL ORDER BY n LIMIT 5 OFFSET 20": 1,
    # Numbers of several moments are not put together.
    "SELECT min(n), max(n), count(*) FROM numbers": 1 + 1 + 10,
}


@pytest.mark.parametrize(("sql", "requests"), COSTS.items(), ids=COSTS)
def test_what_it_costs(connect: Connect, server: Sandbox, sql: str, requests: int) -> None:
    expected = connect(pushdown="none").execute(f"FROM ({sql}) AS t ORDER BY ALL").fetchall()
    cursor = connect(consistency="Cursor").execute(sql)
    assert len(found := cursor.fetchall()) == len(expected)
    assert sorted(found) == expected or "LIMIT" in sql
    assert cursor.stats.requests == requests
    assert server.domain.cursors == {}


def test_what_is_known_to_be_long_is_read_by_a_cursor_at_once(connect: Connect) -> None:
    connection = connect(consistency="Cursor")
    connection.execute("SELECT count(*) FROM numbers").fetchall()
    cursor = connection.execute("SELECT n FROM numbers")
    assert sorted(n for (n,) in cursor) == sorted(SHUFFLED)
    assert cursor.stats.requests == 1 + 10


def test_rows_are_in_the_order_of_ids(connect: Connect) -> None:
    cursor = connect(consistency="Cursor").execute("SELECT $id FROM numbers")
    assert [row[0] for row in cursor] == list(range(1, RECORDS + 1))


def test_which_records_there_are_is_settled_when_it_is_opened(
    connect: Connect, server: Sandbox
) -> None:
    def change() -> None:
        domain = server.domain
        add(domain, 1_000)
        delete_records(domain, domain.apps[1], [RECORDS])
        # No longer what was asked for; what is shown is as it is now.
        domain.apps[1].records[1].values["n"] = "-1"

    connection = connect(consistency="Cursor")
    with at_page(server, 2, change):
        found = connection.execute("SELECT $id FROM numbers WHERE n > -1").fetchall()
    assert [row[0] for row in found] == list(range(1, RECORDS))


def test_a_join_narrowed_to_many_keys(connect: Connect, server: Sandbox) -> None:
    rows: list[Row] = [(str(n), "partner") for n in range(0, 101, 2)]
    tables = {"numbers": LAYOUT, "partners": LAYOUT}
    server.reset(make_domain(tables, {"numbers": ROWS, "partners": rows}))
    sql = "SELECT a.n FROM numbers a JOIN partners b ON a.n = b.n"
    with connect(consistency="Cursor") as connection:
        assert sorted(n for (n,) in connection.execute(sql)) == list(range(2, RECORDS + 1, 2))
    assert server.domain.cursors == {}


def until_freed(server: Sandbox) -> bool:
    """Whether no cursor is left, after a while."""
    until = time.monotonic() + 5
    while server.domain.cursors and time.monotonic() < until:
        time.sleep(0.01)
    return not server.domain.cursors


STOPS: dict[str, Callable[[kintone.Cursor], object]] = {
    "close": lambda cursor: cursor.close(),
    "cancel": lambda cursor: cursor.cancel(),
    "another statement": lambda cursor: cursor.execute("SELECT 1"),
    "close the connection": lambda cursor: cursor.connection.close(),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_a_cursor_is_freed_when_reading_ends_early(
    connect: Connect, server: Sandbox, stop: Callable[[kintone.Cursor], object]
) -> None:
    # Rows of some size, of which the engine does not make all ahead.
    rows: list[Row] = [(str(n), "x" * 60_000) for n in range(400)]
    server.reset(make_domain({"numbers": LAYOUT}, {"numbers": rows}))
    cursor = connect(consistency="Cursor").execute("SELECT text FROM numbers")
    cursor.fetchone()
    assert len(server.domain.cursors) == 1
    stop(cursor)
    assert until_freed(server)


def test_a_cursor_that_nobody_holds_any_more_is_freed(connect: Connect, server: Sandbox) -> None:
    rows: list[Row] = [(str(n), "x" * 60_000) for n in range(400)]
    server.reset(make_domain({"numbers": LAYOUT}, {"numbers": rows}))
    connection = connect(consistency="Cursor")
    cursor = connection.execute("SELECT text FROM numbers")
    cursor.fetchone()
    assert len(server.domain.cursors) == 1
    del cursor
    gc.collect()
    assert until_freed(server)


def test_python_ends_with_an_open_cursor(server: Sandbox) -> None:
    script = (
        "import sqlalchemy_kintone as kintone\n"
        f"connection = kintone.connect(url={server.url!r}, user='sandbox', password='sandbox',\n"
        f"    page_size={PAGE}, consistency='Cursor')\n"
        "cursor = connection.execute('SELECT $id FROM numbers')\n"
        "print(cursor.fetchone()[0])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "1\n", "")


def test_a_cursor_that_has_expired(connect: Connect, server: Sandbox) -> None:
    cursor = connect(consistency="Cursor").cursor()
    with (
        at_page(server, 3, lambda: server.domain.cursors.clear()),
        pytest.raises(kintone.OperationalError, match="Consistency=Window") as caught,
    ):
        cursor.execute("SELECT n FROM numbers").fetchall()
    assert caught.value.code == "GAIA_CN01"


@contextmanager
def all_cursors_taken(connection: Connection, server: Sandbox) -> Iterator[None]:
    client = connection._resources.client  # what a statement would open them through
    for _ in range(10):
        client.create_cursor(1, None, "", ["$id"])
    yield
    server.domain.cursors.clear()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried again."""
    monkeypatch.setattr(RetryPolicy, "wait", lambda *_, **__: None)


@pytest.mark.usefixtures("impatient")
def test_without_a_cursor_to_be_had(connect: Connect, server: Sandbox) -> None:
    connection = connect(consistency="Cursor")
    with (
        all_cursors_taken(connect(), server),
        pytest.raises(kintone.OperationalError, match="all ten cursors") as caught,
    ):
        connection.execute("SELECT n FROM numbers").fetchall()
    assert caught.value.code == "GAIA_TM12"


ORDERED = "SELECT n FROM numbers WHERE n IS NOT NULL ORDER BY n DESC LIMIT 25"


def test_the_first_of_a_long_order_come_by_a_cursor(connect: Connect, server: Sandbox) -> None:
    server.reset(make_domain({"numbers": LAYOUT}, {"numbers": ROWS * 4}))
    cursor = connect().execute("SELECT n FROM numbers WHERE n IS NOT NULL ORDER BY n LIMIT 25")
    assert [int(n) for (n,) in cursor] == sorted(list(range(1, 26)) * 4)[:25]
    assert cursor.stats.requests == 1 + 1 + 3 + 1
    assert server.domain.cursors == {}


def test_what_a_limit_hardly_bounds_is_read_side_by_side(connect: Connect, server: Sandbox) -> None:
    cursor = connect().execute(ORDERED.replace("25", "35"))
    assert [int(n) for (n,) in cursor] == sorted(SHUFFLED)[:-36:-1]
    assert cursor.stats.requests == 10
    assert "POST records/cursor.json" not in server.log.counts


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_an_order_survives_its_cursor(connect: Connect, server: Sandbox, lost: int) -> None:
    server.reset(make_domain({"numbers": LAYOUT}, {"numbers": ROWS * 4}))
    with at_page(server, lost, lambda: server.domain.cursors.clear()):
        cursor = connect().execute(ORDERED)
        assert [int(n) for (n,) in cursor] == sorted(list(range(1, RECORDS + 1)) * 4)[:-26:-1]
    assert cursor.stats.requests > 38


def test_a_budget_bounds_cursors_too(connect: Connect) -> None:
    cursor = connect(consistency="Cursor", max_requests=5).cursor()
    with pytest.raises(kintone.OperationalError, match="more than 5 requests"):
        cursor.execute("SELECT n FROM numbers").fetchall()
    # What frees the cursor is not refused.
    assert cursor.stats.requests <= 6


def test_explain_says_so(connect: Connect) -> None:
    lines = connect(consistency="Cursor").execute("EXPLAIN SELECT n FROM numbers").fetchall()
    assert "  read: a page, then a cursor where there are more" in [line for (line,) in lines]


def test_all_that_stays_comes_just_once_while_others_write(
    connect: Connect, server: Sandbox
) -> None:
    server.reset(make_domain({"numbers": LAYOUT}, {"numbers": ROWS * 8}))
    ids = list(server.domain.apps[1].records)
    staying = set(random.Random(7).sample(ids, len(ids) // 2))
    going = iter([each for each in ids if each not in staying])
    lock = threading.Lock()

    def write(_: Call) -> None:
        domain = server.domain
        with lock:
            add(domain, 5)
            gone = [each for each in (next(going, None),) if each is not None]
            delete_records(domain, domain.apps[1], gone)

    connection = connect(consistency="Cursor")
    with server.before(write):
        found = [row[0] for row in connection.execute("SELECT $id FROM numbers")]
    assert len(found) == len(set(found))
    assert staying <= set(found)
