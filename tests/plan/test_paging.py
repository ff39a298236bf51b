"""LIMIT, OFFSET and ORDER BY: Kintone's only where its first records are SQL's."""

from __future__ import annotations

import pytest

from tests.plan.planning import only_scan, plan


@pytest.mark.parametrize(
    ("clauses", "query"),
    [
        ("LIMIT 10", "limit 10"),
        ("LIMIT 0", "limit 0"),
        ("LIMIT 10 OFFSET 20", "limit 10 offset 20"),
        ("LIMIT 600", "limit 600"),
        ("LIMIT 600 OFFSET 20", "limit 620"),
        ("LIMIT 10 OFFSET 20000", "limit 20010"),
        ("OFFSET 20", ""),
        ("LIMIT 10%", ""),
        ("LIMIT 5 + 5", ""),
        ("LIMIT (SELECT 5)", ""),
        ("LIMIT 10 OFFSET (SELECT 5)", ""),
        ("WHERE kind = 'A' LIMIT 10", 'kind in ("A") limit 10'),
        ("WHERE title = 'a' LIMIT 10", 'title = "a"'),
        ("WHERE total % 2 > 5 LIMIT 10", ""),
        ("WHERE random() < 0.5 LIMIT 10", ""),
        ("WHERE FALSE LIMIT 10", "limit 10"),
        ("ORDER BY $id LIMIT 10", "order by $id asc limit 10"),
        ("ORDER BY $id DESC LIMIT 10 OFFSET 5", "order by $id desc limit 10 offset 5"),
        ("ORDER BY $id, title LIMIT 10", "order by $id asc limit 10"),
        ("ORDER BY created DESC LIMIT 10", "order by 作成日時 desc, $id asc limit 10"),
        ("ORDER BY created DESC, $id DESC LIMIT 1", "order by 作成日時 desc, $id desc limit 1"),
        ("ORDER BY $id LIMIT 501", "order by $id asc limit 501"),
        # Kintone takes no greater offset than 10,000; pages of an order would shift.
        ("ORDER BY $id LIMIT 10 OFFSET 10001", "order by $id asc limit 10011"),
        ("ORDER BY $id LIMIT 501 OFFSET 7", "order by $id asc limit 508"),
        ("ORDER BY $id", ""),
        # Where empty values go is not known, so that there must be none.
        (
            "WHERE total IS NOT NULL ORDER BY total DESC LIMIT 10",
            'total != "" order by total desc, $id asc limit 10',
        ),
        (
            "WHERE total > 5 ORDER BY total LIMIT 10",
            'total > "5" order by total asc, $id asc limit 10',
        ),
        (
            "WHERE day = '2026-03-01' ORDER BY day, created LIMIT 5",
            'day = "2026-03-01" order by day asc, 作成日時 asc, $id asc limit 5',
        ),
        ("WHERE day IS NOT NULL ORDER BY day LIMIT 10", 'day != ""'),
        ("WHERE tax = 5 ORDER BY tax LIMIT 10", 'tax = "5"'),
        # Numbers that are one DOUBLE may be several to Kintone.
        ("WHERE weight IS NOT NULL ORDER BY weight LIMIT 10", 'weight != ""'),
        # Options sort as defined, people by hidden ids, texts perhaps by 64 characters.
        ("WHERE kind IS NOT NULL ORDER BY kind LIMIT 10", 'kind not in ("")'),
        ("ORDER BY author LIMIT 10", ""),
        ("ORDER BY title LIMIT 10", ""),
        ("ORDER BY number LIMIT 10", ""),
        ("ORDER BY $revision LIMIT 10", ""),
        ("ORDER BY $id + 1 LIMIT 10", ""),
        ("ORDER BY 1 LIMIT 10", "order by $id asc limit 10"),
        ("ORDER BY 2 LIMIT 10", ""),
        ("ORDER BY ALL LIMIT 10", ""),
    ],
)
def test_clauses(clauses: str, query: str) -> None:
    assert only_scan(f"SELECT $id FROM orders {clauses}").query == query


