"""Statements that random ones would hardly hit: DuckDB's less usual ways to say things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.comparison import Comparison
from tests.differential.schema import Row
from tests.differential.statements import Statement
from tests.differential.test_differential import comparison


def row(number: int, **more: Any) -> dict[str, Any]:
    """A record; every third of its values is empty, in turn."""
    values = {
        "n": str(number - 2),
        "m": str(number % 3),
        "title": ("abc", "ABC", "it's", "日本語")[number % 4],
        "link": "https://example.com/a",
        "memo": "two\nlines",
        "rich": "<b>x</b>",
        "pick": ("x", "Y", "日本")[number % 3],
        "radio": "r1",
        "tags": ["p", "q"][: number % 3],
        "multi": ["ｐ"],
        "day": f"2026-03-0{number}",
        "hour": "09:30",
        "moment": f"2026-03-0{number}T15:30:00Z",
        "who": [{"code": "sandbox"}],
    }
    emptied = {
        code: [] if isinstance(value, list) else ""
        for place, (code, value) in enumerate(values.items())
        if (place + number) % 3 == 0 and code != "radio"
    }
    return {**values, **emptied, **more}


TABLES: tuple[list[Row], list[Row]] = (
    [row(number) for number in range(1, 9)],
    [row(number, m="1") for number in range(3, 6)],
)

STATEMENTS = [
    # names
    'SELECT "N", "Title" FROM "THINGS"',
    'SELECT things.n, t.m, t.title FROM things, things AS t WHERE things."$id" = t."$id"',
    "SELECT $id, $revision FROM things WHERE $id > 2",
    "SELECT t.who$name, 作成者$name FROM things t",
    'SELECT n AS "$id" FROM things WHERE "$id" < 4',
    "SELECT m AS n FROM things WHERE n > 1",
    "SELECT n + 1 AS k FROM things WHERE k > 2",
    'SELECT n AS m, m AS n FROM things ORDER BY m, n, "$id"',
    "SELECT title AS t, count(*) FROM things GROUP BY t",
    "SELECT pick AS label, count(*) AS c FROM things GROUP BY label ORDER BY c, label",
    # stars
    "SELECT * EXCLUDE (memo, rich) FROM things",
    "SELECT * REPLACE (n + 1 AS n) FROM things",
    "SELECT * RENAME (n AS number) FROM things",
    "SELECT t.* FROM things t, others o WHERE t.n = o.n",
    "SELECT o.*, t.n FROM things t LEFT JOIN others o USING (n)",
    "SELECT COLUMNS('^(n|m)$') FROM things",
    "SELECT COLUMNS(lambda c: c LIKE 't%') FROM things",
    "SELECT count(COLUMNS(*)) FROM things",
    "SELECT #3 FROM things",
    "SELECT #2 FROM (SELECT n, m FROM things) AS v WHERE #1 > 1",
    "SELECT #2 FROM (SELECT * FROM things) AS v JOIN others USING ($id)",
    "SELECT things FROM things WHERE $id = 1",
    "SELECT t FROM (SELECT n, m FROM things) AS t",
    "SELECT sum(COLUMNS(['n', 'm'])) FROM things",
    # shapes
    "FROM things",
    "FROM things SELECT n WHERE m = 1",
    "SELECT n, count(*) FROM things GROUP BY ALL",
    "SELECT DISTINCT ON (pick) pick, n FROM things ORDER BY pick, n, $id",
    "SELECT pick, radio, count(*) FROM things GROUP BY GROUPING SETS ((pick), (radio), ())",
    "SELECT pick, count(*) FROM things GROUP BY ROLLUP (pick)",
    "SELECT n FROM things NATURAL JOIN (SELECT 1 AS m)",
    "SELECT t.n, o.n FROM things t CROSS JOIN others o",
    "SELECT t.n, o.n FROM things t POSITIONAL JOIN others o",
    "SELECT t.$id, o.$id FROM things t ASOF JOIN others o ON t.day >= o.day",
    "SELECT t.n, x.c FROM things t, LATERAL (SELECT count(*) AS c FROM others o WHERE o.n > t.n) x",
    "SELECT t.n, x.c FROM things t LEFT JOIN LATERAL (SELECT t.n + o.n AS c FROM others o) x"
    " ON true",
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 4)"
    " SELECT i, n FROM r LEFT JOIN things ON $id = i",
    "WITH things AS (SELECT 5 AS n) SELECT * FROM things",
    "WITH a AS (SELECT * FROM things WHERE n > 1), b AS (SELECT * FROM a WHERE m < 2)"
    " SELECT count(*) FROM a, b WHERE a.$id = b.$id",
    "WITH a AS MATERIALIZED (SELECT n FROM things) SELECT count(*) FROM a x, a y WHERE x.n < y.n",
    "SELECT n FROM things WHERE n > ALL (SELECT n FROM others)",
    "SELECT n FROM things WHERE n = ANY (SELECT n FROM others)",
    "SELECT n FROM things WHERE (n, m) IN (SELECT n, m FROM others)",
    "SELECT n FROM things WHERE (n, m) IN ((1, 0), (2, 1))",
    "SELECT n FROM things t WHERE NOT EXISTS (SELECT 1 FROM others o WHERE o.n = t.n AND t.m = 1)",
    "SELECT n FROM things t WHERE n < (SELECT avg(n) FROM things u WHERE u.pick = t.pick)",
    "SELECT n FROM things UNION SELECT n FROM others ORDER BY n LIMIT 3",
    "SELECT n FROM things INTERSECT SELECT n FROM others",
    "(SELECT n FROM things ORDER BY n LIMIT 2) UNION ALL (SELECT n FROM others ORDER BY n LIMIT 1)",
    "SELECT * FROM (SELECT n, title FROM things UNION ALL BY NAME SELECT title, n FROM others)",
    "SELECT * FROM (PIVOT things ON pick USING count(*) GROUP BY radio)",
    "SELECT * FROM things UNPIVOT (value FOR name IN (n, m)) ORDER BY $id, name",
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(n, x) JOIN things USING (n)",
    "SELECT n FROM things WHERE n IN (SELECT unnest([1, 2]))",
    "SELECT $id, unnest(tags) FROM things",
    "SELECT i, n FROM generate_series(1, 3) g(i) LEFT JOIN things ON n = i",
    "SELECT list(n ORDER BY $id) FROM things",
    "SELECT list_transform(tags, lambda x: x || '!') FROM things",
    "SELECT [x || 'y' FOR x IN tags] FROM things",
    "SELECT corr(n, m) FROM things LIMIT 3",
    "SELECT covar_samp(n, m) + 1 FROM (SELECT n, m FROM things) LIMIT 3",
    "SELECT * FROM (SELECT corr(n, m) AS c, count(*) AS n FROM things) WHERE n > 2",
    "SELECT min(pick, 3), max(pick, 3) FROM things",
    "SELECT m, max(n, 2) FROM things GROUP BY m",
    "SELECT {'n': n, 'm': m}.n FROM things",
    "SELECT s.n FROM (SELECT {'n': n} AS s FROM things)",
    "SELECT first_value(n) OVER w FROM things WINDOW w AS (PARTITION BY pick ORDER BY $id)",
    "SELECT n, lag(n) OVER (ORDER BY $id) FROM things QUALIFY lag(n) OVER (ORDER BY $id) > 1",
    "SELECT string_agg(title, ',' ORDER BY $id) FILTER (WHERE n > 1) FROM things",
    "SELECT CASE pick WHEN 'x' THEN n ELSE m END FROM things",
    "SELECT n FROM things WHERE CASE WHEN m = 1 THEN n > 2 ELSE false END",
    "SELECT n FROM things WHERE title SIMILAR TO 'a.*'",
    "SELECT n FROM things WHERE title GLOB 'a*'",
    "SELECT n FROM things WHERE title COLLATE NOCASE = 'ABC'",
    "SELECT n FROM things WHERE try_cast(title AS INTEGER) IS NULL",
    "SELECT n::VARCHAR || '円' FROM things WHERE n::INTEGER % 2 = 0",
    "SELECT n FROM things WHERE day > '2026-03-04'",
    "SELECT n FROM things WHERE moment AT TIME ZONE 'Asia/Tokyo' >= TIMESTAMP '2026-03-04 00:30'",
    "SELECT date_trunc('month', moment), count(*) FROM things GROUP BY 1",
    "SELECT strftime(moment, '%Y-%m-%d %H:%M'), moment::DATE FROM things",
    "SELECT extract(year FROM day), dayofweek(day) FROM things WHERE extract(month FROM day) = 3",
    "SELECT day + INTERVAL 1 DAY, day - DATE '2026-01-01', hour FROM things",
    "SELECT min(hour), max(moment), min(tags), any_value(who) FROM things",
    "SELECT n FROM things ORDER BY n DESC NULLS LAST, $id LIMIT 3 OFFSET 1",
    "SELECT day, $id AS x, n FROM things ORDER BY n, x DESC LIMIT 3",
    "SELECT title, n AS m, $id FROM things ORDER BY m DESC, 3 DESC LIMIT 4",
    "SELECT title, day, $id, m FROM things ORDER BY 4 DESC NULLS FIRST, 3 DESC LIMIT 4",
    "SELECT n FROM things ORDER BY ALL",
    "SELECT n FROM things ORDER BY 1 LIMIT 50%",
    "SELECT title FROM things ORDER BY title COLLATE NOCASE, $id",
    "SELECT count(*) FROM things LIMIT 0",
    "SELECT count(*) FROM things HAVING count(*) > 100",
    "SELECT 1 FROM things WHERE false",
    "SELECT count(*), max(n) FROM things WHERE 1 = 0",
    "SELECT n FROM things WHERE NULL",
    "SELECT n FROM things WHERE NOT (n > 1 AND NOT (m = 1 OR n IS NULL))",
    "SELECT EXISTS (SELECT 1 FROM things WHERE n = 3), 5 IN (SELECT n FROM things)",
    "SELECT n FROM things WHERE n IN (1, NULL)",
    "SELECT n FROM things WHERE n NOT IN (1, NULL)",
    "SELECT n FROM things WHERE n = 1.0000000001",
    "SELECT n FROM things WHERE n < '3'",
    "SELECT n FROM things WHERE n = 1e0",
    "SELECT n FROM things WHERE title = 'abc' AND title <> 'x'",
    "SELECT n FROM things WHERE len(tags) = 2 OR tags IS NULL",
    "SELECT n FROM things WHERE tags @> ['p']",
    "SELECT n FROM things WHERE tags && ['p', 'z']",
    "SELECT n FROM things WHERE tags = ['p']",
    "SELECT n FROM things WHERE 'p' IN tags",
    "SELECT n FROM things WHERE tags[1] = 'p'",
    "SELECT n FROM things WHERE who$name = ['Sandbox']",
    "SELECT n FROM things WHERE n > 1 * 2 - 0.5 AND m < 10 / 4",
    "SELECT n, day FROM things WHERE day >= DATE '2026-03-06' - INTERVAL 3 DAY",
    "SELECT n FROM things WHERE moment < TIMESTAMPTZ '2026-03-05 15:30:00Z' + INTERVAL 1 DAY",
    "SELECT count(*) FROM things WHERE day < current_date AND moment < now()",
    "SELECT n FROM things WHERE day >= date_trunc('week', DATE '2026-03-06')",
    "SELECT t.n, o.m FROM things t LEFT JOIN others o ON t.n = o.n WHERE t.n > 1",
    "SELECT t.n, o.m FROM things t FULL JOIN others o ON t.n = o.n AND o.n > 1 WHERE t.n < 5",
    "SELECT t.n FROM things t, others o, things u WHERE t.n = o.n AND o.n = u.n AND u.n = 2",
    "SELECT * FROM (SELECT n, title FROM things UNION SELECT m, title FROM others) WHERE n = 1",
    "SELECT * FROM (SELECT n FROM things EXCEPT ALL SELECT n FROM others) AS v WHERE n > 1",
    "SELECT * FROM (SELECT pick, count(*) AS c FROM things GROUP BY pick) WHERE pick <> 'x'",
    "SELECT n FROM things TABLESAMPLE 100%",
    "SELECT -- a comment\n n /* another ? */ FROM things",
    "SUMMARIZE SELECT n FROM things WHERE n IS NULL",
]


@pytest.fixture(scope="module")
def compared() -> Iterator[Comparison]:
    with (
        Sandbox(Domain()) as sandbox,
        comparison(sandbox, Switches(), TABLES, "Asia/Tokyo") as compared,
    ):
        yield compared


@pytest.mark.parametrize("sql", STATEMENTS)
def test_statement(compared: Comparison, sql: str) -> None:
    compared.check(Statement(sql))
