"""Which conditions reach which app, through joins and beside other clauses."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.model import Exactness, Pushdown
from tests.plan.planning import only_scan, plan

ON = "o.customer_id = c.$id"


def pushed(sql: str, pushdown: Pushdown = Pushdown.ALL) -> dict[str, str]:
    """The Kintone queries by table name (``none`` where nothing is asked), in order."""
    return {
        f"{scan.table.name[0]}{scan.name[-1]}": "nothing" if scan.empty else scan.query
        for scan in plan(sql, pushdown=pushdown).scans
    }


@pytest.mark.parametrize(
    ("join", "on", "where", "orders", "customers"),
    [
        ("JOIN", "o.total > 5", "o.kind = 'A'", 'kind in ("A") and total > "5"', ""),
        ("JOIN", "c.score > 5", "c.rank = 'tin'", "", 'rank in ("tin") and score > "5"'),
        ("JOIN", "TRUE", "o.total > c.score", "", ""),
        ("JOIN", "TRUE", "o.total > 5 OR c.score > 5", "", ""),
        # Rows of the left side stay whatever ON says; rows of the right side need their partner.
        ("LEFT JOIN", "o.total > 5", "TRUE", "", ""),
        ("LEFT JOIN", "c.score > 5", "TRUE", "", 'score > "5"'),
        ("LEFT JOIN", "c.score IS NULL", "TRUE", "", 'score = ""'),
        ("LEFT JOIN", "TRUE", "o.kind = 'A'", 'kind in ("A")', ""),
        ("LEFT JOIN", "TRUE", "o.total IS NULL", 'total = ""', ""),
        # A condition that NULL does not pass shuts out what the join adds.
        ("LEFT JOIN", "TRUE", "c.score > 5", "", 'score > "5"'),
        ("LEFT JOIN", "TRUE", "c.score IS NOT NULL", "", 'score != ""'),
        ("LEFT JOIN", "TRUE", "c.score IN (1, 2)", "", 'score in ("1", "2")'),
        ("LEFT JOIN", "TRUE", "NOT (c.score > 5)", "", 'score <= "5" and score != ""'),
        (
            "LEFT JOIN",
            "TRUE",
            "c.score > 5 OR c.rank = 'tin'",
            "",
            'score > "5" or rank in ("tin")',
        ),
        ("LEFT JOIN", "TRUE", "c.score IS NULL", "", ""),
        ("LEFT JOIN", "TRUE", "c.score > 5 OR c.rank IS NULL", "", ""),
        ("LEFT JOIN", "TRUE", "c.score IS DISTINCT FROM 5", "", ""),
        ("LEFT JOIN", "TRUE", "NOT (c.score IS NOT NULL)", "", ""),
        ("RIGHT JOIN", "o.total > 5 AND c.score > 5", "TRUE", 'total > "5"', ""),
        ("RIGHT JOIN", "TRUE", "o.kind = 'A'", 'kind in ("A")', ""),
        ("RIGHT JOIN", "TRUE", "o.kind IS NULL", "", ""),
        ("RIGHT JOIN", "TRUE", "c.score IS NULL", "", 'score = ""'),
        ("FULL JOIN", "o.total > 5 AND c.score > 5", "TRUE", "", ""),
        ("FULL JOIN", "TRUE", "o.kind = 'A'", 'kind in ("A")', ""),
        ("FULL JOIN", "TRUE", "c.score IS NULL", "", ""),
        (
            "SEMI JOIN",
            "o.total > 5 AND c.score > 5",
            "o.kind = 'A'",
            'kind in ("A") and total > "5"',
            'score > "5"',
        ),
        (
            "ANTI JOIN",
            "o.total > 5 AND c.score > 5",
            "o.kind = 'A'",
            'kind in ("A")',
            'score > "5"',
        ),
        ("ASOF JOIN", "o.day >= c.score", "o.kind = 'A' AND c.score > 5", "", ""),
        ("LEFT JOIN", "TRUE", "FALSE", "nothing", "nothing"),
        ("JOIN", "TRUE", "NULL", "nothing", "nothing"),
    ],
)
def test_joins(join: str, on: str, where: str, orders: str, customers: str) -> None:
    found = pushed(f"SELECT o.$id FROM orders o {join} customers c ON {ON} AND {on} WHERE {where}")
    assert found == {"o1": orders, "c2": customers}


@pytest.mark.parametrize(
    ("sql", "queries"),
    [
        (
            "SELECT 1 FROM orders o, customers c WHERE kind = 'A' AND rank = 'tin' AND title = 'a'",
            {"o1": 'kind in ("A")', "c2": 'rank in ("tin")'},
        ),
        (
            "SELECT 1 FROM orders a, orders b WHERE a.kind = 'A' AND b.kind = 'B'",
            {"o1": 'kind in ("A")', "o2": 'kind in ("B")'},
        ),
        (
            "SELECT 1 FROM orders JOIN customers USING (title) WHERE title = 'a' AND kind = 'A'",
            {"o1": 'title = "a" and kind in ("A")', "c2": 'title = "a"'},
        ),
        (
            "SELECT 1 FROM orders LEFT JOIN customers USING (title) WHERE title = 'a'",
            {"o1": 'title = "a"', "c2": ""},
        ),
        (
            "SELECT 1 FROM orders RIGHT JOIN customers USING (title) WHERE title = 'a'",
            {"o1": "", "c2": ""},
        ),
        (
            "SELECT 1 FROM orders FULL JOIN customers USING (title) WHERE title = 'a'",
            {"o1": "", "c2": ""},
        ),
        (
            "SELECT 1 FROM customers c JOIN orders o USING ($id, title) JOIN guest_9.受注 "
            "USING ($id) WHERE $id = 5 AND o.title = 'a'",
            {
                "c1": '$id = "5" and title = "a"',
                "o2": 'title = "a" and $id = "5"',
                "受3": '$id = "5"',
            },
        ),
        (
            "SELECT 1 FROM orders NATURAL JOIN customers WHERE $id = 5 AND rank = 'tin'",
            {"o1": '$id = "5"', "c2": 'rank in ("tin") and $id = "5"'},
        ),
        (
            "SELECT 1 FROM orders NATURAL JOIN (SELECT * FROM customers LIMIT 1) v WHERE $id = 5",
            {"o1": "", "c2": "limit 1"},
        ),
        (
            "SELECT 1 FROM orders o NATURAL JOIN customers WHERE kind = 'A' AND o.kind = 'A'",
            {"o1": 'kind in ("A")', "c2": ""},
        ),
        (
            "SELECT 1 FROM orders o POSITIONAL JOIN customers c WHERE o.kind = 'A'",
            {"o1": "", "c2": ""},
        ),
        ("SELECT 1 FROM orders TABLESAMPLE 10% WHERE kind = 'A'", {"o1": ""}),
        ("SELECT x FROM orders AS o(x) WHERE x = 1", {"o1": ""}),
        ("SELECT 1 FROM orders WHERE apps.orders.kind = 'A'", {"o1": 'kind in ("A")'}),
        ("SELECT 1 FROM orders WHERE ORDERS.Kind = 'A'", {"o1": 'kind in ("A")'}),
        ("SELECT 1 FROM orders o WHERE orders.kind = 'A'", {"o1": ""}),
        ("SELECT total AS kind FROM orders WHERE kind = 'A'", {"o1": 'kind in ("A")'}),
        (
            "SELECT 1 FROM orders WHERE kind = 'A' GROUP BY total HAVING total > 5",
            {"o1": 'kind in ("A")'},
        ),
        (
            "SELECT 1 FROM orders WHERE kind = 'A' QUALIFY row_number() OVER () = 1",
            {"o1": 'kind in ("A")'},
        ),
        (
            "WITH v AS (SELECT * FROM orders WHERE kind = 'A') SELECT * FROM v WHERE total > 5",
            {"o1": 'kind in ("A") and total > "5"'},
        ),
        (
            "SELECT 1 FROM customers c WHERE EXISTS "
            "(SELECT 1 FROM orders WHERE customer_id = c.$id AND kind = 'A')",
            {"c1": "", "o2": 'kind in ("A")'},
        ),
        ("SELECT 1 FROM orders WHERE total > (SELECT 5) AND kind = 'A'", {"o1": 'kind in ("A")'}),
        (
            "SELECT $id FROM orders WHERE kind = 'A' "
            "UNION SELECT $id FROM customers WHERE rank = 'tin'",
            {"o1": 'kind in ("A")', "c2": 'rank in ("tin")'},
        ),
        ("SELECT 1 FROM orders WHERE kind = 'A' AND kind = 'A'", {"o1": 'kind in ("A")'}),
        ("SELECT 1 FROM orders WHERE kind = 'A' AND kind = 'B'", {"o1": "nothing"}),
        ("SELECT 1 FROM orders WHERE total > 5 AND total < 3", {"o1": "nothing"}),
        ("SELECT 1 FROM orders WHERE TRUE", {"o1": ""}),
        ("SELECT 1 FROM orders WHERE $id > 0", {"o1": ""}),
        ("SELECT 1 FROM orders WHERE random() < 0.5 AND kind = 'A'", {"o1": 'kind in ("A")'}),
    ],
)
def test_shapes(sql: str, queries: dict[str, str]) -> None:
    assert pushed(sql) == queries


CONDITIONS = "kind = 'A' AND title = 'a' AND memo = 'x'"


@pytest.mark.parametrize(
    ("pushdown", "query", "exactness"),
    [
        (Pushdown.NONE, "", Exactness.EXACT),
        (Pushdown.EXACT, 'kind in ("A")', Exactness.SUPERSET),
        (Pushdown.ALL, 'kind in ("A") and title = "a"', Exactness.SUPERSET),
    ],
)
def test_levels(pushdown: Pushdown, query: str, exactness: Exactness) -> None:
    scan = only_scan(f"SELECT $id FROM orders WHERE {CONDITIONS} LIMIT 5", pushdown=pushdown)
    assert (scan.query, scan.exactness) == (query, exactness)


@pytest.mark.parametrize(
    ("pushdown", "local"),
    [
        (Pushdown.ALL, {"title = 'a'": "64 characters", "memo = 'x'": "searches the words"}),
        (Pushdown.EXACT, {"title = 'a'": "exact conditions only", "memo = 'x'": "searches"}),
    ],
)
def test_what_stays_local_is_told(pushdown: Pushdown, local: dict[str, str]) -> None:
    scan = only_scan(f"SELECT $id FROM orders WHERE {CONDITIONS}", pushdown=pushdown)
    assert [condition.sql for condition in scan.local] == list(local)
    for condition, reason in zip(scan.local, local.values(), strict=True):
        assert reason in condition.reason


@pytest.mark.parametrize(
    ("sql", "residual"),
    [
        # Left out where that saves a column.
        ("SELECT $id FROM orders WHERE kind = 'A'", 'SELECT "$id" FROM scan_1 AS "orders"'),
        (
            "SELECT $id FROM orders WHERE kind = 'A' AND title = 'a'",
            'SELECT "$id" FROM scan_1 AS "orders" WHERE title = \'a\'',
        ),
        # Checked again where the column is fetched anyway, or the join asks for it.
        (
            "SELECT lower(kind) FROM orders WHERE kind = 'A'",
            "SELECT LOWER(kind) FROM scan_1 AS \"orders\" WHERE kind = 'A'",
        ),
        # Rows that are only passed on are not looked at.
        ("SELECT kind FROM orders WHERE kind = 'A'", 'SELECT kind FROM scan_1 AS "orders"'),
        (
            "SELECT c.name FROM orders o LEFT JOIN customers c ON TRUE WHERE c.rank = 'tin'",
            "SELECT c.name FROM scan_1 AS o LEFT JOIN scan_2 AS c ON TRUE WHERE c.rank = 'tin'",
        ),
        (
            "SELECT c.name FROM orders o JOIN customers c ON c.rank = 'tin'",
            "SELECT c.name FROM scan_1 AS o JOIN scan_2 AS c ON c.rank = 'tin'",
        ),
    ],
)
def test_what_the_residual_checks(sql: str, residual: str) -> None:
    assert plan(sql).residual_sql == residual


def test_a_condition_too_long_to_send_stays_local() -> None:
    values = ", ".join(f"'{number:0100}'" for number in range(500))
    scan = only_scan(f"SELECT $id FROM orders WHERE title IN ({values}) AND kind = 'A'")
    assert scan.condition == 'kind in ("A")'
    assert "too long" in scan.local[0].reason


def test_thousands_of_alternatives_are_planned() -> None:
    alternatives = " OR ".join(f"$id = {number}" for number in range(1, 901))
    assert only_scan(f"SELECT 1 FROM orders WHERE {alternatives}").condition is not None
