"""The settings of live apps, read: form, layout, views, general settings, process, permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.errors import KintoneError, token_cannot
from sqlalchemy_kintone.sandbox.model import App, AppSettings
from sqlalchemy_kintone.sandbox.visibility import Visibility

Show = Callable[[AppSettings], dict[str, Any]]


def _fields(call: Call) -> dict[str, Any]:
    app = _viewed(call)
    properties = app.settings.properties
    if call.domain.switches.hidden_fields_listed == "hide":
        hidden = Visibility(call.domain, app, call.caller).hidden_always()
        properties = {
            code: _without(prop, hidden) for code, prop in properties.items() if code not in hidden
        }
    return {"properties": properties, "revision": str(app.settings.revision)}


def _without(prop: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    if prop["type"] != "SUBTABLE":
        return prop
    return {**prop, "fields": {c: p for c, p in prop["fields"].items() if c not in hidden}}


def _viewed(call: Call) -> App:
    """The app, for callers who may view or add its records."""
    app = call.app(params.integer(call.params, "app", minimum=1), None)
    try:
        call.require(app, "view")
    except KintoneError:
        call.require(app, "add")
    return app


def _general(call: Call) -> dict[str, Any]:
    app = call.app(params.integer(call.params, "app", minimum=1))
    if call.caller.user is None and call.domain.switches.token_reads_settings == "refuse":
        raise token_cannot()
    return {**app.settings.general, "revision": str(app.settings.revision)}


def _reader(show: Show) -> Callable[[Call], dict[str, Any]]:
    def handle(call: Call) -> dict[str, Any]:
        settings = _viewed(call).settings
        return {**show(settings), "revision": str(settings.revision)}

    return handle


def _administered(show: Show) -> Callable[[Call], dict[str, Any]]:
    """Reads what only the app's administrators may see."""

    def handle(call: Call) -> dict[str, Any]:
        app = call.app(params.integer(call.params, "app", minimum=1), "settings")
        return {**show(app.settings), "revision": str(app.settings.revision)}

    return handle


ENDPOINTS = (
    Endpoint("GET", "app/form/fields.json", _fields),
    Endpoint("GET", "app/form/layout.json", _reader(lambda s: {"layout": s.layout})),
    Endpoint("GET", "app/views.json", _reader(lambda s: {"views": s.views})),
    Endpoint("GET", "app/settings.json", _general),
    Endpoint("GET", "app/status.json", _reader(lambda s: s.process)),
    Endpoint("GET", "app/reports.json", _reader(lambda s: {"reports": s.reports})),
    Endpoint("GET", "app/acl.json", _administered(lambda s: {"rights": s.app_acl})),
    Endpoint("GET", "record/acl.json", _administered(lambda s: {"rights": s.record_acl})),
    Endpoint("GET", "field/acl.json", _administered(lambda s: {"rights": s.field_acl})),
)
