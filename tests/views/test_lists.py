"""Saved lists as views: what Kintone shows for them, whatever SQL does with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, Table, create_engine, inspect, select

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from tests.differential.comparison import LEVELS
from tests.differential.domain import SWITCHES
from tests.plain import plain_duckdb
from tests.shop import fill
from tests.views.deals import DEALS, LISTS, NAMES, TOKEN, deals, ids, shown

Rows = list[tuple[Any, ...]]

LOGINS = {
    "user": {"user": "sandbox", "password": "sandbox"},
    "token": {"api_token": TOKEN, "app_id": str(DEALS)},
}


@pytest.fixture
def connect(server: Sandbox) -> Iterator[Callable[..., Connection]]:
    with ExitStack() as stack:

        def connect(**parameters: Any) -> Connection:
            login = parameters or LOGINS["user"]
            return stack.enter_context(kintone.connect(url=server.url, **login))

        yield connect


@pytest.fixture
def connection(connect: Callable[..., Connection]) -> Connection:
    return connect()


def rows(connection: Connection, sql: str, *parameters: Any) -> Rows:
    return connection.execute(sql, parameters).fetchall()


def cost(connection: Connection, sql: str) -> tuple[int, int]:
    """The requests for records and for metadata that a statement takes."""
    cursor = connection.execute(sql)
    cursor.fetchall()
    return cursor.stats.requests - cursor.stats.metadata_requests, cursor.stats.metadata_requests


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("level", LEVELS)
def test_lists_show_what_kintone_shows(
    connect: Callable[..., Connection], server: Sandbox, level: str, login: str
) -> None:
    connection = connect(**LOGINS[login], pushdown=level)
    for name in NAMES:
        expected = ids(shown(server, name, token=TOKEN if login == "token" else None))
        found = [row[0] for row in rows(connection, f'SELECT * FROM "deals/{name}"')]
        assert sorted(found) == sorted(expected)
        assert rows(connection, f'SELECT count(*) FROM "deals/{name}"') == [(len(expected),)]
        assert len(expected) > 5 or (login, name) == ("token", "Mine")


@pytest.mark.parametrize("name", NAMES)
def test_the_first_rows_of_a_list_are_kintones(
    connection: Connection, server: Sandbox, name: str
) -> None:
    expected = ids(shown(server, name))
    cursor = connection.execute(f'SELECT * FROM "deals/{name}" LIMIT 7')
    assert [row[0] for row in cursor.fetchall()] == expected[:7]
    (scan,) = cursor.scans
    assert (scan.limit, scan.exactness.value) == (7, "exact")
    later = rows(connection, f'SELECT $id FROM "deals/{name}" LIMIT 4 OFFSET 3')
    assert [number for (number,) in later] == expected[3:7]


@pytest.mark.parametrize(
    ("name", "sql_order"),
    [
        ("Open", "amount DESC NULLS LAST, name NULLS FIRST"),
        ("Either", "list_position(['won', 'new', 'lost'], stage) NULLS FIRST"),
        ("Recent", "day"),
        ("With B", "$id"),
        ("All", "$id DESC"),
    ],
)
def test_whole_lists_come_in_their_order(connection: Connection, name: str, sql_order: str) -> None:
    listed = rows(connection, f'SELECT * FROM "deals/{name}"')
    places = {row[0]: place for place, row in enumerate(listed)}
    sql = f'SELECT $id, row_number() OVER (ORDER BY {sql_order}) FROM "deals/{name}"'
    keys = f'SELECT $id, dense_rank() OVER (ORDER BY {sql_order}) FROM "deals/{name}"'
    assert len(rows(connection, sql)) == len(listed)
    ranks = [rank for _, rank in sorted(rows(connection, keys), key=lambda row: places[row[0]])]
    assert ranks == sorted(ranks)


def test_the_order_holds_where_kintone_cannot_check_a_condition(connection: Connection) -> None:
    sql = "SELECT $id, amount FROM \"deals/Open\" WHERE name LIKE '%a%' LIMIT 5"
    everything = rows(
        connection,
        "SELECT $id, amount FROM deals WHERE stage IN ('new', 'won') AND name LIKE '%a%' "
        "ORDER BY amount DESC NULLS LAST, name LIMIT 5",
    )
    assert [row[1] for row in rows(connection, sql)] == [row[1] for row in everything]


def test_the_columns_are_those_of_the_list(connection: Connection) -> None:
    names = [c.name for c in connection.execute('SELECT * FROM "deals/All"').description or ()]
    assert names == ["$id", "name", "owner", "owner$name", "day"]
    with pytest.raises(kintone.ProgrammingError, match="no column notes in deals/All"):
        connection.execute('SELECT notes FROM "deals/All"')
    bare = [c.name for c in connection.execute('SELECT * FROM "deals/Bare"').description or ()]
    assert bare == [c.name for c in connection.execute("SELECT * FROM deals").description or ()]


STATEMENTS = (
    "SELECT * FROM {v} WHERE $id > 20",
    "SELECT $id FROM {v} WHERE amount > 300",
    "SELECT $id FROM {v} WHERE amount > 300 OR amount IS NULL",
    "SELECT $id, name FROM {v} WHERE name = 'beta 1' OR amount < 200",
    "SELECT name, count(*), sum(amount) FROM {v} GROUP BY name",
    "SELECT count(*), count(amount), max(amount), min(amount) FROM {v} WHERE $id < 50",
    "SELECT max(amount) FROM {v}",
    "SELECT count(amount) FROM {v}",
    "SELECT $id, amount FROM {v} WHERE amount IS NOT NULL ORDER BY amount DESC, $id LIMIT 5",
    "SELECT a.$id, b.$id FROM {v} AS a JOIN {v} AS b ON a.amount = b.amount AND a.$id < b.$id",
    "SELECT d.$id, d.notes FROM deals AS d JOIN {v} AS v ON v.$id = d.$id WHERE v.amount > 100",
    "SELECT d.$id, v.name FROM deals AS d LEFT JOIN {v} AS v ON v.$id = d.$id AND v.amount < 500",
    "SELECT $id FROM deals WHERE $id NOT IN (SELECT $id FROM {v})",
    "SELECT $id FROM deals AS d WHERE EXISTS (SELECT 1 FROM {v} AS v WHERE v.amount = d.amount)",
    'SELECT v.$id, l.product FROM {v} AS v JOIN "deals$lines" AS l ON l.$parent_id = v.$id '
    "WHERE l.quantity > 10",
    'SELECT v.$id, l.product FROM {v} AS v JOIN "deals$lines" AS l ON l.$parent_id = v.$id '
    "WHERE l.product = 'A' AND v.amount > 100",
    "SELECT * FROM (SELECT $id, amount FROM {v}) WHERE amount > 400",
    "WITH w AS (SELECT * FROM {v}) SELECT count(*) FROM w",
    "SELECT $id FROM {v} UNION ALL SELECT $id FROM deals WHERE amount > 900",
)
ALIKE = ("Open", "Mine", "No notes", "Alpha", "With B")
"""Lists with a name and an amount."""


class Compared:
    """Connections to a sandbox's deals, and plain DuckDB with the records of each list."""

    def __init__(self, server: Sandbox, stack: ExitStack) -> None:
        self.connections = [
            stack.enter_context(kintone.connect(url=server.url, **LOGINS["user"], pushdown=level))
            for level in LEVELS
        ]
        self.plain = stack.enter_context(plain_duckdb("UTC"))
        for table in ("deals", "deals$lines"):
            loaded = self.connections[0].execute(f'SELECT * FROM "{table}"').fetch_arrow_table()
            self.plain.register("loaded", loaded)
            self.plain.execute(f'CREATE TABLE "{table}" AS SELECT * FROM loaded')
        for name in ALIKE:
            fields = ", ".join(f'"{code}"' for code in LISTS[name]["fields"])
            selected = ids(shown(server, name)) or [0]
            self.plain.execute(
                f'CREATE VIEW "deals/{name}" AS SELECT "$id", {fields} FROM deals '
                f'WHERE "$id" IN ({", ".join(map(str, selected))})'
            )

    def check(self, name: str, sql: str) -> None:
        """See that a statement over a list gives what plain DuckDB gives over its records."""
        sql = sql.format(v=f'"deals/{name}"')
        quoted = sql.replace("$id", '"$id"').replace("$parent_id", '"$parent_id"')
        expected = sorted(self.plain.execute(quoted).fetchall(), key=repr)
        for connection in self.connections:
            assert sorted(rows(connection, sql), key=repr) == expected


