"""A plan's residual SQL over what its scans fetch gives what the statement gives.

The scans are answered by the sandbox's query engine, whatever Kintone does where that is not
known; the residual SQL and the statement itself are run by DuckDB over the same records.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from sqlalchemy_kintone.plan.model import Plan, Pushdown, Scan
from tests.plain import is_done_wrongly
from tests.plan.conditions import LEAVES, Sql, words
from tests.plan.planning import plan
from tests.plan.records import Sandbox, plain, sandbox
from tests.plan.test_conditions import SWITCHES, ZONES
from tests.sandbox.query.build import in_order, matching

Switch = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Statement:
    """A statement; ``free`` where LIMIT takes any rows of ``whole``, the one without LIMIT."""

    sql: str
    whole: str = ""


@cache
def built(switches: Switch) -> Sandbox:
    return sandbox(**dict(switches))


@cache
def duck(zone: str) -> duckdb.DuckDBPyConnection:
    return plain(zone)


def fetched(scan: Scan, kintone: Sandbox) -> list[int]:
    """The ids of the records that a scan fetches."""
    app = kintone.apps[scan.table.name]
    if scan.empty or scan.limit == 0:
        return []
    if scan.limit is None or scan.limit > 500:  # several pages, in the order of ids
        assert not scan.order
        assert not scan.offset
        return matching(scan.condition or "", app, kintone.domain)[: scan.limit]
    return in_order(scan.query, app, kintone.domain)


def run(planned: Plan, kintone: Sandbox, connection: duckdb.DuckDBPyConnection) -> list[str]:
    for scan in planned.scans:
        names = {column.name for column in scan.columns}
        items = ", ".join(
            f'"{column.name}"'
            if column.name in names
            else f'CAST(NULL AS {column.sql_type}) AS "{column.name}"'
            for column in scan.table.columns
        )
        ids = ", ".join(map(str, [0, *fetched(scan, kintone)]))
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {scan.name} AS "
            f'SELECT {items} FROM {scan.table.name} WHERE "$id" IN ({ids})'
        )
    return rows_of(connection, planned.residual_sql)


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """The rows of a query as texts."""
    relation = connection.sql(f"SELECT COLUMNS(*)::VARCHAR FROM ({sql})")
    return [repr(row) for row in relation.fetchall()]


def check(statement: Statement, switches: Switch, zone: str, pushdown: Pushdown) -> None:
    if is_done_wrongly(statement.sql):
        return
    connection = duck(zone)
    expected = rows_of(connection, statement.sql)
    planned = plan(statement.sql, time_zone=zone, pushdown=pushdown)
    note(repr([(scan.query, scan.empty, scan.exactness) for scan in planned.scans]))
    note(planned.residual_sql)
    found = run(planned, built(switches), connection)
    if statement.whole:
        assert len(found) == len(expected)
        assert not Counter(found) - Counter(rows_of(connection, statement.whole))
    else:
        assert sorted(found) == sorted(expected)


ORDER_NAMES = (
    *("$id", "total", "weight", "wide", "tax", "title", "kind", "day", "hour", "at", "created"),
    *("customer_id", "author", "number"),
)
CUSTOMER_LEAVES: Sql = words(
    "c.score > 0",
    "c.score < 5.00001",
    "c.score <> 5",
    "c.score IS NULL",
    "c.score IS NOT NULL",
    "c.rank = 'gold'",
    "c.rank <> 'gold'",
    "c.rank IN ('tin', 'undefined')",
    "c.rank IS DISTINCT FROM 'gold'",
    "c.name = 'abc'",
    "c.name IS NULL",
    'c."$id" = 3',
    'c."$id" <= 2',
    "NOT (c.score > 0)",
    "(c.score > 0 OR c.rank = 'tin')",
    "(c.score > 0 OR c.rank IS NULL)",
    "(c.score > 0 AND c.rank IS NULL)",
)
ORDER_LEAVES: Sql = words(
    "o.customer_id = 3",
    "o.customer_id IN (1, 2, 12)",
    "o.customer_id <> 2",
    "NOT (o.customer_id BETWEEN 1 AND 2)",
    "(o.customer_id = 1 OR o.customer_id > 2)",
    "o.total > 0",
    "o.total < 5",
    "o.total IS NULL",
    "o.total IS NOT NULL",
    "o.kind = 'A'",
    "o.kind <> 'A'",
    "o.kind IS NULL",
    "o.title = 'abc'",
    "o.day >= '2026-03-01'",
    'o."$id" < 20',
    "NOT (o.total > 0)",
    "o.total + 1 > 0",
    "(o.kind = 'B' OR o.total IS NULL)",
)
MIXED: Sql = words("o.total > c.score", "(o.total > 0 OR c.score > 0)", "TRUE", "FALSE")
EITHER = st.one_of(ORDER_LEAVES, CUSTOMER_LEAVES, MIXED)
JOINS = words("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT OUTER JOIN", "INNER JOIN")
RESULTS = words("count(*)", 'o."$id", c."$id"', "o.total, c.rank", "o.kind, c.name, c.score", "*")
ID = 'o.customer_id = c."$id"'


def all_of(leaves: Sql, most: int) -> Sql:
    return st.lists(leaves, min_size=1, max_size=most).map(" AND ".join)


JOINED = st.tuples(RESULTS, JOINS, all_of(EITHER, 2), all_of(EITHER, 3)).map(
    lambda p: Statement(
        f"SELECT {p[0]} FROM orders o {p[1]} customers c ON {ID} AND {p[2]} WHERE {p[3]}"
    )
)
HALF_JOINED = st.tuples(
    words('"$id"', "count(*)", "total, kind"),
    words("SEMI JOIN", "ANTI JOIN"),
    all_of(EITHER, 2),
    all_of(ORDER_LEAVES, 2),
).map(
    lambda p: Statement(
        f"SELECT {p[0]} FROM orders o {p[1]} customers c ON {ID} AND {p[2]} WHERE {p[3]}"
    )
)
THREE = st.tuples(
    JOINS, JOINS, EITHER, EITHER, words("d.score > 0", "d.score IS NULL", "TRUE"), all_of(EITHER, 2)
).map(
    lambda p: Statement(
        f'SELECT o."$id", c."$id", d.rank FROM orders o {p[0]} customers c ON {ID} AND {p[2]} '
        f'{p[1]} customers d ON d."$id" = o.customer_id AND {p[3]} AND {p[4]} WHERE {p[5]}'
    )
)
COMMA = st.tuples(RESULTS, all_of(EITHER, 3)).map(
    lambda p: Statement(f"SELECT {p[0]} FROM orders o, customers c WHERE {ID} AND {p[1]}")
)
USING = st.tuples(
    JOINS,
    words(
        "title = 'abc'",
        "title IS NULL",
        "o.title = 'abc'",
        "c.title = 'abc'",
        "c.score > 0",
        "total > 0",
    ),
).map(
    lambda p: Statement(
        f'SELECT o."$id", title, rank FROM orders o {p[0]} customers c USING (title) WHERE {p[1]}'
    )
)
MERGED = st.tuples(
    words(
        "SELECT title, o.total FROM orders o JOIN customers c USING (title) WHERE {c}",
        "SELECT title, o.total FROM orders o LEFT JOIN customers c USING (title) WHERE {c}",
        "SELECT title, c.rank FROM customers c RIGHT JOIN orders o USING (title) WHERE {c}",
        "SELECT title, c.rank FROM customers c FULL JOIN orders o USING (title) WHERE {c}",
        'SELECT "$id", rank, total FROM customers c JOIN orders o USING ("$id", title) WHERE {c}',
        'SELECT "$id", rank FROM orders o NATURAL JOIN customers c WHERE {c}',
        'SELECT "$id", rank FROM customers c NATURAL LEFT JOIN orders o WHERE {c}',
        'SELECT "$id", c.title FROM orders o JOIN customers c USING ("$id", title) '
        'LEFT JOIN customers d USING ("$id") WHERE o.title = \'abc\' OR "$id" > 9',
        "SELECT count(*) FROM orders o JOIN customers c USING (title) JOIN customers d "
        "USING (title) WHERE {c}",
    ),
    words(
        "title = 'abc'",
        "title <> 'abc'",
        "title IS NULL",
        "title IN ('abc', 'ABC')",
        "NOT (title = 'abc')",
    ),
).map(lambda p: Statement(p[0].replace("{c}", p[1])))
BY_NAME = st.tuples(
    words(
        'SELECT * FROM (SELECT title, "$id" FROM orders UNION ALL BY NAME '
        'SELECT "$id", title FROM customers) v WHERE {c}',
        'SELECT * FROM (SELECT score AS total, "$id" FROM customers UNION BY NAME '
        'SELECT "$id", total FROM orders) v WHERE {c} OR total > 0',
        'SELECT * FROM (SELECT "$id", total FROM orders UNION ALL BY NAME '
        'SELECT "$id" FROM customers) v WHERE {c}',
        'SELECT "$id" FROM (SELECT total, "$id" FROM orders UNION BY NAME (SELECT "$id", total '
        'FROM orders UNION ALL SELECT "$id", score FROM customers)) v WHERE {c}',
    ),
    words('"$id" = 3', '"$id" < 5', '"$id" IN (1, 2) OR "$id" > 12'),
).map(lambda p: Statement(p[0].replace("{c}", p[1])))
KEYS = st.lists(
    st.tuples(
        st.sampled_from(ORDER_NAMES),
        words("", " DESC"),
        words("", "", " NULLS FIRST", " NULLS LAST"),
    ).map(lambda p: f'"{p[0]}"{p[1]}{p[2]}'),
    max_size=2,
)
NARROW: Sql = st.one_of(
    words(*(f'"{name}" IS NOT NULL' for name in ORDER_NAMES)),
    words("total > 0", "total < 5", "wide <> 5", "kind = 'A'", "title = 'abc'", "TRUE"),
    LEAVES,
)
LIMITS: Sql = words(
    "LIMIT 0",
    "LIMIT 1",
    "LIMIT 3",
    "LIMIT 7 OFFSET 2",
    "LIMIT 5 OFFSET 30",
    "LIMIT 600",
    "LIMIT 3 OFFSET 200",
    "LIMIT 10%",
    "OFFSET 130",
    "FETCH FIRST 3 ROWS ONLY",
)
ITEMS: Sql = words(
    '"$id"',
    "*",
    '"$id", total, kind',
    'total AS created, "$id"',
    'kind AS total, "$id"',
    "* REPLACE (-total AS total)",
    'lower(title), "$id"',
)
TOP = st.tuples(ITEMS, all_of(NARROW, 2), KEYS, LIMITS).map(
    lambda p: Statement(
        f"SELECT {p[0]} FROM orders WHERE {p[1]} ORDER BY "
        + ", ".join([*p[2], '"$id"'])
        + f" {p[3]}"
    )
)
ANY = (
    st.tuples(
        words(
            '"$id", total',
            "*",
            "count(*)",
            "DISTINCT kind",
            "max(total)",
            "unnest(tags)",
            "row_number() OVER ()",
            "list(total)",
        ),
        all_of(NARROW, 2),
        LIMITS.filter(lambda limit: "%" not in limit),
    )
    .map(
        lambda p: Statement(
            f"SELECT {p[0]} FROM orders WHERE {p[1]} {p[2]}",
            f"SELECT {p[0]} FROM orders WHERE {p[1]}",
        )
    )
    .filter(lambda s: "row_number" not in s.sql)
)
NESTED = st.tuples(
    words(
        'SELECT * FROM (SELECT * FROM orders) AS v WHERE {c} ORDER BY "$id" LIMIT 5',
        "SELECT kind, count(*) FROM (SELECT * FROM orders WHERE {c}) AS v GROUP BY kind",
        "SELECT count(*) FROM (SELECT total, kind, day FROM orders LIMIT 600) AS v",
        'WITH v AS (SELECT * FROM orders WHERE {c}) SELECT v."$id" FROM v JOIN customers c '
        'ON v.customer_id = c."$id" WHERE c.score > 0',
        'SELECT "$id" FROM customers c WHERE EXISTS '
        '(SELECT * FROM orders WHERE customer_id = c."$id" AND {c})',
        'SELECT "$id" FROM customers WHERE "$id" IN (SELECT customer_id FROM orders WHERE {c})',
        'SELECT "$id" FROM customers WHERE "$id" NOT IN (SELECT customer_id FROM orders WHERE {c} '
        "AND customer_id IS NOT NULL)",
        'SELECT "$id", (SELECT max(total) FROM orders WHERE {c} AND customer_id = c."$id") '
        "FROM customers c",
        'SELECT "$id" FROM orders WHERE {c} UNION ALL SELECT "$id" FROM customers WHERE score > 0',
        'SELECT "$id" FROM orders WHERE {c} EXCEPT SELECT "$id" FROM customers WHERE score > 0',
        "SELECT kind, sum(total) FROM orders WHERE {c} GROUP BY kind HAVING count(*) > 2",
        'SELECT v."$id", more FROM (SELECT *, total + 1 AS more FROM orders) v WHERE {c}',
        'WITH v AS (SELECT *, 1 AS one FROM orders WHERE total > 0) SELECT "$id" FROM v WHERE {c}',
        'SELECT c."$id", v.i FROM customers c LEFT JOIN (SELECT "$id" AS i, total, kind AS k '
        "FROM orders WHERE {c}) v ON v.total = c.score "
        "WHERE v.total > 0 AND (v.k = 'A' OR v.i > 9)",
        'SELECT c."$id", v.i FROM customers c LEFT JOIN (SELECT "$id" AS i, total, kind AS k '
        "FROM orders) v ON v.total = c.score WHERE v.total IS NULL OR v.k = 'A'",
        'SELECT v.i FROM (SELECT o."$id" AS i, c.score AS s, o.kind FROM orders o LEFT JOIN '
        'customers c ON o.customer_id = c."$id" WHERE o.total > 0) v WHERE v.s IS NULL',
        'SELECT c."$id", v."$id" FROM customers c JOIN (SELECT * FROM orders WHERE {c}) v '
        'ON v.customer_id = c."$id" WHERE c.score > 0',
        'SELECT c."$id", v.total FROM customers c LEFT JOIN (SELECT * FROM orders WHERE {c}) v '
        'ON v.customer_id = c."$id"',
        'SELECT c."$id", v.total FROM (SELECT * FROM orders o WHERE {c}) v RIGHT JOIN '
        '(SELECT * FROM customers WHERE score > 0) c ON v.customer_id = c."$id"',
        'SELECT i, t FROM (SELECT "$id" AS i, total AS t, title FROM orders WHERE {c} UNION ALL '
        'SELECT "$id", score, name FROM customers) v WHERE t > 0 OR title IS NULL',
        'SELECT count(*) FROM (SELECT "$id" AS i, total AS t FROM orders UNION '
        'SELECT "$id", score FROM customers EXCEPT SELECT "$id", total FROM orders WHERE {c}) v '
        "WHERE t < 6 AND i <> 3",
        "SELECT * FROM (SELECT kind, sum(total) AS s FROM orders WHERE {c} GROUP BY kind) "
        "v WHERE kind <> 'A' AND s IS NOT NULL",
        "SELECT * FROM (SELECT kind AS k, day, max(total) FROM orders GROUP BY ALL "
        "HAVING count(*) > 1) v WHERE k = 'A' OR k IS NULL",
        'SELECT "$id", sum(total) OVER (PARTITION BY kind ORDER BY "$id") FROM orders WHERE {c}',
        "SELECT DISTINCT kind FROM orders WHERE {c}",
        'SELECT * FROM (SELECT "$id" AS i, kind, sum(total) OVER (PARTITION BY kind ORDER BY '
        "\"$id\") AS s FROM orders WHERE {c}) v WHERE kind = 'A' OR kind IS NULL",
        "SELECT * FROM (SELECT DISTINCT kind, grade FROM orders WHERE {c}) v WHERE kind = 'B'",
        "SELECT kind, n FROM (SELECT DISTINCT ON (kind) kind, 1 AS n FROM orders) v "
        "WHERE kind <> 'A'",
        'SELECT i FROM (SELECT "$id" AS i, kind, total FROM orders QUALIFY row_number() OVER '
        "(PARTITION BY kind, total ORDER BY \"$id\") = 1) v WHERE total > 0 AND kind = 'A'",
        "SELECT min(total), max(total), count(*), count(kind) AS k FROM orders WHERE {c}",
        "SELECT o.kind, v.* FROM customers c, (SELECT max(total) AS t, min(created) FROM orders "
        "WHERE {c}) v JOIN orders o ON o.total = v.t",
        'SELECT "$id" FROM orders WHERE {c} QUALIFY row_number() OVER '
        '(PARTITION BY kind ORDER BY "$id") = 1',
        'SELECT a."$id" FROM orders a, orders b WHERE a."$id" = b."$id" + 1 AND a.total > 0 '
        "AND b.kind = 'A'",
    ),
    LEAVES,
).map(lambda p: Statement(p[0].replace("{c}", p[1])))
STATEMENTS = st.one_of(
    JOINED, HALF_JOINED, THREE, COMMA, USING, MERGED, BY_NAME, TOP, TOP, ANY, NESTED
)
CASE = {
    "statement": STATEMENTS,
    "switches": SWITCHES,
    "zone": ZONES,
    "pushdown": st.sampled_from([Pushdown.ALL, Pushdown.ALL, Pushdown.EXACT, Pushdown.NONE]),
}


@settings(max_examples=150, deadline=None)
@given(**CASE)
def test_statements(statement: Statement, switches: Any, zone: str, pushdown: Pushdown) -> None:
    check(statement, switches, zone, pushdown)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(**CASE)
def test_many_statements(
    statement: Statement, switches: Any, zone: str, pushdown: Pushdown
) -> None:
    check(statement, switches, zone, pushdown)
