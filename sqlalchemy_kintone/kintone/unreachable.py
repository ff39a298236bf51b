"""From no response to what it means, and to an exception that names cause, place and remedy."""

from __future__ import annotations

import re
import socket
import ssl
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http.client import IncompleteRead

import requests
import urllib3

from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.oauth import UnansweredRefreshError
from sqlalchemy_kintone.kintone.proxies import Proxy
from sqlalchemy_kintone.kintone.refusals import Shown, truncated
from sqlalchemy_kintone.kintone.retries import (
    BROKEN,
    HOPELESS,
    NOT_SENT,
    Verdict,
    verdict_of_status,
)
from sqlalchemy_kintone.kintone.tls_failures import is_refusal, remedy_for_proxy_tls, remedy_for_tls

_LONGEST_QUOTE = 200
_NO_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
"""How ``http.client`` tells what a proxy answered instead of connecting."""
_PROXY_LOGIN_REFUSED = 407
_ENVIRONMENT = "HTTPS_PROXY (or ALL_PROXY, or the system's settings), which names the proxy"
_TLS_HUNG_UP = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
"""The other side ended the connection, without saying that it minds anything."""


@dataclass(frozen=True)
class Way:
    """How a connection gets to Kintone, to name its parts in messages.

    Attributes:
        settings: The connection's settings.
        proxy: What it goes through, None for nothing.
    """

    settings: Settings
    proxy: Proxy | None

    @property
    def proxy_host(self) -> str:
        """The proxy's host and port."""
        return "" if self.proxy is None else self.proxy.address.partition("://")[2].rstrip("/")

    @property
    def proxy_parameter(self) -> str:
        """What names the proxy."""
        return _ENVIRONMENT if self.settings.proxy is None else "Proxy"

    @property
    def proxy_login(self) -> str:
        """What gives the login of the proxy."""
        if self.settings.proxy is None:
            return f"the login in the address of {_ENVIRONMENT}"
        return "ProxyUser and ProxyPassword"


def unreachable(error: Exception, place: str, way: Way, shown: Shown) -> OperationalError:
    """The exception for no response, or none that could be read to its end.

    Args:
        error: What requests or urllib3 raised.
        place: The resource and the host.
        way: How it was to be reached.
        shown: Masks secrets in what a library or server wrote.
    """
    errors = tuple(_causes(error))
    if _has(errors, IncompleteRead, urllib3.exceptions.IncompleteRead, zlib.error):
        return truncated(place)
    seconds = f"{way.settings.timeout:g} seconds"
    if _is_of_proxy(errors):
        cause, remedy = _failure_of_proxy(errors, place, way)
    elif _has(errors, requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        cause, remedy = f"TLS to {place} failed", remedy_for_tls(_of_tls(errors), way.settings)
    elif _has(errors, requests.exceptions.ConnectTimeout):
        cause = f"{place} took no connection within {seconds}"
        remedy = "Check Url and the network, or raise Timeout."
    elif _has(errors, requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError):
        cause = f"{place} sent nothing for {seconds}"
        remedy = "Try again, ask for less at once (PageSize), or raise Timeout."
    else:
        cause = f"There is no connection to {place}"
        remedy = _remedy_for_silence(way) + _suspicion(errors, way)
    return OperationalError(f"{cause} ({shown(_quoted(errors[-1]))}). {remedy}")


def verdict_of_error(error: Exception) -> Verdict:
    """What it means for another try that no response began.

    Args:
        error: What requests raised.
    """
    errors = tuple(_causes(error))
    if is_refusal(_of_tls(errors)) or isinstance(error, ValueError):
        return HOPELESS
    unknown_names = [each for each in errors if isinstance(each, socket.gaierror)]
    if any(each.errno != socket.EAI_AGAIN for each in unknown_names):
        return HOPELESS
    if _is_refused_by_proxy(errors):
        return HOPELESS
    status = _status_of_tunnel(errors)
    if status is not None:
        return replace(verdict_of_status(status, None), may_have_run=False)
    # Only these prove that nothing was sent; whatever else may have happened half way.
    if _has(errors, UnansweredRefreshError, ConnectionRefusedError, *_NO_CONNECTION):
        return NOT_SENT
    if _has(errors, *_TLS_HUNG_UP):
        return BROKEN
    if _has(errors, requests.exceptions.SSLError, requests.exceptions.ProxyError):
        return Verdict(passes=False, may_have_run=True)
    return BROKEN


_NO_CONNECTION = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    requests.exceptions.ConnectTimeout,
)


