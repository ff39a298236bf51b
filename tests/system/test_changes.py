"""Apps that others change while this connection knows them as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sqlalchemy_kintone import Connection, errors
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.model import App
from tests.system.conftest import rows

CUSTOMERS = 1


@pytest.fixture
def customers(demo: Sandbox, connection: Connection) -> App:
    """The app, known to the connection."""
    rows(connection, "SELECT count(name) FROM customers")
    rows(connection, "SELECT count(*) FROM customers WHERE rank = 'A'")
    return demo.domain.apps[CUSTOMERS]


def remove_field(app: App, code: str) -> None:
    del app.settings.properties[code]
    app.version += 1


def test_a_field_that_was_deleted(connection: Connection, customers: App) -> None:
    remove_field(customers, "name")
    with pytest.raises(errors.ProgrammingError, match="There is no column name in customers"):
        rows(connection, "SELECT code FROM customers WHERE name = 'x'")


def test_a_field_that_was_deleted_elsewhere(connection: Connection, customers: App) -> None:
    remove_field(customers, "industry")
    assert rows(connection, "SELECT count(*) > 0 FROM customers WHERE rank = 'A'") == [(True,)]


def test_an_option_that_was_deleted(connection: Connection, customers: App) -> None:
    del customers.settings.properties["rank"]["options"]["A"]
    for record in customers.records.values():
        # Stored records never change: other domains share them.
        customers.records[record.id] = replace(
            record, values={**record.values, "rank": "B"}, cache={}
        )
    customers.version += 1
    sql = "SELECT count(*) FROM customers WHERE rank IN ('A', 'B')"
    assert rows(connection, sql) == [(len(customers.records),)]


def test_an_app_that_was_deleted(demo: Sandbox, connection: Connection, customers: App) -> None:
    del demo.domain.apps[CUSTOMERS]
    with pytest.raises(errors.ProgrammingError, match=r"There is no table customers\.") as caught:
        rows(connection, "SELECT name FROM customers")
    assert "Check the name" in str(caught.value)


def test_an_app_that_was_deleted_during_a_join(
    demo: Sandbox, connection: Connection, customers: App
) -> None:
    rows(connection, "SELECT count(*) FROM orders")
    del demo.domain.apps[CUSTOMERS]
    sql = "SELECT o.total FROM orders AS o JOIN customers AS c ON c.code = o.customer"
    with pytest.raises(errors.ProgrammingError, match="There is no table customers"):
        rows(connection, sql)


def test_what_is_refused_twice_is_refused(
    demo: Sandbox, connection: Connection, customers: App
) -> None:
    remove_field(customers, "name")
    before = demo.log.counts["GET apps.json"]
    for _ in range(2):
        with pytest.raises(errors.ProgrammingError, match="no column name"):
            rows(connection, "SELECT code FROM customers WHERE name = 'x'")
    # Once, in both spaces: it is known to be gone the second time.
    assert demo.log.counts["GET apps.json"] - before == 2
