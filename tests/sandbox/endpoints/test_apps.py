"""``apps.json`` and ``app.json``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain, Space
from tests.sandbox.client import Api

TOKYO = timezone(timedelta(hours=9))
MADE_AT = datetime(2026, 11, 25, 9, 30, 15, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _apps(domain: Domain) -> None:
    """Apps 1 to 5: two named alike, one in a space, one in a guest space, one not deployed."""
    domain.spaces = {7: Space(7, "plain", thread_id=70), 8: Space(8, "guests", is_guest=True)}
    create_app(domain, "Sales", {}, code="SALES", description="<b>d</b>", now=MADE_AT)
    create_app(domain, "sales report", {}, space_id=7, creator="user1")
    create_app(domain, "在庫", {}, code="stock")
    create_app(domain, "guest", {}, space_id=8)
    create_app(domain, "draft", {}, deployed=False)


def ids(api: Api, **params: Any) -> list[str]:
    return [app["appId"] for app in api.ok("GET", "apps.json", **params)["apps"]]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["1", "2", "3"]),
        ({"ids": [3, 1, 99]}, ["1", "3"]),
        ({"codes": ["SALES", "stock"]}, ["1", "3"]),
        ({"codes": ["sales"]}, []),
        ({"name": "sales"}, ["1", "2"]),
        ({"name": "在"}, ["3"]),
        ({"spaceIds": [7]}, ["2"]),
        ({"spaceIds": [8]}, []),
        ({"name": "sales", "ids": [2]}, ["2"]),
        ({"limit": 2}, ["1", "2"]),
        ({"limit": 2, "offset": 2}, ["3"]),
        ({"offset": 3}, []),
        ({"ids": [5]}, []),
    ],
)
def test_filters(api: Api, params: dict[str, Any], expected: list[str]) -> None:
    assert ids(api, **params) == expected


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 101},
        {"limit": 0},
        {"offset": -1},
        {"ids": ["x"]},
        {"ids": list(range(101))},
        {"codes": ["c"] * 101},
    ],
)
def test_what_is_out_of_range_is_refused(api: Api, params: dict[str, Any]) -> None:
    assert api.refused("GET", "apps.json", **params) == (400, "CB_VA01")


def test_an_app_as_it_is_shown(api: Api) -> None:
    shown = api.ok("GET", "app.json", id=1)
    administrator = {"code": "sandbox", "name": "Sandbox Administrator"}
    assert shown == {
        "appId": "1",
        "code": "SALES",
        "name": "Sales",
        "description": "<b>d</b>",
        "spaceId": None,
        "threadId": None,
        "createdAt": "2026-11-25T00:30:15.000Z",
        "creator": administrator,
        "modifiedAt": "2026-11-25T00:30:15.000Z",
        "modifier": administrator,
    }
    assert api.ok("GET", "apps.json", ids=[1])["apps"] == [shown]


def test_an_app_in_a_space(api: Api) -> None:
    shown = api.ok("GET", "app.json", id=2)
    assert (shown["spaceId"], shown["threadId"]) == ("7", "70")
    assert shown["creator"] == {"code": "user1", "name": "User One"}


def test_who_has_left_is_known_by_the_code(api: Api, domain: Domain) -> None:
    del domain.users["user1"]
    assert api.ok("GET", "app.json", id=2)["creator"] == {"code": "user1", "name": "user1"}


def test_a_guest_space_has_its_own_path(api: Api) -> None:
    guest = api.in_guest_space(8)
    assert ids(guest) == ["4"]
    assert guest.ok("GET", "app.json", id=4)["spaceId"] == "8"
    assert api.refused("GET", "app.json", id=4) == (400, "GAIA_IL23")
    assert guest.refused("GET", "app.json", id=1) == (403, "CB_NO02")


def test_only_what_one_may_view(api: Api, domain: Domain) -> None:
    domain.apps[1].settings.app_acl[:] = []
    user = api.as_user("user1", "user1")
    assert ids(user) == ["2", "3"]
    assert ids(user, limit=1) == ["2"]
    assert user.refused("GET", "app.json", id=1) == (403, "CB_NO02")


@pytest.mark.parametrize("app_id", [5, 99])
def test_no_such_app(api: Api, app_id: int) -> None:
    assert api.refused("GET", "app.json", id=app_id) == (404, "GAIA_AP01")


def test_tokens_see_their_app_and_no_list(domain: Domain, token_api: Callable[..., Api]) -> None:
    api = token_api(domain.apps[1])
    assert api.ok("GET", "app.json", id=1)["name"] == "Sales"
    assert api.refused("GET", "app.json", id=2) == (403, "GAIA_NO01")
    assert api.refused("GET", "apps.json") == (403, "GAIA_NO01")


def test_the_app_must_be_named(api: Api) -> None:
    assert api.refused("GET", "app.json") == (400, "CB_VA01")


def test_statistics(api: Api) -> None:
    told = api.ok("GET", "apps/statistics.json", limit=4, offset=1)["apps"]
    assert [(app["id"], app["name"], app["status"]) for app in told] == [
        ("2", "sales report", "ACTIVATED"),
        ("3", "在庫", "ACTIVATED"),
        ("4", "guest", "ACTIVATED"),
        ("5", "draft", "NOT_ACTIVATED"),
    ]
    assert told[0]["space"] == {"id": "7", "name": "plain"}
    assert (told[0]["recordCount"], told[0]["storageUsage"]) == ("0", "0")
    assert told[0]["recordUpdatedAt"] == told[0]["createdAt"]
    assert api.as_user("user1", "user1").refused("GET", "apps/statistics.json") == (403, "CB_NO02")
