"""Logging in with OAuth: the access token of each request, and a new one when it expires.

How Kintone refreshes tokens is assumed from RFC 6749: ``POST /oauth2/token`` with
``grant_type=refresh_token`` and the client in the header ``Authorization: Basic``; an answer
without a refresh token leaves the old one in force; an access token that has expired is refused
with the status 401.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard
from urllib.parse import quote

import requests

from sqlalchemy_kintone.conninfo import OAuthTokens, Secret, Settings, TokenStore
from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.authentication import encoded_login
from sqlalchemy_kintone.kintone.lines import using
from sqlalchemy_kintone.kintone.token_file import TokenFile

Send = Callable[[requests.PreparedRequest], requests.Response]

_TOKEN = re.compile(r"[!-~]+")
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")
_RENEW = (
    "Check OAuthClientId and OAuthClientSecret; if they are right, let the user grant access again "
    "for a new OAuthRefreshToken."
)


class UnansweredRefreshError(requests.RequestException):
    """No answer came to a refresh: the request that it was for was refused, or not yet sent."""


class OAuthLogin:
    """The tokens of one connection. Threads may share it: they wait for one refresh together.

    Args:
        settings: The connection's settings.

    Raises:
        InterfaceError: The token file cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        store = settings.oauth_token_store
        self._store: TokenStore | None = (
            TokenFile(store, settings.url) if isinstance(store, str) else store
        )
        self._tokens = self._stored() or _given(settings)
        self._seen: list[OAuthTokens] = []
        self._refused: dict[Secret, OperationalError] = {}

    def send(self, request: requests.PreparedRequest, send: Send) -> requests.Response:
        """Send a request with the access token; where it is refused, once more with a new one.

        A request that was refused with 401 was not carried out, so that sending it again writes
        nothing twice.

        Args:
            request: The request.
            send: Sends it and returns the response, its body perhaps not yet read.

        Raises:
            OperationalError: There is no new token.
            UnansweredRefreshError: The answer to a refresh was lost.
            InterfaceError: The tokens cannot be kept.
        """
        tokens = self._tokens if self._tokens.access_token else self._refresh(self._tokens, send)
        response = send(_with_token(request, tokens))
        if response.status_code != 401 or not self._can_refresh:
            return response
        _let_go(response)
        return send(_with_token(request, self._refresh(tokens, send)))

    def secret_texts(self) -> Iterator[str]:
        """Every token that was ever in use here."""
        for tokens in (self._tokens, *self._seen):
            for token in (tokens.access_token, tokens.refresh_token):
                if token:
                    yield token
                    yield quote(token, safe="")

    @property
    def _can_refresh(self) -> bool:
        return self._settings.oauth_client_id is not None and bool(self._refresh_tokens())

    def _refresh_tokens(self) -> list[Secret]:
        """Those to try: the last one, then the one that the settings give."""
        last = self._tokens.refresh_token
        candidates = (Secret(last) if last else None, self._settings.oauth_refresh_token)
        return list(dict.fromkeys(each for each in candidates if each))

    def _refresh(self, stale: OAuthTokens, send: Send) -> OAuthTokens:
        """Newer tokens than ``stale``, which another thread may have got already."""
        with self._lock:
            if self._tokens.access_token != stale.access_token:
                return self._tokens
            refused = self._refused.get(Secret(stale.access_token))
            if refused is not None:
                raise OperationalError(str(refused), http_status=refused.http_status)
            stored = self._stored_since(stale)
            if stored is not None:
                self._use(stored)
                return stored
            failure = OperationalError(
                f"There is no OAuth token for {self._settings.host}. Give OAuthRefreshToken."
            )
            for refresh_token in self._refresh_tokens():
                try:
                    tokens = self._ask(refresh_token, send)
                except OperationalError as error:
                    failure = error
                    continue
                self._use(tokens)
                if self._store is not None:
                    self._store.save(tokens)
                return tokens
            # Somebody else may have refreshed meanwhile, which can end the refresh token of before.
            stored = self._stored_since(stale)
            if stored is not None:
                self._use(stored)
                return stored
            # What was refused for good is not asked by each of the waiting threads again.
            if failure.http_status is not None and failure.http_status < 429:
                self._refused[Secret(stale.access_token)] = failure
            raise failure

    def _use(self, tokens: OAuthTokens) -> None:
        self._seen.append(self._tokens)
        # The last few: connections live long, and messages quote what was sent just now.
        del self._seen[:-4]
        self._tokens = tokens

    def _stored(self) -> OAuthTokens | None:
        return None if self._store is None else self._store.load()

    def _stored_since(self, stale: OAuthTokens) -> OAuthTokens | None:
        """What somebody else has stored."""
        stored = self._stored()
        return None if stored is None or stored.access_token in ("", stale.access_token) else stored

    def _ask(self, refresh_token: Secret, send: Send) -> OAuthTokens:
        # It is not given up with the request that it is for: the answer may hold the only token
        # that counts from now on.
        with using(None):
            try:
                response = send(self._request(refresh_token))
                answer = _json_object(response)
            except requests.RequestException as error:
                raise UnansweredRefreshError(error) from error
            response.close()
        tokens = _tokens(answer, refresh_token) if response.status_code == 200 else None
        if tokens is not None:
            return tokens
        code = _error_code(answer)
        # Tools that report errors show the variables of each frame.
        del answer
        raise self._no_token(response.status_code, code)

    def _request(self, refresh_token: Secret) -> requests.PreparedRequest:
        settings = self._settings
        client = encoded_login(
            settings.oauth_client_id or "", settings.oauth_client_secret or Secret("")
        )
        return requests.Request(
            "POST",
            f"{settings.url}/oauth2/token",
            headers={"Authorization": f"Basic {client}", "Accept": "application/json"},
            data={"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()},
        ).prepare()

    def _no_token(self, status: int, code: str | None) -> OperationalError:
        reason = f"{code}, HTTP {status}" if code else f"HTTP {status}"
        remedy = "Try again later." if status >= 429 else _RENEW
        return OperationalError(
            f"{self._settings.host} gave no new OAuth token ({reason}). {remedy}",
            http_status=status,
        )


def _given(settings: Settings) -> OAuthTokens:
    access, refresh = settings.oauth_access_token, settings.oauth_refresh_token
    return OAuthTokens(access.reveal() if access else "", refresh.reveal() if refresh else None)


def _with_token(request: requests.PreparedRequest, tokens: OAuthTokens) -> requests.PreparedRequest:
    request = request.copy()
    request.headers["Authorization"] = f"Bearer {tokens.access_token}"
    return request


def _let_go(response: requests.Response) -> None:
    """Free its connection for others, and for the refresh: only once all is read."""
    _ = response.content
    response.close()


def _error_code(answer: Mapping[str, Any]) -> str | None:
    """What RFC 6749 calls ``error``; no other text, which might quote a secret."""
    code = answer.get("error")
    return code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else None


def _json_object(response: requests.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _tokens(answer: Mapping[str, Any], refresh_token: Secret) -> OAuthTokens | None:
    """The tokens of an answer; without a new refresh token the old one stays."""
    access = answer.get("access_token")
    refresh = answer.get("refresh_token") or refresh_token.reveal()
    return OAuthTokens(access, refresh) if _is_token(access) and _is_token(refresh) else None


def _is_token(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None
