"""EXPLAIN over real HTTP: through the driver, SQLAlchemy and the shell."""

from __future__ import annotations

import io
import json
import logging
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.shell.runner import Runner
from sqlalchemy_kintone.shell.script import read_script
from tests.shop import CUSTOMERS, ORDERS, TOKENS

Connect = Callable[..., Connection]

JOIN = (
    "SELECT c.rank, sum(o.amount) FROM orders o JOIN customers c ON c.name = o.customer "
    "WHERE o.amount > ? GROUP BY c.rank"
)
TOP = "SELECT amount FROM orders ORDER BY $id LIMIT 2"
RECORDS = "GET records.json"


def text(connection: Connection, sql: str, parameters: Any = None) -> list[str]:
    return [line for (line,) in connection.execute(sql, parameters)]


def document(connection: Connection, sql: str, parameters: Any = None) -> dict[str, Any]:
    ((line,),) = connection.execute(sql, parameters).fetchall()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_plan_costs_metadata_only(connection: Connection, shop_sandbox: Sandbox) -> None:
    cursor = connection.execute("EXPLAIN " + JOIN, [30])
    assert "\n".join(line for (line,) in cursor) == (
        """\
scan_1: apps.orders (app 2)
  query: amount > "30"
  match: exact
  fields: $id, customer, amount
  read: pages by $id, in parallel where there are many
  narrowed: customer to the values of scan_2.name, where that saves requests
  expected: unknown, as nothing has counted these records lately
scan_2: apps.customers (app 1)
  query: all records
  match: exact
  fields: $id, name, rank
  read: pages by $id, in parallel where there are many
  narrowed: name to the values of scan_1.customer, where that saves requests
  expected: unknown, as nothing has counted these records lately
DuckDB:
  SELECT
    c.rank,
    SUM(o.amount)
  FROM scan_1 AS o
  JOIN scan_2 AS c
    ON c.name = o.customer
  WHERE
    o.amount > 30
  GROUP BY
    c.rank
Expected: unknown, as nothing has counted these records lately"""
    )
    assert RECORDS not in shop_sandbox.log.counts
    assert cursor.stats.requests == cursor.stats.metadata_requests == shop_sandbox.log.total
    assert cursor.stats.scans == []
    assert [scan.name for scan in cursor.scans] == ["scan_1", "scan_2"]


@pytest.mark.parametrize("sql", ["EXPLAIN ", "EXPLAIN (FORMAT JSON) ", "EXPLAIN ANALYZE "])
def test_the_result_is_one_text_column(connection: Connection, sql: str) -> None:
    cursor = connection.execute(sql + TOP)
    assert cursor.description == [("plan", "VARCHAR", None, None, None, None, None)]
    assert cursor.description[0].type_code == kintone.STRING
    assert cursor.fetch_arrow_table().column_names == ["plan"]


def test_a_plan_as_json(connection: Connection, shop_sandbox: Sandbox) -> None:
    found = document(connection, "EXPLAIN (FORMAT JSON) " + TOP)
    (scan,) = found["scans"]
    assert (scan["table"], scan["app"], scan["guest_space"]) == ("orders", ORDERS, None)
    assert (scan["order"], scan["limit"]) == ([{"field": "$id", "descending": False}], 2)
    assert scan["strategy"] == "single page"
    assert scan["expected"] == {
        "requests": {"least": 1, "most": 1, "estimate": 1},
        "records": {"least": 0, "most": 2, "estimate": None},
    }
    assert "measured" not in scan
    assert "measured" not in found
    assert RECORDS not in shop_sandbox.log.counts


STATEMENTS: dict[str, tuple[str, list[object]]] = {
    "a join": (JOIN, [0]),
    "a limit": (TOP, []),
    "a number of records": ("SELECT count(*) FROM orders", []),
    "an app twice": ("SELECT * FROM orders a, orders b WHERE a.customer = b.customer", []),
    "nothing to ask": ("SELECT * FROM orders WHERE 1 = 2", []),
    "no app": ("SELECT 1", []),
}


