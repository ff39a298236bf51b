"""Process management: actions that move a record to another status, and its assignees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, Domain, Record
from sqlalchemy_kintone.sandbox.query import compile_condition
from sqlalchemy_kintone.sandbox.records.assemble import stamp_modified
from sqlalchemy_kintone.sandbox.records.draft import Draft
from sqlalchemy_kintone.sandbox.records.operations import begin, expected_record
from sqlalchemy_kintone.sandbox.values.calc import compute
from sqlalchemy_kintone.sandbox.values.normalise import user_reference
from sqlalchemy_kintone.sandbox.values.writing import EVERYTHING, Writing

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """An action to run on a record.

    Attributes:
        record_id: The record.
        name: The action's name.
        assignee: The code of the user chosen as next assignee, if one was chosen.
        revision: The revision the record must have; None or -1 for any.
    """

    record_id: int
    name: str
    assignee: str | None = None
    revision: int | None = None


def run_actions(call: Call, app: App, actions: Sequence[Action]) -> list[Record]:
    """Run actions, one after the other, all or nothing; each adds 2 to its record's revision.

    Returns:
        The versions after their action, in order.

    Raises:
        KintoneError: GAIA_ST02 (process management is off), GAIA_RE01, GAIA_CO02, GAIA_IL03 (the
            action does not apply to the record's status), GAIA_NT01 (the caller is not the
            assignee), GAIA_SA01 (an assignee must be chosen), GAIA_SA04 (none can be),
            GAIA_IL26 (no such user).
    """
    process, (status, assignee) = _enabled(app)
    writing = begin(call.domain, app, code=call.caller.code, now=None, rights=EVERYTHING)
    draft = Draft(writing)
    versions: list[Record] = []
    for place, action in enumerate(actions):
        before = expected_record(draft, action.record_id, action.revision)
        current = before.values.get(status) or writing.form.initial_status
        found = _applicable(call, app, process, before, action.name, str(current))
        assigned = [user["code"] for user in before.values.get(assignee) or ()]
        if assigned and call.caller.code not in assigned:
            raise KintoneError("GAIA_NT01", "Only Assignee can change the status.", status=403)
        others = [code for code in assigned if code != call.caller.code]
        values = dict(before.values)
        present = process["states"][current].get("assignee") or {}
        if others and present.get("type") == "ALL":
            values[assignee] = [user_reference(writing, code) for code in others]
        else:
            target = process["states"][found["to"]]
            values[status] = found["to"]
            values[assignee] = _next_assignees(writing, target, before, action.assignee)
        after = _version(writing, before, values, before.revision + 2)
        draft.change(before, after, f"records[{place}]")
        versions.append(after)
    draft.commit()
    return versions


def assign(
    call: Call, app: App, record_id: int, codes: Sequence[str], revision: int | None
) -> Record:
    """Set the assignees of a record; none unassigns it.

    Raises:
        KintoneError: GAIA_ST02 (process management is off), GAIA_RE01, GAIA_CO02, GAIA_IL26 (no
            such user).
    """
    _, (_, assignee) = _enabled(app)
    writing = begin(call.domain, app, code=call.caller.code, now=None, rights=EVERYTHING)
    draft = Draft(writing)
    before = expected_record(draft, record_id, revision)
    users = [user_reference(writing, code) for code in dict.fromkeys(codes)]
    values = {**before.values, assignee: users}
    after = _version(writing, before, values, before.revision + 1)
    draft.change(before, after, "record")
    draft.commit()
    return after


def _enabled(app: App) -> tuple[Mapping[str, Any], tuple[str, str]]:
    """The process settings, and the codes of the status and assignee fields."""
    settings = app.settings
    status = settings.system_code("STATUS")
    assignee = settings.system_code("STATUS_ASSIGNEE")
    if not settings.process.get("enable") or status is None or assignee is None:
        raise KintoneError(
            "GAIA_ST02", "Your request failed. The process management feature has been disabled."
        )
    return settings.process, (status, assignee)


def _applicable(
    call: Call, app: App, process: Mapping[str, Any], record: Record, name: str, status: str
) -> Mapping[str, Any]:
    for action in process["actions"] or ():
        if action["name"] == name and action["from"] == status:
            condition = action.get("filterCond") or ""
            if compile_condition(condition, app, call.domain, call.caller)(record):
                found: Mapping[str, Any] = action
                return found
    raise KintoneError(
        "GAIA_IL03",
        "Failed to update the status. The settings or the status itself may have been changed by "
        "someone.",
    )


def _next_assignees(
    writing: Writing, target: State, record: Record, chosen: str | None
) -> list[dict[str, str]]:
    """The assignees in the new status: the chosen one of ONE, all candidates of ALL and ANY."""
    assignee = target.get("assignee") or {"type": "ONE", "entities": []}
    candidates = _candidates(writing, assignee["entities"], record)
    if assignee["type"] != "ONE" or not candidates:
        if chosen is not None:
            raise KintoneError(
                "GAIA_SA04", "Failed to update status. Assignee cannot be specified by the action."
            )
        return [user_reference(writing, code) for code in candidates]
    if chosen is None:
        raise KintoneError("GAIA_SA01", "Assignee is required.")
    return [user_reference(writing, chosen)]


def _candidates(
    writing: Writing, entities: Sequence[Mapping[str, Any]], record: Record
) -> list[str]:
    """The users that an assignee list names, each once."""
    codes = (
        code
        for each in entities
        for code in _members(
            writing.domain, each["entity"]["type"], each["entity"].get("code"), record, writing
        )
    )
    return list(dict.fromkeys(codes))


def _members(
    domain: Domain, kind: str, code: str | None, record: Record, writing: Writing
) -> Iterator[str]:
    if kind == "USER" and code is not None:
        yield code
    elif kind == "GROUP":
        yield from (u.code for u in domain.users.values() if code in (*u.groups, "everyone"))
    elif kind == "ORGANIZATION":
        yield from (u.code for u in domain.users.values() if code in u.organizations)
    elif kind == "CREATOR":
        creator = writing.form.of_type("CREATOR")
        if creator is not None:
            yield record.values[creator.code]["code"]
    elif kind == "FIELD_ENTITY" and code is not None:
        yield from _field_members(domain, writing, code, record)


def _field_members(domain: Domain, writing: Writing, code: str, record: Record) -> Iterator[str]:
    field = writing.form.fields.get(code)
    if field is None:
        return
    value = record.values.get(code) or []
    kinds = {"ORGANIZATION_SELECT": "ORGANIZATION", "GROUP_SELECT": "GROUP"}
    for each in value if isinstance(value, list) else [value]:
        yield from _members(domain, kinds.get(field.type, "USER"), each["code"], record, writing)


def _version(writing: Writing, before: Record, values: dict[str, Any], revision: int) -> Record:
    stamp_modified(writing, values)
    compute(writing.form, values)
    return Record(before.id, revision, values)
