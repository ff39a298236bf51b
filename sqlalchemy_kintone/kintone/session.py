"""HTTP to one Kintone domain: pooled connections, the login, patience, and clear failures."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timezone
from http.cookiejar import DefaultCookiePolicy

import msgspec
import requests
import urllib3

from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.conninfo.secret import mask
from sqlalchemy_kintone.errors import Error, InterfaceError, OperationalError, OutcomeUnknownError
from sqlalchemy_kintone.kintone.addresses import Parameters
from sqlalchemy_kintone.kintone.answers import records_in
from sqlalchemy_kintone.kintone.authentication import Credentials
from sqlalchemy_kintone.kintone.calls import Call, http_request
from sqlalchemy_kintone.kintone.cursors import OpenCursors
from sqlalchemy_kintone.kintone.gate import GATES, Gate
from sqlalchemy_kintone.kintone.lines import Line, using
from sqlalchemy_kintone.kintone.process import Process
from sqlalchemy_kintone.kintone.proxies import proxy_of
from sqlalchemy_kintone.kintone.refusals import not_json, redirected, refusal, truncated
from sqlalchemy_kintone.kintone.request_history import RequestHistory
from sqlalchemy_kintone.kintone.request_log import Exchange, RequestLog
from sqlalchemy_kintone.kintone.retries import (
    BROKEN,
    HOPELESS,
    Effect,
    RetryPolicy,
    Verdict,
    seconds_asked,
    verdict_of_status,
)
from sqlalchemy_kintone.kintone.tokens import AppTokens
from sqlalchemy_kintone.kintone.tracing import traces_of
from sqlalchemy_kintone.kintone.transport import Adapter
from sqlalchemy_kintone.kintone.unreachable import Way, unreachable, verdict_of_error
from sqlalchemy_kintone.kintone.watch import Watch

_PIECE_BYTES = 262_144
"""Between pieces of a body it is asked whether the answer is still wanted."""
_SHORTEST_TIMEOUT = 0.001
"""A timeout of 0 would not let anything begin."""


@dataclass(frozen=True)
class Response:
    """A successful response: its body is JSON.

    Attributes:
        body: The bytes.
        warning: Kintone's header ``X-Cybozu-Warning``; empty without it.
        records: How many records it brings; None where it is about something else.
    """

    body: bytes
    warning: str
    records: int | None


Observe = Callable[[Exchange], None]


class Session:
    """A pool of connections to one domain. Threads may share it.

    Args:
        settings: The connection's settings.
        policy: When to try again.
        pause: Waits so many seconds between tries.
        chance: Gives numbers from 0 to 1; random ones without it.

    Raises:
        InterfaceError: A certificate file or the log file cannot be used, or OpenTelemetry is not
            installed.

    ``history`` keeps the last requests.
    """

    def __init__(
        self,
        settings: Settings,
        policy: RetryPolicy | None = None,
        pause: Callable[[Watch, float], None] = Watch.pause,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._settings = settings
        self._policy = policy or RetryPolicy()
        self._pause = pause
        self._chance = chance or random.SystemRandom().random
        self._closed = False
        self._process = Process()
        self._gate: Gate = GATES.of(settings.host)
        self._log = RequestLog(settings.logfile, settings.verbosity)
        self.history = RequestHistory()
        self._http = requests.Session()
        # Nothing of the environment comes in unseen: no ~/.netrc, no other certificates.
        self._http.trust_env = False
        # Kintone's session cookies would log in for a later request, whatever its headers say.
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.open_cursors = OpenCursors()
        self.tokens = AppTokens(settings)
        self.traces = traces_of(settings)
        proxy = proxy_of(settings)
        self._way = Way(settings, proxy)
        self._proxies = {} if proxy is None else {"https": proxy.address, "http": proxy.address}
        self._adapter = Adapter(settings, proxy)
        self._http.mount("https://", self._adapter)
        self._http.mount("http://", self._adapter)

    def read(
        self,
        resource: str,
        parameters: Parameters,
        guest_space_id: int | None = None,
        observe: Observe | None = None,
        watch: Watch | None = None,
    ) -> Response:
        """Read a resource: ``send`` of a call that may be sent any number of times.

        Args:
            resource: Such as ``records``.
            parameters: Its parameters; they go into the body where the URL would be too long.
            guest_space_id: The guest space it is in.
            observe: Told of every exchange, the failed ones too.
            watch: Whether the answer is still wanted.

        Raises:
            OperationalError: As ``send``.
            Error: Kintone's refusal, as ``errors.kind_of`` says.
        """
        return self.send(Call(resource, parameters, guest_space_id), observe, watch)

    def send(
        self, call: Call, observe: Observe | None = None, watch: Watch | None = None
    ) -> Response:
        """Ask Kintone; a failure that may pass is tried again where that can do no harm.

        Args:
            call: What to ask.
            observe: Told of every exchange, the failed ones too.
            watch: Whether the answer is still wanted.

        Raises:
            OutcomeUnknownError: Records may have been written, or not.
            InterfaceError: It is closed, or of another process.
            OperationalError: No connection, no JSON, a refusal that another try may not get, or
                the answer is no longer wanted.
            Error: Kintone's refusal, as ``errors.kind_of`` says.
        """
        self._process.check()
        watch = watch or Watch()
        tries = 1
        while True:
            outcome = self._attempt(call, tries, observe or _nobody, watch)
            if isinstance(outcome, Response):
                return outcome
            wait = self._policy.wait(
                outcome.verdict, call.effect, tries, self._chance(), watch.remaining
            )
            if wait is None or watch.over:
                raise _final_error(call, outcome, watch)
            self._pause(watch, wait)
            tries += 1

    def close(self) -> None:
        """Close all connections; nothing is sent any more."""
        self._closed = True
        self._http.close()
        self._log.close()

    def _attempt(
        self, call: Call, tries: int, observe: Observe, watch: Watch
    ) -> Response | _Failure:
        request = http_request(self._settings.url, call)
        place = f"{call.subject} at {self._settings.host}"
        with self._gate.entered(self._settings.max_connections, watch) as ticket:
            watch.check()
            if self._closed:
                raise InterfaceError("The connection is closed: make a new one.")
            status: int | None = None
            body, date = b"", ""
            started = time.perf_counter()
            line = Line()
            handled = sys.exc_info()[1]
            try:
                with _given_up_with(call, watch, line), using(line):
                    response = self._http.request(
                        request.method,
                        request.url,
                        headers=request.headers,
                        data=request.data,
                        auth=Credentials(self._settings, self.tokens.about(call.app_ids)),
                        timeout=max(watch.at_most(self._settings.timeout), _SHORTEST_TIMEOUT),
                        proxies=self._proxies,
                        allow_redirects=False,
                        stream=True,
                    )
                    with response:
                        status, date = response.status_code, response.headers.get("Date", "")
                        self._tell_gate(response, ticket)
                        body = _body(response, call, watch)
                outcome = self._outcome(response, body, place)
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                refused = unreachable(error, place, self._way, self._shown)
                outcome = _Failure(refused, BROKEN if status else verdict_of_error(error))
            except BaseException as error:
                _forget_frames(error, handled)
                raise error.with_traceback(None)  # noqa: B904 - the same one, with its own cause
            seconds = time.perf_counter() - started
        failure = outcome.error if isinstance(outcome, _Failure) else None
        records = outcome.records if isinstance(outcome, Response) else None
        exchange = Exchange(
            method=request.method,
            resource=call.resource,
            status=status,
            seconds=seconds,
            received_bytes=len(body),
            tries=tries,
            records=records if call.records is None else call.records,
            date=date,
        )
        self._log.write(exchange, call)
        self.traces.request(exchange, call, failure, watch)
        self.history.add(exchange, call)
        observe(exchange)
        return outcome

    def _tell_gate(self, response: requests.Response, ticket: int) -> None:
        headers = response.headers
        if response.status_code == 429 and headers.get("X-Cybozu-Error") in (None, "GAIA_TO04"):
            self._gate.refused(ticket)
            return
        running = headers.get("X-ConcurrencyLimit-Running", "")
        limit = headers.get("X-ConcurrencyLimit-Limit", "")
        if running.isdecimal() and limit.isdecimal():
            self._gate.saw(int(running), int(limit))

    def _outcome(self, response: requests.Response, body: bytes, place: str) -> Response | _Failure:
        status, headers = response.status_code, response.headers
        content_type = headers.get("Content-Type", "")
        if _is_truncated(response):
            return _Failure(truncated(place), BROKEN)
        if 300 <= status < 400:
            return _Failure(redirected(status, place), HOPELESS)
        if status >= 400:
            refused = refusal(status, body, content_type, place, self._shown)
            asked = seconds_asked(headers.get("Retry-After", ""), datetime.now(timezone.utc))
            return _Failure(refused, verdict_of_status(status, refused.code, asked))
        if "json" not in content_type:
            return _Failure(not_json(status, content_type, place), BROKEN)
        try:
            records = records_in(body)
        except msgspec.DecodeError:
            return _Failure(truncated(place), BROKEN)
        return Response(body, headers.get("X-Cybozu-Warning", ""), records)

    def _shown(self, text: str) -> str:
        """A text from outside, fit for a message: servers and libraries may quote the login."""
        return mask(text, self._adapter.secret_texts())


@dataclass(frozen=True)
class _Failure:
    """An attempt that failed: what to raise, and what it means for another one."""

    error: Error
    verdict: Verdict


def _final_error(call: Call, failure: _Failure, watch: Watch) -> Error:
    """The exception where no further try is made."""
    cause = failure.error
    if not failure.verdict.may_have_run or call.effect is Effect.NONE:
        return watch.error() if watch.over else cause
    status = cause.http_status
    if status is None:
        happened = "the request was sent, but no answer came that can be read"
    else:
        happened = f"instead of Kintone's answer came HTTP {status}"
    if call.effect is Effect.CURSOR:
        error = OperationalError(
            f"A cursor lost its place: {happened}, and a page that is asked for again may be the "
            "one after. Read from the beginning again.",
            http_status=status,
        )
    else:
        error = OutcomeUnknownError(
            f"The outcome is unknown: {happened}. Perhaps {call.deed}, perhaps nothing happened. "
            "Look before you write the same again.",
            http_status=status,
        )
    error.__cause__ = cause
    return error


def _forget_frames(error: BaseException, handled: BaseException | None) -> None:
    """Forget what frames below an error belongs to: their variables hold headers with the login.

    Tools that report errors show the variables of each frame, of interruptions too.

    Args:
        error: It is about to be raised.
        handled: What the caller of the driver was handling, which is his own.
    """
    seen: BaseException | None = error
    while seen is not None and seen is not handled:
        seen.__traceback__ = None
        seen = seen.__cause__ or seen.__context__


def _given_up_with(call: Call, watch: Watch, line: Line) -> AbstractContextManager[None]:
    """Stop waiting when the answer is no longer wanted, unless it alone says what has changed."""
    return watch.waking(line.cut) if call.effect is Effect.NONE else nullcontext()


def _body(response: requests.Response, call: Call, watch: Watch) -> bytes:
    """The whole body, decompressed; a server that sends it drop by drop is left in time.

    Raises:
        ReadTimeout: It is no longer wanted, or for a write takes too long; ``requests``' exception.
    """
    read = getattr(response.raw, "read1", None) or response.raw.read
    pieces: list[bytes] = []
    while piece := read(_PIECE_BYTES, decode_content=True):
        pieces.append(piece)
        if watch.over if call.effect is Effect.NONE else watch.remaining == 0.0:
            raise requests.exceptions.ReadTimeout(str(watch.error()))
    response.raw.release_conn()
    return b"".join(pieces)


def _is_truncated(response: requests.Response) -> bool:
    """Whether less came than was announced; not every version of urllib3 tells."""
    announced = response.headers.get("Content-Length", "")
    return announced.isdigit() and response.raw.tell() < int(announced)


def _nobody(exchange: Exchange) -> None:
    """Observes nothing."""
