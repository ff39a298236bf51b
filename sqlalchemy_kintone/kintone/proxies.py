"""The proxy to go through: the one of the settings, or else the environment's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from requests.utils import get_environ_proxies, select_proxy

from sqlalchemy_kintone.conninfo import Secret, Settings
from sqlalchemy_kintone.conninfo.address import leaves_in_clear
from sqlalchemy_kintone.errors import InterfaceError

_SOCKS = "socks"


@dataclass(frozen=True)
class Proxy:
    """A proxy.

    Attributes:
        address: Without a login, as libraries quote it in messages.
        user: The user name that it asks for; None where it asks for none.
        password: The password of that user.
    """

    address: str
    user: str | None = None
    password: Secret | None = None

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS and not HTTP."""
        return self.address.lower().startswith(_SOCKS)


def proxy_of(settings: Settings) -> Proxy | None:
    """The proxy to go through; None for none.

    Without ``Proxy`` it is what ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` say, and on Windows
    and macOS the system's settings; but what is for this machine leaves it through none of them
    without TLS.

    Raises:
        InterfaceError: The environment names something that is no address.
    """
    if settings.proxy == "none":
        return None
    if settings.proxy is not None:
        return Proxy(settings.proxy, settings.proxy_user, settings.proxy_password)
    named = select_proxy(settings.url, get_environ_proxies(settings.url))
    if not named:
        return None
    address = named if "://" in named else f"http://{named}"
    try:
        parts = urlsplit(address)
        is_address = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise InterfaceError(
            "The proxy that the environment names (HTTPS_PROXY, ALL_PROXY, or the system) is no "
            "address such as http://proxy.example:8080: correct it, or say Proxy=none."
        )
    if leaves_in_clear(settings.url, address) and not settings.allow_insecure_http:
        return None
    host = parts.netloc.rpartition("@")[2]
    without_login = urlunsplit((parts.scheme, host, parts.path, "", ""))
    if parts.username is None or parts.password is None:
        return Proxy(without_login)
    return Proxy(without_login, unquote(parts.username), Secret(unquote(parts.password)))
