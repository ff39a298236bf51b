"""An app with records behind the server, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, Right, Token
from tests.sandbox.client import Api
from tests.sandbox.writing import NOW

ALL_RIGHTS: tuple[Right, ...] = ("view", "add", "edit", "delete", "settings")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def clock(domain: Domain) -> Clock:
    clock = Clock()
    domain.clock = clock
    return clock


@pytest.fixture
def app(domain: Domain, clock: Clock) -> App:
    """An app with a unique text, a number, a required text with a default, and files."""
    return create_app(
        domain,
        "records",
        {
            "key": {"type": "SINGLE_LINE_TEXT", "unique": True},
            "number": {"type": "NUMBER", "unique": True},
            "title": {"type": "SINGLE_LINE_TEXT", "required": True, "defaultValue": "untitled"},
            "day": {"type": "DATE", "unique": True},
            "files": {"type": "FILE"},
        },
    )


@pytest.fixture
def user_api(api: Api) -> Api:
    """The client of a user who administers nothing."""
    return api.as_user("user1", "user1")


@pytest.fixture
def token_api(domain: Domain, api: Api) -> Callable[..., Api]:
    """``token_api(app, "view")``: a client with a token of these rights (all by default)."""

    def client(app: App, *rights: Right) -> Api:
        text = f"token{len(domain.tokens)}"
        domain.tokens[text] = Token(text, app.id, frozenset(rights or ALL_RIGHTS))
        return api.with_tokens(text)

    return client


def add(api: Api, app: App, *records: dict[str, Any]) -> list[str]:
    """Add records through the API (``{code: V}`` each); their ids."""
    payloads = [{code: {"value": value} for code, value in each.items()} for each in records]
    ids: list[str] = api.ok("POST", "records.json", app=app.id, records=payloads)["ids"]
    return ids


def shown(api: Api, app: App, record_id: object, code: str) -> Any:
    """The value of a record's field as the API shows it."""
    record = api.ok("GET", "record.json", app=app.id, id=record_id)["record"]
    return record[code]["value"]


def error(api: Api, method: str, resource: str, **params: Any) -> dict[str, Any]:
    """The body of a refusal with its HTTP status as ``status``."""
    response = api.call(method, resource, **params)
    assert response.status_code >= 400, response.text
    body: dict[str, Any] = response.json()
    return {"status": response.status_code, **body}
