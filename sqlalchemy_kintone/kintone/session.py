"""HTTP to one Kintone domain: pooled connections, the login, patience, and clear failures."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.conninfo.secret import mask
from sqlalchemy_kintone.errors import Error, InterfaceError
from sqlalchemy_kintone.kintone.addresses import Parameters, query_string, resource_path
from sqlalchemy_kintone.kintone.authentication import Credentials
from sqlalchemy_kintone.kintone.refusals import (
    not_json,
    redirected,
    refusal,
    truncated,
    unreachable,
    was_dropped,
)
from sqlalchemy_kintone.kintone.request_log import Exchange, RequestLog

_LONGEST_URL = 4096
"""Above this the official clients send parameters in a body; Kintone refuses 8 KB."""
_PATIENCE = (0.5, 1.0, 2.0)
"""Seconds to wait before reading again."""
_LONGEST_WAIT = 60.0
"""Seconds to wait at most where the server names a time."""
_TRY_AGAIN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Response:
    """A successful response: its body is JSON.

    Attributes:
        body: The bytes.
        warning: Kintone's header ``X-Cybozu-Warning``; empty without it.
    """

    body: bytes
    warning: str


Observe = Callable[[Exchange], None]


class Session:
    """A pool of connections to one domain. Threads may share it.

    Args:
        settings: The connection's settings.
        sleep: Waits so many seconds.

    Raises:
        InterfaceError: A certificate file cannot be used.
    """

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._sleep = sleep
        self._log = RequestLog(settings.logfile, settings.verbosity)
        self._http = requests.Session()
        self._http.auth = Credentials(settings)
        adapter = _Adapter(settings.max_connections, _client_certificate(settings))
        self._http.mount("https://", adapter)
        self._http.mount("http://", adapter)
        self._verify: bool | str = settings.ssl_server_cert or True
        self._proxies = _proxies(settings)

    def read(
        self,
        resource: str,
        parameters: Parameters,
        guest_space_id: int | None = None,
        observe: Observe | None = None,
    ) -> Response:
        """Read a resource; a failure that may pass is tried again a few times.

        Args:
            resource: Such as ``records``.
            parameters: Its parameters; they go into the body where the URL would be too long.
            guest_space_id: The guest space it is in.
            observe: Told of every exchange, the failed ones too.

        Raises:
            OperationalError: No connection, no JSON, or a refusal that another try may not get.
            Error: Kintone's refusal, as ``errors.kind_of`` says.
        """
        for patience in (*_PATIENCE, None):
            outcome = self._attempt(resource, parameters, guest_space_id, observe or _nobody)
            if isinstance(outcome, Response):
                return outcome
            if patience is None or not outcome.may_pass:
                raise outcome.error
            self._sleep(max(patience, outcome.retry_after))
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        self._log.close()

    def _attempt(
        self, resource: str, parameters: Parameters, guest_space_id: int | None, observe: Observe
    ) -> Response | _Failure:
        request = _read_request(self._settings.url, resource, parameters, guest_space_id)
        place = f"{resource} at {self._settings.host}"
        outcome: Response | _Failure
        started = time.perf_counter()
        try:
            response = self._http.request(
                **request,
                timeout=self._settings.timeout,
                verify=self._verify,
                proxies=self._proxies,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            seconds = time.perf_counter() - started
            exchange = Exchange(request["method"], resource, None, seconds, 0)
            refused = unreachable(error, place, self._settings.timeout)
            outcome = _Failure(self._masked(refused), may_pass=was_dropped(error))
        else:
            seconds = time.perf_counter() - started
            exchange = Exchange(
                request["method"], resource, response.status_code, seconds, len(response.content)
            )
            outcome = self._outcome(response, place)
        self._log.write(exchange, parameters)
        observe(exchange)
        return outcome

    def _outcome(self, response: requests.Response, place: str) -> Response | _Failure:
        status, headers, body = response.status_code, response.headers, response.content
        content_type = headers.get("Content-Type", "")
        if _is_truncated(response):
            return _Failure(truncated(place), may_pass=True)
        if 300 <= status < 400:
            return _Failure(redirected(status, place))
        if status >= 400:
            refused = self._masked(refusal(status, body, content_type, place))
            wait = headers.get("Retry-After", "")
            seconds = min(float(wait), _LONGEST_WAIT) if wait.isascii() and wait.isdigit() else 0.0
            return _Failure(refused, status in _TRY_AGAIN, seconds)
        if "json" not in content_type:
            return _Failure(not_json(status, content_type, place))
        return Response(body, headers.get("X-Cybozu-Warning", ""))

    def _masked(self, error: Error) -> Error:
        """The same error; should a server or a library have quoted a secret, it is not shown."""
        secrets = [*self._settings.secrets()]
        secrets += [quote(secret, safe="") for secret in secrets]
        error.args = (mask(str(error), secrets),)
        return error


@dataclass(frozen=True)
class _Failure:
    """An attempt that failed.

    Attributes:
        error: What to raise.
        may_pass: Whether another try may succeed.
        retry_after: Seconds that the server asks to wait.
    """

    error: Error
    may_pass: bool = False
    retry_after: float = 0.0


class _Adapter(HTTPAdapter):
    """requests' adapter with a certificate of our own to show."""

    def __init__(self, connections: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=connections, pool_block=True)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        if self._context is not None:
            options["ssl_context"] = self._context
        super().init_poolmanager(*args, **options)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        if self._context is not None:
            options["ssl_context"] = self._context
        return super().proxy_manager_for(*args, **options)


