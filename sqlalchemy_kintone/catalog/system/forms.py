"""Fields, and where they stand on the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy_kintone.catalog.system.definition import (
    Row,
    Wanted,
    define_of_app,
    json_text,
    number,
)
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry

Property = Mapping[str, Any]


def _fields(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/form/fields", wanted):
        for code, prop in told["properties"].items():
            yield _field(app_id, code, prop, None)
            if prop["type"] == "SUBTABLE":
                for inner, inner_prop in prop["fields"].items():
                    yield _field(app_id, inner, inner_prop, code)


def _field(app_id: int, code: str, prop: Property, table_code: str | None) -> Row:
    lookup, related = prop.get("lookup") or {}, prop.get("referenceTable") or {}
    default = prop.get("defaultValue")
    return {
        "app_id": app_id,
        "code": code,
        "type": prop["type"],
        "label": prop.get("label"),
        "table_code": table_code,
        "required": prop.get("required"),
        "is_unique": prop.get("unique"),
        "enabled": prop.get("enabled"),
        "default_value": default if isinstance(default, str) else json_text(default or None),
        "default_now": prop.get("defaultNowValue"),
        "options": _options(prop.get("options")),
        "min_length": number(prop.get("minLength")),
        "max_length": number(prop.get("maxLength")),
        "min_value": prop.get("minValue"),
        "max_value": prop.get("maxValue"),
        "digit_separator": prop.get("digit"),
        "display_scale": number(prop.get("displayScale")),
        "unit": prop.get("unit"),
        "unit_position": prop.get("unitPosition"),
        "formula": prop.get("expression"),
        "hide_formula": prop.get("hideExpression"),
        "format": prop.get("format"),
        "protocol": prop.get("protocol"),
        "alignment": prop.get("align"),
        "hide_label": prop.get("noLabel"),
        "group_open": prop.get("openGroup"),
        "thumbnail_size": number(prop.get("thumbnailSize")),
        "entities": json_text(prop.get("entities") or None),
        "lookup_app_id": number((lookup.get("relatedApp") or {}).get("app")),
        "lookup_key": lookup.get("relatedKeyField"),
        "related_app_id": number((related.get("relatedApp") or {}).get("app")),
        "properties": json_text(prop),
    }


def _options(options: object) -> list[str] | None:
    if not isinstance(options, Mapping):
        return None
    return sorted(options, key=lambda option: int(options[option]["index"]))


def _form_layout(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for app_id, told in inquiry.settings_of_apps("app/form/layout", wanted):
        items = _rows(told["layout"], None)
        for position, item in enumerate(items, start=1):
            yield {"app_id": app_id, "position": position, **item}


def _rows(layout: Iterable[Property], group: str | None) -> Iterator[Row]:
    for row_number, row in enumerate(layout, start=1):
        if row["type"] == "GROUP":
            yield {"row_no": row_number, "code": row["code"], "type": "GROUP"}
            yield from _rows(row["layout"], row["code"])
            continue
        table = row.get("code") if row["type"] == "SUBTABLE" else None
        if table is not None:
            yield {"row_no": row_number, "code": table, "type": "SUBTABLE", "group_code": group}
        for item_number, item in enumerate(row["fields"], start=1):
            size = item.get("size") or {}
            yield {
                "row_no": row_number,
                "item_no": item_number,
                "code": item.get("code"),
                "type": item["type"],
                "group_code": group,
                "table_code": table,
                "label": item.get("label"),
                "element_id": item.get("elementId"),
                "width": number(size.get("width")),
                "height": number(size.get("height")),
                "inner_height": number(size.get("innerHeight")),
            }


TABLES = (
    define_of_app(
        "fields",
        "A field of an app, those inside tables included.",
        (
            ("code", "VARCHAR", "the field code"),
            ("type", "VARCHAR", "Kintone's type, such as SINGLE_LINE_TEXT"),
            ("label", "VARCHAR", "the name shown"),
            ("table_code", "VARCHAR", "the table it is inside of"),
            ("required", "BOOLEAN", "whether a write may not leave it empty"),
            ("is_unique", "BOOLEAN", "whether no value may come twice"),
            ("enabled", "BOOLEAN", "of process and category fields: whether they are in use"),
            ("default_value", "VARCHAR", "the default; JSON where it is a list"),
            ("default_now", "BOOLEAN", "whether the default is the time of entry"),
            ("options", "VARCHAR[]", "the options in their order"),
            ("min_length", "BIGINT", "the fewest characters"),
            ("max_length", "BIGINT", "the most characters"),
            ("min_value", "VARCHAR", "the least number"),
            ("max_value", "VARCHAR", "the greatest number"),
            ("digit_separator", "BOOLEAN", "whether thousands are separated"),
            ("display_scale", "BIGINT", "how many decimals are shown"),
            ("unit", "VARCHAR", "the unit shown"),
            ("unit_position", "VARCHAR", "BEFORE or AFTER"),
            ("formula", "VARCHAR", "the formula it is calculated by"),
            ("hide_formula", "BOOLEAN", "whether the formula is hidden"),
            ("format", "VARCHAR", "the form of a calculated value"),
            ("protocol", "VARCHAR", "of links: WEB, CALL or MAIL"),
            ("alignment", "VARCHAR", "of radio buttons and check boxes"),
            ("hide_label", "BOOLEAN", "whether the label is hidden"),
            ("group_open", "BOOLEAN", "whether the group is shown open"),
            ("thumbnail_size", "BIGINT", "of pictures, in pixels"),
            ("entities", "VARCHAR", "who can be chosen, as JSON"),
            ("lookup_app_id", "BIGINT", "the app that a lookup gets its value from"),
            ("lookup_key", "VARCHAR", "the field there"),
            ("related_app_id", "BIGINT", "the app whose records are shown as related"),
            ("properties", "VARCHAR", "all that Kintone says of it, as JSON"),
        ),
        _fields,
        primary_key=("code",),
    ),
    define_of_app(
        "form_layout",
        "A place on the form of an app, from the top.",
        (
            ("position", "BIGINT", "its place among all, from 1"),
            ("row_no", "BIGINT", "the row of the form, or of the group, from 1"),
            ("item_no", "BIGINT", "the place in the row, from 1"),
            ("code", "VARCHAR", "the field, table or group"),
            ("type", "VARCHAR", "its type; LABEL, SPACER and HR too"),
            ("group_code", "VARCHAR", "the group it is inside of"),
            ("table_code", "VARCHAR", "the table it is inside of"),
            ("label", "VARCHAR", "the text of a label, HTML"),
            ("element_id", "VARCHAR", "the id of a blank space"),
            ("width", "BIGINT", "pixels"),
            ("height", "BIGINT", "pixels, the label included"),
            ("inner_height", "BIGINT", "pixels, without the label"),
        ),
        _form_layout,
        primary_key=("position",),
    ),
)
