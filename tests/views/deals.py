"""An app with saved lists of every kind of filter, and what the API itself gives for them."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Domain, Token, User
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.shop import ALL_RIGHTS, fill

DEALS = 1
TOKEN = "deals-token"
RECORDS = 60
LISTS: Mapping[str, Mapping[str, Any]] = {
    "Open": {
        "fields": ["name", "amount", "stage"],
        "filterCond": 'stage in ("new", "won")',
        "sort": "amount desc, name asc",
    },
    "All": {"fields": ["name", "owner", "day", "lines"]},
    "Either": {
        "fields": ["stage", "amount", "day"],
        "filterCond": 'stage in ("lost") or amount > "500"',
        "sort": "stage asc",
    },
    "Mine": {"fields": ["name", "amount"], "filterCond": "owner in (LOGINUSER())"},
    "Recent": {
        "fields": ["day", "name", "amount"],
        "filterCond": "day >= FROM_TODAY(-20, DAYS)",
        "sort": "day asc",
    },
    "No notes": {"fields": ["name", "amount"], "filterCond": "notes is empty", "sort": "name"},
    "Alpha": {"fields": ["name", "amount"], "filterCond": 'name like "alpha"'},
    "With B": {
        "fields": ["name", "amount"],
        "filterCond": 'product in ("B")',
        "sort": "レコード番号 asc",
    },
    "By author": {"fields": ["name", "作成者"], "sort": "作成者 desc"},
    "Hidden key": {"fields": ["name", "stage"], "sort": "day desc, amount asc"},
    "Calendar": {"type": "CALENDAR", "date": "day", "title": "name"},
    "Bare": {"fields": []},
}
NAMES = [name for name, view in LISTS.items() if view.get("type") != "CALENDAR"]
TODAY = date.today()


def deals(switches: Switches | None = None, records: int = RECORDS) -> Domain:
    """The domain: users ``sandbox`` and ``sato``, and a token for the app."""
    domain = Domain(
        switches=switches or Switches(),
        users={
            "sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True),
            "sato": User(2, "sato", "佐藤", "sato"),
        },
    )
    app = create_app(
        domain,
        "deals",
        {
            "name": {"type": "SINGLE_LINE_TEXT"},
            "amount": {"type": "NUMBER"},
            "stage": {"type": "DROP_DOWN", "options": ["won", "new", "lost"]},
            "owner": {"type": "USER_SELECT"},
            "day": {"type": "DATE"},
            "notes": {"type": "MULTI_LINE_TEXT"},
            "lines": {
                "type": "SUBTABLE",
                "fields": {"product": {"type": "SINGLE_LINE_TEXT"}, "quantity": {"type": "NUMBER"}},
            },
        },
        views=LISTS,
    )
    fill(domain, app, [deal(number) for number in range(1, records + 1)])
    domain.tokens = {TOKEN: Token(TOKEN, DEALS, ALL_RIGHTS)}
    return domain


def deal(number: int) -> dict[str, Any]:
    """The values of a record."""
    return {
        "name": f"{('alpha', 'beta', 'ガンマ')[number % 3]} {number % 7}",
        "amount": str(number * 37 % 101 * 10) if number % 8 else "",
        "stage": ("won", "new", "lost", "")[number % 4],
        "owner": [{"code": ("sandbox", "sato")[number % 2]}] if number % 5 else [],
        "day": str(TODAY - timedelta(days=number)) if number % 9 else None,
        "notes": "" if number % 2 else "…",
        "lines": [
            {"value": {"product": {"value": "AB"[row]}, "quantity": {"value": str(number + row)}}}
            for row in range(number % 3)
        ],
    }


def shown(sandbox: Sandbox, name: str, *, token: str | None = None) -> Sequence[Mapping[str, Any]]:
    """The records that Kintone gives for a list, in its order, asked without the driver."""
    view = LISTS[name]
    sort = view.get("sort") or "$id desc"
    query = f"{view.get('filterCond', '')} order by {sort}, $id desc limit 500".strip()
    if token is None:
        login = base64.b64encode(b"sandbox:sandbox").decode("ascii")
        headers = {"X-Cybozu-Authorization": login}
    else:
        headers = {"X-Cybozu-API-Token": token}
    url = f"{sandbox.url}/k/v1/records.json?{urlencode({'app': DEALS, 'query': query})}"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        records: Sequence[Mapping[str, Any]] = json.load(answer)["records"]
    return records


def ids(records: Sequence[Mapping[str, Any]]) -> list[int]:
    """The ids of records."""
    return [int(record["$id"]["value"]) for record in records]
