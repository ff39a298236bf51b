"""Who is told of what happens in an app."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy_kintone.catalog.system.definition import Row, Wanted, define_of_app, number
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.catalog.system.rights import ENTITY, entity


def _notifications(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    yield from _general(inquiry, wanted)
    for kind, resource in (
        ("record", "app/notifications/perRecord"),
        ("reminder", "app/notifications/reminder"),
    ):
        for app_id, told in inquiry.settings_of_apps(resource, wanted):
            for position, each in enumerate(told["notifications"]):
                timing = each.get("timing") or {}
                for number_of_target, target in enumerate(each["targets"]):
                    yield {
                        "app_id": app_id,
                        "kind": kind,
                        "position": position,
                        "target": number_of_target,
                        **entity(target),
                        "title": each.get("title"),
                        "filter": each.get("filterCond"),
                        "timing_field": timing.get("code"),
                        "days_later": number(timing.get("daysLater")),
                        "hours_later": number(timing.get("hoursLater")),
                        "time": timing.get("time"),
                        "time_zone": told.get("timezone"),
                    }


def _general(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/notifications/general", wanted):
        for position, each in enumerate(told["notifications"]):
            yield {
                "app_id": app_id,
                "kind": "general",
                "position": position,
                "target": 0,
                **entity(each),
                "record_added": each.get("recordAdded"),
                "record_edited": each.get("recordEdited"),
                "comment_added": each.get("commentAdded"),
                "status_changed": each.get("statusChanged"),
                "file_imported": each.get("fileImported"),
            }


TABLES = (
    define_of_app(
        "notifications",
        "Somebody who is told of what happens in an app.",
        (
            ("kind", "VARCHAR", "general, record or reminder"),
            ("position", "BIGINT", "its place among those of its kind, from 0"),
            ("target", "BIGINT", "the place of the receiver, from 0"),
            *ENTITY,
            ("title", "VARCHAR", "the text"),
            ("filter", "VARCHAR", "for which records, in Kintone's language"),
            ("record_added", "BOOLEAN", "whether of new records"),
            ("record_edited", "BOOLEAN", "whether of changed records"),
            ("comment_added", "BOOLEAN", "whether of comments"),
            ("status_changed", "BOOLEAN", "whether of changes of the status"),
            ("file_imported", "BOOLEAN", "whether of imports"),
            ("timing_field", "VARCHAR", "the date that a reminder counts from"),
            ("days_later", "BIGINT", "how many days after it"),
            ("hours_later", "BIGINT", "how many hours after it"),
            ("time", "VARCHAR", "at what time of the day"),
            ("time_zone", "VARCHAR", "the time zone of reminders"),
        ),
        _notifications,
        primary_key=("kind", "position", "target"),
    ),
)
