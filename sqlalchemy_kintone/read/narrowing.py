"""Reads the scans of a statement, the small ones first, to narrow large ones to their keys.

Of each scan the first page is read, which says how many records there are. What that leaves is read
from the smallest on. Where a scan is joined to one that is complete, and asking for the keys it
brought costs clearly fewer requests than reading on, only records with those keys are read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from sqlalchemy_kintone.plan.key_conditions import Key, key_conditions
from sqlalchemy_kintone.plan.model import KeySource, Scan
from sqlalchemy_kintone.read.reader import Reader, ScanReading

_MOST_KEYS = 20_000
"""Above this, conditions cost more than they can save."""


def read_scans(
    reader: Reader, scans: Sequence[Scan], time_zone: str
) -> Iterator[tuple[Scan, pa.Table]]:
    """The rows of each scan, as they are complete.

    Args:
        reader: Reads pages.
        scans: What to read.
        time_zone: The session's IANA time zone.

    Raises:
        Error: As ``Reader.read``.
    """
    scans = without_partners_empty(scans)
    complete: dict[str, pa.Table] = {}
    for reading in sorted(_begun(reader, scans), key=lambda reading: reading.left):
        conditions = _narrower(reading, complete, time_zone) if reading.left else None
        complete[reading.scan.name] = reading.finish(conditions)
        yield reading.scan, complete[reading.scan.name]


def without_partners_empty(scans: Sequence[Scan]) -> list[Scan]:
    """Scans joined to one that is known to be empty are not read at all."""
    empty = {scan.name for scan in scans if scan.empty}
    while True:
        more = {s.name for s in scans if any(key.scan in empty for key in s.keys)} - empty
        if not more:
            return [replace(scan, empty=scan.name in empty) for scan in scans]
        empty |= more


def _begun(reader: Reader, scans: Sequence[Scan]) -> list[ScanReading]:
    """The first pages, side by side."""

    def begin(scan: Scan) -> ScanReading:
        return reader.begin(scan, total_count=_is_joined(scan, scans))

    if len(scans) < 2:
        return [begin(scan) for scan in scans]
    return list(reader.side_by_side([partial(begin, scan) for scan in scans]))


def _is_joined(scan: Scan, scans: Sequence[Scan]) -> bool:
    """Whether the size of a scan matters: it narrows others or can be narrowed."""
    return bool(scan.keys) or any(key.scan == scan.name for other in scans for key in other.keys)


def _narrower(
    reading: ScanReading, complete: Mapping[str, pa.Table], time_zone: str
) -> list[str] | None:
    """The conditions to narrow the rest by; None to read on without."""
    pages_left = math.ceil(reading.left / reading.page_size)
    affordable: list[list[str]] = []
    for source in reading.scan.keys:
        keys = _keys(source, complete)
        conditions = (
            key_conditions(source.column, reading.scan.table, keys, time_zone)
            if keys is not None
            else None
        )
        if keys is None or conditions is None:
            continue
        # Each key may well have a record, each condition a page that is not full.
        expected_pages = len(keys) // reading.page_size + 2 * len(conditions)
        if expected_pages <= pages_left:
            affordable.append(conditions)
    return min(affordable, key=len, default=None)


def _keys(source: KeySource, complete: Mapping[str, pa.Table]) -> list[Key] | None:
    table = complete.get(source.scan)
    if table is None or source.key.name not in table.schema.names:
        return None
    keys = pc.unique(table.column(source.key.name)).drop_null()
    if len(keys) > _MOST_KEYS:
        return None
    values: list[Key] = keys.to_pylist()
    return values
