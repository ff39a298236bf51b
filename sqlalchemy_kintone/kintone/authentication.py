"""The headers that prove the login. The only place where secrets are revealed to HTTP."""

from __future__ import annotations

from base64 import b64encode

import requests
from requests.auth import AuthBase

from sqlalchemy_kintone.conninfo import AuthScheme, Secret, Settings


class Credentials(AuthBase):
    """Adds the login's headers to each request.

    That it stands in for requests' own authentication also keeps ``~/.netrc`` out.

    Args:
        settings: The connection's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add them."""
        settings, headers = self._settings, request.headers
        if settings.auth_scheme is AuthScheme.API_TOKEN:
            headers["X-Cybozu-API-Token"] = ",".join(t.reveal() for t in settings.api_tokens)
        elif settings.auth_scheme is AuthScheme.OAUTH and settings.oauth_access_token:
            headers["Authorization"] = f"Bearer {settings.oauth_access_token.reveal()}"
        else:
            headers["X-Cybozu-Authorization"] = _pair(settings.user, settings.password)
        if settings.basic_auth_user is not None:
            login = _pair(settings.basic_auth_user, settings.basic_auth_password)
            headers["Authorization"] = f"Basic {login}"
        return request


def _pair(user: str | None, password: Secret | None) -> str:
    secret = password.reveal() if password else ""
    return b64encode(f"{user}:{secret}".encode()).decode("ascii")
