"""From what came instead of an answer to an exception that names cause, place and remedy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy_kintone.errors import Error, OperationalError, kind_of

_REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "CB_AU01": "Check AuthScheme: this login is of no kind that Kintone takes here; an OAuth "
        "access token may have expired.",
        "CB_WA01": "Check User and Password; users with two-factor login need an API token.",
        "CB_NO02": "Ask an administrator of the app for the right.",
        "GAIA_AP01": "Check the app's id and that it has not been deleted.",
        "GAIA_CN01": "Take rows within ten minutes, or connect with Consistency=Window.",
        "GAIA_DA03": "Give one API token of each app only.",
        "GAIA_IA02": "Check APIToken: generate it in the app's settings, then update the app.",
        "GAIA_IL23": "The app is in a guest space: name that in GuestSpaceId.",
        "GAIA_NO01": "Check that APIToken has a token of this app, and that this token has the "
        "right in the app's settings; then update the app.",
        "GAIA_TM12": "Others have all ten cursors: try later, or with Consistency=Window.",
        "GAIA_TO04": "The domain serves 100 requests at once; lower MaxConnections.",
    }
)

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
    if status == 400:
        return (
            "Check Url, and whether http:// or https:// is due there; the domain may ask for a "
            "client certificate (SSLClientCert)."
        )
    if status == 401:
        return (
            "The domain asks for Basic authentication: check BasicAuthUser and BasicAuthPassword."
        )
    if status == 403:
        return "The domain may limit IP addresses or ask for a client certificate."
    if status == 407:
        return "Check ProxyUser and ProxyPassword."
    if status == 414:
        return "The request is too long for a proxy in between."
    if status >= 500:
        return "It may be under maintenance: try again later."
    return "Check Url, and whether a proxy stands in between."
