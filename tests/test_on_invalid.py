"""Values that do not fit their columns: errors that name them, or NULL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sqlalchemy_kintone import Connection, DataError
from sqlalchemy_kintone.conninfo import OnInvalid
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain
from tests.shop import fill, shop

FIELDS: dict[str, dict[str, Any]] = {
    "n": {"type": "NUMBER"},
    "day": {"type": "DATE"},
    "lines": {"type": "SUBTABLE", "fields": {"price": {"type": "NUMBER"}}},
}
TOO_GREAT = "1234567890123"
"""For twelve digits before the point."""


def domain() -> Domain:
    """Record 2 has a number and, in its second row, a price of before the precision was lowered."""
    made = shop()
    app = create_app(made, "numbers", FIELDS)
    prices = [{"value": {"price": {"value": price}}} for price in ("1", "2")]
    fill(made, app, [{"n": n, "day": "2026-03-01", "lines": prices} for n in ("1", "2", "")])
    old = [
        {**row, "value": {"price": {"type": "NUMBER", "value": price}}}
        for row, price in zip(app.records[2].values["lines"], ("1", TOO_GREAT), strict=True)
    ]
    values = {**app.records[2].values, "n": TOO_GREAT, "lines": old}
    app.records[2] = replace(app.records[2], values=values)
    app.version += 1
    return made


@pytest.fixture
def numbers(shop_sandbox: Sandbox) -> Sandbox:
    shop_sandbox.reset(domain())
    return shop_sandbox


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("SELECT n FROM numbers", "Record 2 of numbers (app 5) holds '1234567890123' in field 'n'"),
        (
            "SELECT price FROM numbers$lines",
            "Row 2 of record 2 of numbers$lines (app 5) holds '1234567890123' in field 'price'",
        ),
    ],
)
def test_the_error_names_app_record_and_field(
    numbers: Sandbox, connection: Connection, sql: str, place: str
) -> None:
    with pytest.raises(DataError, match="OnInvalid=null") as caught:
        connection.execute(sql)
    assert place in str(caught.value)
    assert "DECIMAL(16,4)" in str(caught.value)


ONE = Decimal(1)
ANSWERS: list[tuple[str, list[tuple[object, ...]], int]] = [
    ("SELECT $id, n FROM numbers ORDER BY 1", [(1, ONE), (2, None), (3, None)], 1),
    ("SELECT $id FROM numbers WHERE n > 0", [(1,)], 1),
    ("SELECT $id FROM numbers WHERE n IS NULL ORDER BY 1", [(2,), (3,)], 1),
    ("SELECT $id FROM numbers WHERE n IS NULL ORDER BY $id DESC LIMIT 1", [(3,)], 1),
    ("SELECT count(*) FROM numbers WHERE n > 0", [(1,)], 1),
    ("SELECT count(*) FROM numbers WHERE n > 1000000000000", [(0,)], 0),
    ("SELECT count(n) AS c, max(n) AS m, count(*) AS r FROM numbers", [(1, ONE, 3)], 1),
    ("SELECT n FROM numbers ORDER BY n DESC NULLS LAST LIMIT 1", [(ONE,)], 1),
    ("SELECT $id FROM numbers WHERE n <> 5 LIMIT 2", [(1,)], 1),
    ("SELECT $id FROM numbers WHERE year(day) = 2026 AND n IS NOT NULL", [(1,)], 1),
    (
        "SELECT $parent_id, $row_no FROM numbers$lines WHERE price IS NULL",
        [(2, 2)],
        1,
    ),
    ("SELECT sum(price) FROM numbers$lines", [(Decimal(7),)], 1),
    (
        "SELECT a.$id FROM numbers a JOIN numbers b ON a.n = b.n",
        [(1,)],
        1,
    ),
]


@pytest.mark.parametrize(("sql", "expected", "requests"), ANSWERS, ids=lambda each: str(each)[:60])
@pytest.mark.parametrize("pushdown", ["none", "all"])
def test_misfits_are_null(
    numbers: Sandbox,
    connect: Callable[..., Connection],
    pushdown: str,
    sql: str,
    expected: list[tuple[object, ...]],
    requests: int,
) -> None:
    connection = connect(on_invalid=OnInvalid.NULL, pushdown=pushdown)
    cursor = connection.execute(sql)
    assert cursor.fetchall() == expected
    if pushdown == "all":
        assert cursor.stats.requests - cursor.stats.metadata_requests == requests


def test_explain_says_why_a_condition_is_checked_again(
    numbers: Sandbox, connect: Callable[..., Connection]
) -> None:
    connection = connect(on_invalid="null")
    found = str(connection.execute("EXPLAIN SELECT $id FROM numbers WHERE n > 0").fetchall())
    assert 'n > "0"' in found
    assert "values that do not fit the column are NULL here" in found


def test_ids_are_never_null(numbers: Sandbox, connect: Callable[..., Connection]) -> None:
    connection = connect(on_invalid="null")
    cursor = connection.execute("SELECT count(*) FROM numbers WHERE $id > 1 AND $id IS NOT NULL")
    assert cursor.fetchall() == [(2,)]
    (scan,) = cursor.scans
    assert not scan.columns