def _failure_of_proxy(errors: tuple[BaseException, ...], place: str, way: Way) -> tuple[str, str]:
    """Cause and remedy where the proxy is why there was no connection."""
    proxy = f"the proxy {way.proxy_host}"
    if _is_refused_by_proxy(errors):
        return f"The proxy {way.proxy_host} to {place} refused the login", (
            f"Check {way.proxy_login}."
        )
    if _has(errors, ssl.SSLError):
        remedy = remedy_for_proxy_tls(_of_tls(errors), way.proxy_parameter)
        return f"TLS to {proxy} failed, on the way to {place}", remedy
    cause = f"The proxy {way.proxy_host} to {place} failed"
    status = _status_of_tunnel(errors)
    if status is None:
        without = " or say Proxy=none, if it is not needed."
        return cause, f"Check {way.proxy_parameter}: its host and port, and that it runs;{without}"
    if status >= 500:
        return cause, (
            f"It does not reach {way.settings.host}, or is no proxy for TLS: check Url and "
            f"{way.proxy_parameter}."
        )
    return cause, (
        f"It does not let this machine through to {way.settings.host}: ask those who run it, and "
        f"check Url and {way.proxy_parameter}."
    )


def _remedy_for_silence(way: Way) -> str:
    """What to look at where there is no connection."""
    if way.proxy is None:
        return "Check Url and the network."
    return f"Check Url, the network and {way.proxy_parameter}."


def _suspicion(errors: Iterable[BaseException], way: Way) -> str:
    """What it may be where there was a connection that ended without an answer."""
    hung_up = _has(errors, ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
    if hung_up and way.settings.url.startswith("http:"):
        return " Perhaps it is https:// there."
    if hung_up and way.settings.asks_for_certificate and not way.settings.ssl_client_cert:
        return " This address takes none without a client certificate: give SSLClientCert."
    return ""


def _is_of_proxy(errors: Iterable[BaseException]) -> bool:
    """Whether it went wrong at the proxy, and not behind it."""
    errors = tuple(errors)
    socks = sys.modules.get("socks")
    kinds: list[type[BaseException]] = [
        requests.exceptions.ProxyError,
        urllib3.exceptions.ProxyError,
    ]
    if socks is not None:
        # What a SOCKS proxy says of the host behind it is another error.
        kinds += [socks.ProxyConnectionError, socks.SOCKS5AuthError, socks.GeneralProxyError]
    return _has([*errors, *_socks_errors(errors)], *kinds) or _is_refused_by_proxy(errors)


def _is_refused_by_proxy(errors: Iterable[BaseException]) -> bool:
    """Whether a proxy did not take the login, or wants one."""
    errors = tuple(errors)
    # Errors of PySocks, an extra, are there only where it has been loaded.
    socks = sys.modules.get("socks")
    if socks is not None and _has(_socks_errors(errors), socks.SOCKS5AuthError):
        return True
    return _status_of_tunnel(errors) == _PROXY_LOGIN_REFUSED


def _socks_errors(errors: Iterable[BaseException]) -> Iterator[BaseException]:
    """What PySocks said, where that is why there was no connection."""
    for each in errors:
        if isinstance(each, urllib3.exceptions.NewConnectionError):
            # urllib3 does not always say what it wraps; what it was handling here is just that.
            said = each.__cause__ or each.__context__
            wrapped = getattr(said, "socket_err", None)
            yield from (one for one in (said, wrapped) if isinstance(one, BaseException))


def _status_of_tunnel(errors: Iterable[BaseException]) -> int | None:
    """What a proxy answered to CONNECT, before anything went through it."""
    found = (_NO_TUNNEL.match(str(each)) for each in errors if isinstance(each, OSError))
    return next((int(match[1]) for match in found if match), None)


def _of_tls(errors: tuple[BaseException, ...]) -> BaseException:
    """The error of TLS among several; the last where it is of something else."""
    for kind in (ssl.SSLError, urllib3.exceptions.SSLError):
        for each in errors:
            if isinstance(each, kind):
                return each
    return errors[-1]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it wraps, down to what first went wrong.

    Only what the libraries say they wrap: ``__context__`` may be an error of the caller's own,
    which he was handling when he asked.
    """
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        wrapped = (seen.__cause__, getattr(seen, "reason", None), *seen.args)
        seen = next((each for each in wrapped if isinstance(each, BaseException)), None)


def _has(errors: Iterable[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(each, kinds) for each in errors)


def _quoted(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:_LONGEST_QUOTE]}".rstrip(": ")
