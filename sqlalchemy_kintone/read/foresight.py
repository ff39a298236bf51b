"""Refuses statements that surely need more than they may, before any record is asked for.

What a statement surely needs comes of the numbers of records that earlier reads found. They may be
out of date, so that nothing is refused before Kintone has counted again, which takes one small
request for each scan in doubt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.conninfo import Consistency
from sqlalchemy_kintone.plan.model import Scan, ValueCounts
from sqlalchemy_kintone.read.pages import (
    cursor_pays,
    cursor_requests,
    is_full_read,
    is_long,
    is_long_order,
    is_many_of_ids,
)
from sqlalchemy_kintone.read.reader import Reader


@dataclass(frozen=True)
class Need:
    """What a scan takes.

    Attributes:
        scan: The scan.
        requests: HTTP requests.
        records: Records received.
    """

    scan: Scan
    requests: int
    records: int


def need(
    scan: Scan, records: int, page_size: int, consistency: Consistency = Consistency.WINDOW
) -> Need:
    """What a scan takes at least, if nothing narrows it.

    Args:
        scan: What is to be read.
        records: How many records its condition selects, whatever its limit.
        page_size: Records of one request.
        consistency: How what takes several pages is read.
    """
    if scan.empty or scan.limit == 0:
        return Need(scan, 0, 0)
    if not scan.columns:
        # The record comes along, as a request for the number alone is none.
        return Need(scan, 1, min(records, 1))
    if scan.rows is not None:
        return Need(scan, 1, min(records, page_size))  # the first page may hold enough
    if scan.first is not None:
        return Need(scan, 1, min(records, scan.first.records))
    wanted = max(records - scan.offset, 0)
    if scan.limit is not None:
        wanted = min(wanted, scan.limit)
    pages = max(math.ceil(wanted / page_size), 1)
    if records > wanted and is_many_of_ids(scan, page_size):
        pages += 1  # to know where ids end
    if consistency is Consistency.CURSOR or is_long_order(scan, page_size):
        return _by_cursor(scan, records, wanted, page_size, consistency)
    if scan.values is None or pages <= 2:
        return Need(scan, pages, wanted)
    # Besides the first page, a number for each value, or another page.
    parts = len(scan.values.parts) if isinstance(scan.values, ValueCounts) else 1
    return Need(scan, min(pages, 1 + parts), min(wanted, page_size))


def _by_cursor(
    scan: Scan, records: int, wanted: int, page_size: int, consistency: Consistency
) -> Need:
    """What a scan takes that may be read by a cursor."""
    if records <= page_size or not (is_full_read(scan) or is_long(scan, page_size)):
        return Need(scan, 1, min(wanted, page_size))
    if is_full_read(scan):
        return Need(scan, cursor_requests(wanted, page_size), wanted)
    if consistency is Consistency.CURSOR or cursor_pays(records, wanted, page_size):
        # After a page that turned out to be full.
        return Need(scan, 1 + cursor_requests(wanted, page_size), page_size + wanted)
    return Need(scan, math.ceil(records / page_size), records)


def refuse_what_exceeds(reader: Reader, scans: Sequence[Scan]) -> None:
    """See that the scans of a statement fit into its budget, as far as can be known.

    Args:
        reader: Counts where a statement would be refused.
        scans: What is to be read.

    Raises:
        OperationalError: They surely do not fit.
    """
    if not reader.budget.bounded:
        return
    # What other scans narrow, perhaps to nothing, is not sure to be read.
    sure = [scan for scan in scans if not scan.keys]
    known = {scan.name: reader.counts.get(scan.table, scan.condition) for scan in sure}
    needs = {scan.name: _need(reader, scan, known[scan.name] or 0) for scan in sure}
    doubtful = [each for each in needs.values() if known[each.scan.name] and each.scan.columns]
    doubtful.sort(key=lambda each: each.records)
    while True:
        excess = _excess(reader, list(needs.values()))
        if excess is None:
            return
        if not doubtful:
            parts = ", ".join(_words(each) for each in needs.values() if each.requests)
            raise reader.budget.refusal(excess, parts)
        scan = doubtful.pop().scan
        with reader.budget.look():
            records = reader.count(scan)
        needs[scan.name] = _need(reader, scan, records)
        certain = [each for each in needs.values() if each not in doubtful]
        if _excess(reader, certain) is not None:
            doubtful = []
            needs = {each.scan.name: each for each in certain}


def _need(reader: Reader, scan: Scan, records: int) -> Need:
    return need(scan, records, reader.page_size, reader.consistency)


def _excess(reader: Reader, needs: Sequence[Need]) -> str | None:
    return reader.budget.excess(
        sum(each.requests for each in needs), sum(each.records for each in needs)
    )


def _words(found: Need) -> str:
    scan = found.scan
    return f"{found.records:,} records of {scan.table.name} ({scan.name}: {scan.query or 'all'})"
