"""What reading the scans of a plan will cost, as far as that can be told before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.conninfo import Consistency
from sqlalchemy_kintone.plan.explain import Bounds, Expectation
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.foresight import need
from sqlalchemy_kintone.read.narrowing import without_partners_empty
from sqlalchemy_kintone.read.pages import (
    cursor_requests,
    is_long,
    is_long_order,
    is_many_of_ids,
    strategy,
)
from sqlalchemy_kintone.read.sharing import fetches_of

_NONE = Bounds(0, 0)


@dataclass(frozen=True)
class Expected:
    """The scans of a plan as they will be read.

    Attributes:
        scans: Those of the plan. The first of several that are read together has the columns of
            all of them; none has keys that will not narrow it.
        by_name: What to expect of each.
    """

    scans: tuple[Scan, ...]
    by_name: dict[str, Expectation]


def expected_of(
    scans: Sequence[Scan],
    counts: RecordCounts,
    page_size: int,
    consistency: Consistency = Consistency.WINDOW,
) -> Expected:
    """How the scans of a plan will be read.

    Args:
        scans: Those of the plan.
        counts: How many records earlier reads found.
        page_size: Records of one request, 1 to 500.
        consistency: How what takes several pages is read.
    """
    shown = {scan.name: scan for scan in scans if scan.table.system is not None}
    expected = {name: _of_metadata(scan) for name, scan in shown.items()}
    apps = [scan for scan in scans if scan.table.system is None]
    for fetch in fetches_of(without_partners_empty(apps)):
        first = fetch.scan.name
        for scan in fetch.scans:
            if scan.name == first:
                shown[first] = fetch.scan
                expected[first] = expectation(fetch.scan, counts, page_size, consistency)
            else:
                shown[scan.name] = replace(scan, keys=())
                words = f"with {first}, which asks the same"
                expected[scan.name] = Expectation(words, _NONE, _NONE)
    return Expected(tuple(shown[scan.name] for scan in scans), expected)


def expectation(
    scan: Scan,
    counts: RecordCounts,
    page_size: int,
    consistency: Consistency = Consistency.WINDOW,
) -> Expectation:
    """How a scan will be read.

    Args:
        scan: What is to be read.
        counts: How many records earlier reads found.
        page_size: Records of one request, 1 to 500.
        consistency: How what takes several pages is read.

    Returns:
        The strategy, bounds of requests and records where the plan sets some, and estimates where
        the records were counted lately. Both count what it takes without narrowing.
    """
    words = strategy(scan, page_size, consistency)
    if scan.empty or scan.limit == 0:
        return Expectation(words, _NONE, _NONE)
    records = counts.get(scan.table, scan.condition)
    found = need(scan, records, page_size, consistency) if records is not None else None
    requests, received = _bounds(scan, page_size, consistency)
    if found is None:
        return Expectation(words, requests, received)
    return Expectation(
        words,
        replace(requests, estimate=found.requests),
        replace(received, estimate=found.records),
    )


def _bounds(scan: Scan, page_size: int, consistency: Consistency) -> tuple[Bounds, Bounds]:
    # Not asked at all where what it is joined to brings no key.
    least = 0 if scan.keys else 1
    if not scan.columns:
        # The record comes along, as a request for the number alone is none.
        return Bounds(least, 1), Bounds(0, 1)
    if scan.limit is None or is_long_order(scan, page_size):
        return Bounds(least, None), Bounds(0, None)
    if consistency is Consistency.WINDOW and is_many_of_ids(scan, page_size):
        # Where ids end is asked for. Pages of ids that were deleted are not full.
        return Bounds(least, None), Bounds(0, None)
    if consistency is Consistency.CURSOR and is_long(scan, page_size):
        # A page, a cursor, and freeing it.
        most = cursor_requests(scan.limit, page_size) + 2
        return Bounds(least, most), Bounds(0, 2 * page_size + scan.limit)
    return Bounds(least, math.ceil(scan.limit / page_size)), Bounds(0, scan.limit)


def _of_metadata(scan: Scan) -> Expectation:
    if scan.empty:
        return Expectation("nothing", _NONE, _NONE)
    # What is known already is not asked for again.
    return Expectation("metadata, as far as it is not known", Bounds(0, None), Bounds(0, None))
