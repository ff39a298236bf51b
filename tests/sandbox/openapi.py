"""Checks responses against the official OpenAPI description of Kintone's REST API.

The description is not part of the repository. It is found through the environment variable
``KINTONE_OPENAPI`` (a file), or as ``shared/openapi/*.json`` beside the checkout; without it
nothing is checked.

The description allows more than Kintone answers, and in places something else. What is read
into it, and why, is in ``FIELD_TYPES``, ``NULLABLE``, ``BLANK_NUMBERS``, ``ADDED`` and
``Description._refined``.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import requests
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import extend

Schema = dict[str, Any]

_REPOSITORY = Path(__file__).parents[2]
_GUEST_PATH = re.compile(r"/k/guest/[0-9]+/")
_NUMBER = {"type": "string", "pattern": "^-?[0-9]+$"}
_BLANK_NUMBER = {"type": "string", "pattern": r"^(-?[0-9]+(\.[0-9]+)?)?$"}

UNDESCRIBED = ("/v1/", "/k/v1/apis.json")
"""Beginnings of paths that the description leaves out: the User API and the list of calls."""

FIELD_TYPES: Mapping[str, tuple[str, ...]] = {
    "Calc": ("CALC",),
    "Category": ("CATEGORY",),
    "CreatedAt": ("CREATED_TIME",),
    "Creator": ("CREATOR",),
    "Date": ("DATE",),
    "Datetime": ("DATETIME",),
    "Decimal": ("NUMBER",),
    "Editor": ("RICH_TEXT",),
    "File": ("FILE",),
    "Group": ("GROUP",),
    "GroupSelect": ("GROUP_SELECT",),
    "Hr": ("HR",),
    "Label": ("LABEL",),
    "Link": ("LINK",),
    "Lookup": ("SINGLE_LINE_TEXT", "NUMBER", "LINK"),
    "ModifiedAt": ("UPDATED_TIME", "CREATED_TIME"),
    "Modifier": ("MODIFIER", "CREATOR"),
    "MultipleCheck": ("CHECK_BOX",),
    "MultipleLineText": ("MULTI_LINE_TEXT",),
    "MultipleSelect": ("MULTI_SELECT", "CHECK_BOX"),
    "OrganizationSelect": ("ORGANIZATION_SELECT",),
    "RawRecordId": ("__ID__",),
    "RecordId": ("RECORD_NUMBER",),
    "ReferenceTable": ("REFERENCE_TABLE",),
    "Revision": ("__REVISION__",),
    "SimpleTableValue": ("SUBTABLE",),
    "SingleCheck": ("RADIO_BUTTON",),
    "SingleLineText": ("SINGLE_LINE_TEXT",),
    "SingleSelect": ("DROP_DOWN", "RADIO_BUTTON"),
    "Spacer": ("SPACER",),
    "Status": ("STATUS",),
    "StatusAssignee": ("STATUS_ASSIGNEE",),
    "TableForm": ("SUBTABLE",),
    "Time": ("TIME",),
    "UserSelect": ("USER_SELECT", "STATUS_ASSIGNEE", "ORGANIZATION_SELECT", "GROUP_SELECT"),
    "Row": ("ROW",),
    "GroupRow": ("GROUP",),
    "SubtableRow": ("SUBTABLE",),
    "ListViewOutput": ("LIST",),
    "BuiltinListViewOutput": ("LIST",),
    "CalendarViewOutput": ("CALENDAR",),
    "BuiltinCalendarViewOutput": ("CALENDAR",),
    "CustomViewOutput": ("CUSTOM",),
}
"""The kind of thing in a schema's name to the types it is for. The description itself allows
every type everywhere; where it has no schema for a type, the one of the same shape is taken."""

_TYPED_SCHEMA = re.compile(
    r"(?:Preview)?"
    r"(?:AppFormFields|AppFormLayout|AppViews|Record|Records|RecordsCursor)Get"
    r"(?P<kind>.+?)(?:FieldForm|SimpleValue|Field|(?<=Output)Form)?"
)

NULLABLE: Mapping[str, str] = {
    "value": "an empty DATE, TIME, DROP_DOWN or RADIO_BUTTON is null (seen)",
    "spaceId": "null outside spaces (seen)",
    "threadId": "null outside spaces (seen)",
}
"""Properties that are null in places where the description does not say so."""

BLANK_NUMBERS: Mapping[str, str] = {
    "displayScale": "blank where it is not set (seen)",
    "minLength": "blank where it is not set (seen)",
    "maxLength": "blank where it is not set (seen)",
    "minValue": "blank where it is not set (seen); may have decimals, as the values have",
    "maxValue": "blank where it is not set (seen); may have decimals, as the values have",
}
"""Numbers that may be blank or have decimals."""

ADDED: Mapping[str, Schema] = {
    name: {"type": {"enum": ["PRIMARY", "SECONDARY"]}}
    for name in ("AppStatusGetActionForm", "PreviewAppStatusGetActionForm")
}
"""Properties that Kintone has got since, by schema: the rank of an action's button."""

