"""Records of two apps with every odd value, in the sandbox and in plain DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from sqlalchemy_kintone.catalog.model import Column, Family, Table
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.plain import plain_duckdb
from tests.plan.fake_catalog import CUSTOMERS, ORDERS
from tests.sandbox.query.build import add_app, domain, field, options

SATO = {"code": "sato", "name": "佐藤"}
SUZUKI = {"code": "suzuki", "name": "鈴木"}
FILE = {"fileKey": "k", "name": "a.txt", "contentType": "text/plain", "size": "1"}

# Lengths without common factors, so that values of different fields meet in all combinations.
VALUES: Mapping[str, tuple[Any, ...]] = {
    "customer_id": ("1", "2", "", "3", "12", "-1", "0"),
    "total": (
        "",
        "5",
        "0",
        "-5",
        "4.9999",
        "5.0001",
        "-0.0001",
        "999999999999.9999",
        "-999999999999.9999",
        None,
        "6",
    ),
    "weight": ("", "0.1", "0.3", "5", "-5", "1000000000.1", "0.1000000001", "0", "1e3"),
    "wide": (
        "",
        "5",
        "5.0000000001",
        "4.9999999999",
        "12345678901234567890.0123456789",
        "-12345678901234567890.0123456789",
        "0",
        "-5",
    ),
    "tax": ("", "5", "0", "-5", "7.5", "4.9999"),
    "title": (
        "",
        "abc",
        "ABC",
        "abc ",
        " abc",
        "ａｂｃ",
        "日本語",
        'say "x"',
        "back\\slash",
        "   ",
        "\u3000",
        "x" * 64,
        "x" * 64 + "y",
        "x" * 64 + "z",
        "𠮟" * 33 + "a",
        "𠮟" * 33 + "b",
        None,
        "tab\there",
        "0012",
        "5",
    ),
    "memo": ("", "abc", "two\nlines", " \n", "\t", "\u3000", None),
    "body": ("", "abc", "<b>abc</b>", " "),
    # "removed" was an option once.
    "kind": ("A", "B", "", "C", "removed", None, "A"),
    "grade": ("hi", "lo", "", "removed", None),
    "tags": (["x"], [], ["x", "y"], ["z"], ["removed", "x"], ["removed"]),
    "ステータス": ("new", "done", "removed"),
    "day": ("2026-03-01", None, "2026-03-02", "2025-12-31", "2026-03-29", ""),
    "hour": ("09:30", "", "00:00", "23:59", None, "09:31"),
    "at": (
        "2026-03-01T00:30:00Z",
        "",
        "2026-03-01T15:00:00Z",
        "2026-02-28T15:00:00Z",
        "2026-03-08T07:00:00Z",
        None,
        "2025-12-31T23:59:00Z",
    ),
    "作成日時": ("2026-03-01T00:30:00Z", "2026-03-01T15:00:00Z", "2026-03-02T05:00:00Z"),
    "due": ("2026-03-01", "", "2026-03-02"),
    "took": ("49:30", "", "-01:15", "09:30"),
    "author": (SATO, SUZUKI),
    "people": ([SATO], [], [SATO, SUZUKI]),
    "category": (["a"], [], ["a", "b"]),
    "files": ([FILE], [], None),
}
COUNT = 140


CUSTOMER_VALUES: Mapping[str, tuple[Any, ...]] = {
    "name": ("abc", "", "日本語", "abc ", None),
    "rank": ("gold", "tin", "", "removed"),
    "score": ("", "5", "0", "-5", "6"),
    "title": ("abc", "", "ABC"),
}
CUSTOMER_COUNT = 14


@dataclass(frozen=True)
class Sandbox:
    """Both apps in a sandbox domain."""

    domain: Domain
    apps: Mapping[str, App]


def rows(values: Mapping[str, tuple[Any, ...]], count: int) -> list[dict[str, Any]]:
    """The values of the records 1, 2, 3 …, by field code."""
    return [
        {code: held[index % len(held)] for code, held in values.items()} for index in range(count)
    ]


TABLES: Sequence[tuple[Table, list[dict[str, Any]]]] = (
    (ORDERS, rows(VALUES, COUNT)),
    (CUSTOMERS, rows(CUSTOMER_VALUES, CUSTOMER_COUNT)),
)


def sandbox(**switches: Any) -> Sandbox:
    """The apps with their records in a sandbox domain with these switches."""
    built = domain(**switches)
    apps = {
        table.name: add_app(built, _properties(table), *records, statuses=("new", "done"))
        for table, records in TABLES
    }
    return Sandbox(built, apps)


def _properties(table: Table) -> dict[str, dict[str, Any]]:
    properties: dict[str, dict[str, Any]] = {}
    for column in table.columns:
        if column.part != "value" or column.field_code.startswith("$"):
            continue
        more: dict[str, Any] = {"options": options(*column.options)} if column.options else {}
        if column.calc_format:
            more["format"] = column.calc_format
        properties |= field(column.field_code, column.field_type, **more)
    return properties


def plain(zone: str) -> duckdb.DuckDBPyConnection:
    """The same records as the tables ``orders`` and ``customers`` of plain DuckDB."""
    connection = plain_duckdb(zone)
    for table, records in TABLES:
        definitions = ", ".join(f'"{column.name}" {column.sql_type}' for column in table.columns)
        connection.execute(f"CREATE TABLE {table.name} ({definitions})")
        places = ", ".join(f"CAST(? AS {column.sql_type})" for column in table.columns)
        for record_id, values in enumerate(records, start=1):
            row = [_plain(column, record_id, values) for column in table.columns]
            connection.execute(f"INSERT INTO {table.name} VALUES ({places})", row)
    return connection


def _plain(column: Column, record_id: int, values: Mapping[str, Any]) -> Any:
    if column.family is Family.ID:
        return record_id if column.field_code == "$id" else 1
    if column.family is Family.RECORD_NUMBER:
        return str(record_id)
    value = values[column.field_code]
    if isinstance(value, dict):
        return value["name" if column.part == "name" else "code"]
    if isinstance(value, list):
        return [_item(item) for item in value] or None
    if value and column.family is Family.INTERVAL:
        hours, minutes = value.split(":")
        sign = "-" if value.startswith("-") else ""
        return f"{hours} hours {sign}{minutes} minutes"
    return value or None


def _item(item: Any) -> Any:
    return item.get("code", item.get("name")) if isinstance(item, dict) else item
