"""Process management: statuses, and the actions between them."""

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


def _statuses(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/status", wanted):
        # Null in apps whose process was never set up.
        for state in (told.get("states") or {}).values():
            assignee = state.get("assignee") or {}
            yield {
                "app_id": app_id,
                "name": state["name"],
                "position": number(state["index"]),
                "enabled": told["enable"],
                "assignee_type": assignee.get("type"),
                "assignees": json_text(assignee.get("entities") or None),
            }


def _actions(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/status", wanted):
        for position, action in enumerate(told.get("actions") or ()):
            yield {
                "app_id": app_id,
                "position": position,
                "name": action["name"],
                "from_status": action["from"],
                "to_status": action["to"],
                "filter": action.get("filterCond"),
                "enabled": told["enable"],
            }


TABLES = (
    define_of_app(
        "statuses",
        "A status of an app's process.",
        (
            ("name", "VARCHAR", "the status"),
            ("position", "BIGINT", "its place among the app's statuses"),
            ("enabled", "BOOLEAN", "whether the process is in use"),
            ("assignee_type", "VARCHAR", "ONE, ALL or ANY of the assignees have to act"),
            ("assignees", "VARCHAR", "who they can be, as JSON"),
        ),
        _statuses,
        primary_key=("name",),
    ),
    define_of_app(
        "status_actions",
        "An action that leads from one status to another.",
        (
            ("position", "BIGINT", "its place among the app's actions"),
            ("name", "VARCHAR", "the action"),
            ("from_status", "VARCHAR", "the status before"),
            ("to_status", "VARCHAR", "the status after"),
            ("filter", "VARCHAR", "which records it is for, in Kintone's language"),
            ("enabled", "BOOLEAN", "whether the process is in use"),
        ),
        _actions,
        primary_key=("position",),
    ),
)
