"""Storing the demo's values as records, with the files they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.sandbox import unique_index
from sqlalchemy_kintone.sandbox.model import App, Domain, Record, StoredFile
from sqlalchemy_kintone.sandbox.records import add_records
from sqlalchemy_kintone.sandbox.seeds.demo_apps import MADE_AT


@dataclass(slots=True)
class Filler:
    """Fills the apps of one domain; everything is uploaded and added at ``MADE_AT``.

    Attributes:
        domain: The domain.
        uploads: How many files were uploaded.
    """

    domain: Domain
    uploads: int = 0

    def attach(self, name: str, content_type: str, content: bytes) -> list[dict[str, str]]:
        """Upload a file; gives the value of a FILE field that holds it."""
        self.uploads += 1
        key = f"demo-{self.uploads:04}"
        self.domain.files[key] = StoredFile(key, name, content_type, content, MADE_AT)
        return [{"fileKey": key}]

    def fill(self, app: App, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add a record for each row of values."""
        payloads = [{code: {"value": value} for code, value in row.items()} for row in rows]
        add_records(self.domain, app, payloads, code="sandbox", now=MADE_AT)


def store(app: App, rows: Iterable[dict[str, Any]]) -> None:
    """Add a record for each row of complete values as they are, which is fast.

    The app must be empty, and have neither SUBTABLE nor FILE fields.
    """
    records = [Record(number, 1, values) for number, values in enumerate(rows, start=1)]
    app.next_record_id = len(records) + 1
    unique_index.apply(app, (), records)


def amend(app: App, record_id: int, values: Mapping[str, Any], revision: int) -> None:
    """Set values that cannot be sent, such as a status or categories."""
    before = app.records[record_id]
    app.records[record_id] = Record(record_id, revision, {**before.values, **values})
    app.version += 1
