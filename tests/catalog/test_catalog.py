"""Apps read over HTTP as tables."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.shop import CUSTOMERS, GUEST_SPACE, shop

Connect = Callable[..., Connection]


def names(connection: Connection, schema: str = "apps") -> list[str]:
    return [table.name for table in connection.catalog.names(schema)]


def test_a_login_sees_the_apps_it_may_view(connect: Connect) -> None:
    assert names(connect()) == ["customers", "orders", "secrets"]
    assert names(connect(user="clerk", password="clerk-password")) == ["customers", "orders"]


def test_app_ids_narrow_the_apps(connect: Connect, shop_sandbox: Sandbox) -> None:
    assert names(connect(app_id="2")) == ["orders"]
    assert shop_sandbox.log.counts == {"GET apps.json": 1}


def test_tokens_see_the_apps_of_app_id(connect: Connect, shop_sandbox: Sandbox) -> None:
    connection = connect(api_token="orders-token,customers-token", app_id="2,1")
    assert names(connection) == ["customers", "orders"]
    assert shop_sandbox.log.counts == {"GET app.json": 2}


def test_guest_spaces_are_schemas(connect: Connect, shop_sandbox: Sandbox) -> None:
    connection = connect(guest_space_id=GUEST_SPACE)
    assert connection.catalog.schemas() == ("apps", "guest_5", "system", "information_schema")
    assert shop_sandbox.log.total == 0
    assert names(connection, "GUEST_5") == ["guests"]
    assert names(connection, "guest_6") == []
    sql = "SELECT text FROM guest_5.guests"
    assert connection.execute(sql).fetchall() == [("hello",)]


def test_tokens_find_apps_of_guest_spaces(connect: Connect) -> None:
    connection = connect(
        api_token="guests-token,orders-token", app_id="2,4", guest_space_id=GUEST_SPACE
    )
    assert (names(connection), names(connection, "guest_5")) == (["orders"], ["guests"])


@pytest.mark.parametrize(
    "login",
    [
        {"app_id": "2,99"},
        {"app_id": "4"},
        {"api_token": "guests-token", "app_id": "4"},
    ],
    ids=["no such app", "a guest space's app", "a guest space's app by token"],
)
def test_an_app_that_is_not_there_is_an_error(connect: Connect, login: dict[str, str]) -> None:
    with pytest.raises(kintone.OperationalError, match=r"app (99|4) .*GuestSpaceId"):
        names(connect(**login))


def test_a_table(connect: Connect) -> None:
    table = connect().catalog.find(None, "CUSTOMERS")
    assert table is not None
    assert (table.app_id, table.app_code, table.comment) == (CUSTOMERS, "CUST", "Who buys.")
    assert [column.name for column in table.columns] == [
        "$id",
        "$revision",
        "name",
        "rank",
        "レコード番号",
        "作成者",
        "作成者$name",
        "作成日時",
        "更新者",
        "更新者$name",
        "更新日時",
    ]
    assert table == connect().catalog.find("apps", "app_1")


def test_numbers_are_as_wide_as_the_app(connect: Connect) -> None:
    table = connect().catalog.find(None, "orders")
    assert table is not None
    amount = table.column("amount")
    assert amount is not None
    assert amount.sql_type == "DECIMAL(20,2)"


def test_tokens_that_may_not_read_settings_get_wide_numbers(
    connect: Connect, shop_sandbox: Sandbox
) -> None:
    shop_sandbox.reset(shop(Switches(token_reads_settings="refuse")))
    connection = connect(api_token="orders-token", app_id=2)
    cursor = connection.execute('SELECT amount FROM orders WHERE "$id" = 1')
    assert cursor.description is not None
    assert cursor.description[0].type_code == "DECIMAL(38,10)"
    assert cursor.fetchone() == (Decimal("10.5"),)


def test_unknown_tables_are_none(connect: Connect) -> None:
    catalog = connect().catalog
    assert catalog.find(None, "nothing") is None
    assert catalog.find("nowhere", "orders") is None


def test_what_is_known_is_not_asked_again(connect: Connect, shop_sandbox: Sandbox) -> None:
    connection = connect()
    connection.catalog.find(None, "orders")
    asked = shop_sandbox.log.counts
    assert asked == {
        "GET apps.json": 1,
        "GET app/form/fields.json": 1,
        "GET app/form/layout.json": 1,
        "GET app/settings.json": 1,
    }
    connection.catalog.find(None, "app_2")
    assert shop_sandbox.log.counts == asked


def test_without_a_time_to_live_changes_show_at_once(
    connect: Connect, shop_sandbox: Sandbox
) -> None:
    connection = connect(metadata_ttl=0)
    version = connection.catalog.version
    assert "orders" in names(connection)
    shop_sandbox.domain.apps[2].settings.general["name"] = "sales"
    assert "sales" in names(connection)
    assert connection.catalog.version > version
