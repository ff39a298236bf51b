"""``kintone_text``: the text of rich text, anywhere in SQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.engine import Engine
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from tests.shop import fill, shop

RICH = (
    "<div>見積 <b>done</b></div><div>more</div>",
    "<p>call &amp; ask</p>",
    "",
    "<i>call &amp; ask</i>",
    "<div><br></div>",
)
ROWS = 60
"""Three pages of 25."""


@pytest.fixture
def notes(shop_sandbox: Sandbox) -> Sandbox:
    domain = shop()
    line = {"type": "SUBTABLE", "fields": {"memo": {"type": "RICH_TEXT"}}}
    app = create_app(domain, "notes", {"body": {"type": "RICH_TEXT"}, "lines": line})
    memo = [{"value": {"memo": {"value": "<b>row</b>"}}}]
    rows = [{"body": RICH[n % len(RICH)], "lines": memo} for n in range(ROWS)]
    fill(domain, app, rows)
    shop_sandbox.reset(domain)
    return shop_sandbox


@pytest.fixture
def small_pages(notes: Sandbox, connect: Callable[..., Connection]) -> Connection:
    return connect(page_size=25)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT kintone_text(body) AS t, count(*) FROM notes GROUP BY t ORDER BY t NULLS LAST",
            [("", 12), ("call & ask", 24), ("見積 done\nmore", 12), (None, 12)],
        ),
        ("SELECT count(*) FROM notes WHERE kintone_text(body) LIKE '%done%'", [(12,)]),
        ("SELECT count(*) FROM notes WHERE Kintone_TEXT(body) = 'call & ask'", [(24,)]),
        ("SELECT count(*) FROM notes WHERE kintone_text(body) IS NULL", [(12,)]),
        ("SELECT DISTINCT kintone_text(memo) FROM notes$lines", [("row",)]),
        ("SELECT max(length(kintone_text(body))) FROM notes", [(12,)]),
        ("SELECT kintone_text('<br>a &lt; b')", [("a < b",)]),
        ("SELECT kintone_text(NULL)", [(None,)]),
        ("SELECT 'kintone_text'", [("kintone_text",)]),
    ],
)
@pytest.mark.parametrize("pushdown", ["none", "all"])
def test_answers(
    notes: Sandbox,
    connect: Callable[..., Connection],
    pushdown: str,
    sql: str,
    expected: list[tuple[object, ...]],
) -> None:
    assert connect(pushdown=pushdown).execute(sql).fetchall() == expected


@pytest.mark.parametrize(
    ("sql", "requests"),
    [
        ("SELECT kintone_text(body) FROM notes", 3),
        ("SELECT kintone_text(body) FROM notes LIMIT 5", 1),
        ("SELECT kintone_text(body) FROM notes WHERE $id = 7", 1),
        ("SELECT $id FROM notes WHERE kintone_like(body, '見積') AND kintone_text(body) <> ''", 1),
        # What it gives is known here only.
        ("SELECT $id FROM notes WHERE kintone_text(body) = 'call & ask' LIMIT 5", 3),
    ],
)
def test_requests(small_pages: Connection, sql: str, requests: int) -> None:
    cursor = small_pages.execute(sql)
    cursor.fetchall()
    assert cursor.stats.requests - cursor.stats.metadata_requests == requests


def test_its_type_is_known_before_rows_are_read(small_pages: Connection) -> None:
    small_pages.execute("SELECT $id, body FROM notes WHERE false")
    cursor = small_pages.execute("SELECT kintone_text(body) AS t FROM notes WHERE false")
    assert cursor.stats.requests == 0
    assert [(c.name, c.type_code) for c in cursor.description or ()] == [("t", "VARCHAR")]


def test_explain_shows_that_it_stays_here(small_pages: Connection) -> None:
    sql = "EXPLAIN SELECT $id FROM notes WHERE kintone_text(body) = 'x'"
    assert "KINTONE_TEXT(body) = 'x'" in str(small_pages.execute(sql).fetchall())


def test_wrong_arguments_cost_no_request(notes: Sandbox, small_pages: Connection) -> None:
    with pytest.raises(kintone.ProgrammingError, match="kintone_text"):
        small_pages.execute("SELECT kintone_text(body, 1) FROM notes")
    with pytest.raises(kintone.ProgrammingError, match="kintone_text"):
        small_pages.execute("SELECT kintone_text($id) FROM notes")
    assert "GET records.json" not in notes.log.counts


def test_only_statements_that_use_it_make_it_known() -> None:
    engine = Engine("UTC")
    known = "SELECT count(*) AS n FROM duckdb_functions() WHERE function_name ="

    def answer(sql: str) -> object:
        statement = engine.statement()
        try:
            return [batch.to_pylist() for batch in statement.run(sql).batches]
        finally:
            statement.close()

    assert answer(f"{known} 'kintone_' || 'text'") == [[{"n": 0}]]
    assert answer("SELECT kintone_text('a') AS t") == [[{"t": "a"}]]
    assert answer(f"{known} 'kintone_text'") == [[{"n": 1}]]
    engine.close()


def test_statements_side_by_side() -> None:
    engine = Engine("UTC")
    sql = "SELECT count(*) AS n FROM range(20000) r(i) WHERE kintone_text('<b>' || i) = i::VARCHAR"

    def run(_: int) -> object:
        statement = engine.statement()
        try:
            statement.check(sql)
            return [batch.to_pylist() for batch in statement.run(sql).batches]
        finally:
            statement.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(8))) == [[[{"n": 20000}]]] * 8
    engine.close()
