"""Apps to query, built directly from the sandbox's data model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import (
    App,
    AppSettings,
    Domain,
    Group,
    Organization,
    Record,
    User,
)
from sqlalchemy_kintone.sandbox.query import compile_query
from sqlalchemy_kintone.sandbox.switches import Switches

Properties = dict[str, dict[str, Any]]

# A Wednesday; in Tokyo it is 09:30 of that day, in New York 19:30 of the day before.
NOW = datetime(2026, 11, 25, 0, 30, 15, tzinfo=timezone.utc)

SATO = User(7, "sato", "佐藤", "p", organizations=["sales"], primary_organization="sales")
SUZUKI = User(3, "suzuki", "鈴木", "p", timezone="America/New_York")


def field(code: str, field_type: str, **more: Any) -> Properties:
    """One field's property under its code."""
    return {code: {"type": field_type, "code": code, "label": code, **more}}


def options(*names: str) -> dict[str, Any]:
    """The options of a field, in this order."""
    return {name: {"label": name, "index": str(index)} for index, name in enumerate(names)}


def domain(**switches: Any) -> Domain:
    """A domain with two users, two organizations and a group, whose clock stands at NOW."""
    built = Domain(switches=Switches(**switches), clock=lambda: NOW)
    built.users = {user.code: user for user in (SATO, SUZUKI)}
    built.organizations = {
        "sales": Organization(1, "sales", "営業"),
        "plant": Organization(2, "plant", "工場"),
    }
    built.groups = {"staff": Group(1, "staff", "社員")}
    return built


def add_app(
    to: Domain,
    properties: Properties,
    *records: Mapping[str, Any],
    code: str = "",
    statuses: Sequence[str] = (),
) -> App:
    """An app whose records get the ids from 1 on."""
    process: dict[str, Any] = {"enable": False, "states": None, "actions": None}
    if statuses:
        states = {name: {"name": name, "index": str(index)} for index, name in enumerate(statuses)}
        process = {"enable": True, "states": states, "actions": []}
    settings = AppSettings(properties, [], {"name": "app"}, {}, process)
    app = App(
        id=to.next_app_id,
        creator="sato",
        created_at=NOW,
        modifier="sato",
        modified_at=NOW,
        live=settings,
        preview=replace(settings),
        code=code,
    )
    to.next_app_id += 1
    to.apps[app.id] = app
    for record_id, values in enumerate(records, start=1):
        app.records[record_id] = Record(record_id, 1, dict(values))
    app.version += 1
    return app


def table(code: str, *rows: Mapping[str, Any], first_id: int = 1) -> dict[str, Any]:
    """The value of a SUBTABLE under its code."""
    return {
        code: [
            {"id": str(row_id), "value": {c: {"type": "", "value": v} for c, v in row.items()}}
            for row_id, row in enumerate(rows, start=first_id)
        ]
    }


def matching(query: str, app: App, to: Domain, user: User | None = SATO) -> list[int]:
    """The ids that a condition matches, ascending."""
    compiled = compile_query(query, app, to, Caller(user))
    return sorted(record.id for record in compiled.ordered())


def in_order(query: str, app: App, to: Domain, user: User | None = SATO) -> list[int]:
    """The ids of the page that a query answers, in its order."""
    return [record.id for record in compile_query(query, app, to, Caller(user)).select().records]


def refusal(query: str, app: App, to: Domain, user: User | None = SATO) -> str:
    """The code of the error that a query gets, or ``""`` where it is accepted."""
    try:
        compile_query(query, app, to, Caller(user))
    except KintoneError as error:
        return error.code
    return ""
