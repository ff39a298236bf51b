"""From what came instead of an answer to an exception that names cause, place and remedy."""

from __future__ import annotations

import json
import re
import socket
import ssl
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from http.client import IncompleteRead
from types import MappingProxyType
from typing import Any

import requests
import urllib3

from sqlalchemy_kintone.errors import Error, OperationalError, kind_of
from sqlalchemy_kintone.kintone.retries import (
    BROKEN,
    HOPELESS,
    NOT_SENT,
    Verdict,
    verdict_of_status,
)

_REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "CB_AU01": "Check AuthScheme: this login is of no kind that Kintone takes here.",
        "CB_WA01": "Check User and Password; users with two-factor login need an API token.",
        "CB_NO02": "Ask an administrator of the app for the right.",
        "GAIA_AP01": "Check the app's id and that it has not been deleted.",
        "GAIA_IA02": "Check APIToken: generate it in the app's settings, then update the app.",
        "GAIA_NO01": "Give the API token the right in the app's settings, then update the app.",
        "GAIA_TO04": "The domain serves 100 requests at once; lower MaxConnections.",
    }
)
_LONGEST_QUOTE = 200
_NO_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
"""How ``http.client`` tells what a proxy answered instead of connecting."""
_PROXY_LOGIN_REFUSED = 407

Shown = Callable[[str], str]
"""Makes a text from outside fit for a message."""


def refusal(status: int, body: bytes, content_type: str, place: str, shown: Shown) -> Error:
    """The exception for a response with an error status.

    Args:
        status: The HTTP status.
        body: Kintone's JSON, or some page of a proxy.
        content_type: The header.
        place: The resource and the host.
        shown: Masks secrets in what the server wrote.
    """
    refused = _json_object(body)
    if refused is None or not isinstance(refused.get("code"), str):
        return OperationalError(
            f"{place} answered HTTP {status} with {_words_for(content_type)} instead of Kintone's "
            f"JSON. {_remedy_for_status(status)}",
            http_status=status,
        )
    code = shown(refused["code"])
    details = " ".join([str(refused.get("message", "")), *_details(refused.get("errors"))])
    remedy = _REMEDIES.get(code, "")
    return kind_of(code, status)(
        f"Kintone refused {place} ({code}, HTTP {status}): {shown(details)} {remedy}".rstrip(),
        code=code,
        http_status=status,
        request_id=shown(str(refused["id"])) if "id" in refused else None,
    )


def not_json(status: int, content_type: str, place: str) -> OperationalError:
    """The exception for a success that is no JSON, such as a proxy's login page."""
    return OperationalError(
        f"{place} answered HTTP {status} with {_words_for(content_type)} instead of JSON. Check "
        "Url, and whether a proxy or a login page stands in between.",
        http_status=status,
    )


def redirected(status: int, place: str) -> OperationalError:
    """The exception for a redirect, which is never followed: the login would go along."""
    return OperationalError(
        f"{place} answered with a redirect (HTTP {status}), which is not followed lest the login "
        "goes elsewhere. Check Url; with a client certificate it is https://….s.cybozu.com.",
        http_status=status,
    )


def truncated(place: str) -> OperationalError:
    """The exception for a body that ended early."""
    return OperationalError(
        f"The answer of {place} was cut off on its way. Run the statement again."
    )


def unreachable(error: Exception, place: str, timeout: float, shown: Shown) -> OperationalError:
    """The exception for no response, or none that could be read to its end.

    Args:
        error: What requests or urllib3 raised.
        place: The resource and the host.
        timeout: The seconds that were waited at most.
        shown: Masks secrets in what a library or server wrote.
    """
    kinds = tuple(_causes(error))
    if _has(kinds, IncompleteRead, urllib3.exceptions.IncompleteRead, zlib.error):
        return truncated(place)
    if _has(kinds, requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        cause = f"TLS to {place} failed"
        remedy = (
            "Check Url and, where the network re-signs TLS, SSLServerCert; a domain that wants a "
            "client certificate needs SSLClientCert."
        )
    elif _is_refused_by_proxy(kinds):
        cause = f"The proxy to {place} refused the login"
        remedy = (
            "Check ProxyUser and ProxyPassword or, where HTTPS_PROXY names the proxy, the login in "
            "its address."
        )
    elif _has(kinds, requests.exceptions.ProxyError):
        cause, remedy = f"The proxy to {place} failed", "Check Proxy, ProxyUser and ProxyPassword."
    elif _has(kinds, requests.exceptions.ConnectTimeout):
        cause = f"{place} took no connection within {timeout:g} seconds"
        remedy = "Check Url and the network, or raise Timeout."
    elif _has(kinds, requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError):
        cause = f"{place} sent nothing for {timeout:g} seconds"
        remedy = "Try again, ask for less at once (PageSize), or raise Timeout."
    else:
        cause = f"There is no connection to {place}"
        remedy = "Check Url, the network and, where there is one, Proxy."
    return OperationalError(f"{cause} ({shown(_quoted(kinds[-1]))}). {remedy}")


def verdict_of_error(error: Exception) -> Verdict:
    """What it means for another try that no response began.

    Args:
        error: What requests raised.
    """
    kinds = tuple(_causes(error))
    if _has(kinds, ssl.SSLCertVerificationError) or isinstance(error, ValueError):
        return HOPELESS
    unknown_names = [each for each in kinds if isinstance(each, socket.gaierror)]
    if any(each.errno != socket.EAI_AGAIN for each in unknown_names):
        return HOPELESS
    if _is_refused_by_proxy(kinds):
        return HOPELESS
    status = _status_of_tunnel(kinds)
    if status is not None:
        return replace(verdict_of_status(status, None), may_have_run=False)
    # Only these prove that nothing was sent; whatever else may have happened half way.
    if _has(kinds, ConnectionRefusedError, *_NO_CONNECTION):
        return NOT_SENT
    if _has(kinds, requests.exceptions.SSLError, requests.exceptions.ProxyError):
        return Verdict(passes=False, may_have_run=True)
    return BROKEN


_NO_CONNECTION = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    requests.exceptions.ConnectTimeout,
)


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


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    if not isinstance(parsed, dict):
        return None
    failed = [each for each in parsed.get("results", []) if isinstance(each, dict) and each]
    return failed[0] if "code" not in parsed and failed else parsed


def _details(errors: object) -> Iterator[str]:
    if isinstance(errors, dict):
        for path, detail in errors.items():
            messages = detail.get("messages", []) if isinstance(detail, dict) else []
            yield f"[{path}: {' '.join(map(str, messages))}]"


def _words_for(content_type: str) -> str:
    kind = content_type.partition(";")[0].strip()
    return f"a {kind} body" if kind else "a body of no type"


def _remedy_for_status(status: int) -> str:
    if status == 401:
        return "Check BasicAuthUser and BasicAuthPassword."
    if status == 403:
        return "The domain may limit IP addresses or ask for a client certificate."
    if status == 407:
        return "Check ProxyUser and ProxyPassword."
    if status == 414:
        return "The request is too long for a proxy in between."
    if status >= 500:
        return "It may be under maintenance: try again later."
    return "Check Url, and whether a proxy stands in between."
