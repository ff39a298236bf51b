"""What of a PIVOT the engine checks before any record is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.errors import ProgrammingError
from sqlalchemy_kintone.plan.pivots import checkable
from sqlalchemy_kintone.plan.sql import parse
from sqlalchemy_kintone.sandbox import Sandbox

# The statement, and what is checked in its place; None where it is checked itself.
CHECKED: dict[str, list[str] | None] = {
    "SELECT a FROM t": None,
    "UNPIVOT t ON a, b": None,
    "SELECT * FROM t UNPIVOT (v FOR k IN (a, b))": None,
    "PIVOT t ON a IN ('x', 'y') USING sum(n)": None,
    "FROM t PIVOT (sum(n) FOR a IN ('x') b IN (1, 2))": None,
    "PIVOT t ON a": ["SELECT a FROM t GROUP BY ALL"],
    "PIVOT t ON a, lower(b) USING sum(n) AS s, count(*) GROUP BY c": [
        "SELECT c, a, LOWER(b), SUM(n) AS s, COUNT(*) FROM t GROUP BY ALL"
    ],
    "PIVOT t ON a IN ('x'), b USING sum(n)": ["SELECT a, b, SUM(n) FROM t GROUP BY ALL"],
    "PIVOT (SELECT * FROM t WHERE a > 1) ON a USING sum(n) ORDER BY x LIMIT 2": [
        "SELECT a, SUM(n) FROM (SELECT * FROM t WHERE a > 1) GROUP BY ALL"
    ],
    "WITH c AS (SELECT 1 AS a), d AS (PIVOT c ON a), e AS (SELECT 2) SELECT * FROM d, e": [
        "WITH RECURSIVE c AS (SELECT 1 AS a) SELECT a FROM c GROUP BY ALL"
    ],
    "WITH c AS (SELECT 1 AS a) SELECT x FROM (WITH d AS (FROM c) PIVOT d ON a) AS p": [
        "WITH RECURSIVE c AS (SELECT 1 AS a), d AS (SELECT * FROM c) SELECT a FROM d GROUP BY ALL"
    ],
    "FROM (PIVOT t ON a) UNION ALL FROM (PIVOT u ON b)": [
        "SELECT a FROM t GROUP BY ALL",
        "SELECT b FROM u GROUP BY ALL",
    ],
    # Its own columns are another PIVOT's, so that only that is checked.
    "PIVOT (PIVOT t ON a) ON b": ["SELECT a FROM t GROUP BY ALL"],
    "WITH c AS (PIVOT t ON a) PIVOT c ON b": ["SELECT a FROM t GROUP BY ALL"],
    # It might use columns of what it is joined with.
    "SELECT * FROM u, (PIVOT (SELECT * FROM t WHERE t.a = u.a) ON b)": [],
    "SELECT (SELECT x FROM (PIVOT t ON a)) FROM u": [],
    "SELECT * FROM u WHERE n IN (SELECT x FROM (PIVOT t ON a))": [],
    "FROM t PIVOT (sum(n) FOR a IN (SELECT b FROM u))": [],
}


@pytest.mark.parametrize(("sql", "checked"), CHECKED.items())
def test_checked(sql: str, checked: list[str] | None) -> None:
    found = checkable(parse(sql))
    written = None if found is None else [each.sql(dialect="duckdb") for each in found]
    assert written == checked


WRONG = {
    "PIVOT orders ON nosuch USING sum(amount)": "nosuch",
    "PIVOT orders ON customer USING sum(nosuch)": "nosuch",
    "PIVOT orders ON customer USING sum(amount) GROUP BY nosuch": "nosuch",
    "PIVOT orders ON customer USING sum(customer)": "sum",
    "PIVOT orders ON customer IN ('Ito') USING sum(nosuch)": "nosuch",
    "SELECT nosuch FROM (PIVOT orders ON customer IN ('Ito') USING sum(amount))": "nosuch",
    "SELECT * FROM (PIVOT orders ON day USING sum(customer))": "sum",
    "WITH c AS (FROM orders) PIVOT c ON day USING sum(customer)": "sum",
    "UNPIVOT orders ON amount, nosuch": "nosuch",
    "UNPIVOT orders ON amount, customer": "UNPIVOT|unpivot",
    "SELECT nosuch FROM orders UNPIVOT (v FOR k IN (amount, $id))": "nosuch",
}


@pytest.mark.parametrize(("sql", "named"), WRONG.items())
def test_a_wrong_one_asks_for_no_record(
    connect: Callable[..., Connection], shop_sandbox: Sandbox, sql: str, named: str
) -> None:
    connection = connect()
    with pytest.raises(ProgrammingError, match=named):
        connection.execute(sql)
    assert "GET records.json" not in shop_sandbox.log.counts


def test_right_ones_are_answered(connection: Connection) -> None:
    grouped = "WITH c AS (SELECT customer, amount > 50 AS large FROM orders) PIVOT c ON customer"
    cursor = connection.execute(f"{grouped} USING count(*) GROUP BY large ORDER BY large")
    assert [column.name for column in cursor.description or ()] == ["large", "Ito", "山田"]
    assert cursor.fetchall() == [(False, 2, 2), (True, 2, 1)]
