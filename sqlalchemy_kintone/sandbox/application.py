"""From a request to its response: limits, authentication, faults, the endpoint, the log."""

from __future__ import annotations

import gzip
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

from sqlalchemy_kintone.sandbox.api import Answer, Call, Endpoint
from sqlalchemy_kintone.sandbox.authentication import BasicAuthentication, authenticate
from sqlalchemy_kintone.sandbox.errors import KintoneError, new_request_id, token_cannot
from sqlalchemy_kintone.sandbox.faults import Fault, Faults
from sqlalchemy_kintone.sandbox.hooks import Hooks
from sqlalchemy_kintone.sandbox.http_message import (
    JSON_TYPE,
    Request,
    Response,
    html_page,
    illegal_request,
)
from sqlalchemy_kintone.sandbox.limits import ConcurrencyGate, Limits
from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.request_body import decode_parameters, effective_method
from sqlalchemy_kintone.sandbox.request_log import LoggedRequest, RequestLog
from sqlalchemy_kintone.sandbox.routing import Location, Router, locate

Compression = Literal["none", "gzip"]

LOG_PATH = "/sandbox/log"


@dataclass(slots=True)
class Application:
    """One domain behind its HTTP rules; knows nothing of sockets.

    Attributes:
        domain: The state; may be replaced between requests.
        router: The endpoints.
        limits: The limits of the HTTP layer.
        basic: Basic authentication in front of the domain, if it has it.
        latency_ms: Milliseconds added to every request.
        compression: Whether bodies are compressed for clients that accept gzip.
        faults: The injected faults.
        hooks: Callbacks around requests.
        log: The request log.
    """

    domain: Domain
    router: Router
    limits: Limits = field(default_factory=Limits)
    basic: BasicAuthentication | None = None
    latency_ms: int = 0
    compression: Compression = "none"
    faults: Faults = field(default_factory=Faults)
    hooks: Hooks = field(default_factory=Hooks)
    log: RequestLog = field(default_factory=RequestLog)
    _gate: ConcurrencyGate = field(default_factory=ConcurrencyGate)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stop_waiting(self) -> None:
        """End all latency, present and future, so that the server can stop."""
        self._stopping.set()

    def respond(self, request: Request) -> Response:
        """The response to a request; it is logged when this returns."""
        path = request.target.partition("?")[0]
        if path == LOG_PATH:
            return self._log_response(request)
        location = locate(path)
        resource = path if location is None else location.resource
        started = time.perf_counter()
        with self._gate.entered() as running:
            self._wait(self.latency_ms)
            response, query = self._admit(request, location, running)
            response = self._compress(request, response)
            response = replace(
                response,
                headers={
                    **response.headers,
                    "X-ConcurrencyLimit-Limit": str(self.limits.concurrent_requests),
                    "X-ConcurrencyLimit-Running": str(running),
                },
            )
            self.log.add(
                LoggedRequest(
                    method=effective_method(request),
                    resource=resource,
                    status=response.status,
                    ms=round((time.perf_counter() - started) * 1000, 3),
                    bytes=len(response.body),
                    query=query,
                    running=running,
                    delivery=response.delivery,
                )
            )
        return response

    def _admit(
        self, request: Request, location: Location | None, running: int
    ) -> tuple[Response, str]:
        """The response, and the ``query`` parameter for the log.

        The order is that of the layers in front of Kintone: proxy, Basic authentication, the
        limit of concurrent requests, then the API with its authentication.
        """
        if len(request.target) > self.limits.url_bytes:
            return html_page(414, "414 Request-URI Too Large"), ""
        refusal = self.basic.refusal(request.headers) if self.basic else None
        if refusal is not None:
            return refusal, ""
        if location is None or not self.router.methods(location.resource):
            return html_page(404, "404 Not Found"), ""
        if running > self.limits.concurrent_requests:
            return _refuse(_too_many_requests()), ""
        try:
            call, endpoint = self._decode(request, location)
        except KintoneError as error:
            return _refuse(error), ""
        query = call.params.get("query")
        return self._run(call, endpoint), query if isinstance(query, str) else ""

    def _decode(self, request: Request, location: Location) -> tuple[Call, Endpoint]:
        domain = self.domain
        with domain.lock:
            caller = authenticate(domain, request.headers)
        method = effective_method(request)
        endpoint = self.router.endpoint(method, location.resource)
        if endpoint is None:
            raise illegal_request()
        if caller.user is None and not endpoint.tokens:
            raise token_cannot()
        params, parts = decode_parameters(request)
        call = Call(
            domain, caller, method, location.resource, location.guest_space_id, params, parts
        )
        return call, endpoint

    def _run(self, call: Call, endpoint: Endpoint) -> Response:
        due = self.faults.due(call.method, call.resource)
        for fault in due:
            instead = self._apply_before(fault, call.domain)
            if instead is not None:
                return instead
        self.hooks.run_before(call)
        response = _handle(call, endpoint)
        self.hooks.run_after(call, response)
        for fault in due:
            if fault.kind == "drop-after":
                response = replace(response, delivery="none")
            elif fault.kind == "reset-after":
                response = replace(response, delivery="reset-unanswered")
            elif fault.kind == "drop-within":
                response = replace(response, delivery="reset")
            elif fault.kind == "520-after":
                response = _unknown_error()
            elif fault.kind == "truncate":
                response = replace(response, delivery="truncated")
            elif fault.kind == "garble":
                response = replace(response, body=response.body.replace(b"}", b"<"))
            elif fault.kind == "drip":
                response = replace(response, delivery="dripping", pause_ms=fault.ms)
        return response

    def _apply_before(self, fault: Fault, domain: Domain) -> Response | None:
        """Let a fault happen; gives a response where it replaces the endpoint's."""
        if fault.kind == "latency":
            self._wait(fault.ms)
        elif fault.kind == "expire-cursors":
            with domain.lock:
                domain.cursors.clear()
        elif fault.kind == "429":
            return _refuse(_too_many_requests())
        elif fault.kind == "503":
            return html_page(503, "503 Service Temporarily Unavailable")
        elif fault.kind == "520":
            return _unknown_error()
        elif fault.kind == "html":
            return html_page(200, "Sign in")
        elif fault.kind == "drop-before":
            return Response(0, b"", {}, delivery="none")
        elif fault.kind == "reset-before":
            return Response(0, b"", {}, delivery="reset-unanswered")
        return None

    def _wait(self, milliseconds: int) -> None:
        if milliseconds:
            self._stopping.wait(milliseconds / 1000)

    def _compress(self, request: Request, response: Response) -> Response:
        accepted = "gzip" in request.headers.get("accept-encoding", "")
        is_short = len(response.body) < self.limits.uncompressed_bytes
        if self.compression == "none" or not accepted or is_short:
            return response
        return replace(
            response,
            body=gzip.compress(response.body, compresslevel=1),
            headers={**response.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"},
        )

    def _log_response(self, request: Request) -> Response:
        if request.method in ("POST", "DELETE"):
            self.log.reset()
        elif request.method != "GET":
            return html_page(405, "405 Method Not Allowed", {"Allow": "GET, POST, DELETE"})
        return _json(200, self.log.as_json())


def _handle(call: Call, endpoint: Endpoint) -> Response:
    """Run the endpoint and encode its answer while nobody else can change what it holds."""
    with call.domain.lock:
        try:
            answer = endpoint.handler(call)
        except KintoneError as error:
            return _refuse(error)
        if not isinstance(answer, Answer):
            return _json(200, answer)
    headers = {"Content-Type": answer.content_type, **answer.headers}
    return Response(answer.status, answer.body, headers)


def _refuse(error: KintoneError) -> Response:
    response = _json(error.status, error.body(new_request_id()))
    return replace(response, headers={**response.headers, "X-Cybozu-Error": error.code})


def _json(status: int, content: dict[str, Any] | list[Any]) -> Response:
    headers = {"Content-Type": JSON_TYPE, "Cache-Control": "no-cache, no-store, must-revalidate"}
    return Response(status, msgspec.json.encode(content), headers)


def _unknown_error() -> Response:
    return html_page(520, "520 Web server is returning an unknown error")


def _too_many_requests() -> KintoneError:
    return KintoneError(
        "GAIA_TO04", "The number of concurrent API requests exceeds the limit.", status=429
    )
