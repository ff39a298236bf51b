"""Related records as views: for each record those that the form shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, inspect

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain, Space, Token, User
from sqlalchemy_kintone.shell.describe import columns
from tests.differential.comparison import LEVELS
from tests.shop import ALL_RIGHTS, fill

Rows = list[tuple[Any, ...]]

CUSTOMERS, VISITS, SECRETS = 1, 2, 3
"""The last is for the administrator alone."""
NUMBERS = ("1", "2.0", "x", "", "4", "5")
CODES = ("a", "b", "c", "b", "", "d")
"""Of the customers, in the order of their ids."""
OWNERS = ("a", "b", "b", "x", "", "d", "a", "b", "c", "d")
KINDS = ("call", "mail", "")


def related(app: int, field: str, other: str, **settings: Any) -> dict[str, Any]:
    """A field that shows the records of an app of which ``other`` is what ``field`` is here."""
    return {
        "type": "REFERENCE_TABLE",
        "referenceTable": {
            "relatedApp": {"app": str(app), "code": ""},
            "condition": {"field": field, "relatedField": other},
            "filterCond": "",
            "displayFields": ["day", "kind", "by"],
            "sort": "day desc",
            "size": "5",
            **settings,
        },
    }


def domain() -> Domain:
    """Customers that show their visits in several ways."""
    domain = Domain(
        users={
            "sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True),
            "clerk": User(2, "clerk", "事務", "clerk"),
        }
    )
    customers = create_app(
        domain,
        "customers",
        {
            "code": {"type": "SINGLE_LINE_TEXT"},
            "parent": {"type": "SINGLE_LINE_TEXT"},
            "no": {"type": "SINGLE_LINE_TEXT"},
            "papers": {"type": "FILE"},
            "visits": related(VISITS, "code", "customer"),
            "calls": related(VISITS, "code", "customer", filterCond='kind in ("call")'),
            "numbered": related(VISITS, "レコード番号", "customer_no", displayFields=["kind"]),
            "texts": related(VISITS, "no", "customer_no", displayFields=[]),
            "branches": related(CUSTOMERS, "code", "parent", displayFields=["code", "visits"]),
            "secrets": related(SECRETS, "code", "customer", displayFields=[]),
            "gone": related(77, "code", "customer"),
        },
        code="CUST",
    )
    visits = create_app(
        domain,
        "visits",
        {
            "customer": {"type": "SINGLE_LINE_TEXT"},
            "customer_no": {"type": "NUMBER"},
            "kind": {"type": "DROP_DOWN", "options": ["call", "mail"]},
            "day": {"type": "DATE"},
            "by": {"type": "USER_SELECT"},
        },
    )
    secrets = create_app(domain, "secrets", {"customer": {"type": "SINGLE_LINE_TEXT"}})
    secrets.settings.app_acl[:] = []
    fill(
        domain,
        customers,
        [
            {
                "code": code,
                "parent": CODES[number // 2],
                "no": NUMBERS[number],
            }
            for number, code in enumerate(CODES)
        ],
    )
    fill(
        domain,
        visits,
        [
            {
                "customer": owner,
                "customer_no": str(number % 5) if number % 4 else "",
                "kind": KINDS[number % 3],
                "day": f"2026-01-{number + 1:02}",
                "by": [{"code": "sandbox"}] if number % 2 else [],
            }
            for number, owner in enumerate(OWNERS)
        ],
    )
    domain.tokens = {
        name: Token(name, app, ALL_RIGHTS) for name, app in (("c", CUSTOMERS), ("v", VISITS))
    }
    return domain


PAIRS = [
    (customer, visit)
    for customer, code in enumerate(CODES, start=1)
    for visit, owner in enumerate(OWNERS, start=1)
    if code and code == owner
]
"""Customers and their visits by id."""


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(domain()) as sandbox:
        yield sandbox


@pytest.fixture
def connect(server: Sandbox) -> Iterator[Callable[..., Connection]]:
    with ExitStack() as stack:

        def connect(**parameters: Any) -> Connection:
            login = {} if "api_token" in parameters else {"user": "sandbox", "password": "sandbox"}
            return stack.enter_context(kintone.connect(url=server.url, **login, **parameters))

        yield connect


@pytest.fixture
def connection(connect: Callable[..., Connection]) -> Connection:
    return connect()


def rows(connection: Connection, sql: str) -> Rows:
    return connection.execute(sql).fetchall()


def pairs(connection: Connection, view: str, where: str = "") -> Rows:
    return sorted(rows(connection, f'SELECT "$parent_id", "$id" FROM "{view}" {where}'))


@pytest.mark.parametrize("level", LEVELS)
def test_each_record_with_its_related_ones(connect: Callable[..., Connection], level: str) -> None:
    connection = connect(pushdown=level)
    assert pairs(connection, "customers$visits") == PAIRS
    calls = [(customer, visit) for customer, visit in PAIRS if visit % 3 == 1]
    assert pairs(connection, "customers$calls") == pairs(connection, "app_1$CALLS") == calls
    mine = [(customer, visit) for customer, visit in PAIRS if customer == 2]
    assert pairs(connection, "customers$visits", "WHERE $parent_id = 2") == mine
    late = [(customer, visit) for customer, visit in PAIRS if visit > 7]
    assert pairs(connection, "customers$visits", "WHERE day > '2026-01-07'") == late
    assert rows(connection, 'SELECT count(*) FROM "customers$visits"') == [(len(PAIRS),)]
    named = rows(
        connection,
        'SELECT c.code, count(v.$id) FROM customers AS c LEFT JOIN "customers$visits" AS v '
        "ON v.$parent_id = c.$id GROUP BY c.$id, c.code ORDER BY c.$id",
    )
    assert named == [(code or None, sum(code == o != "" for o in OWNERS)) for code in CODES]


def test_all_of_them_whatever_the_form_shows_at_a_time(connection: Connection) -> None:
    shown = rows(connection, 'SELECT * FROM "customers$branches" ORDER BY ALL')
    assert shown == [(1, 1, "a"), (1, 2, "b"), (2, 3, "c"), (2, 4, "b"), (3, 5, None), (3, 6, "d"),
                     (4, 3, "c"), (4, 4, "b")]  # fmt: skip


def test_record_numbers_relate_without_the_app_code(connection: Connection) -> None:
    numbers = [number % 5 if number % 4 else None for number in range(len(OWNERS))]
    expected = [
        (customer, visit)
        for customer in range(1, len(CODES) + 1)
        for visit, number in enumerate(numbers, start=1)
        if number == customer
    ]
    assert pairs(connection, "customers$numbered") == expected != []


def test_texts_that_are_no_numbers_relate_to_none(connection: Connection) -> None:
    found = {customer for customer, _ in pairs(connection, "customers$texts")}
    assert found == {1, 2, 5}


def test_the_columns(connection: Connection) -> None:
    rules = {row[0]: row[2] for row in columns(connection.catalog, "customers$visits").rows}
    assert (rules["$parent_id"], rules["$id"]) == ("refers to $id of the app", "required")
    described = rows(connection, 'DESCRIBE "customers$visits"')
    assert [row[:4] for row in described] == [
        ("$parent_id", "BIGINT", "NO", None),
        ("$id", "BIGINT", "NO", None),
        ("day", "DATE", "YES", None),
        ("kind", "VARCHAR", "YES", None),
        ("by", "VARCHAR[]", "YES", None),
        ("by$name", "VARCHAR[]", "YES", None),
    ]
    found = connection.execute('SELECT * FROM "customers$visits"').description or ()
    assert [(column.name, column.type_code) for column in found] == [r[:2] for r in described]


def test_the_filter_is_sent_as_it_is_saved(connection: Connection) -> None:
    cursor = connection.execute(
        "SELECT day FROM \"customers$calls\" WHERE $parent_id = 1 AND day > '2020-01-01'"
    )
    conditions = {scan.table.app_id: scan.condition for scan in cursor.scans}
    assert conditions == {
        CUSTOMERS: '$id = "1"',
        VISITS: '(kind in ("call")) and (day > "2020-01-01")',
    }


@pytest.mark.parametrize(
    ("sql", "requests"),
    [
        ('SELECT * FROM "customers$visits"', 2),
        ('SELECT * FROM "customers$calls" WHERE $parent_id = 1', 2),
        ('SELECT * FROM "customers$visits" WHERE $parent_id = 5', 1),
        ('SELECT * FROM "customers$visits" LIMIT 2', 2),
        (
            'SELECT c.no, v.day FROM customers AS c JOIN "customers$visits" AS v '
            "ON v.$parent_id = c.$id WHERE c.$id IN (1, 3)",
            2,
        ),
    ],
)
def test_requests(connection: Connection, sql: str, requests: int) -> None:
    connection.execute('SELECT * FROM "customers$calls" LIMIT 0').fetchall()
    cursor = connection.execute(sql)
    cursor.fetchall()
    assert (cursor.stats.requests, cursor.stats.metadata_requests) == (requests, 0)


def test_joins_narrow_what_is_read(connection: Connection) -> None:
    cursor = connection.execute(
        'SELECT c.no, v.day FROM customers AS c JOIN "customers$visits" AS v '
        "ON v.$parent_id = c.$id WHERE c.$id = 3 ORDER BY v.day"
    )
    assert [day.day for _, day in cursor.fetchall()] == [v for c, v in PAIRS if c == 3]
    asked = {scan.table.app_id: scan.condition for scan in cursor.scans}
    assert asked == {CUSTOMERS: '$id = "3"', VISITS: None}
    visits = next(scan for scan in cursor.scans if scan.table.app_id == VISITS)
    assert cursor.stats.records == 1 + sum(owner == "c" for owner in OWNERS)
    assert [key.column.name for key in visits.keys] == ["customer"]


def test_other_names_do_not_read_the_related_app(
    connect: Callable[..., Connection], server: Sandbox
) -> None:
    # With settings of its own, it shares nothing that others have asked for.
    connection = connect(metadata_ttl=77)
    server.log.reset()
    rows(connection, 'SELECT * FROM "customers$papers"')
    rows(connection, "SHOW VIEWS")
    assert server.log.counts["GET app/form/layout.json"] == 1


def test_records_of_a_guest_space_have_related_ones_there(kintone_sandbox_server: Sandbox) -> None:
    domain = Domain(users={"sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True)})
    domain.spaces[5] = Space(5, "Guests", is_guest=True, members=["sandbox"], thread_id=1)
    other = create_app(domain, "other", {"key": {"type": "NUMBER"}}, space_id=5)
    fields = {
        "key": {"type": "NUMBER"},
        "theirs": related(1, "key", "key", displayFields=["key"]),
        "own": related(2, "key", "key", displayFields=["own"], filterCond='key != "1"'),
    }
    app = create_app(domain, "app", fields, space_id=5)
    fill(domain, other, [{"key": "1"}, {"key": "2"}, {"key": ""}])
    fill(domain, app, [{"key": "2"}, {"key": "1"}, {"key": ""}, {"key": "2"}])
    kintone_sandbox_server.reset(domain)
    login = {"user": "sandbox", "password": "sandbox", "guest_space_id": 5}
    with kintone.connect(url=kintone_sandbox_server.url, **login) as connection:
        theirs = 'SELECT "$parent_id", "$id" FROM guest_5."app$theirs" ORDER BY ALL'
        assert rows(connection, theirs) == [(1, 2), (2, 1), (4, 2)]
        own = 'SELECT * FROM kintone.guest_5."app_2$own" ORDER BY ALL'
        assert rows(connection, own) == [(1, 1), (1, 4), (4, 1), (4, 4)]


UNREADABLE = {
    "clerk, secrets": "This login may not view the app that its records are of",
    "sandbox, gone": "This login may not view the app that its records are of",
    "sandbox, visits": "are of app 2, which this connection does not see. Check AppId",
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_says_so_when_it_is_read(server: Sandbox, case: str) -> None:
    user, code = case.split(", ")
    name = f"customers${code}"
    app_id = "1" if code == "visits" else ""
    with kintone.connect(url=server.url, user=user, password=user, app_id=app_id) as connection:
        assert (name,) in rows(connection, "SHOW VIEWS")
        for sql in (f'SELECT * FROM "{name}"', f'DESCRIBE "{name}"'):
            with pytest.raises(kintone.ProgrammingError, match=UNREADABLE[case]) as refusal:
                connection.execute(sql)
            assert name in str(refusal.value)
        with pytest.raises(kintone.ProgrammingError, match=UNREADABLE[case]):
            columns(connection.catalog, name)
        listed = "SELECT DISTINCT table_name FROM information_schema.columns"
        found = {table for (table,) in rows(connection, listed)}
        assert "customers$branches" in found
        assert name not in found


def test_tokens_need_that_of_the_other_app(connect: Callable[..., Connection]) -> None:
    with pytest.raises(kintone.ProgrammingError, match="This login may not view the app"):
        rows(connect(api_token="c", app_id="1"), 'SELECT * FROM "customers$visits"')
    both = connect(api_token="c,v", app_id="1,2")
    assert pairs(both, "customers$visits") == PAIRS


def test_related_records_in_sqlalchemy(server: Sandbox) -> None:
    engine = create_engine(
        f"kintone:///?Url={server.url}&User=sandbox&Password=sandbox", future=True
    )
    inspector = inspect(engine)
    views = ["visits", "calls", "numbered", "texts", "branches", "secrets", "gone"]
    assert inspector.get_view_names() == [f"customers${code}" for code in views]
    assert inspector.get_pk_constraint("customers$visits")["constrained_columns"] == []
    assert inspector.get_unique_constraints("customers$visits") == []
    definition = inspector.get_view_definition("customers$visits")
    with engine.connect() as connection:
        found = connection.exec_driver_sql(definition).fetchall()
        assert sorted((row[0], row[1]) for row in found) == PAIRS
    metadata = MetaData()
    metadata.reflect(engine, views=True)
    assert list(metadata.tables["customers$visits"].columns.keys())[:2] == ["$parent_id", "$id"]
    engine.dispose()
