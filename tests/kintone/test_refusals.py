"""Refusals to exceptions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sqlalchemy_kintone.errors import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy_kintone.kintone.refusals import refusal


def refused(status: int, body: bytes, content_type: str = "application/json") -> Error:
    return refusal(status, body, content_type, "records at ex", str)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "CB_VA01", DataError),
        (400, "GAIA_IQ11", ProgrammingError),
        (404, "GAIA_AP01", ProgrammingError),
        (409, "GAIA_CO02", IntegrityError),
        (401, "CB_WA01", OperationalError),
        (403, "CB_NO02", OperationalError),
        (403, "UNHEARD_OF", OperationalError),
        (520, "UNHEARD_OF", OperationalError),
        (400, "UNHEARD_OF", DatabaseError),
    ],
)
def test_kinds(status: int, code: str, kind: type[Error]) -> None:
    error = refused(status, json.dumps({"code": code, "id": "x-1", "message": "No."}).encode())
    assert type(error) is kind
    assert (error.code, error.http_status, error.request_id) == (code, status, "x-1")
    assert str(error).startswith(f"Kintone refused records at ex ({code}, HTTP {status}): No.")


def test_details_are_told() -> None:
    body: dict[str, Any] = {
        "code": "CB_VA01",
        "id": "1",
        "message": "Missing or invalid input.",
        "errors": {"query": {"messages": ["Wrong.", "Quite."]}, "app": {"messages": ["Required."]}},
    }
    assert "invalid input. [query: Wrong. Quite.] [app: Required.]" in str(
        refused(400, json.dumps(body).encode())
    )


def test_the_failed_part_of_a_bulk_request_counts() -> None:
    failed = {"code": "GAIA_CO02", "id": "1", "message": "Stale."}
    error = refused(409, json.dumps({"results": [{}, failed, {}]}).encode())
    assert isinstance(error, IntegrityError)
    assert error.code == "GAIA_CO02"


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, "BasicAuthUser and BasicAuthPassword"),
        (403, "IP addresses"),
        (407, "ProxyUser and ProxyPassword"),
        (414, "too long"),
        (503, "maintenance"),
        (404, "Check Url"),
    ],
)
@pytest.mark.parametrize("body", [b"<html>", b"", b"{", b"[]", b"{}", b'{"code": 1}', b"\xff"])
def test_pages_instead_of_json(status: int, remedy: str, body: bytes) -> None:
    error = refused(status, body, "text/html; charset=utf-8")
    assert isinstance(error, OperationalError)
    assert f"records at ex answered HTTP {status} with a text/html body" in str(error)
    assert remedy in str(error)
    assert (error.code, error.http_status) == (None, status)
