"""Whose replica it is: what one login may see is not shown to another."""

from __future__ import annotations

import hashlib

from sqlalchemy_kintone.conninfo import AuthScheme, Settings


def owner_of(settings: Settings) -> str:
    """A text that tells a login apart from others, and gives nothing of it away."""
    if settings.auth_scheme is AuthScheme.PASSWORD:
        login = [settings.user or ""]
    elif settings.auth_scheme is AuthScheme.API_TOKEN:
        login = sorted(token.reveal() for token in settings.api_tokens)
    else:
        secrets = (settings.oauth_refresh_token, settings.oauth_access_token)
        login = [settings.oauth_client_id or "", *(s.reveal() for s in secrets if s is not None)]
    parts = [settings.url, settings.auth_scheme.value, *login]
    # Tokens are random and long, so that a hash of them tells nothing; passwords are left out.
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
