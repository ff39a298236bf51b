"""The check against the official description notices what it should."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.routing import discover_endpoints
from tests.sandbox.openapi import (
    UNDESCRIBED,
    Description,
    DeviationError,
    find_description,
    load_description,
)

FIELD = {"type": "NUMBER", "code": "n", "label": "n", "noLabel": False, "required": False}
LOOKUP = {
    "relatedApp": {"app": "1", "code": ""},
    "relatedKeyField": "k",
    "fieldMappings": [],
    "lookupPickerFields": [],
    "filterCond": "",
    "sort": "",
}
REFUSAL = {"code": "CB_VA01", "id": "0123456789abcdefghij", "message": "no"}


@pytest.fixture(scope="module")
def description() -> Description:
    path = find_description()
    if path is None:
        pytest.skip("the official OpenAPI description is not here; set KINTONE_OPENAPI to its file")
    return load_description(path)


def recorded(file_name: str) -> Any:
    """Bodies that real Kintones sent, kept beside the description where it is."""
    path = find_description()
    folder = path.parent.parent / "real-responses" if path is not None else None
    if folder is None or not (folder / file_name).exists():
        pytest.skip("no recorded bodies here")
    return json.loads((folder / file_name).read_text(encoding="utf-8"))


def records_in(body: Any) -> Iterator[dict[str, Any]]:
    """Everything in a recorded body that is a record."""
    if isinstance(body, list):
        for each in body:
            yield from records_in(each)
    elif isinstance(body, dict):
        if body and all(
            isinstance(v, dict) and {"type", "value"} <= v.keys() for v in body.values()
        ):
            yield body
        else:
            yield from records_in(list(body.values()))


@pytest.mark.parametrize(
    "file_name",
    ["record-all-types-2018.json", "record-2023.json", "record-by-type-java-client.json"],
)
def test_recorded_records_are_allowed(description: Description, file_name: str) -> None:
    records = list(records_in(recorded(file_name)))
    assert records
    for record in records:
        description.check("GET", "/k/v1/record.json", 200, {"record": record})


def test_a_recorded_form_is_allowed(description: Description) -> None:
    form = recorded("form-fields-all-types.json")["response"]
    body = form.get("body", form)
    assert len(body["properties"]) > 20
    description.check("GET", "/k/v1/app/form/fields.json", 200, body)


def test_every_call_of_the_sandbox_is_described(description: Description) -> None:
    described = set(description.operations())
    for endpoint in discover_endpoints():
        prefix = "/" if endpoint.resource.startswith("v1/") else "/k/v1/"
        path = prefix + endpoint.resource
        assert (endpoint.method, path) in described or path.startswith(UNDESCRIBED)


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/k/v1/records.json", 200, {"records": [], "totalCount": None}),
        ("GET", "/k/guest/7/v1/records.json", 200, {"records": [], "totalCount": "12"}),
        (
            "GET",
            "/k/v1/records.json",
            200,
            {"records": [{"d": {"type": "DATE", "value": None}}], "totalCount": None},
        ),
        ("GET", "/k/v1/app/form/fields.json", 200, {"properties": {"n": FIELD}, "revision": "3"}),
        (
            "GET",
            "/k/v1/app/form/fields.json",
            200,
            {"properties": {"n": {**FIELD, "lookup": LOOKUP}}, "revision": "3"},
        ),
        ("GET", "/v1/users.json", 200, {"users": []}),
        ("POST", "/k/v1/preview/app/deploy.json", 200, {}),
        ("GET", "/k/v1/records.json", 400, REFUSAL),
        ("POST", "/k/v1/bulkRequest.json", 400, {"results": [{}, REFUSAL]}),
    ],
)
def test_allowed(
    description: Description, method: str, path: str, status: int, body: dict[str, Any]
) -> None:
    description.check(method, path, status, body)


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "part"),
    [
        ("GET", "/k/v1/records.json", 200, {"records": [], "totalCount": 12}, "totalCount"),
        ("GET", "/k/v1/records.json", 200, {"records": {}, "totalCount": None}, "records"),
        ("GET", "/k/v1/records.json", 200, {"records": [], "total": "1"}, "total"),
        (
            "GET",
            "/k/v1/records.json",
            200,
            {"records": [{"c": {"type": "CHECK_BOX", "value": "a"}}]},
            "c.value",
        ),
        ("GET", "/k/v1/records.json", 200, {"records": [{"c": {"type": "HR"}}]}, "HR"),
        (
            "GET",
            "/k/v1/app/form/fields.json",
            200,
            {"properties": {"n": {**FIELD, "options": {}}}, "revision": "3"},
            "options",
        ),
        ("GET", "/k/v1/app/form/fields.json", 200, {"properties": {}, "revision": 3}, "revision"),
        ("PUT", "/k/v1/apps.json", 200, {}, "not described"),
        ("GET", "/k/v1/records.json", 400, {**REFUSAL, "id": "1"}, "id"),
        ("GET", "/k/v1/records.json", 400, {"message": "no"}, "code"),
    ],
)
def test_refused(
    description: Description,
    method: str,
    path: str,
    status: int,
    body: dict[str, Any],
    part: str,
) -> None:
    with pytest.raises(DeviationError, match=part):
        description.check(method, path, status, body)
