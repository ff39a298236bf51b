"""``record/status.json``, ``records/status.json`` and ``record/assignees.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.records import batch, revision_in
from sqlalchemy_kintone.sandbox.model import App
from sqlalchemy_kintone.sandbox.records.process import Action, assign, run_actions
from sqlalchemy_kintone.sandbox.records.rights import demand

_MOST_ASSIGNEES = 100


def _put_status(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1), "edit")
    action = _action(call.params, "")
    demand(call, app, [action.record_id], "editable")
    (record,) = run_actions(call, app, [action])
    return {"revision": str(record.revision)}


def _put_statuses(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1), "edit")
    items = batch(call, "records", "A maximum of 100 records can be updated at one time.")
    actions = [_action(item, f"records[{place}].") for place, item in enumerate(items)]
    demand(call, app, [action.record_id for action in actions], "editable")
    return {
        "records": [
            {"id": str(record.id), "revision": str(record.revision)}
            for record in run_actions(call, app, actions)
        ]
    }


def _put_assignees(call: Call) -> dict[str, Any]:
    app: App = call.app(params.integer(call.params, "app", minimum=1), "edit")
    record_id = params.integer(call.params, "id", minimum=1)
    codes = params.strings(call.params, "assignees", maximum=_MOST_ASSIGNEES)
    if codes is None:
        params.text({}, "assignees")
    demand(call, app, [record_id], "editable")
    record = assign(call, app, record_id, codes or [], revision_in(call.params))
    return {"revision": str(record.revision)}


def _action(item: Mapping[str, Any], prefix: str) -> Action:
    named = {f"{prefix}{name}": value for name, value in item.items()}
    assignee = params.text(named, f"{prefix}assignee", default="")
    return Action(
        record_id=params.integer(named, f"{prefix}id", minimum=1),
        name=params.text(named, f"{prefix}action"),
        assignee=assignee or None,
        revision=revision_in(item, prefix),
    )


ENDPOINTS = (
    Endpoint("PUT", "record/status.json", _put_status),
    Endpoint("PUT", "records/status.json", _put_statuses),
    Endpoint("PUT", "record/assignees.json", _put_assignees),
)
