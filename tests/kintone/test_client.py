"""Endpoints as typed calls, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from sqlalchemy_kintone.errors import Error, OperationalError, ProgrammingError
from sqlalchemy_kintone.kintone.client import AppInfo, Client, Person
from sqlalchemy_kintone.kintone.request_log import Exchange
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.shop import CUSTOMERS, GUEST_SPACE, GUESTS, ORDERS

Open = Callable[..., Opened]


def test_apps(shop_client: Client) -> None:
    apps = list(shop_client.apps())
    assert [app.app_id for app in apps] == [1, 2, 3]
    customers = apps[0]
    assert customers == AppInfo(
        CUSTOMERS,
        "CUST",
        "customers",
        "Who buys.",
        None,
        created_at=customers.created_at,
        creator=Person("sandbox", "Sandbox"),
        modified_at=customers.modified_at,
        modifier=Person("sandbox", "Sandbox"),
    )
    assert customers.created_at.endswith("Z")
    assert customers.modified_at.endswith("Z")


def test_apps_by_id(shop_client: Client) -> None:
    assert [app.app_id for app in shop_client.apps([2, 1, 99])] == [1, 2]


def test_apps_of_a_guest_space(shop_client: Client) -> None:
    (app,) = shop_client.apps(guest_space_id=GUEST_SPACE)
    assert (app.app_id, app.space_id) == (GUESTS, GUEST_SPACE)


@pytest.mark.parametrize(("apps", "requests"), [(99, 1), (100, 2), (205, 3)])
def test_lists_of_apps_are_read_to_their_end(
    shop_sandbox: Sandbox, shop_client: Client, apps: int, requests: int
) -> None:
    domain = shop_sandbox.domain
    while len(list(domain.apps)) < apps + 1:  # the guest space's app is not listed
        create_app(domain, "more", {"text": {"type": "SINGLE_LINE_TEXT"}})
    assert len({app.app_id for app in shop_client.apps()}) == apps
    assert shop_sandbox.log.counts == {"GET apps.json": requests}
    wanted = sorted(set(domain.apps) - {GUESTS})
    assert sorted(app.app_id for app in shop_client.apps(wanted)) == wanted
    assert shop_sandbox.log.counts == {"GET apps.json": requests + -(-len(wanted) // 100)}


def test_app(shop_client: Client) -> None:
    assert shop_client.app(CUSTOMERS).code == "CUST"
    assert shop_client.app(GUESTS, GUEST_SPACE).name == "guests"
    with pytest.raises(ProgrammingError) as caught:
        shop_client.app(99)
    assert caught.value.code == "GAIA_AP01"


def test_form_and_settings(shop_client: Client) -> None:
    fields = shop_client.form_fields(CUSTOMERS)
    assert fields["name"]["type"] == "SINGLE_LINE_TEXT"
    assert fields["name"]["label"] == "顧客名"
    rows = shop_client.form_layout(CUSTOMERS)
    assert {item["code"] for row in rows for item in row["fields"]} >= {"name", "rank"}
    assert shop_client.app_settings(ORDERS)["numberPrecision"]["digits"] == "20"
    for read in (shop_client.form_fields, shop_client.form_layout, shop_client.app_settings):
        assert read(GUESTS, GUEST_SPACE)
        with pytest.raises(Error) as caught:
            read(GUESTS)
        assert caught.value.code == "GAIA_IL23"


def test_records_page(shop_client: Client) -> None:
    query = "amount > 30 order by $id asc limit 2"
    page = json.loads(shop_client.records_page(ORDERS, None, query, ["$id", "amount"]))
    assert [record["$id"]["value"] for record in page["records"]] == ["3", "4"]
    assert page["records"][0].keys() == {"$id", "amount"}
    assert page["totalCount"] is None
    counted = shop_client.records_page(ORDERS, None, query, ["$id"], total_count=True)
    assert json.loads(counted)["totalCount"] == "5"


@pytest.mark.parametrize(
    ("app_id", "guest_space_id", "condition", "count"),
    [
        (ORDERS, None, "", 7),
        (ORDERS, None, "amount > 30", 5),
        (ORDERS, None, "amount > 30 or amount < 20", 6),
        (ORDERS, None, "amount > 1000", 0),
        (GUESTS, GUEST_SPACE, "", 1),
    ],
)
def test_total_count(
    shop_sandbox: Sandbox,
    shop_client: Client,
    app_id: int,
    guest_space_id: int | None,
    condition: str,
    count: int,
) -> None:
    assert shop_client.total_count(app_id, guest_space_id, condition) == count
    assert shop_sandbox.log.counts == {"GET records.json": 1}


def test_a_search_that_was_cut_off_is_an_error(shop_sandbox: Sandbox, shop_client: Client) -> None:
    shop_sandbox.domain.search_hit_limit = 0
    condition = 'name like "山田"'
    with pytest.raises(OperationalError, match=r"100,000 records.*Add a condition"):
        shop_client.records_page(CUSTOMERS, None, condition, ["$id"])
    with pytest.raises(OperationalError, match="100,000 records"):
        shop_client.total_count(CUSTOMERS, None, condition)


def test_tokens_and_oauth(shop_sandbox: Sandbox, open_session: Open) -> None:
    shop_sandbox.domain.oauth_tokens["bearer-1"] = "clerk"
    tokens = open_session(
        shop_sandbox.url, api_token=["orders-token", "customers-token"], app_id=[1, 2]
    ).client
    bearer = open_session(shop_sandbox.url, oauth_access_token="bearer-1").client
    for client in (tokens, bearer):
        assert client.total_count(ORDERS, None, "") == 7
        assert client.total_count(CUSTOMERS, None, "") == 3
    with pytest.raises(OperationalError) as caught:
        list(tokens.apps())
    assert caught.value.code == "GAIA_NO01"
    assert [app.app_id for app in bearer.apps()] == [1, 2]


def test_observed(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url)
    seen: list[Exchange] = []
    observed = opened.client.observed(seen.append)
    body = observed.records_page(ORDERS, None, "limit 1", ["$id"])
    observed.form_fields(CUSTOMERS)
    with suppress(ProgrammingError):
        observed.app(99)
    assert [(each.method, each.resource, each.status) for each in seen] == [
        ("GET", "records", 200),
        ("GET", "app/form/fields", 200),
        ("GET", "app", 404),
    ]
    assert seen[0].received_bytes == len(body)
    assert all(each.seconds > 0 for each in seen)
    assert opened.exchanges == []
    assert shop_sandbox.log.total == 3


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b"null", b'{"apps": 1}', b'{"apps": [{}]}', b'{"apps": [[1]]}'],
)
def test_json_of_another_shape(
    serve: Callable[..., ScriptedServer], open_session: Open, body: bytes
) -> None:
    client = open_session(serve(Reply(body=body)).url).client
    with pytest.raises(OperationalError, match="apps is not what Kintone's API describes"):
        list(client.apps())
    if not body.startswith(b'{"apps'):
        with pytest.raises(OperationalError, match="Check that Url is a Kintone"):
            client.total_count(1, None, "")
