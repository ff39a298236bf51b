"""Statements that are nested deeply, or long chains."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.errors import NotSupportedError
from sqlalchemy_kintone.plan.deep import with_room


def depth(calls: int) -> int:
    return 1 + depth(calls - 1) if calls else 0


def endless() -> int:
    return 1 + endless()


def test_what_fits_stays_in_its_thread() -> None:
    assert with_room(threading.get_ident) == threading.get_ident()


def test_more_calls_than_usual() -> None:
    usual = sys.getrecursionlimit()
    stack = threading.stack_size()
    assert with_room(lambda: depth(5 * usual)) == 5 * usual
    assert (sys.getrecursionlimit(), threading.stack_size()) == (usual, stack)


def test_several_threads() -> None:
    usual = sys.getrecursionlimit()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: with_room(lambda: depth(n * usual)), range(1, 9)))
    assert found == [n * usual for n in range(1, 9)]
    assert sys.getrecursionlimit() == usual


def test_an_error_comes_through() -> None:
    calls = 2 * sys.getrecursionlimit()

    def fail() -> None:
        depth(calls)
        raise KeyError("x")

    with pytest.raises(KeyError, match="x"):
        with_room(fail)


def test_endless_nesting_is_refused() -> None:
    usual = sys.getrecursionlimit()
    with pytest.raises(NotSupportedError, match=r"nested too deeply.*WITH clause"):
        with_room(endless)
    assert sys.getrecursionlimit() == usual


TERMS = 5_000
STATEMENTS: dict[str, tuple[str, list[tuple[object, ...]]]] = {
    "parentheses": (f"SELECT {'(' * 300}1{')' * 300}", [(1,)]),
    "parentheses in a condition": (
        f"SELECT count(*) FROM orders WHERE {'(' * 300}amount > 30{')' * 300}",
        [(5,)],
    ),
    "queries": (f"{'SELECT * FROM (' * 100}SELECT count(*) FROM orders{')' * 100}", [(7,)]),
    "CASE": (
        f"SELECT {'CASE WHEN amount < 0 THEN 1 ELSE ' * 100}2{' END' * 100} FROM orders LIMIT 1",
        [(2,)],
    ),
    "NOT": (f"SELECT count(*) FROM orders WHERE {'NOT ' * 300}amount > 30", [(5,)]),
    "AND": (
        "SELECT count(*) FROM orders WHERE "
        + " AND ".join(f"amount <> {n}.5" for n in range(31, 31 + TERMS)),
        [(3,)],
    ),
    "OR": (
        "SELECT count(*) FROM orders WHERE "
        + " OR ".join(f"amount = {n}.5" for n in range(31, 31 + TERMS)),
        [(4,)],
    ),
}


@pytest.mark.parametrize(("sql", "rows"), STATEMENTS.values(), ids=STATEMENTS.keys())
def test_statements(connection: Connection, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert connection.execute(sql).fetchall() == rows


def test_deep_statements_are_explained(connection: Connection) -> None:
    sql, _ = STATEMENTS["parentheses in a condition"]
    lines = [line for (line,) in connection.execute("EXPLAIN " + sql)]
    assert '  query: amount > "30"' in lines
