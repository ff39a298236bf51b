"""Views that users define: CREATE VIEW, DROP VIEW, and files of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, create_engine, inspect, select, text

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from tests.differential.comparison import LEVELS
from tests.views.deals import DEALS, deals

Rows = list[tuple[Any, ...]]


@pytest.fixture
def connect(server: Sandbox) -> Iterator[Callable[..., Connection]]:
    with ExitStack() as stack:

        def connect(**parameters: Any) -> Connection:
            login = {"user": "sandbox", "password": "sandbox"}
            return stack.enter_context(kintone.connect(url=server.url, **login, **parameters))

        yield connect


@pytest.fixture
def connection(connect: Callable[..., Connection]) -> Connection:
    return connect()


def rows(connection: Connection, sql: str, *parameters: Any) -> Rows:
    return connection.execute(sql, parameters).fetchall()


VIEWS = {
    "won": "SELECT $id, name, amount AS a, day FROM deals WHERE stage = 'won'",
    "totals": "SELECT name, sum(amount) AS total, count(*) AS n FROM deals GROUP BY name",
    "big": "SELECT * FROM won WHERE a > 300",
    "pairs": "SELECT w.name, d.$id AS other FROM won AS w JOIN deals AS d ON d.name = w.name",
    "either": "SELECT $id, amount FROM deals WHERE stage = 'new' UNION ALL SELECT $id, a FROM big",
    "first": "WITH d AS (SELECT * FROM deals) SELECT * FROM d ORDER BY $id LIMIT 10",
    "listed": 'SELECT $id, amount FROM "deals/Open"',
    "padded": "SELECT d.$id AS k, e.$id AS e, e.amount AS a FROM deals AS d LEFT JOIN deals AS e "
    "ON e.amount = d.amount AND e.$id > d.$id",
    "recent": "SELECT $id, day FROM deals WHERE day > current_date - 10",
}
STATEMENTS = (
    "SELECT * FROM won WHERE a > 100",
    "SELECT count(*) FROM views.won",
    "SELECT won.a, views.won.name FROM views.won ORDER BY a DESC, name LIMIT 4",
    "SELECT name, max(a) FROM won AS w GROUP BY name",
    "SELECT d.notes, w.a FROM deals AS d JOIN won AS w ON w.$id = d.$id WHERE w.a > 200",
    "SELECT d.$id FROM deals AS d LEFT JOIN won AS w ON w.$id = d.$id AND w.a > 9",
    "SELECT $id FROM deals WHERE $id NOT IN (SELECT $id FROM WON)",
    "SELECT x FROM won AS v(w, x, y, z) WHERE y > 500",
    "SELECT * FROM totals WHERE name = 'beta 1'",
    "SELECT count(*) FROM big",
    "SELECT name FROM big WHERE day IS NOT NULL ORDER BY a, $id",
    "SELECT name, count(*) FROM pairs GROUP BY name",
    "SELECT max(amount) FROM either",
    "SELECT $id FROM either WHERE amount < 400",
    "WITH deals AS (SELECT 7 AS $id) SELECT $id FROM first WHERE $id < 5",
    "WITH won AS (SELECT 7 AS q) SELECT q FROM won",
    "SELECT l.$id FROM listed AS l WHERE amount > 700",
    "SELECT count(*) FROM recent",
    "SELECT (SELECT max(a) FROM won WHERE won.name = d.name) AS m FROM deals AS d",
    "SELECT x.$id, p.k FROM deals AS x JOIN padded AS p ON p.e = x.$id WHERE x.stage = 'won'",
    "SELECT x.$id, p.k FROM deals AS x LEFT JOIN padded AS p ON p.e = x.$id AND x.stage = 'won'",
    "SELECT x.$id, p.k FROM deals AS x RIGHT JOIN padded AS p ON p.e = x.$id AND x.stage = 'won'",
    "SELECT x.$id, p.k FROM padded AS p LEFT JOIN deals AS x ON p.k = x.$id AND x.amount > 500",
    "SELECT x.$id, p.k FROM padded AS p FULL JOIN deals AS x ON p.k = x.$id AND p.a > 500",
    "SELECT p.k FROM padded AS p, deals AS x WHERE p.k = x.$id AND x.amount > 900",
    "SELECT p.k, p.e FROM padded AS p SEMI JOIN deals AS x ON p.e = x.$id AND x.amount > 900",
    "SELECT p.k, p.e FROM padded AS p ANTI JOIN deals AS x ON p.e = x.$id AND x.amount > 900",
    "SELECT p.k, w.a FROM padded AS p JOIN won AS w ON w.$id = p.k JOIN big AS b ON b.a = w.a",
    "FROM won PIVOT (count(*) FOR name IN ('beta 1', 'alpha 0'))",
    "SELECT a FROM won, LATERAL (SELECT won.a * 2 AS twice) AS t WHERE twice > 800",
)


@pytest.fixture(scope="module")
def expected(server: Sandbox) -> dict[str, Rows]:
    """What the statements give with the views written out, which needs nothing of views."""
    login = {"user": "sandbox", "password": "sandbox"}
    with kintone.connect(url=server.url, **login, pushdown="none") as connection:
        return {sql: sorted(rows(connection, written_out(sql)), key=repr) for sql in STATEMENTS}


@pytest.mark.parametrize("level", LEVELS)
def test_a_view_is_read_as_its_query(
    connect: Callable[..., Connection], expected: dict[str, Rows], level: str
) -> None:
    connection = connect(pushdown=level)
    for name, query in VIEWS.items():
        assert rows(connection, f"CREATE VIEW {name} AS {query}") == [
            (f"The view views.{name} is there.",)
        ]
    for sql in STATEMENTS:
        assert sorted(rows(connection, sql), key=repr) == expected[sql], sql


def written_out(sql: str) -> str:
    """A statement with the views that it reads as common table expressions."""
    if sql.startswith("WITH deals"):
        return "SELECT $id FROM deals WHERE $id < 5"
    if sql.startswith("WITH"):
        return sql
    read = [name for name in VIEWS if name in sql.lower()]
    read += [name for name in ("won", "big") if {"big", "pairs", "either"} & {*read}]
    views = ", ".join(f"{name} AS ({VIEWS[name]})" for name in VIEWS if name in read)
    return f"WITH {views} {sql.replace('views.', '')}"


@pytest.mark.parametrize(
    ("sql", "query", "columns"),
    [
        ("SELECT name FROM won LIMIT 3", 'stage in ("won") limit 3', "name"),
        ("SELECT count(*) FROM won", 'stage in ("won")', ""),
        ("SELECT a FROM big", 'stage in ("won") and amount > "300"', "amount"),
        ("SELECT $id FROM won WHERE a > 500 AND a IS NOT NULL ORDER BY a DESC LIMIT 2",
         'stage in ("won") and amount > "500" and amount != "" order by amount desc, $id asc '
         "limit 2", "$id amount"),
        ("SELECT max(a) FROM won", None, "amount"),
    ],
)  # fmt: skip
def test_what_kintone_does_of_a_view(
    connection: Connection, sql: str, query: str | None, columns: str
) -> None:
    for name in ("won", "big"):
        rows(connection, f"CREATE VIEW {name} AS {VIEWS[name]}")
    cursor = connection.execute(sql)
    (scan,) = cursor.scans
    assert query is None or scan.query == query
    assert " ".join(column.name for column in scan.columns) == columns
    cursor.fetchall()
    assert cursor.stats.requests - cursor.stats.metadata_requests == 1


def test_the_clock_of_a_view_is_read_for_each_statement(connection: Connection) -> None:
    rows(connection, f"CREATE VIEW recent AS {VIEWS['recent']}")
    (scan,) = connection.execute("SELECT * FROM recent").scans
    assert scan.condition is not None
    assert scan.condition.startswith('day > "20')


def test_views_are_replaced_and_dropped(connection: Connection) -> None:
    rows(connection, "CREATE TEMP VIEW v AS SELECT 1 AS one; -- the first")
    assert rows(connection, "SELECT * FROM v") == [(1,)]
    with pytest.raises(kintone.ProgrammingError, match=r"views\.V is there already"):
        rows(connection, "CREATE VIEW V AS SELECT 2")
    rows(connection, "CREATE VIEW IF NOT EXISTS v AS SELECT 3")
    assert rows(connection, "SELECT * FROM v") == [(1,)]
    rows(connection, "create or replace view views.v as (select 4 AS four)")
    assert rows(connection, "SELECT four FROM v") == [(4,)]
    assert rows(connection, "DROP VIEW v") == [("The view views.v is not there.",)]
    for sql in ("SELECT * FROM v", "DROP VIEW v", "SELECT * FROM views.v"):
        with pytest.raises(kintone.ProgrammingError, match=r"There is no (view views\.v|table)"):
            rows(connection, sql)
    rows(connection, "DROP VIEW IF EXISTS v")
    assert "views" not in connection.catalog.schemas()


@pytest.mark.parametrize("name", ['"select"', '"a.b ""c"""', '"two words"', "表", '"views"'])
def test_views_may_have_odd_names(connection: Connection, name: str) -> None:
    rows(connection, f"CREATE VIEW {name} AS SELECT name, name, amount AS name FROM deals")
    for place in (name, f"views.{name}", f"kintone.views.{name}"):
        cursor = connection.execute(f"SELECT * FROM {place} WHERE {name}.name_2 > 900")
        assert [column.name for column in cursor.description or ()] == ["name", "name_1", "name_2"]
        assert 0 < len(cursor.fetchall()) < 20
    assert [row[0] for row in rows(connection, f"DESCRIBE {name}")][-1] == "name_2"
    rows(connection, f"DROP VIEW {name}")
    assert rows(connection, "SHOW SCHEMAS")[1] == ("system",)


