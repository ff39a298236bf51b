"""Lookups: writing the key copies fields of the source record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox import unique_index
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, Record
from sqlalchemy_kintone.sandbox.values import numbers
from sqlalchemy_kintone.sandbox.values.checks import is_empty
from sqlalchemy_kintone.sandbox.values.form import Field, Lookup, empty
from sqlalchemy_kintone.sandbox.values.writing import Writing

_TEXT_TYPES = frozenset(("SINGLE_LINE_TEXT", "MULTI_LINE_TEXT", "RICH_TEXT", "LINK"))
_USER_TYPES = frozenset(("USER_SELECT", "CREATOR", "MODIFIER"))


def copied_values(
    writing: Writing, field: Field, key: Any, targets: Mapping[str, Field]
) -> dict[str, Any]:
    """What a lookup's key copies: own field code to value; empty values for an empty key.

    Args:
        writing: The request.
        field: The lookup field.
        key: Its stored value.
        targets: The fields beside it (of the record, or of the row) by code.

    Raises:
        KintoneError: GAIA_LO03: the source's key field does not prohibit duplicates. GAIA_LO04
            (without ``errors``): the source holds no such key, or the author may not read it.
    """
    lookup = field.lookup
    if lookup is None:
        return {}
    mappings = [(own, source) for own, source in lookup.mappings if own in targets]
    if is_empty(key):
        return {own: empty(targets[own].type) for own, _ in mappings}
    app, record = _source(writing, field, lookup, str(key))
    properties = app.settings.properties
    return {
        own: _converted(
            writing,
            record.values.get(source),
            properties.get(source, {}).get("type", ""),
            targets[own],
        )
        for own, source in mappings
    }


def _source(writing: Writing, field: Field, lookup: Lookup, key: str) -> tuple[App, Record]:
    app = writing.domain.apps.get(lookup.app_id)
    if app is not None and app.live is not None:
        _demand_unique(app, lookup.key)
        found = unique_index.find(app, lookup.key, key)
        if found is not None and writing.rights.read_source(app, lookup.key, app.records[found]):
            return app, app.records[found]
    raise KintoneError(
        "GAIA_LO04",
        f"A value {key} in the field {field.code} does not exist in the datasource app for lookup, "
        "or you do not have permission to view the app or the field.",
    )


def _demand_unique(app: App, code: str) -> None:
    """Refuse source keys that may be in several records."""
    prop = app.settings.properties.get(code)
    if prop is not None and prop["type"] != "RECORD_NUMBER" and not prop.get("unique"):
        raise KintoneError(
            "GAIA_LO03",
            f'The field (code: {code}) used as the key of a lookup must be set to "Prohibit '
            'duplicate values".',
        )


def _converted(writing: Writing, value: Any, source_type: str, target: Field) -> Any:
    """A source value as a value of the target's type; what does not fit becomes empty."""
    if is_empty(value):
        return empty(target.type)
    if target.type == "NUMBER":
        number = numbers.parse(value)
        rounded = None if number is None else writing.form.precision.round(number)
        if rounded is None or not writing.form.precision.fits(rounded):
            return ""
        return numbers.plain(rounded)
    if target.type in _TEXT_TYPES:
        return _as_text(value)
    if target.type in ("DROP_DOWN", "RADIO_BUTTON"):
        return value if value in target.options else None
    if target.type in ("CHECK_BOX", "MULTI_SELECT"):
        chosen = value if isinstance(value, list) else [value]
        return [option for option in chosen if option in target.options]
    if target.type == "USER_SELECT" and source_type in _USER_TYPES:
        return value if isinstance(value, list) else [value]
    return value


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_as_text(item) for item in value)
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    return str(value)