@pytest.mark.parametrize(("sql", "parameters"), STATEMENTS.values(), ids=STATEMENTS.keys())
def test_analyze_counts_what_was_sent(
    connect: Connect, shop_sandbox: Sandbox, sql: str, parameters: list[object]
) -> None:
    asked: Counter[int] = Counter()

    def count(call: Call) -> None:
        if call.params.get("query") is not None:
            asked[int(call.params["app"])] += 1

    connection = connect(page_size=2)
    with shop_sandbox.before(count):
        found = document(connection, "EXPLAIN (ANALYZE, FORMAT JSON) " + sql, parameters)
    log = shop_sandbox.log
    total, scans = found["measured"], found["scans"]
    assert total["requests"] == log.total
    assert total["requests"] - total["metadata_requests"] == log.counts.get(RECORDS, 0)
    assert total["received_bytes"] == sum(request.bytes for request in log.requests)
    spent: Counter[int] = Counter()
    for scan in scans:
        measured, bounds = scan["measured"], scan["expected"]
        spent[scan["app"]] += measured["requests"]
        for what in ("requests", "records"):
            assert measured[what] >= bounds[what]["least"]
            assert bounds[what]["most"] is None or measured[what] <= bounds[what]["most"]
    assert +spent == asked
    assert sum(scan["measured"]["records"] for scan in scans) == total["records"]
    assert sum(scan["measured"]["received_bytes"] for scan in scans) == sum(
        request.bytes for request in log.requests if request.resource == "records.json"
    )
    seconds = total["seconds"]
    assert sum(scan["measured"]["seconds"] for scan in scans) == pytest.approx(
        seconds.get("fetch", 0) + seconds.get("decode", 0)
    )
    assert total["rows"] == len(connect().execute(sql, parameters).fetchall())


def test_analyze_as_text(connect: Connect, shop_sandbox: Sandbox) -> None:
    connection = connect(page_size=3)
    lines = text(connection, "EXPLAIN ANALYZE SELECT sum(amount) FROM orders")
    (measured,) = [line for line in lines if line.startswith("  measured: ")]
    assert measured.startswith("  measured: 3 requests, 7 records, ")
    total, rows, time = lines[-3:]
    metadata = shop_sandbox.log.total - 3
    assert total.startswith(
        f"Total: {metadata + 3} requests ({metadata} for metadata), 7 records, "
    )
    assert rows == "Result: 1 row"
    assert time.startswith("Time: plan ")
    assert " engine " in time


def test_stats_of_each_scan(connection: Connection) -> None:
    cursor = connection.execute(JOIN, [0])
    cursor.fetchall()
    scans = cursor.stats.scans
    assert [(each.name, each.table) for each in scans] == [
        ("scan_1", "orders"),
        ("scan_2", "customers"),
    ]
    assert [each.records for each in scans] == [7, 2]  # nobody asks for the third
    assert [each.requests for each in scans] == [1, 1]
    assert all(each.received_bytes > 0 and each.seconds > 0 for each in scans)


def test_many_scans_come_in_the_statements_order(connection: Connection) -> None:
    sql = " UNION ALL ".join(["SELECT $id FROM customers"] * 11)
    cursor = connection.execute(sql)
    assert len(cursor.fetchall()) == 33
    assert [each.name for each in cursor.stats.scans] == [f"scan_{i}" for i in range(1, 12)]


def expectations(connection: Connection, sql: str) -> list[str]:
    lines = text(connection, f"EXPLAIN {sql}")
    return [line.strip() for line in lines if "xpected: " in line]


def test_estimates_come_from_what_was_read(connect: Connect, shop_sandbox: Sandbox) -> None:
    connection = connect(page_size=2)
    everything = "SELECT * FROM orders"
    some = "SELECT day FROM orders WHERE amount > 30"
    both = f"SELECT day FROM ({some}) UNION ALL SELECT name FROM customers"
    unknown = "at least 1 request, unknown number of records"
    assert expectations(connection, everything) == [f"expected: {unknown}"]
    connection.execute("SELECT count(*) FROM orders").fetchall()
    connection.execute(some).fetchall()
    asked = shop_sandbox.log.total
    assert expectations(connection, everything) == ["expected: ≈ 4 requests, ≈ 7 records"]
    assert expectations(connection, f"{everything} LIMIT 3") == [
        "expected: ≈ 2 requests, ≈ 3 records"
    ]
    assert expectations(connection, some) == ["expected: ≈ 3 requests, ≈ 5 records"]
    assert expectations(connection, "SELECT day FROM orders WHERE amount > 31")[0].endswith(unknown)
    found = document(connection, f"EXPLAIN (FORMAT JSON) {everything}")["expected"]
    assert found["records"] == {"least": 0, "most": None, "estimate": 7}
    assert shop_sandbox.log.total == asked
    connection.execute("SELECT name FROM customers").fetchall()
    assert expectations(connection, both)[-1] == "Expected: ≈ 5 requests, ≈ 8 records"


