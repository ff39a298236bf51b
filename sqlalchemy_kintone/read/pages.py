"""Which requests read a scan: pages in ``$id`` order, or one page in the server's order.

The protocol is free of I/O: a generator yields the query of the next page and is sent what came
of it, so that any transport can drive it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from sqlalchemy_kintone.plan.model import Scan


@dataclass(frozen=True)
class PageResult:
    """What came of a page: how many records, and the ``$id`` of the last one."""

    records: int
    last_id: int | None


PageRequests = Generator[str, PageResult, None]


def page_requests(scan: Scan, page_size: int) -> PageRequests:
    """The queries that read a scan.

    Args:
        scan: What to read.
        page_size: Records of one request, at most 500 (Kintone's limit).

    Yields:
        The query text of each next page.
    """
    if scan.empty or scan.limit == 0:
        return
    if scan.order or scan.offset:
        yield from _ordered_pages(scan, page_size)
    else:
        yield from _pages_by_id(scan, page_size)


def strategy(scan: Scan, page_size: int) -> str:
    """How a scan is read, in words for EXPLAIN."""
    if scan.empty or scan.limit == 0:
        return "no request"
    if scan.limit is not None and scan.limit <= page_size:
        return "single page"
    return "offset pages" if scan.order or scan.offset else "seek by $id"


def _pages_by_id(scan: Scan, page_size: int) -> PageRequests:
    """Seek: each page starts after the last ``$id`` seen, which others' writes cannot shift."""
    last_id: int | None = None
    remaining = scan.limit
    while remaining is None or remaining > 0:
        size = page_size if remaining is None else min(page_size, remaining)
        result = yield _query(scan.condition, last_id, size)
        if remaining is not None:
            remaining -= result.records
        if result.records < size or result.last_id is None:
            return
        last_id = result.last_id


def _query(condition: str | None, last_id: int | None, size: int) -> str:
    parts = []
    if last_id is not None:
        parts.append(f"$id > {last_id}")
    if condition:
        # `and` binds tighter than `or`, so a condition is only joined in parentheses.
        parts.append(f"({condition})" if parts else condition)
    where = " and ".join(parts)
    return f"{where} order by $id asc limit {size}".lstrip()


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
