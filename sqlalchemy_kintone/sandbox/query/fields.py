"""From a name in a query to a field of the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy_kintone.sandbox.api import user_has_right
from sqlalchemy_kintone.sandbox.errors import no_permission, token_cannot
from sqlalchemy_kintone.sandbox.model import App, Json, Record
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.refusals import (
    not_related_records,
    process_management_off,
    unknown_field,
)
from sqlalchemy_kintone.sandbox.query.syntax import Reference

ID_TYPE = "__ID__"
REVISION_TYPE = "__REVISION__"

_STATUS_TYPES = frozenset(("STATUS", "STATUS_ASSIGNEE"))

Item = Any
"""What holds a field's value: a Record, or a row of a table."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What a record has several of: the rows of a table, or the records of a related list."""

    kind: Literal["table", "related"]
    code: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a query.

    Attributes:
        reference: As it is named.
        type: Its type; ``__ID__`` for ``$id``.
        property: As ``app/form/fields.json`` shows it.
        app: The app that has the field: for a field of related records, the other one.
        collection: Where a record has several values of it, else None.
        read: The value in a record, in a row, or in a related record.
    """

    reference: Reference
    type: str
    property: Mapping[str, Json]
    app: App
    collection: Collection | None
    read: Callable[[Item], Json]


def resolve(reference: Reference, app: App, context: Context) -> Field:
    """The field that a name means.

    Raises:
        KintoneError: GAIA_IQ11 (no such field), GAIA_IR02 (a dotted name that is not of related
            records), GAIA_ST02 (a status field without process management), CB_NO02 or GAIA_NO01
            (related records of an app that the caller may not view).
    """
    if reference.related is None:
        return _field_of(reference, app, None)
    found = _property(app, reference.related)
    if found is None:
        raise unknown_field(reference.related)
    prop, _ = found
    if prop["type"] != "REFERENCE_TABLE":
        raise not_related_records(reference.related)
    other = related_app(prop, context)
    _require_view(other, context)
    return _field_of(reference, other, Collection("related", reference.related))


def related_app(prop: Mapping[str, Json], context: Context) -> App:
    """The app whose records a REFERENCE_TABLE shows."""
    written = prop["referenceTable"]["relatedApp"]["app"]
    other = context.domain.apps.get(int(written))
    if other is None or other.live is None:
        raise unknown_field(prop["code"])
    return other


def _field_of(reference: Reference, app: App, related: Collection | None) -> Field:
    code = reference.code
    if code == "$id":
        return Field(reference, ID_TYPE, {}, app, related, _record_id)
    found = _property(app, code)
    if found is None:
        raise unknown_field(reference)
    prop, table = found
    if prop["type"] in _STATUS_TYPES and not app.settings.process.get("enable"):
        raise process_management_off()
    if table is not None:
        if related is not None:
            raise not_related_records(reference)
        return Field(
            reference, prop["type"], prop, app, Collection("table", table), _cell_reader(code)
        )
    read = _record_id if prop["type"] == "RECORD_NUMBER" else _value_reader(code)
    return Field(reference, prop["type"], prop, app, related, read)


def _property(app: App, code: str) -> tuple[Mapping[str, Json], str | None] | None:
    """A field's property and the code of the table that it is in."""
    properties = app.settings.properties
    if code in properties:
        return properties[code], None
    for table, prop in properties.items():
        if prop["type"] == "SUBTABLE" and code in prop["fields"]:
            return prop["fields"][code], table
    return None


def _record_id(record: Record) -> int:
    return record.id


def _value_reader(code: str) -> Callable[[Record], Json]:
    def value(record: Record) -> Json:
        return record.values.get(code)

    return value


def _cell_reader(code: str) -> Callable[[Mapping[str, Json]], Json]:
    def value(row: Mapping[str, Json]) -> Json:
        cell = row["value"].get(code)
        return None if cell is None else cell["value"]

    return value


def _require_view(app: App, context: Context) -> None:
    caller = context.caller
    if caller.user is not None:
        if not user_has_right(caller.user, app, "view"):
            raise no_permission()
    elif not any(t.app_id == app.id and "view" in t.rights for t in caller.tokens):
        raise token_cannot()
