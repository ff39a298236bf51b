"""Groups and distinct values of options over HTTP: right under every reading, in few requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import User
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.comparison import LEVELS, Comparison
from tests.differential.domain import SWITCHES
from tests.differential.statements import Statement
from tests.plain import plain_duckdb
from tests.shop import fill

Row = tuple[str, str, int]
"""A drop-down's value, a radio button's, and a number."""

OPTIONS = ("x", "Y", "日本")
RADIOS = ("r1", "r2")
REMOVED = ("gone", "lost")
"""Options that are no longer defined, and that records still hold."""


def things(rows: Sequence[Row], switches: Switches, options: Sequence[str] = OPTIONS) -> Domain:
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(users={"sandbox": user}, switches=switches)
    fields: Mapping[str, Any] = {
        "pick": {"type": "DROP_DOWN", "options": list(options)},
        "radio": {"type": "RADIO_BUTTON", "options": list(RADIOS)},
        "n": {"type": "NUMBER"},
    }
    app = create_app(domain, "things", fields)
    fill(domain, app, [{"n": str(n)} for _, _, n in rows])
    for record, (pick, radio, _) in zip(list(app.records.values()), rows, strict=True):
        values = {**record.values, "pick": pick, "radio": radio}
        app.records[record.id] = replace(record, values=values)
    app.version += 1
    return domain


@contextmanager
def compared(
    sandbox: Sandbox, rows: Sequence[Row], switches: Switches, page_size: int
) -> Iterator[Comparison]:
    sandbox.reset(things(rows, switches))
    with ExitStack() as stack:
        connections = {
            level: stack.enter_context(connected(sandbox, page_size=page_size, pushdown=level))
            for level in LEVELS
        }
        plain = stack.enter_context(plain_duckdb("UTC"))
        plain.execute("CREATE TABLE things (pick VARCHAR, radio VARCHAR, n DECIMAL(16,4))")
        for pick, radio, n in rows:
            plain.execute("INSERT INTO things VALUES (?, ?, ?)", [pick or None, radio or None, n])
        yield Comparison(connections, plain)


def connected(sandbox: Sandbox, **parameters: object) -> Connection:
    return kintone.connect(url=sandbox.url, user="sandbox", password="sandbox", **parameters)


COLUMNS = st.sampled_from(["pick", "radio"])
CONDITIONS = st.sampled_from(
    [
        "TRUE",
        "n > 2",
        "n < 2 OR n = 5",
        "{c} IS NOT NULL",
        "{c} IS NULL",
        "{c} <> 'x'",
        "{c} IN ('x', 'r1', 'gone')",
        "NOT ({c} = 'Y' OR {c} = 'r2')",
        "pick = 'x'",
        "radio IS NULL",
        "upper({c}) > 'R'",
    ]
)
SHAPES = st.sampled_from(
    [
        "SELECT {c}, count(*) FROM things WHERE {w} GROUP BY {c}",
        "SELECT {c}, count({c}), count(*) FROM things WHERE {w} GROUP BY {c} HAVING count(*) > 1",
        "SELECT DISTINCT {c} FROM things WHERE {w}",
        "SELECT count(DISTINCT {c}), min({c}), max({c}) FROM things WHERE {w}",
        "SELECT {c} = 'x' AS is_x, count(*) FROM things WHERE {w} GROUP BY is_x",
        "SELECT sum(CASE WHEN {c} = 'x' THEN 1 ELSE 0 END) AS s FROM things WHERE {w}",
        "SELECT count(*) FILTER (WHERE {c} IS NULL) AS f, avg(length({c})) FROM things WHERE {w}",
        "SELECT (SELECT count(*) FROM things WHERE {w}), count(*) FROM"
        " (SELECT DISTINCT {c} FROM things WHERE {w})",
        "SELECT a.c, b.n FROM (SELECT {c} AS c, count(*) AS n FROM things GROUP BY {c}) AS b"
        " JOIN (SELECT DISTINCT {c} AS c FROM things WHERE {w}) AS a ON a.c = b.c",
        "SELECT {c}, count(*) FROM things WHERE {w} GROUP BY CUBE ({c})",
    ]
)
STATEMENTS = st.tuples(SHAPES, COLUMNS, CONDITIONS).map(
    lambda drawn: Statement(drawn[0].replace("{w}", drawn[2]).replace("{c}", drawn[1]))
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", *OPTIONS, *REMOVED]),
        st.sampled_from(["", *RADIOS, *REMOVED]),
        st.integers(0, 6),
    ),
    max_size=25,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    switches=SWITCHES,
    page_size=st.integers(1, 4),
    statements=st.lists(STATEMENTS, min_size=1, max_size=8),
)
def test_answers(
    kintone_sandbox_server: Sandbox,
    rows: list[Row],
    switches: Switches,
    page_size: int,
    statements: list[Statement],
) -> None:
    with compared(kintone_sandbox_server, rows, switches, page_size) as comparison:
        for statement in statements:
            comparison.check(statement)


Asked = Callable[[str, Sequence[Row]], tuple[list[tuple[Any, ...]], int]]


@pytest.fixture
def asked(kintone_sandbox_server: Sandbox) -> Iterator[Asked]:
    """The rows of a statement over things in pages of ten, and its requests for records."""
    with ExitStack() as stack:

        def ask(sql: str, rows: Sequence[Row]) -> tuple[list[tuple[Any, ...]], int]:
            kintone_sandbox_server.reset(things(rows, Switches()))
            connection = connected(kintone_sandbox_server, page_size=10)
            cursor = stack.enter_context(connection).execute(sql)
            found = cursor.fetchall()
            return sorted(found, key=repr), cursor.stats.requests - cursor.stats.metadata_requests

        yield ask


COUNT = "SELECT pick, count(*) FROM things GROUP BY pick"
DISTINCT = "SELECT DISTINCT pick FROM things"


def picks(**numbers: int) -> list[Row]:
    """So many records of each value, ``none`` for no value."""
    return [
        ("" if value == "none" else value, "r1", 0)
        for value, number in numbers.items()
        for _ in range(number)
    ]


@pytest.mark.parametrize(
    ("sql", "numbers", "requests"),
    [
        (COUNT, {"x": 7}, 1),
        (COUNT, {"x": 35}, 4),  # three numbers take as many as three more pages
        (COUNT, {"x": 80, "Y": 15}, 4),
        (COUNT, {"x": 80, "none": 15}, 5),
        (COUNT, {"x": 80, "gone": 15}, 1 + 3 + 1 + 2),
        (COUNT, {"none": 95}, 5),
        (DISTINCT, {"x": 15}, 2),
        (DISTINCT, {"x": 90}, 2),
        (DISTINCT, {"x": 30, "Y": 30, "none": 30, "日本": 5}, 4),
        (DISTINCT, {"x": 90, "gone": 5, "none": 2}, 2),
    ],
)
def test_requests(asked: Asked, sql: str, numbers: dict[str, int], requests: int) -> None:
    rows, spent = asked(sql, picks(**numbers))
    expected = {None if value == "none" else value: number for value, number in numbers.items()}
    assert {row[0]: row[-1] for row in rows} == (
        expected if sql == COUNT else {value: value for value in expected}
    )
    assert spent == requests


def test_pages_of_removed_options_are_read(asked: Asked) -> None:
    rows, requests = asked(DISTINCT, picks(gone=50, x=50))
    assert rows == [("gone",), ("x",)]
    assert requests == 10


def test_many_removed_options_are_counted_once(kintone_sandbox_server: Sandbox) -> None:
    kintone_sandbox_server.reset(things(picks(x=30, gone=70), Switches()))
    spent = []
    with connected(kintone_sandbox_server, page_size=10) as connection:
        for _ in range(2):
            cursor = connection.execute(COUNT)
            assert sorted(cursor.fetchall()) == [("gone", 70), ("x", 30)]
            spent.append(cursor.stats.requests - cursor.stats.metadata_requests)
    assert spent == [1 + 3 + 1 + 7, 10]


def test_what_is_written_meanwhile_is_noticed(kintone_sandbox_server: Sandbox) -> None:
    domain = things(picks(x=60, Y=40), Switches())
    kintone_sandbox_server.reset(domain)
    app, counted = domain.apps[1], []

    def choose_anew(call: Call) -> None:
        if 'pick in ("日本")' in call.params.get("query", ""):
            counted.append(call)
            record = app.records[1]  # counted as x before
            app.records[1] = replace(record, values={**record.values, "pick": "日本"})
            app.version += 1

    with (
        connected(kintone_sandbox_server, page_size=10, max_connections=1) as connection,
        kintone_sandbox_server.before(choose_anew),
    ):
        rows = connection.execute(COUNT).fetchall()
    assert len(counted) == 1
    assert sorted(rows) == [("Y", 40), ("x", 60)]
