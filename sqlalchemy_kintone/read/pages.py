"""The query texts of a scan's pages, and where pages in turn go on.

Free of I/O: a generator yields the query of the next page and is sent what came of it, so that any
transport can drive it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy_kintone.plan.model import DistinctValues, Scan, ValueCounts
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


def is_full_read(scan: Scan) -> bool:
    """Whether all records of the scan's condition are wanted, in whatever order."""
    if scan.empty or scan.order or scan.offset:
        return False
    return scan.limit is None and scan.rows is None


def strategy(scan: Scan, page_size: int) -> str:
    """How a scan is read, in words for EXPLAIN."""
    if scan.empty or scan.limit == 0:
        return "no request"
    if not scan.columns:
        return "count"
    if isinstance(scan.values, ValueCounts):
        values = len(scan.values.parts)
        return f"a page, then the number of each of {values} values, or pages where they are fewer"
    if isinstance(scan.values, DistinctValues):
        return "a page, then records with other values than those seen, until there are none"
    if is_full_read(scan):
        return "pages by $id, in parallel where there are many"
    if scan.rows is not None:
        return f"pages by $id, until they hold {scan.rows:,} rows"
    if scan.limit is not None and scan.limit <= page_size:
        return "single page"
    return "pages by offset" if scan.order or scan.offset else "pages by $id"


def pages_in_turn(scan: Scan, page_size: int) -> PageRequests:
    """The queries that read a scan with a limit or an order, one page after the other.

    Args:
        scan: What to read.
        page_size: Records of one request, at most 500 (Kintone's limit).

    Yields:
        The query text of each next page.
    """
    if scan.empty or scan.limit == 0:
        return
    if scan.rows is not None:
        yield from _until_enough(scan, scan.rows, page_size)
    elif scan.order or scan.offset:
        yield from _ordered_pages(scan, page_size)
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


def _pages_by_id(scan: Scan, page_size: int) -> PageRequests:
    """Seek: each page starts after the last ``$id`` seen, which others' writes cannot shift."""
    low, remaining = 0, scan.limit
    while remaining is None or remaining > 0:
        size = page_size if remaining is None else min(page_size, remaining)
        result = yield page_by_id(scan.condition, size, Segment(low))
        if remaining is not None:
            remaining -= result.records
        if result.records < size or result.last_id is None:
            return
        low = result.last_id


def _until_enough(scan: Scan, rows: int, page_size: int) -> PageRequests:
    """Seek, up or down, until the records hold so many rows."""
    within, found = Segment(0), 0
    while found < rows:
        direction: Literal["asc", "desc"] = "desc" if scan.reads_down else "asc"
        result = yield page_by_id(scan.condition, page_size, within, direction)
        found += result.rows
        if result.records < page_size or result.last_id is None:
            return
        within = Segment(0, result.last_id) if scan.reads_down else Segment(result.last_id)


def _ordered_pages(scan: Scan, page_size: int) -> PageRequests:
    """Pages in the server's order. Planning keeps offset and limit within Kintone's bounds."""
    keys = ", ".join(
        f"{key.field_code} {'desc' if key.descending else 'asc'}" for key in scan.order
    )
    offset, remaining = scan.offset, scan.limit
    while remaining is None or remaining > 0:
        size = page_size if remaining is None else min(page_size, remaining)
        order = f"order by {keys or '$id asc'} limit {size}"
        result = yield f"{scan.condition or ''} {order} offset {offset}".lstrip()
        if remaining is not None:
            remaining -= result.records
        if result.records < size:
            return
        offset += size
