"""Core and ORM statements over the sandbox's demo data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Table, exc, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, foreign, joinedload, registry, relationship, selectinload

from sqlalchemy_kintone.sandbox.server import Sandbox
from tests.dialect.conftest import engine_of, url_of

Tables = dict[str, Table]


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def records(demo: Sandbox) -> Callable[[str], list[dict[str, Any]]]:
    """An app's records as the sandbox holds them, which no driver has touched."""
    apps = {app.name: app for app in demo.domain.apps.values()}
    return lambda name: [record.values for record in apps[name].records.values()]


def test_a_joined_and_aggregated_table(
    connection: Connection, tables: Tables, records: Callable[[str], list[dict[str, Any]]]
) -> None:
    customers, orders = tables["customers"], tables["orders"]
    total = func.sum(orders.c.total).label("total")
    statement = (
        select(customers.c.name, func.count().label("n"), total)
        .join_from(customers, orders, orders.c.customer == customers.c.code)
        .where(customers.c.rank.in_(["A", "B"]), orders.c.order_date >= date(2025, 1, 1))
        .group_by(customers.c.code, customers.c.name)
        .order_by(total.desc(), customers.c.name)
        .limit(5)
    )
    rows = [tuple(row) for row in connection.execute(statement)]

    named = {c["code"]: c["name"] for c in records("customers") if c["rank"] in ("A", "B")}
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    counts: Counter[str] = Counter()
    for order in records("orders"):
        if order["customer"] in named and order["order_date"] >= "2025-01-01":
            sums[order["customer"]] += Decimal(order["total"])
            counts[order["customer"]] += 1
    expected = sorted(
        ((named[code], counts[code], sums[code]) for code in sums), key=lambda r: (-r[2], r[0])
    )
    assert rows == expected[:5]
    assert all(type(row[2]) is Decimal for row in rows)


def test_values_are_of_pythons_exact_types(connection: Connection, tables: Tables) -> None:
    employees, orders, customers = tables["employees"], tables["orders"], tables["customers"]
    statement = select(
        employees.c["$id"], employees.c["salary"], employees.c["joined_on"], employees.c["始業"]
    ).where(employees.c["$id"] == 1)
    row = connection.execute(statement).one()
    assert [type(value).__name__ for value in row] == ["int", "Decimal", "date", "time"]
    took = connection.execute(select(employees.c["勤務時間"]).limit(1)).scalar_one()
    assert isinstance(took, timedelta)
    received = connection.execute(select(orders.c.received_at).limit(1)).scalar_one()
    assert isinstance(received, datetime)
    assert received.utcoffset() == timedelta(0)
    liked = select(customers.c.contact_by).where(customers.c.contact_by.isnot(None)).limit(1)
    assert isinstance(connection.execute(liked).scalar_one(), list)
    absent = select(func.count()).where(customers.c.contact_by.is_(None))
    assert connection.execute(absent).scalar_one() > 0


def _customers(statement: Callable[[Any], Any]) -> Callable[[Tables], Any]:
    return lambda tables: statement(tables["customers"])


