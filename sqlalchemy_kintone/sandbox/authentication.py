"""Who calls: password, API tokens or OAuth, with the domain's Basic authentication in front.

The precedence is password, then API token, then OAuth: a valid password wins over a wrong token.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.http_message import Response, html_page, illegal_request
from sqlalchemy_kintone.sandbox.model import Domain, Token, User

_MOST_TOKENS = 9
"""More tokens than this in one request are an error (API documentation)."""


@dataclass(frozen=True, slots=True)
class BasicAuthentication:
    """The user name and password that the domain asks for before anything else."""

    user: str
    password: str = field(repr=False)

    def refusal(self, headers: Mapping[str, str]) -> Response | None:
        """The 401 page for a request without the right ``Authorization: Basic``, else None."""
        given = _decode_pair(_after_scheme(headers.get("authorization", ""), "basic"))
        if given is not None and _same(given, (self.user, self.password)):
            return None
        return html_page(
            401, "401 Authorization Required", {"WWW-Authenticate": 'Basic realm="Basic"'}
        )


def authenticate(domain: Domain, headers: Mapping[str, str]) -> Caller:
    """The caller of a request.

    Args:
        domain: Its users and tokens.
        headers: Lower-case name to value.

    Raises:
        KintoneError: CB_AU01 (no credentials, or an unknown OAuth token), CB_WA01 (wrong user or
            password), GAIA_IA02 (an unknown token, or one of an app not deployed yet), GAIA_DA03
            (two tokens of one app), CB_IL02 (more than nine tokens).
    """
    password_header = headers.get("x-cybozu-authorization")
    if password_header is not None:
        return Caller(_user_by_password(domain, password_header))
    token_header = headers.get("x-cybozu-api-token")
    if token_header is not None:
        return Caller(None, _tokens(domain, token_header))
    bearer = _after_scheme(headers.get("authorization", ""), "bearer")
    user = domain.users.get(domain.oauth_tokens.get(bearer, "")) if bearer else None
    if user is None or not user.valid:
        raise KintoneError("CB_AU01", "Please login.", status=401)
    return Caller(user)


def _user_by_password(domain: Domain, header: str) -> User:
    given = _decode_pair(header)
    user = domain.users.get(given[0]) if given else None
    if given and user and user.valid and _same(given, (user.code, user.password)):
        return user
    raise KintoneError(
        "CB_WA01",
        "Password authentication failed. The value in http header of X-Cybozu-Authorization"
        " is not valid.",
        status=401,
    )


def _tokens(domain: Domain, header: str) -> tuple[Token, ...]:
    texts = [text.strip() for text in header.split(",")]
    if len(texts) > _MOST_TOKENS:
        raise illegal_request()
    tokens: list[Token] = []
    for text in texts:
        token = domain.tokens.get(text)
        app = domain.apps.get(token.app_id) if token else None
        if token is None or app is None or app.live is None:
            raise KintoneError(
                "GAIA_IA02",
                "The specified API token does not match the API token generated via an app.",
            )
        tokens.append(token)
    if len({token.app_id for token in tokens}) < len(tokens):
        raise KintoneError(
            "GAIA_DA03", "You cannot specify a duplicate API token for the same app."
        )
    return tuple(tokens)


def _after_scheme(header: str, scheme: str) -> str:
    given, _, credentials = header.partition(" ")
    return credentials.strip() if given.lower() == scheme else ""


def _decode_pair(encoded: str) -> tuple[str, str] | None:
    """``base64("user:password")``, or None for anything else; a password may hold colons."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    user, separator, password = text.partition(":")
    return (user, password) if separator and password else None


def _same(given: tuple[str, str], expected: tuple[str, str]) -> bool:
    pairs = zip(given, expected, strict=True)
    return all(hmac.compare_digest(one.encode(), other.encode()) for one, other in pairs)