ERROR: Schema = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z]+_[A-Z]+[0-9]+$"},
        "id": {"type": "string", "pattern": "^[A-Za-z0-9]{20}$"},
        "message": {"type": "string", "minLength": 1},
        "errors": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "messages": {"type": "array", "items": {"type": "string"}, "minItems": 1}
                },
                "required": ["messages"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["code", "id", "message"],
    "additionalProperties": False,
}
"""A refusal, as the documentation of errors shows it; the OpenAPI description has none."""

BULK_ERROR: Schema = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {"anyOf": [{"type": "object", "maxProperties": 0}, ERROR]},
        }
    },
    "required": ["results"],
    "additionalProperties": False,
}
"""A refused bulk request."""


class DeviationError(AssertionError):
    """A response that the description does not allow."""


class Description:
    """The description, ready to check responses.

    Args:
        document: The OpenAPI document.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._paths: Mapping[str, Any] = document["paths"]
        schemas = document["components"]["schemas"]
        self._definitions = {
            name: self._refined(schema, _types(name)) for name, schema in schemas.items()
        }
        for name, properties in ADDED.items():
            self._definitions[name]["properties"].update(properties)
        self._refusal = Draft202012Validator(ERROR)
        self._bulk_refusal = Draft202012Validator({"anyOf": [ERROR, BULK_ERROR]})
        self._checked_by: dict[tuple[str, str], Validator] = {}

    def operations(self) -> Iterator[tuple[str, str]]:
        """All (method, path)."""
        for path, operations in self._paths.items():
            for method in operations:
                if method in ("get", "post", "put", "delete"):
                    yield method.upper(), path

    def check(self, method: str, path: str, status: int, body: Any) -> None:
        """Check one response.

        Args:
            method: The method, after an override.
            path: The path, such as ``/k/v1/records.json``.
            status: The HTTP status.
            body: The JSON.

        Raises:
            DeviationError: With what is wrong, and where.
        """
        if status != 200:
            refused_by = self._bulk_refusal if "/bulkRequest" in path else self._refusal
            _demand(refused_by, body, f"{method} {path} {status}")
            return
        if path.startswith(UNDESCRIBED):
            return
        validator = self._validator(method, _GUEST_PATH.sub("/k/guest/{guestSpaceId}/", path))
        _demand(validator, body, f"{method} {path}")

    def _validator(self, method: str, path: str) -> Validator:
        if (method, path) not in self._checked_by:
            try:
                response = self._paths[path][method.lower()]["responses"]["200"]
            except KeyError:
                raise DeviationError(f"{method} {path} is not described") from None
            content = response.get("content", {}).get("application/json", {})
            schema = self._refined(content.get("schema", {}), None)
            whole = {**schema, "components": {"schemas": self._definitions}}
            self._checked_by[method, path] = _ChoosingValidator(whole)
        return self._checked_by[method, path]

    def _refined(self, schema: Schema, types: tuple[str, ...] | None, name: str = "") -> Schema:
        """A schema as responses really are.

        - Whole numbers arrive as text.
        - A property is null where its text speaks of null, and where ``NULLABLE`` says so; so is
          the ``code`` of an entity that may be the CREATOR of something, who has none.
        - Objects have no properties but those described.
        - ``type`` of a field or the like is that of the schema's name.
        """
        refined: Schema = {}
        for keyword, held in schema.items():
            if keyword == "properties":
                refined[keyword] = {
                    each: self._refined(inner, None, each) for each, inner in held.items()
                }
            elif keyword in ("items", "additionalProperties"):
                refined[keyword] = self._refined(held, None)
            elif keyword in ("anyOf", "oneOf"):
                refined.update(_alternatives([self._refined(each, None) for each in held]))
            elif keyword not in ("description", "format", "title"):
                refined[keyword] = held
        if schema.get("type") == "integer":
            refined = dict(_BLANK_NUMBER if name in BLANK_NUMBERS else _NUMBER)
        if "properties" in refined:
            kinds = schema["properties"].get("type", {}).get("enum", ())
            if types is None and "CREATOR" in kinds and "code" in refined["properties"]:
                code = refined["properties"]["code"]
                refined["properties"]["code"] = {"anyOf": [{"type": "null"}, code]}
            if types is not None and "type" in refined["properties"]:
                refined["properties"]["type"] = {"enum": list(types)}
            refined.setdefault("additionalProperties", False)
        if name in NULLABLE or re.search(r"\bnull\b", str(schema.get("description", "")), re.I):
            return {"anyOf": [{"type": "null"}, refined]}
        return refined


def find_description() -> Path | None:
    """The description's file, or None where there is none."""
    named = os.environ.get("KINTONE_OPENAPI")
    if named:
        return Path(named)
    beside = sorted((_REPOSITORY.parent / "shared" / "openapi").glob("*.json"))
    return beside[-1] if beside else None


