"""The apps of the demo, in their spaces, with their views and permissions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, Space
from sqlalchemy_kintone.sandbox.seeds import demo_forms

MADE_AT = datetime(2024, 4, 1, 0, 0, tzinfo=timezone.utc)
SALES_SPACE = 1
GUEST_SPACE = 2

NAMES = (
    "customers",
    "products",
    "orders",
    "order_lines",
    "活動履歴",
    "employees",
    "パートナー連絡",
)
"""In the order of their ids."""


def add_spaces(domain: Domain) -> None:
    """Add a space and a guest space."""
    domain.spaces[SALES_SPACE] = Space(
        SALES_SPACE, "営業", members=["sandbox", "sato", "suzuki", "takahashi"], thread_id=1
    )
    domain.spaces[GUEST_SPACE] = Space(
        GUEST_SPACE, "Partners", is_guest=True, members=["sandbox", "sato"], thread_id=2
    )


def add_apps(domain: Domain) -> dict[str, App]:
    """Add the apps without records; gives them by name."""
    ids = {name: domain.next_app_id + place for place, name in enumerate(NAMES)}
    lists: Mapping[str, Mapping[str, Any]] = {
        "customers": {
            "properties": demo_forms.customers(ids),
            "layout": demo_forms.customers_layout(),
            "views": {
                "一覧": {"fields": ["code", "name", "rank", "industry", "都道府県"]},
                "A rank": {
                    "fields": ["code", "name"],
                    "filterCond": 'rank in ("A")',
                    "sort": "code asc",
                },
            },
            "description": "取引先の一覧です。",
        },
        "products": {
            "properties": demo_forms.products(),
            "code": "ITEM",
            "number_precision": {"digits": "20", "decimalPlaces": "3"},
        },
        "orders": {
            "properties": demo_forms.orders(ids),
            "process": demo_forms.order_process(),
            "views": {
                "すべての受注": {
                    "fields": ["order_number", "customer_name", "order_date", "total"]
                },
                "Calendar": {"type": "CALENDAR", "date": "order_date", "title": "order_number"},
            },
        },
        "order_lines": {"properties": demo_forms.order_lines()},
        "活動履歴": {"properties": demo_forms.activities(ids), "space_id": SALES_SPACE},
        "employees": {"properties": demo_forms.employees()},
        "パートナー連絡": {"properties": demo_forms.partner_messages(), "space_id": GUEST_SPACE},
    }
    apps = {
        name: create_app(domain, name, creator="sandbox", now=MADE_AT, **lists[name])
        for name in NAMES
    }
    _restrict_salaries(apps["employees"])
    for settings in (apps["orders"].settings, apps["orders"].preview):
        settings.reports = demo_forms.order_reports()
    return apps


def _restrict_salaries(app: App) -> None:
    """Only group ``hr`` sees salaries."""
    entities = [
        {"accessibility": access, "entity": {"type": "GROUP", "code": group}, "includeSubs": False}
        for group, access in (("hr", "WRITE"), ("everyone", "NONE"))
    ]
    for settings in (app.settings, app.preview):
        settings.field_acl = [{"code": "salary", "entities": entities}]
