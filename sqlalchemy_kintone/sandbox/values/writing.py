"""What one write request knows and gathers while its values are checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy_kintone.sandbox.model import App, Domain, Record, StoredFile
from sqlalchemy_kintone.sandbox.values.form import Form


@dataclass(frozen=True, slots=True)
class WriteRights:
    """What the author of a write may do.

    Attributes:
        system_fields: Whether creator, modifier and times may be given when adding a record.
        edit: Whether a field (code) of a record may be edited; the record is None when adding.
        read_source: Whether a field (code) of another app's record may be read for a lookup.
    """

    system_fields: bool
    edit: Callable[[str, Record | None], bool]
    read_source: Callable[[App, str, Record], bool]


EVERYTHING = WriteRights(True, lambda _code, _record: True, lambda _app, _code, _record: True)
"""The rights of whoever fills a sandbox from Python."""


@dataclass(slots=True)
class Writing:
    """One write request while it is checked; nothing is stored before it is complete.

    Attributes:
        domain, app, form: Where it writes.
        author: The user code that it is recorded under.
        zone: The author's time zone, for defaults of today and now.
        now: The time of the request.
        rights: What the author may do.
        errors: Refusals by path, for CB_VA01.
        used_uploads: Upload keys that the request attaches, to the files that records will hold.
        next_row_id: The next id of a row in a SUBTABLE.
        record_id: The record whose values are being checked.
    """

    domain: Domain
    app: App
    form: Form
    author: str
    zone: str
    now: datetime
    rights: WriteRights = EVERYTHING
    errors: dict[str, list[str]] = field(default_factory=dict)
    used_uploads: dict[str, StoredFile] = field(default_factory=dict)
    next_row_id: int = 1
    record_id: int = 0

    def refuse(self, path: str, message: str) -> None:
        """Note a refusal; the request fails with all of them together."""
        self.errors.setdefault(path, []).append(message)

    def row_id(self) -> int:
        """A row id not used before in the app."""
        row_id = self.next_row_id
        self.next_row_id += 1
        return row_id
