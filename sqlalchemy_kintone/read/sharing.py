"""Scans that ask Kintone the same are read once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from sqlalchemy_kintone.plan.model import KeySource, Scan


@dataclass(frozen=True)
class Fetch:
    """What is read once for one or more scans.

    Attributes:
        scan: What is asked: under the name of the first of the scans, the columns of all of them.
            Its keys name fetches.
        scans: Those that its rows are for.
    """

    scan: Scan
    scans: tuple[Scan, ...]

    def rows_for(self, scan: Scan, rows: pa.Table) -> pa.Table:
        """The rows of the fetch with the columns of one of its scans."""
        if scan.columns:
            return rows.select([column.name for column in scan.columns])
        return rows_without_columns(rows.num_rows)


def rows_without_columns(rows: int) -> pa.Table:
    """So many rows. Arrow counts rows by columns, so there is one, which nobody looks at."""
    return pa.table({"$id": pa.nulls(rows, pa.int64())})


def fetches_of(scans: Sequence[Scan]) -> list[Fetch]:
    """What to read for the scans of a statement.

    Scans of one app with the same condition, order and limit share a fetch, except where one alone
    may be narrowed to keys that another scan brings: that may cost less than all of the records.

    Args:
        scans: The scans, in the order of the statement.

    Returns:
        The fetches, in the order of their first scans.
    """
    alike: dict[Hashable, list[Scan]] = {}
    for scan in scans:
        alike.setdefault(_asked(scan), []).append(scan)
    shared = [together for group in alike.values() for together in _shared(group)]
    names = {scan.name: together[0].name for together in shared for scan in together}
    positions = {scan.name: position for position, scan in enumerate(scans)}
    shared.sort(key=lambda together: positions[together[0].name])
    return [_fetch(together, names) for together in shared]


def _asked(scan: Scan) -> Hashable:
    """What is equal for scans that ask for the same records."""
    table = scan.table
    if scan.empty or table.system is not None:
        return scan.name  # not read from an app
    return (table.schema, table.name, scan.condition, scan.order, scan.limit, scan.offset)


def _shared(group: Sequence[Scan]) -> Iterator[list[Scan]]:
    """The scans that are read together, each list in the statement's order."""
    # A number of records takes one request: too little to read all for, enough to join others.
    wide = [scan for scan in group if scan.columns]
    counted = [scan for scan in group if not scan.columns]
    if not wide or _must_be_complete(wide):
        yield list(group)
        return
    by_keys: dict[tuple[KeySource, ...], list[Scan]] = {}
    for scan in wide:
        by_keys.setdefault(scan.keys, []).append(scan)
    yield from by_keys.values()
    if counted:
        yield counted


def _must_be_complete(group: Sequence[Scan]) -> bool:
    """Whether one of the scans is read as a whole anyway, so that it has the rows of all."""
    names = {scan.name for scan in group}
    is_narrowed = all(scan.keys for scan in group)
    from_outside = any(key.scan not in names for scan in group for key in scan.keys)
    return not (is_narrowed and from_outside)


def _fetch(together: Sequence[Scan], names: dict[str, str]) -> Fetch:
    first = together[0]
    wanted = {column.name for scan in together for column in scan.columns}
    columns = tuple(column for column in first.table.columns if column.name in wanted)
    keys = first.keys if all(scan.keys == first.keys for scan in together) else ()
    named = (replace(key, scan=names.get(key.scan, key.scan)) for key in keys)
    keys = tuple(dict.fromkeys(key for key in named if key.scan != first.name))
    return Fetch(replace(first, columns=columns, keys=keys), tuple(together))
