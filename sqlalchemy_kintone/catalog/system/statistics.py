"""How much apps hold and are used, which Kintone tells administrators of the domain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy_kintone.catalog.system.definition import APP_ID, Row, Wanted, define, number
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry

_PAGE = 100
"""The most that Kintone gives at once."""


def _statistics(inquiry: Inquiry, _wanted: Wanted) -> Iterator[Row]:
    inquiry.require_user("system.statistics")
    for app in _told(inquiry):
        space, creator, modifier = (app.get(k) or {} for k in ("space", "creator", "modifier"))
        yield {
            "app_id": number(app["id"]),
            "name": app["name"],
            "space_id": number(space.get("id")),
            "space_name": space.get("name"),
            "app_group": app.get("appGroup"),
            "status": app.get("status"),
            "records": number(app.get("recordCount")),
            "fields": number(app.get("fieldCount")),
            "daily_requests": number(app.get("dailyRequestCount")),
            "storage_bytes": number(app.get("storageUsage")),
            "customized": app.get("customized"),
            "record_updated_at": app.get("recordUpdatedAt"),
            "created_at": app.get("createdAt"),
            "creator": creator.get("code"),
            "creator_name": creator.get("name"),
            "modified_at": app.get("modifiedAt"),
            "modifier": modifier.get("code"),
            "modifier_name": modifier.get("name"),
        }


def _told(inquiry: Inquiry) -> Iterator[dict[str, Any]]:
    """The apps of the domain, page after page: nothing tells how many there are."""
    offset = 0
    while True:
        asked = {"offset": offset, "limit": _PAGE}
        page = inquiry.client.read("apps/statistics", asked)["apps"]
        yield from page
        if len(page) < _PAGE:
            return
        offset += _PAGE


TABLES = (
    define(
        "statistics",
        "How much an app of the domain holds and is used. For administrators of the domain.",
        (
            ("app_id", "BIGINT", "the app"),
            ("name", "VARCHAR", "its name"),
            ("space_id", "BIGINT", "the space it belongs to"),
            ("space_name", "VARCHAR", "the name of the space"),
            ("app_group", "VARCHAR", "the app group"),
            ("status", "VARCHAR", "NOT_ACTIVATED, ACTIVATED or CHANGED"),
            ("records", "BIGINT", "how many records it has"),
            ("fields", "BIGINT", "how many fields it has"),
            ("daily_requests", "BIGINT", "how many API requests it gets a day"),
            ("storage_bytes", "BIGINT", "the size of all files in its records"),
            ("customized", "BOOLEAN", "whether it has scripts, plug-ins or custom lists"),
            ("record_updated_at", "TIMESTAMP WITH TIME ZONE", "when a record was last written"),
            ("created_at", "TIMESTAMP WITH TIME ZONE", "when it was made"),
            ("creator", "VARCHAR", "login name of who made it"),
            ("creator_name", "VARCHAR", "the name shown of who made it"),
            ("modified_at", "TIMESTAMP WITH TIME ZONE", "when its settings were last changed"),
            ("modifier", "VARCHAR", "login name of who changed them"),
            ("modifier_name", "VARCHAR", "the name shown of who changed them"),
        ),
        _statistics,
        primary_key=("app_id",),
        references=(APP_ID,),
    ),
)
