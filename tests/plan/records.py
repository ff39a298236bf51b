"""Records of the ``orders`` app with every odd value, in the sandbox and in plain DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.plan.fake_catalog import ORDERS
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


def rows() -> list[dict[str, Any]]:
    """The values of the records 1, 2, 3 …, by field code."""
    return [
        {code: values[index % len(values)] for code, values in VALUES.items()}
        for index in range(COUNT)
    ]


def orders_app(**switches: Any) -> tuple[App, Domain]:
    """The app with its records in a sandbox domain with these switches."""
    properties: dict[str, dict[str, Any]] = {}
    for column in ORDERS.columns:
        if column.part != "value" or column.field_code.startswith("$"):
            continue
        more: dict[str, Any] = {"options": options(*column.options)} if column.options else {}
        if column.calc_format:
            more["format"] = column.calc_format
        properties |= field(column.field_code, column.field_type, **more)
    built = domain(**switches)
    return add_app(built, properties, *rows(), statuses=("new", "done")), built


def plain_orders(zone: str) -> duckdb.DuckDBPyConnection:
    """The same records as the table ``orders`` of plain DuckDB."""
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{zone}'")
    definitions = ", ".join(f'"{column.name}" {column.sql_type}' for column in ORDERS.columns)
    connection.execute(f"CREATE TABLE orders ({definitions})")
    places = ", ".join(f"CAST(? AS {column.sql_type})" for column in ORDERS.columns)
    for record_id, values in enumerate(rows(), start=1):
        row = [_plain(column, record_id, values) for column in ORDERS.columns]
        connection.execute(f"INSERT INTO orders VALUES ({places})", row)
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
