"""Pages, totals, visibility, the cut-off of searches, and reading by ranges of ids."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, Domain, Record
from sqlalchemy_kintone.sandbox.query import Query, compile_condition, compile_query
from sqlalchemy_kintone.sandbox.query.syntax import Comparison, Number, OrderKey, Reference
from tests.sandbox.query.build import SATO, add_app, domain, field, matching, table

CALLER = Caller(SATO)


def _many(count: int = 1000) -> tuple[App, Domain]:
    to = domain()
    records = ({"n": str(i % 10), "t": "word" if i % 2 else "other"} for i in range(1, count + 1))
    return add_app(to, field("n", "NUMBER") | field("t", "SINGLE_LINE_TEXT"), *records), to


def _compiled(text: str, count: int = 1000) -> Query:
    app, to = _many(count)
    return compile_query(text, app, to, CALLER)


def _ids(records: list[Record]) -> list[int]:
    return [record.id for record in records]


def test_what_a_query_tells() -> None:
    query = _compiled("n = 1 order by n desc limit 5 offset 2")
    assert query.condition == Comparison(Reference("n"), "=", (Number("1"),))
    assert query.order == (OrderKey(Reference("n"), descending=True),)
    assert (query.limit, query.offset) == (5, 2)
    assert (_compiled("").limit, _compiled("").offset) == (None, None)


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(
    ("text", "ids", "count"),
    [
        ("", range(1000, 900, -1), 1000),
        ("limit 3", range(1000, 997, -1), 1000),
        ("limit 0", [], 1000),
        ("limit 3 offset 2", range(998, 995, -1), 1000),
        ("limit 5 offset 998", [2, 1], 1000),
        ("limit 5 offset 2000", [], 1000),
        ("order by $id asc limit 2 offset 10", [11, 12], 1000),
        ("n = 3 limit 2 offset 1", [983, 973], 100),
        ("n = 3 limit 0", [], 100),
        ("n = 3 order by $id limit 2 offset 98", [983, 993], 100),
        ("n = 3 limit 5 offset 100", [], 100),
        ("order by n desc, $id asc limit 2", [9, 19], 1000),
        ("$id > 990 limit 3", [1000, 999, 998], 10),
        ("$id > 990 and n = 1 limit 3", [991], 1),
    ],
)
def test_pages(text: str, ids: Any, count: int, total: bool) -> None:
    selection = _compiled(text).select(total=total)
    assert _ids(selection.records) == list(ids)
    assert selection.total == (count if total else None)
    assert selection.aborted is False


def test_the_default_limit() -> None:
    assert len(_compiled("").select(default_limit=7).records) == 7
    assert len(_compiled("limit 9").select(default_limit=7).records) == 9


@pytest.mark.parametrize("text", ["limit 2 offset 1", "$id > 0 order by $id desc limit 2 offset 1"])
def test_invisible_records_do_not_count(text: str) -> None:
    selection = _compiled(text).select(visible=lambda record: record.id % 100 == 0, total=True)
    assert _ids(selection.records) == [900, 800]
    assert selection.total == 10


def test_invisible_records_under_a_condition() -> None:
    selection = _compiled("n = 0 order by n, $id limit 2").select(
        visible=lambda record: record.id > 500, total=True
    )
    assert _ids(selection.records) == [510, 520]
    assert selection.total == 50


SCOPES = [
    "$id > 5",
    "$id >= 5",
    "$id < 5",
    "$id <= 5",
    "$id = 5",
    "$id != 5",
    "$id in (1, 5, 99)",
    "$id not in (1, 5, 99)",
    "$id > 2 and $id < 6",
    "($id >= 2) and ($id < 6)",
    "($id >= 2 and n > 0) and (n < 5)",
    "$id > 6 and $id < 2",
    "$id in (1, 5) and $id in (5, 6) and $id > 0",
    "$id in (1, 5) and $id in (2, 6)",
    "$id > 3 or $id = 1",
    '$id = "x"',
    '$id > 3 and $id != "x"',
    '$id in ("x", 3)',
    '$id >= "-5" and $id <= "005"',
]


@pytest.mark.parametrize("text", SCOPES)
def test_ranges_of_ids_are_like_any_condition(text: str) -> None:
    """``or`` with what never holds keeps the ids from being looked up by range."""
    app, to = _many(10)
    assert matching(text, app, to) == matching(f'({text}) or n = "never"', app, to)


class _CountingRecords(dict[int, Record]):
    """Records that count how many of them are read."""

    reads = 0

    def __getitem__(self, record_id: int) -> Record:
        self.reads += 1
        return super().__getitem__(record_id)

    def values(self) -> Any:
        raise AssertionError("all records are read")

    def items(self) -> Any:
        raise AssertionError("all records are read")


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("$id > 50000 order by $id asc limit 500", 500),
        ("$id > 50000 and n = 3 order by $id asc limit 500", 5000),
        ("($id >= 70000) and ($id < 70500) order by $id limit 500", 500),
        ("$id in (5, 70000) and n >= 0", 2),
        ("limit 500 offset 10000", 500),
        ("order by $id desc limit 1", 1),
    ],
)
def test_a_page_by_id_reads_little(text: str, most: int) -> None:
    app, to = _many(100)
    record = app.records[3]
    app.records = _CountingRecords(dict.fromkeys(range(1, 100001), record))
    for i in range(1, 100_001):
        if i % 10 == 3 or i in (5, 70000):
            app.records[i] = Record(i, 1, {"n": "3"})
    app.version += 1
    compile_query(text, app, to, CALLER).select(total=False)
    assert 0 < app.records.reads <= most


def test_new_and_deleted_records_are_seen() -> None:
    app, to = _many(5)
    assert matching("$id > 3", app, to) == [4, 5]
    app.records[9] = Record(9, 1, {"n": "1"})
    del app.records[4]
    app.version += 1
    assert matching("$id > 3", app, to) == [5, 9]


def _searches(query: str, app: App, to: Domain) -> tuple[list[int], bool]:
    selection = compile_query(query, app, to, CALLER).select(default_limit=500)
    return sorted(_ids(selection.records)), selection.aborted


@pytest.fixture
def searched() -> tuple[App, Domain]:
    to = domain()
    properties = field("t", "SINGLE_LINE_TEXT") | field(
        "rows", "SUBTABLE", fields=field("c", "SINGLE_LINE_TEXT")
    )
    records = [
        {"t": "word" if i % 2 else "other", **table("rows", {"c": "word"}, first_id=i)}
        for i in range(1, 21)
    ]
    return add_app(to, properties, *records), to


def test_a_search_below_the_limit(searched: tuple[App, Domain]) -> None:
    app, to = searched
    to.search_hit_limit = 10
    assert _searches('t like "word"', app, to) == (list(range(1, 21, 2)), False)


def test_a_search_that_finds_too_much_is_cut_off(searched: tuple[App, Domain]) -> None:
    app, to = searched
    to.search_hit_limit = 4
    assert _searches('t like "word"', app, to) == ([1, 3, 5, 7], True)
    assert _searches('t like "word" and $id > 4', app, to) == ([5, 7], True)
    assert _searches('t not like "word"', app, to)[1] is True
    assert _searches('t = "word"', app, to) == (list(range(1, 21, 2)), False)


def test_a_search_of_rows_is_cut_off_too(searched: tuple[App, Domain]) -> None:
    app, to = searched
    to.search_hit_limit = 4
    assert _searches('c like "word"', app, to) == ([1, 2, 3, 4], True)
    assert _searches('c like "nothing"', app, to) == ([], False)


def test_a_cut_off_search_is_known_before_records_are_taken(searched: tuple[App, Domain]) -> None:
    app, to = searched
    to.search_hit_limit = 4
    assert compile_query('t like "word" limit 1', app, to, CALLER).aborted is True


def test_a_condition_alone() -> None:
    app, to = _many(10)
    test = compile_condition("n > 5 and $id < 8", app, to, CALLER)
    assert [record.id for record in app.records.values() if test(record)] == [6, 7]
    assert all(map(compile_condition("", app, to, CALLER), app.records.values()))


@pytest.mark.parametrize("text", ["n > 5 limit 1", "n > 5 order by n", "offset 1", "n >"])
def test_a_condition_has_no_order_and_no_limit(text: str) -> None:
    app, to = _many(10)
    with pytest.raises(KintoneError) as raised:
        compile_condition(text, app, to, CALLER)
    assert raised.value.code == "CB_VA01"
