"""Scans that ask Kintone the same are read once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from sqlalchemy_kintone.catalog.children import PARENT_ID
from sqlalchemy_kintone.catalog.columns import RECORD_ID
from sqlalchemy_kintone.catalog.model import Child, Column, Family
from sqlalchemy_kintone.plan.model import DistinctValues, KeySource, Scan, ValueCounts
from sqlalchemy_kintone.read.nested import rows_of


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
        child = scan.table.child
        if child is not None:
            rows = rows_of(rows, _nested_name(child), scan.columns or scan.table.columns[:1])
        if scan.columns:
            return rows.select([column.name for column in scan.columns])
        return rows_without_columns(rows.num_rows)


def rows_without_columns(rows: int) -> pa.Table:
    """So many rows. Arrow counts rows by columns, so there is one, which nobody looks at."""
    return pa.table({"$id": pa.nulls(rows, pa.int64())})


def fetches_of(scans: Sequence[Scan]) -> list[Fetch]:
    """What to read for the scans of a statement.

    Scans of one app with the same condition, order and limit share a fetch, those of its child
    tables too, except where one alone may be narrowed to keys that another scan brings: that may
    cost less than all of the records.

    Args:
        scans: The scans, in the order of the statement.

    Returns:
        The fetches, in the order of their first scans.
    """
    alike: dict[Hashable, list[Scan]] = {}
    for scan in scans:
        alike.setdefault(_asked(scan), []).append(_of_records(scan))
    shared = [together for group in alike.values() for together in _shared(group)]
    names = {scan.name: together[0].name for together in shared for scan in together}
    positions = {scan.name: position for position, scan in enumerate(scans)}
    shared.sort(key=lambda together: positions[together[0].name])
    return [
        Fetch(_fetch(together, names), tuple(scans[positions[scan.name]] for scan in together))
        for together in shared
    ]


def _asked(scan: Scan) -> Hashable:
    """What is equal for scans that ask for the same records."""
    table = scan.table
    if scan.empty or table.system is not None:
        return scan.name  # not read from an app
    page = (scan.order, scan.limit, scan.offset, scan.first)
    # What records hold enough rows differs from field to field.
    enough = (scan.rows, table.child) if scan.rows is not None else None
    return (table.schema, table.app_id, scan.condition, page, enough)


def _of_records(scan: Scan) -> Scan:
    """A scan of a child table as one of the app's records, each with its rows."""
    keys = tuple(replace(k, column=_of_record(k.column), key=_of_record(k.key)) for k in scan.keys)
    table, child = scan.table, scan.table.child
    if child is None:
        return replace(scan, keys=keys)
    number = next(column for column in table.columns if column.field_type == "__ROW_NO__")
    wanted = tuple(column for column in scan.columns if column.field_code != "$id")
    rows = Column(
        name=_nested_name(child),
        field_code=child.field_code,
        field_type="FILE" if child.kind == "file" else "SUBTABLE",
        family=Family.ROWS,
        sql_type="STRUCT[]",
        rows=wanted or (number,),
    )
    return replace(scan, table=replace(table, child=None), columns=(RECORD_ID, rows), keys=keys)


def _of_record(column: Column) -> Column:
    return RECORD_ID if column == PARENT_ID else column


def _nested_name(child: Child) -> str:
    return f"$rows of {child.field_code}"


def _shared(group: Sequence[Scan]) -> Iterator[list[Scan]]:
    """The scans that are read together, each list in the statement's order."""
    # A number of records takes one request: too little to read all for, enough to join others.
    group = _without_links(group)
    wide = [scan for scan in group if scan.columns]
    counted = [scan for scan in group if not scan.columns]
    if not wide or (_must_be_complete(wide) and not _is_partial(wide)):
        yield list(group)
        return
    by_keys: dict[tuple[KeySource, ...], list[Scan]] = {}
    for scan in wide:
        by_keys.setdefault(scan.keys, []).append(scan)
    yield from by_keys.values()
    if counted:
        yield counted


def _without_links(group: Sequence[Scan]) -> list[Scan]:
    """Scans that are joined record by record are narrowed by the same keys of others."""
    by_name = {scan.name: scan for scan in group}
    narrowed = []
    for scan in group:
        linked, pending = {scan.name: scan}, [scan]
        while pending:
            for key in pending.pop().keys:
                other = by_name.get(key.scan)
                if other is not None and key.scan not in linked and _is_link(key):
                    linked[key.scan] = other
                    pending.append(other)
        found = {
            key
            for other in linked.values()
            for key in other.keys
            if not (key.scan in by_name and _is_link(key))
        }
        ordered = sorted(found, key=lambda key: (key.scan, key.column.name, key.key.name))
        narrowed.append(replace(scan, keys=tuple(ordered)))
    return narrowed


def _is_link(key: KeySource) -> bool:
    """Whether it joins a record with itself."""
    return key.column.field_code == key.key.field_code == "$id"


def _is_partial(wide: Sequence[Scan]) -> bool:
    """Whether no more than the values that there are may be read, so that no number is known."""
    return isinstance(_values(wide), DistinctValues)


def _values(wide: Sequence[Scan]) -> ValueCounts | DistinctValues | None:
    """What all scans want of the values of one column; None where one wants records."""
    return wide[0].values if all(scan.values == wide[0].values for scan in wide) else None


def _must_be_complete(group: Sequence[Scan]) -> bool:
    """Whether one of the scans is read as a whole anyway, so that it has the rows of all."""
    names = {scan.name for scan in group}
    is_narrowed = all(scan.keys for scan in group)
    from_outside = any(key.scan not in names for scan in group for key in scan.keys)
    return not (is_narrowed and from_outside)


def _fetch(together: Sequence[Scan], names: dict[str, str]) -> Scan:
    first = together[0]
    columns: dict[str, Column] = {}
    for scan in together:
        for column in scan.columns:
            rows = dict.fromkeys((*columns.get(column.name, column).rows, *column.rows))
            columns[column.name] = replace(column, rows=tuple(rows))
    # In the order of the app's own table, if that is among them.
    tables = [scan.table for scan in together]
    table = next((each for each in tables if each.column("$id")), first.table)
    positions = {column.name: position for position, column in enumerate(table.columns)}
    wanted = sorted(columns.values(), key=lambda column: positions.get(column.name, len(positions)))
    keys = first.keys if all(scan.keys == first.keys for scan in together) else ()
    named = (replace(key, scan=names.get(key.scan, key.scan)) for key in keys)
    keys = tuple(dict.fromkeys(key for key in named if key.scan != first.name))
    values = _values([scan for scan in together if scan.columns] or together)
    return replace(first, table=table, columns=tuple(wanted), keys=keys, values=values)
