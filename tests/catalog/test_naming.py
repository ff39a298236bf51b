"""What tables are called."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.catalog.naming import Listing, schema_of, table_names
from sqlalchemy_kintone.conninfo import TableNames

CASES = {
    "by name": (
        TableNames.NAME,
        [(1, "orders", ""), (2, "顧客", "CUST")],
        {1: "orders", 2: "顧客"},
    ),
    "by code, by name where there is none": (
        TableNames.CODE,
        [(1, "orders", ""), (2, "顧客", "CUST")],
        {1: "orders", 2: "CUST"},
    ),
    "by id": (TableNames.ID, [(1, "orders", ""), (2, "顧客", "")], {1: "app_1", 2: "app_2"}),
    "equal names": (
        TableNames.NAME,
        [(1, "orders", ""), (2, "orders", ""), (3, "stock", "")],
        {1: "orders_1", 2: "orders_2", 3: "stock"},
    ),
    "names that differ by ASCII case only are equal to SQL": (
        TableNames.NAME,
        [(1, "Orders", ""), (2, "ORDERS", "")],
        {1: "Orders_1", 2: "ORDERS_2"},
    ),
    "other letters have case": (
        TableNames.NAME,
        [(1, "Ａpp", ""), (2, "ａpp", "")],
        {1: "Ａpp", 2: "ａpp"},
    ),
    "an appended id that makes another app's name": (
        TableNames.NAME,
        [(1, "a", ""), (2, "a", ""), (3, "a_2", "")],
        {1: "a_1", 2: "app_2", 3: "app_3"},
    ),
}


@pytest.mark.parametrize(("names", "apps", "expected"), CASES.values(), ids=CASES.keys())
def test_names(
    names: TableNames, apps: list[tuple[int, str, str]], expected: dict[int, str]
) -> None:
    listings = [Listing(app_id, name, code) for app_id, name, code in reversed(apps)]
    found = table_names(listings, names, None)
    assert {each.app_id: each.name for each in found} == expected
    assert [each.app_id for each in found] == sorted(expected)


def test_every_table_answers_to_its_id_too() -> None:
    (table,) = table_names([Listing(7, "orders", "")], TableNames.NAME, None)
    assert table.aliases == ("app_7",)


def test_an_app_that_is_called_like_an_alias_keeps_its_name() -> None:
    impostor, other = table_names(
        [Listing(1, "app_2", ""), Listing(2, "orders", "")], TableNames.NAME, None
    )
    assert (impostor.name, impostor.aliases) == ("app_2", ("app_1",))
    assert (other.name, other.aliases) == ("orders", ())


def test_a_guest_space_is_a_schema() -> None:
    (table,) = table_names([Listing(7, "orders", "")], TableNames.NAME, 3)
    assert (table.schema, table.guest_space_id) == ("guest_3", 3)
    assert schema_of(None) == "apps"
