"""The pool of connections, to Kintone itself or through a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

from sqlalchemy_kintone.conninfo import AuthScheme, Settings
from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.kintone.authentication import (
    encoded_login,
    proxy_secret_texts,
    secret_texts,
)
from sqlalchemy_kintone.kintone.lines import make_cuttable
from sqlalchemy_kintone.kintone.oauth import OAuthLogin
from sqlalchemy_kintone.kintone.proxies import Proxy
from sqlalchemy_kintone.kintone.trust import server_context, tls_of


class Adapter(HTTPAdapter):
    """requests' adapter with a limited pool, TLS as the settings say, and a proxy's login.

    Whom to trust is said here alone: the ``verify`` and ``cert`` of requests change nothing.

    Args:
        settings: The connection's settings.
        proxy: What to go through; the settings may leave that to the environment.

    Raises:
        InterfaceError: A certificate, or the file of OAuth tokens, cannot be used; or what SOCKS
            needs is not installed.
    """

    def __init__(self, settings: Settings, proxy: Proxy | None) -> None:
        if proxy is not None and proxy.is_socks and find_spec("socks") is None:
            raise InterfaceError(
                "A SOCKS proxy needs the library PySocks: pip install 'sqlalchemy-kintone[socks]'."
            )
        self._settings = settings
        self._proxy = proxy
        self._tls = tls_of(settings) if settings.url.startswith("https:") else None
        uses_oauth = settings.auth_scheme is AuthScheme.OAUTH
        self._oauth = OAuthLogin(settings) if uses_oauth else None
        super().__init__(pool_connections=1, pool_maxsize=settings.max_connections, pool_block=True)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send a request, with OAuth's token where that is the login."""
        send = super().send
        if self._oauth is None:
            return send(request, *args, **options)
        return self._oauth.send(request, lambda each: send(each, *args, **options))

    def secret_texts(self) -> Iterator[str]:
        """Every form in which a secret of the login may come back in somebody's message."""
        yield from secret_texts(self._settings)
        if self._proxy is not None:
            yield from proxy_secret_texts(self._proxy)
        if self._oauth is not None:
            yield from self._oauth.secret_texts()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """The pool of connections to Kintone itself."""
        options |= self._tls_options()
        super().init_poolmanager(*args, **options)
        make_cuttable(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """The pool of connections through a proxy, which sees no client certificate."""
        if proxy in self.proxy_manager:
            return self.proxy_manager[proxy]
        options |= self._tls_options()
        if self._proxy is not None and self._proxy.is_socks:
            manager = self._socks_manager(self._proxy, **options)
            self.proxy_manager[proxy] = manager
        else:
            options["proxy_ssl_context"] = server_context(self._settings)
            manager = super().proxy_manager_for(proxy, **options)
        make_cuttable(manager)
        return manager

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Host and port; how to speak TLS is known to the pools."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the pools know whom to trust, and requests would add its own authorities."""

    def _tls_options(self) -> dict[str, Any]:
        if self._tls is None:
            return {}
        if self._tls.fingerprint is None:
            return {"ssl_context": self._tls.context, "cert_reqs": "CERT_REQUIRED"}
        return {
            "ssl_context": self._tls.context,
            "cert_reqs": "CERT_NONE",
            "assert_fingerprint": self._tls.fingerprint,
        }

    def _socks_manager(self, proxy: Proxy, **options: Any) -> PoolManager:
        """The pool of connections through a SOCKS proxy.

        requests would take its login from the address, which is quoted in messages.
        """
        from urllib3.contrib.socks import SOCKSProxyManager

        return SOCKSProxyManager(
            proxy.address,
            username=proxy.user,
            password=proxy.password.reveal() if proxy.password else None,
            num_pools=1,
            maxsize=self._settings.max_connections,
            block=True,
            **options,
        )

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """The login of the proxy: in a header, as addresses are quoted in messages."""
        if self._proxy is None or self._proxy.user is None or self._proxy.password is None:
            return super().proxy_headers(proxy)
        login = encoded_login(self._proxy.user, self._proxy.password)
        return {"Proxy-Authorization": f"Basic {login}"}
