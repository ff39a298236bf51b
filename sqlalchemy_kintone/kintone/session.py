"""HTTP to one Kintone domain: pooled connections, the login, patience, and clear failures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.conninfo.secret import mask
from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.kintone.addresses import Parameters, query_string, resource_path
from sqlalchemy_kintone.kintone.authentication import Credentials, secret_texts
from sqlalchemy_kintone.kintone.refusals import (
    not_json,
    redirected,
    refusal,
    truncated,
    unreachable,
    was_dropped,
)
from sqlalchemy_kintone.kintone.request_log import Exchange, RequestLog
from sqlalchemy_kintone.kintone.transport import Adapter, proxies, trusted_certificates

_LONGEST_URL = 4096
"""Above this the official clients send parameters in a body; Kintone refuses 8 KB."""
_LONGEST_LIST = 100
"""Subscripts in a URL end at 99: ``fields[99]``."""
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
        InterfaceError: A certificate file or the log file cannot be used.
    """

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._sleep = sleep
        self._log = RequestLog(settings.logfile, settings.verbosity)
        self._http = requests.Session()
        # Nothing of the environment comes in unseen: no ~/.netrc, no other certificates.
        self._http.trust_env = False
        # Kintone's session cookies would log in for a later request, whatever its headers say.
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._http.auth = Credentials(settings)
        self._verify = trusted_certificates(settings)
        self._proxies = proxies(settings)
        adapter = Adapter(settings)
        self._http.mount("https://", adapter)
        self._http.mount("http://", adapter)

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
            refused = unreachable(error, place, self._settings.timeout, self._shown)
            outcome = _Failure(refused, may_pass=was_dropped(error))
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
            refused = refusal(status, body, content_type, place, self._shown)
            wait = headers.get("Retry-After", "")
            seconds = min(float(wait), _LONGEST_WAIT) if wait.isascii() and wait.isdigit() else 0.0
            return _Failure(refused, status in _TRY_AGAIN, seconds)
        if "json" not in content_type:
            return _Failure(not_json(status, content_type, place))
        return Response(body, headers.get("X-Cybozu-Warning", ""))

    def _shown(self, text: str) -> str:
        """A text from outside, fit for a message: servers and libraries may quote the login."""
        return mask(text, secret_texts(self._settings))


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


def _read_request(
    base_url: str, resource: str, parameters: Parameters, guest_space_id: int | None
) -> dict[str, Any]:
    """Method, address, headers and body of a read.

    A GET has no Content-Type: Kintone refuses it with CB_IL02.
    """
    address = base_url + resource_path(resource, guest_space_id)
    query = query_string(parameters)
    url = f"{address}?{query}" if query else address
    lists = [each for each in parameters.values() if not isinstance(each, (str, int))]
    longest = max(map(len, lists), default=0)
    if len(url) <= _LONGEST_URL and longest <= _LONGEST_LIST:
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
    return announced.isdigit() and response.raw.tell() < int(announced)


def _nobody(exchange: Exchange) -> None:
    """Observes nothing."""
