"""Which columns are fetched: all that a statement could need, and no others."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.model import Pushdown
from tests.plan.fake_catalog import CUSTOMERS, ORDERS
from tests.plan.planning import fetched, only_scan, plan

ALL_ORDERS = " ".join(column.name for column in ORDERS.columns if column.name != "$id")
ALL_CUSTOMERS = " ".join(column.name for column in CUSTOMERS.columns if column.name != "$id")


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT total FROM orders", "total"),
        ("SELECT TOTAL FROM Orders", "total"),
        ('SELECT "total" FROM apps.orders', "total"),
        ("SELECT apps.orders.total FROM apps.orders", "total"),
        ("SELECT o.total FROM orders o", "total"),
        ("SELECT $id FROM orders", ""),
        ("SELECT $id, $revision FROM orders", "$revision"),
        ("SELECT 状態 FROM orders", "状態"),
        ("SELECT author$name FROM orders", "author$name"),
        ("SELECT count(*) FROM orders", ""),
        ("SELECT count(*) FROM orders AS o", ""),
        ("SELECT 1 FROM orders", ""),
        ("SELECT count(total) FROM orders", "total"),
        ("SELECT * FROM orders", ALL_ORDERS),
        ("FROM orders", ALL_ORDERS),
        ("SELECT orders.* FROM orders", ALL_ORDERS),
        ("SELECT * EXCLUDE (total) FROM orders", ALL_ORDERS),
        ("SELECT COLUMNS('t.*') FROM orders", ALL_ORDERS),
        ("SELECT orders FROM orders", ALL_ORDERS),
        ("SELECT #3 FROM orders", ALL_ORDERS),
        ("SELECT total FROM orders ORDER BY #1", ALL_ORDERS),
        ("SELECT o FROM orders AS o", ALL_ORDERS),
        ("SELECT a FROM orders AS o(a, b)", ALL_ORDERS),
        ("SELECT to_json(o) FROM orders o", ALL_ORDERS),
        ("SELECT total FROM orders WHERE title = 'A' ORDER BY day", "total title day"),
        ("SELECT total FROM orders WHERE kind = 'A' ORDER BY day", "total day"),
        ("SELECT total FROM orders WHERE kind = 'A' ORDER BY kind", "total kind"),
        ("SELECT kind FROM orders GROUP BY kind HAVING sum(total) > 1", "total kind"),
        ("SELECT kind, sum(total) FROM orders GROUP BY ALL", "total kind"),
        ("SELECT sum(total) OVER (PARTITION BY kind ORDER BY day) FROM orders", "total kind day"),
        ("SELECT sum(total) OVER w FROM orders WINDOW w AS (PARTITION BY kind)", "total kind"),
        ("SELECT total FROM orders QUALIFY row_number() OVER (ORDER BY day) = 1", "total day"),
        ("SELECT list_filter(tags, x -> x = 'x') FROM orders", "tags"),
        ("SELECT author.name FROM orders", "author"),
        ("WITH o AS (SELECT total FROM orders) SELECT * FROM o", "total"),
        ("SELECT t FROM (SELECT total AS t, day FROM orders) WHERE day IS NULL", "total day"),
        ("PIVOT orders ON kind USING sum(total)", ALL_ORDERS),
        ("SUMMARIZE orders", ALL_ORDERS),
        ("SELECT (SELECT max(total) FROM orders)", "total"),
        ("SELECT unnest(tags) FROM orders", "tags"),
        ("SELECT DISTINCT ON (kind) total FROM orders", "total kind"),
        ("SELECT total FROM orders UNION SELECT 1 ORDER BY total", "total"),
    ],
)
def test_one_table(sql: str, columns: str) -> None:
    assert fetched(only_scan(sql)) == columns


@pytest.mark.parametrize(
    ("sql", "first", "second"),
    [
        (
            "SELECT o.total, c.name FROM orders o JOIN customers c ON o.customer_id = c.$id",
            "customer_id total",
            "name",
        ),
        ("SELECT total, name FROM orders, customers", "total", "name"),
        # Either table may be meant: DuckDB says that it is ambiguous.
        ("SELECT title FROM orders, customers", "title", "title"),
        ("SELECT 1 FROM orders JOIN customers USING (title)", "title", "title"),
        ("SELECT 1 FROM orders NATURAL JOIN customers", ALL_ORDERS, ALL_CUSTOMERS),
        ("SELECT o.* FROM orders o, customers c", ALL_ORDERS, ""),
        (
            "SELECT total FROM orders WHERE EXISTS "
            "(SELECT 1 FROM customers WHERE name = orders.title)",
            "total title",
            "name",
        ),
        (
            "SELECT (SELECT name FROM customers WHERE score = total) FROM orders",
            "total",
            "name score",
        ),
        ("SELECT a.total FROM orders a, orders b WHERE a.day = b.due", "total day", "due"),
        ("SELECT total FROM orders UNION ALL SELECT score FROM customers", "total", "score"),
        (
            "WITH RECURSIVE r AS (SELECT total FROM orders UNION SELECT score FROM customers, r) "
            "SELECT * FROM r",
            "total",
            "score",
        ),
    ],
)
def test_two_tables(sql: str, first: str, second: str) -> None:
    by_table = {(scan.name, scan.table.name): fetched(scan) for scan in plan(sql).scans}
    assert sorted(by_table.values()) == sorted([first, second])
    assert len(by_table) == 2


def test_pushdown_none_fetches_all() -> None:
    assert only_scan("SELECT total FROM orders", pushdown=Pushdown.NONE).columns == ORDERS.columns
