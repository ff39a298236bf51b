"""The form of an app in preparation: its fields and their layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox import form_changes, layouts, params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.preview import changed, demand_revision, prepared_app
from sqlalchemy_kintone.sandbox.errors import invalid_input

_MOST_DELETED = 100


def _get_fields(call: Call) -> dict[str, Any]:
    settings = prepared_app(call).preview
    return {"properties": settings.properties, "revision": str(settings.revision)}


def _sent_properties(call: Call) -> Mapping[str, Any]:
    sent = call.params.get("properties")
    if not isinstance(sent, Mapping) or not sent:
        raise invalid_input({"properties": ["Required field."]})
    return sent


def _post_fields(call: Call) -> dict[str, Any]:
    app = prepared_app(call)
    sent = _sent_properties(call)
    demand_revision(app, call.params)
    form_changes.add_fields(call.domain, app, sent)
    return changed(app)


def _put_fields(call: Call) -> dict[str, Any]:
    app = prepared_app(call)
    sent = _sent_properties(call)
    demand_revision(app, call.params)
    form_changes.change_fields(call.domain, app, sent)
    return changed(app)


def _delete_fields(call: Call) -> dict[str, Any]:
    app = prepared_app(call)
    codes = params.strings(call.params, "fields") or []
    if not 0 < len(codes) <= _MOST_DELETED:
        raise invalid_input({"fields": ["size must be between 1 and 100"]})
    demand_revision(app, call.params)
    form_changes.delete_fields(app, codes)
    return changed(app)


def _get_layout(call: Call) -> dict[str, Any]:
    settings = prepared_app(call).preview
    return {"layout": settings.layout, "revision": str(settings.revision)}


def _put_layout(call: Call) -> dict[str, Any]:
    app = prepared_app(call)
    layout = layouts.read_layout(call.params.get("layout"), app.preview.properties)
    demand_revision(app, call.params)
    app.preview.layout = layout
    return changed(app)


ENDPOINTS = (
    Endpoint("GET", "preview/app/form/fields.json", _get_fields),
    Endpoint("POST", "preview/app/form/fields.json", _post_fields),
    Endpoint("PUT", "preview/app/form/fields.json", _put_fields),
    Endpoint("DELETE", "preview/app/form/fields.json", _delete_fields),
    Endpoint("GET", "preview/app/form/layout.json", _get_layout),
    Endpoint("PUT", "preview/app/form/layout.json", _put_layout),
)
