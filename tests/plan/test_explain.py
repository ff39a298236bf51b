"""Plans in words and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy_kintone.plan.explain import (
    Bounds,
    Expectation,
    Measured,
    explain_json,
    explain_text,
)
from sqlalchemy_kintone.plan.model import Plan
from sqlalchemy_kintone.stats import Stats
from tests.plan.planning import plan

SQL = (
    "SELECT o.total, o.author, author$name FROM orders o CROSS JOIN guest_9.受注 j "
    "WHERE o.kind = 'A' AND o.title = 'it''s'"
)


def expected(planned: Plan) -> Mapping[str, Expectation]:
    return {
        scan.name: Expectation(f"as {scan.name}", Bounds(1, number), Bounds(0, None))
        for number, scan in enumerate(planned.scans, start=1)
    }


def text_of(sql: str) -> str:
    planned = plan(sql)
    return "\n".join(explain_text(planned, expected(planned)))


def test_text() -> None:
    assert text_of(SQL) == "\n".join(
        [
            "scan_1: apps.orders (app 1)",
            '  query: kind in ("A") and title = "it\'s"',
            "  match: superset, of which DuckDB takes what the conditions below leave",
            "  fields: $id, total, title, author",
            "  read: as scan_1",
            "  expected: 1 request, unknown number of records",
            "  local: o.title = 'it''s'",
            "    because Kintone compares 64 characters of a text and no blanks at its end",
            "scan_2: guest_9.受注 (app 3 in guest space 9)",
            "  query: all records",
            "  match: exact",
            "  fields: $id",
            "  read: as scan_2",
            "  expected: 1 to 2 requests, unknown number of records",
            "DuckDB:",
            "  SELECT",
            "    o.total,",
            "    o.author,",
            '    "author$name"',
            "  FROM scan_1 AS o",
            "  CROSS JOIN scan_2 AS j",
            "  WHERE",
            "    o.title = 'it''s'",
        ]
    )


def test_nothing_to_ask() -> None:
    found = text_of("SELECT total FROM orders WHERE total > 5 AND total < 3")
    assert "  query: none, as no record can match\n" in found
    assert "fields" not in found


def test_measured() -> None:
    stats = Stats(requests=1234, metadata_requests=1, records=1, seconds={"plan": 0.25})
    found = explain_text(plan("SELECT 1"), {}, Measured(stats, 1))
    assert found[-3:] == [
        "Total: 1,234 requests (1 for metadata), 1 record, 0 bytes",
        "Result: 1 row",
        "Time: plan 0.250 s",
    ]


def test_json() -> None:
    planned = plan("SELECT total FROM orders WHERE total > 5 ORDER BY total DESC LIMIT 3 OFFSET 2")
    (scan,) = explain_json(planned, expected(planned))["scans"]
    assert scan["query"] == 'total > "5" order by total desc, $id asc limit 3 offset 2'
    assert (scan["condition"], scan["match"]) == ('total > "5"', "exact")
    assert scan["order"] == [
        {"field": "total", "descending": True},
        {"field": "$id", "descending": False},
    ]
    assert (scan["limit"], scan["offset"], scan["empty"]) == (3, 2, False)
    assert scan["expected"]["records"] == {"least": 0, "most": None}


def test_json_of_local_conditions() -> None:
    planned = plan(SQL)
    found = explain_json(planned, expected(planned), Measured(Stats(requests=2), 7))
    assert [each["sql"] for each in found["scans"][0]["local"]] == ["o.title = 'it''s'"]
    assert (found["measured"]["requests"], found["measured"]["rows"]) == (2, 7)
