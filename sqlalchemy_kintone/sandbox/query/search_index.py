"""What the search behind ``like`` gets to see: it lags behind writes and stops after many hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timezone

from sqlalchemy_kintone.sandbox.model import Json, Record
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.fields import Field, Item


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``found`` tells of a record or row whether the search found it."""

    found: Callable[[Item], bool]
    aborted: bool


def search(field: Field, test: Callable[[Json], bool], context: Context) -> SearchResult:
    """A search of one field of an app.

    More records found than ``Domain.search_hit_limit`` end the search: the later ones count as
    not found, and the result is marked aborted.

    Args:
        field: The field to search.
        test: Whether a value holds the words.
        context: The surroundings of the query.
    """
    read, records = field.read, field.app.records
    collection = field.collection
    table = collection.code if collection is not None and collection.kind == "table" else None

    def holds(item: Item) -> bool:
        return test(read(item))

    indexed = _indexed(field, context)
    end = None
    if len(records) > context.domain.search_hit_limit:
        end = _end_of_search(
            (record for record in records.values() if indexed is None or indexed(record)),
            holds if table is None else lambda record: any(map(holds, _rows(record, table))),
            context.domain.search_hit_limit,
        )
    if end is None and indexed is None:
        return SearchResult(holds, aborted=False)

    def seen(record: Record) -> bool:
        return (end is None or record.id < end) and (indexed is None or indexed(record))

    if table is None:
        return SearchResult(lambda record: seen(record) and holds(record), end is not None)
    # A row does not know its record, so the rows out of sight are listed by their ids.
    unseen = frozenset(
        row["id"] for record in records.values() if not seen(record) for row in _rows(record, table)
    )
    return SearchResult(lambda row: row["id"] not in unseen and holds(row), end is not None)


def _rows(record: Record, table: str) -> Sequence[Json]:
    rows: Sequence[Json] = record.values.get(table) or ()
    return rows


def _end_of_search(
    records: Iterable[Record], found: Callable[[Record], bool], limit: int
) -> int | None:
    """The id of the first record found beyond the limit, or None."""
    hits = 0
    for record in records:
        if found(record):
            hits += 1
            if hits > limit:
                return record.id
    return None


def _indexed(field: Field, context: Context) -> Callable[[Record], bool] | None:
    """Whether the index knows a record already; None where it knows all."""
    if context.switches.search_index_lag == "none":
        return None
    code = field.app.settings.system_code("UPDATED_TIME")
    this_minute = f"{context.now.astimezone(timezone.utc):%Y-%m-%dT%H:%M}:00Z"
    return lambda record: record.values.get(code or "") != this_minute
