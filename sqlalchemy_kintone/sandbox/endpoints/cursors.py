"""``records/cursor.json``: reading a set of records that is fixed once, page by page."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import msgspec

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Answer, Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.records import WARNING_HEADERS, wanted_fields
from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input, no_permission
from sqlalchemy_kintone.sandbox.model import Cursor, Domain
from sqlalchemy_kintone.sandbox.query import compile_query
from sqlalchemy_kintone.sandbox.records.page import encoder, json_array
from sqlalchemy_kintone.sandbox.visibility import Visibility

LIFETIME = timedelta(minutes=10)
"""From creation or the last page (API documentation)."""

MOST_CURSORS = 10
"""On the whole domain."""

_LARGEST_PAGE = 500


def _post(call: Call) -> Answer:
    app = call.app(params.integer(call.params, "app", minimum=1))
    size = params.integer(call.params, "size", default=100, minimum=1, maximum=_LARGEST_PAGE)
    fields = wanted_fields(call)
    text = params.text(call.params, "query", default="")
    visibility = Visibility(call.domain, app, call.caller)
    encoder(call.domain, app, visibility, fields)  # refuses unknown fields where they are refused
    query = compile_query(text, app, call.domain, call.caller)
    if query.limit is not None or query.offset is not None:
        raise invalid_input({"query": ["unsupported query format"]})
    _drop_expired(call.domain)
    if len(call.domain.cursors) >= MOST_CURSORS:
        raise KintoneError(
            "GAIA_TM12",
            "A cursor cannot be created because the number of cursors has reached the limit. "
            "Delete cursors that are not needed, or try again later.",
            status=429,
        )
    cursor = Cursor(
        id=str(uuid.uuid4()),
        app_id=app.id,
        ids=[record.id for record in query.ordered(visibility.record_test())],
        fields=fields,
        size=size,
        owner=call.caller.code,
        used_at=call.domain.clock(),
    )
    call.domain.cursors[cursor.id] = cursor
    body = msgspec.json.encode({"id": cursor.id, "totalCount": str(len(cursor.ids))})
    return Answer(body, headers=WARNING_HEADERS if query.aborted else {})


def _get(call: Call) -> Answer:
    """The next page: records as they are now; those deleted since are skipped."""
    cursor = _cursor(call)
    app = call.app(cursor.app_id)
    visibility = Visibility(call.domain, app, call.caller)
    visible = visibility.record_test()
    encode = encoder(call.domain, app, visibility, cursor.fields)
    end = cursor.position + cursor.size
    found = (app.records.get(record_id) for record_id in cursor.ids[cursor.position : end])
    page = [record for record in found if record is not None and (not visible or visible(record))]
    cursor.position, cursor.used_at = end, call.domain.clock()
    following = end < len(cursor.ids)
    if not following:
        del call.domain.cursors[cursor.id]
    flag = b"true" if following else b"false"
    return Answer(b'{"records":%b,"next":%b}' % (json_array(page, encode), flag))


def _delete(call: Call) -> dict[str, Any]:
    del call.domain.cursors[_cursor(call).id]
    return {}


def _cursor(call: Call) -> Cursor:
    """The caller's cursor.

    Raises:
        KintoneError: GAIA_CN01 (it does not exist or has expired), CB_NO02 (somebody else's).
    """
    cursor_id = params.text(call.params, "id")
    _drop_expired(call.domain)
    cursor = call.domain.cursors.get(cursor_id)
    if cursor is None:
        raise KintoneError(
            "GAIA_CN01", "The specified cursor does not exist or has expired.", status=404
        )
    if cursor.owner != call.caller.code:
        raise no_permission()
    return cursor


def _drop_expired(domain: Domain) -> None:
    now = domain.clock()
    for cursor in list(domain.cursors.values()):
        if now - cursor.used_at >= LIFETIME:
            del domain.cursors[cursor.id]


ENDPOINTS = (
    Endpoint("POST", "records/cursor.json", _post),
    Endpoint("GET", "records/cursor.json", _get),
    Endpoint("DELETE", "records/cursor.json", _delete),
)
