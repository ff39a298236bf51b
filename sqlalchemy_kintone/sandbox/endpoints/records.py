"""``record.json`` and ``records.json``: reading, adding, changing, deleting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Answer, Call, Endpoint
from sqlalchemy_kintone.sandbox.errors import invalid_input, no_permission, record_not_found
from sqlalchemy_kintone.sandbox.model import App, Record
from sqlalchemy_kintone.sandbox.query import compile_query
from sqlalchemy_kintone.sandbox.records import (
    Change,
    Changed,
    add_records,
    change_records,
    delete_records,
)
from sqlalchemy_kintone.sandbox.records.page import encoder, json_array
from sqlalchemy_kintone.sandbox.records.rights import demand, write_rights
from sqlalchemy_kintone.sandbox.records.update_key import no_such_key, read_update_key
from sqlalchemy_kintone.sandbox.values.normalise import wrong_structure
from sqlalchemy_kintone.sandbox.visibility import Visibility

WARNING_HEADERS: Mapping[str, str] = {
    "X-Cybozu-Warning": "Filter aborted because of too many search results"
}
"""Sent with an answer that lacks records because a ``like`` found too many."""

MOST_RECORDS = 100
"""How many records one call may write."""

_MOST_FIELDS = 1000


def wanted_fields(call: Call) -> list[str] | None:
    """The ``fields`` parameter: at most 1,000 codes."""
    return params.strings(call.params, "fields", maximum=_MOST_FIELDS)


def visible_record(call: Call, app: App, record_id: int) -> Record:
    """A record that the caller may view.

    Raises:
        KintoneError: GAIA_RE01 (no such record), CB_NO02 (it may not be viewed).
    """
    record = app.records.get(record_id)
    if record is None:
        raise record_not_found(record_id)
    if not Visibility(call.domain, app, call.caller).may(record, "viewable"):
        raise no_permission()
    return record


def revision_in(source: Mapping[str, Any], prefix: str = "") -> int | None:
    """The expected ``revision``, or None where it is not given."""
    if source.get("revision") in (None, ""):
        return None
    name = f"{prefix}revision"
    return params.integer({name: source["revision"]}, name, minimum=-1)


def batch(call: Call, name: str, most: str) -> list[Mapping[str, Any]]:
    """A required list of up to 100 objects.

    Args:
        call: The call.
        name: The parameter.
        most: The message for more.

    Raises:
        KintoneError: CB_VA01 (missing or too long), CB_IJ01 (not objects).
    """
    items = params.items(call.params, name)
    if items is None:
        raise invalid_input({name: ["Required field."]})
    if len(items) > MOST_RECORDS:
        raise invalid_input({name: [most]})
    if not all(isinstance(item, Mapping) for item in items):
        raise wrong_structure()
    return items


def _get_record(call: Call) -> Answer:
    app = call.app(params.integer(call.params, "app", minimum=1))
    record = visible_record(call, app, params.integer(call.params, "id", minimum=1))
    encode = encoder(call.domain, app, Visibility(call.domain, app, call.caller), None)
    return Answer(b'{"record":%b}' % encode(record))


def _get_records(call: Call) -> Answer:
    app = call.app(params.integer(call.params, "app", minimum=1))
    total = params.boolean(call.params, "totalCount")
    text = params.text(call.params, "query", default="")
    visibility = Visibility(call.domain, app, call.caller)
    encode = encoder(call.domain, app, visibility, wanted_fields(call))
    query = compile_query(text, app, call.domain, call.caller)
    selection = query.select(visible=visibility.record_test(), total=total)
    count = b"null" if selection.total is None else b'"%d"' % selection.total
    body = b'{"records":%b,"totalCount":%b}' % (json_array(selection.records, encode), count)
    return Answer(body, headers=WARNING_HEADERS if selection.aborted else {})


def _post_record(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1), "add")
    (record,) = add_records(
        call.domain,
        app,
        [_payload(call.params) or {}],
        code=call.caller.code,
        rights=write_rights(call, app),
        prefix=_single_prefix,
    )
    return {"id": str(record.id), "revision": str(record.revision)}


def _post_records(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1), "add")
    payloads = batch(call, "records", "A maximum of 100 records can be added at one time.")
    rights = write_rights(call, app)
    records = add_records(call.domain, app, payloads, code=call.caller.code, rights=rights)
    return {
        "ids": [str(record.id) for record in records],
        "revisions": [str(record.revision) for record in records],
    }


def _put_record(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1), "edit")
    change = _update(call, app, call.params, "")
    demand(call, app, [change.record_id or 0], "editable")
    (changed,) = change_records(
        call.domain,
        app,
        [change],
        code=call.caller.code,
        rights=write_rights(call, app),
        prefix=_single_prefix,
    )
    return {"revision": str(changed.record.revision)}


def _put_records(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1), "edit")
    items = batch(call, "records", "A maximum of 100 records can be updated at one time.")
    if params.boolean(call.params, "upsert"):
        call.require(app, "add")
        upserts = [_upsert(app, item, f"records[{i}].") for i, item in enumerate(items)]
        return {
            "records": [
                {**_outcome(changed), "operation": changed.operation}
                for changed in _apply(call, app, upserts)
            ]
        }
    _demand_names(items)
    changes = [_update(call, app, item, f"records[{i}].") for i, item in enumerate(items)]
    return {"records": [_outcome(changed) for changed in _apply(call, app, changes)]}


def _delete_records(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1), "delete")
    ids = params.integers(call.params, "ids")
    revisions = params.items(call.params, "revisions") or []
    refusals: dict[str, list[str]] = {}
    if not ids or len(ids) > MOST_RECORDS:
        refusals["ids"] = ["Between 1 and 100 records can be deleted at one time."]
    if ids is None:
        refusals["ids"].append("Required field.")
    if len(revisions) > MOST_RECORDS:
        refusals["revisions"] = ["size must be between 0 and 100"]
    if refusals or ids is None:
        raise invalid_input(refusals)
    expected = [
        revision_in({"revision": revision}, f"revisions[{i}].")
        for i, revision in enumerate(revisions)
    ]
    demand(call, app, ids, "deletable")
    delete_records(call.domain, app, ids, expected)
    return {}


def _single_prefix(_: int) -> str:
    return "record"


def _payload(source: Mapping[str, Any]) -> Mapping[str, Any] | None:
    payload = source.get("record")
    if payload is not None and not isinstance(payload, Mapping):
        raise wrong_structure()
    return payload


def _demand_names(items: Sequence[Mapping[str, Any]]) -> None:
    """Refuse records named neither by id nor by key, all of them together."""
    missing = {
        f"records[{place}].id": ["Required field."]
        for place, item in enumerate(items)
        if item.get("id") is None and item.get("updateKey") is None
    }
    if missing:
        raise invalid_input(missing)


def _update(call: Call, app: App, item: Mapping[str, Any], prefix: str) -> Change:
    """A change of a record that must exist.

    Raises:
        KintoneError: CB_VA01, GAIA_IQ11, GAIA_IQ27, GAIA_RE20.
    """
    payload, revision = _payload(item), revision_in(item, prefix)
    if item.get("updateKey") is None:
        name = f"{prefix}id"
        return Change(params.integer({name: item.get("id")}, name, minimum=1), payload, revision)
    key = read_update_key(app, item["updateKey"], prefix)
    found = key.find(app)
    if found is None:
        raise no_such_key(call.domain.switches.update_key_missing_status)
    return Change(found, _without(payload, key.field), revision)


def _upsert(app: App, item: Mapping[str, Any], prefix: str) -> Change:
    """A change, or an addition where id or key name no record.

    An id that is not there is not taken over (API documentation).
    """
    payload, revision = _payload(item), revision_in(item, prefix)
    if item.get("updateKey") is None:
        if item.get("id") is None:
            return Change(None, payload)
        name = f"{prefix}id"
        record_id = params.integer({name: item["id"]}, name, minimum=1)
        return Change(record_id if record_id in app.records else None, payload, revision)
    key = read_update_key(app, item["updateKey"], prefix)
    found = key.find(app)
    if found is None:
        return Change(None, {**(payload or {}), key.field: {"value": key.value}})
    return Change(found, _without(payload, key.field), revision)


def _without(payload: Mapping[str, Any] | None, code: str) -> Mapping[str, Any] | None:
    """The payload less the key's own field, which cannot be changed through itself."""
    if payload is None:
        return None
    return {name: cell for name, cell in payload.items() if name != code}


def _apply(call: Call, app: App, changes: Sequence[Change]) -> list[Changed]:
    demand(call, app, [each.record_id or 0 for each in changes], "editable")
    rights = write_rights(call, app)
    return change_records(call.domain, app, changes, code=call.caller.code, rights=rights)


def _outcome(changed: Changed) -> dict[str, str]:
    return {"id": str(changed.record.id), "revision": str(changed.record.revision)}


ENDPOINTS = (
    Endpoint("GET", "record.json", _get_record),
    Endpoint("POST", "record.json", _post_record),
    Endpoint("PUT", "record.json", _put_record),
    Endpoint("GET", "records.json", _get_records),
    Endpoint("POST", "records.json", _post_records),
    Endpoint("PUT", "records.json", _put_records),
    Endpoint("DELETE", "records.json", _delete_records),
)
