"""Small apps of which a statement wants several parts are read whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.catalog.model import Table
from sqlalchemy_kintone.plan.cache import PlanCache
from sqlalchemy_kintone.plan.model import Plan, PlanOptions, Pushdown
from sqlalchemy_kintone.plan.planner import plan_query
from sqlalchemy_kintone.plan.statements import Query, parse_statement
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.comparison import Comparison
from tests.differential.domain import SWITCHES, make_domain, oracle
from tests.differential.schema import Row, rows
from tests.differential.statements import STATEMENTS, Statement
from tests.differential.test_differential import ZONES, columns_of
from tests.plan.fake_catalog import ORDERS, FakeCatalog


def query_of(sql: str) -> Query:
    query = parse_statement(sql)
    assert isinstance(query, Query)
    return query


def planned(sql: str, small: Sequence[Table] = (ORDERS,)) -> Plan:
    return plan_query(
        query_of(sql), None, FakeCatalog(), PlanOptions(), is_small=lambda table: table in small
    )


PARTED = [
    "SELECT min(total), max(total), count(*) FROM orders WHERE kind = 'A'",
    "SELECT total, title FROM orders ORDER BY total DESC LIMIT 10",
    "SELECT total FROM orders WHERE kind = 'A' UNION ALL SELECT wide FROM orders WHERE kind = 'B'",
    "SELECT a.total FROM orders a JOIN orders b ON a.$id = b.total WHERE b.kind = 'A'",
    "SELECT (SELECT count(*) FROM orders WHERE kind = 'A'), (SELECT max(total) FROM orders)",
    "SELECT total FROM orders WHERE kind = 'A' AND total > (SELECT avg(total) FROM orders)",
    "WITH a AS (SELECT * FROM orders WHERE kind = 'A' LIMIT 5) SELECT * FROM a, orders",
]


@pytest.mark.parametrize("sql", PARTED)
def test_whole(sql: str) -> None:
    scans = planned(sql).scans
    assert {scan.query for scan in scans} == {""}
    assert not any(scan.keys for scan in scans)
    assert len({scan.query for scan in planned(sql, ()).scans}) > 1


APART = [
    "SELECT total FROM orders WHERE kind = 'A'",
    "SELECT total FROM orders WHERE kind = 'A' UNION SELECT wide FROM orders WHERE kind = 'A'",
    "SELECT count(*) FROM orders WHERE kind = 'A' AND kind = 'B' UNION ALL"
    " SELECT total FROM orders WHERE kind = 'A'",
    "SELECT total FROM orders WHERE kind = 'A' UNION ALL"
    " SELECT total FROM orders WHERE kintone_like(title, 'a')",
    "SELECT o.total FROM orders o JOIN customers c ON o.customer_id = c.$id WHERE kind = 'A'",
]


@pytest.mark.parametrize("sql", APART)
def test_not_whole(sql: str) -> None:
    assert planned(sql) == planned(sql, ())
    assert any(scan.condition for scan in planned(sql).scans)


def test_why_conditions_are_local() -> None:
    local = [each for scan in planned(PARTED[2]).scans for each in scan.local]
    assert [each.sql for each in local] == ["kind = 'A'", "kind = 'B'"]
    assert {each.reason for each in local} == {
        "one request reads all of the app, of which the statement wants several parts"
    }


def test_switched_off() -> None:
    options = PlanOptions(pushdown=Pushdown.NONE)
    query, catalog = query_of(PARTED[0]), FakeCatalog()
    unknown = plan_query(query, None, catalog, options)
    assert plan_query(query, None, catalog, options, is_small=lambda _: True) == unknown


def test_plans_are_kept_as_long_as_apps_stay_as_small() -> None:
    cache, catalog, small = PlanCache(), FakeCatalog(), {ORDERS}

    def plan() -> Plan:
        return cache.plan(query_of(PARTED[0]), None, catalog, PlanOptions(), small.__contains__)

    whole = plan()
    assert plan() is whole
    small.clear()
    parted = plan()
    assert len({scan.query for scan in parted.scans}) == 3
    assert plan() is parted
    small.add(ORDERS)
    assert plan() == whole


@contextmanager
def known(
    sandbox: Sandbox, switches: Switches, tables: tuple[list[Row], list[Row]], zone: str
) -> Iterator[Comparison]:
    """A connection that has read the apps, which are of one page."""
    domain = make_domain(switches, *tables)
    sandbox.reset(domain)
    with kintone.connect(
        url=sandbox.url, user="sandbox", password="sandbox", time_zone=zone
    ) as connection:
        for name in ("things", "others"):
            connection.execute(f"SELECT $id FROM {name}").fetchall()
        with oracle(domain, columns_of(connection, domain), zone) as plain:
            yield Comparison({"all": connection}, plain)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    switches=SWITCHES,
    tables=st.tuples(rows(most=8), rows(most=4)),
    zone=ZONES,
    statements=st.lists(STATEMENTS, min_size=1, max_size=8),
)
def test_answers(
    kintone_sandbox_server: Sandbox,
    switches: Switches,
    tables: tuple[list[Row], list[Row]],
    zone: str,
    statements: list[Statement],
) -> None:
    with known(kintone_sandbox_server, switches, tables, zone) as comparison:
        for statement in statements:
            comparison.check(statement)
