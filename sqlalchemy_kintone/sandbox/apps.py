"""Making apps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy_kintone.sandbox.model import App, AppSettings, Domain
from sqlalchemy_kintone.sandbox.properties import (
    SWITCHED_FIELDS,
    SYSTEM_FIELDS,
    Properties,
    Property,
    complete,
    system_properties,
)

EVERYONE = {"type": "GROUP", "code": "everyone"}
"""The group that all users are in."""


def create_app(
    domain: Domain,
    name: str,
    properties: Mapping[str, Mapping[str, Any]],
    *,
    code: str = "",
    space_id: int | None = None,
    creator: str | None = None,
    number_precision: Mapping[str, str] | None = None,
    process: Mapping[str, Any] | None = None,
    layout: Sequence[Mapping[str, Any]] | None = None,
    views: Mapping[str, Mapping[str, Any]] | None = None,
    description: str = "",
    now: datetime | None = None,
    deployed: bool = True,
) -> App:
    """Add an app to a domain.

    Args:
        domain: The domain.
        name: The app's name; names are not unique.
        properties: Field code to as much of its property as is not as usual; ``options`` may be
            a list of names. System fields that are not among them are added.
        code: The app code.
        space_id: The space it lives in.
        creator: The code of the user who makes it; by default the first administrator.
        number_precision: ``digits``, ``decimalPlaces`` and ``roundingMode`` that are not as usual.
        process: ``states`` and ``actions`` of process management, which is then on.
        layout: As ``app/form/layout.json``; by default a row for each field.
        views: View name to as much of the view as is not as usual, in order; the first gets id 1.
        description: HTML.
        now: When it is made; the domain's clock by default.
        deployed: Whether the app is there for its users, or in preparation only.

    Returns:
        The app, which has no records.
    """
    completed = {each: complete(each, prop) for each, prop in properties.items()}
    completed = {**{p["code"]: p for p in system_properties(completed)}, **completed}
    if process is not None:
        for prop in completed.values():
            if prop["type"] in ("STATUS", "STATUS_ASSIGNEE"):
                prop["enabled"] = True
    settings = AppSettings(
        properties=completed,
        layout=deepcopy(list(generated_layout(completed) if layout is None else layout)),
        general=general_settings(name, description, number_precision or {}),
        views={
            name: complete_view(name, index, view)
            for index, (name, view) in enumerate((views or {}).items())
        },
        process=_process(process),
        app_acl=[full_rights({"type": "CREATOR", "code": None}), full_rights(EVERYONE)],
    )
    now = now or domain.clock()
    author = creator or _administrator(domain)
    app = App(
        id=domain.next_app_id,
        creator=author,
        created_at=now,
        modifier=author,
        modified_at=now,
        live=settings if deployed else None,
        preview=deepcopy(settings),
        code=code,
        space_id=space_id,
    )
    domain.next_app_id += 1
    domain.apps[app.id] = app
    return app


def general_settings(
    name: str, description: str = "", number_precision: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """``app/settings.json`` of a new app."""
    precision = {"digits": "16", "decimalPlaces": "4", "roundingMode": "HALF_EVEN"}
    return {
        "name": name,
        "description": description,
        "icon": {"type": "PRESET", "key": "APP72"},
        "theme": "WHITE",
        "titleField": {"selectionMode": "AUTO"},
        "enableThumbnails": True,
        "enableBulkDeletion": False,
        "enableComments": True,
        "enableDuplicateRecord": True,
        "enableInlineRecordEditing": True,
        "numberPrecision": {**precision, **(number_precision or {})},
        "firstMonthOfFiscalYear": "4",
    }


def complete_view(name: str, index: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """A view of ``app/views.json``: by default a LIST of all records, newest first."""
    usual = {"type": "LIST", "name": name, "filterCond": "", "sort": ""}
    lists: dict[str, Any] = {"fields": []} if given.get("type", "LIST") == "LIST" else {}
    return {**usual, **lists, **deepcopy(dict(given)), "id": str(index + 1), "index": str(index)}


def full_rights(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of ``app/acl.json`` that allows everything."""
    return {
        "entity": dict(entity),
        "includeSubs": False,
        "appEditable": True,
        "recordViewable": True,
        "recordAddable": True,
        "recordEditable": True,
        "recordDeletable": True,
        "recordImportable": True,
        "recordExportable": True,
    }


def generated_layout(properties: Properties) -> Iterator[dict[str, Any]]:
    """A form with a row for each field, in the order of the properties; system fields are off it.

    A new app's form does not show them either.
    """
    for code, prop in properties.items():
        if prop["type"] in SYSTEM_FIELDS or prop["type"] in SWITCHED_FIELDS:
            continue
        if prop["type"] == "SUBTABLE":
            cells = [_cell(inner) for inner in prop["fields"].values()]
            yield {"type": "SUBTABLE", "code": code, "fields": cells}
        elif prop["type"] == "GROUP":
            yield {"type": "GROUP", "code": code, "layout": []}
        else:
            yield {"type": "ROW", "fields": [_cell(prop)]}


def _cell(prop: Property) -> dict[str, Any]:
    """A field in a layout; lists of related records have no size."""
    cell = {"type": prop["type"], "code": prop["code"]}
    return cell if prop["type"] == "REFERENCE_TABLE" else {**cell, "size": {"width": "200"}}


def _process(process: Mapping[str, Any] | None) -> dict[str, Any]:
    if process is None:
        return {"enable": False, "states": None, "actions": None}
    return {"enable": True, **deepcopy(dict(process))}


def _administrator(domain: Domain) -> str:
    administrators: Sequence[str] = [u.code for u in domain.users.values() if u.administrator]
    return administrators[0] if administrators else next(iter(domain.users), "Administrator")
