"""What Kintone says of an app as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Person:
    """A user by login name, with the name that is shown."""

    code: str = ""
    name: str = ""


@dataclass(frozen=True)
class AppInfo:
    """What ``apps.json`` and ``app.json`` say of an app.

    Attributes:
        app_id: Its id.
        code: Its app code; empty where it has none.
        name: Its name; names are not unique.
        description: HTML, as its author wrote it.
        space_id: The space it lives in, if any.
        thread_id: The thread of the space that it belongs to, if any.
        created_at: RFC 3339, as Kintone writes it.
        modified_at: The same of the last change of its settings.
    """

    app_id: int
    code: str
    name: str
    description: str
    space_id: int | None
    thread_id: int | None = None
    created_at: str = ""
    creator: Person = field(default_factory=Person)
    modified_at: str = ""
    modifier: Person = field(default_factory=Person)


def app_list(answer: Any) -> list[AppInfo]:
    """The apps of ``apps.json``."""
    return [app_info(app) for app in answer["apps"]]


def app_info(app: Any) -> AppInfo:
    """The app of ``app.json``, or one of those of ``apps.json``."""
    space, thread = app.get("spaceId"), app.get("threadId")
    return AppInfo(
        app_id=int(app["appId"]),
        code=app.get("code") or "",
        name=app["name"],
        description=app.get("description") or "",
        space_id=int(space) if space else None,
        thread_id=int(thread) if thread else None,
        created_at=app.get("createdAt") or "",
        creator=_person(app.get("creator")),
        modified_at=app.get("modifiedAt") or "",
        modifier=_person(app.get("modifier")),
    )


def _person(value: Any) -> Person:
    return Person(value["code"], value["name"]) if value else Person()
