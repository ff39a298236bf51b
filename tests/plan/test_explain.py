"""Plans in words and as JSON."""

from __future__ import annotations

import json

from sqlalchemy_kintone.plan.explain import explain_json, explain_text
from sqlalchemy_kintone.plan.model import Scan
from tests.plan.planning import plan

SQL = (
    "SELECT o.total, o.author, author$name FROM orders o LEFT JOIN guest_9.受注 j ON o.$id = j.$id "
    "WHERE o.kind = 'A' AND o.title = 'it''s'"
)


def strategy(scan: Scan) -> str:
    return f"as {scan.name}"


def test_text() -> None:
    assert explain_text(plan(SQL), strategy) == "\n".join(
        [
            "scan_1: apps.orders (app 1)",
            '  query: kind in ("A") and title = "it\'s"',
            "  conditions: superset",
            "  fields: $id, total, title, author",
            "  read: as scan_1",
            "  checked by DuckDB: o.title = 'it''s' "
            "(Kintone compares 64 characters of a text and no blanks at its end)",
            "scan_2: guest_9.受注 (app 3)",
            "  query: all records",
            "  conditions: exact",
            "  fields: $id",
            "  read: as scan_2",
            "DuckDB",
            '  sql: SELECT o.total, o.author, "author$name" FROM scan_1 AS o '
            "LEFT JOIN scan_2 AS j ON o.\"$id\" = j.\"$id\" WHERE o.title = 'it''s'",
        ]
    )


def test_nothing_to_ask() -> None:
    text = explain_text(plan("SELECT total FROM orders WHERE FALSE"), strategy)
    assert "  query: nothing, as no record can match\n" in text


def test_only_a_count() -> None:
    text = explain_text(plan("SELECT count(*) FROM orders"), strategy)
    assert "  fields: none, only the number of records\n" in text


def test_measured() -> None:
    text = explain_text(plan("SELECT 1"), strategy, {"requests": 1234, "seconds": 0.25})
    assert text == "DuckDB\n  sql: SELECT 1\nmeasured\n  requests: 1,234\n  seconds: 0.250"


def test_json() -> None:
    planned = plan("SELECT total FROM orders WHERE total > 5 ORDER BY total DESC LIMIT 3 OFFSET 2")
    assert json.loads(explain_json(planned, strategy)) == {
        "scans": [
            {
                "name": "scan_1",
                "schema": "apps",
                "table": "orders",
                "app": 1,
                "query": 'total > "5" order by total desc, $id asc limit 3 offset 2',
                "empty": False,
                "exactness": "exact",
                "fields": ["total"],
                "order": [
                    {"field": "total", "descending": True},
                    {"field": "$id", "descending": False},
                ],
                "limit": 3,
                "offset": 2,
                "read": "as scan_1",
                "local": [],
            }
        ],
        "residual": 'SELECT total FROM scan_1 AS "orders" WHERE total > 5 '
        "ORDER BY total DESC LIMIT 3",
    }


def test_json_of_local_conditions() -> None:
    found = json.loads(explain_json(plan(SQL), strategy, {"requests": 2}))
    assert [each["sql"] for each in found["scans"][0]["local"]] == ["o.title = 'it''s'"]
    assert found["measured"] == {"requests": 2}