@pytest.fixture(scope="module")
def compared(server: Sandbox) -> Iterator[Compared]:
    with ExitStack() as stack:
        yield Compared(server, stack)


@pytest.mark.parametrize("sql", STATEMENTS)
def test_statements_give_what_duckdb_gives(compared: Compared, sql: str) -> None:
    for name in ("Open", "With B"):
        compared.check(name, sql)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    switches=SWITCHES,
    records=st.integers(0, 30),
    cases=st.lists(st.tuples(st.sampled_from(ALIKE), st.sampled_from(STATEMENTS)), max_size=5),
)
def test_so_they_do_whatever_kintone_is_like(
    kintone_sandbox_server: Sandbox, switches: Any, records: int, cases: list[tuple[str, str]]
) -> None:
    kintone_sandbox_server.reset(deals(switches, records))
    with ExitStack() as stack:
        compared = Compared(kintone_sandbox_server, stack)
        for name, sql in cases:
            compared.check(name, sql)


@pytest.mark.parametrize(
    ("sql", "requests"),
    [
        ('SELECT * FROM "deals/Open"', 1),
        ('SELECT count(*) FROM "deals/Open"', 1),
        ('SELECT count(*) FROM "deals/Either" WHERE amount > 700', 1),
        ('SELECT * FROM "deals/Recent" LIMIT 3', 1),
        ('SELECT name FROM "deals/Open" WHERE amount > 700', 1),
        ("SELECT * FROM \"deals/Open\" WHERE stage = 'lost' AND stage = 'won'", 0),
        ('SELECT (SELECT count(*) FROM "deals/Open"), (SELECT count(*) FROM deals)', 2),
    ],
)
def test_requests(connection: Connection, sql: str, requests: int) -> None:
    rows(connection, 'SELECT $id FROM "deals/Open" LIMIT 0')
    assert cost(connection, sql) == (requests, 0)


