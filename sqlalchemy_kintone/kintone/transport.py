"""Certificates, proxies and the pool of connections, as the settings and the environment say."""

from __future__ import annotations

import os
import ssl
from typing import Any

from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.kintone.authentication import encoded_login


class Adapter(HTTPAdapter):
    """requests' adapter with a limited pool, a certificate to show, and a proxy's login.

    Args:
        settings: The connection's settings.

    Raises:
        InterfaceError: The client certificate cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tls = _client_context(settings)
        super().__init__(pool_connections=1, pool_maxsize=settings.max_connections, pool_block=True)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """The pool, which shows the client certificate."""
        if self._tls is not None:
            options["ssl_context"] = self._tls
        super().init_poolmanager(*args, **options)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """The pool of a proxy, which shows the client certificate."""
        if self._tls is not None:
            options["ssl_context"] = self._tls
        return super().proxy_manager_for(*args, **options)

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """The login of the proxy: in a header, as addresses are quoted in messages."""
        user, password = self._settings.proxy_user, self._settings.proxy_password
        if user is None or password is None:
            return super().proxy_headers(proxy)
        return {"Proxy-Authorization": f"Basic {encoded_login(user, password)}"}


def trusted_certificates(settings: Settings) -> str | bool:
    """What requests takes as ``verify``: a file or folder, or True for the usual authorities.

    Raises:
        InterfaceError: The file is missing or not a list of certificates.
    """
    for name, path in (
        ("SSLServerCert", settings.ssl_server_cert),
        *((each, os.environ.get(each)) for each in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")),
    ):
        if not path:
            continue
        if not os.path.isdir(path):
            try:
                ssl.create_default_context(cafile=path)
            except OSError as error:
                raise InterfaceError(
                    f"{name} {path} cannot be used ({_reason(error)}). It must be a PEM file of "
                    "the certificates to trust."
                ) from None
        return path
    return True


def proxies(settings: Settings) -> dict[str, str]:
    """The proxies by scheme: the one that is asked for, or else the environment's."""
    if settings.proxy is None:
        return dict(get_environ_proxies(settings.url))
    if settings.proxy == "none":
        return {}
    return {"https": settings.proxy, "http": settings.proxy}


def _client_context(settings: Settings) -> ssl.SSLContext | None:
    if settings.ssl_client_cert is None:
        return None
    password = settings.ssl_client_cert_password
    context = ssl.create_default_context()
    try:
        # A password of one's own, even an empty one, keeps OpenSSL from asking on the terminal.
        context.load_cert_chain(
            settings.ssl_client_cert, password=password.reveal() if password else ""
        )
    except OSError as error:
        raise InterfaceError(
            f"SSLClientCert {settings.ssl_client_cert} cannot be used ({_reason(error)}). It must "
            "be a PEM file with the certificate and its private key; an encrypted key needs "
            "SSLClientCertPassword."
        ) from None
    return context


def _reason(error: OSError) -> str:
    return f"{type(error).__name__}: {error.strerror}"
