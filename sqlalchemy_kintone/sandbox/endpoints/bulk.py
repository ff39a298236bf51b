"""``bulkRequest.json``: up to 20 writes that all happen or all do not, over several apps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Answer, Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints import process, records
from sqlalchemy_kintone.sandbox.errors import (
    KintoneError,
    invalid_input,
    new_request_id,
    no_permission,
)
from sqlalchemy_kintone.sandbox.model import App
from sqlalchemy_kintone.sandbox.records.snapshot import Snapshot
from sqlalchemy_kintone.sandbox.routing import locate
from sqlalchemy_kintone.sandbox.values.normalise import wrong_structure

MOST_REQUESTS = 20

_INNER = {
    (endpoint.method, endpoint.resource): endpoint
    for endpoint in (*records.ENDPOINTS, *process.ENDPOINTS)
    if endpoint.method != "GET"
}


@dataclass(frozen=True, slots=True)
class _Request:
    """One request of the list, with its endpoint."""

    endpoint: Endpoint
    payload: dict[str, Any]


def _post(call: Call) -> Answer:
    raw = params.items(call.params, "requests")
    if raw is None:
        raise invalid_input({"requests": ["Required field."]})
    if len(raw) > MOST_REQUESTS:
        raise invalid_input({"requests": [f"size must be between 0 and {MOST_REQUESTS}"]})
    requests = [_request(call, item, place) for place, item in enumerate(raw)]
    snapshot = Snapshot(call.domain, _apps(call, requests))
    results: list[Any] = []
    for request in requests:
        try:
            results.append(request.endpoint.handler(_inner_call(call, request)))
        except KintoneError as error:
            snapshot.restore()
            return _failure(error, len(results), len(requests))
    return Answer(msgspec.json.encode({"results": results}))


def _failure(error: KintoneError, place: int, count: int) -> Answer:
    """The failing request's error in its place, ``{}`` for all others before and after it."""
    results: list[dict[str, Any]] = [{} for _ in range(count)]
    results[place] = error.body(new_request_id())
    return Answer(
        msgspec.json.encode({"results": results}),
        headers={"X-Cybozu-Error": error.code},
        status=error.status,
    )


def _request(call: Call, raw: Any, place: int) -> _Request:
    """Check one request's envelope.

    Raises:
        KintoneError: CB_VA01 (a part is missing, or no such call is allowed here), CB_NO02 (of
            another space than the bulk request), CB_IJ01 (no object).
    """
    if not isinstance(raw, Mapping) or not isinstance(raw.get("payload", {}), Mapping):
        raise wrong_structure()
    prefix = f"requests[{place}]"
    method = params.text({f"{prefix}.method": raw.get("method")}, f"{prefix}.method")
    api = params.text({f"{prefix}.api": raw.get("api")}, f"{prefix}.api")
    location = locate(api.partition("?")[0])
    endpoint = None if location is None else _INNER.get((method.upper(), location.resource))
    if location is None or endpoint is None:
        raise invalid_input({f"{prefix}.api": ["must be one of the enum value"]})
    if location.guest_space_id != call.guest_space_id:
        raise no_permission()
    return _Request(endpoint, dict(raw.get("payload", {})))


def _apps(call: Call, requests: list[_Request]) -> list[App]:
    """The apps that the requests may write to; a request that names none well will fail."""
    named: set[int] = set()
    for request in requests:
        try:
            named.add(params.integer(request.payload, "app"))
        except KintoneError:
            continue
    return [app for app in call.domain.apps.values() if app.id in named]


def _inner_call(call: Call, request: _Request) -> Call:
    return Call(
        call.domain,
        call.caller,
        request.endpoint.method,
        request.endpoint.resource,
        call.guest_space_id,
        request.payload,
    )


ENDPOINTS = (Endpoint("POST", "bulkRequest.json", _post),)
