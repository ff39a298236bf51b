"""Scans of one app that are joined record by record ask for the same records, to be read once.

A record and its rows are of one request. So where an app is joined to its child tables, each scan
is asked for with the conditions of all that it is joined to: nothing that the join finds is left
out, and equal conditions are read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy_kintone.plan.model import Exactness, Scan

_LONGEST = 20_000
"""Characters of a joined condition, above which sending it costs more than it can save."""


def share_records(scans: Mapping[str, Scan]) -> dict[str, Scan]:
    """The scans with conditions by which those of one app can be read together.

    Args:
        scans: The scans by name, with their keys.
    """
    reached = {name: _reached(scan, scans) for name, scan in scans.items()}
    wanted = {name: tuple(_conditions(found)) for name, found in reached.items()}
    weaker = {name: _weaker(scan, reached[name], wanted) for name, scan in scans.items()}
    return {name: _with_conditions(scan, weaker[name]) for name, scan in scans.items()}


def _reached(scan: Scan, scans: Mapping[str, Scan]) -> dict[str, Scan]:
    """The scan, and those of the same records without which its rows are not wanted."""
    found, pending = {scan.name: scan}, [scan]
    while pending:
        for key in pending.pop().keys:
            other = scans.get(key.scan)
            if other is None or key.scan in found or not _same_app(scan, other):
                continue
            if key.column.field_code == key.key.field_code == "$id":
                found[key.scan] = other
                pending.append(other)
    return {name: found[name] for name in scans if name in found}


def _same_app(scan: Scan, other: Scan) -> bool:
    if scan.table.system is not None or other.table.system is not None:
        return False
    if scan.table.saved_list is not None or other.table.saved_list is not None:
        # A filter may be on the rows of a table, where Kintone would look for one row that
        # satisfies it and the other conditions.
        return False
    return (scan.table.schema, scan.table.app_id) == (other.table.schema, other.table.app_id)


def _conditions(scans: Mapping[str, Scan]) -> Iterator[str]:
    """The conditions that hold for all records wanted, those of apps first."""
    own = [scan for scan in scans.values() if scan.table.child is None]
    # Of one table, Kintone would look for a row that satisfies the conditions of several scans.
    children: dict[str, Scan] = {}
    for scan in scans.values():
        if scan.table.child is not None and scan.condition:
            children.setdefault(scan.table.child.field_code, scan)
    yield from dict.fromkeys(s.condition for s in (*own, *children.values()) if s.condition)


def _weaker(
    scan: Scan, reached: Mapping[str, Scan], wanted: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The conditions of a scan, or fewer where another scan reads all it needs anyway.

    Conditions on child tables are all checked again, so that they may be left out here.
    """
    conditions = wanted[scan.name]
    if scan.table.child is None or any(key.scan not in reached for key in scan.keys):
        return conditions
    read_anyway = [
        wanted[other.name]
        for other in reached.values()
        if other.name != scan.name and other.columns and not other.empty
    ]
    enough = [each for each in read_anyway if set(each) <= set(conditions)]
    # The fewest, as what has more may itself be asked for with fewer.
    return min(enough, key=len, default=conditions)


def _with_conditions(scan: Scan, conditions: Iterable[str]) -> Scan:
    joined = " and ".join(f"({each})" for each in conditions)
    only = list(conditions)
    text = only[0] if len(only) == 1 else joined or None
    if text == scan.condition or (text is not None and len(text) > _LONGEST):
        return scan
    return replace(scan, condition=text, exactness=Exactness.SUPERSET)
