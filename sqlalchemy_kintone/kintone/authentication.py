"""The headers that prove the login; those of OAuth, which change, are in ``oauth``."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import requests
from requests.auth import AuthBase

from sqlalchemy_kintone.conninfo import AuthScheme, Secret, Settings
from sqlalchemy_kintone.kintone.proxies import Proxy


class Credentials(AuthBase):
    """Adds the login's headers to a request.

    Args:
        settings: The connection's settings.
        tokens: The API tokens that go with the request.
    """

    def __init__(self, settings: Settings, tokens: Sequence[Secret] = ()) -> None:
        self._settings = settings
        self._tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add them."""
        settings, headers = self._settings, request.headers
        if settings.auth_scheme is AuthScheme.API_TOKEN:
            headers["X-Cybozu-API-Token"] = ",".join(t.reveal() for t in self._tokens)
        if settings.auth_scheme is AuthScheme.PASSWORD and settings.user and settings.password:
            headers["X-Cybozu-Authorization"] = encoded_login(settings.user, settings.password)
        if settings.basic_auth_user and settings.basic_auth_password:
            login = encoded_login(settings.basic_auth_user, settings.basic_auth_password)
            headers["Authorization"] = f"Basic {login}"
        return request


def encoded_login(user: str, password: Secret) -> str:
    """``user:password`` in Base64, which hides nothing."""
    return b64encode(f"{user}:{password.reveal()}".encode()).decode("ascii")


def secret_texts(settings: Settings) -> Iterator[str]:
    """Every form in which a secret of the settings may come back in somebody's message."""
    for secret in settings.secrets():
        yield secret
        yield quote(secret, safe="")
    for user, password in (
        (settings.user, settings.password),
        (settings.basic_auth_user, settings.basic_auth_password),
        (settings.oauth_client_id, settings.oauth_client_secret),
    ):
        if user is not None and password is not None:
            yield encoded_login(user, password)


def proxy_secret_texts(proxy: Proxy) -> Iterator[str]:
    """The same of the login of a proxy, which the environment may have given."""
    if proxy.user is not None and proxy.password is not None:
        yield proxy.password.reveal()
        yield quote(proxy.password.reveal(), safe="")
        yield encoded_login(proxy.user, proxy.password)
