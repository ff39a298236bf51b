"""Paths and query strings."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from sqlalchemy_kintone.kintone.addresses import Parameters, query_string, resource_path


@pytest.mark.parametrize(
    ("resource", "guest_space_id", "path"),
    [
        ("records", None, "/k/v1/records.json"),
        ("app/form/fields", None, "/k/v1/app/form/fields.json"),
        ("records", 7, "/k/guest/7/v1/records.json"),
    ],
)
def test_resource_path(resource: str, guest_space_id: int | None, path: str) -> None:
    assert resource_path(resource, guest_space_id) == path


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ""),
        ({"app": 1, "totalCount": True}, "app=1&totalCount=true"),
        ({"fields": ["a", "b"]}, "fields[0]=a&fields[1]=b"),
        ({"fields": []}, ""),
        ({"query": 'n = "a&b+c %" limit 1'}, 'query=n = "a&b+c %" limit 1'),
        ({"fields": ["金額"]}, "fields[0]=金額"),
    ],
)
def test_query_string(parameters: Parameters, expected: str) -> None:
    encoded = query_string(parameters)
    assert unquote(encoded) == expected
    assert encoded.isascii()
    assert not set(encoded) & set(' "+[]')
