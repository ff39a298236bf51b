"""What a caller may do while writing records."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy_kintone.sandbox.api import Call, Caller, user_has_right
from sqlalchemy_kintone.sandbox.errors import no_permission
from sqlalchemy_kintone.sandbox.model import App, Record, Right
from sqlalchemy_kintone.sandbox.values.writing import WriteRights
from sqlalchemy_kintone.sandbox.visibility import RecordRight, Visibility


def write_rights(call: Call, app: App) -> WriteRights:
    """The rights of the caller on the fields of an app, and on the sources of its lookups."""
    domain, caller = call.domain, call.caller
    visibility = Visibility(domain, app, caller)

    def may_edit(code: str, record: Record | None) -> bool:
        return visibility.access(code, record) == "WRITE"

    def may_read_source(source: App, code: str, record: Record) -> bool:
        if not _has_right(caller, source, "view"):
            return False
        seen = Visibility(domain, source, caller)
        return seen.may(record, "viewable") and code not in seen.hidden(record)

    return WriteRights(
        system_fields=_has_right(caller, app, "settings"),
        edit=may_edit,
        read_source=may_read_source,
    )


def demand(call: Call, app: App, record_ids: Iterable[int], right: RecordRight) -> None:
    """Refuse with CB_NO02 where record permissions withhold a right on one of the records.

    Ids of no record are left for the write to refuse.
    """
    visibility = Visibility(call.domain, app, call.caller)
    for record_id in record_ids:
        record = app.records.get(record_id)
        if record is not None and not visibility.may(record, right):
            raise no_permission()


def _has_right(caller: Caller, app: App, right: Right) -> bool:
    if caller.user is not None:
        return user_has_right(caller.user, app, right)
    return any(token.app_id == app.id and right in token.rights for token in caller.tokens)
