"""What the tables of ``system`` ask Kintone, what of which login, and what they refuse."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone import Connection, errors
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.model import Comment
from tests.system.conftest import ORDERS, connect, rows, sent

FIELDS = "app/form/fields"


@pytest.mark.parametrize(
    ("condition", "apps"),
    [
        ("app_id = 2", [2]),
        ("2 = app_id", [2]),
        ("(app_id = '2')", [2]),
        ("app_id IN (1, 2) AND type = 'NUMBER'", [1, 2]),
        ("app_id IN (1, 2) AND app_id IN (2, 3)", [2]),
        ("app_id = 1 OR app_id = 2", [1, 2]),
        ("app_id = 1 OR type = 'NUMBER'", [1, 2, 3, 4, 5, 6, 7]),
        ("app_id = 1 AND app_id = 2", []),
        ("app_id = 99", []),
        ("app_id + 0 = 1", [1, 2, 3, 4, 5, 6, 7]),
        ("app_id = 1.5", [1, 2, 3, 4, 5, 6, 7]),
        ("app_id <> 1", [1, 2, 3, 4, 5, 6, 7]),
        ("false", []),
    ],
)
def test_conditions_say_which_apps_are_asked(
    connection: Connection, condition: str, apps: list[int]
) -> None:
    rows(connection, "SELECT * FROM system.apps")
    asked = sent(connection, f"SELECT * FROM system.fields AS f WHERE {condition}")
    assert asked == [(FIELDS, app) for app in apps]


@pytest.mark.parametrize(
    ("sql", "apps"),
    [
        (
            "SELECT * FROM system.apps AS a JOIN system.fields AS f ON f.app_id = a.app_id "
            "AND f.app_id = 2",
            [2],
        ),
        (
            "SELECT * FROM system.fields WHERE app_id IN (SELECT app_id FROM system.apps)",
            [1, 2, 3, 4, 5, 6, 7],
        ),
        (
            "SELECT a.name FROM system.apps AS a "
            "LEFT JOIN system.fields AS f ON f.app_id = a.app_id AND f.app_id = 2",
            [2],
        ),
        (
            "SELECT a.name FROM system.fields AS f RIGHT JOIN system.apps AS a USING (app_id)",
            [1, 2, 3, 4, 5, 6, 7],
        ),
        (
            "SELECT * FROM system.fields AS f "
            "LEFT JOIN system.settings AS s ON s.app_id = f.app_id AND f.app_id = 2 "
            "WHERE f.app_id IN (1, 2)",
            [1, 2],
        ),
        ("SELECT * FROM (SELECT * FROM system.fields) AS f WHERE app_id = 2", [2]),
        ("SELECT count(*) FROM system.fields WHERE app_id = 2", [2]),
    ],
)
def test_joins_say_which_apps_are_asked(connection: Connection, sql: str, apps: list[int]) -> None:
    rows(connection, "SELECT * FROM system.apps")
    asked = [each for each in sent(connection, sql) if each[0] == FIELDS]
    assert asked == [(FIELDS, app) for app in apps]


def test_parameters_say_which_apps_are_asked(connection: Connection) -> None:
    rows(connection, "SELECT * FROM system.apps")
    sql = "SELECT count(*), any_value(app_id) FROM system.fields WHERE app_id = ?"
    (first,), (second,) = rows(connection, sql, 1), rows(connection, sql, 2)
    assert (first[1], second[1]) == (1, 2)
    assert first[0] != second[0]


def test_no_limit_is_left_to_kintone(connection: Connection) -> None:
    every = rows(connection, "SELECT code FROM system.users")
    assert rows(connection, "SELECT code FROM system.users LIMIT 3 OFFSET 2") == every[2:5]
    assert rows(connection, "SELECT count(*) FROM system.users") == [(len(every),)]


def test_what_tables_of_apps_read_is_not_read_again(connection: Connection) -> None:
    rows(connection, "SELECT count(*) FROM orders")
    assert sent(connection, "SELECT * FROM system.fields WHERE app_id = 3") == []
    assert sent(connection, "SELECT * FROM system.settings WHERE app_id = 3") == []


def test_users_are_asked_by_code(demo: Sandbox, connection: Connection) -> None:
    before = demo.log.total
    sql = "SELECT name FROM system.users WHERE code IN ('sato', 'nobody', 'ito') ORDER BY id"
    assert rows(connection, sql) == [("佐藤 昇",), ("伊藤 誠",)]
    assert demo.log.total - before == 1
    sql = "SELECT user_code FROM system.group_members WHERE group_code = 'managers' ORDER BY 1"
    assert rows(connection, sql) == [("sato",), ("takahashi",)]
    assert demo.log.total - before == 3


def test_people_join_with_records(connection: Connection) -> None:
    sql = (
        'SELECT DISTINCT u.name FROM orders AS o JOIN system.users AS u ON u.code = o."作成者" '
        "ORDER BY 1"
    )
    names = 'SELECT DISTINCT "作成者$name" FROM orders ORDER BY 1'
    assert rows(connection, sql) == rows(connection, names) != []


def comments_of(demo: Sandbox) -> dict[int, int]:
    """How many comments each record of the orders has."""
    return {record: len(each) for record, each in demo.domain.apps[ORDERS].comments.items()}


def test_comments_of_records(demo: Sandbox, connection: Connection) -> None:
    app = demo.domain.apps[ORDERS]
    record = next(iter(app.comments))
    first = app.comments[record][0]
    app.comments[record] += [
        Comment(1000 + n, f"no. {n}", first.created_at, "sato", []) for n in range(25)
    ]
    sql = "SELECT text, creator FROM system.comments WHERE app_id = 3 AND record_id = ? ORDER BY id"
    found = rows(connection, sql, record)
    assert found == [(each.text, each.creator) for each in app.comments[record]]
    known = comments_of(demo)
    several = ", ".join(map(str, [*known, 99_999]))
    counted = rows(
        connection,
        "SELECT record_id, count(*) FROM system.comments "
        f"WHERE app_id = 3 AND record_id IN ({several}) GROUP BY 1",
    )
    assert dict(counted) == known


def test_comments_of_records_that_a_join_finds(demo: Sandbox, connection: Connection) -> None:
    known = comments_of(demo)
    several = ", ".join(map(str, known))
    sql = (
        'SELECT o."$id", count(c.id) FROM orders AS o '
        'JOIN system.comments AS c ON c.record_id = o."$id" AND c.app_id = 3 '
        f'WHERE o."$id" IN ({several}) GROUP BY 1'
    )
    assert dict(rows(connection, sql)) == known


def test_comments_of_a_small_app(demo: Sandbox, connection: Connection) -> None:
    app = demo.domain.apps[6]
    assert 1 < len(app.records) <= 500
    record = next(iter(app.records))
    app.comments[record] = [Comment(1, "hello", app.created_at, "sato", [])]
    sql = "SELECT record_id, text FROM system.comments WHERE app_id = 6"
    assert rows(connection, sql) == [(record, "hello")]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("record_id = 5", r"needs to be told the app.*add WHERE app_id = … AND record_id = …"),
        ("app_id = 3", r"each of 3200 records of app 3.*add record_id = …"),
        (
            'app_id = 3 AND record_id IN (SELECT "$id" FROM orders)',
            r"each of 3200 records of app 3.*a condition on the table",
        ),
    ],
)
def test_comments_that_would_cost_too_much(
    demo: Sandbox, connection: Connection, condition: str, message: str
) -> None:
    with pytest.raises(errors.NotSupportedError, match=message):
        rows(connection, f"SELECT * FROM system.comments WHERE {condition}")


OF_PEOPLE = ["users", "organizations", "groups", "organization_members", "group_members"]
OF_USERS = ["spaces", "space_members", "statistics", *OF_PEOPLE]


def by_token(demo: Sandbox) -> Connection:
    token = demo.access.tokens["orders"]
    return connect(demo, auth_scheme="APIToken", app_id=ORDERS, api_token=token)


@pytest.mark.parametrize("table", OF_USERS)
def test_tables_of_users_say_so_when_api_tokens_read_them(demo: Sandbox, table: str) -> None:
    with by_token(demo) as connection:
        listed = rows(connection, "SELECT table_name FROM information_schema.tables")
        assert (table,) in listed
        with pytest.raises(errors.NotSupportedError, match=f"^system.{table} .*AuthScheme=Pass"):
            rows(connection, f"SELECT * FROM system.{table}")


@pytest.mark.parametrize("table", OF_PEOPLE)
def test_tables_of_people_say_so_when_oauth_reads_them(demo: Sandbox, table: str) -> None:
    demo.domain.oauth_tokens["bearer"] = "sandbox"
    with connect(demo, auth_scheme="OAuth", oauth_access_token="bearer") as connection:
        assert (table,) in rows(connection, "SHOW TABLES FROM system")
        assert rows(connection, "SELECT count(*) > 0 FROM system.spaces") == [(True,)]
        message = f"^system.{table} cannot be read with OAuth.*AuthScheme=Password"
        with pytest.raises(errors.NotSupportedError, match=message):
            rows(connection, f"SELECT * FROM system.{table}")


def test_api_tokens_show_their_apps_only(demo: Sandbox) -> None:
    with by_token(demo) as connection:
        assert rows(connection, "SELECT app_id, name FROM system.apps") == [(ORDERS, "orders")]
        sql = "SELECT DISTINCT app_id FROM system.fields"
        assert rows(connection, sql) == [(ORDERS,)]


def allow_settings(demo: Sandbox, *apps: int) -> None:
    """Everyone may read and change the settings of these apps and of no others."""
    for app in demo.domain.apps.values():
        first, *others = app.settings.app_acl
        changed = [{**right, "appEditable": app.id in apps} for right in others]
        app.settings.app_acl = [first, *changed]


def test_apps_that_refuse_are_left_out_unless_they_are_named(demo: Sandbox) -> None:
    allow_settings(demo, ORDERS)
    asked = "SELECT DISTINCT app_id FROM system.app_permissions"
    with connect(demo, user="sato", password="sato") as connection:
        assert rows(connection, asked) == [(ORDERS,)]
        with pytest.raises(errors.DatabaseError) as caught:
            rows(connection, f"{asked} WHERE app_id IN (1, 3)")
        assert caught.value.http_status == 403
    allow_settings(demo)
    with connect(demo, user="sato", password="sato") as connection:
        with pytest.raises(errors.DatabaseError) as caught:
            rows(connection, asked)
        assert caught.value.http_status == 403


def test_deleted_apps_are_left_out(demo: Sandbox, connection: Connection) -> None:
    rows(connection, "SELECT * FROM system.apps")
    del demo.domain.apps[6]
    found = rows(connection, "SELECT DISTINCT app_id FROM system.views")
    assert (6,) not in found
    assert (1,) in found


def test_the_budget_bounds_requests(demo: Sandbox) -> None:
    login = {"user": "sandbox", "password": "sandbox", "max_requests": 3}
    with connect(demo, **login) as connection:
        with pytest.raises(errors.OperationalError, match=r"while reading fields.*MaxRequests"):
            rows(connection, "SELECT * FROM system.fields")
        assert rows(connection, "SELECT 1 FROM system.settings WHERE app_id = 1") == [(1,)]


def test_requests_show_what_was_sent(demo: Sandbox, connection: Connection) -> None:
    rows(connection, "SELECT count(*) FROM products")
    (count,) = rows(connection, "SELECT count(*) FROM system.requests")
    last = rows(
        connection,
        "SELECT number, method, resource, app_id, status, try, seconds > 0, received_bytes > 0 "
        "FROM system.requests ORDER BY number DESC LIMIT 1",
    )
    assert last == [(count[0], "GET", "records", 2, 200, 1, True, True)]
    assert count[0] == demo.log.total


def test_explain_shows_what_is_asked(connection: Connection) -> None:
    sql = (
        "EXPLAIN ANALYZE SELECT f.code FROM system.fields AS f "
        "JOIN system.settings AS s ON s.app_id = f.app_id WHERE f.app_id IN (2, 3)"
    )
    lines = [line for (line,) in rows(connection, sql)]
    assert lines[:3] == [
        "scan_1: system.fields (metadata)",
        "  asked for: app_id 2, 3",
        "  read: metadata, as far as it is not known",
    ]
    assert "scan_2: system.settings (metadata)" in lines
    measured = [line for line in lines if line.startswith("  measured: ")]
    assert measured[1].startswith("  measured: 2 requests, ")


def test_tables_may_be_joined_to_themselves_and_used_twice(connection: Connection) -> None:
    sql = (
        "WITH f AS (SELECT app_id, count(*) AS n FROM system.fields GROUP BY ALL) "
        "SELECT a.app_id FROM f AS a JOIN f AS b ON a.n > b.n "
        "JOIN system.apps AS c ON c.app_id = b.app_id"
    )
    assert rows(connection, sql)


def test_unknown_tables_are_suggested(connection: Connection) -> None:
    with pytest.raises(errors.ProgrammingError, match="Did you mean fields"):
        rows(connection, "SELECT * FROM system.field")
