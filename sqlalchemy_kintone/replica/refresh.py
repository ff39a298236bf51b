"""Brings what a replica holds of an app up to date, in a few requests where little has changed.

What others write is found by the time of the last change, which Kintone sets on each write, and
new records by their ``$id``, which only grows. Deleted records leave no trace, so that the records
up to the last ``$id`` are counted; where their number is not the one known, ranges of ids are
counted until those that differ are found.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pyarrow as pa

from sqlalchemy_kintone.catalog.columns import RECORD_ID, REVISION
from sqlalchemy_kintone.catalog.model import Column, Table
from sqlalchemy_kintone.kintone.query import all_of, among, any_of, compare, render
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.reader import Reader
from sqlalchemy_kintone.replica.columns import kept, together
from sqlalchemy_kintone.replica.differences import Range, differing_ranges
from sqlalchemy_kintone.replica.store import AppKey, Held, Store

_MARGIN = timedelta(minutes=5)
"""How far the clock of what answers may be ahead of the one that sets times of change, which are
whole minutes."""
_IDS_OF_A_CONDITION = 500

_ID, _REVISION = kept(RECORD_ID), kept(REVISION)


@dataclass(frozen=True)
class Wanted:
    """What statements want of an app.

    Attributes:
        table: The app's own table.
        columns: Those of its records, as ``kept`` gives them.
        form: The revision of its form.
    """

    table: Table
    columns: tuple[Column, ...]
    form: str

    @property
    def key(self) -> AppKey:
        """Which app it is."""
        return AppKey(self.table.app_id, self.table.guest_space_id)

    def is_in(self, held: Held) -> bool:
        """Whether that is held, of whatever age."""
        return held.form == self.form and held.has(self.columns)


@dataclass(frozen=True)
class _Timed:
    """Records, and up to when by Kintone's clock all changes are among them, if that is known."""

    records: pa.Table
    seen: datetime | None


