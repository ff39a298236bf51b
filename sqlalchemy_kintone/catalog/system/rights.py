"""Who may do what: rights on apps, records and fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy_kintone.catalog.system.definition import Row, Wanted, define_of_app
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry


def _app_permissions(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/acl", wanted):
        for position, right in enumerate(told["rights"]):
            yield {
                "app_id": app_id,
                "position": position,
                **entity(right),
                "app_editable": right.get("appEditable"),
                "record_viewable": right.get("recordViewable"),
                "record_addable": right.get("recordAddable"),
                "record_editable": right.get("recordEditable"),
                "record_deletable": right.get("recordDeletable"),
                "record_importable": right.get("recordImportable"),
                "record_exportable": right.get("recordExportable"),
            }


def _record_permissions(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("record/acl", wanted):
        for rule, right in enumerate(told["rights"]):
            for position, holder in enumerate(right["entities"]):
                yield {
                    "app_id": app_id,
                    "rule": rule,
                    "filter": right.get("filterCond"),
                    "position": position,
                    **entity(holder),
                    "viewable": holder.get("viewable"),
                    "editable": holder.get("editable"),
                    "deletable": holder.get("deletable"),
                }


def _field_permissions(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("field/acl", wanted):
        for right in told["rights"]:
            for position, holder in enumerate(right["entities"]):
                yield {
                    "app_id": app_id,
                    "field_code": right["code"],
                    "position": position,
                    **entity(holder),
                    "accessibility": holder.get("accessibility"),
                }


def entity(holder: Mapping[str, Any]) -> Row:
    """Whom a right or a notification is for."""
    named = holder["entity"]
    return {
        "entity_type": named["type"],
        "entity_code": named.get("code"),
        "include_subs": holder.get("includeSubs"),
    }


ENTITY = (
    ("entity_type", "VARCHAR", "USER, GROUP, ORGANIZATION, CREATOR or FIELD_ENTITY"),
    ("entity_code", "VARCHAR", "the code of the user, group, organization or field"),
    ("include_subs", "BOOLEAN", "whether organizations below are meant too"),
)
"""The columns that ``entity`` gives."""

TABLES = (
    define_of_app(
        "app_permissions",
        "What somebody may do in an app. Of several the first one counts.",
        (
            ("position", "BIGINT", "its place among the app's rights, from 0"),
            *ENTITY,
            ("app_editable", "BOOLEAN", "may change the app's settings"),
            ("record_viewable", "BOOLEAN", "may view records"),
            ("record_addable", "BOOLEAN", "may add records"),
            ("record_editable", "BOOLEAN", "may edit records"),
            ("record_deletable", "BOOLEAN", "may delete records"),
            ("record_importable", "BOOLEAN", "may import from files"),
            ("record_exportable", "BOOLEAN", "may export to files"),
        ),
        _app_permissions,
        primary_key=("position",),
    ),
    define_of_app(
        "record_permissions",
        "What somebody may do with records that satisfy a condition.",
        (
            ("rule", "BIGINT", "the place of the condition, from 0"),
            ("filter", "VARCHAR", "the condition, in Kintone's language"),
            ("position", "BIGINT", "the place within the rule, from 0"),
            *ENTITY,
            ("viewable", "BOOLEAN", "may view them"),
            ("editable", "BOOLEAN", "may edit them"),
            ("deletable", "BOOLEAN", "may delete them"),
        ),
        _record_permissions,
        primary_key=("rule", "position"),
    ),
    define_of_app(
        "field_permissions",
        "What somebody may do with a field.",
        (
            ("field_code", "VARCHAR", "the field"),
            ("position", "BIGINT", "its place among the field's rights, from 0"),
            *ENTITY,
            ("accessibility", "VARCHAR", "WRITE, READ or NONE"),
        ),
        _field_permissions,
        primary_key=("field_code", "position"),
    ),
)
