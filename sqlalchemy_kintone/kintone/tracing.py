"""Spans of OpenTelemetry: one for each statement, and below it one for each request.

Names and attributes are those of OpenTelemetry's semantic conventions for database and HTTP
clients. Conditions and the values in them are in no span: not in ``url.full``, which ends before
the query string, nor in errors, of which only the kind is told. The SQL is shown where it is asked
for. Headers are never shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from sqlalchemy_kintone.conninfo import Settings
from sqlalchemy_kintone.errors import Error, InterfaceError
from sqlalchemy_kintone.kintone.calls import Call
from sqlalchemy_kintone.kintone.request_log import Exchange
from sqlalchemy_kintone.kintone.watch import Watch

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_FIRST_WORD = re.compile(r"\s*(EXPLAIN|SELECT|WITH|INSERT|UPDATE|DELETE|MERGE|VALUES|FROM)\b", re.I)
"""What a statement does, in words that hold no data."""
_NANOSECONDS = 1_000_000_000


class Traces(Protocol):
    """Is told of statements and requests. Threads may share it."""

    def statement(self, sql: str, watch: Watch) -> AbstractContextManager[None]:
        """Around the running of a statement.

        Args:
            sql: Its text.
            watch: What watches over it, by which its requests are known.
        """

    def request(self, exchange: Exchange, call: Call, error: Error | None, watch: Watch) -> None:
        """After one exchange.

        Args:
            exchange: What was sent and what came.
            call: What was asked.
            error: What came of it, where it failed.
            watch: What watches over the statement that it is for.
        """


def traces_of(settings: Settings) -> Traces:
    """What the settings ask for; OpenTelemetry is imported only where they do.

    Raises:
        InterfaceError: OpenTelemetry is not installed.
    """
    if settings.tracing == "none":
        return NoTraces()
    try:
        from opentelemetry.trace import get_tracer
    except ImportError:
        raise InterfaceError(
            f"Tracing={settings.tracing} needs OpenTelemetry, which is not installed: pip install "
            "'sqlalchemy-kintone[otel]', or leave out Tracing."
        ) from None
    return Spans(get_tracer("sqlalchemy_kintone"), settings)


class NoTraces:
    """Tells nobody."""

    def statement(
        self,
        sql: str,  # noqa: ARG002 - the protocol's
        watch: Watch,  # noqa: ARG002 - the protocol's
    ) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def request(self, exchange: Exchange, call: Call, error: Error | None, watch: Watch) -> None:
        """Nothing."""


class Spans:
    """Makes spans.

    Args:
        tracer: OpenTelemetry's.
        settings: The connection's settings.
    """

    def __init__(self, tracer: Tracer, settings: Settings) -> None:
        self._tracer = tracer
        self._shows_text = settings.tracing == "text"
        self._url = settings.url
        address = urlsplit(settings.url)
        standard_port = 443 if address.scheme == "https" else 80
        self._server: Mapping[str, str | int] = {
            "server.address": address.hostname or "",
            "server.port": address.port or standard_port,
        }

    @contextmanager
    def statement(self, sql: str, watch: Watch) -> Iterator[None]:
        """A span that ends when the rows begin to come, or with an error."""
        from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context

        found = _FIRST_WORD.match(sql)
        attributes = {"db.system.name": "kintone", **self._server}
        if found:
            attributes["db.operation.name"] = found[1].upper()
        if self._shows_text:
            attributes["db.query.text"] = sql
        with self._tracer.start_as_current_span(
            found[1].upper() if found else "kintone",
            kind=SpanKind.CLIENT,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            # The threads that send its requests inherit no context.
            watch.trace = set_span_in_context(span)
            try:
                yield
            except BaseException as error:
                code = error.code if isinstance(error, Error) else None
                span.set_attribute("error.type", code or type(error).__name__)
                if code:
                    span.set_attribute("db.response.status_code", code)
                span.set_status(StatusCode.ERROR)
                raise

    def request(self, exchange: Exchange, call: Call, error: Error | None, watch: Watch) -> None:
        """A span of the time that the exchange took."""
        from opentelemetry.trace import SpanKind, StatusCode

        ended_at = time.time_ns()
        attributes: dict[str, str | int] = {
            "http.request.method": exchange.method,
            "url.full": self._url + call.path,
            "url.template": call.path,
            **self._server,
        }
        if exchange.status is not None:
            attributes["http.response.status_code"] = exchange.status
        if exchange.records is not None:
            attributes["kintone.records"] = exchange.records
        if exchange.tries > 1:
            attributes["http.request.resend_count"] = exchange.tries - 1
        if error is not None:
            failed = exchange.status is not None and exchange.status >= 400
            attributes["error.type"] = str(exchange.status) if failed else type(error).__name__
        span = self._tracer.start_span(
            f"{exchange.method} {call.path}",
            context=watch.trace,
            kind=SpanKind.CLIENT,
            attributes=attributes,
            start_time=ended_at - int(exchange.seconds * _NANOSECONDS),
        )
        if error is not None:
            span.set_status(StatusCode.ERROR)
        span.end(ended_at)