@pytest.mark.parametrize(
    ("sql", "query"),
    [
        ("SELECT * FROM orders LIMIT 5", "limit 5"),
        ("SELECT total + 1, upper(title), kind = 'A' FROM orders LIMIT 5", "limit 5"),
        ("SELECT CASE WHEN total > 5 THEN 1 END FROM orders LIMIT 5", "limit 5"),
        ("SELECT DISTINCT kind FROM orders LIMIT 5", ""),
        ("SELECT count(*) FROM orders LIMIT 5", ""),
        ("SELECT kind FROM orders GROUP BY kind LIMIT 5", ""),
        ("SELECT unnest(tags) FROM orders LIMIT 5", ""),
        ("SELECT row_number() OVER () FROM orders LIMIT 5", ""),
        ("SELECT histogram(total) FROM orders LIMIT 5", ""),
        ("SELECT corr(total, customer_id) FROM orders LIMIT 5", ""),
        ("SELECT 1 + covar_pop(total, customer_id) FROM orders LIMIT 5", ""),
        ("SELECT #2 FROM orders LIMIT 5", ""),
        ("SELECT $id FROM orders QUALIFY row_number() OVER () = 1 LIMIT 5", ""),
        ("SELECT $id FROM orders USING SAMPLE 10% LIMIT 5", ""),
        ("SELECT $id FROM orders, range(3) LIMIT 5", ""),
        ("SELECT tax AS created FROM orders ORDER BY created LIMIT 5", ""),
        (
            "SELECT total, created AS c FROM orders ORDER BY c DESC LIMIT 5",
            "order by 作成日時 desc, $id asc limit 5",
        ),
        (
            "SELECT total, created FROM orders ORDER BY 2, 1 LIMIT 5",
            "",
        ),
        (
            "SELECT total, created AS c FROM orders ORDER BY 2 DESC LIMIT 5",
            "order by 作成日時 desc, $id asc limit 5",
        ),
        ("SELECT total + 1 AS c, created AS c FROM orders ORDER BY c LIMIT 5", ""),
        ("SELECT orders.*, created AS c FROM orders ORDER BY 2 LIMIT 5", ""),
        (
            "SELECT created AS c FROM orders ORDER BY created LIMIT 5",
            "order by 作成日時 asc, $id asc limit 5",
        ),
        (
            "SELECT created AS created FROM orders ORDER BY created LIMIT 5",
            "order by 作成日時 asc, $id asc limit 5",
        ),
        (
            "SELECT total AS created FROM orders ORDER BY orders.created LIMIT 5",
            "order by 作成日時 asc, $id asc limit 5",
        ),
        ("SELECT * REPLACE (total AS created) FROM orders ORDER BY created LIMIT 5", ""),
        ("SELECT count(*) FROM (SELECT * FROM orders LIMIT 5) AS v", "limit 5"),
        ("(SELECT $id FROM orders LIMIT 5) UNION ALL SELECT 1", "limit 5"),
        ("SELECT $id FROM orders UNION ALL SELECT 1 LIMIT 5", ""),
    ],
)
def test_selects(sql: str, query: str) -> None:
    assert only_scan(sql).query == query


def test_joins_are_not_cut() -> None:
    for scan in plan("SELECT 1 FROM orders o, customers c LIMIT 5").scans:
        assert scan.query == ""


def test_a_pushed_offset_is_not_applied_again() -> None:
    found = plan("SELECT $id FROM orders ORDER BY $id LIMIT 10 OFFSET 20")
    assert found.residual_sql == 'SELECT "$id" FROM scan_1 AS "orders" ORDER BY "$id" LIMIT 10'


def test_what_is_skipped_of_several_pages_is_read_along() -> None:
    sql = "SELECT $id FROM orders ORDER BY created LIMIT 10 OFFSET 7"
    for page_size, limit, offset in ((10, 10, 7), (9, 17, 0)):
        found = only_scan(sql, page_size=page_size)
        assert (found.limit, found.offset) == (limit, offset)