@dataclass(frozen=True)
class Refresher:
    """Refreshes apps for one statement.

    Attributes:
        reader: Reads records, at the statement's cost.
        store: Where they are held.
        scan: The name of the scan that the cost is counted for.
        now: This machine's clock, in seconds since 1970.
    """

    reader: Reader
    store: Store
    scan: str
    now: float = field(default_factory=time.time)

    def refresh(self, wanted: Wanted, *, sweep: bool = False) -> None:
        """Hold an app as it is now.

        Args:
            wanted: What is to be held of it at least.
            sweep: Whether to compare the revisions of all records, which finds changes that do not
                show in the time of the last change: of a record's permissions, say.

        Raises:
            Error: As ``Reader.begin``; what is held stays as it was.
        """
        held = self.store.held(wanted.key)
        if held is None or not wanted.is_in(held):
            self._load(wanted, held)
        else:
            self._update(wanted, held, sweep=sweep or held.seen is None)

    def _load(self, wanted: Wanted, held: Held | None) -> None:
        """Read all records anew, with the columns wanted now and those wanted before."""
        before: tuple[Column, ...] = ()
        if held is not None:
            # After a change of the form, fields that are gone cannot be asked for.
            there = set(map(kept, wanted.table.columns))
            same = held.form == wanted.form
            before = tuple(column for column in held.columns if same or column in there)
        columns = together((_ID, _REVISION), together(before, wanted.columns))
        reading = self._timed(self._scan(wanted.table, columns))
        held = Held(columns, wanted.form, self.now, reading.seen)
        self.store.replace(wanted.key, held, reading.records)

    def _update(self, wanted: Wanted, held: Held, *, sweep: bool) -> None:
        """Read what has changed."""
        table = wanted.table
        own = self.store.records(wanted.key, (_ID, _REVISION))
        if own is None:  # another process has just put other columns in their place
            self._load(wanted, None)
            return
        revisions = dict(zip(*(own.column(i).to_pylist() for i in (0, 1)), strict=True))
        reading = self._changed(table, held, max(revisions, default=0))
        changed = reading.records
        revisions |= dict(zip(*(changed.column(i).to_pylist() for i in (0, 1)), strict=True))
        gone: list[int] = []
        again: list[int] = []
        for part in self._differing(table, sorted(revisions), sweep=sweep):
            there = self._revisions(table, part)
            known = {i: r for i, r in revisions.items() if part.low <= i <= part.high}
            gone += known.keys() - there.keys()
            again += (i for i, revision in there.items() if known.get(i) != revision)
        reread = list(self._by_id(table, held.columns, sorted(again)))
        gone += set(again).difference(*(part.column(0).to_pylist() for part in reread))
        changed = _latest([changed, *reread], without=gone)
        now_held = replace(held, read_at=self.now, seen=reading.seen)
        self.store.change(wanted.key, now_held, changed, gone)

    def _changed(self, table: Table, held: Held, last: int) -> _Timed:
        """New and changed records."""
        conditions = [compare(">", "$id", str(last))]
        updated = _updated(table)
        if updated is not None and held.seen is not None:
            since = held.seen.strftime("%Y-%m-%dT%H:%M:00Z")
            conditions.append(compare(">=", updated.field_code, since))
        return self._timed(self._scan(table, held.columns, render(any_of(conditions))))

    def _timed(self, scan: Scan) -> _Timed:
        """Records, and up to when changes are surely among them."""
        reading = self.reader.begin(scan)
        records = reading.finish()
        # What changes after the first page has come does so at its time or later.
        first = _moment(reading.date or "")
        seen = first - _MARGIN if first is not None and _updated(scan.table) is not None else None
        return _Timed(records, seen)

    def _differing(self, table: Table, ids: Sequence[int], *, sweep: bool) -> list[Range]:
        """The ranges of ids in which records are not those that are known."""
        if not ids:
            return []
        whole = Range(1, ids[-1])
        if sweep:
            return [whole]
        search = differing_ranges(ids, self._count(table, whole), self.reader.page_size)
        try:
            asked = next(search)
            while True:
                asked = search.send(self._count(table, asked.range))
        except StopIteration as found:
            ranges: list[Range] = found.value
            return ranges

    def _count(self, table: Table, within: Range) -> int:
        return self.reader.count(self._scan(table, (_ID,), _between(within)))

    def _revisions(self, table: Table, within: Range) -> dict[int, int]:
        found = self._read(table, (_ID, _REVISION), _between(within))
        return dict(zip(*(found.column(i).to_pylist() for i in (0, 1)), strict=True))

    def _by_id(
        self, table: Table, columns: tuple[Column, ...], ids: Sequence[int]
    ) -> Iterator[pa.Table]:
        for start in range(0, len(ids), _IDS_OF_A_CONDITION):
            some = [str(i) for i in ids[start : start + _IDS_OF_A_CONDITION]]
            yield self._read(table, columns, render(among("$id", some)))

    def _read(
        self, table: Table, columns: tuple[Column, ...], condition: str | None = None
    ) -> pa.Table:
        return self.reader.begin(self._scan(table, columns, condition)).finish()

    def _scan(
        self, table: Table, columns: tuple[Column, ...], condition: str | None = None
    ) -> Scan:
        return Scan(self.scan, table, columns, condition=condition)


def _moment(date: str) -> datetime | None:
    """What the header ``Date`` says, if there was one that can be read."""
    try:
        return parsedate_to_datetime(date).astimezone(timezone.utc)
    except ValueError:
        return None


def _updated(table: Table) -> Column | None:
    """The column of the time of the last change, which a login may not be shown."""
    found = (column for column in table.columns if column.field_type == "UPDATED_TIME")
    return next(map(kept, found), None)


def _between(within: Range) -> str:
    low, high = str(within.low), str(within.high)
    return render(all_of([compare(">=", "$id", low), compare("<=", "$id", high)]))


def _latest(parts: Iterable[pa.Table], without: Iterable[int]) -> pa.Table:
    """Each record once, as it was read last, but for those that are gone."""
    whole = pa.concat_tables(parts)
    places = {i: place for place, i in enumerate(whole.column(0).to_pylist())}
    for i in without:
        places.pop(i, None)
    return whole.take(pa.array(sorted(places.values()), pa.int64()))
