"""Spark reads tables of Kintone, in partitions and with its filters pushed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox import Sandbox
from tests.shop import shop

pytest.importorskip("pyspark", reason="the extra 'spark' is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # Spark has its own

from pyspark.sql import SparkSession  # noqa: E402
from pyspark.sql import functions as f  # noqa: E402
from pyspark.sql.datasource import (  # noqa: E402
    EqualNullSafe,
    EqualTo,
    GreaterThanOrEqual,
    In,
    IsNotNull,
    IsNull,
    LessThan,
    Not,
    StringContains,
    StringStartsWith,
)

from sqlalchemy_kintone.integrations.spark import KintoneDataSource, condition_of  # noqa: E402

Read = Callable[..., Any]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    os.environ["PYSPARK_PYTHON"] = sys.executable  # for the workers
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.python.filterPushdown.enabled", "true")
        .getOrCreate()
    )
    session.dataSource.register(KintoneDataSource)
    yield session
    session.stop()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(shop()) as running:
        yield running


@pytest.fixture
def read(spark: Any, sandbox: Sandbox) -> Read:
    """A DataFrame of a table, with options."""

    def read(table: str, **options: str) -> Any:
        login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
        sandbox.log.reset()
        return spark.read.format("kintone").options(table=table, **login, **options)

    return read


def queries(sandbox: Sandbox) -> list[str]:
    """What was asked for records."""
    return [str(entry) for entry in sandbox.log.requests if "records" in str(entry)]


def test_a_table(read: Read) -> None:
    frame = read("orders").load()
    assert dict(frame.dtypes) | {
        "$id": "bigint",
        "customer": "string",
        "amount": "decimal(20,2)",
        "day": "date",
        "paid_at": "timestamp",
        "tags": "array<string>",
    } == dict(frame.dtypes)
    [first] = frame.where(f.col("`$id`") == 1).select("amount", "day", "paid_at", "tags").collect()
    paid_at = datetime(2026, 3, 1, 15, 30, tzinfo=timezone.utc)
    assert first.amount == Decimal("10.50")
    assert first.day == date(2026, 3, 1)
    assert abs(first.paid_at.astimezone(timezone.utc) - paid_at) < timedelta(seconds=1)
    assert first.tags == ["new"]


@pytest.mark.parametrize("partitions", ["1", "3", "100"])
def test_partitions_have_each_record_once(read: Read, partitions: str) -> None:
    frame = read("orders", partitions=partitions).load()
    assert frame.rdd.getNumPartitions() == min(int(partitions), 7)
    assert sorted(row["$id"] for row in frame.collect()) == [1, 2, 3, 4, 5, 6, 7]


def test_columns_and_filters_are_asked_of_kintone(read: Read, sandbox: Sandbox) -> None:
    frame = read("orders").schema("customer STRING, amount DECIMAL(20,2)").load()
    found = frame.where("amount >= 50 AND customer = 'Ito'").collect()
    assert [(row.customer, row.amount) for row in found] == [
        ("Ito", Decimal("50.50")),
        ("Ito", Decimal("70.50")),
    ]
    [asked] = queries(sandbox)
    assert "amount" in asked
    assert "50" in asked
    assert "Ito" in asked
    assert "day" not in asked


def test_aggregates_of_a_join(read: Read) -> None:
    orders = read("orders", partitions="2").load()
    customers = read("customers").load()
    joined = orders.join(customers, orders.customer == customers.name).groupBy("rank")
    sums = {row["rank"]: row["n"] for row in joined.agg(f.count("*").alias("n")).collect()}
    assert sums == {"A": 3, "B": 4}


def test_other_schemas(read: Read) -> None:
    frame = read("guests", schema="guest_5", guest_space_id="5").load()
    assert [row.text for row in frame.collect()] == ["hello"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"table": "oders"}, "orders"),
        ({"table": "orders", "partitions": "many"}, "it is a number from 1"),
        ({"table": ""}, "The option 'table' is missing"),
    ],
)
def test_mistakes(read: Read, options: dict[str, str], message: str) -> None:
    with pytest.raises(Exception, match=message) as caught:
        read(**options).load().collect()
    assert "sandbox-password" not in str(caught.value)


@pytest.mark.parametrize(
    ("pushed", "condition"),
    [
        (EqualTo(("a",), 1), ('"a" = ?', (1,))),
        (EqualNullSafe(("a",), None), ('"a" IS NOT DISTINCT FROM ?', (None,))),
        (GreaterThanOrEqual(('a"b',), 2), ('"a""b" >= ?', (2,))),
        (Not(LessThan(("a",), 2)), ('NOT ("a" < ?)', (2,))),
        (In(("a",), (1, None)), ('"a" IN (?, ?)', (1, None))),
        (In(("a",), ()), None),
        (IsNull(("a",)), ('"a" IS NULL', ())),
        (IsNotNull(("a",)), ('"a" IS NOT NULL', ())),
        (StringStartsWith(("a",), "x"), ('starts_with("a", ?)', ("x",))),
        (StringContains(("a",), "%"), ('contains("a", ?)', ("%",))),
        (EqualTo(("a", "b"), 1), None),
        (Not(EqualTo(("a", "b"), 1)), None),
    ],
)
def test_filters_as_conditions(pushed: Any, condition: object) -> None:
    assert condition_of(pushed) == condition
