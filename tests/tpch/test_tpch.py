"""All queries of TPC-H give what plain DuckDB gives, at every level of pushdown."""

from __future__ import annotations

import pytest

from tests.differential.comparison import Comparison
from tests.differential.statements import Statement
from tests.tpch.data import make_tables
from tests.tpch.queries import QUERIES


@pytest.mark.parametrize("number", QUERIES)
def test_query(tpch: Comparison, number: int) -> None:
    tpch.check(Statement(QUERIES[number], ordered=True))


def test_the_queries_find_something(tpch: Comparison) -> None:
    answers = {number: tpch.plain.execute(sql).fetchall() for number, sql in QUERIES.items()}
    nothing = [
        number
        for number, rows in answers.items()
        if not any(value is not None for row in rows for value in row)
    ]
    assert list(answers) == list(range(1, 23))
    assert nothing == []


def test_the_tables_are_the_same_every_time() -> None:
    rows = make_tables()
    assert {name: len(table) for name, table in rows.items()} == {
        "region": 5,
        "nation": 25,
        "supplier": 30,
        "part": 80,
        "partsupp": 200,
        "customer": 100,
        "orders": 300,
        "lineitem": 812,
    }
    assert rows["lineitem"] == make_tables()["lineitem"]
