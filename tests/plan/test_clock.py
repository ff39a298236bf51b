"""The clock is read once for a statement, and plans do not outlive what it showed."""

from __future__ import annotations

from datetime import datetime, timezone

import duckdb
import pytest

from sqlalchemy_kintone.plan.cache import PlanCache
from sqlalchemy_kintone.plan.clock import Clock, clock_of
from sqlalchemy_kintone.plan.model import Plan, PlanOptions
from sqlalchemy_kintone.plan.sql import parse
from sqlalchemy_kintone.plan.statements import Query
from tests.plan.fake_catalog import FakeCatalog


class Watch:
    """A clock that shows what it is told."""

    def __init__(self, shown: str) -> None:
        self.shown = shown

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.shown).replace(tzinfo=timezone.utc)


def planned(cache: PlanCache, sql: str, zone: str = "Asia/Tokyo") -> Plan:
    statement = cache.statement(sql)
    assert isinstance(statement, Query)
    return cache.plan(statement, None, FakeCatalog(), PlanOptions(time_zone=zone))


@pytest.mark.parametrize(
    ("condition", "query"),
    [
        # In Tokyo it is the next day already.
        ("day = current_date", 'day = "2026-03-08"'),
        ("day = today()", 'day = "2026-03-08"'),
        ("day >= current_date - INTERVAL 7 DAY", 'day >= "2026-03-01"'),
        ("day >= current_date - 7", 'day >= "2026-03-01"'),
        ("day >= date_trunc('month', current_date)", 'day >= "2026-03-01"'),
        ("day = CAST(now() AS DATE)", 'day = "2026-03-08"'),
        ("created >= current_date", '作成日時 >= "2026-03-07T15:00:00Z"'),
        ("created > now() - INTERVAL 1 HOUR", '作成日時 > "2026-03-07T19:30:00Z"'),
        ("created > current_timestamp - INTERVAL 1 DAY", '作成日時 > "2026-03-06T20:30:00Z"'),
        ("created < get_current_timestamp()", '作成日時 <= "2026-03-07T20:30:00Z"'),
    ],
)
def test_conditions(condition: str, query: str) -> None:
    sql = f"SELECT total FROM orders WHERE {condition}"
    (scan,) = planned(PlanCache(now=Watch("2026-03-07T20:30:15")), sql).scans
    assert scan.condition in (query, f'{query} and day != ""')


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT 1", Clock.NOTHING),
        ("SELECT age(a, b) FROM orders", Clock.NOTHING),
        ("SELECT current_date", Clock.DAY),
        ("SELECT 1 FROM orders WHERE day = today() AND created < now()", Clock.MOMENT),
        ("SELECT current_timestamp", Clock.MOMENT),
        ("SELECT current_date, current_time", Clock.APART),
        ("SELECT now(), age(created) FROM orders", Clock.APART),
    ],
)
def test_what_is_read(sql: str, reads: Clock) -> None:
    assert clock_of(parse(sql)) is reads


def test_what_reads_other_clocks_is_left_to_duckdb() -> None:
    sql = "SELECT age(created) FROM orders WHERE day = current_date"
    found = planned(PlanCache(), sql)
    assert found.scans[0].condition is None
    assert "CURRENT_DATE" in found.residual_sql


def test_a_day_is_planned_once() -> None:
    watch = Watch("2026-03-07T14:00:00")
    cache = PlanCache(now=watch)
    sql = "SELECT total FROM orders WHERE day = current_date"
    first = planned(cache, sql)
    watch.shown = "2026-03-07T14:59:59"
    assert planned(cache, sql) is first
    watch.shown = "2026-03-07T15:00:00"  # midnight in Tokyo
    assert planned(cache, sql).scans[0].condition == 'day = "2026-03-08"'
    assert planned(cache, sql, "UTC").scans[0].condition == 'day = "2026-03-07"'


def test_a_moment_is_planned_each_time() -> None:
    watch = Watch("2026-03-07T14:00:00")
    cache = PlanCache(now=watch)
    sql = "SELECT total FROM orders WHERE created < now()"
    first = planned(cache, sql)
    watch.shown = "2026-03-07T14:00:01"
    assert planned(cache, sql) != first


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ("current_date", ["current_date"]),
        ("now()", ["now()"]),
        ("now() AS n, current_timestamp", ["n", "current_timestamp"]),
    ],
)
def test_results_keep_their_names(items: str, names: list[str]) -> None:
    found = planned(PlanCache(), f"SELECT {items} ORDER BY 1")
    assert duckdb.connect().sql(found.residual_sql).columns == names


def test_all_of_a_statement_has_the_same_moment() -> None:
    sql = "SELECT count(*) FROM (SELECT now() AS t) WHERE t = now() AND t::DATE = current_date"
    found = planned(PlanCache(), sql, "UTC")
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    assert connection.sql(found.residual_sql).fetchall() == [(1,)]
