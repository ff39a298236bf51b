"""The first records of an order of dates, over HTTP: in one request where that is enough."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.domain import SWITCHES
from tests.differential.statements import Statement
from tests.tables import DATE, MOMENT, NUMBER, Layout, Row, compared_tables, make_domain

PAGE = 10
DAYS = [f"2026-03-{day:02}" for day in range(1, 31)]
LAYOUT = Layout({"n": NUMBER, "day": DATE, "moment": MOMENT}, 16, 4)
# Every other day is empty.
ROWS: list[Row] = [
    (str(number), "" if number % 2 else day, f"{day}T12:00:00Z")
    for number, day in enumerate(DAYS * 3, start=1)
]
READINGS = [
    Switches(),
    Switches(empty_order="last", empty_dates_in_ranges="highest"),
    Switches(empty_dates_in_ranges="never", empty_dates_in_equality="never"),
]

ENOUGH = {
    "ORDER BY day DESC LIMIT 4": ["2026-03-30"] * 3 + ["2026-03-28"],
    "ORDER BY day LIMIT 3 OFFSET 2": ["2026-03-02"] + ["2026-03-04"] * 2,
    "WHERE day >= '2026-03-08' ORDER BY day LIMIT 1": ["2026-03-08"],
    "WHERE day BETWEEN '2026-03-07' AND '2026-03-08' ORDER BY day LIMIT 9": ["2026-03-08"] * 3,
    "WHERE day > '2027-01-01' ORDER BY day LIMIT 9": [],
}


def days(cursor: kintone.Cursor) -> list[str]:
    return [str(row[0]) for row in cursor]


@pytest.mark.parametrize("switches", READINGS)
@pytest.mark.parametrize(("clauses", "expected"), ENOUGH.items())
def test_enough(
    kintone_sandbox_server: Sandbox, switches: Switches, clauses: str, expected: list[str]
) -> None:
    kintone_sandbox_server.reset(make_domain({"events": LAYOUT}, {"events": ROWS}, switches))
    url = kintone_sandbox_server.url
    with kintone.connect(url=url, user="sandbox", password="sandbox", page_size=PAGE) as connection:
        cursor = connection.execute(f"SELECT day FROM events {clauses}")
        assert days(cursor) == expected
        if switches.empty_dates_in_ranges != "highest" or "WHERE" not in clauses:
            assert cursor.stats.requests - cursor.stats.metadata_requests == 1
        # Once more, as what was learned of the app must be of the whole of it.
        assert len(days(connection.execute("SELECT day FROM events"))) == len(ROWS)
        assert days(connection.execute(f"SELECT day FROM events {clauses}")) == expected


def test_the_last_date_takes_one_request(kintone_sandbox_server: Sandbox) -> None:
    kintone_sandbox_server.reset(make_domain({"events": LAYOUT}, {"events": ROWS}))
    url = kintone_sandbox_server.url
    with kintone.connect(url=url, user="sandbox", password="sandbox", page_size=PAGE) as connection:
        cursor = connection.execute("SELECT max(day) FROM events")
        assert days(cursor) == ["2026-03-30"]
        assert cursor.stats.requests - cursor.stats.metadata_requests == 1


def test_not_enough(kintone_sandbox_server: Sandbox) -> None:
    rows: list[Row] = [(str(n), "2026-03-05" if n == 40 else "", "") for n in range(1, 45)]
    kintone_sandbox_server.reset(make_domain({"events": LAYOUT}, {"events": rows}))
    url = kintone_sandbox_server.url
    with kintone.connect(url=url, user="sandbox", password="sandbox", page_size=PAGE) as connection:
        sql = "SELECT n FROM events ORDER BY day, $id LIMIT 3"
        assert connection.execute(sql).fetchall() == [(40,), (1,), (2,)]


KEYS = st.lists(
    st.tuples(st.sampled_from(["day", "moment", "n"]), st.sampled_from(["", " DESC"])).map("".join),
    min_size=1,
    max_size=3,
    unique_by=lambda key: key.split()[0],
)
WHERES = st.sampled_from(
    [
        "",
        "WHERE day > '2026-03-01'",
        "WHERE day <= '2026-03-02'",
        "WHERE moment < '2026-03-02'",
        "WHERE moment <> '2026-03-02' OR n = 1",
        "WHERE n > 0 AND day IS NOT NULL",
        "WHERE NOT (day = '2026-03-01' AND n = 1)",
    ]
)
FEW = st.tuples(
    st.sampled_from(["", "0", "1", "2"]),
    st.sampled_from(["", "2026-03-01", "2026-03-02", "2026-03-03"]),
    st.sampled_from(["", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"]),
)
LIMITS = st.sampled_from(["LIMIT 1", "LIMIT 2", "LIMIT 3 OFFSET 1", "LIMIT 5"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(FEW, min_size=1, max_size=12),
    switches=SWITCHES,
    clauses=st.lists(st.tuples(WHERES, KEYS, LIMITS), min_size=12, max_size=12),
)
def test_equal_to_duckdb(
    rows: list[Row],
    switches: Switches,
    clauses: list[tuple[str, list[str], str]],
) -> None:
    numbered = Layout({"i": NUMBER, **LAYOUT.fields}, 16, 4)
    events = [(str(number), *row) for number, row in enumerate(rows, start=1)]
    with compared_tables({"events": numbered}, {"events": events}, 5, switches) as compared:
        for where, keys, limit in clauses:
            order = ", ".join([*keys, "i"])
            sql = f"SELECT i, day, moment FROM events {where} ORDER BY {order} {limit}"
            compared.check(Statement(sql, ordered=True))
