"""Apps and fields whose names need care, all the way to Kintone and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from sqlalchemy import MetaData, Table, inspect, select
from sqlalchemy.engine import Engine

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.seeds import seed
from sqlalchemy_kintone.sandbox.server import Sandbox
from tests.dialect.conftest import engine_of, url_of
from tests.shop import fill

APP = '売上 100% "A.B" it\'s'
LABELS = [
    "金額(税込)",
    "率 %",
    "a.b",
    "a:b",
    "a?b",
    'say "hi"',
    "it's",
    "select",
    "two  words",
    "[x]",
    "Ａ－Ｂ",
    "emoji 🍣",
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    domain = Domain()
    seed(domain, "empty")
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    fields = {f"f{n}": {"type": "NUMBER", "label": label} for n, label in enumerate(LABELS)}
    app = create_app(domain, APP, fields, creator="sandbox", now=now)
    fill(domain, app, [{f"f{n}": str(n) for n in range(len(LABELS))}])
    with Sandbox(domain) as sandbox:
        engine = engine_of(url_of(sandbox, ColumnNames="Label"))
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(APP, MetaData(), autoload_with=engine)


def test_the_app_is_found(engine: Engine) -> None:
    assert inspect(engine).get_table_names() == [APP]


@pytest.mark.parametrize("label", LABELS)
def test_a_column_is_read_compared_sorted_and_labelled(
    engine: Engine, table: Table, label: str
) -> None:
    column, value = table.c[label], Decimal(LABELS.index(label))
    with engine.connect() as connection:
        compared = select(column).where(column == value).order_by(column)
        assert connection.execute(compared).scalar_one() == value
        chosen = select(column.label(f"{label}!")).where(column.in_([value, value + 1]))
        row = connection.execute(chosen).one()
        assert dict(row._mapping) == {f"{label}!": value}
        other = table.alias("other")
        joined = select(other.c[label]).join_from(table, other, column == other.c[label])
        assert connection.execute(joined).scalar_one() == value


def test_all_of_them_at_once(engine: Engine, table: Table) -> None:
    with engine.connect() as connection:
        row = connection.execute(select(table)).one()
    assert [row._mapping[label] for label in LABELS] == list(map(Decimal, range(len(LABELS))))
