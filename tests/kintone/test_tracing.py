"""Spans of statements and requests, as OpenTelemetry's own SDK sees them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault

Connect = Callable[..., kintone.Connection]

SQL = "SELECT customer, name FROM orders JOIN customers ON name = customer WHERE amount > 30.25"


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """What is exported from here on; OpenTelemetry takes one provider in a process."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Callable[[], list[ReadableSpan]]:
    """Those that ended since the test began."""
    exporter.clear()
    return lambda: list(exporter.get_finished_spans())


Spans = Callable[[], list[ReadableSpan]]


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_a_statement_and_its_requests(
    connect: Connect, shop_sandbox: Sandbox, spans: Spans
) -> None:
    connection = connect(tracing="spans")
    with trace.get_tracer("test").start_as_current_span("outer") as outer:
        rows = connection.execute(SQL).fetchall()
    assert rows
    *requests, statement, _ = spans()
    port = int(shop_sandbox.url.rpartition(":")[2])
    server = {"server.address": "127.0.0.1", "server.port": port}
    assert statement.name == "SELECT"
    assert statement.kind is SpanKind.CLIENT
    assert statement.parent == outer.get_span_context()
    assert attributes(statement) == {
        "db.system.name": "kintone",
        "db.operation.name": "SELECT",
        **server,
    }
    assert len(requests) == sum(shop_sandbox.log.counts.values()) > 4
    for request in requests:
        assert request.parent == statement.get_span_context()
        assert request.kind is SpanKind.CLIENT
        assert request.start_time is not None
        assert request.end_time is not None
        assert 0 < request.end_time - request.start_time < 10**10
    pages = [each for each in requests if each.name == "GET /k/v1/records.json"]
    counts = sorted(str(attributes(each).pop("kintone.records")) for each in pages)
    assert counts == ["2", "5"]
    assert attributes(pages[0]) | {"kintone.records": 5} == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "kintone.records": 5,
        "url.full": f"{shop_sandbox.url}/k/v1/records.json",
        "url.template": "/k/v1/records.json",
        **server,
    }


def test_only_who_asks_for_the_text_gets_it(connect: Connect, spans: Spans) -> None:
    for tracing in ("spans", "text"):
        connect(tracing=tracing).execute(SQL).close()
    found = spans()
    texts = [value for span in found if (value := attributes(span).get("db.query.text"))]
    assert texts == [SQL]
    shown = "".join(span.to_json() for span in found)
    assert shown.count("30.25") == 1
    assert "c2FuZGJveDpzYW5kYm94" not in shown  # the login in Base64


def test_failures(connect: Connect, shop_sandbox: Sandbox, spans: Spans) -> None:
    connection = connect(tracing="spans")
    connection.execute("SELECT 1 FROM orders").close()
    fault = Fault("503", resource="records.json", times=1)
    with shop_sandbox.faults.injected(fault):
        connection.execute("SELECT day FROM orders").close()
    with pytest.raises(kintone.ProgrammingError):
        connection.execute("SELECT nothing FROM orders WHERE customer = 'Mori'")
    failed, again, fine, wrong = spans()[-4:]
    assert failed.status.status_code is StatusCode.ERROR
    assert attributes(failed)["http.response.status_code"] == 503
    assert attributes(failed)["error.type"] == "503"
    assert attributes(again)["http.request.resend_count"] == 1
    for span in (again, fine):
        assert span.status.status_code is StatusCode.UNSET
    assert wrong.status.status_code is StatusCode.ERROR
    assert wrong.status.description is None
    assert attributes(wrong)["error.type"] == "ProgrammingError"
    assert (wrong.events, "Mori" in wrong.to_json()) == ((), False)


def test_kintones_refusals_are_told_by_their_code(connect: Connect, spans: Spans) -> None:
    connection = connect(tracing="spans", user="sandbox", password="wrong")
    with pytest.raises(kintone.OperationalError):
        connection.execute("/* who */ SELECT 1 FROM orders")
    request, statement = spans()
    assert attributes(request)["error.type"] == "401"
    assert statement.name == "kintone"
    assert attributes(statement)["error.type"] == "CB_WA01"
    assert attributes(statement)["db.response.status_code"] == "CB_WA01"


def test_no_spans_unless_they_are_asked_for(connect: Connect, spans: Spans) -> None:
    connect().execute(SQL).close()
    assert spans() == []


WITHOUT_IT = """
import sys
sys.modules["opentelemetry"] = None
import sqlalchemy_kintone as kintone
login = {"url": "https://ex.cybozu.com", "user": "me", "password": "x"}
kintone.connect(**login).close()
try:
    kintone.connect(**login, tracing="spans")
except kintone.InterfaceError as error:
    assert "pip install 'sqlalchemy-kintone[otel]'" in str(error)
else:
    raise AssertionError("it connected")
"""


def test_it_is_needed_only_where_it_is_asked_for() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT_IT], check=True, timeout=60)