def _read_request(
    base_url: str, resource: str, parameters: Parameters, guest_space_id: int | None
) -> dict[str, Any]:
    """Method, address, headers and body of a read.

    A GET has no Content-Type: Kintone refuses it with CB_IL02.
    """
    address = base_url + resource_path(resource, guest_space_id)
    query = query_string(parameters)
    url = f"{address}?{query}" if query else address
    if len(url) <= _LONGEST_URL:
        return {"method": "GET", "url": url}
    return {
        "method": "POST",
        "url": address,
        "headers": {"X-HTTP-Method-Override": "GET", "Content-Type": "application/json"},
        "data": json.dumps(dict(parameters)).encode(),
    }


def _is_truncated(response: requests.Response) -> bool:
    """Whether less came than was announced; not every version of urllib3 tells."""
    announced = response.headers.get("Content-Length", "")
    plain = "Content-Encoding" not in response.headers
    return plain and announced.isdigit() and len(response.content) < int(announced)


def _client_certificate(settings: Settings) -> ssl.SSLContext | None:
    if settings.ssl_client_cert is None:
        return None
    password = settings.ssl_client_cert_password
    context = ssl.create_default_context(cafile=settings.ssl_server_cert)
    try:
        # A password of one's own, even an empty one, keeps OpenSSL from asking on the terminal.
        context.load_cert_chain(
            settings.ssl_client_cert, password=password.reveal() if password else ""
        )
    except OSError as error:
        raise InterfaceError(
            f"SSLClientCert {settings.ssl_client_cert} cannot be used "
            f"({type(error).__name__}: {error.strerror}). It must be a PEM file with the "
            "certificate and its private key; an encrypted key needs SSLClientCertPassword."
        ) from error
    return context


def _proxies(settings: Settings) -> dict[str, str]:
    """For each request, as requests lets the environment win over a session's proxies."""
    if settings.proxy is None:
        return {}
    if settings.proxy.lower() == "none":
        return {"no_proxy": "*"}
    parts = urlsplit(settings.proxy if "://" in settings.proxy else f"http://{settings.proxy}")
    if parts.username is not None or not parts.hostname:
        raise InterfaceError(
            "Proxy is wrong: write it as http://proxy.example:8080, and its login in ProxyUser and "
            "ProxyPassword."
        )
    login = ""
    if settings.proxy_user is not None and settings.proxy_password is not None:
        secret = quote(settings.proxy_password.reveal(), safe="")
        login = f"{quote(settings.proxy_user, safe='')}:{secret}@"
    address = urlunsplit((parts.scheme, login + parts.netloc, "", "", ""))
    return {"https": address, "http": address}


def _nobody(exchange: Exchange) -> None:
    """Observes nothing."""
