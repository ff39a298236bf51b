"""API tokens that can be written down in advance."""

from __future__ import annotations

from sqlalchemy_kintone.sandbox.model import App, Domain, Right, Token

ALL_RIGHTS: frozenset[Right] = frozenset(("view", "add", "edit", "delete", "settings"))


def add_token(domain: Domain, app: App, name: str) -> None:
    """Add ``demo-token-{name}``, which may do everything with one app."""
    text = f"demo-token-{name}"
    domain.tokens[text] = Token(text, app.id, ALL_RIGHTS)
