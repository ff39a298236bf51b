"""Rows of SUBTABLE and FILE fields in pages of records."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from sqlalchemy_kintone.catalog.children import FILE_COLUMNS, ROW_ID, ROW_NUMBER
from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.errors import DataError, OperationalError
from sqlalchemy_kintone.read.decode import Decoder

PRICE = Column("price", "price", "NUMBER", Family.NUMBER, "DECIMAL(9,2)")
MARKS = Column("marks", "marks", "CHECK_BOX", Family.OPTIONS, "VARCHAR[]")


def nested(*rows: Column, kind: str = "SUBTABLE") -> Column:
    return Column("rows", "f", kind, Family.ROWS, "STRUCT[]", rows=rows)


def decoded(columns: list[Column], *values: Any) -> list[dict[str, Any]]:
    records = [
        {"$id": {"type": "__ID__", "value": str(i)}, "f": {"type": "ANY", "value": value}}
        for i, value in enumerate(values, 11)
    ]
    body = json.dumps({"records": records, "totalCount": None}).encode()
    page = Decoder(columns, "orders (app 3)").decode(body)
    assert page.last_id == (10 + len(records) if records else None)
    rows: list[dict[str, Any]] = page.table.to_pylist()
    return rows


def row(row_id: int, **values: Any) -> dict[str, Any]:
    return {"id": str(row_id), "value": {code: {"value": v} for code, v in values.items()}}


def test_rows() -> None:
    columns = [RECORD_ID, nested(ROW_NUMBER, PRICE, ROW_ID, MARKS)]
    assert decoded(
        columns,
        [row(5, price="1.5", marks=["x"]), row(4, price="", marks=[])],
        [],
        [row(7, price=None, marks=None)],
    ) == [
        {
            "$id": 11,
            "rows": [
                {"$row_no": 1, "price": Decimal("1.50"), "$row_id": 5, "marks": ["x"]},
                {"$row_no": 2, "price": None, "$row_id": 4, "marks": None},
            ],
        },
        {"$id": 12, "rows": []},
        {"$id": 13, "rows": [{"$row_no": 1, "price": None, "$row_id": 7, "marks": None}]},
    ]


def test_an_empty_page() -> None:
    assert decoded([RECORD_ID, nested(ROW_NUMBER, PRICE)]) == []


def test_only_empty_tables() -> None:
    assert decoded([nested(ROW_NUMBER, PRICE)], [], []) == [{"rows": []}, {"rows": []}]


def test_files() -> None:
    file = {"fileKey": "k", "name": "a.txt", "contentType": "text/plain", "size": "12"}
    names = Column("f", "f", "FILE", Family.FILES, "VARCHAR[]")
    expected = {
        "$file_no": 1,
        "file_key": "k",
        "name": "a.txt",
        "content_type": "text/plain",
        "size": 12,
    }
    for columns in (
        [names, nested(*FILE_COLUMNS, kind="FILE")],
        [nested(*FILE_COLUMNS, kind="FILE"), names],
    ):
        assert decoded(columns, [file], []) == [
            {"f": ["a.txt"], "rows": [expected]},
            {"f": None, "rows": []},
        ]


def test_a_value_that_does_not_fit() -> None:
    columns = [nested(ROW_NUMBER, PRICE)]
    with pytest.raises(DataError, match=r"Row 2 of record 12 of orders \(app 3\) holds '1.234'"):
        decoded(columns, [row(1, price="1")], [row(2, price="2"), row(3, price="1.234")])


def test_a_field_that_is_missing() -> None:
    columns = [nested(ROW_NUMBER, PRICE)]
    with pytest.raises(OperationalError, match=r"'price' of .* is missing from row 1 of record 12"):
        decoded(columns, [row(1, price="1")], [row(2, marks=[])])


def test_a_table_that_is_missing() -> None:
    columns = [Column("rows", "g", "SUBTABLE", Family.ROWS, "STRUCT[]", rows=(ROW_NUMBER,))]
    with pytest.raises(OperationalError, match=r"'g' of .* is missing from record 11"):
        decoded(columns, [])
