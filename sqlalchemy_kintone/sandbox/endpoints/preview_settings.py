"""Views, general settings and process management of an app in preparation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.preview import (
    app_name,
    changed,
    demand_revision,
    prepared_app,
)
from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input
from sqlalchemy_kintone.sandbox.model import AppSettings, Domain

Sent = Mapping[str, Any]

_VIEW_KEYS: Mapping[str, Mapping[str, Any]] = {
    "LIST": {"fields": [], "filterCond": "", "sort": ""},
    "CALENDAR": {"date": "", "title": "", "filterCond": "", "sort": ""},
    "CUSTOM": {"html": "", "pager": True, "device": "DESKTOP", "filterCond": "", "sort": ""},
}
_THEMES = (
    "WHITE",
    "CLIPBOARD",
    "BINDER",
    "PENCIL",
    "CLIPS",
    "RED",
    "GREEN",
    "BLUE",
    "YELLOW",
    "BLACK",
)
_FLAGS = (
    "enableThumbnails",
    "enableBulkDeletion",
    "enableComments",
    "enableDuplicateRecord",
    "enableInlineRecordEditing",
)
_ROUNDING = ("HALF_EVEN", "UP", "DOWN")
_LONGEST_DESCRIPTION = 10_000


def required_object(source: Sent, name: str, path: str) -> Sent:
    """A member that must be an object.

    Raises:
        KintoneError: CB_VA01.
    """
    found = source.get(name)
    if not isinstance(found, Mapping):
        raise invalid_input({path: ["Required field."]})
    return found


def _reader(show: Callable[[AppSettings], dict[str, Any]]) -> Callable[[Call], dict[str, Any]]:
    def handle(call: Call) -> dict[str, Any]:
        settings = prepared_app(call).preview
        return {**show(settings), "revision": str(settings.revision)}

    return handle


def _put_views(call: Call) -> dict[str, Any]:
    app = prepared_app(call)
    sent = required_object(call.params, "views", "views")
    demand_revision(app, call.params)
    free_id = _free_view_id(call.domain)
    views: dict[str, Any] = {}
    for key, raw in sent.items():
        view = _view(f"views[{key}]", key, raw, app.preview.views.get(key))
        if "id" not in view:
            view = {"id": str(free_id), **view}
            free_id += 1
        views[view["name"]] = view
    app.preview.views = dict(sorted(views.items(), key=lambda item: int(item[1]["index"])))
    return {"views": {name: {"id": view["id"]} for name, view in views.items()}, **changed(app)}


def _view(path: str, key: str, raw: Any, current: Sent | None) -> dict[str, Any]:
    """A view as shown: what is sent, then what it had, then what a new one has."""
    sent = required_object({"view": raw}, "view", path)
    kind, index = sent.get("type"), sent.get("index")
    if kind is None or index is None:
        name = "type" if kind is None else "index"
        raise invalid_input({f"{path}.{name}": ["Required field."]})
    if kind not in _VIEW_KEYS:
        raise invalid_input({f"{path}.type": ["must be one of the enum value"]})
    name = sent.get("name", key)
    if current is None and name != key:
        raise KintoneError(
            "GAIA_IN01",
            f"Failed to update view. Key {key} does not match the value of {name}"
            " in the name parameter.",
        )
    place = params.integer({f"{path}.index": index}, f"{path}.index", minimum=0)
    view: dict[str, Any] = {"type": kind, "name": name, "index": str(place)}
    if current is not None and current["type"] == kind:
        view = {**current, **view}
    for option, usual in _VIEW_KEYS[kind].items():
        view[option] = sent.get(option, view.get(option, usual))
    if current is not None:
        view["id"] = current["id"]
    return view


def _free_view_id(domain: Domain) -> int:
    """View ids are unique on a domain."""
    return 1 + max(
        (
            int(view["id"])
            for app in domain.apps.values()
            for settings in (app.live, app.preview)
            if settings is not None
            for view in settings.views.values()
        ),
        default=0,
    )


def _put_general(call: Call) -> dict[str, Any]:
    app = prepared_app(call)
    demand_revision(app, call.params)
    sent = call.params
    general = dict(app.preview.general)
    if "name" in sent:
        general["name"] = app_name(call)
    if "description" in sent:
        general["description"] = params.text(sent, "description")
        if len(general["description"]) > _LONGEST_DESCRIPTION:
            raise invalid_input({"description": ["The value must be 10000 or less."]})
    if "theme" in sent:
        general["theme"] = _one_of("theme", sent["theme"], _THEMES)
    for flag in _FLAGS:
        general[flag] = params.boolean(sent, flag, default=general[flag])
    if "firstMonthOfFiscalYear" in sent:
        name = "firstMonthOfFiscalYear"
        general[name] = str(params.integer(sent, name, minimum=1, maximum=12))
    if "titleField" in sent:
        general["titleField"] = _title_field(sent, app.preview)
    if "icon" in sent:
        icon = required_object(sent, "icon", "icon")
        if icon.get("type") is None:
            raise invalid_input({"icon.type": ["Required field."]})
        if icon["type"] == "PRESET":
            general["icon"] = {"type": "PRESET", "key": params.text(icon, "key")}
    if "numberPrecision" in sent:
        general["numberPrecision"] = {
            **general["numberPrecision"],
            **_precision(required_object(sent, "numberPrecision", "numberPrecision")),
        }
    app.preview.general = general
    return changed(app)


def _title_field(sent: Sent, settings: AppSettings) -> dict[str, str]:
    title = required_object(sent, "titleField", "titleField")
    mode = _one_of("titleField.selectionMode", title.get("selectionMode"), ("AUTO", "MANUAL"))
    if mode == "AUTO":
        return {"selectionMode": mode}
    code = params.text(title, "code")
    if code not in settings.properties:
        raise KintoneError("GAIA_FC01", f"The field (code: {code}) not found.", status=404)
    return {"selectionMode": mode, "code": code}


def _precision(sent: Sent) -> dict[str, str]:
    precision: dict[str, str] = {}
    for name, minimum, maximum in (("digits", 1, 30), ("decimalPlaces", 0, 10)):
        if name in sent:
            path = f"numberPrecision.{name}"
            read = params.integer({path: sent[name]}, path, minimum=minimum, maximum=maximum)
            precision[name] = str(read)
    if "roundingMode" in sent:
        path = "numberPrecision.roundingMode"
        precision["roundingMode"] = _one_of(path, sent["roundingMode"], _ROUNDING)
    return precision


def _one_of(path: str, raw: Any, choices: tuple[str, ...]) -> str:
    if raw not in choices:
        raise invalid_input({path: ["must be one of the enum value"]})
    return str(raw)


def _put_process(call: Call) -> dict[str, Any]:
    app = prepared_app(call)
    demand_revision(app, call.params)
    process = dict(app.preview.process)
    if call.params.get("enable") is not None:
        process["enable"] = params.boolean(call.params, "enable")
    if call.params.get("states") is not None:
        process["states"] = _states(required_object(call.params, "states", "states"), process)
    if call.params.get("actions") is not None:
        process["actions"] = _actions(call, process["states"] or {})
    if process["enable"] and not process["states"]:
        raise invalid_input({"states": ["Required field."]})
    app.preview.process = process
    for prop in app.preview.properties.values():
        if prop["type"] in ("STATUS", "STATUS_ASSIGNEE"):
            prop["enabled"] = process["enable"]
    return changed(app)


def _states(sent: Sent, process: Sent) -> dict[str, Any]:
    states: dict[str, Any] = {}
    for key in sent:
        path = f"states[{key}]"
        raw = required_object(sent, key, path)
        current: Sent = (process["states"] or {}).get(key, {})
        index = params.integer({f"{path}.index": raw.get("index")}, f"{path}.index", minimum=0)
        name = params.text(raw, "name", default=key)
        usual = current.get("assignee", {"type": "ONE", "entities": []})
        assignee = raw["assignee"] if isinstance(raw.get("assignee"), Mapping) else usual
        kind = _one_of(f"{path}.assignee.type", assignee.get("type"), ("ONE", "ALL", "ANY"))
        entities = [
            {
                "entity": dict(required_object(each, "entity", f"{path}.assignee.entities")),
                "includeSubs": params.boolean(each, "includeSubs"),
            }
            for each in assignee.get("entities") or ()
        ]
        states[name] = {
            "name": name,
            "index": str(index),
            "assignee": {"type": kind, "entities": entities},
        }
    return states


def _actions(call: Call, states: Sent) -> list[dict[str, str]]:
    actions: list[dict[str, str]] = []
    for place, raw in enumerate(params.items(call.params, "actions") or ()):
        path = f"actions[{place}]"
        sent = required_object({"action": raw}, "action", path)
        action = {
            name: params.text({f"{path}.{name}": sent.get(name)}, f"{path}.{name}")
            for name in ("name", "from", "to")
        }
        for name in ("from", "to"):
            if action[name] not in states:
                raise invalid_input({f"{path}.{name}": ["The status is not found."]})
        actions.append({**action, "filterCond": params.text(sent, "filterCond", default="")})
    return actions


ENDPOINTS = (
    Endpoint("GET", "preview/app/views.json", _reader(lambda s: {"views": s.views})),
    Endpoint("PUT", "preview/app/views.json", _put_views),
    Endpoint("GET", "preview/app/settings.json", _reader(lambda s: s.general)),
    Endpoint("PUT", "preview/app/settings.json", _put_general),
    Endpoint("GET", "preview/app/status.json", _reader(lambda s: s.process)),
    Endpoint("PUT", "preview/app/status.json", _put_process),
    Endpoint("GET", "preview/app/reports.json", _reader(lambda s: {"reports": s.reports})),
)
