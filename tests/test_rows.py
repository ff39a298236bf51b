"""Values of SQL as Python has them, at the ends of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection

NEW_YORK = ZoneInfo("America/New_York")
VALUES: dict[str, object] = {
    "DATE '0001-01-01'": date(1, 1, 1),
    "DATE '9999-12-31'": date(9999, 12, 31),
    "DATE '1969-12-31'": date(1969, 12, 31),
    "NULL::DATE": None,
    "TIME '23:59:59.999999'": time(23, 59, 59, 999999),
    "TIME '00:00'": time(0, 0),
    "NULL::TIME": None,
    "TIMESTAMP '1969-12-31 23:59:59.999999'": datetime(1969, 12, 31, 23, 59, 59, 999999),
    "TIMESTAMP '0001-01-01 00:00:00'": datetime(1, 1, 1),
    "TIMESTAMP_S '2024-01-01 10:00:00'": datetime(2024, 1, 1, 10),
    "TIMESTAMP_MS '2024-01-01 10:00:00.123'": datetime(2024, 1, 1, 10, 0, 0, 123000),
    "TIMESTAMPTZ '2024-11-03 05:30:00+00'": datetime(2024, 11, 3, 1, 30, tzinfo=NEW_YORK),
    # The clock was turned back: the same hour once more.
    "TIMESTAMPTZ '2024-11-03 06:30:00+00'": datetime(2024, 11, 3, 1, 30, tzinfo=NEW_YORK, fold=1),
    "1.5::DECIMAL(38,37)": Decimal("1.5000000000000000000000000000000000000"),
    "-0.0000000001::DECIMAL(38,10)": Decimal("-1E-10"),
    "0::DECIMAL(10,2)": Decimal("0.00"),
    "NULL::DECIMAL(4,1)": None,
    "170141183460469231731687303715884105727::HUGEINT": 2**127 - 1,
    "[DATE '2024-01-01', NULL]": [date(2024, 1, 1), None],
    "[1.5]": [Decimal("1.5")],
    "{'a': DATE '2024-01-01'}": {"a": date(2024, 1, 1)},
    "INTERVAL 49 HOUR": timedelta(hours=49),
    "UUID '00000000-0000-0000-0000-00000000000a'": UUID(int=10),
    "TRUE": True,
}
TOO_MUCH = (
    "DATE '10000-01-01'",
    "DATE '0044-03-15 (BC)'",
    "TIME '24:00:00'",
    "'infinity'::TIMESTAMP",
    "'-infinity'::DATE",
    "'infinity'::TIMESTAMPTZ",
)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """One that has nobody to ask: nothing here does."""
    login = {"user": "me", "password": "secret"}
    with kintone.connect(url="http://127.0.0.1:1", time_zone=NEW_YORK.key, **login) as connection:
        yield connection


@pytest.mark.parametrize(("sql", "value"), VALUES.items(), ids=VALUES)
def test_values(connection: Connection, sql: str, value: object) -> None:
    ((found,),) = connection.execute(f"SELECT {sql}")
    assert repr(found) == repr(value)
    if isinstance(found, datetime) and found.tzinfo is not None:
        assert found.astimezone(timezone.utc).hour == int(sql.partition(" '2024-11-03 ")[2][:2])


@pytest.mark.parametrize("sql", TOO_MUCH)
def test_what_python_cannot_hold(connection: Connection, sql: str) -> None:
    with pytest.raises(kintone.DataError, match=r"that Python cannot hold .* Cast it"):
        connection.execute(f"SELECT {sql}").fetchall()
