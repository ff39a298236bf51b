"""``space.json`` and ``space/members.json``."""

from __future__ import annotations

from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.apps import shown_app
from sqlalchemy_kintone.sandbox.errors import KintoneError, no_permission
from sqlalchemy_kintone.sandbox.model import Space


def _space(call: Call) -> Space:
    """The space, if the caller may see it on this path.

    Raises:
        KintoneError: OC_NO01 (no such space), GAIA_IL23 (a guest space on the ordinary path),
            CB_NO02 (an ordinary space on a guest path, a guest space that is not the user's).
    """
    space_id = params.integer(call.params, "id", minimum=1)
    space = call.domain.spaces.get(space_id)
    if space is None:
        message = f"The space (id: {space_id}) could not be found, or no longer exists."
        raise KintoneError("OC_NO01", message, status=404)
    guest = space.id if space.is_guest else None
    if guest is not None and call.guest_space_id is None:
        message = "The space is a guest space; use the guest space's path."
        raise KintoneError("GAIA_IL23", message)
    user = call.caller.user
    hidden = space.is_guest and not (
        user is not None and (user.administrator or user.code in space.members)
    )
    if guest != call.guest_space_id or hidden:
        raise no_permission()
    return space


def _person(call: Call, space: Space) -> dict[str, str]:
    """Who made the space, and manages it: its first member."""
    user = call.domain.users.get(space.members[0]) if space.members else None
    return user.reference() if user is not None else {"code": "", "name": ""}


def _get_space(call: Call) -> dict[str, Any]:
    space = _space(call)
    apps = [
        app
        for app in call.domain.apps.values()
        if app.space_id == space.id and app.live is not None
    ]
    attached = [{k: v for k, v in shown_app(call, app).items() if k != "spaceId"} for app in apps]
    return {
        "id": str(space.id),
        "name": space.name,
        "defaultThread": str(space.thread_id),
        "isPrivate": space.is_guest,
        "creator": _person(call, space),
        "modifier": _person(call, space),
        "memberCount": str(len(space.members)),
        "coverType": "PRESET",
        "coverKey": "GREEN",
        "coverUrl": "",
        "body": None,
        "useMultiThread": False,
        "isGuest": space.is_guest,
        "fixedMember": False,
        "attachedApps": attached,
        "showAnnouncement": None,
        "showThreadList": None,
        "showAppList": None,
        "showMemberList": None,
        "showRelatedLinkList": None,
        "permissions": {"createApp": "EVERYONE"},
    }


def _get_members(call: Call) -> dict[str, Any]:
    members = [
        {
            "entity": {"type": "USER", "code": code},
            "isAdmin": place == 0,
            "isImplicit": False,
        }
        for place, code in enumerate(_space(call).members)
        if code in call.domain.users
    ]
    return {"members": members}


ENDPOINTS = (
    Endpoint("GET", "space.json", _get_space, tokens=False),
    Endpoint("GET", "space/members.json", _get_members, tokens=False),
)