@pytest.mark.parametrize(
    ("statement", "keep"),
    [
        (_customers(lambda t: t.c.rank.in_(["A"])), lambda r: r["rank"] == "A"),
        (_customers(lambda t: t.c.rank.in_([])), lambda r: False),
        (_customers(lambda t: t.c.rank.not_in([])), lambda r: True),
        (_customers(lambda t: t.c.rank != "A"), lambda r: r["rank"] not in ("A", "", None)),
        (_customers(lambda t: t.c.rank.is_distinct_from("A")), lambda r: r["rank"] != "A"),
        (_customers(lambda t: t.c.rank.is_(None)), lambda r: not r["rank"]),
        (
            _customers(
                lambda t: sa.tuple_(t.c.rank, t.c.code).in_([("A", "C0001"), ("B", "C0003")])
            ),
            lambda r: (r["rank"], r["code"]) in [("A", "C0001"), ("B", "C0003")],
        ),
        (_customers(lambda t: t.c.code.ilike("c000%")), lambda r: r["code"].startswith("C000")),
        (_customers(lambda t: t.c.code.contains("_", autoescape=True)), lambda r: False),
        (
            _customers(lambda t: t.c.code.regexp_match("^C00[12]")),
            lambda r: r["code"][:4] in ("C001", "C002"),
        ),
        (
            _customers(lambda t: t.c.contact_by.contains(["電話"])),
            lambda r: "電話" in r["contact_by"],
        ),
        (
            _customers(lambda t: t.c.contact_by.overlap(["電話", "FAX"])),
            lambda r: {"電話", "FAX"} & set(r["contact_by"]),
        ),
        (
            _customers(lambda t: ~t.c.contact_by.overlap(["電話"])),
            lambda r: r["contact_by"] and "電話" not in r["contact_by"],
        ),
        (
            _customers(lambda t: t.c.contact_by.contained_by(["電話", "FAX"])),
            lambda r: r["contact_by"] and set(r["contact_by"]) <= {"電話", "FAX"},
        ),
        (
            _customers(lambda t: sa.literal("メール") == sa.any_(t.c.contact_by)),
            lambda r: "メール" in r["contact_by"],
        ),
        (
            _customers(lambda t: t.c.credit_limit >= Decimal("5000000")),
            lambda r: r["credit_limit"] and Decimal(r["credit_limit"]) >= 5_000_000,
        ),
        (
            _customers(lambda t: t.c.next_call < datetime(2026, 12, 1, tzinfo=timezone.utc)),
            lambda r: r["next_call"] and r["next_call"] < "2026-12-01",
        ),
    ],
)
def test_conditions_keep_the_right_records(
    connection: Connection,
    tables: Tables,
    records: Callable[[str], list[dict[str, Any]]],
    statement: Callable[[Tables], Any],
    keep: Callable[[dict[str, Any]], object],
) -> None:
    code = tables["customers"].c.code
    condition = statement(tables)
    expected = sorted(each["code"] for each in records("customers") if keep(each))
    for options in ({}, {"literal_binds": True}):
        query = select(code).where(condition).order_by(code)
        if options:
            text = str(query.compile(connection.engine, compile_kwargs=options))
            rows: Any = connection.exec_driver_sql(text)
        else:
            rows = connection.execute(query)
        assert rows.scalars().all() == expected


@pytest.mark.parametrize(
    ("slicing", "expected"),
    [
        (lambda q: q.limit(2), slice(0, 2)),
        (lambda q: q.offset(3), slice(3, None)),
        (lambda q: q.limit(2).offset(3), slice(3, 5)),
        (lambda q: q.limit(0), slice(0, 0)),
        (lambda q: q.fetch(2).offset(1), slice(1, 3)),
        (lambda q: q.slice(2, 4), slice(2, 4)),
    ],
)
def test_limits_and_offsets(
    connection: Connection,
    tables: Tables,
    records: Callable[[str], list[dict[str, Any]]],
    slicing: Callable[[Any], Any],
    expected: slice,
) -> None:
    code = tables["products"].c.product_code
    rows = connection.execute(slicing(select(code).order_by(code))).scalars().all()
    assert rows == sorted(each["product_code"] for each in records("products"))[expected]


def test_subqueries_ctes_windows_and_set_operations(
    connection: Connection, tables: Tables, records: Callable[[str], list[dict[str, Any]]]
) -> None:
    products = tables["products"]
    kinds = Counter(each["kind"] or None for each in records("products"))

    counted = select(products.c.kind, func.count().label("n")).group_by(products.c.kind).cte("k")
    rows = connection.execute(select(counted.c.kind, counted.c.n)).all()
    assert {tuple(row) for row in rows} == set(kinds.items())

    best = func.row_number().over(partition_by=products.c.kind, order_by=products.c.price.desc())
    ranked = select(products.c.product_code, best.label("place")).subquery()
    firsts = connection.execute(select(ranked.c.product_code).where(ranked.c.place == 1)).all()
    assert len(firsts) == len(kinds)

    one = sa.union_all(select(sa.literal(1).label("n")), select(sa.literal(2)))
    assert sorted(connection.execute(one).scalars()) == [1, 2]

    numbers = select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < 4))
    assert connection.execute(select(func.sum(numbers.c.n))).scalar() == 10


