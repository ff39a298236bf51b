"""FILE values: an upload becomes a record's file, under another key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import FileHolder, StoredFile
from sqlalchemy_kintone.sandbox.values.form import Form
from sqlalchemy_kintone.sandbox.values.writing import Writing

UPLOAD_LIFETIME = timedelta(days=3)
"""How long an upload can still be attached to a record."""


def file_not_found(key: str) -> KintoneError:
    """A 404 GAIA_BL01."""
    return KintoneError("GAIA_BL01", f"The specified file (id: {key}) not found.", status=404)


def is_usable(upload: StoredFile, now: datetime) -> bool:
    """Whether an upload may still be attached."""
    return upload.holder is None and now - upload.uploaded_at < UPLOAD_LIFETIME


def attached(
    writing: Writing, code: str, keys: Sequence[str], current: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The stored value for file keys: uploads not used before, or files the field holds already.

    Args:
        writing: The request.
        code: The field, or the SUBTABLE that it is in.
        keys: The keys as sent.
        current: The value stored so far.

    Raises:
        KintoneError: GAIA_BL01: a key is neither.
    """
    held = {file["fileKey"]: file for file in current}
    files: list[Mapping[str, Any]] = []
    for key in keys:
        if key in held:
            files.append(held[key])
            continue
        upload = writing.domain.files.get(key)
        if upload is None or key in writing.used_uploads or not is_usable(upload, writing.now):
            raise file_not_found(key)
        holder = FileHolder(writing.app.id, writing.record_id, code)
        stored = replace(upload, key=_record_key(writing, upload), holder=holder)
        writing.used_uploads[key] = stored
        files.append(
            {
                "fileKey": stored.key,
                "name": stored.name,
                "contentType": stored.content_type,
                "size": str(len(stored.content)),
            }
        )
    return files


def held_keys(form: Form, values: Mapping[str, Any]) -> Iterator[str]:
    """The file keys that a record's values hold, in its tables too."""
    for code, field in form.fields.items():
        if field.type == "FILE":
            yield from (file["fileKey"] for file in values.get(code) or ())
        for inner in field.fields.values():
            if inner.type == "FILE":
                for row in values.get(code) or ():
                    cell = row["value"].get(inner.code) or {"value": ()}
                    yield from (file["fileKey"] for file in cell["value"])


def _record_key(writing: Writing, upload: StoredFile) -> str:
    """A key in the form of a real one: the time, then 35 hexadecimal digits."""
    digest = hashlib.sha256(f"{writing.app.id}:{upload.key}".encode()).hexdigest()
    return f"{writing.now:%Y%m%d%H%M%S}{digest[:35].upper()}"
