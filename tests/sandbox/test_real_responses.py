"""The sandbox's JSON has the shapes of what real Kintones answered.

The recorded answers are not part of the repository. They are found through the environment
variable ``KINTONE_RESPONSES`` (a folder), or as ``shared/real-responses`` beside the checkout.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox import Domain
from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.apps import general_settings
from sqlalchemy_kintone.sandbox.properties import complete
from sqlalchemy_kintone.sandbox.records.page import encoder
from sqlalchemy_kintone.sandbox.seeds import seed
from sqlalchemy_kintone.sandbox.visibility import Visibility

BESIDE = Path(__file__).parents[3] / "shared" / "real-responses"
FOLDER = Path(os.environ.get("KINTONE_RESPONSES", BESIDE))
MOMENTS = {"DATE", "TIME", "DATETIME", "CREATED_TIME", "UPDATED_TIME"}
ONLY_IN_LAYOUTS = {"LABEL", "SPACER", "HR"}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no recorded answers here; set KINTONE_RESPONSES to their folder"
)


def recorded(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def fields_in(body: Any) -> Iterator[tuple[str, Any]]:
    """Type and V of every field anywhere in a body, those in tables included."""
    if isinstance(body, Mapping):
        if isinstance(body.get("type"), str) and "value" in body:
            yield body["type"], body["value"]
        for inner in body.values():
            yield from fields_in(inner)
    elif isinstance(body, list):
        for inner in body:
            yield from fields_in(inner)


def shape(field_type: str, value: Any) -> str:
    """What kind of JSON a value is; of dates and times also how they are written."""
    if isinstance(value, str):
        return re.sub("[0-9]", "0", value) if field_type in MOMENTS else "text"
    if isinstance(value, Mapping):
        return "{" + " ".join(sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + " ".join(sorted({shape(field_type, each) for each in value})) + "]"
    return str(value)


@pytest.fixture(scope="module")
def shown_shapes() -> set[tuple[str, str]]:
    """Type and shape of everything in the demo's records as they are shown."""
    domain = Domain()
    seed(domain, "demo")
    caller = Caller(domain.users["sandbox"])
    shapes: set[tuple[str, str]] = set()
    for app in domain.apps.values():
        encode = encoder(domain, app, Visibility(domain, app, caller), None)
        for record in list(app.records.values())[-300:]:
            shapes |= {(t, shape(t, value)) for t, value in fields_in(json.loads(encode(record)))}
    return shapes


@pytest.mark.parametrize(
    "name",
    [
        "record-all-types-2018.json",
        "record-2023.json",
        "record-by-type-java-client.json",
        "status-and-system-fields.json",
    ],
)
def test_values_have_the_shapes_of_real_ones(shown_shapes: set[tuple[str, str]], name: str) -> None:
    real = {
        (field_type, shape(field_type, value)) for field_type, value in fields_in(recorded(name))
    }
    assert real
    assert real - shown_shapes == set()


def test_a_real_property_is_complete() -> None:
    by_type = recorded("form-field-property-by-type.json")["properties"]
    for prop in by_type.values():
        if prop["type"] not in ONLY_IN_LAYOUTS:
            assert complete(prop["code"], prop) == prop


def test_a_real_form_is_complete() -> None:
    properties = recorded("form-fields-all-types.json")["response"]["properties"]
    for code, prop in properties.items():
        # In 2018 a table had no label.
        table = {"label": code, "noLabel": False} if prop["type"] == "SUBTABLE" else {}
        assert complete(code, prop) == {**prop, **table}


def test_general_settings_have_the_keys_of_real_ones() -> None:
    pairs = recorded("app-settings.json")["pairs"]
    (keys,) = (
        pair["response"]["body"]["keys"]
        for pair in pairs
        if pair["request"]["line"].startswith("GET /k/v1/app/settings.json")
    )
    assert sorted([*general_settings("a"), "revision"]) == sorted(keys)
