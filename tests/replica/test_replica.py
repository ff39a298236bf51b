"""Statements with ``Cache``: the answers of direct reads, for a handful of requests."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.deployment import deploy
from sqlalchemy_kintone.sandbox.form_changes import add_fields, delete_fields
from sqlalchemy_kintone.sandbox.model import App, User
from sqlalchemy_kintone.sandbox.records.operations import Change, change_records, delete_records
from tests.shop import fill

APP = 1
SUBTABLE: dict[str, Any] = {"type": "SUBTABLE", "fields": {"item": {"type": "SINGLE_LINE_TEXT"}}}
FIELDS: dict[str, dict[str, Any]] = {
    "n": {"type": "NUMBER"},
    "s": {"type": "SINGLE_LINE_TEXT"},
    "day": {"type": "DATE"},
    "lines": SUBTABLE,
}
EVERYTHING = "SELECT * FROM things ORDER BY $id"


@dataclass
class Calendar:
    """A clock that is moved by hand."""

    now: datetime = field(default=datetime(2026, 1, 1, tzinfo=timezone.utc))

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class World:
    """A sandbox with one app, a clock, and connections to it."""

    domain: Domain
    sandbox: Sandbox
    calendar: Calendar
    path: Path
    stack: ExitStack

    def connect(self, **parameters: object) -> Connection:
        login = {"user": "sandbox", "password": "sandbox"} if "user" not in parameters else {}
        connection = kintone.connect(url=self.sandbox.url, **login, **parameters)
        return self.stack.enter_context(connection)

    def cached(self, **parameters: object) -> Connection:
        return self.connect(**{"cache": str(self.path), "cache_max_age": 0, **parameters})

    @property
    def app(self) -> App:
        return self.domain.apps[APP]

    @property
    def ids(self) -> list[int]:
        return sorted(self.app.records)

    def add(self, *rows: Mapping[str, Any]) -> None:
        fill(self.domain, self.app, rows)

    def change(self, record_id: int, **values: Any) -> None:
        payload = {code: {"value": value} for code, value in values.items()}
        change_records(self.domain, self.app, [Change(record_id, payload)], code="sandbox")

    def delete(self, *ids: int) -> None:
        delete_records(self.domain, self.app, ids)


def row(number: int) -> dict[str, Any]:
    lines = [{"value": {"item": {"value": f"item {i}"}}} for i in range(number % 3)]
    return {"n": str(number), "s": f"text {number}", "day": "2026-01-05", "lines": lines}


@contextmanager
def opened(path: Path, records: int) -> Iterator[World]:
    """A world whose records are an hour old."""
    calendar = Calendar()
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    clerk = User(2, "clerk", "Clerk", "clerk")
    domain = Domain(users={"sandbox": user, "clerk": clerk}, clock=calendar)
    create_app(domain, "things", FIELDS)
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(domain))
        world = World(domain, sandbox, calendar, path, stack)
        world.add(*map(row, range(1, records + 1)))
        calendar.wait(hours=1)
        yield world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path / "cache", 30) as made:
        yield made


def cost(connection: Connection, sql: str, max_age: float | None = None) -> int:
    """How many requests for records a statement takes."""
    cursor = connection.cursor()
    cursor.max_age = max_age
    cursor.execute(sql).fetchall()
    return cursor.stats.requests - cursor.stats.metadata_requests


def same(world: World, cached: Connection, sql: str = EVERYTHING) -> None:
    """Both ways give the same."""
    assert cached.execute(sql).fetchall() == world.connect().execute(sql).fetchall()


STATEMENTS = (
    EVERYTHING,
    "SELECT count(*) FROM things",
    "SELECT n FROM things WHERE n > 5 ORDER BY n DESC LIMIT 3",
    "SELECT t.s, l.item FROM things t JOIN things$lines l ON l.$parent_id = t.$id ORDER BY ALL",
    "SELECT sum(n), min(day), max(更新日時), any_value(更新者$name) FROM things",
    "SELECT a.n FROM things a JOIN things b ON a.n = b.n + 1 ORDER BY 1",
    "SELECT count(*) FROM things$lines WHERE item = 'item 1'",
)


@pytest.mark.parametrize("sql", STATEMENTS)
def test_answers_are_those_of_direct_reads(world: World, sql: str) -> None:
    same(world, world.cached(), sql)


def test_what_is_young_enough_is_not_asked_for(world: World) -> None:
    cached = world.cached(cache_max_age=60)
    assert [cost(cached, EVERYTHING) for _ in range(3)] == [1, 0, 0]
    before = cached.execute(EVERYTHING).fetchall()
    world.change(3, s="changed")
    assert cached.execute(EVERYTHING).fetchall() == before
    # What has changed, and how many records there are.
    assert cost(cached, EVERYTHING, max_age=0) == 2
    same(world, cached)
    # Another connection has the same file.
    assert cost(world.cached(cache_max_age=60), EVERYTHING) == 0


def test_a_new_column_is_read_with_those_before(world: World) -> None:
    cached = world.cached(cache_max_age=60)
    assert cost(cached, "SELECT n FROM things") == 1
    assert cost(cached, "SELECT sum(n) FROM things WHERE n > 3") == 0
    assert cost(cached, "SELECT s FROM things") == 1
    assert cost(cached, "SELECT n, s FROM things") == 0
    assert cost(cached, "SELECT item FROM things$lines") == 1
    assert cost(cached, "SELECT n, s, item FROM things, things$lines") == 0


def test_a_refresh_costs_two_requests_however_many_records(tmp_path: Path) -> None:
    with opened(tmp_path / "cache", 1000) as world:
        cached = world.cached(page_size=100)
        assert cost(cached, EVERYTHING) == 10
        world.calendar.wait(minutes=10)
        world.change(500, s="changed")
        world.add(row(5000))
        world.calendar.wait(minutes=10)
        cursor = cached.execute(EVERYTHING)
        assert (cursor.stats.requests, cursor.stats.records) == (2, 3)  # one comes with the count
        assert cost(cached, EVERYTHING) == 2
        same(world, cached)


def test_deleted_records_are_found_by_counting(tmp_path: Path) -> None:
    with opened(tmp_path / "cache", 1000) as world:
        cached = world.cached(page_size=100)
        cost(cached, EVERYTHING)
        world.calendar.wait(minutes=10)
        world.delete(700)
        # What has changed, four counts, and the page in which one is missing.
        assert cost(cached, EVERYTHING) <= 8
        same(world, cached)
        world.delete(*range(1, 400))
        world.delete(*world.ids[-3:])
        same(world, cached)
        assert cost(cached, EVERYTHING) == 2


def test_an_app_that_empties_and_fills(world: World) -> None:
    cached = world.cached()
    same(world, cached)
    world.delete(*world.ids)
    same(world, cached)
    world.add(row(1), row(2))
    same(world, cached)
    same(world, cached)


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "delete", "wait", "ask"]), st.integers(0, 60)),
    max_size=25,
)


@settings(max_examples=10)
@given(ACTIONS)
def test_whatever_is_written_between(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]]
) -> None:
    with opened(tmp_path_factory.mktemp("cache") / "cache", 12) as world:
        cached, direct = world.cached(page_size=5), world.connect(page_size=5)
        for action, number in [*actions, ("ask", 0)]:
            some = world.ids[number % len(world.ids)] if world.ids else None
            if action == "add":
                world.add(row(number))
            elif action == "change" and some is not None:
                world.change(some, s=f"changed {number}")
            elif action == "delete" and some is not None:
                world.delete(some)
            elif action == "wait":
                world.calendar.wait(seconds=number)
            elif action == "ask":
                rows = direct.execute(EVERYTHING).fetchall()
                assert cached.execute(EVERYTHING).fetchall() == rows


def test_writes_while_it_is_read(tmp_path: Path) -> None:
    """Those that a page did not show are found the next time."""
    with opened(tmp_path / "cache", 40) as world:
        cached = world.cached(page_size=10)
        writes: Iterator[Callable[[], None]] = iter(
            [lambda: world.change(1, s="seen late"), lambda: world.delete(2)]
        )

        def write(call: Call) -> None:
            if call.resource == "records.json":
                world.calendar.wait(minutes=1)
                for action in islice(writes, 1):
                    action()

        with world.sandbox.before(write):
            cached.execute(EVERYTHING).fetchall()
        world.calendar.wait(minutes=30)
        same(world, cached)


def test_a_changed_form_is_read_anew(world: World) -> None:
    cached = world.cached(metadata_ttl=0)
    cost(cached, EVERYTHING)
    world.app.preview.revision += 1  # as each request that changes a form does
    delete_fields(world.app, ["n"])
    add_fields(world.domain, world.app, {"n": {"type": "NUMBER", "code": "n", "label": "n"}})
    deploy(world.domain, [world.app], "sandbox")
    assert cached.execute("SELECT max(n) FROM things").fetchall() == [(None,)]
    same(world, cached)


def test_functions_of_kintone_are_asked_of_it(world: World) -> None:
    cached = world.cached(cache_max_age=60)
    cost(cached, EVERYTHING)
    world.change(3, s="needle")
    sql = "SELECT $id FROM things WHERE kintone_like(s, 'needle')"
    assert cached.execute(sql).fetchall() == [(3,)]


def test_another_login_is_refused(world: World) -> None:
    cost(world.cached(), EVERYTHING)
    with pytest.raises(kintone.OperationalError, match="belongs to another login"):
        world.cached(user="clerk", password="clerk").execute(EVERYTHING)


def test_refresh_cache_compares_everything(world: World) -> None:
    cached = world.cached(cache_max_age=600)
    hidden = world.app.records.pop(4)
    cost(cached, EVERYTHING)
    # One record is shown from now on and another is gone: their number stays.
    world.calendar.wait(hours=1)
    world.app.records[4] = hidden
    world.delete(9)
    assert cost(cached, EVERYTHING, max_age=0) == 2
    assert cached.execute("SELECT count(*) FROM things WHERE $id = 4").fetchall() == [(0,)]
    [[status]] = cached.execute("REFRESH CACHE").fetchall()
    assert status == "All apps in the cache are as they are in Kintone now."
    same(world, cached)


def test_refresh_cache_without_a_cache(world: World) -> None:
    with pytest.raises(kintone.NotSupportedError, match="connect with Cache=<path>"):
        world.connect().execute("REFRESH CACHE")


def test_explain_tells_where_rows_will_come_from(world: World) -> None:
    cached = world.cached(cache_max_age=60)

    def read_by(max_age: float | None = None) -> str:
        cursor = cached.cursor()
        cursor.max_age = max_age
        lines = [str(line) for (line,) in cursor.execute("EXPLAIN SELECT n FROM things").fetchall()]
        return next(line.strip() for line in lines if line.strip().startswith("read:"))

    assert read_by() == "read: whole, into the cache"
    cost(cached, EVERYTHING)
    assert re.fullmatch(r"read: from the cache, read \d+ s ago", read_by())
    assert read_by(0).endswith("once what has changed is read")
    assert cost(cached, "EXPLAIN ANALYZE SELECT n FROM things") == 0


def test_threads_share_the_file(world: World) -> None:
    connections = [world.cached() for _ in range(4)]
    expected = world.connect().execute(EVERYTHING).fetchall()
    found: list[object] = []

    def ask(connection: Connection) -> None:
        for _ in range(3):
            found.append(connection.execute(EVERYTHING).fetchall())

    threads = [threading.Thread(target=ask, args=[each]) for each in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 12


ASK = """
import sys
import sqlalchemy_kintone as kintone
url, path, sql = sys.argv[1:]
login = dict(url=url, user="sandbox", password="sandbox")
with kintone.connect(**login, cache=path, cache_max_age=60) as connection:
    cursor = connection.execute(sql)
    print(len(cursor.fetchall()), cursor.stats.requests - cursor.stats.metadata_requests)
"""


def test_processes_share_the_file_and_its_refreshes(world: World) -> None:
    command = [sys.executable, "-c", ASK, world.sandbox.url, str(world.path), EVERYTHING]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, stdout=pipe, text=True) for _ in range(3)]
    answers = sorted(process.communicate(timeout=60)[0] for process in started)
    # One of them read the app, and the others waited for it.
    assert answers == ["30 0\n", "30 0\n", "30 1\n"]


def test_sqlalchemy_passes_the_age_on(world: World) -> None:
    engine = sqlalchemy.create_engine(
        sqlalchemy.engine.URL.create(
            "kintone",
            query={
                "Url": world.sandbox.url,
                "User": "sandbox",
                "Password": "sandbox",
                "Cache": str(world.path),
            },
        )
    )
    count = sqlalchemy.text("SELECT count(*) FROM things")
    with engine.connect() as connection:
        assert connection.execute(count).scalar() == 30
        world.add(row(31))
        assert connection.execute(count).scalar() == 30
        fresh = connection.execution_options(kintone_max_age=0)
        assert fresh.execute(count).scalar() == 31
    engine.dispose()
