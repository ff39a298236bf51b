"""``apps.json`` and ``app.json``: which apps there are."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint, user_has_right
from sqlalchemy_kintone.sandbox.errors import no_permission
from sqlalchemy_kintone.sandbox.model import App
from sqlalchemy_kintone.sandbox.values.files import held_keys
from sqlalchemy_kintone.sandbox.values.form import compile_form

_MOST = 100


def _get_all(call: Call) -> dict[str, Any]:
    ids = params.integers(call.params, "ids", maximum=_MOST)
    codes = params.strings(call.params, "codes", maximum=_MOST)
    spaces = params.integers(call.params, "spaceIds", maximum=_MOST)
    name = params.text(call.params, "name", default="").casefold()
    limit = params.integer(call.params, "limit", default=_MOST, minimum=1, maximum=_MOST)
    offset = params.integer(call.params, "offset", default=0, minimum=0)
    found = [
        app
        for app in call.domain.apps.values()
        if _is_shown(call, app)
        and (ids is None or app.id in ids)
        and (codes is None or app.code in codes)
        and (spaces is None or app.space_id in spaces)
        and name in app.name.casefold()
    ]
    return {"apps": [shown_app(call, app) for app in found[offset : offset + limit]]}


def _get_one(call: Call) -> dict[str, Any]:
    return shown_app(call, call.app(params.integer(call.params, "id", minimum=1)))


def _statistics(call: Call) -> dict[str, Any]:
    if call.caller.user is None or not call.caller.user.administrator:
        raise no_permission()
    limit = params.integer(call.params, "limit", default=_MOST, minimum=1, maximum=_MOST)
    offset = params.integer(call.params, "offset", default=0, minimum=0)
    apps = list(call.domain.apps.values())[offset : offset + limit]
    return {"apps": [_usage(call, app) for app in apps]}


def _usage(call: Call, app: App) -> dict[str, Any]:
    """What ``apps/statistics.json`` says of an app. Requests are not counted by app here: none."""
    settings = app.live or app.preview
    space = call.domain.spaces.get(app.space_id) if app.space_id is not None else None
    updated, form = settings.system_code("UPDATED_TIME"), compile_form(settings)
    written = [record.values for record in app.records.values()]
    files = [call.domain.files[key] for values in written for key in held_keys(form, values)]
    return {
        "id": str(app.id),
        "name": settings.general["name"],
        "space": {"id": str(space.id), "name": space.name} if space is not None else None,
        "appGroup": "Public",
        "status": "ACTIVATED" if app.live is not None else "NOT_ACTIVATED",
        "recordUpdatedAt": max(
            (values[updated] for values in written if updated), default=_moment(app.created_at)
        ),
        "recordCount": str(len(app.records)),
        "fieldCount": str(sum(1 for _ in settings.fields())),
        "dailyRequestCount": "0",
        "storageUsage": str(sum(len(file.content) for file in files)),
        "customized": False,
        "creator": _person(call, app.creator),
        "createdAt": _moment(app.created_at),
        "modifier": _person(call, app.modifier),
        "modifiedAt": _moment(app.modified_at),
    }


def _is_shown(call: Call, app: App) -> bool:
    space = call.domain.spaces.get(app.space_id) if app.space_id is not None else None
    guest = space.id if space is not None and space.is_guest else None
    if app.live is None or guest != call.guest_space_id:
        return False
    return call.caller.user is not None and user_has_right(call.caller.user, app, "view")


def shown_app(call: Call, app: App) -> dict[str, Any]:
    """A live app as ``app.json`` shows it."""
    space = call.domain.spaces.get(app.space_id) if app.space_id is not None else None
    return {
        "appId": str(app.id),
        "code": app.code,
        "name": app.name,
        "description": app.settings.general["description"],
        "spaceId": str(space.id) if space is not None else None,
        "threadId": str(app.thread_id or space.thread_id) if space is not None else None,
        "createdAt": _moment(app.created_at),
        "creator": _person(call, app.creator),
        "modifiedAt": _moment(app.modified_at),
        "modifier": _person(call, app.modifier),
    }


def _person(call: Call, code: str) -> dict[str, str]:
    user = call.domain.users.get(code)
    return user.reference() if user is not None else {"code": code, "name": code}


def _moment(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


ENDPOINTS = (
    Endpoint("GET", "apps.json", _get_all, tokens=False),
    Endpoint("GET", "app.json", _get_one),
    Endpoint("GET", "apps/statistics.json", _statistics, tokens=False),
)
