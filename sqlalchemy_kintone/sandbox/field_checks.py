"""Reading the field properties that a client sends when it changes a form."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.errors import invalid_input
from sqlalchemy_kintone.sandbox.model import App, Domain
from sqlalchemy_kintone.sandbox.properties import DEFAULTS, SYSTEM_FIELDS, Property

Sent = Mapping[str, Any]

_LONGEST_CODE = 128
_CODE_SYMBOLS = frozenset("_＿･・")
_COMMON = frozenset(("type", "code", "label", "noLabel"))
_WITHOUT_REQUIRED = frozenset((*SYSTEM_FIELDS, "GROUP", "SUBTABLE", "REFERENCE_TABLE"))
_LOOKUP_TYPES = frozenset(("SINGLE_LINE_TEXT", "NUMBER", "LINK"))
_NOT_IN_TABLES = frozenset((*SYSTEM_FIELDS, "GROUP", "SUBTABLE", "REFERENCE_TABLE"))
_ENTITY_KEYS = frozenset(("entities",))

_BOOLEANS = frozenset(
    (
        "noLabel",
        "required",
        "unique",
        "hideExpression",
        "digit",
        "defaultNowValue",
        "openGroup",
    )
)
_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "format": (
            "NUMBER",
            "NUMBER_DIGIT",
            "DATETIME",
            "DATE",
            "TIME",
            "HOUR_MINUTE",
            "DAY_HOUR_MINUTE",
        ),
        "align": ("HORIZONTAL", "VERTICAL"),
        "protocol": ("WEB", "CALL", "MAIL"),
        "unitPosition": ("BEFORE", "AFTER"),
        "thumbnailSize": ("50", "150", "250", "500"),
    }
)
_LIST_DEFAULTS = frozenset(("CHECK_BOX", "MULTI_SELECT"))
_ENTITY_DEFAULTS = frozenset(("USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT"))


def read_property(domain: Domain, path: str, sent: Any, current: Property | None) -> Property:
    """As much of a property as a client sent, in the forms in which Kintone shows it.

    Properties that the type does not have are left out.

    Args:
        domain: The domain, whose apps a lookup may name.
        path: Where in the request it stands, such as ``properties[price]``.
        sent: What the client sent.
        current: The property that it changes, or None for a field to add.

    Raises:
        KintoneError: CB_VA01 naming what is wrong.
    """
    if not isinstance(sent, Mapping):
        raise invalid_input({path: ["Must be an object."]})
    field_type = _type(path, sent, current)
    known = _known_keys(field_type)
    prop: Property = {}
    for key, raw in sent.items():
        if key in known and raw is not None:
            prop[key] = _reader(field_type, key)(f"{path}.{key}", raw)
    prop["type"] = field_type
    if "code" in prop:
        demand_code(f"{path}.code", prop["code"])
    if prop.get("label") == "":
        raise invalid_input({f"{path}.label": ["Required field."]})
    if "lookup" in prop:
        prop["lookup"] = _lookup(domain, f"{path}.lookup", prop["lookup"])
    if "referenceTable" in prop:
        prop["referenceTable"] = _reference(domain, f"{path}.referenceTable", sent)
    if current is None:
        _demand_complete(path, prop)
    _demand_default(path, prop, current or {})
    return prop


def demand_code(path: str, code: str) -> None:
    """Refuse what is no field code: letters, digits, ``_＿･・`` and currency signs, no digit first.

    Raises:
        KintoneError: CB_VA01.
    """
    fits = (
        0 < len(code) <= _LONGEST_CODE
        and not code[0].isdigit()
        and all(c.isalnum() or c in _CODE_SYMBOLS or unicodedata.category(c) == "Sc" for c in code)
    )
    if not fits:
        raise invalid_input({path: ["The field code is not valid."]})


def demand_in_table(path: str, field_type: str) -> None:
    """Refuse types that no SUBTABLE may hold.

    Raises:
        KintoneError: CB_VA01.
    """
    if field_type in _NOT_IN_TABLES:
        raise invalid_input({f"{path}.type": ["A table cannot hold a field of this type."]})


def _type(path: str, sent: Sent, current: Property | None) -> str:
    given = sent.get("type")
    if current is not None:
        current_type = str(current["type"])
        if given not in (None, current_type):
            raise invalid_input({f"{path}.type": ["The type of a field cannot be changed."]})
        return current_type
    if given is None:
        raise invalid_input({f"{path}.type": ["Required field."]})
    if given not in DEFAULTS and given not in SYSTEM_FIELDS:
        raise invalid_input({f"{path}.type": ["must be one of the enum value"]})
    return str(given)


def _known_keys(field_type: str) -> frozenset[str]:
    known = _COMMON | DEFAULTS.get(field_type, {}).keys()
    if field_type not in _WITHOUT_REQUIRED:
        known |= {"required"}
    if field_type in _LOOKUP_TYPES:
        known |= {"lookup"}
    if field_type == "RADIO_BUTTON":
        known |= {"defaultValue"}
    if field_type == "REFERENCE_TABLE":
        known |= {"referenceTable"}
    return frozenset(known) - {"fields"}


def _reader(field_type: str, key: str) -> Callable[[str, Any], Any]:
    if key in _BOOLEANS:
        return lambda path, raw: params.boolean({path: raw}, path)
    if key in _CHOICES:
        return lambda path, raw: _choice(path, raw, _CHOICES[key])
    if key == "options":
        return _options
    if key in _ENTITY_KEYS or (key == "defaultValue" and field_type in _ENTITY_DEFAULTS):
        return _entities
    if key == "defaultValue" and field_type in _LIST_DEFAULTS:
        return lambda path, raw: params.strings({path: raw}, path)
    if key in ("lookup", "referenceTable"):
        return _object
    return _text


def _text(path: str, raw: Any) -> str:
    """A text; numbers such as ``maxLength`` may be sent as numbers and are shown as text."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return str(raw)
    return params.text({path: raw}, path)