def test_lists_are_asked_for_once_and_only_when_named(
    connect: Callable[..., Connection], server: Sandbox
) -> None:
    # With settings of its own, it shares nothing that others have asked for.
    connection = connect(**LOGINS["user"], metadata_ttl=77)
    server.log.reset()
    rows(
        connection, 'SELECT d.name FROM deals AS d JOIN "deals$lines" AS l ON l.$parent_id = d.$id'
    )
    with pytest.raises(kintone.ProgrammingError, match="no table nothing"):
        rows(connection, "SELECT * FROM nothing")
    rows(connection, "SHOW TABLES")
    assert "GET app/views.json" not in server.log.counts
    rows(connection, 'SELECT name FROM "app_1/open"')
    rows(connection, "SHOW VIEWS")
    assert server.log.counts["GET app/views.json"] == 1


def test_the_filter_and_the_conditions_both_hold(connection: Connection) -> None:
    cursor = connection.execute("SELECT stage FROM \"deals/Either\" WHERE day > '2020-01-01'")
    (scan,) = cursor.scans
    assert scan.condition == '(stage in ("lost") or amount > "500") and (day > "2020-01-01")'
    everything = connection.execute('SELECT $id FROM "deals/Either"').scans[0]
    assert everything.condition == LISTS["Either"]["filterCond"]


def test_a_filter_on_rows_is_not_joined_with_conditions_on_rows(connection: Connection) -> None:
    cursor = connection.execute(
        'SELECT v.$id FROM "deals/With B" AS v JOIN deals$lines AS l ON l.$parent_id = v.$id '
        "WHERE l.quantity > 10 AND l.product = 'A'"
    )
    # One row would have to satisfy both.
    assert [scan.condition for scan in cursor.scans] == [
        'product in ("B")',
        'quantity > "10" and product in ("A")',
    ]


