"""Which scans of a statement are begun together, and which wait for what others bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy_kintone.catalog.counts import RecordCounts
from sqlalchemy_kintone.plan.model import Scan


class Size(IntEnum):
    """How large a scan looks before it is read."""

    NOTHING = 0
    """There were no records when it was last read."""
    PAGE = 1
    """One request brings all of it."""
    PART = 2
    """A condition selects from the app; how much is not known."""
    LARGE = 3
    """It had many pages, or nothing is known."""


def size(scan: Scan, counts: RecordCounts, page_size: int) -> Size:
    """How large a scan looks.

    Args:
        scan: The scan.
        counts: How many records earlier reads found.
        page_size: Records of one request.
    """
    records = 0 if scan.empty else counts.get(scan.table, scan.condition)
    if records is None:
        if scan.limit is not None and scan.limit <= page_size:
            return Size.PAGE
        return Size.LARGE if scan.condition is None else Size.PART
    if records == 0:
        return Size.NOTHING
    return Size.PAGE if records <= page_size else Size.LARGE


def rounds(scans: Sequence[Scan], counts: RecordCounts, page_size: int) -> Iterator[list[Scan]]:
    """The scans in the order to begin them, those of one list together.

    A scan whose records are only wanted where another one has their keys waits for that one if it
    looks smaller, or waits itself for one that does. Scans that look alike are begun together:
    what waiting could save is one request, and it takes time.

    Args:
        scans: The scans. Keys of scans that are not among them count for nothing.
        counts: How many records earlier reads found.
        page_size: Records of one request.
    """
    looks = _looks(scans, {scan.name: size(scan, counts, page_size) for scan in scans})
    for steps in sorted({look.steps for look in looks.values()}):
        yield [scan for scan in scans if looks[scan.name].steps == steps]


@dataclass(frozen=True)
class _Look:
    """How large a scan looks given its partners: the least size in reach over keys, and how far."""

    size: Size
    steps: int = 0


def _looks(scans: Sequence[Scan], sizes: Mapping[str, Size]) -> dict[str, _Look]:
    looks = {name: _Look(found) for name, found in sizes.items()}
    for _ in scans:  # no path is longer
        for scan in scans:
            for key in scan.keys:
                partner = looks.get(key.scan)
                if partner is not None and partner.size < looks[scan.name].size:
                    looks[scan.name] = _Look(partner.size, partner.steps + 1)
    return looks
