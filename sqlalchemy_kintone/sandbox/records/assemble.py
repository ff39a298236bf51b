"""The values of one record from what a client sends: added anew, or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import Record
from sqlalchemy_kintone.sandbox.values import times
from sqlalchemy_kintone.sandbox.values.calc import compute
from sqlalchemy_kintone.sandbox.values.checks import check_record
from sqlalchemy_kintone.sandbox.values.defaults import default
from sqlalchemy_kintone.sandbox.values.form import SYSTEM_TYPES, Field, empty
from sqlalchemy_kintone.sandbox.values.lookup import copied_values
from sqlalchemy_kintone.sandbox.values.normalise import (
    NORMALISERS,
    Sent,
    code_of,
    scalar_text,
    user_reference,
    wrong_structure,
)
from sqlalchemy_kintone.sandbox.values.subtable import merged_rows, value_in
from sqlalchemy_kintone.sandbox.values.writing import Writing

Payload = Mapping[str, Any]
"""Field code to ``{"value": …}``; unknown codes are ignored, as documented."""

_ADDABLE = frozenset(("CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME"))
_REFUSED_NAMES = {"CREATED_TIME": "CREATED_AT", "UPDATED_TIME": "MODIFIED_AT"}
"""How the refusal of a system field calls its type where that is not its type's name (seen)."""


def new_record(writing: Writing, record_id: int, payload: Payload, prefix: str) -> Record:
    """A record to add, checked except for uniqueness.

    Raises:
        KintoneError: GAIA_UN10, GAIA_BF02 (system fields), GAIA_FU01 (a field that may not be
            edited), GAIA_LO04, GAIA_IL26/27/28 (unknown user, group, department), GAIA_BL01,
            CB_IJ01. Everything else is noted in ``writing.errors``.
    """
    _demand_payload(writing, payload, None)
    writing.record_id = record_id
    values: dict[str, Any] = {}
    for code, field in writing.form.fields.items():
        if field.type in SYSTEM_TYPES:
            values[code] = _system_value(writing, field, record_id, payload, prefix)
        elif field.derived:
            values[code] = empty(field.type)
        elif code not in payload:
            values[code] = default(writing, field, prefix)
        else:
            values[code] = _written(writing, field, payload, prefix, None)
    _look_up(writing, values, values)
    compute(writing.form, values)
    check_record(writing, values, prefix)
    return Record(record_id, 1, values)


def changed_record(writing: Writing, before: Record, payload: Payload, prefix: str) -> Record:
    """The next version of a record, checked except for uniqueness.

    Raises:
        KintoneError: As ``new_record``; every system field is refused with GAIA_UN10.
    """
    _demand_payload(writing, payload, before)
    writing.record_id = before.id
    values = {
        code: before.values.get(code, empty(field.type))
        for code, field in writing.form.fields.items()
    }
    for code in payload:
        field = writing.form.fields.get(code)
        if field is None or field.derived:
            continue
        if field.type in SYSTEM_TYPES:
            raise _not_writable(field)
        values[code] = _written(writing, field, payload, prefix, values[code])
    _look_up(writing, values, payload)
    stamp_modified(writing, values)
    compute(writing.form, values)
    check_record(writing, values, prefix)
    return Record(before.id, before.revision + 1, values)


def stamp_modified(writing: Writing, values: dict[str, Any]) -> None:
    """Set who changes the record, and when."""
    for code, field in writing.form.fields.items():
        if field.type == "MODIFIER":
            values[code] = user_reference(writing, writing.author)
        elif field.type == "UPDATED_TIME":
            values[code] = times.stamp(writing.now)


def _demand_payload(writing: Writing, payload: Any, before: Record | None) -> None:
    if not isinstance(payload, Mapping):
        raise wrong_structure()
    for code in payload:
        if code in writing.form.fields and not writing.rights.edit(code, before):
            raise KintoneError(
                "GAIA_FU01", f'Edit permissions are required to edit field "{code}".', status=403
            )


def _written(writing: Writing, field: Field, payload: Payload, prefix: str, current: Any) -> Any:
    raw = value_in(payload[field.code])
    if field.type == "SUBTABLE":
        return merged_rows(writing, field, raw, current or [], prefix)
    return NORMALISERS[field.type](Sent(writing, field, raw, prefix, current))


def _look_up(writing: Writing, values: dict[str, Any], written: Mapping[str, Any]) -> None:
    for code, field in writing.form.fields.items():
        if field.lookup is not None and code in written:
            values.update(copied_values(writing, field, values[code], writing.form.fields))


def _system_value(
    writing: Writing, field: Field, record_id: int, payload: Payload, prefix: str
) -> Any:
    """A system field of a new record; an administrator may give creator, modifier and times."""
    raw = value_in(payload[field.code]) if field.code in payload else None
    if field.code in payload and field.type not in _ADDABLE:
        raise _not_writable(field)
    if raw is not None and not writing.rights.system_fields:
        raise KintoneError(
            "GAIA_BF02",
            "App permissions are required to add records with specifying a value in the "
            f'"{field.code}" field.',
            status=403,
        )
    if field.type == "RECORD_NUMBER":
        return f"{writing.app.code}-{record_id}" if writing.app.code else str(record_id)
    if field.type in ("CREATOR", "MODIFIER"):
        return user_reference(writing, writing.author if raw is None else code_of(raw))
    if field.type in ("CREATED_TIME", "UPDATED_TIME"):
        return times.stamp(writing.now) if raw is None else _given_time(writing, field, raw, prefix)
    if field.type == "STATUS":
        return writing.form.initial_status or ""
    if field.type == "STATUS_ASSIGNEE":
        return _initial_assignees(writing)
    return empty(field.type)


def _given_time(writing: Writing, field: Field, raw: Any, prefix: str) -> str:
    moment = times.parse_datetime(scalar_text(raw))
    if moment is None:
        writing.refuse(f"{prefix}.{field.code}.value", "The date and time is not valid.")
        return times.stamp(writing.now)
    return moment


def _initial_assignees(writing: Writing) -> list[dict[str, str]]:
    """The creator, where the first status says so."""
    process = writing.app.settings.process
    if not process.get("enable") or writing.form.initial_status is None:
        return []
    assignee = process["states"][writing.form.initial_status].get("assignee") or {}
    entities = assignee.get("entities") or ()
    if any(entity["entity"]["type"] == "CREATOR" for entity in entities):
        return [user_reference(writing, writing.author)]
    return []


def _not_writable(field: Field) -> KintoneError:
    name = _REFUSED_NAMES.get(field.type, field.type)
    return KintoneError("GAIA_UN10", f"Cannot update field whose type is {name}.")