def test_what_is_not_remembered_is_not_estimated(connect: Connect) -> None:
    connection = connect(metadata_ttl=0)
    connection.execute("SELECT * FROM orders").fetchall()
    assert expectations(connection, "SELECT * FROM orders") == [
        "expected: at least 1 request, unknown number of records"
    ]


def test_scans_that_ask_the_same_are_shown_as_read_once(connection: Connection) -> None:
    sql = "SELECT a.day FROM orders a JOIN orders b ON a.customer = b.customer"
    lines = text(connection, "EXPLAIN ANALYZE " + sql)
    assert "  fields: $id, customer, day" in lines
    assert "  read: with scan_1, which asks the same" in lines
    assert not [line for line in lines if "narrowed" in line]
    (first, second) = [line for line in lines if line.startswith("  measured: ")]
    assert first.startswith("  measured: 1 request, 7 records, ")
    assert second == "  measured: with scan_1"
    found = document(connection, "EXPLAIN (ANALYZE, FORMAT JSON) " + sql)["scans"]
    assert [each["measured"]["read_with"] for each in found] == [None, "scan_1"]


def test_scans_joined_to_nothing_are_shown_as_such(connection: Connection) -> None:
    sql = "EXPLAIN SELECT * FROM orders o JOIN customers c ON c.name = o.customer WHERE 1 = 2"
    lines = text(connection, sql)
    assert lines.count("  query: none, as no record can be in the answer") == 2
    assert lines.count("  expected: 0 requests, 0 records") == 2


def test_without_pushdown_nothing_is_left_to_kintone(connect: Connect) -> None:
    lines = text(connect(pushdown="none"), "EXPLAIN " + JOIN, [30])
    assert lines.count("  query: all records") == 2


WRONG: dict[str, tuple[str, Any, type[kintone.Error], str]] = {
    "no query": ("EXPLAIN", None, kintone.ProgrammingError, "needs a query"),
    "a write": ("EXPLAIN DELETE FROM orders", None, kintone.NotSupportedError, "DELETE"),
    "of EXPLAIN": ("EXPLAIN EXPLAIN SELECT 1", None, kintone.NotSupportedError, "EXPLAIN"),
    "an option": ("EXPLAIN (COSTS) SELECT 1", None, kintone.ProgrammingError, "takes ANALYZE"),
    "a format": ("EXPLAIN (FORMAT XML) SELECT 1", None, kintone.ProgrammingError, "FORMAT JSON"),
    "a table": ("EXPLAIN SELECT * FROM order", None, kintone.ProgrammingError, "order"),
    "a column": ("EXPLAIN SELECT amont FROM orders", None, kintone.ProgrammingError, "amount"),
    "a type": ("EXPLAIN SELECT sum(tags) FROM orders", None, kintone.ProgrammingError, "sum"),
    "a parameter": ("EXPLAIN " + JOIN, None, kintone.ProgrammingError, "parameter"),
}


