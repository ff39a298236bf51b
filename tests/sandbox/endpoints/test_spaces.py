"""Spaces, their members, and the list of calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, Space
from tests.sandbox.client import Api


@pytest.fixture(autouse=True)
def spaces(domain: Domain) -> None:
    domain.spaces[4] = Space(4, "Open", members=["user1", "sandbox", "gone"], thread_id=44)
    domain.spaces[5] = Space(5, "Guests", is_guest=True, members=["sandbox"], thread_id=55)


def test_a_space(api: Api, domain: Domain, app: App) -> None:
    inside = create_app(domain, "inside", {}, code="IN", space_id=4)
    create_app(domain, "in preparation", {}, space_id=4, deployed=False)
    space = api.ok("GET", "space.json", id=4)
    assert (space["id"], space["name"], space["isGuest"]) == ("4", "Open", False)
    assert (space["defaultThread"], space["creator"]["code"]) == ("44", "user1")
    (attached,) = space["attachedApps"]
    assert (attached["appId"], attached["code"], attached["threadId"]) == (
        str(inside.id),
        "IN",
        "44",
    )


def test_members(api: Api) -> None:
    assert api.ok("GET", "space/members.json", id=4)["members"] == [
        {"entity": {"type": "USER", "code": "user1"}, "isAdmin": True, "isImplicit": False},
        {"entity": {"type": "USER", "code": "sandbox"}, "isAdmin": False, "isImplicit": False},
    ]


@pytest.mark.parametrize("resource", ["space.json", "space/members.json"])
def test_who_sees_which(
    api: Api, user_api: Api, app: App, token_api: Callable[..., Api], resource: str
) -> None:
    assert api.refused("GET", resource) == (400, "CB_VA01")
    assert api.refused("GET", resource, id=9) == (404, "OC_NO01")
    assert api.refused("GET", resource, id=5) == (400, "GAIA_IL23")
    assert api.in_guest_space(5).refused("GET", resource, id=4) == (403, "CB_NO02")
    api.in_guest_space(5).ok("GET", resource, id=5)
    assert user_api.in_guest_space(5).refused("GET", resource, id=5) == (403, "CB_NO02")
    assert token_api(app).refused("GET", resource, id=4) == (403, "GAIA_NO01")


def test_the_list_of_calls(api: Api) -> None:
    apis = api.ok("GET", "apis.json")["apis"]
    assert apis["records/get"] == {"link": "apis/records/get.json"}
    assert {"records/cursor/post", "preview/app/form/fields/delete"} <= apis.keys()
    assert not any(name.startswith("v1/") for name in apis)
