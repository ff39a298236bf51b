"""What the parameters must be to each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy_kintone.conninfo.address import base_url, guest_space_in, leaves_in_clear, proxy_url
from sqlalchemy_kintone.conninfo.parameters import find
from sqlalchemy_kintone.conninfo.secret import Secret
from sqlalchemy_kintone.conninfo.settings import CERTIFICATE_DOMAINS, AuthScheme
from sqlalchemy_kintone.errors import InterfaceError

_PAIRS = (
    ("BasicAuthUser", "BasicAuthPassword"),
    ("BasicAuthPassword", "BasicAuthUser"),
    ("ProxyUser", "ProxyPassword"),
    ("ProxyPassword", "ProxyUser"),
    ("ProxyUser", "Proxy"),
    ("SSLClientCertType", "SSLClientCert"),
    ("SSLClientCertPassword", "SSLClientCert"),
    ("SSLClientCertKey", "SSLClientCert"),
    ("OAuthClientId", "OAuthClientSecret"),
    ("OAuthClientSecret", "OAuthClientId"),
    ("OAuthRefreshToken", "OAuthClientId"),
    ("OAuthTokenFile", "OAuthClientId"),
)
"""The first needs the second."""

_NEEDED = {
    AuthScheme.PASSWORD: ("User", "Password"),
    AuthScheme.API_TOKEN: ("APIToken", "AppId"),
    AuthScheme.OAUTH: (),
}
MOST_TOKENS_OF_A_REQUEST = 9
"""Kintone refuses requests with more API tokens."""

_TOKENS_OF_OAUTH = ("OAuthAccessToken", "OAuthRefreshToken", "OAuthTokenFile")

STORES = ("USER", "MACHINE")
"""The values of ``SSLClientCertType`` that mean a certificate store of the operating system."""

_OWN_STORE = "MY"
"""Windows' name for the store of one's own certificates."""


def check_addresses(values: dict[str, Any]) -> None:
    """Bring ``Url`` and ``Proxy`` into their normal form.

    Args:
        values: Values by the parameters' names; the two are replaced.

    Raises:
        InterfaceError: ``Url`` is missing, or one is no address.
    """
    if not values["Url"]:
        raise InterfaceError(
            f"Url is missing: say where your Kintone is, {_how('Url', 'https://ex.cybozu.com')}."
        )
    space = guest_space_in(values["Url"])
    if space is not None and space not in values["GuestSpaceId"]:
        spaces = ",".join(map(str, (space, *values["GuestSpaceId"])))
        raise InterfaceError(
            f"Url is that of a guest space: leave out its path, and say GuestSpaceId={spaces}."
        )
    try:
        values["Url"] = base_url(values["Url"], allow_insecure_http=values["AllowInsecureHttp"])
    except ValueError as error:
        raise InterfaceError(f"Url {error}.") from None
    if values["Proxy"] and values["Proxy"].casefold() == "none":
        values["Proxy"] = "none"
    elif values["Proxy"]:
        try:
            values["Proxy"] = proxy_url(values["Proxy"])
        except ValueError as error:
            raise InterfaceError(f"Proxy {error}.") from None
        if leaves_in_clear(values["Url"], values["Proxy"]) and not values["AllowInsecureHttp"]:
            raise InterfaceError(
                f"Proxy is {urlsplit(values['Proxy']).hostname} and Url starts with http://, so "
                "that passwords and tokens would leave this machine in clear: leave out Proxy "
                "(AllowInsecureHttp=true permits it)."
            )


def check_certificates(values: dict[str, Any]) -> None:
    """Check what says which client certificate to show.

    Args:
        values: Values by the parameters' names, with addresses in normal form. A certificate that
            is given as content is hidden.

    Raises:
        InterfaceError: Type and value contradict each other, or the address takes no certificates.
    """
    kind, certificate = values["SSLClientCertType"], values["SSLClientCert"]
    if kind in STORES:
        _check_store(values)
        certificate = values["SSLClientCert"]
    if not certificate:
        return
    if kind and kind.endswith("BLOB") and isinstance(certificate, str):
        values["SSLClientCert"] = Secret(certificate)
    elif kind and kind.endswith("FILE") and isinstance(certificate, Secret):
        raise InterfaceError(
            f"SSLClientCert holds the content of a file, but SSLClientCertType={kind} asks for its "
            "path: leave out SSLClientCertType, or give the path."
        )
    if values["Url"].startswith("http:"):
        raise InterfaceError(
            "SSLClientCert is given, but Url starts with http://, where no certificates are used: "
            "change Url to https:// or leave out SSLClientCert."
        )
    host = urlsplit(values["Url"]).hostname or ""
    for domain in CERTIFICATE_DOMAINS:
        name = host.removesuffix(domain)
        if name != host and not name.endswith(".s"):
            raise InterfaceError(
                f"SSLClientCert is given, but Url is {host}, where Kintone asks for no client "
                f"certificate: change Url to https://{name}.s{domain}, or leave out SSLClientCert."
            )


def _check_store(values: dict[str, Any]) -> None:
    """Check what goes with a store of the system, and name the store where that is left out."""
    kind = values["SSLClientCertType"]
    for name in ("SSLClientCertPassword", "SSLClientCertKey"):
        if values[name]:
            raise InterfaceError(
                f"{name} is given, but SSLClientCertType={kind} is a certificate store of the "
                f"system, which needs none: leave out {name}, or SSLClientCertType."
            )
    if isinstance(values["SSLClientCert"], Secret):
        raise InterfaceError(
            f"SSLClientCert holds the content of a file, but SSLClientCertType={kind} is a "
            "certificate store of the system: leave out one of them."
        )
    values["SSLClientCert"] = values["SSLClientCert"] or _OWN_STORE


def check_together(values: Mapping[str, Any]) -> None:
    """Check values against each other.

    Args:
        values: Values by the parameters' names, with a scheme and addresses in normal form.

    Raises:
        InterfaceError: One is missing, or two contradict each other.
        NotSupportedError: One asks for what does not work yet.
    """
    scheme: AuthScheme = values["AuthScheme"]
    for name in _NEEDED[scheme]:
        if not values[name]:
            raise InterfaceError(
                f"{name} is missing, which AuthScheme={scheme.value} needs: give it {_how(name)}."
            )
    for name, needed in _PAIRS:
        if values[name] and not values[needed]:
            raise InterfaceError(
                f"{name} is given without {needed}: give {needed} too, {_how(needed)}, "
                f"or leave out {name}."
            )
    tokens, apps = len(values["APIToken"]), len(values["AppId"])
    if scheme is AuthScheme.API_TOKEN and MOST_TOKENS_OF_A_REQUEST < tokens != apps:
        raise InterfaceError(
            f"APIToken has {tokens} tokens and AppId {apps} ids: Kintone takes "
            f"{MOST_TOKENS_OF_A_REQUEST} tokens in a request, so of more it must be known whose "
            "they are. Give one token for each id, in the same order."
        )
    if scheme is AuthScheme.OAUTH and not any(values[name] for name in _TOKENS_OF_OAUTH):
        raise InterfaceError(
            "AuthScheme=OAuth needs a token: give OAuthAccessToken, or OAuthRefreshToken or "
            f"OAuthTokenFile with OAuthClientId and OAuthClientSecret, {_how('OAuthAccessToken')}."
        )
    if scheme is AuthScheme.OAUTH and values["BasicAuthUser"]:
        raise InterfaceError(
            "BasicAuthUser and AuthScheme=OAuth contradict each other, as both go into the same "
            "header: leave out one of them."
        )
    if ":" in (values["BasicAuthUser"] or ""):
        raise InterfaceError("BasicAuthUser must not hold ':', which ends it in the header.")


def _how(name: str, example: str = "…") -> str:
    """Where the parameter can be given."""
    parameter = find(name)
    assert parameter is not None, name  # noqa: S101 - names here come from the table
    return (
        f"as {name}={example} in the connection string, as keyword {parameter.keyword}, or in the "
        f"environment variable {parameter.environment}"
    )
