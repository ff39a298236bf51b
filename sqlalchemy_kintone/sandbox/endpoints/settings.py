"""The settings of live apps, read: form, layout, views, general settings, process, permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input, token_cannot
from sqlalchemy_kintone.sandbox.model import App, AppSettings, Right
from sqlalchemy_kintone.sandbox.visibility import Visibility

Show = Callable[[AppSettings], dict[str, Any]]
Handle = Callable[[Call], dict[str, Any]]

LANGUAGES = ("default", "user", "ja", "en", "zh", "zh-TW", "es")
"""What ``lang`` may be. It changes names and labels only, and apps here have no translations."""


def _fields(call: Call) -> dict[str, Any]:
    check_language(call)
    app = _viewed(call)
    properties = app.settings.properties
    if call.domain.switches.hidden_fields_listed == "hide":
        hidden = Visibility(call.domain, app, call.caller).hidden_always()
        properties = {
            code: _without(prop, hidden) for code, prop in properties.items() if code not in hidden
        }
    shown = {code: _with_seen_app(call, prop) for code, prop in properties.items()}
    return {"properties": shown, "revision": str(app.settings.revision)}


def _with_seen_app(call: Call, prop: dict[str, Any]) -> dict[str, Any]:
    """A property; ``referenceTable`` is null for callers who may not view the related app."""
    related = prop.get("referenceTable")
    if not related:
        return prop
    try:
        call.app(int(related["relatedApp"]["app"]), "view")
    except KintoneError:
        return {**prop, "referenceTable": None}
    return prop


def _without(prop: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    if prop["type"] != "SUBTABLE":
        return prop
    return {**prop, "fields": {c: p for c, p in prop["fields"].items() if c not in hidden}}


def _general(call: Call) -> dict[str, Any]:
    check_language(call)
    app = _app(call, "view")
    if call.caller.user is None and call.domain.switches.token_reads_settings == "refuse":
        raise token_cannot()
    return {**app.settings.general, "revision": str(app.settings.revision)}


def check_language(call: Call) -> None:
    """Refuse a ``lang`` that Kintone does not know with CB_VA01."""
    if params.text(call.params, "lang", default="default") not in LANGUAGES:
        raise invalid_input({"lang": ["Enum values must be either default, user, ja, en or zh."]})


def _app(call: Call, right: Right | None) -> App:
    return call.app(params.integer(call.params, "app", minimum=1), right)


def _viewed(call: Call) -> App:
    """The app, for callers who may view or add its records."""
    app = _app(call, None)
    try:
        call.require(app, "view")
    except KintoneError:
        call.require(app, "add")
    return app


def _read(find: Callable[[Call], App], show: Show) -> Handle:
    def handle(call: Call) -> dict[str, Any]:
        check_language(call)
        settings = find(call).settings
        return {**show(settings), "revision": str(settings.revision)}

    return handle


def _by_viewers(resource: str, show: Show) -> Endpoint:
    """A reading for all who see the app."""
    return Endpoint("GET", resource, _read(_viewed, show))


def _by_administrators(resource: str, show: Show) -> Endpoint:
    """A reading for those who may change the app's settings."""
    return Endpoint("GET", resource, _read(lambda call: _app(call, "settings"), show))


def _unused(resource: str, **nothing: Any) -> Endpoint:
    """A feature that no call here changes; it reads as in an app where nobody set it."""
    return _by_administrators(resource, lambda settings: settings.others.get(resource, nothing))


ENDPOINTS = (
    Endpoint("GET", "app/form/fields.json", _fields),
    Endpoint("GET", "app/settings.json", _general),
    _by_viewers("app/form/layout.json", lambda settings: {"layout": settings.layout}),
    _by_viewers("app/views.json", lambda settings: {"views": settings.views}),
    _by_viewers("app/status.json", lambda settings: settings.process),
    _by_viewers("app/reports.json", lambda settings: {"reports": settings.reports}),
    _by_administrators("app/acl.json", lambda settings: {"rights": settings.app_acl}),
    _by_administrators("record/acl.json", lambda settings: {"rights": settings.record_acl}),
    _by_administrators("field/acl.json", lambda settings: {"rights": settings.field_acl}),
    _unused(
        "app/customize.json",
        scope="ALL",
        desktop={"js": [], "css": []},
        mobile={"js": [], "css": []},
    ),
    _unused("app/plugins.json", plugins=[]),
    _unused("app/actions.json", actions={}),
    _unused("app/notifications/general.json", notifications=[], notifyToCommenter=True),
    _unused("app/notifications/perRecord.json", notifications=[]),
    _unused("app/notifications/reminder.json", notifications=[], timezone=None),
    _unused("app/adminNotes.json", content="", includeInTemplateAndDuplicates=False),
)
