"""The shape of an endpoint: a function from a ``Call`` to an answer, and a row in a table.

Endpoint modules export ``ENDPOINTS``; the router joins them. A handler may raise ``KintoneError``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy_kintone.sandbox import errors
from sqlalchemy_kintone.sandbox.model import ADMINISTRATOR, App, Domain, Right, Token, User


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a user (password, OAuth), or API tokens (then ``user`` is None)."""

    user: User | None
    tokens: tuple[Token, ...] = ()

    @property
    def code(self) -> str:
        """The user code that writes are recorded under."""
        return self.user.code if self.user else ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart/form-data body."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not simply JSON from a dict.

    ``body`` is already encoded; ``headers`` come in addition to the usual ones.
    """

    body: bytes
    content_type: str = "application/json;charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call with its parameters decoded.

    Attributes:
        domain: The state.
        caller: Who calls.
        method: GET, POST, PUT or DELETE, after ``X-HTTP-Method-Override``.
        resource: ``records.json``, ``preview/app/form/fields.json``, or for the User API
            ``v1/users.json``.
        guest_space_id: From ``/k/guest/{id}/v1/…``, else None.
        params: From the query string (every value a string; ``ids[0]=1`` becomes a list) or from
            the JSON body (typed). Read them with ``sandbox.params``.
        parts: The parts of a multipart body (file upload).
    """

    domain: Domain
    caller: Caller
    method: str
    resource: str
    guest_space_id: int | None
    params: dict[str, Any]
    parts: tuple[Part, ...] = ()

    def app(self, app_id: int, right: Right | None = "view", *, deployed: bool = True) -> App:
        """The app, if the caller may reach it on this path with this right.

        Raises:
            KintoneError: GAIA_AP01 (no such app, or not deployed), GAIA_IL23 (a guest-space app on
                the ordinary path), CB_NO02 (an ordinary app on a guest path; a user without the
                right), GAIA_NO01 or GAIA_IA02 (a token of another app), GAIA_NO01 (a token without
                the right).
        """
        app = self.domain.apps.get(app_id)
        if app is None or (deployed and app.live is None):
            raise errors.app_not_found(app_id)
        space = self.domain.spaces.get(app.space_id) if app.space_id is not None else None
        guest = space.id if space is not None and space.is_guest else None
        if guest is not None and self.guest_space_id is None:
            raise errors.KintoneError(
                "GAIA_IL23", "The app is in a guest space; use the guest space's path."
            )
        if guest != self.guest_space_id:
            raise errors.no_permission()
        if right is not None:
            self.require(app, right)
        return app

    def require(self, app: App, right: Right) -> None:
        """Refuse unless the caller holds the right on the app."""
        if self.caller.user is None:
            held = [t for t in self.caller.tokens if t.app_id == app.id]
            if not held:
                if self.domain.switches.other_app_token == "GAIA_IA02":
                    raise errors.KintoneError("GAIA_IA02", "The specified API token is invalid.")
                raise errors.token_cannot()
            if not any(right in t.rights for t in held):
                raise errors.token_cannot()
            return
        if not user_has_right(self.caller.user, app, right):
            raise errors.no_permission()


_ACL_KEYS: dict[Right, str] = {
    "view": "recordViewable",
    "add": "recordAddable",
    "edit": "recordEditable",
    "delete": "recordDeletable",
    "settings": "appEditable",
}


def user_has_right(user: User, app: App, right: Right) -> bool:
    """Whether the app's permissions give the user the right.

    The first matching entity of ``app/acl.json`` decides, as the top entry has priority; the
    app's creator and administrators may do everything.
    """
    if user.administrator or user.code == app.creator:
        return True
    settings = app.live or app.preview
    for entry in settings.app_acl:
        if _covers(entry["entity"], user, app):
            return bool(entry.get(_ACL_KEYS[right], False))
    return False


def _covers(entity: dict[str, Any], user: User, app: App) -> bool:
    """Whether a permission entity (USER, GROUP, ORGANIZATION, CREATOR) covers the user."""
    kind, code = entity["type"], entity.get("code")
    if kind == "CREATOR":
        return user.code == app.creator
    if kind == "USER":
        return bool(code == user.code)
    if kind == "GROUP":
        return code == "everyone" or code in user.groups
    if kind == "ORGANIZATION":
        return code in user.organizations
    return False


Handler = Callable[[Call], "dict[str, Any] | list[Any] | Answer"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the routing table.

    Attributes:
        method: The HTTP method.
        resource: As ``Call.resource``.
        handler: The function.
        tokens: Whether API tokens may call it at all (else 403 GAIA_NO01).
    """

    method: str
    resource: str
    handler: Handler
    tokens: bool = True