def test_unknown_lists(connection: Connection) -> None:
    with pytest.raises(kintone.ProgrammingError, match=r"no table deals/Calendar.*line 1"):
        rows(connection, 'SELECT * FROM "deals/Calendar"')
    assert connection.catalog.find(None, "nothing/Open") is None


def test_lists_in_sqlalchemy(server: Sandbox) -> None:
    engine = create_engine(
        f"kintone:///?Url={server.url}&User=sandbox&Password=sandbox", future=True
    )
    inspector = inspect(engine)
    assert inspector.get_view_names() == [f"deals/{name}" for name in NAMES]
    assert "deals/Open" not in inspector.get_table_names()
    assert inspector.has_table("deals/Open")
    definition = inspector.get_view_definition("deals/Open")
    assert definition == (
        'SELECT "$id", "name", "amount", "stage" FROM "apps"."deals" /* of what Kintone selects: '
        'stage in ("new", "won") order by amount desc, name asc */'
    )
    view = Table("deals/Open", MetaData(), autoload_with=engine)
    assert view.primary_key.columns.keys() == ["$id"]
    with engine.connect() as connection:
        found = connection.execute(select(view.c.name).where(view.c.amount > 900)).fetchall()
        plain = connection.exec_driver_sql(
            "SELECT name FROM deals WHERE stage IN ('new', 'won') AND amount > 900"
        ).fetchall()
    assert sorted(map(tuple, found)) == sorted(map(tuple, plain)) != []
    engine.dispose()


def test_describe_and_show(connection: Connection) -> None:
    described = rows(connection, 'DESCRIBE "deals/Open"')
    assert [row[:2] for row in described] == [
        ("$id", "BIGINT"),
        ("name", "VARCHAR"),
        ("amount", "DECIMAL(16,4)"),
        ("stage", "VARCHAR"),
    ]
    assert rows(connection, "SHOW VIEWS FROM apps") == [(f"deals/{name}",) for name in NAMES]
    assert rows(connection, "SHOW VIEWS FROM system") == []


def test_names_that_sql_cannot_tell_apart(kintone_sandbox_server: Sandbox) -> None:
    domain = deals(records=3)
    lists = {"all": {"fields": ["n"]}, "ALL": {"fields": ["n"]}, "a/b": {"fields": ["n"]}}
    create_app(domain, "x", {"n": {"type": "NUMBER"}}, views=lists)
    create_app(domain, "x/a", {"n": {"type": "NUMBER"}}, views={"b": {"fields": ["n"]}})
    create_app(domain, "x/all_1", {"m": {"type": "NUMBER"}})
    kintone_sandbox_server.reset(domain)
    with kintone.connect(url=kintone_sandbox_server.url, **LOGINS["user"]) as connection:
        listed = [name for (name,) in rows(connection, "SHOW VIEWS") if name.startswith("x")]
        assert listed == ["x/ALL_2", "x/a/b"]
        columns = connection.execute('SELECT * FROM "x/all_1"').description or ()
        assert "m" in [column.name for column in columns]
        rows(connection, 'SELECT n FROM "x/a/b"')


