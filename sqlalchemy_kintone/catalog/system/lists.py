"""Saved lists and graphs."""

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


def _views(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/views", wanted):
        for view in told["views"].values():
            yield {
                "app_id": app_id,
                "id": number(view["id"]),
                "name": view["name"],
                "type": view["type"],
                "builtin_type": view.get("builtinType"),
                "position": number(view["index"]),
                "fields": view.get("fields"),
                "date_field": view.get("date"),
                "title_field": view.get("title"),
                "filter": view.get("filterCond"),
                "sort": view.get("sort"),
                "html": view.get("html"),
                "pager": view.get("pager"),
                "device": view.get("device"),
            }


def _reports(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/reports", wanted):
        for report in told["reports"].values():
            yield {
                "app_id": app_id,
                "id": number(report["id"]),
                "name": report["name"],
                "chart_type": report["chartType"],
                "chart_mode": report.get("chartMode"),
                "position": number(report["index"]),
                "filter": report.get("filterCond"),
                "groups": json_text(report.get("groups")),
                "aggregations": json_text(report.get("aggregations")),
                "sorts": json_text(report.get("sorts")),
                "periodic_report": json_text(report.get("periodicReport")),
            }


TABLES = (
    define_of_app(
        "views",
        "A saved list of an app.",
        (
            ("id", "BIGINT", "the view's id"),
            ("name", "VARCHAR", "its name"),
            ("type", "VARCHAR", "LIST, CALENDAR or CUSTOM"),
            ("builtin_type", "VARCHAR", "ASSIGNEE: what the process made"),
            ("position", "BIGINT", "its place among the app's views"),
            ("fields", "VARCHAR[]", "the fields that a list shows"),
            ("date_field", "VARCHAR", "the date of a calendar"),
            ("title_field", "VARCHAR", "the title of a calendar's entries"),
            ("filter", "VARCHAR", "the condition, in Kintone's language"),
            ("sort", "VARCHAR", "the order, in Kintone's language"),
            ("html", "VARCHAR", "of a custom view"),
            ("pager", "BOOLEAN", "whether a custom view has pages"),
            ("device", "VARCHAR", "of a custom view: DESKTOP or ANY"),
        ),
        _views,
        primary_key=("id",),
    ),
    define_of_app(
        "reports",
        "A graph of an app.",
        (
            ("id", "BIGINT", "the graph's id"),
            ("name", "VARCHAR", "its name"),
            ("chart_type", "VARCHAR", "such as BAR or PIVOT_TABLE"),
            ("chart_mode", "VARCHAR", "NORMAL, STACKED or PERCENTAGE"),
            ("position", "BIGINT", "its place among the app's graphs"),
            ("filter", "VARCHAR", "the condition, in Kintone's language"),
            ("groups", "VARCHAR", "what it groups by, as JSON"),
            ("aggregations", "VARCHAR", "what it computes, as JSON"),
            ("sorts", "VARCHAR", "its order, as JSON"),
            ("periodic_report", "VARCHAR", "when it is kept, as JSON"),
        ),
        _reports,
        primary_key=("id",),
    ),
)
