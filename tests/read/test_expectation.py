"""What a plan tells of the cost of its scans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.conninfo import Consistency
from sqlalchemy_kintone.plan.explain import Bounds
from sqlalchemy_kintone.plan.model import KeySource, OrderKey, Scan
from sqlalchemy_kintone.read.expectation import expectation
from tests.plan.fake_catalog import ORDERS

ID, *_ = ORDERS.columns
BY_TOTAL = (OrderKey("total"),)


def scan(
    columns: int = 1,
    limit: int | None = None,
    offset: int = 0,
    empty: bool = False,
    order: tuple[OrderKey, ...] = (),
) -> Scan:
    return Scan(
        "scan_1", ORDERS, (ID,) * columns, order=order, limit=limit, offset=offset, empty=empty
    )


@pytest.mark.parametrize(
    ("what", "strategy", "requests", "records"),
    [
        (scan(), "pages by $id, in parallel where there are many", (1, None), (0, None)),
        (scan(columns=0), "count", (1, 1), (0, 1)),
        (scan(limit=10), "single page", (1, 1), (0, 10)),
        (scan(limit=10, offset=90), "single page", (1, 1), (0, 10)),
        (scan(limit=11), "pages by $id", (1, 2), (0, 11)),
        (
            scan(limit=25, order=BY_TOTAL),
            "a page, then a cursor, or pages by $id where these are not many more",
            (1, None),
            (0, None),
        ),
        (scan(limit=0), "no request", (0, 0), (0, 0)),
        (scan(empty=True), "no request", (0, 0), (0, 0)),
        (scan(columns=0, empty=True), "no request", (0, 0), (0, 0)),
    ],
)
def test_expectation(
    what: Scan, strategy: str, requests: tuple[int, int | None], records: tuple[int, int | None]
) -> None:
    found = expectation(what, RecordCounts(60), 10)
    assert found.strategy == strategy
    assert found.requests == Bounds(*requests)
    assert found.records == Bounds(*records)


@pytest.mark.parametrize(
    ("what", "records", "estimates"),
    [
        (scan(), 95, (10, 95)),
        (scan(), 0, (1, 0)),
        (scan(columns=0), 95, (1, 1)),
        (scan(columns=0), 0, (1, 0)),
        (scan(limit=25), 95, (3, 25)),
        (scan(limit=25), 12, (2, 12)),
        (scan(limit=9, offset=90), 95, (1, 5)),
        (scan(limit=9, offset=200), 95, (1, 0)),
        (scan(limit=25, order=BY_TOTAL), 950, (5, 35)),
        (scan(limit=25, order=BY_TOTAL), 45, (5, 45)),
        (scan(limit=25, order=BY_TOTAL), 9, (1, 9)),
        (scan(limit=0), 95, (0, 0)),
        (scan(empty=True), 95, (0, 0)),
    ],
)
def test_estimates(what: Scan, records: int, estimates: tuple[int, int]) -> None:
    counts = RecordCounts(60)
    counts.remember(ORDERS, None, records)
    found = expectation(what, counts, 10)
    assert (found.requests.likely, found.records.likely) == estimates


@pytest.mark.parametrize(
    ("what", "records", "estimates"),
    [
        (scan(), 95, (11, 95)),
        (scan(), 9, (1, 9)),
        (scan(columns=0), 95, (1, 1)),
        (scan(limit=9), 95, (1, 9)),
        (scan(limit=25), 95, (5, 35)),
        (scan(limit=25), 9, (1, 9)),
    ],
)
def test_estimates_with_cursors(what: Scan, records: int, estimates: tuple[int, int]) -> None:
    counts = RecordCounts(60)
    counts.remember(ORDERS, None, records)
    found = expectation(what, counts, 10, Consistency.CURSOR)
    assert (found.requests.likely, found.records.likely) == estimates


def test_what_others_narrow_may_not_be_asked_at_all() -> None:
    narrowed = replace(scan(), keys=(KeySource(ID, "scan_2", ID),))
    assert expectation(narrowed, RecordCounts(60), 10).requests == Bounds(0, None)
