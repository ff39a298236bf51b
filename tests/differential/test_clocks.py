"""Days, dates and moments where the clocks of the session's time zone are changed."""

from __future__ import annotations

from itertools import product

import pytest

from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.schema import Row
from tests.differential.statements import Statement
from tests.differential.test_curated import row
from tests.differential.test_differential import comparison

CONDITIONS = [
    "moment::DATE = DATE '2026-03-08'",
    "moment::DATE < DATE '2026-11-01'",
    "moment::DATE <> DATE '2026-04-24'",
    "date_trunc('day', moment) >= TIMESTAMP '2026-03-08'",
    "date_trunc('week', moment) = DATE '2026-10-26'",
    "date_trunc('month', moment) = DATE '2026-11-01'",
    "moment >= TIMESTAMP '2026-03-08 02:30:00'",
    "moment = TIMESTAMP '2026-11-01 01:30:00'",
    "moment < DATE '2026-04-24'",
    "moment > '2026-11-01 01:30:00'",
    "day <= TIMESTAMPTZ '2026-03-08 05:00:00+00'",
    "moment + INTERVAL 1 DAY = TIMESTAMPTZ '2026-03-09 06:30:00+00'",
    "moment - INTERVAL 1 MONTH < TIMESTAMPTZ '2026-02-08 06:30:00+00'",
    "moment < TIMESTAMPTZ '2026-03-08 06:30:00+00' + INTERVAL 1 DAY",
    "moment >= date_trunc('month', TIMESTAMPTZ '2026-11-20 12:00:00+00')",
    "moment >= CAST(TIMESTAMPTZ '2026-11-01 05:30:00+00' AS TIMESTAMP)",
]
DAYS = ("2026-03-08", "2026-03-09", "2026-04-23", "2026-04-24", "2026-11-01")
CLOCKS = ("04:00", "05:30", "06:30", "07:30", "22:00")
TABLES: tuple[list[Row], list[Row]] = (
    [row(3, day=day, moment=f"{day}T{clock}:00Z") for day, clock in product(DAYS, CLOCKS)],
    [],
)


@pytest.mark.parametrize(
    "zone", ["America/New_York", "America/Havana", "America/Edmonton", "Africa/Cairo"]
)
def test_changes(kintone_sandbox_server: Sandbox, zone: str) -> None:
    with comparison(kintone_sandbox_server, Switches(), TABLES, zone) as compared:
        for condition in CONDITIONS:
            compared.check(Statement(f"SELECT $id FROM things WHERE {condition}"))
