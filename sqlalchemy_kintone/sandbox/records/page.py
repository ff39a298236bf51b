"""Records as JSON bytes, as ``record.json``, ``records.json`` and cursors answer them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, AppSettings, Domain, Record
from sqlalchemy_kintone.sandbox.values.form import NO_VALUE_TYPES, empty
from sqlalchemy_kintone.sandbox.visibility import Visibility

_CACHE_KEY = "page_shapes"
_LARGEST_CACHED_APP = 200_000
"""Records; beyond it, keeping the JSON of every record read would take a gigabyte."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields of an app's records are shown.

    Attributes:
        columns: Code and type of each field, in the form's order.
        has_id: Whether ``$id`` is shown.
        has_revision: Whether ``$revision`` is shown.
        cached: Whether records keep their JSON in this shape.
    """

    columns: tuple[tuple[str, str], ...]
    has_id: bool
    has_revision: bool
    cached: bool

    def encode(self, record: Record) -> bytes:
        """One record: ``{code: {"type", "value"}, …}``, ``$revision`` and ``$id`` last."""
        kept: tuple[Shape, bytes] | None = record.cache.get(_CACHE_KEY)
        if kept is not None and kept[0] is self:
            return kept[1]
        values = record.values
        shown: dict[str, Any] = {
            code: {
                "type": field_type,
                "value": values[code] if code in values else empty(field_type),
            }
            for code, field_type in self.columns
        }
        if self.has_revision:
            shown["$revision"] = {"type": "__REVISION__", "value": str(record.revision)}
        if self.has_id:
            shown["$id"] = {"type": "__ID__", "value": str(record.id)}
        encoded = msgspec.json.encode(shown)
        if self.cached:
            record.cache[_CACHE_KEY] = (self, encoded)
        return encoded


@dataclass(slots=True)
class _Shapes:
    """The shapes in use for one state of an app's settings."""

    settings: AppSettings
    revision: int
    shapes: dict[tuple[frozenset[str] | None, frozenset[str]], Shape] = field(default_factory=dict)


def encoder(
    domain: Domain, app: App, visibility: Visibility, fields: Sequence[str] | None
) -> Callable[[Record], bytes]:
    """The function that shows a record to a caller.

    Args:
        domain: The domain, for its switches.
        app: The app of the records.
        visibility: What the caller may see; hidden fields are missing.
        fields: The codes asked for, ``$id`` and ``$revision`` among them; None or none for all.

    Raises:
        KintoneError: GAIA_IQ11 for an unknown code, where the switches say so.
    """
    wanted = frozenset(fields) if fields else None
    if wanted is not None and domain.switches.unknown_fields == "error":
        known = app.settings.properties.keys() | {"$id", "$revision"}
        for code in fields or ():
            if code not in known:
                raise KintoneError("GAIA_IQ11", f"Specified field ({code}) not found.")
    return lambda record: _shape(app, wanted, visibility.hidden(record)).encode(record)


def _shape(app: App, wanted: frozenset[str] | None, hidden: frozenset[str]) -> Shape:
    settings = app.settings
    kept: _Shapes | None = app.cache.get(_CACHE_KEY)
    if kept is None or kept.settings is not settings or kept.revision != settings.revision:
        kept = app.cache[_CACHE_KEY] = _Shapes(settings, settings.revision)
    shape = kept.shapes.get((wanted, hidden))
    if shape is None:
        shape = kept.shapes[(wanted, hidden)] = _new_shape(app, wanted, hidden)
    return shape


def _new_shape(app: App, wanted: frozenset[str] | None, hidden: frozenset[str]) -> Shape:
    columns = tuple(
        (code, prop["type"])
        for code, prop in app.settings.properties.items()
        if prop["type"] not in NO_VALUE_TYPES
        and prop.get("enabled", True)  # status and categories are missing where they are off
        and code not in hidden
        and (wanted is None or code in wanted)
    )
    return Shape(
        columns,
        wanted is None or "$id" in wanted,
        wanted is None or "$revision" in wanted,
        len(app.records) <= _LARGEST_CACHED_APP,
    )


def json_array(records: Iterable[Record], encode: Callable[[Record], bytes]) -> bytes:
    """``[…]`` of records."""
    return b"[%b]" % b",".join(map(encode, records))