def test_a_view_is_of_its_connection(connect: Callable[..., Connection]) -> None:
    rows(connect(), "CREATE VIEW v AS SELECT 1")
    with pytest.raises(kintone.ProgrammingError, match="no table v"):
        rows(connect(), "SELECT * FROM v")


def test_apps_come_before_views_of_their_name(connection: Connection) -> None:
    rows(connection, "CREATE VIEW deals AS SELECT name FROM deals WHERE $id = 1")
    assert rows(connection, "SELECT count(*) FROM deals") == [(60,)]
    assert rows(connection, "SELECT count(*) FROM views.deals") == [(1,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE VIEW v AS SELECT nope FROM deals", r"views\.v cannot.*no column nope in deals.*8"),
        ("CREATE VIEW v AS SELECT 1 FROM nothing", r"views\.v cannot.*no table nothing.*column 15"),
        ("CREATE VIEW v AS SELECT length(amount) FROM deals", r"views\.v cannot be read.*length"),
        ("CREATE VIEW v AS SELECT * FROM v", r"views\.v reads itself: views\.v → views\.v"),
        ("CREATE OR REPLACE VIEW a AS SELECT * FROM b", r"views\.a → views\.b → views\.a"),
        ("CREATE VIEW apps.v AS SELECT 1", r"made in the schema views: write views\.v"),
        ("CREATE VIEW v AS SELECT ?", "has parameters"),
        ("CREATE VIEW v (a) AS SELECT 1", "named in its query"),
        ("CREATE VIEW v AS PIVOT deals ON name", "is written CREATE VIEW"),
        ("CREATE VIEW v", "is written CREATE VIEW name AS"),
        ("DROP VIEW v, w", "DROP VIEW"),
        ("CREATE VIEW v AS DELETE FROM deals", "is written CREATE VIEW name AS SELECT …: a query"),
        ("CREATE TABLE v AS SELECT 1", "CREATE is not supported"),
    ],
)
def test_what_is_refused(
    connection: Connection, sql: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows(connection, "CREATE VIEW a AS SELECT 1 AS x")
    rows(connection, "CREATE VIEW b AS SELECT * FROM a")
    kinds = (kintone.ProgrammingError, kintone.NotSupportedError)
    with pytest.raises(kinds, match=f"(?s){message}"):
        connection.execute(sql)
    assert not caplog.records  # sqlglot would log the statement
    assert rows(connection, "SHOW VIEWS FROM views") == [("a",), ("b",)]
    assert rows(connection, "SELECT x FROM b") == [(1,)]


def test_a_column_that_a_view_lacks(connection: Connection) -> None:
    rows(connection, f"CREATE VIEW won AS {VIEWS['won']}")
    with pytest.raises(kintone.ProgrammingError, match=r'(?s)"nope".*views\.won has \$id, name, a'):
        rows(connection, "SELECT nope FROM won")
    with pytest.raises(kintone.ProgrammingError, match=r"^(?!.*views)"):
        rows(connection, "SELECT length(amount) FROM deals")


def test_views_whose_tables_have_changed_say_so(kintone_sandbox_server: Sandbox) -> None:
    kintone_sandbox_server.reset(deals(records=4))
    app = kintone_sandbox_server.domain.apps[DEALS]
    url, login = kintone_sandbox_server.url, {"user": "sandbox", "password": "sandbox"}
    with kintone.connect(url=url, **login, metadata_ttl=0) as connection:
        rows(connection, "CREATE VIEW v AS SELECT name, upper(notes) AS n FROM deals")
        rows(connection, "CREATE VIEW sums AS SELECT sum(amount) AS s FROM deals")
        assert len(rows(connection, "SELECT n FROM v")) == 4
        del app.settings.properties["notes"]
        app.settings.properties["amount"]["type"] = "SINGLE_LINE_TEXT"
        app.version += 1
        with pytest.raises(kintone.ProgrammingError, match=r"(?s)view views\.v cannot .*notes.*\^"):
            rows(connection, "SELECT n FROM v")
        with pytest.raises(kintone.ProgrammingError, match=r"(?s)view views\.sums cannot .*sum"):
            rows(connection, "SELECT s FROM sums")
        with pytest.raises(kintone.ProgrammingError, match=r"view views\.v cannot be read"):
            rows(connection, "DESCRIBE views.v")
        listed = "SELECT table_name FROM information_schema.views WHERE table_schema = 'views'"
        assert rows(connection, listed) == [("v",), ("sums",)]


def test_views_are_listed_and_described(connection: Connection) -> None:
    for name in ("won", "totals"):
        rows(connection, f"CREATE VIEW {name} AS {VIEWS[name]}")
    assert rows(connection, "SHOW VIEWS FROM views") == [("won",), ("totals",)]
    assert ("views",) in rows(connection, "SHOW SCHEMAS")
    assert [row[:4] for row in rows(connection, "DESCRIBE totals")] == [
        ("name", "VARCHAR", "YES", None),
        ("total", "DECIMAL(38,4)", "YES", None),
        ("n", "BIGINT", "YES", None),
    ]
    found = rows(
        connection,
        "SELECT t.table_name, t.table_type, v.view_definition, c.column_name "
        "FROM information_schema.tables AS t JOIN information_schema.views AS v "
        "USING (table_schema, table_name) JOIN information_schema.columns AS c "
        "USING (table_schema, table_name) WHERE t.table_schema = 'views' "
        "AND c.ordinal_position = 1 ORDER BY 1",
    )
    assert found == [
        ("totals", "VIEW", VIEWS["totals"], "name"),
        ("won", "VIEW", VIEWS["won"], "$id"),
    ]


def test_explain_shows_what_a_view_asks_for(connection: Connection) -> None:
    rows(connection, f"CREATE VIEW won AS {VIEWS['won']}")
    shown = "\n".join(line for (line,) in rows(connection, "EXPLAIN SELECT name FROM won LIMIT 2"))
    assert 'scan_1: apps.deals (app 1)\n  query: stage in ("won") limit 2' in shown


def test_views_in_sqlalchemy(server: Sandbox, tmp_path: Path) -> None:
    file = view_file(tmp_path, {"totals": VIEWS["totals"], "broken": "SELECT nope FROM deals"})
    login = "User=sandbox&Password=sandbox"
    engine = create_engine(
        f"kintone:///?Url={server.url}&{login}&UserDefinedViews={file}", future=True
    )
    inspector = inspect(engine)
    assert "views" in inspector.get_schema_names()
    assert inspector.get_view_names("views") == ["totals", "broken"]
    assert inspector.get_view_definition("totals", "views") == VIEWS["totals"]
    metadata = MetaData()
    metadata.reflect(engine, schema="views", views=True)
    assert list(metadata.tables["views.totals"].columns.keys()) == ["name", "total", "n"]
    view = Table("totals", MetaData(), autoload_with=engine, schema="views")
    query = select(view.c.name, view.c.n).where(view.c.n > 2)
    with engine.connect() as connection:
        found = connection.execute(query).fetchall()
        connection.execute(text(f"CREATE VIEW mine AS {VIEWS['totals']}"))
        mine = connection.execute(text("SELECT name, n FROM mine WHERE n > 2")).fetchall()
    assert sorted(map(tuple, found)) == sorted(map(tuple, mine)) != []
    engine.dispose()


def view_file(folder: Path, views: dict[str, str]) -> Path:
    path = folder / "views.json"
    path.write_text(json.dumps({name: {"query": sql} for name, sql in views.items()}), "utf-8")
    return path


def test_a_file_of_views(connect: Callable[..., Connection], tmp_path: Path) -> None:
    connection = connect(user_defined_views=view_file(tmp_path, {**VIEWS, "顧客 1": "SELECT 1;"}))
    assert rows(connection, 'SELECT * FROM "顧客 1"') == [(1,)]
    assert rows(connection, "SELECT count(*) FROM big") == rows(
        connection, "SELECT count(*) FROM deals WHERE stage = 'won' AND amount > 300"
    )
    rows(connection, "DROP VIEW big")
    rows(connection, "CREATE VIEW big AS SELECT 7 AS seven")
    assert rows(connection, "SELECT seven FROM big") == [(7,)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff\xfe", "no UTF-8 text"),
        (b'{"a": ', r"no JSON: .*\(line 1, column 7\)"),
        (b"[]", "has to be an object"),
        (b'{"a": "SELECT 1"}', 'the view a has to be {"query"'),
        (b'{"a": {"query": 1}}', 'the view a has to be {"query"'),
        (b'{"a": {"query": "SELECT 1", "x": 1}}', 'the view a has to be {"query"'),
        (b'{"a": {"query": "SELECT 1"}, "A": {"query": "SELECT 1"}}', "the view A is there twice"),
        (b'{"a": {"query": "SELECT FROM WHERE"}}', r"views\.a cannot be read: .*line 1, column"),
        (b'{"a": {"query": "DELETE FROM deals"}}', r"views\.a is no query"),
        (b'{"a": {"query": "SELECT :x"}}', r"views\.a has parameters"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "some views.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(kintone.InterfaceError, match=f"(?s)some views.json: .*{message}"):
        kintone.connect(url="https://x.cybozu.com", user="u", password="p", user_defined_views=file)
