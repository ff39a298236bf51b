"""Reads the scans of a statement, the small ones first, to narrow large ones to their keys.

Scans that are joined to one that looks smaller wait for it: where it brings no key they are not
read at all, and where its keys fit into one condition only records with these are. Of the others
the first page is read, which says how many records there are. What that leaves is read from the
smallest on. Where asking for the keys of one that is complete costs clearly fewer requests than
reading on, only records with those keys are read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from sqlalchemy_kintone.plan.key_conditions import Key, key_conditions
from sqlalchemy_kintone.plan.model import KeySource, Scan
from sqlalchemy_kintone.read.by_value import rows_by_value
from sqlalchemy_kintone.read.foresight import refuse_what_exceeds
from sqlalchemy_kintone.read.pages import is_full_read
from sqlalchemy_kintone.read.reader import Reader
from sqlalchemy_kintone.read.rounds import rounds
from sqlalchemy_kintone.read.scan_reading import ScanReading
from sqlalchemy_kintone.read.sharing import fetches_of

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
        OperationalError: The scans surely need more than the statement may cost; nothing was read.
        Error: As ``Reader.begin``.
    """
    fetches = {fetch.scan.name: fetch for fetch in fetches_of(without_partners_empty(scans))}
    asked = [fetch.scan for fetch in fetches.values()]
    refuse_what_exceeds(reader, asked)
    for name, rows in _Reading(reader, asked, time_zone).complete():
        fetch = fetches[name]
        for scan in fetch.scans:
            if scan.name != name:
                reader.stats.begin_scan(scan.name, scan.table.name, read_with=name)
            yield scan, fetch.rows_for(scan, rows)


def without_partners_empty(scans: Sequence[Scan]) -> list[Scan]:
    """Scans joined to one that is known to be empty are not read at all."""
    empty = {scan.name for scan in scans if scan.empty}
    while True:
        more = {s.name for s in scans if any(key.scan in empty for key in s.keys)} - empty
        if not more:
            return [replace(scan, empty=scan.name in empty) for scan in scans]
        empty |= more


@dataclass(frozen=True)
class _Reading:
    """The reading of a statement's scans.

    Attributes:
        reader: Reads pages.
        scans: What to read, each once.
        time_zone: The session's IANA time zone.
    """

    reader: Reader
    scans: Sequence[Scan]
    time_zone: str

    def complete(self) -> Iterator[tuple[str, pa.Table]]:
        """Names of scans with their rows, as they are complete."""
        rows: dict[str, pa.Table] = {}
        under_way: list[ScanReading] = []
        for together in rounds(self.scans, self.reader.counts, self.reader.page_size):
            for reading in self._begun(together, rows):
                if reading.left:
                    under_way.append(reading)
                else:
                    rows[reading.scan.name] = reading.finish()
                    yield reading.scan.name, rows[reading.scan.name]
        for reading in sorted(under_way, key=lambda reading: reading.left):
            rows[reading.scan.name] = self._rest(reading, rows)
            yield reading.scan.name, rows[reading.scan.name]

    def _rest(self, reading: ScanReading, complete: Mapping[str, pa.Table]) -> pa.Table:
        """All rows of a scan of which the first page was read."""
        found = rows_by_value(self.reader, reading.scan, reading.first_page, reading.total)
        if found is not None:
            return found
        return reading.finish(None if reading.narrowed else self._narrower(reading, complete))

    def _begun(
        self, together: Sequence[Scan], complete: Mapping[str, pa.Table]
    ) -> list[ScanReading]:
        """The first pages, side by side."""
        tasks = [partial(self._begin, scan, complete) for scan in together]
        return [tasks[0]()] if len(tasks) == 1 else list(self.reader.side_by_side(tasks))

    def _begin(self, scan: Scan, complete: Mapping[str, pa.Table]) -> ScanReading:
        found = [self._conditions(source, scan, complete) for source in scan.keys]
        if any(conditions == [] for conditions in found):
            return self.reader.begin(replace(scan, empty=True))
        # One condition for all keys takes no more requests than none does.
        among = [conditions[0] for conditions in found if conditions and len(conditions) == 1]
        if among and is_full_read(scan):
            return self.reader.begin(scan, among=min(among, key=len))
        return self.reader.begin(scan, total_count=self._is_size_needed(scan))

    def _is_size_needed(self, scan: Scan) -> bool:
        """Whether the size of a scan matters: it narrows others, or there is a shorter way."""
        return (
            bool(scan.keys)
            or scan.values is not None
            or any(key.scan == scan.name for other in self.scans for key in other.keys)
        )

    def _narrower(self, reading: ScanReading, complete: Mapping[str, pa.Table]) -> list[str] | None:
        """The conditions to narrow the rest by; None to read on without."""
        pages_left = math.ceil(reading.left / reading.page_size)
        affordable: list[list[str]] = []
        for source in reading.scan.keys:
            keys = _keys(source, complete)
            conditions = self._conditions(source, reading.scan, complete)
            if keys is None or conditions is None:
                continue
            # Each key may well have a record, each condition a page that is not full.
            expected_pages = len(keys) // reading.page_size + 2 * len(conditions)
            if expected_pages <= pages_left:
                affordable.append(conditions)
        return min(affordable, key=len, default=None)

    def _conditions(
        self, source: KeySource, scan: Scan, complete: Mapping[str, pa.Table]
    ) -> list[str] | None:
        """The keys that another scan brought as conditions; None where they cannot be had."""
        keys = _keys(source, complete)
        if keys is None:
            return None
        return key_conditions(source.column, scan.table, keys, self.time_zone)


def _keys(source: KeySource, complete: Mapping[str, pa.Table]) -> list[Key] | None:
    table = complete.get(source.scan)
    if table is None or source.key.name not in table.schema.names:
        return None
    keys = pc.unique(table.column(source.key.name)).drop_null()
    if len(keys) > _MOST_KEYS:
        return None
    values: list[Key] = keys.to_pylist()
    return values
