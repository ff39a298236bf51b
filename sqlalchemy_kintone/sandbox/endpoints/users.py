"""The User API, outside ``/k``: users, organizations, groups and who is in which.

Shapes follow the User API's documentation. What the sandbox does not hold is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.errors import invalid_input
from sqlalchemy_kintone.sandbox.model import Domain, Group, Organization, User

_MOST = 100
_REGISTERED = "2024-01-01T00:00:00Z"
"""When everybody was registered; a sandbox keeps no such time."""


class _Member(Protocol):
    @property
    def id(self) -> int: ...

    @property
    def code(self) -> str: ...


Member = TypeVar("Member", bound=_Member)


def _filtered(call: Call, members: Iterable[Member]) -> list[Member]:
    """Those with the ``ids`` and ``codes`` asked for, by id, ``offset`` and ``size`` applied."""
    ids = params.integers(call.params, "ids", maximum=_MOST)
    codes = params.strings(call.params, "codes", maximum=_MOST)
    return _page(
        call,
        (
            each
            for each in members
            if (ids is None or each.id in ids) and (codes is None or each.code in codes)
        ),
    )


def _page(call: Call, members: Iterable[Member]) -> list[Member]:
    size = params.integer(call.params, "size", default=_MOST, minimum=1, maximum=_MOST)
    offset = params.integer(call.params, "offset", default=0, minimum=0)
    return sorted(members, key=lambda each: each.id)[offset : offset + size]


def _named(call: Call, holders: dict[str, Member]) -> Member:
    """The one that the required ``code`` names."""
    code = params.text(call.params, "code")
    if code not in holders:
        raise invalid_input({"code": [f"The code ({code}) is not found."]})
    return holders[code]


def _user(domain: Domain, user: User) -> dict[str, Any]:
    primary = domain.organizations.get(user.primary_organization or "")
    return {
        "id": str(user.id),
        "code": user.code,
        "ctime": _REGISTERED,
        "mtime": _REGISTERED,
        "valid": user.valid,
        "name": user.name,
        "surName": "",
        "givenName": "",
        "surNameReading": "",
        "givenNameReading": "",
        "localName": "",
        "localNameLocale": user.locale,
        "timezone": user.timezone,
        "locale": user.locale,
        "description": "",
        "phone": "",
        "mobilePhone": "",
        "extensionNumber": "",
        "email": user.email,
        "callto": "",
        "url": "",
        "employeeNumber": "",
        "birthDate": None,
        "joinDate": None,
        "primaryOrganization": str(primary.id) if primary is not None else None,
        "sortOrder": None,
        "customItemValues": [],
    }


def _organization(organization: Organization) -> dict[str, Any]:
    return {
        "id": str(organization.id),
        "code": organization.code,
        "name": organization.name,
        "localName": "",
        "localNameLocale": "",
        "parentCode": organization.parent_code,
        "description": "",
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": str(group.id),
        "code": group.code,
        "name": group.name,
        "description": "",
        "type": "static",
    }


def _users(call: Call) -> dict[str, Any]:
    users = _filtered(call, call.domain.users.values())
    return {"users": [_user(call.domain, user) for user in users]}


def _organizations(call: Call) -> dict[str, Any]:
    found = _filtered(call, call.domain.organizations.values())
    return {"organizations": [_organization(each) for each in found]}


def _groups(call: Call) -> dict[str, Any]:
    return {"groups": [_group(each) for each in _filtered(call, call.domain.groups.values())]}


def _groups_of_user(call: Call) -> dict[str, Any]:
    user = _named(call, call.domain.users)
    groups = [call.domain.groups[code] for code in user.groups if code in call.domain.groups]
    return {"groups": [_group(each) for each in groups]}


def _organizations_of_user(call: Call) -> dict[str, Any]:
    user = _named(call, call.domain.users)
    known = call.domain.organizations
    titles = [
        {"organization": _organization(known[code]), "title": None}
        for code in user.organizations
        if code in known
    ]
    return {"organizationTitles": titles}


def _users_of_organization(call: Call) -> dict[str, Any]:
    code = _named(call, call.domain.organizations).code
    members = _page(call, (u for u in call.domain.users.values() if code in u.organizations))
    return {"userTitles": [{"user": _user(call.domain, each), "title": None} for each in members]}


def _users_of_group(call: Call) -> dict[str, Any]:
    code = _named(call, call.domain.groups).code
    members = _page(call, (u for u in call.domain.users.values() if code in u.groups))
    return {"users": [_user(call.domain, each) for each in members]}


_HANDLERS: tuple[tuple[str, Callable[[Call], dict[str, Any]]], ...] = (
    ("users", _users),
    ("organizations", _organizations),
    ("groups", _groups),
    ("user/organizations", _organizations_of_user),
    ("user/groups", _groups_of_user),
    ("organization/users", _users_of_organization),
    ("group/users", _users_of_group),
)

ENDPOINTS = tuple(
    Endpoint("GET", f"v1/{resource}.json", handler, tokens=False) for resource, handler in _HANDLERS
)
