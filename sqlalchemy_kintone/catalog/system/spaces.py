"""Spaces and their members. No API lists spaces: they are found through apps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy_kintone.catalog.model import Reference
from sqlalchemy_kintone.catalog.system.definition import Row, Wanted, define, number
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.conninfo import AuthScheme
from sqlalchemy_kintone.errors import Error


def _spaces(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    inquiry.require_user("system.spaces")
    for space_id, told in _told(inquiry, "space", _ids(inquiry, wanted.get("id"))):
        creator, modifier = told.get("creator") or {}, told.get("modifier") or {}
        yield {
            "id": space_id,
            "name": told["name"],
            "is_guest": told["isGuest"],
            "is_private": told["isPrivate"],
            "default_thread_id": number(told.get("defaultThread")),
            "several_threads": told.get("useMultiThread"),
            "member_count": number(told.get("memberCount")),
            "fixed_members": told.get("fixedMember"),
            "body": told.get("body"),
            "creator": creator.get("code"),
            "creator_name": creator.get("name"),
            "modifier": modifier.get("code"),
            "modifier_name": modifier.get("name"),
        }


def _members(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    inquiry.require_user("system.space_members")
    ids = _ids(inquiry, wanted.get("space_id"))
    for space_id, told in _told(inquiry, "space/members", ids):
        for member in told["members"]:
            yield {
                "space_id": space_id,
                "entity_type": member["entity"]["type"],
                "entity_code": member["entity"]["code"],
                "include_subs": member.get("includeSubs"),
                "is_admin": member.get("isAdmin"),
                "is_implicit": member.get("isImplicit"),
            }


def _threads(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    """The threads that apps and spaces name: no API lists threads."""
    ids = _ids(inquiry, wanted.get("space_id"))
    found = _threads_of_apps(inquiry, frozenset(ids))
    defaults: dict[int, int | None] = {}
    if inquiry.settings.auth_scheme is not AuthScheme.API_TOKEN:
        for space_id, told in _told(inquiry, "space", ids):
            defaults[space_id] = default = number(told.get("defaultThread"))
            apps = told.get("attachedApps") or ()
            named = (default, *(number(app.get("threadId")) for app in apps))
            found.update((space_id, thread) for thread in named if thread is not None)
    for space_id, thread in sorted(found):
        default = defaults.get(space_id)
        yield {
            "space_id": space_id,
            "id": thread,
            "is_default": None if default is None else thread == default,
        }


def _threads_of_apps(inquiry: Inquiry, spaces: frozenset[int]) -> set[tuple[int, int]]:
    infos = (app.info for app in inquiry.apps.apps())
    return {
        (info.space_id, info.thread_id)
        for info in infos
        if info.space_id in spaces and info.space_id and info.thread_id
    }


def _ids(inquiry: Inquiry, wanted: frozenset[int | str] | None) -> Sequence[int]:
    """The spaces that are named, or else those of the apps and of the connection."""
    if wanted is not None:
        return sorted(each for each in wanted if isinstance(each, int) and each > 0)
    of_apps = {app.info.space_id for app in inquiry.apps.apps()} - {None}
    return sorted({*inquiry.settings.guest_space_ids, *(each for each in of_apps if each)})


def _told(
    inquiry: Inquiry, resource: str, ids: Sequence[int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    answers = inquiry.all_of([partial(_space, inquiry, resource, each) for each in ids])
    for space_id, answer in zip(ids, answers, strict=True):
        if answer is not None:
            yield space_id, answer


def _space(inquiry: Inquiry, resource: str, space_id: int) -> dict[str, Any] | None:
    """What a space tells; None where it is not there or hidden from this login."""
    guest = space_id if space_id in inquiry.settings.guest_space_ids else None
    try:
        return inquiry.client.read(resource, {"id": space_id}, guest)
    except Error as error:
        if error.http_status in (403, 404):
            return None
        raise


TABLES = (
    define(
        "spaces",
        "A space that has an app which this login sees, or one of GuestSpaceId.",
        (
            ("id", "BIGINT", "the space's id"),
            ("name", "VARCHAR", "its name"),
            ("is_guest", "BOOLEAN", "whether it is a guest space"),
            ("is_private", "BOOLEAN", "whether only members see it"),
            ("default_thread_id", "BIGINT", "its first thread"),
            ("several_threads", "BOOLEAN", "whether it may have more threads"),
            ("member_count", "BIGINT", "how many members it has"),
            ("fixed_members", "BOOLEAN", "whether nobody can join or leave"),
            ("body", "VARCHAR", "HTML of its announcement"),
            ("creator", "VARCHAR", "login name of who made it"),
            ("creator_name", "VARCHAR", "the name shown of who made it"),
            ("modifier", "VARCHAR", "login name of who changed it last"),
            ("modifier_name", "VARCHAR", "the name shown of who changed it last"),
        ),
        _spaces,
        keys=("id",),
        primary_key=("id",),
    ),
    define(
        "space_members",
        "A member of a space.",
        (
            ("space_id", "BIGINT", "the space"),
            ("entity_type", "VARCHAR", "USER, GROUP or ORGANIZATION"),
            ("entity_code", "VARCHAR", "its code"),
            ("include_subs", "BOOLEAN", "whether organizations below are members too"),
            ("is_admin", "BOOLEAN", "whether it manages the space"),
            ("is_implicit", "BOOLEAN", "of users: whether by a group or organization only"),
        ),
        _members,
        keys=("space_id",),
        primary_key=("space_id", "entity_type", "entity_code"),
        references=(Reference("space_id", "spaces", "id"),),
    ),
    define(
        "threads",
        "A thread of a space, as far as the space or one of its apps names it.",
        (
            ("space_id", "BIGINT", "the space"),
            ("id", "BIGINT", "the thread's id"),
            ("is_default", "BOOLEAN", "whether the space began with it; NULL if it does not tell"),
        ),
        _threads,
        keys=("space_id",),
        primary_key=("space_id", "id"),
        references=(Reference("space_id", "spaces", "id"),),
    ),
)
