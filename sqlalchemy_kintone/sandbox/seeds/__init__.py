"""What a sandbox's domain holds at first."""

from __future__ import annotations

from typing import Literal

from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.seeds.big import add_big_app
from sqlalchemy_kintone.sandbox.seeds.demo import add_demo
from sqlalchemy_kintone.sandbox.seeds.people import administrator
from sqlalchemy_kintone.sandbox.seeds.tokens import add_token


def seed(domain: Domain, kind: Literal["empty", "demo"], rows: int = 0) -> None:
    """Fill a new domain.

    The user ``sandbox`` with password ``sandbox`` is its administrator. ``demo`` adds the data of
    a small trading company, the same in every run: users (the password is the user code), apps and
    an API token ``demo-token-…`` for each app.

    Args:
        domain: A domain without users and apps.
        kind: ``empty`` for nothing but the administrator.
        rows: The number of records of a further app, ``big``; 0 for no such app.
    """
    if kind == "demo":
        add_demo(domain)
    else:
        domain.users["sandbox"] = administrator()
    if rows:
        add_token(domain, add_big_app(domain, rows), "big")
