"""App actions and plug-ins."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy_kintone.catalog.system.definition import (
    Row,
    Wanted,
    define_of_app,
    json_text,
    number,
)
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry


def _actions(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/actions", wanted):
        for action in told["actions"].values():
            target = action.get("destApp") or {}
            yield {
                "app_id": app_id,
                "id": number(action["id"]),
                "name": action["name"],
                "position": number(action["index"]),
                "target_app_id": number(target.get("app")),
                "target_app_code": target.get("code"),
                "mappings": json_text(action.get("mappings")),
                "entities": json_text(action.get("entities")),
            }


def _plugins(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/plugins", wanted):
        for plugin in told["plugins"]:
            yield {
                "app_id": app_id,
                "id": plugin["id"],
                "name": plugin["name"],
                "enabled": plugin["enabled"],
            }


TABLES = (
    define_of_app(
        "actions",
        "An action that copies a record of an app into another app.",
        (
            ("id", "BIGINT", "the action's id"),
            ("name", "VARCHAR", "its name"),
            ("position", "BIGINT", "its place among the app's actions"),
            ("target_app_id", "BIGINT", "the app that it copies to"),
            ("target_app_code", "VARCHAR", "the code of that app"),
            ("mappings", "VARCHAR", "which field goes where, as JSON"),
            ("entities", "VARCHAR", "who may use it, as JSON"),
        ),
        _actions,
        primary_key=("id",),
    ),
    define_of_app(
        "plugins",
        "A plug-in of an app.",
        (
            ("id", "VARCHAR", "the plug-in's id"),
            ("name", "VARCHAR", "its name"),
            ("enabled", "BOOLEAN", "whether it is in use"),
        ),
        _plugins,
        primary_key=("id",),
    ),
)
