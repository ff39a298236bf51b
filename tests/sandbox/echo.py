"""Endpoints that show what the HTTP layer made of a request."""

from __future__ import annotations

from typing import Any

from sqlalchemy_kintone.sandbox.api import Answer, Call, Endpoint
from sqlalchemy_kintone.sandbox.errors import invalid_input
from sqlalchemy_kintone.sandbox.model import Group


def _echo(call: Call) -> dict[str, Any]:
    return {
        "method": call.method,
        "resource": call.resource,
        "guest": call.guest_space_id,
        "caller": call.caller.code,
        "tokens": [token.text for token in call.caller.tokens],
        "params": call.params,
        "parts": [
            [part.name, part.filename, part.content_type, part.content.hex()] for part in call.parts
        ],
    }


def _add_group(call: Call) -> dict[str, Any]:
    """Has an effect that tests can see: each call adds a group to the domain."""
    number = len(call.domain.groups) + 1
    call.domain.groups[str(number)] = Group(number, str(number), "added")
    return {"groups": number}


def _warn(call: Call) -> Answer:
    return Answer(b'{"records":[]}', headers={"X-Cybozu-Warning": "Filter aborted"}, status=200)


def _large(call: Call) -> dict[str, Any]:
    return {"text": "x" * 10_000}


def _refuse(call: Call) -> dict[str, Any]:
    raise invalid_input({"app": ["Required field."]})


def _crash(call: Call) -> dict[str, Any]:
    raise ZeroDivisionError("a bug")


ECHO = (
    *(Endpoint(method, "echo.json", _echo) for method in ("GET", "POST", "PUT", "DELETE")),
    Endpoint("GET", "v1/echo.json", _echo),
    Endpoint("GET", "closed.json", _echo, tokens=False),
    Endpoint("POST", "group.json", _add_group),
    Endpoint("GET", "warn.json", _warn),
    Endpoint("GET", "large.json", _large),
    Endpoint("GET", "refuse.json", _refuse),
    Endpoint("GET", "crash.json", _crash),
)
