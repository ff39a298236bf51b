"""``file.json``: uploading a file to attach it later, downloading one that a record holds."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Answer, Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.records import visible_record
from sqlalchemy_kintone.sandbox.errors import invalid_input, no_permission
from sqlalchemy_kintone.sandbox.model import StoredFile
from sqlalchemy_kintone.sandbox.values.files import file_not_found
from sqlalchemy_kintone.sandbox.visibility import Visibility


def _post(call: Call) -> dict[str, Any]:
    """Keep the part ``file``; its key is another one than the record's file will have."""
    part = next((each for each in call.parts if each.name == "file"), None)
    if part is None:
        raise invalid_input({"file": ["Required field."]})
    upload = StoredFile(
        key=str(uuid.uuid4()),
        name=part.filename or "",
        content_type=part.content_type,
        content=part.content,
        uploaded_at=call.domain.clock(),
    )
    call.domain.files[upload.key] = upload
    return {"fileKey": upload.key}


def _get(call: Call) -> Answer:
    """The content of a file of a record that the caller may view."""
    key = params.text(call.params, "fileKey")
    stored = call.domain.files.get(key)
    if stored is None or stored.holder is None:
        raise file_not_found(key)
    app = call.app(stored.holder.app_id)
    record = visible_record(call, app, stored.holder.record_id)
    if stored.holder.field in Visibility(call.domain, app, call.caller).hidden(record):
        raise no_permission()
    disposition = f"attachment; filename*=UTF-8''{quote(stored.name, safe='')}"
    return Answer(stored.content, stored.content_type, {"Content-Disposition": disposition})


ENDPOINTS = (
    Endpoint("POST", "file.json", _post),
    Endpoint("GET", "file.json", _get),
)
