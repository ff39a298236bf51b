"""``updateKey``: naming a record by the value of a unique field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.sandbox import params, unique_index
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App
from sqlalchemy_kintone.sandbox.values import numbers
from sqlalchemy_kintone.sandbox.values.normalise import scalar_text, wrong_structure

_NOT_UNIQUE = (
    'Failed to update record. The field (code: {}) set as "updateKey" must be set to '
    '"Prohibit duplicate values".'
)
_KEY_TYPES = frozenset(("SINGLE_LINE_TEXT", "NUMBER"))


@dataclass(frozen=True, slots=True)
class UpdateKey:
    """A unique field and the value to find, as sent."""

    field: str
    value: str

    def find(self, app: App) -> int | None:
        """The id of the record with this value, or None."""
        value = self.value
        if app.settings.properties[self.field]["type"] == "NUMBER":
            number = numbers.parse(value)
            if number is None:
                return None
            precision = numbers.precision_of(app.settings.general)
            value = numbers.plain(precision.round(number))
        return unique_index.find(app, self.field, value)


def read_update_key(app: App, raw: Any, prefix: str) -> UpdateKey:
    """Check an ``updateKey`` parameter.

    Args:
        app: The app.
        raw: ``{"field", "value"}``.
        prefix: Its path up to and without its name: ``""`` or ``records[0].``.

    Raises:
        KintoneError: CB_VA01 (a part is missing), GAIA_IQ11 (no such field), GAIA_IQ27 (the field
            is not a unique SINGLE_LINE_TEXT or NUMBER).
    """
    if not isinstance(raw, Mapping):
        raise wrong_structure()
    path = f"{prefix}updateKey"
    code = params.text({f"{path}.field": raw.get("field")}, f"{path}.field")
    if raw.get("value") is None:
        params.text({}, f"{path}.value")
    prop = app.settings.properties.get(code)
    if prop is None:
        raise KintoneError("GAIA_IQ11", f"Specified field ({code}) not found.")
    if prop["type"] not in _KEY_TYPES or not prop.get("unique"):
        raise KintoneError("GAIA_IQ27", _NOT_UNIQUE.format(code))
    return UpdateKey(code, scalar_text(raw.get("value")))


def no_such_key(status: int) -> KintoneError:
    """A GAIA_RE20; its HTTP status is a switch."""
    return KintoneError(
        "GAIA_RE20",
        'No records match the conditions specified in the "updateKey" field.',
        status=status,
    )
