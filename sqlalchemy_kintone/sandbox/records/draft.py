"""Records being written by one request, checked against each other and stored together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox import unique_index
from sqlalchemy_kintone.sandbox.errors import invalid_input
from sqlalchemy_kintone.sandbox.model import Record
from sqlalchemy_kintone.sandbox.values.files import held_keys
from sqlalchemy_kintone.sandbox.values.writing import Writing


class Draft:
    """The versions that a request will store; the app does not change before ``commit``."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._old: list[Record] = []
        self._new: dict[int, Record] = {}
        self._claimed: dict[tuple[str, str], int] = {}
        self._released: set[tuple[str, str]] = set()
        self._unique = [f.code for f in writing.form.fields.values() if f.unique]
        self.next_record_id = writing.app.next_record_id

    def current(self, record_id: int) -> Record | None:
        """The record as it stands, changes of this request included."""
        return self._new.get(record_id) or self._writing.app.records.get(record_id)

    def new_id(self) -> int:
        """The id of a record to add."""
        record_id = self.next_record_id
        self.next_record_id += 1
        return record_id

    def add(self, record: Record, prefix: str) -> None:
        """Take in a new record; notes values that are not unique."""
        self._claim(record.id, record.values, prefix)
        self._new[record.id] = record

    def change(self, before: Record, after: Record, prefix: str) -> None:
        """Take in a new version of a record; notes values that are not unique."""
        self._old.append(before)
        for code in self._unique:
            if before.values.get(code):
                key = (code, before.values[code])
                self._claimed.pop(key, None)
                self._released.add(key)
        self._claim(after.id, after.values, prefix)
        self._new[after.id] = after

    def _claim(self, record_id: int, values: Mapping[str, Any], prefix: str) -> None:
        for code in self._unique:
            value = values[code]
            if not value:  # seen: an empty value is no duplicate
                continue
            key = (code, value)
            owner = self._claimed.get(key)
            if owner is None and key not in self._released:
                owner = unique_index.find(self._writing.app, code, value)
            if owner is not None and owner != record_id:
                message = "This value already exists in another record."
                self._writing.refuse(f"{prefix}.{code}.value", message)
            self._claimed[key] = record_id

    def commit(self) -> None:
        """Store everything.

        Raises:
            KintoneError: CB_VA01 with all noted refusals; then nothing is stored.
        """
        writing = self._writing
        if writing.errors:
            raise invalid_input(writing.errors)
        self._store_files()
        writing.app.next_record_id = self.next_record_id
        writing.app.next_row_id = writing.next_row_id
        unique_index.apply(writing.app, self._old, self._new.values())

    def _store_files(self) -> None:
        """Move attached uploads to their records, and drop files that records no longer hold."""
        writing = self._writing
        files = writing.domain.files
        for key, stored in writing.used_uploads.items():
            del files[key]
            files[stored.key] = stored
        for before in self._old:
            gone = set(held_keys(writing.form, before.values))
            for key in gone.difference(held_keys(writing.form, self._new[before.id].values)):
                files.pop(key, None)
