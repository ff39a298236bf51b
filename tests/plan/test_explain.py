"""Plans in words and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sqlalchemy_kintone.plan.explain import (
    Bounds,
    Expectation,
    Measured,
    explain_json,
    explain_text,
)
from sqlalchemy_kintone.plan.model import Plan, Scan
from sqlalchemy_kintone.stats import Stats
from tests.plan.planning import plan

JOIN = (
    "SELECT o.total, o.author, author$name FROM orders o LEFT JOIN guest_9.受注 j ON o.$id = j.$id "
    "WHERE o.kind = 'A' AND o.title = 'it''s'"
)
TOP = "SELECT total FROM orders WHERE total > 5 ORDER BY total DESC LIMIT 3 OFFSET 2"


def expected(
    planned: Plan, requests: tuple[int, int | None] = (1, None), records: int | None = None
) -> dict[str, Expectation]:
    """The same for each scan."""
    return {
        scan.name: Expectation(f"as {scan.name}", Bounds(*requests), Bounds(0, records))
        for scan in planned.scans
    }


def text(sql: str, parameters: Any = None) -> list[str]:
    planned = plan(sql, parameters)
    return explain_text(planned, expected(planned))


def measured(planned: Plan) -> Measured:
    """As if each scan had cost two requests of three records."""
    stats = Stats(seconds={"plan": 0.25, "fetch": 1.5})
    stats.add_metadata_request(1000)
    for scan in planned.scans:
        stats.begin_scan(scan.name, scan.table.name)
        for _ in range(2):
            stats.add_request(100, scan.name)
            stats.add_records(3, scan.name)
    return Measured(stats, 1)


TEXTS: dict[str, tuple[str, str]] = {
    "a join": (
        JOIN,
        """\
scan_1: apps.orders (app 1)
  query: kind in ("A") and title = "it's"
  match: superset, of which DuckDB keeps what the local conditions hold for
  fields: $id, total, title, author
  read: as scan_1
  expected: at least 1 request, unknown number of records
  local: o.title = 'it''s'
    because Kintone compares 64 characters of a text and no blanks at its end
scan_2: guest_9.受注 (app 3 in guest space 9)
  query: all records
  match: exact
  fields: $id
  read: as scan_2
  narrowed: $id to the values of scan_1.$id, where that saves requests
  expected: at least 1 request, unknown number of records
DuckDB:
  SELECT
    o.total,
    o.author,
    "author$name"
  FROM scan_1 AS o
  LEFT JOIN scan_2 AS j
    ON o."$id" = j."$id"
  WHERE
    o.title = 'it''s'
Expected: at least 2 requests, unknown number of records""",
    ),
    "an order": (
        TOP,
        """\
scan_1: apps.orders (app 1)
  query: total > "5" order by total desc, $id asc limit 3 offset 2
  match: exact
  fields: $id, total
  read: as scan_1
  expected: at least 1 request, unknown number of records
DuckDB:
  SELECT
    total
  FROM scan_1 AS "orders"
  WHERE
    total > 5
  ORDER BY
    total DESC
  LIMIT 3""",
    ),
    "nothing to ask": (
        "SELECT total FROM orders WHERE FALSE AND memo = 'x'",
        """\
scan_1: apps.orders (app 1)
  query: none, as no record can be in the answer
  read: as scan_1
  expected: at least 1 request, unknown number of records
