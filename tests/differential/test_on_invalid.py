"""With ``OnInvalid=null``, statements give what plain DuckDB gives where misfits are NULL.

With pushdown none, exact and all, and under every reading of what is not known of Kintone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import cycle, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.comparison import LEVELS, Comparison
from tests.differential.domain import SWITCHES, make_domain, oracle
from tests.differential.schema import Row, rows
from tests.differential.statements import STATEMENTS, Statement
from tests.differential.test_differential import columns_of

_NUMBERS = ("1234567890123456", "-1234567890123456789", "5.00001", "0.00009")
"""Too great for a DECIMAL(16,4), or with too many decimals."""
MISFITS: Mapping[str, Sequence[str]] = {
    "n": _NUMBERS,
    "m": _NUMBERS,
    "total": _NUMBERS,
    "day": ("20260-03-05",),
    "hour": ("24:30",),
    "moment": ("20260-03-05T00:30:00Z",),
}
Change = Mapping[str, str]
Tables = tuple[list[Row], list[Row]]


def put(domain: Domain, changes: Iterable[Change], *, misfits: bool) -> None:
    """Put misfits into the first records, or empty the fields that are to hold them."""
    for app in domain.apps.values():
        for record, change in zip(list(app.records.values()), changes, strict=False):
            emptied = {code: None if code == "day" else "" for code in change}
            values = change if misfits else emptied
            app.records[record.id] = replace(record, values={**record.values, **values})
        app.version += 1


@contextmanager
def compared_misfits(
    sandbox: Sandbox,
    switches: Switches,
    tables: Tables,
    changes: Sequence[Change],
    zone: str,
    levels: Sequence[str] = LEVELS,
) -> Iterator[Comparison]:
    """Both apps with misfits at these levels of pushdown, and plain DuckDB with NULLs for them."""
    domain = make_domain(switches, *tables)
    put(domain, changes, misfits=False)
    sandbox.reset(domain)
    login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
    options = {"time_zone": zone, "page_size": 5, "on_invalid": "null"}
    with ExitStack() as stack:
        connections = {
            level: stack.enter_context(kintone.connect(**login, **options, pushdown=level))
            for level in levels
        }
        columns = columns_of(connections["all"], domain)
        plain = stack.enter_context(oracle(domain, columns, zone))
        put(domain, changes, misfits=True)
        yield Comparison(connections, plain)


LITERALS = {
    "n": ("5", "2e0"),
    "total": ("5",),
    "day": ("DATE '2026-03-05'",),
    "hour": ("TIME '09:00'",),
    "moment": ("TIMESTAMPTZ '2026-03-05 00:30:00+00'",),
}
FORMS = (
    *("{c} > {v}", "{c} <= {v}", "{c} <> {v}", "{c} IN ({v})", "NOT ({c} BETWEEN {v} AND {v})"),
    *("{c} IS NULL", "{c} IS NOT NULL", "{c} IS DISTINCT FROM {v}", "coalesce({c} > {v}, TRUE)"),
    *("{c} IS NULL OR {c} < {v}", "NOT ({c} IS NULL)", "{c} < {v} AND title = 'a'"),
)
FILTERS = [
    *(
        form.format(c=column, v=literal)
        for (column, literals), form in product(LITERALS.items(), FORMS)
        for literal in literals
    ),
    "year(day) <= 2026",
    "CAST(moment AS DATE) <> DATE '2026-03-05'",
    "n > 12345678901234567",
]
SHAPES = (
    'SELECT "$id" FROM things WHERE {}',
    "SELECT count(*) FROM things WHERE {}",
    "SELECT count(n) AS c FROM things WHERE {}",
    "SELECT max(n) FROM things WHERE {}",
    'SELECT "$id" FROM things WHERE {} ORDER BY "$id" LIMIT 2',
    'SELECT "$id", n FROM things WHERE {} ORDER BY n DESC, "$id" LIMIT 2',
    'SELECT o."$id" FROM others o JOIN (SELECT * FROM things WHERE {}) t ON o.n = t.n',
)
FIXED: list[Row] = [
    {
        "n": ("5", "-3", "", "7.5")[number % 4],
        "m": ("1", "", "2")[number % 3],
        "title": "aA"[number % 2],
        "radio": "r1",
        "day": (None, "2026-03-05", "2027-03-06")[number % 3],
        "hour": ("09:00", None, "10:00")[number % 3],
        "moment": (None, "2026-03-05T00:30:00Z", "2026-03-06T00:30:00Z")[number % 3],
    }
    for number in range(16)
]
CHANGES: list[Change] = [
    {"n": _NUMBERS[0], "day": "20260-03-05"},
    {"n": _NUMBERS[1], "hour": "24:30", "total": _NUMBERS[0]},
    {"n": _NUMBERS[2], "m": _NUMBERS[3]},
    {"moment": "20260-03-05T00:30:00Z", "total": _NUMBERS[2]},
    {},
]


def test_every_condition(kintone_sandbox_server: Sandbox) -> None:
    with compared_misfits(
        kintone_sandbox_server, Switches(), (FIXED, FIXED[:6]), CHANGES, "Asia/Tokyo", ("all",)
    ) as compared:
        for condition, shape in zip(FILTERS, cycle(SHAPES), strict=False):
            compared.check(Statement(shape.format(condition)))


@pytest.mark.long
@settings(
    max_examples=1_000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    switches=SWITCHES,
    tables=st.tuples(rows(most=12), rows(most=4)),
    changes=st.lists(
        st.fixed_dictionaries(
            {}, optional={code: st.sampled_from(values) for code, values in MISFITS.items()}
        ),
        min_size=4,
    ),
    statements=st.lists(
        st.one_of(
            STATEMENTS,
            st.builds(str.format, st.sampled_from(SHAPES), st.sampled_from(FILTERS)).map(Statement),
        ),
        min_size=1,
        max_size=12,
    ),
    zone=st.sampled_from(["UTC", "Asia/Tokyo"]),
)
def test_many_statements(
    kintone_sandbox_server: Sandbox, statements: list[Statement], **case: Any
) -> None:
    with compared_misfits(kintone_sandbox_server, **case) as compared:
        for statement in statements:
            compared.check(statement)
