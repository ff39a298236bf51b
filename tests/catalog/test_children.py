"""SUBTABLE and FILE fields as child tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.catalog.model import Child
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain, User

LINES: dict[str, Any] = {
    "type": "SUBTABLE",
    "label": "明細",
    "fields": {
        "item": {"type": "SINGLE_LINE_TEXT", "label": "品"},
        "price": {"type": "NUMBER"},
        "who": {"type": "USER_SELECT"},
        "scans": {"type": "FILE"},
    },
}


class Connect(Protocol):
    def __call__(self, **parameters: object) -> Connection: ...


@pytest.fixture
def sandbox(kintone_sandbox_server: Sandbox) -> Sandbox:
    """Orders with a table and files, and apps whose names are in the way."""
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(users={"sandbox": user})
    fields: dict[str, dict[str, Any]] = {
        "title": {"type": "SINGLE_LINE_TEXT"},
        "lines": LINES,
        "papers": {"type": "FILE"},
    }
    create_app(domain, "orders", fields, number_precision={"digits": "9", "decimalPlaces": "2"})
    create_app(domain, "plain", {"title": {"type": "SINGLE_LINE_TEXT"}})
    create_app(domain, "orders$papers", {"title": {"type": "SINGLE_LINE_TEXT"}})
    kintone_sandbox_server.reset(domain)
    return kintone_sandbox_server


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Connect]:
    with ExitStack() as stack:

        def connect(**parameters: object) -> Connection:
            login = {"user": "sandbox", "password": "sandbox"}
            connection = kintone.connect(url=sandbox.url, **login, **parameters)
            return stack.enter_context(connection)

        yield connect


def test_a_subtable(connect: Connect) -> None:
    table = connect().catalog.find(None, "ORDERS$Lines")
    assert table is not None
    assert (table.name, table.app_id, table.comment) == ("orders$lines", 1, "明細")
    assert table.child == Child("orders", "lines", "subtable")
    assert [(column.name, column.sql_type) for column in table.columns] == [
        ("$parent_id", "BIGINT"),
        ("$row_id", "BIGINT"),
        ("$row_no", "BIGINT"),
        ("item", "VARCHAR"),
        ("price", "DECIMAL(9,2)"),
        ("who", "VARCHAR[]"),
        ("who$name", "VARCHAR[]"),
        ("scans", "VARCHAR[]"),
    ]


def test_files(connect: Connect) -> None:
    table = connect().catalog.find("apps", "app_1$papers")
    assert table is not None
    assert table.child == Child("orders", "papers", "file")
    assert [(column.name, column.sql_type) for column in table.columns] == [
        ("$parent_id", "BIGINT"),
        ("$file_no", "BIGINT"),
        ("file_key", "VARCHAR"),
        ("name", "VARCHAR"),
        ("content_type", "VARCHAR"),
        ("size", "BIGINT"),
    ]


@pytest.mark.parametrize(
    "name", ["orders$title", "orders$item", "orders$lines$item", "plain$lines", "$lines", "orders$"]
)
def test_other_names_are_none(connect: Connect, name: str) -> None:
    assert connect().catalog.find(None, name) is None


def test_an_app_of_that_name_comes_first(connect: Connect) -> None:
    catalog = connect().catalog
    table = catalog.find(None, "orders$papers")
    assert table is not None
    assert (table.app_id, table.child) == (3, None)
    assert [name.name for name in catalog.children("apps")] == ["orders$lines"]


def test_listing_reads_the_form_of_each_app_once(connect: Connect, sandbox: Sandbox) -> None:
    catalog = connect().catalog
    for _ in range(2):
        assert [name.name for name in catalog.names("apps")] == ["orders", "plain", "orders$papers"]
    assert sandbox.log.counts == {"GET apps.json": 1}
    for _ in range(2):
        assert [name.name for name in catalog.children("apps")] == ["orders$lines"]
    assert sandbox.log.counts == {"GET apps.json": 1, "GET app/form/fields.json": 3}


def test_finding_reads_one_form(connect: Connect, sandbox: Sandbox) -> None:
    connect().catalog.find(None, "app_1$lines")
    assert sandbox.log.counts["GET app/form/fields.json"] == 1


def test_unknown_schemas_have_none(connect: Connect) -> None:
    assert connect().catalog.children("nowhere") == ()


def test_the_separator_and_labels(connect: Connect) -> None:
    catalog = connect(subtable_separator="__", column_names="Label").catalog
    table = catalog.find(None, "orders__lines")
    assert table is not None
    assert [column.name for column in table.columns][3:] == [
        *("品", "price", "who", "who$name", "scans")
    ]
    assert catalog.find(None, "orders$lines") is None