@functools.cache
def load_description(path: Path) -> Description:
    """The description in a file, read once."""
    return Description(json.loads(path.read_text(encoding="utf-8")))


def observer() -> Callable[[str, str, requests.Response], None] | None:
    """What checks every response of a client, or None without a description."""
    path = find_description()
    if path is None:
        return None
    description = load_description(path)

    def observe(method: str, path: str, response: requests.Response) -> None:
        if "json" not in response.headers.get("Content-Type", ""):
            return  # pages of proxies, and downloads
        override = response.request.headers.get("X-HTTP-Method-Override")
        asked = override if method == "POST" and override else method
        description.check(asked, path.partition("?")[0], response.status_code, response.json())

    return observe


def _types(schema_name: str) -> tuple[str, ...] | None:
    match = _TYPED_SCHEMA.fullmatch(schema_name)
    return FIELD_TYPES.get(match["kind"]) if match else None


def _alternatives(branches: list[Schema]) -> Schema:
    """``anyOf`` branches, told apart by ``type`` where each is for known types."""
    by_type: dict[str, list[Schema]] = {}
    for branch in branches:
        types = _types(str(branch.get("$ref", "")).rpartition("/")[2])
        if types is None:
            return {"anyOf": branches}
        for each in types:
            by_type.setdefault(each, []).append(branch)
    return {"byType": by_type}


def _demand(validator: Validator, body: Any, call: str) -> None:
    error = best_match(validator.iter_errors(body))
    if error is not None:
        raise DeviationError(f"{call}: {error.json_path}: {error.message}")


def _by_type(
    validator: Any, branches: Mapping[str, list[Schema]], instance: Any, _schema: Schema
) -> Iterator[ValidationError]:
    """``anyOf``, but only of the branches for the instance's ``type``: faster, and says more."""
    kind = instance.get("type") if isinstance(instance, dict) else None
    chosen = branches.get(str(kind), [])
    errors = [list(validator.descend(instance, branch)) for branch in chosen]
    if not chosen:
        yield ValidationError(f"the type {kind!r} is not described here")
    elif all(errors):
        yield from min(errors, key=len)


_ChoosingValidator = extend(  # type: ignore[no-untyped-call]  # untyped in jsonschema's stubs
    Draft202012Validator, {"byType": _by_type}
)