def _choice(path: str, raw: Any, choices: tuple[str, ...]) -> str:
    text = _text(path, raw)
    if text not in choices:
        raise invalid_input({path: ["must be one of the enum value"]})
    return text


def _object(path: str, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise invalid_input({path: ["Must be an object."]})
    return dict(raw)


def _options(path: str, raw: Any) -> dict[str, dict[str, str]]:
    options: dict[str, dict[str, str]] = {}
    for name, sent in _object(path, raw).items():
        option = _object(f"{path}[{name}]", sent)
        place = f"{path}[{name}].index"
        index = params.integer({place: option.get("index")}, place, minimum=0)
        label = _text(f"{path}[{name}].label", option.get("label", name))
        options[name] = {"label": label, "index": str(index)}
    labels = [option["label"] for option in options.values()]
    if len(set(labels)) < len(labels):
        raise invalid_input({path: ["The options are not unique."]})
    return options


def _entities(path: str, raw: Any) -> list[dict[str, str]]:
    entities: list[dict[str, str]] = []
    for place, each in enumerate(params.items({path: raw}, path) or []):
        entity = _object(f"{path}[{place}]", each)
        entities.append(
            {
                "type": _text(f"{path}[{place}].type", entity.get("type")),
                "code": _text(f"{path}[{place}].code", entity.get("code")),
            }
        )
    return entities


def _related_app(domain: Domain, path: str, sent: Sent) -> App:
    related = _object(f"{path}.relatedApp", sent.get("relatedApp"))
    code = related.get("code")
    for app in domain.apps.values():
        if str(app.id) == str(related.get("app", "")) or (code and app.code == code):
            return app
    raise invalid_input({f"{path}.relatedApp": ["The related app is not found."]})


def _lookup(domain: Domain, path: str, sent: Sent) -> dict[str, Any]:
    source = _related_app(domain, path, sent)
    fields = {code for code, _, table in (source.live or source.preview).fields() if table is None}
    key = _text(f"{path}.relatedKeyField", sent.get("relatedKeyField"))
    mappings = [
        {"field": str(each.get("field")), "relatedField": str(each.get("relatedField"))}
        for each in sent.get("fieldMappings") or ()
    ]
    for code in (key, *(each["relatedField"] for each in mappings)):
        if code not in fields:
            raise invalid_input({path: [f"The field (code: {code}) of the source is not found."]})
    return {
        "relatedApp": {"app": str(source.id), "code": source.code},
        "relatedKeyField": key,
        "fieldMappings": mappings,
        "lookupPickerFields": list(sent.get("lookupPickerFields") or ()),
        "filterCond": _text(f"{path}.filterCond", sent.get("filterCond", "")),
        "sort": _text(f"{path}.sort", sent.get("sort", "")),
    }


def _reference(domain: Domain, path: str, whole: Sent) -> dict[str, Any]:
    sent = _object(path, whole["referenceTable"])
    source = _related_app(domain, path, sent)
    condition = _object(f"{path}.condition", sent.get("condition"))
    return {
        "relatedApp": {"app": str(source.id), "code": source.code},
        "condition": {
            "field": _text(f"{path}.condition.field", condition.get("field")),
            "relatedField": _text(f"{path}.condition.relatedField", condition.get("relatedField")),
        },
        "filterCond": _text(f"{path}.filterCond", sent.get("filterCond", "")),
        "displayFields": list(sent.get("displayFields") or ()),
        "sort": _text(f"{path}.sort", sent.get("sort", "")),
        "size": _text(f"{path}.size", sent.get("size", "5")),
    }


def _demand_complete(path: str, prop: Property) -> None:
    """Refuse a field to add that lacks what its type cannot be without."""
    needed = ["code", "label"]
    defaults = DEFAULTS.get(prop["type"], {})
    if "options" in defaults:
        needed.append("options")
    if prop["type"] == "CALC":
        needed.append("expression")
    if prop["type"] == "REFERENCE_TABLE":
        needed.append("referenceTable")
    for key in needed:
        if not prop.get(key):
            raise invalid_input({f"{path}.{key}": ["Required field."]})


def _demand_default(path: str, prop: Property, current: Property) -> None:
    """Refuse a default that is none of the options."""
    options = prop.get("options") or current.get("options")
    default = prop.get("defaultValue")
    if not options or not default:
        return
    names = {option["label"] for option in options.values()}
    for name in default if isinstance(default, list) else [default]:
        if name not in names:
            raise invalid_input({f"{path}.defaultValue": [f"{name} is not among the options."]})
