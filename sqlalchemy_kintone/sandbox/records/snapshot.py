"""Going back to how records were, for requests that must all succeed or all not have been."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy_kintone.sandbox.model import App, Comment, Domain, Record, StoredFile


@dataclass(frozen=True, slots=True)
class _AppState:
    records: dict[int, Record]
    comments: dict[int, list[Comment]]
    next_record_id: int
    next_row_id: int


class Snapshot:
    """The records, comments and files of some apps at one moment.

    Stored records never change, so that taking one costs no more than copying references.
    """

    def __init__(self, domain: Domain, apps: Iterable[App]) -> None:
        self._domain = domain
        self._files: dict[str, StoredFile] = dict(domain.files)
        self._apps = [
            (
                app,
                _AppState(
                    dict(app.records),
                    {record_id: list(comments) for record_id, comments in app.comments.items()},
                    app.next_record_id,
                    app.next_row_id,
                ),
            )
            for app in apps
        ]

    def restore(self) -> None:
        """Put everything back; counts as another change of each app."""
        self._domain.files = self._files
        for app, state in self._apps:
            app.records = state.records
            app.comments = state.comments
            app.next_record_id = state.next_record_id
            app.next_row_id = state.next_row_id
            app.version += 1