DuckDB:
  SELECT
    total
  FROM scan_1 AS "orders"
  WHERE
    FALSE AND memo = 'x'""",
    ),
    "no app": ("SELECT 1 AS one", "DuckDB:\n  SELECT\n    1 AS one"),
}


@pytest.mark.parametrize(("sql", "wanted"), TEXTS.values(), ids=TEXTS.keys())
def test_text(sql: str, wanted: str) -> None:
    assert "\n".join(text(sql)) == wanted


def test_each_row_is_one_line() -> None:
    lines = text("SELECT total FROM orders WHERE memo = ? AND title = 'a\nb'", ["c\nd"])
    assert all("\n" not in line for line in lines)
    assert "d'" in lines


@pytest.mark.parametrize(
    ("requests", "records", "words"),
    [
        ((0, 0), 0, "0 requests, 0 records"),
        ((1, 1), 1, "1 request, at most 1 record"),
        ((1, 3), 1500, "1 to 3 requests, at most 1,500 records"),
        ((1, None), None, "at least 1 request, unknown number of records"),
    ],
)
def test_expectations(requests: tuple[int, int | None], records: int | None, words: str) -> None:
    planned = plan("SELECT total FROM orders")
    lines = explain_text(planned, expected(planned, requests, records))
    assert f"  expected: {words}" in lines


def test_measured_text() -> None:
    planned = plan(JOIN)
    lines = explain_text(planned, expected(planned), measured(planned))
    assert lines.count("  measured: 2 requests, 6 records, 200 bytes, 0.000 s") == 2
    assert lines[-3:] == [
        "Total: 5 requests (1 for metadata), 12 records, 1,400 bytes",
        "Result: 1 row",
        "Time: plan 0.250 s, fetch 1.500 s",
    ]


def test_json() -> None:
    planned = plan(TOP)
    assert explain_json(planned, expected(planned, (1, 1), 3)) == {
        "scans": [
            {
                "name": "scan_1",
                "schema": "apps",
                "table": "orders",
                "app": 1,
                "guest_space": None,
                "empty": False,
                "query": 'total > "5" order by total desc, $id asc limit 3 offset 2',
                "condition": 'total > "5"',
                "order": [
                    {"field": "total", "descending": True},
                    {"field": "$id", "descending": False},
                ],
                "limit": 3,
                "offset": 2,
                "fields": ["$id", "total"],
                "match": "exact",
                "local": [],
                "narrowed": [],
                "strategy": "as scan_1",
                "expected": {
                    "requests": {"least": 1, "most": 1, "estimate": 1},
                    "records": {"least": 0, "most": 3, "estimate": None},
                },
            }
        ],
        "residual": 'SELECT\n  total\nFROM scan_1 AS "orders"\nWHERE\n  total > 5\n'
        "ORDER BY\n  total DESC\nLIMIT 3",
        "expected": {
            "requests": {"least": 1, "most": 1, "estimate": 1},
            "records": {"least": 0, "most": 3, "estimate": None},
        },
    }


def test_json_of_a_join() -> None:
    planned = plan(JOIN)
    orders, guest = explain_json(planned, expected(planned))["scans"]
    assert orders["match"] == "superset"
    assert orders["local"] == [
        {
            "sql": "o.title = 'it''s'",
            "reason": "Kintone compares 64 characters of a text and no blanks at its end",
        }
    ]
    assert (guest["schema"], guest["app"], guest["guest_space"]) == ("guest_9", 3, 9)
    assert guest["narrowed"] == [{"column": "$id", "scan": "scan_1", "key": "$id"}]


def test_measured_json() -> None:
    planned = plan(JOIN)
    found = explain_json(planned, expected(planned), measured(planned))
    assert found["measured"] == {
        "requests": 5,
        "metadata_requests": 1,
        "records": 12,
        "received_bytes": 1400,
        "rows": 1,
        "seconds": {"plan": 0.25, "fetch": 1.5},
    }
    for scan in found["scans"]:
        assert scan["measured"] == {
            "requests": 2,
            "records": 6,
            "received_bytes": 200,
            "seconds": 0.0,
            "read_with": None,
        }
    assert json.loads(json.dumps(found)) == found


def test_a_field_of_two_columns_is_asked_for_once() -> None:
    (scan,) = plan("SELECT author, author$name, $id FROM orders").scans
    assert isinstance(scan, Scan)
    assert scan.fields == ("$id", "author")
