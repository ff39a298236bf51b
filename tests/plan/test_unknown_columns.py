"""Names that no table has are refused with the nearest ones, where there is no doubt."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.errors import ProgrammingError
from sqlalchemy_kintone.plan.scope import scopes_of
from sqlalchemy_kintone.plan.sources import find_sources
from sqlalchemy_kintone.plan.sql import parse
from sqlalchemy_kintone.plan.unknown_columns import require_columns
from tests.plan.fake_catalog import FakeCatalog


def require(sql: str) -> None:
    require_columns(scopes_of(find_sources(parse(sql), FakeCatalog(), "apps", sql)), sql)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT totl FROM orders",
            "There is no column totl in orders. Did you mean total or title? (line 1, column 8)\n"
            "  SELECT totl FROM orders\n"
            "         ^^^^",
        ),
        ("SELECT o.totl FROM orders o", "no column totl in orders. Did you mean total or title?"),
        ("SELECT 1 FROM orders WHERE Totl > 5", "(line 1, column 28)"),
        ("SELECT sum(totl) FROM orders", "(line 1, column 12)"),
        ("SELECT 1 FROM orders ORDER BY totl", "(line 1, column 31)"),
        ("SELECT 1 FROM orders o JOIN customers c ON o.x = c.$id", "no column x in orders"),
        ("SELECT scor FROM orders, customers", "in orders or customers. Did you mean score?"),
        ("WITH v AS (SELECT totl FROM orders) SELECT * FROM v", "Did you mean total or title?"),
        ("SELECT 日付 FROM guest_9.受注", "It may have been renamed in the app"),
        ("SELECT 1 UNION SELECT totl FROM orders", "Did you mean total or title?"),
    ],
)
def test_refused(sql: str, message: str) -> None:
    with pytest.raises(ProgrammingError) as caught:
        require(sql)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT TOTAL FROM orders",
        "SELECT total AS x FROM orders ORDER BY x",
        "SELECT total AS x FROM orders WHERE x > 5",
        "SELECT orders FROM orders",
        "SELECT o FROM orders o",
        "SELECT rowid FROM orders",
        "SELECT * FROM orders",
        "SELECT o.* FROM orders o",
        "SELECT list_filter(tags, x -> x = 'a') FROM orders",
        "SELECT struct_pack(x := total) FROM orders",
        "SELECT x.y FROM (SELECT {'y': total} AS x FROM orders)",
        "SELECT x FROM orders, unnest(tags) AS u(x)",
        "SELECT x FROM orders AS o(x)",
        "SELECT (SELECT name FROM customers WHERE score = total) FROM orders",
        "SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders WHERE total = score)",
        "SELECT x FROM orders, (SELECT total AS x)",
        "SELECT apps.orders.total FROM apps.orders",
        "SELECT title FROM orders JOIN customers USING (title)",
        "SELECT count(*) FROM orders GROUP BY ALL",
        "SELECT date_part('year', day) FROM orders",
        "SELECT extract(year FROM day) FROM orders",
        "SELECT day + INTERVAL 1 DAY FROM orders",
    ],
)
def test_left_to_duckdb(sql: str) -> None:
    require(sql)
