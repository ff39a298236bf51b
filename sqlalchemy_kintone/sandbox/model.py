"""What a sandbox domain holds: users, spaces, apps, their settings and records.

Plain data. JSON shapes (properties, views, settings …) are kept as the REST API shows them, so
that reading settings is handing them out. The server holds ``Domain.lock`` while an endpoint
runs; nothing below it needs to think of threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

from sqlalchemy_kintone.sandbox.switches import Switches

Json = Any
Right = Literal["view", "add", "edit", "delete", "settings"]

ADMINISTRATOR = "Administrator"
"""The user code under which API tokens act."""


@dataclass(slots=True)
class User:
    """A user of the domain; ``organizations`` and ``groups`` hold codes."""

    id: int
    code: str
    name: str
    password: str
    timezone: str = "Asia/Tokyo"
    locale: str = "ja"
    email: str = ""
    organizations: list[str] = field(default_factory=list)
    primary_organization: str | None = None
    groups: list[str] = field(default_factory=list)
    administrator: bool = False
    valid: bool = True

    def reference(self) -> dict[str, str]:
        """``{"code", "name"}``, as records and settings show a user."""
        return {"code": self.code, "name": self.name}


@dataclass(slots=True)
class Organization:
    """An organization (department) of the domain."""

    id: int
    code: str
    name: str
    parent_code: str | None = None


@dataclass(slots=True)
class Group:
    """A group (role) of the domain."""

    id: int
    code: str
    name: str


@dataclass(slots=True)
class Space:
    """A space; a guest space's apps live under ``/k/guest/{id}/``."""

    id: int
    name: str
    is_guest: bool = False
    members: list[str] = field(default_factory=list)
    thread_id: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """An API token: bound to one app, with its rights."""

    text: str
    app_id: int
    rights: frozenset[Right]


@dataclass(slots=True)
class AppSettings:
    """What is deployed together: everything under ``app/…`` that has a preview twin.

    Attributes:
        properties: Field code to property, exactly as ``app/form/fields.json`` shows it; a
            SUBTABLE's own fields are under its ``fields``. System fields are included.
        layout: As ``app/form/layout.json``.
        general: ``app/settings.json`` without its revision (name, numberPrecision …).
        views: View name to view, as ``app/views.json``.
        process: ``app/status.json`` without its revision.
        app_acl: The ``rights`` of ``app/acl.json``.
        record_acl: The ``rights`` of ``record/acl.json``.
        field_acl: The ``rights`` of ``field/acl.json``.
        reports: Report name to report.
        others: What resources without calls to change them show, such as ``app/actions.json``,
            without the revision; those that are not here read as where nobody set them.
    """

    properties: dict[str, dict[str, Json]]
    layout: list[Json]
    general: dict[str, Json]
    views: dict[str, Json]
    process: dict[str, Json]
    app_acl: list[Json] = field(default_factory=list)
    record_acl: list[Json] = field(default_factory=list)
    field_acl: list[Json] = field(default_factory=list)
    reports: dict[str, Json] = field(default_factory=dict)
    others: dict[str, dict[str, Json]] = field(default_factory=dict)
    revision: int = 1

    def fields(self) -> Iterator[tuple[str, dict[str, Json], str | None]]:
        """Every field: code, property, and the code of the SUBTABLE it is in (or None)."""
        for code, prop in self.properties.items():
            yield code, prop, None
            if prop["type"] == "SUBTABLE":
                for inner, inner_prop in prop["fields"].items():
                    yield inner, inner_prop, code

    def system_code(self, field_type: str) -> str | None:
        """The code of the app's one field of a system type (``CREATED_TIME`` …), if it has it."""
        return next((c for c, p in self.properties.items() if p["type"] == field_type), None)


@dataclass(slots=True)
class Record:
    """One version of a record; never changed once stored: a write stores a new one.

    Attributes:
        id: The record id.
        revision: Starts at 1.
        values: Field code to V as in JSON (facts §5), for **every** field that holds values,
            system fields (creator, times, record number, status …) and CALC included; a SUBTABLE
            is ``[{"id": "12", "value": {code: {"type", "value"}}}]``.
        cache: Anything derived from this version, kept by whoever derived it.
    """

    id: int
    revision: int
    values: dict[str, Json]
    cache: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Comment:
    """A comment on a record. ``mentions`` are ``{"code", "type"}``."""

    id: int
    text: str
    created_at: datetime
    creator: str
    mentions: list[Json]


DeployStatus = Literal["PROCESSING", "SUCCESS", "FAIL", "CANCEL"]


@dataclass(slots=True)
class Origins:
    """Which deployed fields and options those of the preview settings are, whatever their names.

    Attributes:
        fields: Field code in the preview to the deployed code; without the fields that are new.
        options: Field code in the preview to its options, each to the deployed option it was.
    """

    fields: dict[str, str]
    options: dict[str, dict[str, str]]


@dataclass(slots=True)
class App:
    """An app with its records, which are kept in ascending id order."""

    id: int
    creator: str
    created_at: datetime
    modifier: str
    modified_at: datetime
    live: AppSettings | None
    preview: AppSettings
    code: str = ""
    space_id: int | None = None
    thread_id: int | None = None
    """The thread of the space that it belongs to; None for the first."""
    records: dict[int, Record] = field(default_factory=dict)
    comments: dict[int, list[Comment]] = field(default_factory=dict)
    next_record_id: int = 1
    next_row_id: int = 1
    next_comment_id: int = 1
    origins: Origins | None = None
    """None while the fields of the preview are those deployed."""
    deploy_answers: list[DeployStatus] = field(default_factory=lambda: ["SUCCESS"])
    """What calls for the state of the deployment get, one after the other; the last one stays."""
    version: int = 0
    """Counts every change of records or settings, for caches."""
    cache: dict[str, Any] = field(default_factory=dict)
    """Anything derived from the app, kept (with the version it holds for) by whoever derived it."""

    @property
    def settings(self) -> AppSettings:
        """The deployed settings.

        Raises:
            LookupError: The app has not been deployed.
        """
        if self.live is None:
            raise LookupError(f"app {self.id} has not been deployed")
        return self.live

    @property
    def name(self) -> str:
        """The app's name, deployed or not."""
        return str((self.live or self.preview).general["name"])


@dataclass(frozen=True, slots=True)
class FileHolder:
    """Where a file is attached; ``field`` is the SUBTABLE for a FILE field inside one."""

    app_id: int
    record_id: int
    field: str


@dataclass(slots=True)
class StoredFile:
    """An uploaded file; ``holder`` is None until a record's field holds it."""

    key: str
    name: str
    content_type: str
    content: bytes
    uploaded_at: datetime
    holder: FileHolder | None = None


@dataclass(slots=True)
class Cursor:
    """A cursor: its ids and their order are fixed at creation, values are read when fetched."""

    id: str
    app_id: int
    ids: list[int]
    fields: list[str] | None
    size: int
    owner: str
    used_at: datetime
    position: int = 0


def utc_now() -> datetime:
    """The default clock of a domain."""
    return datetime.now(timezone.utc)


@dataclass(slots=True)
class Domain:
    """One Kintone domain: all state of a running sandbox."""

    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], datetime] = utc_now
    users: dict[str, User] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    spaces: dict[int, Space] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    oauth_tokens: dict[str, str] = field(default_factory=dict)
    """Bearer token to user code."""
    files: dict[str, StoredFile] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    next_app_id: int = 1
    search_hit_limit: int = 100_000
    """How many records a ``like`` may find before Kintone cuts the search off."""
    lock: threading.RLock = field(default_factory=threading.RLock)
