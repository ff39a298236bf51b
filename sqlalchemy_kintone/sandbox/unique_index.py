"""Finding an app's record by the value of one field, without reading all records.

An index is kept in ``App.cache`` with the version of the app that it holds for. Whoever changes
records through ``sandbox.records`` keeps it current; any other change makes it be built anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy_kintone.sandbox.model import App, Record

_CACHE_KEY = "unique_index"


@dataclass(slots=True)
class _Index:
    """Text value to record id, valid for one version of the app."""

    version: int
    ids: dict[str, int]


def find(app: App, code: str, value: str) -> int | None:
    """The id of the record whose field holds this stored text, or None."""
    indexes: dict[str, _Index] = app.cache.setdefault(_CACHE_KEY, {})
    index = indexes.get(code)
    if index is None or index.version != app.version:
        ids: dict[str, int] = {}
        for record in app.records.values():
            held = record.values.get(code)
            if held:
                ids.setdefault(held, record.id)
        index = indexes[code] = _Index(app.version, ids)
    return index.ids.get(value)


def apply(app: App, old: Iterable[Record], new: Iterable[Record]) -> None:
    """Store records and drop others, as one change of the app, and keep its indexes current.

    Args:
        app: The app.
        old: The versions that go: of records that are replaced or deleted.
        new: The versions that come; ids not in the app yet must ascend beyond the present ones.
    """
    old, new = tuple(old), tuple(new)
    coming = {record.id for record in new}
    for record in old:
        if record.id not in coming:
            del app.records[record.id]
    for record in new:
        app.records[record.id] = record
    indexes: Mapping[str, _Index] = app.cache.get(_CACHE_KEY, {})
    for code, index in indexes.items():
        if index.version == app.version:
            _follow(index, code, old, new)
            index.version += 1
    app.version += 1


def _follow(index: _Index, code: str, old: Iterable[Record], new: Iterable[Record]) -> None:
    for record in old:
        held = record.values.get(code)
        if held and index.ids.get(held) == record.id:
            del index.ids[held]
    for record in new:
        held = record.values.get(code)
        if held:
            index.ids.setdefault(held, record.id)
