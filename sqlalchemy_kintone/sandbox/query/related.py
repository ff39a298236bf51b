"""The records that a related-records field shows beside a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.sandbox.model import App, Json, Record

_CACHE_KEY = "related_records"


@dataclass(frozen=True, slots=True)
class _Index:
    """The records of an app by the text of one field, for one version of the app."""

    version: int
    records: Mapping[str, Sequence[Record]]


def related_records(
    app: App,
    other: App,
    reference_table: Mapping[str, Json],
    accepted: Callable[[Record], bool],
) -> Callable[[Record], Sequence[Record]]:
    """The function from a record to the other app's records related to it.

    Args:
        app: The app that shows the related records.
        other: The app that they are in.
        reference_table: The ``referenceTable`` of the field's property.
        accepted: Whether the field's own filter accepts a record.
    """
    condition = reference_table["condition"]
    local = _key_reader(app, condition["field"])
    by_key = _index(other, condition["relatedField"])

    def records(record: Record) -> Sequence[Record]:
        key = local(record)
        return [each for each in by_key.get(key, ()) if accepted(each)] if key else ()

    return records


def _index(app: App, code: str) -> Mapping[str, Sequence[Record]]:
    indexes: dict[str, _Index] = app.cache.setdefault(_CACHE_KEY, {})
    index = indexes.get(code)
    if index is None or index.version != app.version:
        key = _key_reader(app, code)
        records = defaultdict(list)
        for record in app.records.values():
            records[key(record)].append(record)
        index = indexes[code] = _Index(app.version, dict(records))
    return index.records


def _key_reader(app: App, code: str) -> Callable[[Record], str]:
    """The text by which records are related; a record number counts without its app code."""
    prop = app.settings.properties.get(code)
    if code == "$id" or (prop is not None and prop["type"] == "RECORD_NUMBER"):
        return lambda record: str(record.id)
    return lambda record: record.values.get(code) or ""
