"""Threads on one connection, interruptions, and closing while statements run."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.faults import Fault
from tests.shop import ORDERS, fill
from tests.silence import silent

Connect = Callable[..., Connection]
HEAVY = "SELECT sum(sin(a.range * b.range)) FROM range(1000000) AS a, range(1000000) AS b"


def test_eight_threads_share_a_connection(connect: Connect, shop_sandbox: Sandbox) -> None:
    domain = shop_sandbox.domain
    fill(domain, domain.apps[ORDERS], [{"amount": str(i)} for i in range(100)])
    connection = connect(page_size=20, max_connections=4, metadata_ttl=0)
    amounts = [each for (each,) in connection.execute("SELECT amount FROM orders") if each]
    statements: list[tuple[str, Callable[[int], object]]] = [
        ("SELECT count(*) FROM orders WHERE amount > ?", lambda n: sum(a > n for a in amounts)),
        ("SELECT max(amount) + ? FROM orders", lambda n: max(amounts) + n),
        ("SELECT ? FROM customers LIMIT 1", lambda n: n),
        (
            "SELECT count(*) + ? FROM orders JOIN customers ON name = customer",
            lambda n: 7 + n,
        ),
    ]

    def work(seed: int) -> int:
        chance = random.Random(seed)
        done = 0
        for _ in range(12):
            sql, right = chance.choice(statements)
            number = chance.randint(0, 99)
            cursor = connection.cursor()
            if chance.random() < 0.2:
                with pytest.raises(kintone.ProgrammingError):
                    cursor.execute("SELECT nothing FROM orders")
            assert cursor.execute(sql, [number]).fetchall() == [(right(number),)]
            done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 96
    assert max(request.running for request in shop_sandbox.log.requests) <= 4
    assert shop_sandbox.crashes == []


@pytest.mark.parametrize(
    "sql",
    ["SELECT sum(amount) FROM orders", "SELECT 1 FROM orders JOIN customers ON name = customer"],
)
def test_an_interruption_leaves_the_connection_usable(
    connect: Connect, shop_sandbox: Sandbox, sql: str
) -> None:
    connection = connect(page_size=1)
    cursor = connection.cursor()
    connection.execute(sql)
    main = threading.main_thread().ident
    assert main is not None
    with shop_sandbox.faults.injected(Fault("latency", ms=150)):
        timer = threading.Timer(0.2, signal.pthread_kill, [main, signal.SIGINT])
        timer.start()
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            cursor.execute(sql)
        assert time.monotonic() - started < 2
        timer.join()
    assert cursor.execute("SELECT count(*) FROM orders").fetchone() == (7,)
    assert connection.execute("SELECT count(*) FROM customers").fetchone() == (3,)


def test_an_interruption_between_two_tries(connect: Connect, shop_sandbox: Sandbox) -> None:
    connection = connect()
    main = threading.main_thread().ident
    assert main is not None
    with shop_sandbox.faults.injected(Fault("429")):
        timer = threading.Timer(0.1, signal.pthread_kill, [main, signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            _until_interrupted(connection)
        timer.join()
    assert connection.execute("SELECT count(*) FROM orders").fetchone() == (7,)


def _until_interrupted(connection: Connection) -> None:
    while True:
        with suppress(kintone.OperationalError):
            connection.execute("SELECT 1 FROM orders")


def test_closing_ends_what_is_being_read(connect: Connect, shop_sandbox: Sandbox) -> None:
    connection = connect(page_size=1, max_connections=2)
    reading = threading.Event()

    def begin(call: Call) -> None:
        if call.resource == "records.json":
            reading.set()

    def run(_: int) -> str:
        while True:
            try:
                connection.execute("SELECT sum(amount) FROM orders").fetchall()
            except (kintone.OperationalError, kintone.InterfaceError) as error:
                return str(error)

    with (
        shop_sandbox.faults.injected(Fault("latency", ms=20)),
        shop_sandbox.before(begin),
        ThreadPoolExecutor(4) as pool,
    ):
        results = [pool.submit(run, number) for number in range(4)]
        assert reading.wait(5)
        connection.close()
        messages = [each.result(10) for each in results]
    assert all("connection" in message and "closed" in message for message in messages)


def test_closing_ends_what_the_engine_computes(connect: Connect) -> None:
    connection = connect()
    threading.Timer(0.2, connection.close).start()
    with pytest.raises(kintone.OperationalError, match="connection was closed while"):
        connection.execute(HEAVY)


def test_cancelling_ends_what_the_engine_computes(connect: Connect) -> None:
    connection = connect()
    cursor = connection.cursor()
    threading.Timer(0.2, cursor.cancel).start()
    with pytest.raises(kintone.OperationalError, match="was cancelled"):
        cursor.execute(HEAVY)
    assert cursor.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("page_size", [2, 500])
def test_cancelling_does_not_wait_for_answers(
    connect: Connect, shop_sandbox: Sandbox, page_size: int
) -> None:
    connection = connect(page_size=page_size)
    cursor = connection.cursor()
    cursor.execute("SELECT 1 FROM orders").close()
    cursor = connection.cursor()
    with (
        silent(shop_sandbox, cursor.cancel),
        pytest.raises(kintone.OperationalError, match="was cancelled"),
    ):
        cursor.execute("SELECT sum(amount) FROM orders").fetchall()
    assert connection.execute("SELECT count(*) FROM orders").fetchone() == (7,)


def test_the_deadline_holds_for_the_engine_too(connect: Connect) -> None:
    connection = connect(statement_timeout=0.2)
    with pytest.raises(kintone.OperationalError, match=r"0\.2 seconds \(StatementTimeout\)"):
        connection.execute(HEAVY)
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_plans_and_pages_are_logged_with_their_queries(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG", "sqlalchemy_kintone.plan"):
        connection.execute("SELECT customer FROM orders WHERE amount > 30").fetchall()
    planned, page = [r.getMessage() for r in caplog.records if r.name == "sqlalchemy_kintone.plan"]
    assert planned.startswith("planned: scan_1 of app 2: amount > ")
    assert page.startswith("scan_1: 5 records of app 2: amount > ")
