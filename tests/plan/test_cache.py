"""Plans that are used again, and those that must not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from sqlalchemy_kintone.catalog.model import Table
from sqlalchemy_kintone.plan.cache import PlanCache
from sqlalchemy_kintone.plan.model import Plan, PlanOptions
from sqlalchemy_kintone.plan.statements import Query
from tests.plan.fake_catalog import FakeCatalog

SQL = "SELECT total FROM orders WHERE total = ?"


def planned(
    cache: PlanCache,
    sql: str = SQL,
    parameters: Sequence[object] | None = (1,),
    catalog: FakeCatalog | None = None,
    options: PlanOptions = PlanOptions(),  # noqa: B008 - frozen
) -> Plan:
    statement = cache.statement(sql)
    assert isinstance(statement, Query)
    return cache.plan(statement, parameters, catalog or FakeCatalog(), options)


def test_the_same_statement_is_planned_once() -> None:
    cache = PlanCache()
    first = planned(cache)
    assert planned(cache) is first
    assert cache.statement(SQL) is cache.statement(SQL)


@pytest.mark.parametrize("value", [2, 1.0, True, Decimal("1"), Decimal("1.0"), "1", None])
def test_other_values_and_types_are_other_plans(value: object) -> None:
    cache = PlanCache()
    first = planned(cache)
    other = planned(cache, parameters=(value,))
    assert other is not first
    assert planned(cache, parameters=(value,)) is other
    assert planned(cache) is first


def test_names_of_parameters_count() -> None:
    cache = PlanCache()
    statement = cache.statement("SELECT :a, :b")
    assert isinstance(statement, Query)
    options = PlanOptions()
    plans = [
        cache.plan(statement, each, FakeCatalog(), options)
        for each in ({"a": 1, "b": 2}, {"a": 2, "b": 1}, {"b": 2, "a": 1})
    ]
    assert plans[0] is plans[2]
    assert plans[0] is not plans[1]


def test_options_count() -> None:
    cache = PlanCache()
    other = PlanOptions(time_zone="Asia/Tokyo")
    assert planned(cache, options=other) is not planned(cache)


class Changed(FakeCatalog):
    """The same apps after one got a description."""

    def find(self, schema: str | None, name: str) -> Table | None:
        found = super().find(schema, name)
        return replace(found, comment="new") if found else None


def test_a_changed_app_is_planned_anew() -> None:
    cache = PlanCache()
    first = planned(cache)
    again = planned(cache, catalog=Changed())
    assert again is not first
    assert again.scans[0].table.comment == "new"
    assert planned(cache, catalog=Changed()) is again


def test_what_was_not_used_for_longest_is_forgotten() -> None:
    cache = PlanCache(size=2)
    first = planned(cache)
    planned(cache, parameters=(2,))
    assert planned(cache) is first
    planned(cache, parameters=(3,))
    assert planned(cache) is first
    planned(cache, parameters=(2,))
    planned(cache, parameters=(3,))
    assert planned(cache) is not first
