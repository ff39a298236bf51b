"""The demo with everything that tables of metadata can show, and what its API says of it."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.model import Domain

GUEST_SPACE = 2
ORDERS = 3

Told = Callable[..., Any]

_EVERYONE = {"entity": {"type": "GROUP", "code": "everyone"}, "includeSubs": False}
_SALES = {"entity": {"type": "ORGANIZATION", "code": "sales"}, "includeSubs": True}
_OTHERS: dict[str, dict[str, Any]] = {
    "app/actions.json": {
        "actions": {
            "活動を記録": {
                "id": "8",
                "name": "活動を記録",
                "index": "0",
                "destApp": {"app": "5", "code": ""},
                "mappings": [{"srcType": "RECORD_URL", "destField": "url"}],
                "entities": [{"type": "GROUP", "code": "everyone"}],
            }
        }
    },
    "app/plugins.json": {"plugins": [{"id": "abcdef", "name": "Calendar", "enabled": True}]},
    "app/notifications/general.json": {
        "notifications": [
            {
                **_EVERYONE,
                "recordAdded": True,
                "recordEdited": False,
                "commentAdded": True,
                "statusChanged": False,
                "fileImported": False,
            }
        ],
        "notifyToCommenter": True,
    },
    "app/notifications/perRecord.json": {
        "notifications": [
            {"title": "大口", "filterCond": "total > 1000000", "targets": [_EVERYONE, _SALES]}
        ]
    },
    "app/notifications/reminder.json": {
        "notifications": [
            {
                "title": "期限",
                "filterCond": "",
                "timing": {"code": "order_date", "daysLater": "-1", "time": "09:00"},
                "targets": [_SALES],
            }
        ],
        "timezone": "Asia/Tokyo",
    },
}


@pytest.fixture
def demo(kintone_sandbox: Sandbox) -> Sandbox:
    """The demo, in which the orders have actions, plug-ins, notifications and rights."""
    complete(kintone_sandbox.domain)
    return kintone_sandbox


def complete(domain: Domain) -> Domain:
    """Give the orders what tables of metadata can show and the demo lacks."""
    settings = domain.apps[ORDERS].settings
    settings.others = _OTHERS
    settings.record_acl = [
        {
            "filterCond": "total > 1000000",
            "entities": [{**_EVERYONE, "viewable": True, "editable": True, "deletable": False}],
        }
    ]
    return domain


@pytest.fixture
def connection(demo: Sandbox) -> Iterator[Connection]:
    """The administrator's connection, guest space included."""
    with connect(demo) as connection:
        yield connection


@pytest.fixture
def told(demo: Sandbox) -> Told:
    """Asks the API itself: a path and its parameters."""

    def ask(path: str, **parameters: Any) -> Any:
        login = base64.b64encode(b"sandbox:sandbox").decode("ascii")
        url = f"{demo.url}/{path}?{urlencode(parameters)}"
        request = urllib.request.Request(url, headers={"X-Cybozu-Authorization": login})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    return ask


def connect(demo: Sandbox, **parameters: Any) -> Connection:
    login = {"user": "sandbox", "password": "sandbox", "guest_space_id": GUEST_SPACE}
    return kintone.connect(url=demo.url, **(parameters or login))


def rows(connection: Connection, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return connection.execute(sql, parameters).fetchall()


def sent(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    """Resource and app of each request that a statement sends."""
    before = len(rows(connection, "SELECT * FROM system.requests"))
    rows(connection, sql)
    listed = rows(connection, "SELECT resource, app_id FROM system.requests ORDER BY number")
    return sorted(listed[before:], key=str)