@pytest.mark.parametrize(("sql", "parameters", "error", "words"), WRONG.values(), ids=WRONG.keys())
def test_wrong_statements(
    connection: Connection,
    shop_sandbox: Sandbox,
    sql: str,
    parameters: Any,
    error: type[kintone.Error],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        connection.execute(sql, parameters)
    assert RECORDS not in shop_sandbox.log.counts


@pytest.mark.parametrize("bound", ["MaxRequests", "MaxRows"])
def test_budgets_hold_for_analyze_and_name_explain(connect: Connect, bound: str) -> None:
    limits = {"MaxRequests": {"max_requests": 4}, "MaxRows": {"max_rows": 3}}[bound]
    connection = connect(page_size=2, **limits)
    sql = "SELECT day FROM orders WHERE customer LIKE '山%'"
    with pytest.raises(kintone.OperationalError, match=rf"{bound}.*EXPLAIN shows which"):
        connection.execute("EXPLAIN ANALYZE " + sql)
    # What the message promises: which conditions Kintone checks, and which it does not.
    lines = text(connection, "EXPLAIN " + sql)
    assert "  query: all records" in lines
    assert "  local: customer LIKE '山%'" in lines
    lines = text(connection, "EXPLAIN ANALYZE SELECT day FROM orders LIMIT 2")
    assert any(line.startswith("  measured: 1 request, 2 records, ") for line in lines)


def test_errors_of_the_statement_reach_analyze_only(
    connection: Connection, shop_sandbox: Sandbox
) -> None:
    sql = "SELECT CAST(customer AS INTEGER) FROM orders"
    assert "DuckDB:" in text(connection, "EXPLAIN " + sql)
    with pytest.raises(kintone.DataError):
        connection.execute("EXPLAIN ANALYZE " + sql)
    shop_sandbox.domain.users["sandbox"].password = "other"
    assert "DuckDB:" in text(connection, "EXPLAIN " + sql)
    with pytest.raises(kintone.OperationalError, match="CB_WA01"):
        connection.execute("EXPLAIN ANALYZE " + sql)


@pytest.mark.parametrize("form", ["ANALYZE", "(ANALYZE, FORMAT JSON)"])
def test_secrets_are_not_shown(connect: Connect, form: str) -> None:
    apps = [CUSTOMERS, ORDERS]
    token = connect(auth_scheme="APIToken", api_token=[TOKENS[app] for app in apps], app_id=apps)
    password = connect(user="clerk", password="clerk-password")
    for connection in (token, password):
        shown = "\n".join(text(connection, f"EXPLAIN {form} {JOIN}", [0]))
        assert "scan_1" in shown
        assert "token" not in shown
        assert "clerk" not in shown


def test_a_line_is_logged_for_each_statement(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    def planned() -> list[str]:
        messages = [r.getMessage() for r in caplog.records if r.name == "sqlalchemy_kintone.plan"]
        return [message for message in messages if message.startswith("planned: ")]

    connection.execute(JOIN, [30])
    assert planned() == []
    with caplog.at_level(logging.DEBUG, "sqlalchemy_kintone.plan"):
        for sql, parameters in ((JOIN, [30]), (JOIN, [30]), ("SELECT 1", None)):
            connection.execute(sql, parameters).fetchall()
    line = 'planned: scan_1 of app 2: amount > "30"; scan_2 of app 1: all records'
    assert planned() == [line, line, "planned: nothing is asked of Kintone"]


def test_through_sqlalchemy(shop_sandbox: Sandbox) -> None:
    address = shop_sandbox.url.removeprefix("http://")
    engine = sqlalchemy.create_engine(
        f"kintone:///?Url=http://{address}&User=sandbox&Password=sandbox"
    )
    sql = "SELECT day FROM orders WHERE amount > :least"
    with engine.connect() as connection:
        result = connection.execute(sqlalchemy.text("EXPLAIN " + sql), {"least": 30})
        assert list(result.keys()) == ["plan"]
        assert '  query: amount > "30"' in result.scalars().all()
        statement = sqlalchemy.text("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
        found = json.loads(connection.execute(statement, {"least": 30}).scalar_one())
        assert found["measured"]["rows"] == 5
    engine.dispose()


def documented(language: str) -> str:
    """The one example of the documentation in a language."""
    page = (Path(__file__).parents[1] / "docs" / "explain.md").read_text("utf-8")
    (example,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    return str(example)


def test_the_documentations_example() -> None:
    sql, shown = documented("sql"), documented("text")
    engine = sqlalchemy.create_engine("kintone+sandbox://")
    with engine.connect() as connection:
        lines = connection.execute(sqlalchemy.text(sql)).scalars().all()
    engine.dispose()
    seconds = re.compile(r"\d+\.\d{3} s\b")
    assert [seconds.sub("… s", line) for line in lines] == seconds.sub("… s", shown).splitlines()


def test_the_documentations_python(
    shop_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("URL", shop_sandbox.url), ("USER", "sandbox"), ("PASSWORD", "sandbox")):
        monkeypatch.setenv(f"KINTONE_{name}", value)
    exec(documented("python"), {})
    assert capsys.readouterr().out == "orders limit 10 1\n"


def test_in_the_shell(connection: Connection) -> None:
    out, messages = io.StringIO(), io.StringIO()
    runner = Runner(connection, out, messages)
    assert runner.run_script(read_script(f"EXPLAIN {TOP};\nEXPLAIN (FORMAT JSON) {TOP}"), "here")
    first, second = out.getvalue().split("rows)\n")
    assert first.startswith("plan\n----")
    assert "\n  read: single page\n" in first
    assert '"strategy": "single page"' in second
    assert messages.getvalue() == ""
