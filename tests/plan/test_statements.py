"""Which statements are run, and how the others are refused."""

from __future__ import annotations

import logging

import pytest

from sqlalchemy_kintone.errors import (
    Error,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy_kintone.plan import sql as sql_text
from sqlalchemy_kintone.plan.statements import (
    Explain,
    ExplainFormat,
    Query,
    parse_statement,
)
from tests.plan.planning import plan


@pytest.mark.parametrize(
    ("sql", "residual"),
    [
        ("SELECT 1;", "SELECT 1"),
        ("select Total from Orders", 'SELECT Total FROM scan_1 AS "Orders"'),
        ("SELECT $id FROM orders", 'SELECT "$id" FROM scan_1 AS "orders"'),
        ("SELECT $id AS x$y FROM orders", 'SELECT "$id" AS "x$y" FROM scan_1 AS "orders"'),
        ("SELECT o.$revision FROM orders o", 'SELECT o."$revision" FROM scan_1 AS o'),
        ("SELECT author$name FROM orders", 'SELECT "author$name" FROM scan_1 AS "orders"'),
        ("SELECT 金額 FROM guest_9.受注", 'SELECT "金額" FROM scan_1 AS "受注"'),
        (
            "SELECT apps.orders.total FROM apps.orders",
            'SELECT orders.total FROM scan_1 AS "orders"',
        ),
        ("SELECT 1 FROM app_1", 'SELECT 1 FROM scan_1 AS "app_1"'),
        ("FROM orders", 'SELECT * FROM scan_1 AS "orders"'),
        ("TABLE orders", 'SELECT * FROM scan_1 AS "orders"'),
        ("table orders LIMIT 1", 'SELECT * FROM scan_1 AS "orders" LIMIT 1'),
        ("VALUES (1)", "VALUES (1)"),
        ("SELECT scan_1 FROM orders AS o(scan_1)", "SELECT scan_1 FROM _scan_1 AS o(scan_1)"),
        (
            "SELECT 1 FROM orders a, orders b",
            "SELECT 1 FROM scan_1 AS a, scan_2 AS b",
        ),
        (
            "WITH orders AS (SELECT 1 AS x) SELECT x FROM orders",
            "WITH orders AS (SELECT 1 AS x) SELECT x FROM orders",
        ),
        (
            "WITH orders AS (SELECT total FROM orders) SELECT * FROM orders",
            'WITH orders AS (SELECT total FROM scan_1 AS "orders") SELECT * FROM orders',
        ),
        ("SELECT title[1] FROM orders", 'SELECT title[1] FROM scan_1 AS "orders"'),
        ("SELECT 1 IN [1, NULL]", "SELECT 1 IN [1, NULL]"),
        ("SELECT 1; -- done", "SELECT 1"),
        (
            "UNPIVOT orders ON total ORDER BY value LIMIT 1",
            'SELECT * FROM (UNPIVOT scan_1 AS "orders" ON total) ORDER BY value LIMIT 1',
        ),
    ],
)
def test_residual(sql: str, residual: str) -> None:
    assert plan(sql).residual_sql == residual


@pytest.mark.parametrize(
    ("sql", "kind", "message"),
    [
        ("SELEC 1", ProgrammingError, "line 1, column 7)\n  SELEC 1\n        ^"),
        ("SELECT (1", ProgrammingError, "line 1, column 9)\n  SELECT (1\n          ^"),
        ("SELECT 'abc", ProgrammingError, "Close every quote"),
        ("", ProgrammingError, "the text is empty"),
        ("  ; -- nothing", ProgrammingError, "the text is empty"),
        ("SELECT 1; SELECT 2", NotSupportedError, "2 statements"),
        ("INSERT INTO orders VALUES (1)", NotSupportedError, "INSERT"),
        ("UPDATE orders SET total = 1", NotSupportedError, "UPDATE"),
        ("DELETE FROM orders", NotSupportedError, "DELETE"),
        ("CREATE TABLE a (b INT)", NotSupportedError, "CREATE"),
        ("DROP TABLE orders", NotSupportedError, "DROP"),
        ("WITH a AS (SELECT 1) INSERT INTO orders SELECT * FROM a", NotSupportedError, "INSERT"),
        ("ATTACH 'x'", NotSupportedError, "ATTACH"),
        ("COPY orders TO 'x'", NotSupportedError, "COPY"),
        ("SET x = 1", NotSupportedError, "SET"),
        ("PRAGMA x", NotSupportedError, "PRAGMA"),
        ("CALL x()", NotSupportedError, "CALL"),
        ("SHOW STATS", NotSupportedError, "SHOW STATS"),
        ("SELECT * FROM order", ProgrammingError, "no table order. Did you mean orders?"),
        ("SELECT * FROM app.orders", ProgrammingError, "no schema app. Schemas: apps, guest_9"),
        ("SELECT * FROM apps.nope", ProgrammingError, "the AppId parameter"),
        ("TABLE ordrs", ProgrammingError, "(line 1, column 7)\n  TABLE ordrs\n        ^^^^^"),
        ("SELECT * FROM a.b.orders", ProgrammingError, "no table a.b.orders"),
        ("SELECT *\nFROM\n  ordrs", ProgrammingError, "(line 3, column 3)\n    ordrs\n    ^^^^^"),
        (
            "SELECT 日本 FROM ordrs",
            ProgrammingError,
            "(line 1, column 16)\n  SELECT 日本 FROM ordrs\n                   ^^^^^",
        ),
        ("EXPLAIN SELECT 1", NotSupportedError, "EXPLAIN"),
        ("SELECT " + "(" * 9000 + "1" + ")" * 9000, NotSupportedError, "nested too deeply"),
    ],
)
def test_refusals(
    sql: str, kind: type[Error], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(kind) as caught:
        plan(sql)
    assert message in str(caught.value)
    assert not caplog.records


@pytest.mark.parametrize(
    ("sql", "analyze", "shape"),
    [
        ("EXPLAIN SELECT 1", False, ExplainFormat.TEXT),
        ("explain analyze SELECT 1", True, ExplainFormat.TEXT),
        ("EXPLAIN (FORMAT JSON) SELECT 1", False, ExplainFormat.JSON),
        ("EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1", True, ExplainFormat.JSON),
        ("EXPLAIN ANALYZE (FORMAT TEXT) SELECT 1", True, ExplainFormat.TEXT),
        ("-- why\nEXPLAIN /* so */ SELECT 1", False, ExplainFormat.TEXT),
    ],
)
def test_explain(sql: str, analyze: bool, shape: ExplainFormat) -> None:
    found = parse_statement(sql)
    assert isinstance(found, Explain)
    assert (found.analyze, found.format) == (analyze, shape)
    assert found.query.tree.sql(comments=False) == "SELECT 1"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("EXPLAIN", "needs a query"),
        ("EXPLAIN (FORMAT XML) SELECT 1", "(line 1, column 17)"),
        ("EXPLAIN (VERBOSE) SELECT 1", "(line 1, column 10)"),
        ("EXPLAIN (ANALYZE, BUFFERS) SELECT 1", "EXPLAIN takes ANALYZE and (FORMAT TEXT)"),
        ("EXPLAIN (ANALYZE false) SELECT 1", "(line 1, column 18)"),
        ("EXPLAIN (COSTS off) SELECT 1", "EXPLAIN takes ANALYZE and (FORMAT TEXT)"),
        ("EXPLAIN (FORMAT", "EXPLAIN takes"),
        ("EXPLAIN\nSELEC 1", "(line 2, column 7)"),
        ("EXPLAIN DELETE FROM orders", "DELETE"),
    ],
)
def test_explain_refusals(sql: str, message: str) -> None:
    with pytest.raises(Error) as caught:
        parse_statement(sql)
    assert message in str(caught.value)


def test_a_query_in_parentheses_is_no_option() -> None:
    found = parse_statement("EXPLAIN (SELECT 1)")
    assert isinstance(found, Explain)


def test_a_query_is_a_query() -> None:
    assert isinstance(parse_statement("(SELECT 1)"), Query)


def test_the_compiled_build_of_sqlglot_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(_: object) -> object:
        raise TypeError("interpreted classes cannot inherit from compiled")

    monkeypatch.setattr(sql_text.Kintone, "parser", compiled)
    with pytest.raises(InterfaceError, match="pip uninstall sqlglotc"):
        parse_statement("SELECT 1")
