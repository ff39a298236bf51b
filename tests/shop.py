"""A small domain for the driver's tests: two apps to join, a guest space, and API tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, Right, Space, Token, User
from sqlalchemy_kintone.sandbox.records import add_records
from sqlalchemy_kintone.sandbox.switches import Switches

CUSTOMERS = 1
ORDERS = 2
SECRETS = 3
"""An app that ``clerk`` may not view."""
GUESTS = 4
"""An app in the guest space."""
GUEST_SPACE = 5
TOKENS = {CUSTOMERS: "customers-token", ORDERS: "orders-token", GUESTS: "guests-token"}
ALL_RIGHTS: frozenset[Right] = frozenset(("view", "add", "edit", "delete", "settings"))


def shop(switches: Switches | None = None) -> Domain:
    """The domain: 3 customers, 7 orders; users ``sandbox`` (administrator) and ``clerk``."""
    domain = Domain(
        switches=switches or Switches(),
        users={
            "sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True),
            "clerk": User(2, "clerk", "事務", "clerk-password"),
        },
        spaces={GUEST_SPACE: Space(GUEST_SPACE, "Partners", is_guest=True, members=["sandbox"])},
    )
    customers = create_app(
        domain,
        "customers",
        {
            "name": {"type": "SINGLE_LINE_TEXT", "label": "顧客名", "unique": True},
            "rank": {"type": "DROP_DOWN", "options": ["A", "B"]},
        },
        code="CUST",
        description="Who buys.",
    )
    orders = create_app(
        domain,
        "orders",
        {
            "customer": {"type": "SINGLE_LINE_TEXT"},
            "amount": {"type": "NUMBER"},
            "day": {"type": "DATE"},
            "paid_at": {"type": "DATETIME"},
            "tags": {"type": "CHECK_BOX", "options": ["new", "rush"]},
        },
        number_precision={"digits": "20", "decimalPlaces": "2"},
    )
    secrets = create_app(domain, "secrets", {"text": {"type": "SINGLE_LINE_TEXT"}})
    secrets.settings.app_acl[:] = []
    guests = create_app(
        domain, "guests", {"text": {"type": "SINGLE_LINE_TEXT"}}, space_id=GUEST_SPACE
    )
    people = (("山田", "A"), ("Ito", "B"), ("Mori", ""))
    fill(domain, customers, [{"name": name, "rank": rank} for name, rank in people])
    fill(
        domain,
        orders,
        [
            {
                "customer": ("山田", "Ito")[i % 2],
                "amount": f"{i * 10}.5",
                "day": f"2026-03-0{i}",
                "paid_at": f"2026-03-0{i}T15:30:00Z" if i % 3 else None,
                "tags": ["new", "rush"][: i % 3],
            }
            for i in range(1, 8)
        ],
    )
    fill(domain, guests, [{"text": "hello"}])
    domain.tokens = {t: Token(t, app_id, ALL_RIGHTS) for app_id, t in TOKENS.items()}
    return domain


def fill(domain: Domain, app: App, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add records to an app."""
    payloads = [{code: {"value": value} for code, value in row.items()} for row in rows]
    for start in range(0, len(payloads), 100):
        add_records(domain, app, payloads[start : start + 100], code="sandbox")