@pytest.mark.parametrize(
    ("sort", "sent"),
    [
        ("owner asc", ""),
        ("day asc, owner asc, name asc", "order by day asc, $id desc "),
        ("day, レコード番号 desc, name", "order by day asc, $id desc "),
        ("gone desc", ""),
        ("day asc desc", ""),
    ],
)
def test_orders_that_a_query_cannot_have_are_not_sent(
    kintone_sandbox_server: Sandbox, sort: str, sent: str
) -> None:
    kintone_sandbox_server.reset(deals(records=12))
    kintone_sandbox_server.domain.apps[DEALS].settings.views["Open"]["sort"] = sort
    with kintone.connect(url=kintone_sandbox_server.url, **LOGINS["user"]) as connection:
        cursor = connection.execute('SELECT name FROM "deals/Open" LIMIT 2')
        assert cursor.scans[0].query == f'stage in ("new", "won") {sent}limit 2'
        assert len(cursor.fetchall()) == 2


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ('gone = "x"', kintone.ProgrammingError),
        ('stage in ("unknown")', kintone.DatabaseError),
        ("notes > 3", kintone.DatabaseError),
    ],
)
def test_a_filter_that_kintone_no_longer_takes_is_shown(
    kintone_sandbox_server: Sandbox, condition: str, kind: type[Exception]
) -> None:
    kintone_sandbox_server.reset(deals(records=3))
    kintone_sandbox_server.domain.apps[DEALS].settings.views["Open"]["filterCond"] = condition
    message = f"The filter of deals/Open, as it is saved in Kintone: {condition}"
    with kintone.connect(url=kintone_sandbox_server.url, **LOGINS["user"]) as connection:
        for sql in ('SELECT name FROM "deals/Open"', 'SELECT count(*) FROM "deals/Open"'):
            with pytest.raises(kind, match=re.escape(message)) as caught:
                rows(connection, sql)
            assert str(getattr(caught.value, "code", "")).startswith("GAIA_IQ")


def test_names_and_fields_that_are_odd(kintone_sandbox_server: Sandbox) -> None:
    lists = {
        "a/b/c": {"fields": ["name"], "filterCond": 'name in ("a\\"b", "c\\\\d")'},
        'with "q"': {"fields": ["name", "gone", "name"], "sort": "gone asc"},
        "line\nbreak": {"fields": ["gone"], "filterCond": "  \n ", "sort": "  "},
        "*/ --": {"fields": ["name"], "filterCond": 'name = "*/ --"'},
        "order by": {"fields": ["name"], "filterCond": 'name = "x" or amount > "2"'},
    }
    domain = deals(records=0)
    domain.apps[DEALS].settings.views.clear()
    app = create_app(
        domain,
        "odd",
        {"name": {"type": "SINGLE_LINE_TEXT"}, "amount": {"type": "NUMBER"}},
        views=lists,
    )
    names = ['a"b', "c\\d", "*/ --", "x"]
    fill(domain, app, [{"name": name, "amount": str(n)} for n, name in enumerate(names)])
    kintone_sandbox_server.reset(domain)
    found = {"a/b/c": [1, 2], 'with "q"': [1, 2, 3, 4], "line\nbreak": [1, 2, 3, 4]}
    with kintone.connect(url=kintone_sandbox_server.url, **LOGINS["user"]) as connection:
        for name, expected in {**found, "*/ --": [3], "order by": [4]}.items():
            quoted = '"' + f"odd/{name}".replace('"', '""') + '"'
            listed = rows(connection, f"SELECT $id FROM {quoted}")
            assert sorted(row[0] for row in listed) == expected
            narrowed = f"SELECT count(*) FROM {quoted} WHERE $id = 1 OR $id > 3"
            assert rows(connection, narrowed) == [(sum(n in (1, 4) for n in expected),)]
            definition = connection.catalog.find(None, f"odd/{name}")
            assert definition is not None
            assert definition.view is not None
            rows(connection, definition.view.definition)


def test_a_list_that_was_changed_is_read_anew(kintone_sandbox_server: Sandbox) -> None:
    kintone_sandbox_server.reset(deals(records=12))
    app = kintone_sandbox_server.domain.apps[DEALS]
    with kintone.connect(
        url=kintone_sandbox_server.url, **LOGINS["user"], metadata_ttl=0
    ) as connection:
        sql = 'SELECT count(*) FROM "deals/Open"'
        before = rows(connection, sql)
        app.settings.views["Open"]["filterCond"] = 'stage in ("lost")'
        app.version += 1
        assert before == [(6,)]
        assert rows(connection, sql) == [(3,)]
        del app.settings.views["Open"]
        app.version += 1
        with pytest.raises(kintone.ProgrammingError, match="no table deals/Open"):
            rows(connection, sql)
