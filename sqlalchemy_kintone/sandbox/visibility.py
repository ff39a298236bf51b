"""Which records and fields a caller may see and change: record and field permissions.

App permissions come first and are checked in ``Call.app``. API tokens stand above record and
field permissions, which are of persons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.model import App, Domain, Record, User
from sqlalchemy_kintone.sandbox.query import compile_condition

RecordRight = Literal["viewable", "editable", "deletable"]
Access = Literal["WRITE", "READ", "NONE"]
Entity = Mapping[str, Any]

_USER_FIELD_TYPES = {
    "USER_SELECT": "USER",
    "CREATOR": "USER",
    "MODIFIER": "USER",
    "STATUS_ASSIGNEE": "USER",
    "ORGANIZATION_SELECT": "ORGANIZATION",
    "GROUP_SELECT": "GROUP",
}


class Visibility:
    """What one caller may do with the records and fields of one app.

    Of the record permissions the first whose condition a record meets decides over it; of its
    entities, and of a field permission's, the first that covers the user, where ``everyone``
    counts last wherever it stands. Covered by none, the user has no right.
    """

    def __init__(self, domain: Domain, app: App, caller: Caller) -> None:
        self._domain = domain
        self._app = app
        self._user = caller.user
        self._record_rights: list[tuple[Callable[[Record], bool], Sequence[Entity]]] = []
        self._field_rights: dict[str, Sequence[Entity]] = {}
        if caller.user is not None:
            settings = app.settings
            self._record_rights = [
                (
                    compile_condition(right.get("filterCond") or "", app, domain, caller),
                    _everyone_last(right["entities"]),
                )
                for right in settings.record_acl
            ]
            self._field_rights = {
                right["code"]: _everyone_last(right["entities"]) for right in settings.field_acl
            }
        self._depends = any(
            entity["entity"]["type"] == "FIELD_ENTITY"
            for entities in self._field_rights.values()
            for entity in entities
        )
        self._hidden = self._hidden_in(None)

    def record_test(self) -> Callable[[Record], bool] | None:
        """The test for records that may be viewed, or None where all may."""
        if not self._record_rights:
            return None
        return lambda record: self.may(record, "viewable")

    def may(self, record: Record, right: RecordRight) -> bool:
        """Whether record permissions grant a right on a record."""
        for holds, entities in self._record_rights:
            if holds(record):
                found = self._first(entities, record)
                return found is not None and bool(found.get(right, False))
        return True

    def access(self, code: str, record: Record | None) -> Access:
        """What field permissions grant on a field, of a record where they depend on one."""
        entities = self._field_rights.get(code)
        if entities is None:
            return "WRITE"
        found = self._first(entities, record)
        granted: Access = "NONE" if found is None else found["accessibility"]
        return granted

    def hidden(self, record: Record) -> frozenset[str]:
        """The codes of the fields of a record that may not be viewed."""
        return self._hidden_in(record) if self._depends else self._hidden

    def hidden_always(self) -> frozenset[str]:
        """The codes of the fields that may not be viewed in any record, as far as settings tell."""
        return self._hidden

    def _hidden_in(self, record: Record | None) -> frozenset[str]:
        return frozenset(code for code in self._field_rights if self.access(code, record) == "NONE")

    def _first(self, entities: Sequence[Entity], record: Record | None) -> Entity | None:
        user = self._user
        if user is None:
            return None
        return next((each for each in entities if self._covers(each, user, record)), None)

    def _covers(self, right: Entity, user: User, record: Record | None) -> bool:
        kind, code = right["entity"]["type"], right["entity"].get("code")
        subordinate = bool(right.get("includeSubs"))
        if kind != "FIELD_ENTITY":
            return self._is(kind, code, user, subordinate)
        if record is None:
            return False
        prop = self._app.settings.properties.get(code or "")
        member_kind = _USER_FIELD_TYPES.get(prop["type"]) if prop is not None else None
        if member_kind is None:
            return False
        value = record.values.get(code) or []
        members = value if isinstance(value, list) else [value]
        return any(self._is(member_kind, each["code"], user, subordinate) for each in members)

    def _is(self, kind: str, code: str | None, user: User, subordinate: bool) -> bool:
        if kind == "USER":
            return code == user.code
        if kind == "GROUP":
            return code == "everyone" or code in user.groups
        if kind == "CREATOR":
            return user.code == self._app.creator
        if code in user.organizations:
            return True
        return subordinate and any(
            code in superiors(self._domain, each) for each in user.organizations
        )


def superiors(domain: Domain, organization: str) -> list[str]:
    """The codes of an organization's parent, that one's parent and so on."""
    codes: list[str] = []
    current = domain.organizations.get(organization)
    while current is not None and current.parent_code and current.parent_code not in codes:
        codes.append(current.parent_code)
        current = domain.organizations.get(current.parent_code)
    return codes


def _everyone_last(entities: Sequence[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda each: each["entity"].get("code") == "everyone")
