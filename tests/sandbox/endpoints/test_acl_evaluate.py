"""``records/acl/evaluate.json``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import add

USER1 = {"type": "USER", "code": "user1"}
ALL = {"viewable": True, "editable": True, "deletable": True}
FULL = {"viewable": True, "editable": True}
READ = {"viewable": True, "editable": False}
NONE = {"viewable": False, "editable": False}


@pytest.fixture
def shop(api: Api, domain: Domain) -> App:
    app = create_app(
        domain,
        "shop",
        {
            "name": {"type": "SINGLE_LINE_TEXT"},
            "price": {"type": "NUMBER"},
            "lines": {"type": "SUBTABLE", "fields": {"inner": {"type": "NUMBER"}}},
            "group": {"type": "GROUP"},
        },
    )
    add(api, app, {"name": "a", "price": "1"}, {"name": "b", "price": "2"})
    return app


def restrict(app: App, code: str, accessibility: str) -> None:
    entity = {"accessibility": accessibility, "entity": USER1, "includeSubs": False}
    app.settings.field_acl.append({"code": code, "entities": [entity]})


def test_without_permissions_all_is_allowed(user_api: Api, shop: App) -> None:
    answer = user_api.ok("GET", "records/acl/evaluate.json", app=shop.id, ids=[2, 1])
    assert [right["id"] for right in answer["rights"]] == ["2", "1"]
    for right in answer["rights"]:
        assert right["record"] == ALL
        assert right["fields"].keys() == {*shop.settings.properties, "inner"}
        assert all(granted == FULL for granted in right["fields"].values())


@pytest.mark.parametrize(
    ("key", "lost"), [("recordEditable", "editable"), ("recordDeletable", "deletable")]
)
def test_app_permissions_count(user_api: Api, shop: App, key: str, lost: str) -> None:
    shop.settings.app_acl[-1][key] = False
    (right,) = user_api.ok("GET", "records/acl/evaluate.json", app=shop.id, ids=[1])["rights"]
    assert right["record"] == {**ALL, lost: False}


def test_record_permissions_count(user_api: Api, shop: App) -> None:
    entity = {"entity": USER1, "includeSubs": False, **ALL, "editable": False, "viewable": False}
    shop.settings.record_acl = [{"filterCond": 'name = "b"', "entities": [entity]}]
    rights = user_api.ok("GET", "records/acl/evaluate.json", app=shop.id, ids=[1, 2])["rights"]
    assert [right["record"] for right in rights] == [
        ALL,
        {"viewable": False, "editable": False, "deletable": True},
    ]


def test_field_permissions_count(user_api: Api, shop: App) -> None:
    restrict(shop, "price", "NONE")
    restrict(shop, "lines", "READ")
    restrict(shop, "name", "WRITE")
    (right,) = user_api.ok("GET", "records/acl/evaluate.json", app=shop.id, ids=[1])["rights"]
    shown = {code: right["fields"][code] for code in ("name", "price", "lines", "inner")}
    assert shown == {"name": FULL, "price": NONE, "lines": READ, "inner": READ}


def test_tokens_have_the_rights_of_their_app(token_api: Callable[..., Api], shop: App) -> None:
    restrict(shop, "price", "NONE")
    token = token_api(shop, "view", "edit")
    (right,) = token.ok("GET", "records/acl/evaluate.json", app=shop.id, ids=[1])["rights"]
    assert right["record"] == {**ALL, "deletable": False}
    assert right["fields"]["price"] == FULL


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([99], (404, "GAIA_RE01")),
        ([], (400, "CB_VA01")),
        (list(range(1, 102)), (400, "CB_VA01")),
        (["x"], (400, "CB_VA01")),
    ],
)
def test_refusals(api: Api, shop: App, ids: list[Any], expected: tuple[int, str]) -> None:
    assert api.refused("GET", "records/acl/evaluate.json", app=shop.id, ids=ids) == expected
