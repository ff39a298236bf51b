"""Apps and their general settings."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy_kintone.catalog.model import TableName
from sqlalchemy_kintone.catalog.naming import schema_of
from sqlalchemy_kintone.catalog.system.definition import APP_ID, Row, Wanted, define, number
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry


def _apps(inquiry: Inquiry, _wanted: Wanted) -> Iterator[Row]:
    names: dict[int, TableName] = {
        name.app_id: name
        for space in inquiry.apps.spaces
        for name in inquiry.catalog.names(schema_of(space))
    }
    for app in inquiry.apps.apps():
        info = app.info
        name = names[info.app_id]
        yield {
            "app_id": info.app_id,
            "code": info.code,
            "name": info.name,
            "description": info.description,
            "table_schema": name.schema,
            "table_name": name.name,
            "space_id": info.space_id,
            "guest_space_id": app.guest_space_id,
            "thread_id": info.thread_id,
            "created_at": info.created_at,
            "creator": info.creator.code,
            "creator_name": info.creator.name,
            "modified_at": info.modified_at,
            "modifier": info.modifier.code,
            "modifier_name": info.modifier.name,
        }


def _settings(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/settings", wanted):
        icon, title = told.get("icon") or {}, told.get("titleField") or {}
        precision = told.get("numberPrecision") or {}
        yield {
            "app_id": app_id,
            "name": told.get("name"),
            "description": told.get("description"),
            "icon_type": icon.get("type"),
            "icon_key": icon.get("key") or (icon.get("file") or {}).get("fileKey"),
            "theme": told.get("theme"),
            "title_selection": title.get("selectionMode"),
            "title_field": title.get("code"),
            "thumbnails": told.get("enableThumbnails"),
            "bulk_deletion": told.get("enableBulkDeletion"),
            "comments": told.get("enableComments"),
            "duplicate_record": told.get("enableDuplicateRecord"),
            "inline_editing": told.get("enableInlineRecordEditing"),
            "digits": number(precision.get("digits")),
            "decimal_places": number(precision.get("decimalPlaces")),
            "rounding_mode": precision.get("roundingMode"),
            "first_month_of_fiscal_year": number(told.get("firstMonthOfFiscalYear")),
            "revision": number(told.get("revision")),
        }


TABLES = (
    define(
        "apps",
        "An app that this login sees.",
        (
            ("app_id", "BIGINT", "the app's id"),
            ("code", "VARCHAR", "the app code"),
            ("name", "VARCHAR", "the app's name; names are not unique"),
            ("description", "VARCHAR", "HTML, as its author wrote it"),
            ("table_schema", "VARCHAR", "the schema of its table"),
            ("table_name", "VARCHAR", "the name of its table"),
            ("space_id", "BIGINT", "the space it belongs to"),
            ("guest_space_id", "BIGINT", "the same, where it is a guest space"),
            ("thread_id", "BIGINT", "the thread of the space"),
            ("created_at", "TIMESTAMP WITH TIME ZONE", "when it was made"),
            ("creator", "VARCHAR", "login name of who made it"),
            ("creator_name", "VARCHAR", "the name shown of who made it"),
            ("modified_at", "TIMESTAMP WITH TIME ZONE", "when its settings were last changed"),
            ("modifier", "VARCHAR", "login name of who changed them"),
            ("modifier_name", "VARCHAR", "the name shown of who changed them"),
        ),
        _apps,
        primary_key=("app_id",),
    ),
    define(
        "settings",
        "The general settings of an app.",
        (
            ("app_id", "BIGINT", "the app"),
            ("name", "VARCHAR", "its name"),
            ("description", "VARCHAR", "HTML, as its author wrote it"),
            ("icon_type", "VARCHAR", "PRESET or FILE"),
            ("icon_key", "VARCHAR", "the preset icon, or the key of the file"),
            ("theme", "VARCHAR", "the colours of its pages"),
            ("title_selection", "VARCHAR", "AUTO or MANUAL"),
            ("title_field", "VARCHAR", "the field that records are titled by"),
            ("thumbnails", "BOOLEAN", "whether pictures are shown small in lists"),
            ("bulk_deletion", "BOOLEAN", "whether records can be deleted all at once"),
            ("comments", "BOOLEAN", "whether records have comments"),
            ("duplicate_record", "BOOLEAN", "whether records can be duplicated"),
            ("inline_editing", "BOOLEAN", "whether records can be edited in lists"),
            ("digits", "BIGINT", "the most digits of a number"),
            ("decimal_places", "BIGINT", "the most digits after the point"),
            ("rounding_mode", "VARCHAR", "HALF_EVEN, UP or DOWN"),
            ("first_month_of_fiscal_year", "BIGINT", "1 to 12"),
            ("revision", "BIGINT", "counts changes of the app's settings"),
        ),
        _settings,
        keys=("app_id",),
        primary_key=("app_id",),
        references=(APP_ID,),
    ),
)
