"""``records/acl/evaluate.json``: what the caller may do with given records and their fields."""

from __future__ import annotations

from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input, record_not_found
from sqlalchemy_kintone.sandbox.model import App, Record, Right
from sqlalchemy_kintone.sandbox.visibility import RecordRight, Visibility

_MOST = 100

_APP_RIGHTS: tuple[tuple[RecordRight, Right], ...] = (
    ("viewable", "view"),
    ("editable", "edit"),
    ("deletable", "delete"),
)


def _evaluate(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1))
    ids = params.integers(call.params, "ids", maximum=_MOST)
    if not ids:
        raise invalid_input({"ids": ["Required field."]})
    visibility = Visibility(call.domain, app, call.caller)
    allowed = {name for name, right in _APP_RIGHTS if _holds(call, app, right)}
    return {"rights": [_rights(app, visibility, allowed, record_id) for record_id in ids]}


def _holds(call: Call, app: App, right: Right) -> bool:
    try:
        call.require(app, right)
    except KintoneError:
        return False
    return True


def _rights(
    app: App, visibility: Visibility, allowed: set[RecordRight], record_id: int
) -> dict[str, Any]:
    record = app.records.get(record_id)
    if record is None:
        raise record_not_found(record_id)
    return {
        "id": str(record_id),
        "record": {
            name: name in allowed and visibility.may(record, name) for name, _ in _APP_RIGHTS
        },
        "fields": {
            code: _field_rights(visibility, record, code, table)
            for code, _, table in app.settings.fields()
        },
    }


def _field_rights(
    visibility: Visibility, record: Record, code: str, table: str | None
) -> dict[str, bool]:
    """Of all fields, also those without permissions and, as documented, those inside tables."""
    granted = {visibility.access(each, record) for each in (code, table) if each is not None}
    return {"viewable": "NONE" not in granted, "editable": granted == {"WRITE"}}


ENDPOINTS = (Endpoint("GET", "records/acl/evaluate.json", _evaluate),)
