"""First rows of child tables give what plain DuckDB gives over the same rows.

Which rows a LIMIT leaves is not settled, so that their number, and what all of them share, is
compared.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlalchemy_kintone.sandbox import Sandbox
from tests.differential.children import compared_children, line_condition, line_leaf, things
from tests.differential.domain import SWITCHES
from tests.differential.statements import Statement, one_of_words
from tests.differential.test_differential import ZONES

SHAPES = (
    'SELECT count(*) FROM (SELECT * FROM "things$lines" l WHERE {l} LIMIT {n})',
    'SELECT count(*) FROM (SELECT * FROM "things$lines" l WHERE {l} LIMIT {n} OFFSET 2)',
    'SELECT count(*) FROM (SELECT 1 FROM "things$lines" l LIMIT {n} OFFSET 1)',
    'SELECT count(*) FROM (SELECT * FROM "things$papers" WHERE "$parent_id" > 1 LIMIT {n})',
    'SELECT "$parent_id" FROM "things$lines" l WHERE {l} ORDER BY "$parent_id" DESC LIMIT {n}',
    'SELECT "$parent_id" FROM "things$lines" l WHERE {l} ORDER BY 1 LIMIT {n} OFFSET 1',
    'SELECT "$row_id" FROM "things$lines" l ORDER BY "$parent_id", "$row_no" LIMIT {n}',
    'SELECT name FROM "things$papers" ORDER BY "$parent_id" DESC, "$file_no" LIMIT {n}',
    'SELECT EXISTS (SELECT 1 FROM "things$lines" l WHERE {l})',
    'SELECT "$id" FROM things WHERE NOT EXISTS (SELECT l_n FROM "things$lines" l WHERE {l})',
    'SELECT EXISTS (SELECT 1 FROM "things$papers"), EXISTS (SELECT 1 FROM "things$lines" OFFSET 3)',
    'SELECT min("$parent_id"), max("$parent_id") FROM "things$lines" l WHERE {l}',
    'SELECT max("$parent_id") FROM "things$papers"',
    'SELECT count(*) FROM (SELECT * FROM "things$lines" LIMIT {n}) l'
    ' JOIN things t ON t."$id" = l."$parent_id"',
    'SELECT (SELECT count(*) FROM (SELECT 1 FROM "things$lines" LIMIT {n})),'
    ' (SELECT count(*) FROM (SELECT 1 FROM "things$parts" LIMIT {n}))',
)


@st.composite
def statements(draw: Any) -> Statement:
    """A shape with a condition on one row, of which some can be asked exactly."""
    shape = draw(st.sampled_from(SHAPES))
    shape = shape.replace("{n}", draw(one_of_words("0", "1", "2", "5", "50")))
    if "{l}" in shape:
        some = one_of_words("l.l_n > 1", "l.l_n = 5", "l.l_pick = 'x'", 'l."$parent_id" > 2')
        shape = shape.replace("{l}", draw(st.one_of(some, line_leaf("l"), line_condition("l"))))
    return Statement(shape, ordered="ORDER BY" in shape)


CASE: dict[str, st.SearchStrategy[Any]] = {
    "switches": SWITCHES,
    "records": things(most=8),
    "found": st.lists(statements(), min_size=5, max_size=15),
    "zone": ZONES,
}
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=4, deadline=None, suppress_health_check=CHECKS)
@given(**CASE)
def test_statements(kintone_sandbox_server: Sandbox, found: list[Statement], **case: Any) -> None:
    with compared_children(kintone_sandbox_server, **case) as compared:
        for statement in found:
            compared.check(statement)


@pytest.mark.long
@settings(max_examples=1_000, deadline=None, suppress_health_check=CHECKS)
@given(**CASE)
def test_many_statements(
    kintone_sandbox_server: Sandbox, found: list[Statement], **case: Any
) -> None:
    with compared_children(kintone_sandbox_server, **case) as compared:
        for statement in found:
            compared.check(statement)
