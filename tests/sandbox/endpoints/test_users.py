"""The User API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain, Group, Organization, User
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import error


@pytest.fixture
def company(domain: Domain) -> Domain:
    sato = User(
        9,
        "sato",
        "佐藤 昇",
        "p",
        timezone="America/New_York",
        email="sato@example.com",
        organizations=["sales", "tokyo"],
        primary_organization="tokyo",
        groups=["staff"],
    )
    left = User(3, "left", "Left", "p", organizations=["sales"], groups=["staff"], valid=False)
    domain.users.update({user.code: user for user in (sato, left)})
    domain.organizations["tokyo"] = Organization(5, "tokyo", "東京", parent_code="sales")
    domain.organizations["sales"] = Organization(4, "sales", "営業")
    domain.groups["staff"] = Group(7, "staff", "社員")
    domain.groups["empty"] = Group(6, "empty", "Empty")
    return domain


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for each in found]


def test_a_user(api: Api, company: Domain) -> None:
    (user,) = api.ok("GET", "v1/users.json", codes=["sato"])["users"]
    expected = {
        "id": "9",
        "code": "sato",
        "name": "佐藤 昇",
        "valid": True,
        "timezone": "America/New_York",
        "locale": "ja",
        "email": "sato@example.com",
        "primaryOrganization": "5",
        "customItemValues": [],
    }
    assert {key: user[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["sandbox", "user1", "left", "sato"]),
        ({"ids": [9, 1]}, ["sandbox", "sato"]),
        ({"codes": ["sato", "nobody"]}, ["sato"]),
        ({"size": 2}, ["sandbox", "user1"]),
        ({"size": 2, "offset": 2}, ["left", "sato"]),
        ({"offset": 4}, []),
    ],
)
def test_users(api: Api, company: Domain, params: dict[str, Any], expected: list[str]) -> None:
    assert codes(api.ok("GET", "v1/users.json", **params)["users"]) == expected


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"size": 101}, "size"),
        ({"size": 0}, "size"),
        ({"offset": -1}, "offset"),
        ({"ids": ["x"]}, "ids[0]"),
        ({"codes": ["x"] * 101}, "codes"),
    ],
)
def test_limits(api: Api, params: dict[str, Any], path: str) -> None:
    for resource in ("users", "groups", "organizations"):
        # A list of more than 100 does not fit into a URL's subscripts.
        refusal = api.send(
            "POST",
            f"v1/{resource}.json",
            json=params,
            headers={"X-HTTP-Method-Override": "GET"},
        ).json()
        assert (refusal["code"], list(refusal["errors"])) == ("CB_VA01", [path])


def test_organizations_and_groups(api: Api, company: Domain) -> None:
    organizations = api.ok("GET", "v1/organizations.json")["organizations"]
    assert [(each["code"], each["parentCode"]) for each in organizations] == [
        ("sales", None),
        ("tokyo", "sales"),
    ]
    assert codes(api.ok("GET", "v1/groups.json")["groups"]) == ["empty", "staff"]
    assert codes(api.ok("GET", "v1/groups.json", ids=[7])["groups"]) == ["staff"]


def test_who_is_in_what(api: Api, company: Domain) -> None:
    titles = api.ok("GET", "v1/user/organizations.json", code="sato")["organizationTitles"]
    assert codes([each["organization"] for each in titles]) == ["sales", "tokyo"]
    assert codes(api.ok("GET", "v1/user/groups.json", code="sato")["groups"]) == ["staff"]
    users = api.ok("GET", "v1/organization/users.json", code="sales")["userTitles"]
    assert codes([each["user"] for each in users]) == ["left", "sato"]
    assert codes(api.ok("GET", "v1/group/users.json", code="staff")["users"]) == ["left", "sato"]
    last = api.ok("GET", "v1/group/users.json", code="staff", size=1, offset=1)["users"]
    assert codes(last) == ["sato"]
    assert api.ok("GET", "v1/user/groups.json", code="user1") == {"groups": []}


@pytest.mark.parametrize(
    "resource",
    ["user/organizations", "user/groups", "organization/users", "group/users"],
)
@pytest.mark.parametrize("params", [{}, {"code": "nobody"}])
def test_codes_that_name_nobody(api: Api, resource: str, params: dict[str, str]) -> None:
    refusal = error(api, "GET", f"v1/{resource}.json", **params)
    assert (refusal["code"], list(refusal["errors"])) == ("CB_VA01", ["code"])


def test_tokens_may_not(token_api: Callable[..., Api], app: App) -> None:
    for resource in ("users", "groups", "organizations", "user/groups"):
        assert token_api(app).refused("GET", f"v1/{resource}.json") == (403, "GAIA_NO01")
