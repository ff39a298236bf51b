"""Changing the fields of an app's preview settings: adding, changing, renaming, deleting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy_kintone.sandbox import layouts
from sqlalchemy_kintone.sandbox.apps import generated_layout
from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input
from sqlalchemy_kintone.sandbox.field_checks import demand_in_table, read_property
from sqlalchemy_kintone.sandbox.model import App, Domain, Origins
from sqlalchemy_kintone.sandbox.properties import (
    SWITCHED_FIELDS,
    SYSTEM_FIELDS,
    Properties,
    Property,
    complete,
)
from sqlalchemy_kintone.sandbox.values.formula import with_renamed

Sent = Mapping[str, Any]

_UNIQUE_TYPES = frozenset(("SINGLE_LINE_TEXT", "NUMBER", "LINK", "DATE", "DATETIME"))


def origins(app: App) -> Origins:
    """What the fields and options of the preview are in the deployed app."""
    if app.origins is None:
        app.origins = Origins({}, {})
        for code, prop, _ in app.live.fields() if app.live is not None else ():
            app.origins.fields[code] = code
            if "options" in prop:
                app.origins.options[code] = {name: name for name in prop["options"]}
    return app.origins


def add_fields(domain: Domain, app: App, sent: Mapping[str, Any]) -> None:
    """Add fields, and a row of the form for each.

    Args:
        domain: The domain.
        app: The app.
        sent: Field code to property.

    Raises:
        KintoneError: CB_VA01; then nothing is changed.
    """
    taken = {code for code, _, _ in app.preview.fields()}
    types = {prop["type"] for prop in app.preview.properties.values()}
    added: Properties = {}
    for key, raw in sent.items():
        prop = _new_property(domain, f"properties[{key}]", key, raw)
        if prop["type"] in SYSTEM_FIELDS and prop["type"] in types:
            message = "The app has a field of this type already."
            raise invalid_input({f"properties[{key}].type": [message]})
        for code in (prop["code"], *prop.get("fields", ())):
            _claim(f"properties[{key}].code", code, taken)
        added[prop["code"]] = prop
    origins(app)  # before there are fields that no deployed one is the origin of
    app.preview.properties.update(added)
    app.preview.layout.extend(generated_layout(added))


def change_fields(domain: Domain, app: App, sent: Mapping[str, Any]) -> None:
    """Change fields; a ``code`` that differs from the key renames one.

    Of a SUBTABLE the named fields are changed or added, the others stay.

    Raises:
        KintoneError: GAIA_FC01 (no such field), CB_VA01; then nothing is changed.
    """
    properties = app.preview.properties
    changes: dict[str, Property] = {}
    for key, raw in sent.items():
        if key not in properties:
            raise _field_not_found(key)
        changes[key] = _changed(domain, f"properties[{key}]", properties[key], raw)
    _demand_unique_codes({key: changes.get(key, prop) for key, prop in properties.items()})
    _note_origins(app, changes)
    app.preview.properties = {
        changes[key]["code"] if key in changes else key: changes.get(key, prop)
        for key, prop in properties.items()
    }
    for prop in app.preview.properties.values():
        _settle(prop)
    renamed = _renamed(properties, changes)
    for _, prop, _ in app.preview.fields():
        if prop.get("expression"):
            prop["expression"] = with_renamed(prop["expression"], renamed)
    layouts.rename(app.preview.layout, renamed)
    layouts.fit_tables(app.preview.layout, app.preview.properties)


def delete_fields(app: App, codes: Sequence[str]) -> None:
    """Delete fields, those inside tables too; the form loses them.

    Raises:
        KintoneError: GAIA_FC01 (no such field), CB_VA01 (a system field); nothing is changed then.
    """
    found = {code: prop["type"] for code, prop, _ in app.preview.fields()}
    for place, code in enumerate(codes):
        if code not in found:
            raise _field_not_found(code)
        if found[code] in SYSTEM_FIELDS or found[code] in SWITCHED_FIELDS:
            raise invalid_input({f"fields[{place}]": ["This field cannot be deleted."]})
    gone = set(codes)
    kept = origins(app)
    for code in codes:
        gone.update(app.preview.properties.get(code, {}).get("fields", ()))
    app.preview.properties = {
        code: _without(prop, gone)
        for code, prop in app.preview.properties.items()
        if code not in gone
    }
    for code in gone:
        kept.fields.pop(code, None)
        kept.options.pop(code, None)
    app.preview.layout = layouts.without(app.preview.layout, gone)


def _new_property(domain: Domain, path: str, key: str, raw: Any) -> Property:
    prop = read_property(domain, path, raw, None)
    if prop["code"] != key:
        raise invalid_input({f"{path}.code": ["The code does not match the key."]})
    if prop["type"] == "SUBTABLE":
        inner = raw.get("fields")
        if not isinstance(inner, Mapping) or not inner:
            raise invalid_input({f"{path}.fields": ["Required field."]})
        prop["fields"] = {
            code: _new_cell(domain, f"{path}.fields[{code}]", code, each)
            for code, each in inner.items()
        }
    completed = complete(key, prop)
    _settle(completed)
    return completed


def _new_cell(domain: Domain, path: str, key: str, raw: Any) -> Property:
    prop = _new_property(domain, path, key, raw)
    demand_in_table(path, prop["type"])
    return prop


def _changed(domain: Domain, path: str, current: Property, raw: Any) -> Property:
    """A property as changed; its options still under the names they had."""
    changes = read_property(domain, path, raw, current)
    prop = {**current, **changes}
    if current["type"] == "SUBTABLE" and raw.get("fields") is not None:
        prop["fields"] = dict(current["fields"])
        for key, each in raw["fields"].items():
            inner_path = f"{path}.fields[{key}]"
            if key in current["fields"]:
                cell = _changed(domain, inner_path, current["fields"][key], each)
            else:
                cell = _new_cell(domain, inner_path, key, each)
            prop["fields"][key] = cell
    return prop


def _settle(prop: Property) -> None:
    """Name options and inner fields by what they are called now; drop what a type cannot have."""
    if "options" in prop:
        prop["options"] = {option["label"]: option for option in prop["options"].values()}
        if prop["type"] == "RADIO_BUTTON" and prop.get("defaultValue") not in prop["options"]:
            prop["defaultValue"] = next(iter(prop["options"]), "")
    if prop.get("unique") and prop["type"] not in _UNIQUE_TYPES:
        prop["unique"] = False
    if prop["type"] == "SUBTABLE":
        prop["fields"] = {cell["code"]: cell for cell in prop["fields"].values()}
        for cell in prop["fields"].values():
            _settle(cell)
            if "unique" in cell:
                cell["unique"] = False


def _note_origins(app: App, changes: Mapping[str, Property]) -> None:
    """Follow renamed fields and options back to what is deployed."""
    kept = origins(app)
    fields, options = dict(kept.fields), dict(kept.options)
    before = {code: prop for code, prop, _ in app.preview.fields()}
    pairs: list[tuple[str, Property]] = []
    for key, prop in changes.items():
        pairs.append((key, prop))
        pairs.extend((inner, cell) for inner, cell in prop.get("fields", {}).items())
    pairs = [(key, prop) for key, prop in pairs if key in before]
    for key, _ in pairs:
        fields.pop(key, None)
        options.pop(key, None)
    for key, prop in pairs:
        if key not in kept.fields:
            continue
        fields[prop["code"]] = kept.fields[key]
        deployed = kept.options.get(key, {})
        options[prop["code"]] = {
            option["label"]: deployed[name]
            for name, option in prop.get("options", {}).items()
            if name in deployed
        }
    app.origins = Origins(fields, options)


def _renamed(before: Properties, changes: Mapping[str, Property]) -> dict[str, str]:
    renamed = {key: prop["code"] for key, prop in changes.items()}
    for key, prop in changes.items():
        if before[key]["type"] == "SUBTABLE":
            # ``prop["fields"]`` is settled, in the order of the keys it was made from.
            inner = list(before[key]["fields"])
            renamed.update(zip(inner, list(prop["fields"])[: len(inner)], strict=True))
    return {old: new for old, new in renamed.items() if old != new}


def _demand_unique_codes(properties: Mapping[str, Property]) -> None:
    taken: set[str] = set()
    for key, prop in properties.items():
        for code in (prop["code"], *(cell["code"] for cell in prop.get("fields", {}).values())):
            _claim(f"properties[{key}].code", code, taken)


def _claim(path: str, code: str, taken: set[str]) -> None:
    if code in taken:
        raise invalid_input({path: [f'The field code "{code}" is used more than once.']})
    taken.add(code)


def _without(prop: Property, gone: set[str]) -> Property:
    if prop["type"] != "SUBTABLE":
        return prop
    return {**prop, "fields": {c: cell for c, cell in prop["fields"].items() if c not in gone}}


def _field_not_found(code: str) -> KintoneError:
    # The status is not known; 404 is that of other things that are not found.
    return KintoneError("GAIA_FC01", f"The field (code: {code}) not found.", status=404)
