"""The writes of records: all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy_kintone.sandbox.model import App, Domain, Record
from sqlalchemy_kintone.sandbox.records.assemble import Payload, new_record
from sqlalchemy_kintone.sandbox.records.draft import Draft
from sqlalchemy_kintone.sandbox.values.form import compile_form
from sqlalchemy_kintone.sandbox.values.writing import EVERYTHING, WriteRights, Writing

Prefix = Callable[[int], str]
"""The path of the record at a place in the request: ``records[0]``, or ``record``."""


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
    for place, payload in enumerate(payloads):
        record = new_record(writing, draft.new_id(), payload, prefix(place))
        draft.add(record, prefix(place))
    return draft.commit()
