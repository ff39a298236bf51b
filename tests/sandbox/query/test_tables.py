"""Conditions on the rows of tables."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.query.build import add_app, domain, field, matching, options, refusal, table

FIELDS = field("name", "SINGLE_LINE_TEXT") | field("qty", "NUMBER") | field("due", "DATE")
FIELDS |= field("kind", "DROP_DOWN", options=options("A", "B")) | field("memo", "MULTI_LINE_TEXT")
OTHER = field("tag", "SINGLE_LINE_TEXT")


def _row(name: str | None, qty: str, due: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "qty": qty, "due": due, "kind": None, "memo": "", **more}


RECORDS = [
    {"top": "1", **table("rows", _row("pen", "1", "2026-01-01"), _row("ink", "5", None))},
    {"top": "2", **table("rows", _row("pen", "5", kind="A"), first_id=10), **table("tags")},
    {"top": "3", **table("rows", _row("ink", "1", memo="red ink"), _row("", ""), first_id=20)},
    {"top": "4", **table("rows")},
    {"top": "5"},
    {
        "top": "6",
        **table("rows", _row("pen", "7"), first_id=30),
        **table("tags", {"tag": "x"}, {"tag": "y"}, first_id=40),
    },
]


def _tables(**switches: Any) -> tuple[App, Domain]:
    to = domain(**switches)
    properties = field("top", "NUMBER") | field("rows", "SUBTABLE", fields=FIELDS)
    properties |= field("tags", "SUBTABLE", fields=OTHER)
    return add_app(to, properties, *RECORDS), to


@pytest.mark.parametrize("switch", ["joined", "anywhere"])
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        # Some row
        ('name in ("pen")', [1, 2, 6]),
        ('name in ("pen", "ink")', [1, 2, 3, 6]),
        ("qty > 4", [1, 2, 6]),
        ("qty < 1", [3]),  # an empty number is below every other
        ("qty in (5)", [1, 2]),
        ('due in ("2026-01-01")', [1]),
        ('due > "2025-01-01"', [1]),
        ('kind in ("A")', [2]),
        ('memo like "red"', [3]),
        ("memo is empty", [1, 2, 3, 6]),
        # No rows match nothing, not even emptiness
        ('name in ("")', [3]),
        ('kind in ("")', [1, 3, 6]),
        # At least one row, and all rows
        ('name not in ("pen")', [3]),
        ('name not in ("ink")', [2, 6]),
        ('name not in ("")', [1, 2, 6]),
        ("qty not in (1)", [2, 6]),
        ('due not in ("2026-01-01")', [2, 3, 6]),
        ('kind not in ("A")', [1, 3, 6]),
        ('memo not like "red"', [1, 2, 6]),
        ("memo is not empty", []),
        # The same row
        ('name in ("pen") and qty >= 5', [2, 6]),
        ('name in ("pen") and qty >= 5 and top < 6', [2]),
        ('qty > 4 and top = 1 and name in ("ink")', [1]),
        # A negative condition is about all rows, whatever it is joined with
        ('name in ("pen") and name not in ("pen")', []),
        ('name not in ("ink") and qty >= 5', [2, 6]),
        ("qty in (5) and qty not in (1)", [2]),
        # Several tables
        ('tag in ("x") and name in ("pen")', [6]),
        ('tag in ("x") and tag in ("y")', []),
        ('tag in ("x") or name in ("ink")', [1, 3, 6]),
        # or
        ('name in ("ink") or qty > 6', [1, 3, 6]),
        ('name in ("nothing") or top = 4', [4]),
        ('name in ("pen") and qty >= 5 or top = 5', [2, 5, 6]),
    ],
)
def test_rows(switch: str, query: str, ids: list[int]) -> None:
    assert matching(query, *_tables(table_conditions=switch)) == ids


@pytest.mark.parametrize(
    ("query", "joined", "anywhere"),
    [
        ('(name in ("pen")) and (qty >= 5)', [1, 2, 6], [2, 6]),
        ('name in ("pen") and (qty >= 5 and top > 0)', [1, 2, 6], [2, 6]),
        ('(name in ("pen") or name in ("x")) and qty >= 5', [1, 2, 6], [2, 6]),
        ('(name in ("pen") and qty >= 5)', [2, 6], [2, 6]),
        ('(tag in ("x")) and (tag in ("y"))', [6], []),
        ('(name in ("pen") and top = 1) or qty > 6', [1, 6], [1, 6]),
    ],
)
def test_rows_across_parentheses(query: str, joined: list[int], anywhere: list[int]) -> None:
    assert matching(query, *_tables(table_conditions="joined")) == joined
    assert matching(query, *_tables(table_conditions="anywhere")) == anywhere


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('name = "pen"', "GAIA_IQ07"),
        ('name != "pen"', "GAIA_IQ07"),
        ('rows.name in ("pen")', "GAIA_IR02"),
        ('rows in ("x")', "GAIA_IQ03"),
        ('kind = "Z"', "GAIA_IQ10"),
        ("order by name", "GAIA_IS02"),
        ("order by rows", "GAIA_IS02"),
    ],
)
def test_refusals(query: str, code: str) -> None:
    assert refusal(query, *_tables()) == code


def test_date_functions_in_lists() -> None:
    to = domain()
    properties = field("rows", "SUBTABLE", fields=field("due", "DATE") | field("at", "DATETIME"))
    app = add_app(
        to,
        properties,
        table("rows", {"due": "2026-11-25", "at": "2026-11-24T15:00:00Z"}),
        table("rows", {"due": "2026-11-24", "at": "2026-11-25T15:00:00Z"}, first_id=2),
    )
    assert matching("due in (TODAY())", app, to) == [1]
    assert matching('due in (TODAY(), "2026-11-24")', app, to) == [1, 2]
    assert matching("at in (TODAY())", app, to) == [1]
    assert matching("at not in (TODAY())", app, to) == [2]


def test_a_cell_missing_from_a_row_is_empty() -> None:
    to = domain()
    app = add_app(to, field("rows", "SUBTABLE", fields=FIELDS), table("rows", {"qty": "1"}))
    assert matching('name in ("")', app, to) == [1]
    assert matching("memo is empty", app, to) == [1]
    assert matching('kind not in ("A")', app, to) == [1]
