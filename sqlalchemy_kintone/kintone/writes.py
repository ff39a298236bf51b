"""Writes as values: what to send, what it does, and what the answer says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy_kintone.kintone.addresses import resource_path
from sqlalchemy_kintone.kintone.calls import Call, Method
from sqlalchemy_kintone.kintone.retries import Effect

Cells = Mapping[str, Any]
"""A record as it is written: field code to ``{"value": …}``."""
Operation = Literal["INSERT", "UPDATE", "DELETE"]

_MOST_NAMED = 20
"""Records that a message names before it only counts."""


@dataclass(frozen=True)
class UpdateKey:
    """Names a record by the value of a unique text or number field.

    Attributes:
        field_code: The field.
        value: Its value in the record.
    """

    field_code: str
    value: str


@dataclass(frozen=True)
class Update:
    """A change of one record.

    Attributes:
        target: Its ``$id``, or its key.
        cells: The fields to change.
        revision: The ``$revision`` it must still have; None for any.
    """

    target: int | UpdateKey
    cells: Cells
    revision: int | None = None


@dataclass(frozen=True)
class Written:
    """A record after a write.

    Attributes:
        record_id: Its ``$id``.
        revision: Its ``$revision``; None where it was deleted.
        operation: What was done.
    """

    record_id: int
    revision: int | None
    operation: Operation


@dataclass(frozen=True)
class Write:
    """One request that writes up to 100 records of an app, wholly or not at all.

    Made by ``adding``, ``updating``, ``upserting`` and ``deleting``.

    Attributes:
        method: Of the request.
        payload: Its JSON.
        deed: What it does, as ``records 1, 2 of app 3 were deleted``.
        records: How many records it writes.
        results: Makes what was written of the answer's JSON.
    """

    method: Method
    payload: Mapping[str, Any]
    deed: str
    records: int
    results: Callable[[Any], list[Written]]

    def call(self, guest_space_id: int | None) -> Call:
        """The call that sends it alone."""
        return Call(
            "records",
            self.payload,
            guest_space_id,
            self.method,
            Effect.RECORDS,
            self.deed,
            self.records,
        )


def adding(app_id: int, records: Sequence[Cells]) -> Write:
    """Add records.

    Args:
        app_id: The app.
        records: Their cells; fields that are left out get their defaults.
    """
    payload = {"app": app_id, "records": [dict(cells) for cells in records]}
    deed = f"{_counted(len(records))} added to app {app_id}"
    return Write("POST", payload, deed, len(records), _added)


def updating(app_id: int, updates: Sequence[Update]) -> Write:
    """Change records that exist.

    Args:
        app_id: The app.
        updates: The changes.
    """
    payload = {"app": app_id, "records": [_change(each) for each in updates]}
    deed = f"{_named(each.target for each in updates)} of app {app_id} changed"
    return Write("PUT", payload, deed, len(updates), _changed)


def upserting(app_id: int, updates: Sequence[Update]) -> Write:
    """Change records, and add those that no id or key finds.

    A record that is added gets an id of its own (API documentation).

    Args:
        app_id: The app.
        updates: The changes.
    """
    payload = {"app": app_id, "upsert": True, "records": [_change(each) for each in updates]}
    deed = f"{_named(each.target for each in updates)} of app {app_id} added or changed"
    return Write("PUT", payload, deed, len(updates), _changed)


def deleting(app_id: int, ids: Sequence[int], revisions: Sequence[int] = ()) -> Write:
    """Delete records; one that does not exist is an error, and nothing is deleted.

    Args:
        app_id: The app.
        ids: Their ``$id``.
        revisions: The ``$revision`` that each must still have; empty for any.
    """
    payload: dict[str, Any] = {"app": app_id, "ids": list(ids)}
    if revisions:
        payload["revisions"] = list(revisions)

    def results(answer: Any) -> list[Written]:
        if not isinstance(answer, dict):
            raise TypeError("no object")
        return [Written(each, None, "DELETE") for each in ids]

    return Write("DELETE", payload, f"{_named(ids)} of app {app_id} deleted", len(ids), results)


def bulk_call(writes: Sequence[Write], guest_space_id: int | None) -> Call:
    """Several writes in one request, up to 20: all happen, or none.

    Args:
        writes: In the order in which they are carried out.
        guest_space_id: The guest space of all their apps; None where they are outside.
    """
    path = resource_path("records", guest_space_id)
    requests = [{"method": each.method, "api": path, "payload": each.payload} for each in writes]
    return Call(
        "bulkRequest",
        {"requests": requests},
        guest_space_id,
        "POST",
        Effect.RECORDS,
        "; ".join(each.deed for each in writes),
        sum(each.records for each in writes),
    )


def bulk_results(writes: Sequence[Write], answer: Any) -> list[list[Written]]:
    """What each of the writes wrote, from the answer's JSON."""
    return [each.results(result) for each, result in zip(writes, answer["results"], strict=True)]


def _added(answer: Any) -> list[Written]:
    return [
        Written(int(record_id), int(revision), "INSERT")
        for record_id, revision in zip(answer["ids"], answer["revisions"], strict=True)
    ]


def _changed(answer: Any) -> list[Written]:
    return [
        Written(int(each["id"]), int(each["revision"]), each.get("operation", "UPDATE"))
        for each in answer["records"]
    ]


def _change(update: Update) -> dict[str, Any]:
    change: dict[str, Any] = {"record": dict(update.cells)}
    if isinstance(update.target, UpdateKey):
        change["updateKey"] = {"field": update.target.field_code, "value": update.target.value}
    else:
        change["id"] = update.target
    if update.revision is not None:
        change["revision"] = update.revision
    return change


def _counted(records: int) -> str:
    return "1 record was" if records == 1 else f"{records} records were"


def _named(targets: Iterable[int | UpdateKey]) -> str:
    """``records 1, 2, 3``, the first of them where there are many."""
    names = [
        f"{each.field_code}={each.value}" if isinstance(each, UpdateKey) else str(each)
        for each in targets
    ]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    named = ", ".join(names[:_MOST_NAMED]) + more
    return f"record {named}" if len(names) == 1 else f"records {named}"
