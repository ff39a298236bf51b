"""From an HTTP request to the method and parameters of an API call."""

from __future__ import annotations

from typing import Any

import msgspec

from sqlalchemy_kintone.sandbox.api import Part
from sqlalchemy_kintone.sandbox.http_message import Request, illegal_request, invalid_json
from sqlalchemy_kintone.sandbox.multipart import parse_multipart
from sqlalchemy_kintone.sandbox.query_string import parse_query_string


def effective_method(request: Request) -> str:
    """The method after ``X-HTTP-Method-Override``, which only a POST may carry.

    An unknown override stays as it is written: no endpoint has that method.
    """
    override = request.headers.get("x-http-method-override")
    return request.method if override is None or request.method != "POST" else override


def decode_parameters(request: Request) -> tuple[dict[str, Any], tuple[Part, ...]]:
    """The parameters of the query string and the body (whose win), and the multipart parts.

    Raises:
        KintoneError: CB_IL02 for a GET that names a content type without a body, and for a body
            that is neither JSON nor multipart; CB_IJ01 for a body that is not a JSON object;
            CB_VA01 for a bad query string.
    """
    params = parse_query_string(request.target.partition("?")[2])
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if not request.body:
        if request.method == "GET" and media_type:
            raise illegal_request()
        return params, ()
    if media_type == "multipart/form-data":
        return params, parse_multipart(content_type, request.body)
    if media_type != "application/json":
        raise illegal_request()
    params.update(_json_object(request.body))
    return params, ()


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        # Stricter than Python's own parser: no NaN, no half of a surrogate pair (which could be
        # stored, but never be sent again).
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise invalid_json() from None
    if not isinstance(decoded, dict):
        raise invalid_json()
    return decoded