def test_an_expression_with_parameters_may_group_and_sort(
    connection: Connection, tables: Tables, records: Callable[[str], list[dict[str, Any]]]
) -> None:
    day = tables["orders"].c.order_date
    month = func.strftime(day, "%Y-%m")
    statement = select(month, func.count()).group_by(month).order_by(month)
    expected = Counter(order["order_date"][:7] for order in records("orders"))
    assert [tuple(row) for row in connection.execute(statement)] == sorted(expected.items())


def test_columns_of_one_name_are_told_apart(connection: Connection, tables: Tables) -> None:
    customers, orders = tables["customers"], tables["orders"]
    statement = select(customers, orders).join_from(
        customers, orders, orders.c.customer == customers.c.code
    )
    row = connection.execute(statement.where(orders.c["$id"] == 2)).one()
    assert row._mapping[orders.c["$id"]] == 2
    assert row._mapping[customers.c.code] == row._mapping[orders.c.customer]


def test_a_column_may_be_an_enumeration(connection: Connection, engine: Engine) -> None:
    rank: sa.Column[Any] = sa.Column("rank", sa.Enum("A", "B", "C", name="rank"))
    table = Table("customers", sa.MetaData(), rank, autoload_with=engine)
    statement = select(table.c.rank).where(table.c.rank == "B").distinct()
    assert connection.execute(statement).scalars().all() == ["B"]


def test_parts_of_lists(connection: Connection, tables: Tables) -> None:
    liked = tables["customers"].c.contact_by
    statement = select(liked, liked[1], liked[1:2]).where(liked.isnot(None))
    written = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
    for rows in (connection.execute(statement), connection.exec_driver_sql(str(written))):
        answers = rows.all()
        assert max(len(row[0]) for row in answers) > 2
        for whole, first, two in answers:
            assert first == whole[0]
            assert two == whole[:2]


def test_a_quotient_is_a_decimal_where_decimals_are_divided(
    connection: Connection, tables: Tables
) -> None:
    products = tables["products"]
    statement = select(products.c.price, products.c.price / 3).where(products.c.price > 0).limit(1)
    price, third = connection.execute(statement).one()
    assert type(third) is Decimal
    assert abs(third * 3 - price) < Decimal("0.0001")


def test_names_of_schema_and_alias(connection: Connection, engine: Engine) -> None:
    by_schema = Table("customers", sa.MetaData(), schema="apps", autoload_with=engine)
    by_alias = Table("app_1", sa.MetaData(), autoload_with=engine)
    for table in (by_schema, by_alias):
        statement = select(table.c["$id"], table.c.code).where(table.c.code == "C0002")
        assert [tuple(row) for row in connection.execute(statement)] == [(2, "C0002")]


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        ("SELECT code FROM customers WHERE code = ?", ("C0002",)),
        ("SELECT code FROM customers WHERE code = :code", {"code": "C0002"}),
        ("SELECT code FROM customers WHERE code LIKE '%0002'", None),
    ],
)
def test_text_goes_to_the_driver_as_it_is(
    connection: Connection, statement: str, parameters: Any
) -> None:
    assert connection.exec_driver_sql(statement, parameters).scalars().all() == ["C0002"]


def test_text_with_named_parameters(connection: Connection) -> None:
    statement = sa.text("SELECT code FROM customers WHERE code = :code OR code = :other")
    rows = connection.execute(statement, {"code": "C0002", "other": "C0001"})
    assert sorted(rows.scalars()) == ["C0001", "C0002"]


def test_rows_stream_in_parts(
    connection: Connection, tables: Tables, records: Callable[[str], list[dict[str, Any]]]
) -> None:
    orders = tables["orders"]
    result = connection.execution_options(stream_results=True).execute(
        select(orders.c["$id"]).order_by(orders.c["$id"])
    )
    parts = [len(part) for part in result.partitions(1000)]
    assert sum(parts) == len(records("orders"))
    assert max(parts) == 1000


