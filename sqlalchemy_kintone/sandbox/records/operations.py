"""The writes of records: each request is checked whole and stored whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy_kintone.sandbox import unique_index
from sqlalchemy_kintone.sandbox.errors import KintoneError, record_not_found
from sqlalchemy_kintone.sandbox.model import App, Domain, Record
from sqlalchemy_kintone.sandbox.records.assemble import Payload, changed_record, new_record
from sqlalchemy_kintone.sandbox.records.draft import Draft
from sqlalchemy_kintone.sandbox.values.files import held_keys
from sqlalchemy_kintone.sandbox.values.form import compile_form
from sqlalchemy_kintone.sandbox.values.writing import EVERYTHING, WriteRights, Writing

Prefix = Callable[[int], str]
"""The path of the record at a place in the request: ``records[0]``, or ``record``."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record to change, or to add where an upsert found none.

    Attributes:
        record_id: The record; None to add one.
        payload: The fields to write; None leaves the record as it is, revision and all.
        revision: The revision it must have; None or -1 for any.
    """

    record_id: int | None
    payload: Payload | None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The outcome of one ``Change``."""

    record: Record
    operation: Literal["INSERT", "UPDATE"]


def batch_prefix(place: int) -> str:
    """The path ``records[0]`` and so on."""
    return f"records[{place}]"


def begin(
    domain: Domain, app: App, *, code: str, now: datetime | None, rights: WriteRights
) -> Writing:
    """Start a write request by this user."""
    author = domain.users.get(code)
    return Writing(
        domain=domain,
        app=app,
        form=compile_form(app.settings),
        author=code,
        zone=author.timezone if author is not None else domain.switches.token_zone,
        now=now or domain.clock(),
        rights=rights,
        next_row_id=app.next_row_id,
    )


def add_records(
    domain: Domain,
    app: App,
    payloads: Sequence[Payload],
    *,
    code: str,
    now: datetime | None = None,
    rights: WriteRights = EVERYTHING,
    prefix: Prefix = batch_prefix,
) -> list[Record]:
    """Add records: defaults, lookups and CALC filled, everything checked, all or nothing.

    Args:
        domain: The domain.
        app: A deployed app.
        payloads: Per record, field code to ``{"value": V}`` as in the REST API. CREATOR, MODIFIER,
            CREATED_TIME and UPDATED_TIME may be given where ``rights`` say so.
        code: The user code under which they are recorded.
        now: The time of the request; the domain's clock by default.
        rights: What the author may do; everything by default.
        prefix: The path of a record in error messages.

    Returns:
        The stored records, in order; their revision is 1.

    Raises:
        KintoneError: CB_VA01 with a message per path, or the refusals of ``new_record``.
    """
    writing = begin(domain, app, code=code, now=now, rights=rights)
    draft = Draft(writing)
    records = [_add(writing, draft, payload, prefix(i)) for i, payload in enumerate(payloads)]
    draft.commit()
    return records


def change_records(
    domain: Domain,
    app: App,
    changes: Sequence[Change],
    *,
    code: str,
    now: datetime | None = None,
    rights: WriteRights = EVERYTHING,
    prefix: Prefix = batch_prefix,
) -> list[Changed]:
    """Change records (and add those of an upsert), one after the other, all or nothing.

    Args:
        domain: The domain.
        app: A deployed app.
        changes: What to change.
        code: The user code under which the changes are recorded.
        now: The time of the request; the domain's clock by default.
        rights: What the author may do; everything by default.
        prefix: The path of a record in error messages.

    Returns:
        The version of each record after its change, in order.

    Raises:
        KintoneError: GAIA_RE01 (no such record), GAIA_CO02 (another revision), CB_VA01 with a
            message per path, or the refusals of ``changed_record``.
    """
    writing = begin(domain, app, code=code, now=now, rights=rights)
    draft = Draft(writing)
    outcomes: list[Changed] = []
    for place, change in enumerate(changes):
        if change.record_id is None:
            record = _add(writing, draft, change.payload or {}, prefix(place))
            outcomes.append(Changed(record, "INSERT"))
            continue
        before = expected_record(draft, change.record_id, change.revision)
        after = before
        if change.payload is not None:
            after = changed_record(writing, before, change.payload, prefix(place))
            draft.change(before, after, prefix(place))
        outcomes.append(Changed(after, "UPDATE"))
    draft.commit()
    return outcomes


def delete_records(
    domain: Domain, app: App, record_ids: Sequence[int], revisions: Sequence[int | None] = ()
) -> None:
    """Delete records with their comments and files, all or nothing.

    Args:
        domain: The domain.
        app: The app.
        record_ids: The records; an id given twice counts once.
        revisions: The revision that the record at the same place must have; None or -1, or
            missing at the end, for any.

    Raises:
        KintoneError: GAIA_RE01 (no such record), GAIA_CO02 (another revision).
    """
    doomed: dict[int, Record] = {}
    for place, record_id in enumerate(record_ids):
        record = app.records.get(record_id)
        if record is None:
            raise record_not_found(record_id)
        check_revision(record, revisions[place] if place < len(revisions) else None)
        doomed[record_id] = record
    form = compile_form(app.settings)
    for record in doomed.values():
        app.comments.pop(record.id, None)
        for key in held_keys(form, record.values):
            domain.files.pop(key, None)
    unique_index.apply(app, doomed.values(), ())


def expected_record(draft: Draft, record_id: int, revision: int | None) -> Record:
    """The record as it stands, if it has the expected revision.

    Raises:
        KintoneError: GAIA_RE01 or GAIA_CO02.
    """
    record = draft.current(record_id)
    if record is None:
        raise record_not_found(record_id)
    check_revision(record, revision)
    return record


def check_revision(record: Record, expected: int | None) -> None:
    """Refuse another revision than the expected one with a 409 GAIA_CO02."""
    if expected is not None and expected != -1 and expected != record.revision:
        raise KintoneError(
            "GAIA_CO02",
            "The revision is not the latest. Someone may update a record.",
            status=409,
        )


def _add(writing: Writing, draft: Draft, payload: Payload, prefix: str) -> Record:
    record = new_record(writing, draft.new_id(), payload, prefix)
    draft.add(record, prefix)
    return record
