"""The query texts of a scan's pages, and where pages in turn go on.

Free of I/O: a generator yields the query of the next page and is sent what came of it, so that any
transport can drive it.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy_kintone.conninfo import Consistency
from sqlalchemy_kintone.plan.model import DistinctValues, FirstRecords, OrderKey, Scan, ValueCounts
from sqlalchemy_kintone.read.segments import Segment


@dataclass(frozen=True)
class PageResult:
    """What came of a page.

    Attributes:
        records: How many records it has.
        last_id: The ``$id`` of the last one.
        rows: How many rows they hold, where the scan is of a child table.
    """

    records: int
    last_id: int | None
    rows: int = 0


PageRequests = Generator[str, PageResult, None]

_PAGES_IN_TURN = 4
"""As many pages of a limit are read one after the other: to read them side by side takes one more
request."""


def is_full_read(scan: Scan) -> bool:
    """Whether all records of the scan's condition are wanted, in whatever order."""
    if scan.empty or scan.order or scan.offset:
        return False
    return scan.limit is None and scan.rows is None


def is_long(scan: Scan, page_size: int) -> bool:
    """Whether some records are wanted, of which one page may be too few."""
    return scan.rows is not None or (scan.limit is not None and scan.limit > page_size)


def is_long_order(scan: Scan, page_size: int) -> bool:
    """Whether the first records of an order other than ids are wanted, more than a page has."""
    if not scan.order or scan.order[0].field_code == "$id":
        return False
    return scan.limit is not None and scan.limit > page_size


def is_many_of_ids(scan: Scan, page_size: int) -> bool:
    """Whether the first records by ``$id`` are wanted, or any, and many pages of them."""
    if scan.offset or (scan.order and (scan.order[0].field_code != "$id" or scan.reads_down)):
        return False
    return scan.limit is not None and scan.limit > _PAGES_IN_TURN * page_size


def cursor_requests(records: int, page_size: int) -> int:
    """What it takes to open a cursor and read so many records; freeing it may be one more."""
    return math.ceil(records / page_size) + 1


def cursor_pays(total: int, wanted: int, page_size: int) -> bool:
    """Whether a cursor is to be preferred to the rest of all records.

    It reads one page after the other, and the rest is read side by side: a few requests less would
    take longer.

    Args:
        total: How many records there are, of which a page was read.
        wanted: How many are wanted, the first of an order.
        page_size: Records of a page.
    """
    pages_left = math.ceil((total - page_size) / page_size)
    return 2 * cursor_requests(wanted, page_size) <= pages_left


def strategy(scan: Scan, page_size: int, consistency: Consistency = Consistency.WINDOW) -> str:
    """How a scan is read, in words for EXPLAIN."""
    if scan.empty or scan.limit == 0:
        return "no request"
    if not scan.columns:
        return "count"
    if scan.first is not None:
        whole = strategy(replace(scan, first=None), page_size, consistency)
        return f"one page of `{first_query(scan.first)}` where that is enough, else {whole}"
    if consistency is Consistency.CURSOR and (is_full_read(scan) or is_long(scan, page_size)):
        return "a page, then a cursor where there are more"
    if isinstance(scan.values, ValueCounts):
        values = len(scan.values.parts)
        return f"a page, then the number of each of {values} values, or pages where they are fewer"
    if isinstance(scan.values, DistinctValues):
        return "a page, then records with other values than those seen, until there are none"
    if is_full_read(scan):
        return "pages by $id, in parallel where there are many"
    if is_long_order(scan, page_size):
        return "a page, then a cursor, or pages by $id where these are not many more"
    if is_many_of_ids(scan, page_size):
        return "pages by $id, in parallel"
    if scan.rows is not None:
        return f"pages by $id, until they hold {scan.rows:,} rows"
    if scan.limit is not None and scan.limit <= page_size:
        return "single page"
    return "pages by $id"


def pages_in_turn(scan: Scan, page_size: int) -> PageRequests:
    """The queries that read a scan with a limit, one page after the other.

    Args:
        scan: What to read. With an offset, or an order other than that of ids, it fits into a
            page: others' writes would shift what comes after.
        page_size: Records of one request, at most 500 (Kintone's limit).

    Yields:
        The query text of each next page.
    """
    if scan.empty or scan.limit == 0:
        return
    if scan.rows is not None:
        yield from _until_enough(scan, scan.rows, page_size)
    elif (scan.order or scan.offset) and not is_long(scan, page_size):
        yield f"{first_of(scan, scan.condition, scan.limit or 0)} offset {scan.offset}"
    else:
        yield from _pages_by_id(scan, page_size)


def page_by_id(
    condition: str | None,
    size: int,
    within: Segment | None = None,
    direction: Literal["asc", "desc"] = "asc",
) -> str:
    """The query of one page in the order of ``$id``.

    Args:
        condition: What records must satisfy; None for all.
        size: The most records of the page.
        within: The ids that it may come from.
        direction: Whether the page has the lowest ids of those, or the highest.
    """
    parts = []
    if within is not None and within.low > 0:
        parts.append(f"$id > {within.low}")
    if within is not None and within.high is not None:
        parts.append(f"$id < {within.high}")
    if condition:
        # `and` binds tighter than `or`, so a condition is only joined in parentheses.
        parts.append(f"({condition})" if parts else condition)
    return f"{' and '.join(parts)} order by $id {direction} limit {size}".lstrip()


def first_of(scan: Scan, condition: str | None, size: int) -> str:
    """The query of the first page of a condition, in the order of a scan."""
    return f"{in_order(condition, scan.order)} limit {size}"


def first_query(first: FirstRecords) -> str:
    """The query of the first records, which may be enough."""
    return f"{in_order(first.condition, first.order)} limit {first.records}"


def in_order(condition: str | None, order: Sequence[OrderKey]) -> str:
    """A condition and an order: that of ``$id`` where none is wanted."""
    keys = ", ".join(f"{key.field_code} {'desc' if key.descending else 'asc'}" for key in order)
    return f"{condition or ''} order by {keys or '$id asc'}".lstrip()


def _pages_by_id(scan: Scan, page_size: int) -> PageRequests:
    """Seek: each page starts at the last ``$id`` seen, which others' writes cannot shift."""
    within, remaining = Segment(0), scan.limit or 0
    while remaining > 0:
        size = min(page_size, remaining)
        result = yield page_by_id(scan.condition, size, within, _direction(scan))
        remaining -= result.records
        if result.records < size or result.last_id is None:
            return
        within = _beyond(scan, result.last_id)


def _until_enough(scan: Scan, rows: int, page_size: int) -> PageRequests:
    """Seek, up or down, until the records hold so many rows."""
    within, found = Segment(0), 0
    while found < rows:
        result = yield page_by_id(scan.condition, page_size, within, _direction(scan))
        found += result.rows
        if result.records < page_size or result.last_id is None:
            return
        within = _beyond(scan, result.last_id)


def _direction(scan: Scan) -> Literal["asc", "desc"]:
    return "desc" if scan.reads_down else "asc"


def _beyond(scan: Scan, last_id: int) -> Segment:
    """The ids after one, in the direction of a scan."""
    return Segment(0, last_id) if scan.reads_down else Segment(last_id)
