"""Field properties: what Kintone fills in where a request leaves it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

Property = dict[str, Any]
Properties = dict[str, Property]

_TEXT = {"minLength": "", "maxLength": "", "unique": False, "defaultValue": ""}
_OPTIONS: dict[str, Any] = {"options": {}}
_ENTITIES: dict[str, Any] = {"entities": [], "defaultValue": []}
_NUMBER_FORMAT = {"displayScale": "", "unit": "", "unitPosition": "BEFORE"}
_DATE = {"unique": False, "defaultValue": "", "defaultNowValue": False}

DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "SINGLE_LINE_TEXT": {**_TEXT, "expression": "", "hideExpression": False},
        "LINK": {**_TEXT, "protocol": "WEB"},
        "MULTI_LINE_TEXT": {"defaultValue": ""},
        "RICH_TEXT": {"defaultValue": ""},
        "NUMBER": {
            "minValue": "",
            "maxValue": "",
            "digit": False,
            "unique": False,
            "defaultValue": "",
            **_NUMBER_FORMAT,
        },
        "CALC": {"expression": "", "format": "NUMBER", "hideExpression": False, **_NUMBER_FORMAT},
        "RADIO_BUTTON": {**_OPTIONS, "align": "HORIZONTAL", "required": True},
        "CHECK_BOX": {**_OPTIONS, "defaultValue": [], "align": "HORIZONTAL"},
        "MULTI_SELECT": {**_OPTIONS, "defaultValue": []},
        "DROP_DOWN": {**_OPTIONS, "defaultValue": ""},
        "DATE": _DATE,
        "TIME": {"defaultValue": "", "defaultNowValue": False},
        "DATETIME": _DATE,
        "USER_SELECT": _ENTITIES,
        "ORGANIZATION_SELECT": _ENTITIES,
        "GROUP_SELECT": _ENTITIES,
        "FILE": {"thumbnailSize": "150"},
        "GROUP": {"openGroup": False},
        "SUBTABLE": {"fields": {}},
        "REFERENCE_TABLE": {},
    }
)
"""What each type has beside ``type``, ``code``, ``label``, ``noLabel`` and ``required``; the
defaults of a new field, as Kintone's form editor sets them."""

_COMMON = ("type", "code", "label", "noLabel")
_SOMETIMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "SINGLE_LINE_TEXT": ("lookup",),
        "NUMBER": ("lookup",),
        "LINK": ("lookup",),
        "RADIO_BUTTON": ("defaultValue",),
        "REFERENCE_TABLE": ("referenceTable",),
    }
)
"""What has no default for all fields of a type."""

_NOT_REQUIRED_OR_NOT = frozenset(("GROUP", "SUBTABLE", "REFERENCE_TABLE"))
"""Types whose property has no ``required``."""

_LOOKUP = {"fieldMappings": [], "lookupPickerFields": [], "filterCond": "", "sort": ""}
_REFERENCE_TABLE = {"filterCond": "", "displayFields": [], "sort": "", "size": "5"}

SYSTEM_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "RECORD_NUMBER": "レコード番号",
        "CREATOR": "作成者",
        "CREATED_TIME": "作成日時",
        "MODIFIER": "更新者",
        "UPDATED_TIME": "更新日時",
    }
)
"""The code and label of the fields that every new app has."""

SWITCHED_FIELDS: Mapping[str, str] = MappingProxyType(
    {"STATUS": "ステータス", "STATUS_ASSIGNEE": "作業者", "CATEGORY": "カテゴリー"}
)
"""Those that have ``enabled``: they hold values only while their feature is on."""


def complete(code: str, given: Mapping[str, Any]) -> Property:
    """A property with everything that Kintone shows of a field.

    Args:
        code: The field code.
        given: The type, and whatever else is not as usual. ``options`` may be a list of names.

    Returns:
        A new property.

    Raises:
        ValueError: The type is none, or has no such properties.
    """
    field_type = given["type"]
    unknown = given.keys() - _known(field_type)
    if unknown:
        raise ValueError(f"{field_type} has no {', '.join(sorted(unknown))}")
    prop: Property = {"type": field_type, "code": code, "label": given.get("label", code)}
    if field_type in SWITCHED_FIELDS:
        return {**prop, "enabled": False, **deepcopy(dict(given))}
    prop["noLabel"] = False
    if field_type not in SYSTEM_FIELDS and field_type not in _NOT_REQUIRED_OR_NOT:
        prop["required"] = False
    prop.update(deepcopy(dict(DEFAULTS.get(field_type, {}))))
    prop.update(deepcopy(dict(given)))
    if "options" in prop:
        prop["options"] = _options(prop["options"])
    if field_type == "RADIO_BUTTON":
        # A radio button always has a choice: the first one unless another is named.
        prop.setdefault("defaultValue", next(iter(prop["options"]), ""))
    if prop.get("lookup"):
        prop = _lookup(prop)
    if "referenceTable" in prop:
        prop["referenceTable"] = _related(_REFERENCE_TABLE, prop["referenceTable"])
    if field_type == "SUBTABLE":
        prop["fields"] = {inner: complete(inner, each) for inner, each in prop["fields"].items()}
    return prop


def _known(field_type: str) -> set[str]:
    """The names of all properties of a type."""
    if field_type in SWITCHED_FIELDS:
        return {"type", "code", "label", "enabled"}
    if field_type in SYSTEM_FIELDS:
        return {*_COMMON}
    if field_type not in DEFAULTS:
        raise ValueError(f"{field_type} is no type of field")
    return {*_COMMON, "required", *DEFAULTS[field_type], *_SOMETIMES.get(field_type, ())}


def system_properties(taken: Mapping[str, Mapping[str, Any]]) -> Iterator[Property]:
    """The system fields of a new app, but for the types that are among ``taken``."""
    present = {prop["type"] for prop in taken.values()}
    for field_type, code in {**SYSTEM_FIELDS, **SWITCHED_FIELDS}.items():
        if field_type not in present:
            yield complete(code, {"type": field_type})


def _options(given: Any) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return {
            name: {"label": option.get("label", name), "index": str(option["index"])}
            for name, option in given.items()
        }
    return {name: {"label": name, "index": str(index)} for index, name in enumerate(given)}


def _lookup(prop: Property) -> Property:
    """A lookup shows neither default nor uniqueness."""
    kept = ("type", "code", "label", "noLabel", "required")
    return {**{key: prop[key] for key in kept}, "lookup": _related(_LOOKUP, prop["lookup"])}


def _related(usual: Mapping[str, Any], given: Mapping[str, Any]) -> Property:
    """What refers to another app, which is shown with its id and its app code."""
    app = given["relatedApp"]
    related = {"app": str(app["app"]), "code": app.get("code") or ""}
    return {**deepcopy(dict(usual)), **given, "relatedApp": related}
