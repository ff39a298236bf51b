"""Which statements only pass rows on."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.model import Passing
from tests.plan.fake_catalog import CUSTOMERS
from tests.plan.planning import plan

CUSTOMER_COLUMNS = tuple(column.name for column in CUSTOMERS.columns)
PASSED: dict[str, Passing] = {
    "SELECT $id FROM orders": Passing(("$id",)),
    'SELECT "O"."$ID", Total AS t, o.total FROM orders AS o': Passing(("$id", "total", "total")),
    "SELECT orders.kind FROM orders": Passing(("kind",)),
    "FROM customers": Passing(CUSTOMER_COLUMNS),
    "SELECT c.*, $id FROM customers AS c": Passing((*CUSTOMER_COLUMNS, "$id")),
    "SELECT total, $id, total AS again FROM orders": Passing(("total", "$id", "total")),
    "SELECT o.kind, day FROM orders AS o LIMIT 10": Passing(("kind", "day"), 10),
    "SELECT kind FROM orders LIMIT 10 OFFSET 5": Passing(("kind",), 10),
    "SELECT kind FROM orders LIMIT 2000": Passing(("kind",), 2000),
    "SELECT total FROM orders WHERE $id = 7": Passing(("total",)),
    "SELECT $id, kind FROM orders WHERE $id > 7 AND kind = 'A' LIMIT 3": Passing(
        ("$id", "kind"), 3
    ),
    "SELECT total FROM orders WHERE total IS NOT NULL": Passing(("total",)),
    "SELECT total FROM (SELECT * FROM orders) AS v WHERE total > 5": Passing(("total",)),
    "SELECT total FROM orders WHERE FALSE": Passing(("total",)),
}
NOT_PASSED = (
    "SELECT count(*) FROM orders",
    "SELECT total + 1 FROM orders",
    "SELECT DISTINCT kind FROM orders",
    "SELECT kind FROM orders ORDER BY kind",
    "SELECT kind FROM orders ORDER BY $id LIMIT 3",
    "SELECT kind FROM orders GROUP BY kind",
    "SELECT title FROM orders WHERE title = 'a'",
    "SELECT total FROM orders WHERE total % 2 = 0",
    "SELECT total FROM orders WHERE random() < 0.5",
    "SELECT total FROM orders LIMIT 10%",
    "SELECT total FROM orders LIMIT (SELECT 5)",
    "SELECT total FROM orders USING SAMPLE 10%",
    "SELECT total FROM orders QUALIFY row_number() OVER () = 1",
    "SELECT o.total FROM orders AS o, orders AS p",
    "SELECT o FROM orders AS o",
    "SELECT * EXCLUDE (total) FROM orders",
    "SELECT * REPLACE (1 AS total) FROM orders",
    "SELECT COLUMNS('t.*') FROM orders",
    "SELECT x FROM orders AS o(x)",
    "SELECT total AS a, a FROM orders",
    "WITH o AS MATERIALIZED (SELECT total FROM orders) SELECT total FROM o",
    "SELECT total FROM orders UNION ALL SELECT 1",
    "SELECT unnest(tags) FROM orders",
    "SELECT (SELECT 1) FROM orders",
    "SELECT 1 FROM orders",
    # Durations are given out in another form.
    "SELECT took FROM orders",
    "SELECT * FROM orders",
)


@pytest.mark.parametrize(("sql", "passing"), PASSED.items(), ids=PASSED)
def test_passed_on(sql: str, passing: Passing) -> None:
    assert plan(sql).passing == passing


@pytest.mark.parametrize("sql", NOT_PASSED)
def test_made_by_the_engine(sql: str) -> None:
    assert plan(sql).passing is None
