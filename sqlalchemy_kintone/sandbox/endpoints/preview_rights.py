"""Setting the permissions of an app, its records and its fields.

``preview/app/acl.json`` and its like are deployed with everything else; ``app/acl.json`` and its
like work at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.preview import changed, demand_revision, prepared_app
from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input
from sqlalchemy_kintone.sandbox.model import App, AppSettings, Domain

Handler = Callable[[Call], dict[str, Any]]
Rights = list[dict[str, Any]]
Kind = Literal["app_acl", "record_acl", "field_acl"]

_APP_RIGHTS = (
    "appEditable",
    "recordViewable",
    "recordAddable",
    "recordEditable",
    "recordDeletable",
    "recordImportable",
    "recordExportable",
)
_RECORD_RIGHTS = ("viewable", "editable", "deletable")
_ACCESS = ("WRITE", "READ", "NONE")


def _entity(domain: Domain, path: str, right: Any, kinds: tuple[str, ...]) -> dict[str, Any]:
    """``{"entity", "includeSubs"}`` of one right.

    Raises:
        KintoneError: CB_VA01; GAIA_IL26 (a user that is not there).
    """
    sent = right.get("entity") if isinstance(right, Mapping) else None
    if not isinstance(sent, Mapping):
        raise invalid_input({f"{path}.entity": ["Required field."]})
    kind = sent.get("type")
    if kind not in kinds:
        raise invalid_input({f"{path}.entity.type": ["must be one of the enum value"]})
    code = None if kind == "CREATOR" else params.text(sent, "code")
    if kind == "USER" and code not in domain.users:
        raise KintoneError("GAIA_IL26", f"The specified user (code：{code}) not found.")
    include = params.boolean(right, "includeSubs")
    return {"entity": {"type": kind, "code": code}, "includeSubs": include}


def _app_rights(domain: Domain, sent: list[Any], _settings: AppSettings) -> Rights:
    rights: Rights = []
    for place, each in enumerate(sent):
        kinds = ("USER", "GROUP", "ORGANIZATION", "CREATOR")
        entity = _entity(domain, f"rights[{place}]", each, kinds)
        rights.append({**entity, **{name: params.boolean(each, name) for name in _APP_RIGHTS}})
    # Everyone has the lowest priority, wherever the list has it.
    return sorted(rights, key=lambda right: right["entity"]["code"] == "everyone")


def _entities(domain: Domain, path: str, right: Any) -> list[tuple[Any, dict[str, Any]]]:
    sent = right.get("entities") if isinstance(right, Mapping) else None
    if not isinstance(sent, list):
        raise invalid_input({f"{path}.entities": ["Required field."]})
    kinds = ("USER", "GROUP", "ORGANIZATION", "FIELD_ENTITY")
    return [
        (each, _entity(domain, f"{path}.entities[{place}]", each, kinds))
        for place, each in enumerate(sent)
    ]


def _record_rights(domain: Domain, sent: list[Any], _settings: AppSettings) -> Rights:
    rights: Rights = []
    for place, right in enumerate(sent):
        entities = [
            {**entity, **{name: params.boolean(each, name) for name in _RECORD_RIGHTS}}
            for each, entity in _entities(domain, f"rights[{place}]", right)
        ]
        condition = params.text(right, "filterCond", default="")
        rights.append({"filterCond": condition, "entities": entities})
    return rights


def _field_rights(domain: Domain, sent: list[Any], settings: AppSettings) -> Rights:
    known = {code for code, _, _ in settings.fields()}
    rights: Rights = []
    for place, right in enumerate(sent):
        path = f"rights[{place}]"
        entities: list[dict[str, Any]] = []
        for each, entity in _entities(domain, path, right):
            if each.get("accessibility") not in _ACCESS:
                message = "must be one of the enum value"
                raise invalid_input({f"{path}.entities.accessibility": [message]})
            entities.append({"accessibility": each["accessibility"], **entity})
        code = params.text(right, "code")
        if code not in known:
            raise KintoneError("GAIA_FC01", f"The field (code: {code}) not found.", status=404)
        rights.append({"code": code, "entities": entities})
    return rights


_READERS: Mapping[Kind, Callable[[Domain, list[Any], AppSettings], Rights]] = {
    "app_acl": _app_rights,
    "record_acl": _record_rights,
    "field_acl": _field_rights,
}


def _sent(call: Call, kind: Kind, settings: AppSettings) -> Rights:
    sent = params.items(call.params, "rights")
    if sent is None:
        raise invalid_input({"rights": ["Required field."]})
    return _READERS[kind](call.domain, sent, settings)


def _prepare(kind: Kind) -> Handler:
    def handle(call: Call) -> dict[str, Any]:
        app = prepared_app(call)
        rights = _sent(call, kind, app.preview)
        demand_revision(app, call.params)
        setattr(app.preview, kind, rights)
        return changed(app)

    return handle


def _set(kind: Kind) -> Handler:
    def handle(call: Call) -> dict[str, Any]:
        app: App = call.app(params.integer(call.params, "app", minimum=1), "settings")
        rights = _sent(call, kind, app.settings)
        demand_revision(app, call.params)
        setattr(app.settings, kind, rights)
        setattr(app.preview, kind, rights)
        answer = changed(app)
        app.settings.revision = app.preview.revision
        app.cache.clear()
        return answer

    return handle


def _show(kind: Kind) -> Handler:
    def handle(call: Call) -> dict[str, Any]:
        settings = prepared_app(call).preview
        return {"rights": getattr(settings, kind), "revision": str(settings.revision)}

    return handle


_RESOURCES: tuple[tuple[str, Kind], ...] = (
    ("app/acl.json", "app_acl"),
    ("record/acl.json", "record_acl"),
    ("field/acl.json", "field_acl"),
)

ENDPOINTS = tuple(
    endpoint
    for resource, kind in _RESOURCES
    for endpoint in (
        Endpoint("GET", f"preview/{resource}", _show(kind)),
        Endpoint("PUT", f"preview/{resource}", _prepare(kind)),
        Endpoint("PUT", resource, _set(kind)),
    )
)
