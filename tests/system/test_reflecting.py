"""Metadata through SQLAlchemy and the shell, and what reflecting many apps costs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from sqlalchemy_kintone import Connection, errors
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.shell.describe import columns, tables
from tests.shop import fill
from tests.system.conftest import connect, rows


def url_of(demo: Sandbox, *parameters: str) -> str:
    login = ("User=sandbox", "Password=sandbox", *parameters)
    return f"kintone:///?Url={demo.url}&{'&'.join(login)}"


def test_tables_of_metadata_are_tables(demo: Sandbox) -> None:
    engine = sa.create_engine(url_of(demo))
    apps, fields = (
        sa.Table(name, sa.MetaData(), schema="system", autoload_with=engine)
        for name in ("apps", "fields")
    )
    query = (
        sa.select(apps.c.name, sa.func.count())
        .select_from(apps.join(fields, fields.c.app_id == apps.c.app_id))
        .where(fields.c.app_id.in_([1, 3]), fields.c.required)
        .group_by(apps.c.name)
        .order_by(apps.c.name)
    )
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(query)]
    expected = {
        app.name: sum(
            prop.get("required") is True
            for _, prop, _ in demo.domain.apps[app.id].settings.fields()
        )
        for app in demo.domain.apps.values()
        if app.id in (1, 3)
    }
    assert found == sorted((name, count) for name, count in expected.items() if count)
    engine.dispose()


@pytest.mark.skipif(sa.__version__ < "2", reason="SQLAlchemy 1.4 asks for one table at a time")
def test_many_apps_are_reflected_side_by_side_and_each_once(demo: Sandbox) -> None:
    domain = demo.domain
    for number in range(30):
        create_app(domain, f"more {number}", {"text": {"type": "SINGLE_LINE_TEXT"}})
    metadata = sa.MetaData()
    with Sandbox(domain, latency_ms=5) as slow:
        engine = sa.create_engine(url_of(slow, "MaxConnections=6"))
        metadata.reflect(engine)
        engine.dispose()
        requests = slow.log.requests
    assert "more 29" in metadata.tables
    sent = Counter(request.resource for request in requests)
    apps = len(domain.apps) - 1  # but for the one in the guest space
    assert sent["app/form/fields.json"] == sent["app/form/layout.json"] == apps
    assert sent["app/settings.json"] == apps
    assert sent["apps.json"] == 1
    assert 3 < max(request.running for request in requests) <= 6


def many_apps(demo: Sandbox, count: int) -> Domain:
    """The demo's domain with so many apps more."""
    table = {"type": "SUBTABLE", "fields": {}}
    fields: dict[str, dict[str, Any]] = {"n": {"type": "NUMBER"}, "rows": table}
    for number in range(count):
        fill(demo.domain, create_app(demo.domain, f"more {number}", fields), [{"n": str(number)}])
    return demo.domain


def test_of_many_apps_only_those_are_asked_that_are_named(demo: Sandbox) -> None:
    many_apps(demo, 194)
    engine = sa.create_engine(url_of(demo, "MetadataTTL=77"))
    demo.log.reset()
    inspector = sa.inspect(engine)
    assert len(demo.log.requests) == 0
    assert inspector.has_table("more 7")
    listing = {"apps.json": 3}  # the third page is empty, which alone tells that it is the last
    assert Counter(each.resource for each in demo.log.requests) == listing
    with engine.connect() as connection:
        table = sa.Table("more 7", sa.MetaData(), autoload_with=connection)
        assert connection.execute(sa.select(table.c.n)).fetchall() == [(7,)]
        connection.execute(sa.text('SELECT count(*) FROM "app_8$rows"')).fetchall()
    form = {"app/form/fields.json": 2, "app/form/layout.json": 2, "app/settings.json": 2}
    asked = Counter(each.resource for each in demo.log.requests)
    assert asked == {**listing, **form, "records.json": 2}
    assert len(inspector.get_table_names()) > 2 * 194
    assert len(inspector.get_table_names()) > 2 * 194
    asked = Counter(each.resource for each in demo.log.requests)
    assert asked == {**listing, **form, "app/form/fields.json": 200, "records.json": 2}
    engine.dispose()


def test_the_apps_of_a_statement_are_asked_side_by_side_and_each_once(demo: Sandbox) -> None:
    with (
        Sandbox(many_apps(demo, 5), latency_ms=20) as slow,
        connect(slow, user="sandbox", password="sandbox") as connection,
    ):
        tables = ", ".join(f'"more {number}" AS t{number}' for number in range(4))
        rows(connection, f'SELECT count(*) FROM {tables}, "more 4$rows" AS r')
        asked = Counter(each.resource for each in slow.log.requests)
        running = max(each.running for each in slow.log.requests if each.resource != "records.json")
        rows(connection, "REFRESH METADATA")
        before = len(slow.log.requests)
        rows(connection, 'SELECT n FROM "more 1"')
        again = [each for each in slow.log.requests[before:] if each.resource != "records.json"]
    forms = dict.fromkeys(("app/form/fields.json", "app/form/layout.json", "app/settings.json"), 5)
    assert {name: asked[name] for name in forms} == forms
    assert asked["apps.json"] == 1
    assert running > 3
    assert len(again) == 4
    assert max(each.running for each in again) > 1


def test_the_shell_lists_metadata_apart(connection: Connection) -> None:
    listed = {row[0] for row in tables(connection.catalog).rows}
    assert listed == {"apps", "guest_2"}
    listed_apart = columns(connection.catalog, "system").rows
    assert ("system", "users", "A user of the domain.") in listed_apart
    described = columns(connection.catalog, "system.fields").rows
    assert ("code", "VARCHAR", "", "the field code") in described


def test_mistrust_of_kintone_changes_no_answer(demo: Sandbox) -> None:
    record = next(iter(demo.domain.apps[3].comments))
    login = {"user": "sandbox", "password": "sandbox"}
    sql = f"SELECT * FROM system.comments WHERE app_id = 3 AND record_id = {record} ORDER BY id"
    with connect(demo, **login) as trusting, connect(demo, **login, pushdown="none") as other:
        assert rows(trusting, sql) == rows(other, sql) != []
        with pytest.raises(errors.NotSupportedError, match="needs to be told the app"):
            rows(other, "SELECT * FROM system.comments")
