"""Which requests read a scan, driven without any I/O."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.model import Table
from sqlalchemy_kintone.conninfo import Consistency
from sqlalchemy_kintone.plan.model import OrderKey, Scan
from sqlalchemy_kintone.read.pages import (
    PageRequests,
    PageResult,
    cursor_pays,
    page_by_id,
    pages_in_turn,
    strategy,
)
from sqlalchemy_kintone.read.segments import Segment

TABLE = Table("apps", "orders", 1, "", None, (RECORD_ID,))


def scan(
    condition: str | None = None,
    order: tuple[OrderKey, ...] = (),
    limit: int | None = None,
    offset: int = 0,
    empty: bool = False,
) -> Scan:
    return Scan(
        "scan_1",
        TABLE,
        (RECORD_ID,),
        condition,
        order=order,
        limit=limit,
        offset=offset,
        empty=empty,
    )


def queries(requests: PageRequests, *pages: tuple[int, int | None]) -> list[str]:
    """The queries sent when pages bring so many records and end with these ids."""
    sent = []
    try:
        query = next(requests)
        for records, last_id in pages:
            sent.append(query)
            query = requests.send(PageResult(records, last_id))
    except StopIteration:
        return sent
    raise AssertionError(f"one more request was wanted: {query}")


BY_PRICE = (OrderKey("price", descending=True), OrderKey("$id"))
CASES = {
    "a limit within a page": (scan(limit=7), [(7, 9)], ["order by $id asc limit 7"]),
    "a limit over pages": (
        scan(limit=501),
        [(500, 500), (1, 501)],
        ["order by $id asc limit 500", "$id > 500 order by $id asc limit 1"],
    ),
    "a limit that is not reached": (scan(limit=7), [(2, 2)], ["order by $id asc limit 7"]),
    "a condition is kept together": (
        scan('a = "1" or b = "2"', limit=700),
        [(500, 600), (0, None)],
        [
            'a = "1" or b = "2" order by $id asc limit 500',
            '$id > 600 and (a = "1" or b = "2") order by $id asc limit 200',
        ],
    ),
    "limit nothing": (scan(limit=0), [], []),
    "known to be empty": (scan(empty=True), [], []),
    "the server's order": (
        scan('a = "1"', BY_PRICE, limit=10),
        [(10, 4)],
        ['a = "1" order by price desc, $id asc limit 10 offset 0'],
    ),
    "offset": (
        scan(limit=60, offset=20),
        [(60, 520)],
        ["order by $id asc limit 60 offset 20"],
    ),
}


@pytest.mark.parametrize(("what", "pages", "expected"), CASES.values(), ids=CASES.keys())
def test_queries(what: Scan, pages: list[tuple[int, int | None]], expected: list[str]) -> None:
    assert queries(pages_in_turn(what, 500), *pages) == expected


SEGMENTS = {
    "between two ids": (Segment(500, 2000), "$id > 500 and $id < 2000 "),
    "from the first id on": (Segment(0, 100), "$id < 100 "),
    "without end": (Segment(5), "$id > 5 "),
}


@pytest.mark.parametrize(("segment", "condition"), SEGMENTS.values(), ids=SEGMENTS.keys())
def test_segments(segment: Segment, condition: str) -> None:
    assert page_by_id(None, 500, segment) == f"{condition}order by $id asc limit 500"


def test_the_highest_ids_of_a_condition() -> None:
    query = page_by_id('a = "1" or b = "2"', 500, Segment(7), "desc")
    assert query == '$id > 7 and (a = "1" or b = "2") order by $id desc limit 500'


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (scan(), "pages by $id, in parallel where there are many"),
        (scan(limit=1000), "pages by $id"),
        (scan(limit=500), "single page"),
        (
            scan(order=BY_PRICE, limit=501),
            "a page, then a cursor, or pages by $id where these are not many more",
        ),
        (scan(empty=True), "no request"),
        (scan(limit=0), "no request"),
    ],
)
def test_strategy(what: Scan, words: str) -> None:
    assert strategy(what, 500) == words


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (scan(), "a page, then a cursor where there are more"),
        (scan(limit=1000), "a page, then a cursor where there are more"),
        (scan(order=BY_PRICE, limit=501), "a page, then a cursor where there are more"),
        (scan(order=BY_PRICE, limit=500), "single page"),
        (scan(limit=500), "single page"),
        (scan(empty=True), "no request"),
    ],
)
def test_strategy_with_cursors(what: Scan, words: str) -> None:
    assert strategy(what, 500, Consistency.CURSOR) == words


@pytest.mark.parametrize(
    ("total", "wanted", "pays"),
    [
        (100_000, 1_000, True),  # 3 requests, not 199
        (100_000, 49_000, True),  # 99
        (100_000, 49_500, False),  # 100 of 199: half as many, one after the other
        (1_500, 600, False),  # 3 requests, not 2
        (5_500, 1_500, True),  # 4, not 10
    ],
)
def test_a_cursor_is_taken_where_it_saves_more_than_half(
    total: int, wanted: int, pays: bool
) -> None:
    assert cursor_pays(total, wanted, 500) == pays
