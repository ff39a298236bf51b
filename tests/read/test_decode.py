"""Page bytes to typed columns."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.errors import DataError, OperationalError
from sqlalchemy_kintone.read.decode import Decoder

UTC = timezone.utc
MOMENT = "TIMESTAMP WITH TIME ZONE"


def column(family: Family, sql_type: str, name: str = "f", **more: Any) -> Column:
    return Column(name, "f", "ANY", family, sql_type, **more)


def body(*values: Any) -> bytes:
    """A page of records 1, 2, … with these values in field ``f``."""
    records = [
        {"$id": {"type": "__ID__", "value": str(i)}, "f": {"type": "ANY", "value": value}}
        for i, value in enumerate(values, 1)
    ]
    return json.dumps({"records": records, "totalCount": None}).encode()


SATO = {"code": "sato", "name": "佐藤"}
KATO = {"code": "kato", "name": ""}
VALUES = [
    ("id", column(Family.ID, "BIGINT"), ["12"], [12]),
    ("number", column(Family.NUMBER, "DECIMAL(16,4)"),
     ["1", "-0.5", "123456789012.3456", "", None],
     [Decimal("1.0000"), Decimal("-0.5000"), Decimal("123456789012.3456"), None, None]),
    ("30 digits", column(Family.NUMBER, "DECIMAL(30,0)"), ["9" * 30], [Decimal("9" * 30)]),
    ("float", column(Family.NUMBER, "DOUBLE"), ["1.5", "1E+2", ""], [1.5, 100.0, None]),
    ("text", column(Family.TEXT, "VARCHAR"),
     ["a", " ", "", None, "\"\\\n😀é"], ["a", " ", None, None, "\"\\\n😀é"]),
    ("texts", column(Family.OPTIONS, "VARCHAR[]"),
     [["a", "b"], [], None], [["a", "b"], None, None]),
    ("date", column(Family.DATE, "DATE"),
     ["2026-02-28", "0001-01-01", "9999-12-31", None],
     [date(2026, 2, 28), date(1, 1, 1), date(9999, 12, 31), None]),
    ("time", column(Family.TIME, "TIME"), ["09:30", "23:59", "", None],
     [time(9, 30), time(23, 59), None, None]),
    ("moment", column(Family.TIMESTAMP, MOMENT), ["2026-11-23T00:30:00Z", ""],
     [datetime(2026, 11, 23, 0, 30, tzinfo=UTC), None]),
    ("duration", column(Family.INTERVAL, "INTERVAL"), ["49:30", "-0:30", "-12:05", ""],
     [timedelta(hours=49, minutes=30), timedelta(minutes=-30), timedelta(hours=-12, minutes=-5),
      None]),
    ("person", column(Family.PERSON, "VARCHAR"), [SATO], ["sato"]),
    ("person's name", column(Family.PERSON, "VARCHAR", part="name"), [SATO, KATO], ["佐藤", None]),
    ("people", column(Family.PEOPLE, "VARCHAR[]"), [[SATO, KATO], []], [["sato", "kato"], None]),
    ("people's names", column(Family.PEOPLE, "VARCHAR[]", part="name"),
     [[SATO, KATO], []], [["佐藤", ""], None]),
    ("files", column(Family.FILES, "VARCHAR[]"),
     [[{"fileKey": "k", "name": "a.pdf", "contentType": "application/pdf", "size": "9"}], []],
     [["a.pdf"], None]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("decoded", "values", "expected"), [v[1:] for v in VALUES], ids=[v[0] for v in VALUES]
)
def test_values(decoded: Column, values: list[Any], expected: list[Any]) -> None:
    page = Decoder([decoded], "app").decode(body(*values))
    assert page.table.column("f").to_pylist() == expected
    assert page.last_id == len(values)


def test_two_columns_of_one_field() -> None:
    code = column(Family.PERSON, "VARCHAR", "who")
    name = column(Family.PERSON, "VARCHAR", "who$name", part="name")
    page = Decoder([RECORD_ID, code, name], "app").decode(body(SATO))
    assert page.table.to_pylist() == [{"$id": 1, "who": "sato", "who$name": "佐藤"}]


def test_an_empty_page() -> None:
    page = Decoder([RECORD_ID], "app").decode(b'{"records": [], "totalCount": "12"}')
    assert (page.table.num_rows, page.last_id, page.total) == (0, None, 12)
    assert page.table.schema.names == ["$id"]


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<html>",
        b"{}",
        b'{"records": 5}',
        b'{"records": null}',
        b'{"records": [{"f": {"value": 5}}]}',
        b'{"records": [{"f": {"value": "5"}}]',
        b'{"records": [{"f": {"value": "\xff"}}]}',
        b'{"records": []}\n{"records": []}',
        b'[{"records": []}]',
    ],
)
def test_what_is_no_page(page: bytes) -> None:
    with pytest.raises(OperationalError, match=r"orders.*not a page of records"):
        Decoder([column(Family.TEXT, "VARCHAR")], "orders").decode(page)


def test_a_page_on_many_lines() -> None:
    lines = json.dumps(json.loads(body("1", "2")), indent=1).encode()
    page = Decoder([column(Family.TEXT, "VARCHAR")], "app").decode(lines)
    assert page.table.column("f").to_pylist() == ["1", "2"]


@pytest.mark.parametrize("page", ['{"$id": {"value": "9"}, "f": null}', '{"$id": {"value": "9"}}'])
def test_a_field_that_is_not_told(page: str) -> None:
    with pytest.raises(OperationalError, match=r"'f' of orders is missing from record 9"):
        Decoder([column(Family.TEXT, "VARCHAR")], "orders").decode(
            f'{{"records": [{page}]}}'.encode()
        )


def test_a_missing_field_is_never_taken_for_an_empty_one() -> None:
    page = json.dumps(
        {"records": [{"$id": {"value": "8"}, "f": {"value": "x"}}, {"$id": {"value": "9"}}]}
    )
    with pytest.raises(OperationalError, match=r"'f' of orders is missing from record 9"):
        Decoder([column(Family.TEXT, "VARCHAR")], "orders").decode(page.encode())


MISFITS = [
    ("too many decimals", column(Family.NUMBER, "DECIMAL(16,4)"), "0.12345"),
    ("too many digits", column(Family.NUMBER, "DECIMAL(4,0)"), "12345"),
    ("no number", column(Family.NUMBER, "DECIMAL(16,4)"), "abc"),
    ("no date", column(Family.DATE, "DATE"), "2026-02-30"),
    ("no time", column(Family.TIME, "TIME"), "25:00"),
    ("no duration", column(Family.INTERVAL, "INTERVAL"), "soon"),
]


@pytest.mark.parametrize(
    ("decoded", "value"), [m[1:] for m in MISFITS], ids=[m[0] for m in MISFITS]
)
def test_a_misfit_names_record_and_field(decoded: Column, value: str) -> None:
    with pytest.raises(DataError, match=rf"Record 2 of orders holds '{value}' in field 'f'"):
        Decoder([decoded], "orders").decode(body(None, value))
