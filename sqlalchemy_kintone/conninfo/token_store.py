"""Where OAuth tokens are kept between connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class OAuthTokens:
    """What proves an OAuth login.

    Attributes:
        access_token: Goes with each request, until it expires.
        refresh_token: Gets a new access token; None where there is none.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)


@runtime_checkable
class TokenStore(Protocol):
    """Keeps the tokens of one OAuth client at one Kintone domain.

    A connection calls it from one thread at a time; several connections may share it.
    """

    def load(self) -> OAuthTokens | None:
        """The tokens that were saved last, or None."""

    def save(self, tokens: OAuthTokens) -> None:
        """Keep these instead."""
