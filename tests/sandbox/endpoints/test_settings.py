"""Reading the settings of live apps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.endpoints.settings import ENDPOINTS
from sqlalchemy_kintone.sandbox.model import App, Domain
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.sandbox.client import Api

RESOURCES = [endpoint.resource for endpoint in ENDPOINTS]
BY_VIEWERS = [
    *("app/form/fields.json", "app/form/layout.json", "app/views.json", "app/settings.json"),
    *("app/status.json", "app/reports.json"),
]
HIDDEN = {
    "code": "secret",
    "entities": [
        {
            "accessibility": "NONE",
            "entity": {"type": "USER", "code": "user1"},
            "includeSubs": False,
        },
    ],
}


@pytest.fixture
def shop(domain: Domain) -> App:
    app = create_app(
        domain,
        "shop",
        {
            "name": {"type": "SINGLE_LINE_TEXT"},
            "secret": {"type": "NUMBER"},
            "lines": {"type": "SUBTABLE", "fields": {"inner": {"type": "NUMBER"}}},
        },
        views={"all": {"fields": ["name"]}},
        number_precision={"digits": "30"},
    )
    app.settings.revision = 7
    return app


def grant(app: App, *rights: str) -> None:
    """Everyone gets these rights of ``app/acl.json`` and no others."""
    everyone = app.settings.app_acl[-1]
    for key in everyone:
        if key not in ("entity", "includeSubs"):
            everyone[key] = key in rights


def test_what_each_resource_shows(api: Api, shop: App) -> None:
    settings = shop.settings
    no_files: dict[str, list[str]] = {"js": [], "css": []}
    shown = {name: api.ok("GET", name, app=shop.id) for name in RESOURCES}
    assert {body.pop("revision") for body in shown.values()} == {"7"}
    assert shown == {
        "app/form/fields.json": {"properties": settings.properties},
        "app/form/layout.json": {"layout": settings.layout},
        "app/views.json": {"views": settings.views},
        "app/settings.json": settings.general,
        "app/status.json": {"enable": False, "states": None, "actions": None},
        "app/reports.json": {"reports": {}},
        "app/acl.json": {"rights": settings.app_acl},
        "record/acl.json": {"rights": []},
        "field/acl.json": {"rights": []},
        "app/customize.json": {"scope": "ALL", "desktop": no_files, "mobile": no_files},
        "app/plugins.json": {"plugins": []},
        "app/actions.json": {"actions": {}},
        "app/notifications/general.json": {"notifications": [], "notifyToCommenter": True},
        "app/notifications/perRecord.json": {"notifications": []},
        "app/notifications/reminder.json": {"notifications": [], "timezone": None},
        "app/adminNotes.json": {"content": "", "includeInTemplateAndDuplicates": False},
    }
    assert shown["app/settings.json"]["numberPrecision"]["digits"] == "30"
    assert shown["app/views.json"]["views"]["all"]["fields"] == ["name"]


@pytest.mark.parametrize("resource", RESOURCES)
def test_settings_in_preparation_are_not_shown(api: Api, shop: App, resource: str) -> None:
    before = api.ok("GET", resource, app=shop.id)
    shop.preview.properties.clear()
    shop.preview.general["name"] = "other"
    shop.preview.views.clear()
    shop.preview.app_acl.clear()
    shop.preview.revision = 8
    assert api.ok("GET", resource, app=shop.id) == before


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    ("rights", "viewer", "administrator"),
    [
        (["recordViewable"], True, False),
        (["appEditable"], False, True),
        (["recordEditable", "recordDeletable"], False, False),
    ],
)
def test_who_may_read(
    user_api: Api,
    shop: App,
    resource: str,
    rights: Sequence[str],
    viewer: bool,
    administrator: bool,
) -> None:
    grant(shop, *rights)
    response = user_api.get(resource, app=shop.id)
    allowed = viewer if resource in BY_VIEWERS else administrator
    assert response.status_code == (200 if allowed else 403)
    if not allowed:
        assert response.json()["code"] == "CB_NO02"


def test_who_may_add_records_may_read_the_form(user_api: Api, shop: App) -> None:
    grant(shop, "recordAddable")
    for resource in ("app/form/fields.json", "app/form/layout.json", "app/views.json"):
        assert user_api.ok("GET", resource, app=shop.id)["revision"] == "7"
    assert user_api.refused("GET", "app/settings.json", app=shop.id) == (403, "CB_NO02")


@pytest.mark.parametrize("resource", RESOURCES)
def test_tokens_read_with_their_rights(
    token_api: Callable[..., Api], shop: App, domain: Domain, resource: str
) -> None:
    other = create_app(domain, "other", {})
    viewing, administering = token_api(shop, "view"), token_api(shop, "settings")
    refused = (403, "GAIA_NO01")
    if resource in BY_VIEWERS:
        assert viewing.get(resource, app=shop.id).status_code == 200
        assert administering.refused("GET", resource, app=shop.id) == refused
    else:
        assert viewing.refused("GET", resource, app=shop.id) == refused
        assert administering.get(resource, app=shop.id).status_code == 200
    assert token_api(other).refused("GET", resource, app=shop.id) == refused


def test_tokens_may_be_kept_from_general_settings(
    domain: Domain, api: Api, token_api: Callable[..., Api], shop: App
) -> None:
    domain.switches = replace(Switches(), token_reads_settings="refuse")
    assert token_api(shop).refused("GET", "app/settings.json", app=shop.id) == (403, "GAIA_NO01")
    assert api.ok("GET", "app/settings.json", app=shop.id)["name"] == "shop"


@pytest.mark.parametrize(
    ("listed", "code", "expected"),
    [
        ("hide", "secret", {"secret": False, "lines": True, "inner": True}),
        ("hide", "lines", {"secret": True, "lines": False, "inner": False}),
        ("hide", "inner", {"secret": True, "lines": True, "inner": False}),
        ("list", "secret", {"secret": True, "lines": True, "inner": True}),
    ],
)
def test_fields_that_may_not_be_viewed(
    domain: Domain, user_api: Api, api: Api, shop: App, listed: Any, code: str, expected: Any
) -> None:
    domain.switches = replace(Switches(), hidden_fields_listed=listed)
    shop.settings.field_acl = [{**HIDDEN, "code": code}]
    properties = user_api.ok("GET", "app/form/fields.json", app=shop.id)["properties"]
    assert {
        "secret": "secret" in properties,
        "lines": "lines" in properties,
        "inner": "inner" in properties.get("lines", {}).get("fields", {}),
    } == expected


@pytest.mark.parametrize("lang", ["default", "user", "ja", "en", "zh"])
@pytest.mark.parametrize("resource", BY_VIEWERS)
def test_languages_change_nothing_here(api: Api, shop: App, resource: str, lang: str) -> None:
    plain = api.ok("GET", resource, app=shop.id)
    assert api.ok("GET", resource, app=shop.id, lang=lang) == plain


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"app": 99}, (404, "GAIA_AP01")),
        ({"app": "x"}, (400, "CB_VA01")),
        ({}, (400, "CB_VA01")),
        ({"app": 1, "lang": "tlh"}, (400, "CB_VA01")),
    ],
)
def test_refusals(
    api: Api, shop: App, resource: str, params: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert api.refused("GET", resource, **params) == expected


def test_an_app_that_is_not_deployed_has_no_live_settings(api: Api, domain: Domain) -> None:
    draft = create_app(domain, "draft", {}, deployed=False)
    for resource in RESOURCES:
        assert api.refused("GET", resource, app=draft.id) == (404, "GAIA_AP01")
