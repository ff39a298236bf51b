"""Making apps and deploying them: ``preview/app.json`` and ``preview/app/deploy.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.deployment import deploy, revert
from sqlalchemy_kintone.sandbox.errors import (
    KintoneError,
    app_not_found,
    invalid_input,
    no_permission,
)
from sqlalchemy_kintone.sandbox.model import App

_MOST_APPS = 300
_LONGEST_NAME = 64


def app_name(call: Call) -> str:
    """The required ``name`` of an app: 1 to 64 characters.

    Raises:
        KintoneError: CB_VA01.
    """
    name = params.text(call.params, "name")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise invalid_input({"name": ["Name must be between 1 and 64 characters."]})
    return name


def prepared_app(call: Call) -> App:
    """The app whose preview settings a call is for, if the caller manages the app.

    Raises:
        KintoneError: As ``Call.app``.
    """
    return call.app(params.integer(call.params, "app", minimum=1), "settings", deployed=False)


def demand_revision(app: App, source: Mapping[str, Any], prefix: str = "") -> None:
    """Refuse unless ``revision`` is that of the preview settings, -1, or not given.

    Args:
        app: The app.
        source: What may hold ``revision``.
        prefix: Where that stands in the request.

    Raises:
        KintoneError: GAIA_CO03 (another revision), CB_VA01 (no number).
    """
    name = f"{prefix}revision"
    expected = params.integer({name: source.get("revision")}, name, default=-1, minimum=-1)
    if expected not in (-1, app.preview.revision):
        raise KintoneError(
            "GAIA_CO03",
            f"The revision is not the latest. Someone may update the app settings (ID: {app.id}).",
            status=409,
        )


def changed(app: App) -> dict[str, str]:
    """Count a change of the preview settings; gives ``{"revision"}``."""
    app.preview.revision += 1
    app.version += 1
    return {"revision": str(app.preview.revision)}


def _post_app(call: Call) -> dict[str, Any]:
    name = app_name(call)
    space_id = _space(call)
    user = call.caller.user
    creator = user.code if user is not None else None
    app = create_app(call.domain, name, {}, space_id=space_id, creator=creator, deployed=False)
    return {"app": str(app.id), **changed(app)}


def _space(call: Call) -> int | None:
    """The ``space`` to make an app in, which is the guest space on a guest space's path."""
    if call.params.get("space") in (None, ""):
        if call.guest_space_id is not None:
            message = "Space parameter is required to create an app in space."
            raise invalid_input({"space": [message]})
        return None
    space_id = params.integer(call.params, "space", minimum=1)
    space = call.domain.spaces.get(space_id)
    if space is None:
        message = f"The space (id: {space_id}) could not be found, or no longer exists."
        raise KintoneError("OC_NO01", message, status=404)
    guest = space.id if space.is_guest else None
    user = call.caller.user
    member = user is not None and (user.administrator or user.code in space.members)
    if guest != call.guest_space_id or not member:
        raise no_permission()
    return space_id


def _post_deploy(call: Call) -> dict[str, Any]:
    sent = params.items(call.params, "apps", maximum=_MOST_APPS)
    back = params.boolean(call.params, "revert")
    if not sent:
        raise invalid_input({"apps": ["Required field."]})
    apps: list[App] = []
    for place, each in enumerate(sent):
        if not isinstance(each, Mapping):
            raise invalid_input({f"apps[{place}]": ["Must be an object."]})
        name = f"apps[{place}].app"
        app_id = params.integer({name: each.get("app")}, name, minimum=1)
        app = call.app(app_id, "settings", deployed=False)
        if app in apps:
            raise invalid_input({name: ["App ID is duplicated."]})
        demand_revision(app, each, f"apps[{place}].")
        if back and app.live is None:
            raise app_not_found(app_id)
        apps.append(app)
    if back:
        for app in apps:
            revert(app)
    else:
        deploy(call.domain, apps, call.caller.code)
    return {}


def _get_deploy(call: Call) -> dict[str, Any]:
    ids = params.integers(call.params, "apps", maximum=_MOST_APPS)
    if not ids:
        raise invalid_input({"apps": ["Required field."]})
    apps = [call.app(app_id, "settings", deployed=False) for app_id in ids]
    return {"apps": [{"app": str(app.id), "status": _next_answer(app)} for app in apps]}


def _next_answer(app: App) -> str:
    return app.deploy_answers.pop(0) if len(app.deploy_answers) > 1 else app.deploy_answers[0]


ENDPOINTS = (
    Endpoint("POST", "preview/app.json", _post_app, tokens=False),
    Endpoint("POST", "preview/app/deploy.json", _post_deploy),
    Endpoint("GET", "preview/app/deploy.json", _get_deploy),
)
