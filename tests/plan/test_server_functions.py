"""Kintone's own functions: what is sent, what DuckDB is left, and what is refused."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.errors import NotSupportedError, ProgrammingError
from sqlalchemy_kintone.plan.model import Exactness, Pushdown
from tests.plan.planning import only_scan, plan

EXACT, SUPERSET = Exactness.EXACT, Exactness.SUPERSET


@pytest.mark.parametrize(
    ("condition", "query", "exactness", "guard"),
    [
        ("kintone_like(title, 'say \"x\"')", 'title like "say \\"x\\""', EXACT, ""),
        ("kintone_like(body, 'a') AND total > 5", 'body like "a" and total > "5"', EXACT, ""),
        ("kintone_like(title, 'a') OR total > 5", 'title like "a" or total > "5"', EXACT, ""),
        (
            "NOT kintone_like(files, 'a')",
            'files not like "a" and files is not empty',
            SUPERSET,
            "files",
        ),
        ("day = kintone_today()", "day = TODAY()", EXACT, ""),
        ("KINTONE_TODAY() = day", "day = TODAY()", EXACT, ""),
        (
            "day >= kintone_from_today(-7, 'days')",
            'day >= FROM_TODAY(-7, DAYS) and day != ""',
            SUPERSET,
            "day",
        ),
        (
            "NOT (day > kintone_last_week('SUNDAY'))",
            'day <= LAST_WEEK(SUNDAY) and day != ""',
            SUPERSET,
            "day",
        ),
        ("created >= kintone_this_month(1)", "作成日時 >= THIS_MONTH(1)", EXACT, ""),
        ("created < kintone_next_month('LAST')", "作成日時 < NEXT_MONTH(LAST)", EXACT, ""),
        ("created <> kintone_this_year()", "作成日時 != THIS_YEAR()", EXACT, ""),
        ("created <= kintone_now()", "作成日時 <= NOW()", EXACT, ""),
        ('"at" = kintone_yesterday()', "at = YESTERDAY()", EXACT, ""),
        ("author = kintone_login_user()", "author in (LOGINUSER())", EXACT, ""),
        ("author <> kintone_login_user()", "author not in (LOGINUSER())", EXACT, ""),
        ("author IN (kintone_login_user())", "author in (LOGINUSER())", EXACT, ""),
        ("list_contains(people, kintone_login_user())", "people in (LOGINUSER())", EXACT, ""),
        ("kintone_login_user() = ANY(people)", "people in (LOGINUSER())", EXACT, ""),
        (
            "NOT list_contains(people, kintone_login_user())",
            "people not in (LOGINUSER())",
            SUPERSET,
            "people",
        ),
    ],
)
def test_what_is_sent(condition: str, query: str, exactness: Exactness, guard: str) -> None:
    found = plan(f"SELECT total FROM orders WHERE {condition}")
    assert found.scans[0].query == query
    assert found.scans[0].exactness is exactness
    residual = found.residual_sql
    assert "kintone_" not in residual.lower()
    assert (f"NOT {guard} IS NULL" in residual) is bool(guard)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT kintone_today() FROM orders", "Use it in WHERE"),
        ("SELECT kintone_today()", "Use it in WHERE"),
        ("SELECT 1 FROM orders WHERE total = kintone_today()", "no such function for this field"),
        ("SELECT 1 FROM orders WHERE day = kintone_now()", "no such function for this field"),
        ("SELECT 1 FROM orders WHERE kintone_like(kind, 'A')", "no such function for this field"),
        ("SELECT 1 FROM orders WHERE author$name = kintone_login_user()", "compared with|field"),
        ("SELECT 1 FROM orders WHERE day + 1 = kintone_today()", "compared with a column only"),
        ("SELECT 1 FROM orders WHERE kintone_like(title, 'a') OR title LIKE 'b%'", "no such"),
        ("SELECT 1 FROM orders WHERE day > kintone_today() OR total = 5", "empty values"),
        ("SELECT 1 FROM orders GROUP BY day HAVING day = kintone_today()", "Use it in WHERE"),
        (
            "SELECT 1 FROM customers c LEFT JOIN orders o ON TRUE WHERE kintone_like(o.title, 'a')",
            "the join has to see",
        ),
        (
            "SELECT 1 FROM orders o, customers c WHERE kintone_like(o.title, 'a') OR c.score > 5",
            "columns of other tables",
        ),
        ("SELECT 1 FROM range(3) t(title) WHERE kintone_like(title, 'a')", "Use it in WHERE"),
    ],
)
def test_what_cannot_be_sent(sql: str, reason: str) -> None:
    with pytest.raises(NotSupportedError, match=reason) as raised:
        plan(sql)
    assert "Only Kintone can compute kintone_" in str(raised.value)


def test_without_pushdown_nothing_is_sent() -> None:
    with pytest.raises(NotSupportedError):
        plan("SELECT 1 FROM orders WHERE day = kintone_today()", pushdown=Pushdown.NONE)


@pytest.mark.parametrize(
    "condition",
    [
        "kintone_like(title)",
        "kintone_like(title, '')",
        "kintone_like(title, 5)",
        "kintone_likes(title, 'a')",
        "day = kintone_today(1)",
        "day = kintone_from_today(-7)",
        "day = kintone_from_today(1.5, 'DAYS')",
        "day = kintone_from_today(1, 'HOURS')",
        "day = kintone_this_week('FUNDAY')",
        "day = kintone_this_month(32)",
        "day = kintone_this_month(kind)",
        "author = kintone_login_user('sato')",
    ],
)
def test_wrong_arguments(condition: str) -> None:
    with pytest.raises(ProgrammingError, match="kintone_"):
        plan(f"SELECT 1 FROM orders WHERE {condition}")


def test_limits_and_counts_stay_cheap() -> None:
    assert only_scan("SELECT count(*) FROM orders WHERE kintone_like(title, 'a')").columns == ()
    sql = "SELECT total FROM orders WHERE kintone_like(title, 'a') LIMIT 3"
    assert only_scan(sql).query == 'title like "a" limit 3'


def test_parameters() -> None:
    sql = "SELECT total FROM orders WHERE kintone_like(title, ?) AND day = kintone_from_today(?, ?)"
    found = only_scan(sql, ['" or $id > "0', -3, "WEEKS"])
    assert found.query == 'title like "\\" or $id > \\"0" and day = FROM_TODAY(-3, WEEKS)'
