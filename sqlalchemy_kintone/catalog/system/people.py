"""Users, organizations, groups and who is in which, by cybozu.com's User API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy_kintone.catalog.model import Reference
from sqlalchemy_kintone.catalog.system.definition import Row, Wanted, define, json_text, number
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry

_PAGE = 100
"""The most that the User API gives at once."""

Told = Mapping[str, Any]


def _users(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for user in _listed(inquiry, "users", wanted):
        yield {
            "id": number(user["id"]),
            "code": user["code"],
            "name": user["name"],
            "valid": user["valid"],
            "surname": user.get("surName"),
            "given_name": user.get("givenName"),
            "surname_reading": user.get("surNameReading"),
            "given_name_reading": user.get("givenNameReading"),
            "local_name": user.get("localName"),
            "local_name_locale": user.get("localNameLocale"),
            "time_zone": user.get("timezone"),
            "locale": user.get("locale"),
            "description": user.get("description"),
            "email": user.get("email"),
            "phone": user.get("phone"),
            "mobile_phone": user.get("mobilePhone"),
            "extension_number": user.get("extensionNumber"),
            "callto": user.get("callto"),
            "url": user.get("url"),
            "employee_number": user.get("employeeNumber"),
            "birth_date": user.get("birthDate"),
            "join_date": user.get("joinDate"),
            "primary_organization_id": number(user.get("primaryOrganization")),
            "sort_order": number(user.get("sortOrder")),
            "custom_items": json_text(user.get("customItemValues") or None),
            "created_at": user.get("ctime"),
            "modified_at": user.get("mtime"),
        }


def _organizations(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for organization in _listed(inquiry, "organizations", wanted):
        yield {
            "id": number(organization["id"]),
            "code": organization["code"],
            "name": organization["name"],
            "local_name": organization.get("localName"),
            "local_name_locale": organization.get("localNameLocale"),
            "parent_code": organization.get("parentCode"),
            "description": organization.get("description"),
        }


def _groups(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    for group in _listed(inquiry, "groups", wanted):
        yield {
            "id": number(group["id"]),
            "code": group["code"],
            "name": group["name"],
            "type": group.get("type"),
            "description": group.get("description"),
        }


def _organization_members(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    table = "system.organization_members"
    codes = _codes(inquiry, table, "organizations", wanted.get("organization_code"))
    for code, members in _members(inquiry, "organization/users", "userTitles", codes):
        for member in members:
            title = member.get("title") or {}
            yield {
                "organization_code": code,
                "user_code": member["user"]["code"],
                "title_code": title.get("code"),
                "title_name": title.get("name"),
            }


def _group_members(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    codes = _codes(inquiry, "system.group_members", "groups", wanted.get("group_code"))
    for code, members in _members(inquiry, "group/users", "users", codes):
        for member in members:
            yield {"group_code": code, "user_code": member["code"]}


def _listed(inquiry: Inquiry, resource: str, wanted: Wanted) -> Iterator[Told]:
    """All users, organizations or groups, or those with the wanted codes."""
    inquiry.require_password(f"system.{resource}")
    if "code" not in wanted:
        yield from _pages(inquiry, resource, resource, {})
        return
    codes = sorted(str(code) for code in wanted["code"])
    for start in range(0, len(codes), _PAGE):
        chosen = {"codes": codes[start : start + _PAGE]}
        yield from _pages(inquiry, resource, resource, chosen)


def _codes(
    inquiry: Inquiry, table: str, resource: str, wanted: frozenset[int | str] | None
) -> list[str]:
    """The codes of all organizations or groups, or of the wanted ones that there are."""
    inquiry.require_password(table)
    only = {} if wanted is None else {"code": wanted}
    return [each["code"] for each in _listed(inquiry, resource, only)]


def _members(
    inquiry: Inquiry, resource: str, member: str, codes: Iterable[str]
) -> Iterator[tuple[str, list[Told]]]:
    known = list(codes)
    tasks = [partial(_read_all, inquiry, resource, member, code) for code in known]
    yield from zip(known, inquiry.all_of(tasks), strict=True)


def _read_all(inquiry: Inquiry, resource: str, member: str, code: str) -> list[Told]:
    return list(_pages(inquiry, resource, member, {"code": code}))


def _pages(
    inquiry: Inquiry, resource: str, member: str, parameters: Mapping[str, Any]
) -> Iterator[Told]:
    offset = 0
    while True:
        page = {**parameters, "size": _PAGE, "offset": offset}
        found = inquiry.client.read(resource, page)[member]
        yield from found
        # There is no total: only a short page says that it is the last.
        if len(found) < _PAGE:
            return
        offset += _PAGE


TABLES = (
    define(
        "users",
        "A user of the domain.",
        (
            ("id", "BIGINT", "cybozu.com's id of the user"),
            ("code", "VARCHAR", "the login name, which fields of people hold"),
            ("name", "VARCHAR", "the name shown"),
            ("valid", "BOOLEAN", "whether the user may log in"),
            ("surname", "VARCHAR", "the family name"),
            ("given_name", "VARCHAR", "the given name"),
            ("surname_reading", "VARCHAR", "how the family name is read"),
            ("given_name_reading", "VARCHAR", "how the given name is read"),
            ("local_name", "VARCHAR", "the name in another language"),
            ("local_name_locale", "VARCHAR", "that language"),
            ("time_zone", "VARCHAR", "the user's time zone"),
            ("locale", "VARCHAR", "the user's language"),
            ("description", "VARCHAR", "a memo"),
            ("email", "VARCHAR", "the mail address"),
            ("phone", "VARCHAR", "the telephone number"),
            ("mobile_phone", "VARCHAR", "the number of the mobile phone"),
            ("extension_number", "VARCHAR", "the number within the company"),
            ("callto", "VARCHAR", "the Skype name"),
            ("url", "VARCHAR", "a page of the user's"),
            ("employee_number", "VARCHAR", "the number as an employee"),
            ("birth_date", "DATE", "when the user was born"),
            ("join_date", "DATE", "when the user joined the company"),
            ("primary_organization_id", "BIGINT", "the organization that comes first"),
            ("sort_order", "BIGINT", "the place in lists"),
            ("custom_items", "VARCHAR", "items that the domain has added, as JSON"),
            ("created_at", "TIMESTAMP WITH TIME ZONE", "when the user was registered"),
            ("modified_at", "TIMESTAMP WITH TIME ZONE", "when this was changed last"),
        ),
        _users,
        keys=("code",),
        primary_key=("code",),
        references=(Reference("primary_organization_id", "organizations", "id"),),
    ),
    define(
        "organizations",
        "An organization, such as a department.",
        (
            ("id", "BIGINT", "cybozu.com's id of it"),
            ("code", "VARCHAR", "the code, which fields of organizations hold"),
            ("name", "VARCHAR", "the name shown"),
            ("local_name", "VARCHAR", "the name in another language"),
            ("local_name_locale", "VARCHAR", "that language"),
            ("parent_code", "VARCHAR", "the organization above"),
            ("description", "VARCHAR", "a memo"),
        ),
        _organizations,
        keys=("code",),
        primary_key=("code",),
        references=(Reference("parent_code", "organizations", "code"),),
    ),
    define(
        "groups",
        "A group of users.",
        (
            ("id", "BIGINT", "cybozu.com's id of it"),
            ("code", "VARCHAR", "the code, which fields of groups hold"),
            ("name", "VARCHAR", "the name shown"),
            ("type", "VARCHAR", "static or dynamic"),
            ("description", "VARCHAR", "a memo"),
        ),
        _groups,
        keys=("code",),
        primary_key=("code",),
    ),
    define(
        "organization_members",
        "A user in an organization.",
        (
            ("organization_code", "VARCHAR", "the organization"),
            ("user_code", "VARCHAR", "the user"),
            ("title_code", "VARCHAR", "the job title there"),
            ("title_name", "VARCHAR", "its name"),
        ),
        _organization_members,
        keys=("organization_code",),
        primary_key=("organization_code", "user_code"),
        references=(
            Reference("organization_code", "organizations", "code"),
            Reference("user_code", "users", "code"),
        ),
    ),
    define(
        "group_members",
        "A user in a group.",
        (
            ("group_code", "VARCHAR", "the group"),
            ("user_code", "VARCHAR", "the user"),
        ),
        _group_members,
        keys=("group_code",),
        primary_key=("group_code", "user_code"),
        references=(
            Reference("group_code", "groups", "code"),
            Reference("user_code", "users", "code"),
        ),
    ),
)
