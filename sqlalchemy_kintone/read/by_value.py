"""Rows of a scan of which only the values of one column matter, without reading all records.

The first page has been read. Where the rest would take more requests, Kintone counts the records of
each value, or gives records with other values than those that were seen.

The counts are of moments that lie close together. Numbers that do not add up to the number of all
records, as somebody wrote meanwhile, count for nothing: all records are read then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pyarrow as pa

from sqlalchemy_kintone.plan.model import DistinctValues, Scan, ValueCounts, ValuePart
from sqlalchemy_kintone.read.reader import Reader


def rows_by_value(
    reader: Reader, scan: Scan, first: pa.Table, total: int | None
) -> pa.Table | None:
    """Rows with the values that a scan's records have.

    Args:
        reader: Reads pages.
        scan: What was begun to be read.
        first: Its first page.
        total: How many records there are; None where that is not known.

    Returns:
        As many rows as records of each value where ``ValueCounts`` are wanted, one or more of each
        for ``DistinctValues``; None where the records themselves are to be read.

    Raises:
        Error: As ``Reader.begin``.
    """
    if total is None:
        return None
    pages_left = math.ceil((total - first.num_rows) / reader.page_size)
    if isinstance(scan.values, ValueCounts):
        return _counted(reader, scan, scan.values, first.schema, total, pages_left)
    if isinstance(scan.values, DistinctValues) and pages_left > 1:
        return _distinct(reader, scan, scan.values, first)
    return None


def _counted(
    reader: Reader,
    scan: Scan,
    values: ValueCounts,
    schema: pa.Schema,
    total: int,
    pages_left: int,
) -> pa.Table | None:
    remembered = reader.counts.get(scan.table, _both(scan.condition, values.others)) or 0
    if len(values.parts) + math.ceil(remembered / reader.page_size) >= pages_left:
        return None
    found = _rows_of(reader, scan, values.parts, schema)
    others = total - sum(rows.num_rows for rows in found)
    if others > 0:
        found += _rows_of(reader, scan, values.empty, schema)
        others = total - sum(rows.num_rows for rows in found)
    if others < 0 or math.ceil(others / reader.page_size) >= pages_left:
        return None
    if others:
        rest = reader.begin(_part_of(scan, values.others), total_count=True).finish()
        if rest.num_rows != others:
            return None
        found.append(rest)
    return pa.concat_tables([schema.empty_table(), *found])


def _rows_of(
    reader: Reader, scan: Scan, parts: Sequence[ValuePart], schema: pa.Schema
) -> list[pa.Table]:
    """For each part as many rows as there are records."""
    tasks = [partial(reader.count, _part_of(scan, part.condition)) for part in parts]
    numbers = reader.side_by_side(tasks) if tasks else ()
    kind = schema.types[0]
    return [
        pa.Table.from_arrays([pa.repeat(pa.scalar(part.value, kind), number)], schema=schema)
        for part, number in zip(parts, numbers, strict=True)
    ]


def _distinct(
    reader: Reader, scan: Scan, values: DistinctValues, first: pa.Table
) -> pa.Table | None:
    """Pages of what has not been seen, until one is not full."""
    shut_out = {part.value: part.condition for part in values.parts}
    pages, seen = [first], _values(first)
    while True:
        conditions = [shut_out[value] for value in shut_out if value in seen]
        if not conditions:
            return None
        unseen = replace(_part_of(scan, " and ".join(conditions)), limit=reader.page_size)
        page = reader.begin(unseen).finish()
        pages.append(page)
        if page.num_rows < reader.page_size:
            return pa.concat_tables(pages)
        new = _values(page) - seen
        if not any(value in shut_out for value in new):
            return None  # pages of values that no condition can shut out
        seen |= new


def _part_of(scan: Scan, condition: str) -> Scan:
    return replace(scan, condition=_both(scan.condition, condition), values=None)


def _both(condition: str | None, other: str) -> str:
    return f"({condition}) and {other}" if condition else other


def _values(page: pa.Table) -> set[str | None]:
    (column,) = page.columns
    return set(column.unique().to_pylist())
