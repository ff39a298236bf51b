"""Threads, revisions, rights and cursors: what is asked for them, and what each login sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.conninfo import settings_of
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.model import Space
from tests.system.conftest import GUEST_SPACE, ORDERS, connect, rows, sent

GUEST_APP = 7
SALES_SPACE = 1
FORM = "app/form/fields"
PREVIEW = "preview/app/settings"


def by_token(demo: Sandbox, app: str = "orders", app_id: int = ORDERS) -> Connection:
    token = demo.access.tokens[app]
    return connect(demo, auth_scheme="APIToken", app_id=app_id, api_token=token)


def add_thread(demo: Sandbox) -> None:
    """The orders are in the space of the sales, in a thread of their own."""
    app = demo.domain.apps[ORDERS]
    app.space_id, app.thread_id = SALES_SPACE, 31


def test_threads_are_those_that_apps_and_spaces_name(demo: Sandbox, connection: Connection) -> None:
    add_thread(demo)
    demo.domain.spaces[9] = Space(9, "Empty", members=["sandbox"], thread_id=40)
    sql = "SELECT id, is_default FROM system.threads WHERE space_id = ? ORDER BY id"
    assert rows(connection, sql, SALES_SPACE) == [(1, True), (31, False)]
    assert rows(connection, sql, 9) == [(40, True)]
    assert rows(connection, sql, 77) == []
    joined = (
        "SELECT a.app_id, t.is_default FROM system.apps AS a JOIN system.threads AS t "
        "ON t.space_id = a.space_id AND t.id = a.thread_id WHERE a.app_id = 3"
    )
    assert rows(connection, joined) == [(ORDERS, False)]


def test_a_space_names_threads_of_apps_that_are_not_of_the_connection(demo: Sandbox) -> None:
    add_thread(demo)
    login = {"user": "sandbox", "password": "sandbox", "app_id": "5"}
    with connect(demo, **login) as connection:
        assert rows(connection, "SELECT id FROM system.threads ORDER BY id") == [(1,), (31,)]


def test_threads_of_spaces_that_do_not_tell_their_default(demo: Sandbox) -> None:
    add_thread(demo)
    with by_token(demo) as connection:
        found = rows(connection, "SELECT space_id, id, is_default FROM system.threads")
        assert found == [(SALES_SPACE, 31, None)]
        assert not [each for each in demo.log.requests if each.resource == "space.json"]
    demo.domain.spaces[GUEST_SPACE].members[:] = []
    guest = {"user": "sato", "password": "sato", "guest_space_id": GUEST_SPACE}
    with connect(demo, **guest) as connection:
        sql = "SELECT id, is_default FROM system.threads WHERE space_id = ? ORDER BY id"
        assert rows(connection, sql, GUEST_SPACE) == [(2, None)]
        assert rows(connection, sql, SALES_SPACE) == [(1, True), (31, False)]


def test_only_the_wanted_spaces_are_asked(connection: Connection) -> None:
    rows(connection, "SELECT * FROM system.apps")
    asked = sent(connection, "SELECT * FROM system.threads WHERE space_id = 1")
    assert asked == [("space", None)]


def test_revisions_are_those_in_use_and_in_preparation(
    demo: Sandbox, connection: Connection
) -> None:
    app = demo.domain.apps[ORDERS]
    app.preview.revision += 3
    sql = "SELECT preview_revision - revision FROM system.revisions WHERE app_id = 3"
    assert rows(connection, sql) == [(3,)]
    guest = "SELECT revision IS NOT NULL FROM system.revisions WHERE app_id = 7"
    assert rows(connection, guest) == [(True,)]


@pytest.mark.parametrize(
    ("sql", "asked"),
    [
        ("SELECT * FROM system.revisions WHERE app_id = 3", [(PREVIEW, 3)]),
        ("SELECT app_id, revision FROM system.revisions WHERE app_id = 3", []),
        ("SELECT count(*) FROM system.revisions WHERE app_id = 3", []),
        (
            "SELECT app_id, revision FROM system.revisions WHERE app_id IN (2, 3)",
            [(FORM, 2)],
        ),
        (
            "SELECT app_id FROM system.revisions WHERE app_id = 2 AND preview_revision > revision",
            [(FORM, 2), (PREVIEW, 2)],
        ),
    ],
)
def test_revisions_ask_what_is_not_known(
    connection: Connection, sql: str, asked: list[tuple[str, int]]
) -> None:
    rows(connection, "SELECT count(*) FROM orders")
    assert sent(connection, sql) == asked
    assert sent(connection, sql) == []


def test_who_does_not_manage_an_app_sees_the_revision_in_use(demo: Sandbox) -> None:
    for app in demo.domain.apps.values():
        app.settings.app_acl[1:] = [
            {**right, "appEditable": False} for right in app.settings.app_acl[1:]
        ]
        app.preview.app_acl[:] = app.settings.app_acl
    expected = [(demo.domain.apps[ORDERS].settings.revision, None)]
    sql = "SELECT revision, preview_revision FROM system.revisions WHERE app_id = 3"
    with connect(demo, user="sato", password="sato") as connection:
        assert rows(connection, sql) == expected
        assert len(rows(connection, "SELECT * FROM system.revisions")) > 1


def test_only_the_wanted_rights_are_asked(connection: Connection) -> None:
    rows(connection, "SELECT * FROM system.apps")
    sql = "SELECT DISTINCT field_code FROM system.permissions WHERE app_id = 4 AND kind = 'field'"
    assert sent(connection, sql) == [("field/acl", 4)]
    several = "SELECT * FROM system.permissions WHERE app_id = 4 AND kind IN ('app', 'record')"
    assert sent(connection, several) == [("app/acl", 4), ("record/acl", 4)]
    assert sent(connection, "SELECT * FROM system.permissions WHERE kind = 'nothing'") == []


def test_cursors_are_those_that_the_connection_holds_open(demo: Sandbox) -> None:
    parameters = {"user": "sandbox", "password": "sandbox", "guest_space_id": str(GUEST_SPACE)}
    settings = settings_of(None, {"url": demo.url, **parameters}, environment={})
    session = Session(settings)
    client = Client(session)
    sql = (
        "SELECT id, app_id, guest_space_id, records, expires_at - opened_at "
        "FROM system.cursors ORDER BY opened_at"
    )
    with Connection(settings, session) as connection:
        assert rows(connection, sql) == []
        read = client.create_cursor(ORDERS, None, "order by $id asc", ["$id"], 500)
        other = client.create_cursor(GUEST_APP, GUEST_SPACE, "", ["$id"])
        ten_minutes = timedelta(minutes=10)
        guests = len(demo.domain.apps[GUEST_APP].records)
        assert rows(connection, sql) == [
            (read.cursor_id, ORDERS, None, read.total_count, ten_minutes),
            (other.cursor_id, GUEST_APP, GUEST_SPACE, guests, ten_minutes),
        ]
        assert sent(connection, sql) == []
        client.cursor_page(read.cursor_id, None, ORDERS)
        (first, _) = rows(connection, sql)
        assert first[4] > ten_minutes
        client.delete_cursor(other.cursor_id, GUEST_SPACE, GUEST_APP)
        assert [row[0] for row in rows(connection, sql)] == [read.cursor_id]
        while client.cursor_page(read.cursor_id, None, ORDERS).following:
            pass
        assert rows(connection, sql) == []
        with connect(demo) as other_connection:
            client.create_cursor(ORDERS, None, "", ["$id"])
            assert rows(other_connection, sql) == []


def test_a_statement_that_is_half_read_holds_a_cursor(demo: Sandbox) -> None:
    login = {"user": "sandbox", "password": "sandbox", "consistency": "Cursor", "page_size": 10}
    sql = "SELECT app_id, records FROM system.cursors"
    with connect(demo, **login) as connection:
        cursor = connection.execute('SELECT "$id" FROM orders')
        assert cursor.fetchone() is not None
        assert rows(connection, sql) == [(ORDERS, len(demo.domain.apps[ORDERS].records))]
        cursor.close()
        assert rows(connection, sql) == []