@pytest.mark.parametrize(
    "write",
    [
        lambda t: sa.insert(t).values(code="x"),
        lambda t: sa.update(t).values(code="x"),
        lambda t: sa.delete(t),
    ],
)
def test_writes_are_refused(
    connection: Connection, tables: Tables, write: Callable[[Table], Any]
) -> None:
    with pytest.raises(exc.NotSupportedError, match="is not supported"):
        connection.execute(write(tables["customers"]))


def test_mistakes_are_programming_errors(connection: Connection) -> None:
    for text in ("SELECT nothing_so FROM customers", "SELECT 1 FROM nowhere", "SELECT ("):
        with pytest.raises(exc.ProgrammingError):
            connection.execute(sa.text(text))
    # And the connection is as good as before.
    assert connection.execute(sa.text("SELECT 1")).scalar() == 1


def test_the_orm_reads_and_follows_relationships(
    engine: Engine, tables: Tables, records: Callable[[str], list[dict[str, Any]]]
) -> None:
    customers, orders = tables["customers"], tables["orders"]
    mapping = registry()

    class Customer:
        code: Any
        orders: Any

    class Order:
        buyer: Any

    mapping.map_imperatively(
        Customer,
        customers,
        properties={
            "orders": relationship(
                Order,
                primaryjoin=customers.c.code == foreign(orders.c.customer),
                viewonly=True,
            )
        },
    )
    mapping.map_imperatively(
        Order, orders, properties={"buyer": relationship(Customer, viewonly=True)}
    )
    with Session(engine) as session:
        customer: Any = session.get(Customer, 2)
        assert customer.code == "C0002"
        known = (
            select(Customer)
            .options(selectinload(Customer.orders))
            .where(customers.c.code.in_(["C0001", "C0002"]))
        )
        found = {each.code: len(each.orders) for each in session.execute(known).scalars()}
        placed = Counter(order["customer"] for order in records("orders"))
        assert found == {"C0001": placed["C0001"], "C0002": placed["C0002"]}
        first = session.execute(
            select(Order).options(joinedload(Order.buyer)).order_by(orders.c["$id"]).limit(1)
        ).scalar_one()
        assert first.buyer.code == records("orders")[0]["customer"]
    mapping.dispose()


def test_threads_share_an_engine(
    engine: Engine, tables: Tables, records: Callable[[str], list[dict[str, Any]]]
) -> None:
    customers = tables["customers"]
    expected = Counter(each["rank"] for each in records("customers"))

    def count(rank: str) -> tuple[str, int]:
        with engine.connect() as connection:
            statement = select(func.count()).where(customers.c.rank == rank)
            return rank, connection.execute(statement).scalar_one()

    with ThreadPoolExecutor(6) as pool:
        for rank, rows in pool.map(count, "ABCABCABCABC"):
            assert rows == expected[rank]


def test_two_engines_live_side_by_side(demo: Sandbox, engine: Engine) -> None:
    tokyo = engine_of(url_of(demo, TimeZone="Asia/Tokyo"))
    statement = sa.text('SELECT received_at FROM orders WHERE "$id" = 1')
    with engine.connect() as here, tokyo.connect() as there:
        utc, local = here.execute(statement).scalar_one(), there.execute(statement).scalar_one()
    assert utc == local
    assert (utc.utcoffset(), local.utcoffset()) == (timedelta(0), timedelta(hours=9))
    tokyo.dispose()


def test_a_compiled_statement_is_used_again(engine: Engine, tables: Tables) -> None:
    customers = tables["customers"]
    cache: dict[Any, Any] = {}
    with engine.connect().execution_options(compiled_cache=cache) as connection:
        for codes in (["C0001"], ["C0001", "C0002"], []):
            rows = connection.execute(select(customers.c.code).where(customers.c.code.in_(codes)))
            assert sorted(rows.scalars()) == codes
    assert len(cache) == 1
