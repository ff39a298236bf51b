"""Which requests read a scan, driven without any I/O."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.model import Table
from sqlalchemy_kintone.plan.model import OrderKey, Scan
from sqlalchemy_kintone.read.pages import PageResult, page_requests, strategy

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


def queries(what: Scan, *pages: tuple[int, int | None], size: int = 500) -> list[str]:
    """The queries sent when pages bring so many records and end with these ids."""
    requests = page_requests(what, size)
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
    "one short page": (scan(), [(3, 3)], ["order by $id asc limit 500"]),
    "nothing there": (scan(), [(0, None)], ["order by $id asc limit 500"]),
    "full pages until a short one": (
        scan(),
        [(500, 500), (500, 1007), (1, 1008)],
        [
            "order by $id asc limit 500",
            "$id > 500 order by $id asc limit 500",
            "$id > 1007 order by $id asc limit 500",
        ],
    ),
    "a condition is kept together": (
        scan('a = "1" or b = "2"'),
        [(500, 600), (0, None)],
        [
            'a = "1" or b = "2" order by $id asc limit 500',
            '$id > 600 and (a = "1" or b = "2") order by $id asc limit 500',
        ],
    ),
    "a limit within a page": (scan(limit=7), [(7, 9)], ["order by $id asc limit 7"]),
    "a limit over pages": (
        scan(limit=501),
        [(500, 500), (1, 501)],
        ["order by $id asc limit 500", "$id > 500 order by $id asc limit 1"],
    ),
    "a limit that is not reached": (scan(limit=7), [(2, 2)], ["order by $id asc limit 7"]),
    "limit nothing": (scan(limit=0), [], []),
    "known to be empty": (scan(empty=True), [], []),
    "the server's order": (
        scan('a = "1"', BY_PRICE, limit=10),
        [(10, 4)],
        ['a = "1" order by price desc, $id asc limit 10 offset 0'],
    ),
    "offset": (
        scan(limit=600, offset=20),
        [(500, 520), (100, 620)],
        ["order by $id asc limit 500 offset 20", "order by $id asc limit 100 offset 520"],
    ),
}


@pytest.mark.parametrize(("what", "pages", "expected"), CASES.values(), ids=CASES.keys())
def test_queries(what: Scan, pages: list[tuple[int, int | None]], expected: list[str]) -> None:
    assert queries(what, *pages) == expected


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (scan(), "seek by $id"),
        (scan(limit=1000), "seek by $id"),
        (scan(limit=500), "single page"),
        (scan(order=BY_PRICE, limit=501), "offset pages"),
        (scan(empty=True), "no request"),
        (scan(limit=0), "no request"),
    ],
)
def test_strategy(what: Scan, words: str) -> None:
    assert strategy(what, 500) == words
