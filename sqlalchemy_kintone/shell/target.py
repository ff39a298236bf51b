"""What the shell connects to: a connection string, a URL, the environment or the sandbox."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sqlalchemy_kintone.connection import Connection, connect
from sqlalchemy_kintone.conninfo import keywords_of_url, settings_of
from sqlalchemy_kintone.conninfo.connection_string import items
from sqlalchemy_kintone.conninfo.parameters import find
from sqlalchemy_kintone.errors import InterfaceError

_SQLALCHEMY_URL = re.compile(r"kintone(\+\w+)?:", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LOGINS = ("Password", "APIToken", "OAuthAccessToken", "OAuthRefreshToken", "OAuthTokenFile")


@dataclass(frozen=True)
class Target:
    """What to connect to; what is not said here comes from the environment.

    Attributes:
        conninfo: A connection string.
        keywords: Values by keyword, which win over the string.
        in_sandbox: Whether it is the embedded sandbox.
    """

    conninfo: str | None = field(default=None, repr=False)
    keywords: Mapping[str, str] = field(default_factory=dict, repr=False)
    in_sandbox: bool = False

    def connect(self, ask_password: Callable[[str], str] | None) -> Connection:
        """Open the connection. Nothing is sent yet.

        Args:
            ask_password: Asks a person for the password of a user, which happens where there is a
                user but nothing to log in with; None where nobody can be asked.

        Raises:
            InterfaceError: Parameters are unknown, missing, wrong or contradict each other.
            NotSupportedError: A parameter asks for what does not work yet.
        """
        keywords = dict(self.keywords)
        if self.in_sandbox:
            # The environment's parameters, such as its apps, are those of another Kintone.
            keywords = {"proxy": "none", **keywords, **_sandbox_login()}
            return Connection(settings_of(None, keywords, environment={}))
        if ask_password is not None and (user := self._user_without_login()) is not None:
            keywords["password"] = ask_password(user)
        return connect(self.conninfo, **keywords)

    def _user_without_login(self) -> str | None:
        given = {name: value for name in ("User", *_LOGINS) if (value := _from_environment(name))}
        for item in items(self.conninfo or ""):
            given[_name(item.name)] = item.value
        given.update({_name(keyword): value for keyword, value in self.keywords.items()})
        scheme = given.get("AuthScheme") or _from_environment("AuthScheme") or "Password"
        if scheme.casefold() != "password" or any(given.get(name) for name in _LOGINS):
            return None
        return given.get("User") or None


def target_of(text: str | None) -> Target:
    """The target that an argument of the command line names.

    Args:
        text: ``Name=value;…``, ``kintone://…``, ``kintone+sandbox://`` or ``https://…``; None for
            what the environment says.

    Raises:
        InterfaceError: It is a URL that cannot be read; the message does not show it.
    """
    if text is None:
        return Target()
    if _ADDRESS.match(text):
        return Target(keywords={"url": text})
    if not _SQLALCHEMY_URL.match(text):
        return Target(conninfo=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise InterfaceError(
            "The URL cannot be read. It must be kintone://USER:PASSWORD@HOST/?Name=value or "
            "kintone+sandbox://; write special characters in passwords as %XX."
        ) from None
    password = None if url.password is None else str(url.password)
    keywords = keywords_of_url(url.host, url.port, url.username, password, url.query)
    return Target(keywords=keywords, in_sandbox=url.drivername.lower() == "kintone+sandbox")


def _name(name: str) -> str:
    parameter = find(name)
    return name if parameter is None else parameter.name


def _from_environment(name: str) -> str | None:
    parameter = find(name)
    return None if parameter is None else os.environ.get(parameter.environment)


def _sandbox_login() -> dict[str, str]:
    # A server and its data: no work for those who connect to a Kintone.
    from sqlalchemy_kintone.sandbox.embedded import embedded_sandbox

    access = embedded_sandbox().access
    return {"url": access.url, "user": access.user, "password": access.password}
