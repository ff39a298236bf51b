"""What a session sends, what it tries again, and what it refuses to do."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.errors import Error, OperationalError
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer

Open = Callable[..., Opened]
Serve = Callable[..., ScriptedServer]

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
BOTH_LOGINS = {"user": "a", "password": "b", "api_token": "c", "app_id": 1}


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (
            {"user": "山田", "password": "pass:word"},
            {"X-Cybozu-Authorization": base64_of("山田:pass:word")},
        ),
        ({"api_token": ["a", "b"], "app_id": 1}, {"X-Cybozu-API-Token": "a,b"}),
        ({"oauth_access_token": "abc"}, {"Authorization": "Bearer abc"}),
        (
            {"basic_auth_user": "front", "basic_auth_password": "door"},
            {
                "X-Cybozu-Authorization": base64_of("sandbox:sandbox"),
                "Authorization": f"Basic {base64_of('front:door')}",
            },
        ),
        # Of several logins just the one that is asked for is sent.
        (
            {
                "user": "a",
                "password": "b",
                "api_token": "c",
                "app_id": 1,
                "auth_scheme": "Password",
            },
            {"X-Cybozu-Authorization": base64_of("a:b")},
        ),
        (
            {
                "user": "a",
                "password": "b",
                "api_token": "c",
                "app_id": 1,
                "auth_scheme": "APIToken",
            },
            {"X-Cybozu-API-Token": "c"},
        ),
    ],
)
def test_login_headers(
    serve: Serve,
    open_session: Open,
    parameters: dict[str, object],
    expected: dict[str, str],
) -> None:
    server = serve(Reply())
    open_session(server.url, **parameters).read("records", app=1)
    (received,) = server.received
    logins = ("X-Cybozu-Authorization", "X-Cybozu-API-Token", "Authorization")
    assert {name: received.headers[name] for name in logins if name in received.headers} == expected


def test_a_short_request_is_a_get_without_content_type(serve: Serve, open_session: Open) -> None:
    server = serve(Reply())
    opened = open_session(server.url)
    opened.read("records", 3, app=1, fields=["a", "b"], totalCount=True)
    (received,) = server.received
    assert received.method == "GET"
    assert received.target == (
        "/k/guest/3/v1/records.json?app=1&fields%5B0%5D=a&fields%5B1%5D=b&totalCount=true"
    )
    assert "Content-Type" not in received.headers
    assert received.body == b""
    assert opened.exchanges[0].method == "GET"


@pytest.mark.parametrize(
    ("fields", "query_length", "method"),
    [(100, 100, "GET"), (101, 100, "POST"), (1, 3900, "GET"), (1, 4100, "POST")],
)
def test_a_long_request_is_a_post_with_override(
    serve: Serve, open_session: Open, fields: int, query_length: int, method: str
) -> None:
    server = serve(Reply())
    parameters = {"app": 1, "query": "x" * query_length, "fields": ["a"] * fields}
    opened = open_session(server.url)
    opened.read("records", **parameters)
    (received,) = server.received
    assert received.method == opened.exchanges[0].method == method
    if method == "POST":
        assert urlsplit(received.target).query == ""
        assert received.headers["X-HTTP-Method-Override"] == "GET"
        assert received.headers["Content-Type"] == "application/json"
        assert json.loads(received.body) == parameters


def test_kintone_takes_long_requests(shop_sandbox: Sandbox, open_session: Open) -> None:
    names = ", ".join(f'"{i}"' for i in range(2000))
    opened = open_session(shop_sandbox.url)
    query = f"customer not in ({names}) limit 3"
    assert len(json.loads(opened.read("records", app=2, query=query))["records"]) == 3
    assert shop_sandbox.log.counts == {"GET records.json": 1}


KINDS = ["429", "503", "520", "html", "drop-before", "drop-after", "truncate"]


@pytest.mark.parametrize("kind", KINDS)
def test_passing_failures_are_tried_again(
    shop_sandbox: Sandbox, open_session: Open, kind: str
) -> None:
    opened = open_session(shop_sandbox.url)
    fault = Fault(kind, times=2)  # type: ignore[arg-type]  # a table holds plain text
    with shop_sandbox.faults.injected(fault):
        records = json.loads(opened.read("records", app=2))["records"]
        assert shop_sandbox.faults.fired(fault) == 2
    assert len(records) == 7
    assert [exchange.tries for exchange in opened.exchanges] == [1, 2, 3]
    assert opened.statuses[-1] == 200
    assert opened.waits == [0.5, 1.0]


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("429", 429, r"GAIA_TO04, HTTP 429\).*lower MaxConnections"),
        ("503", 503, "HTTP 503 with a text/html body.*maintenance"),
        ("520", 520, "HTTP 520 with a text/html body instead of Kintone's JSON"),
        ("html", 200, "HTTP 200 with a text/html body instead of JSON. Check Url"),
        ("drop-before", None, "no connection to records of app 2 at"),
        ("drop-after", None, "no connection to records of app 2 at"),
        ("truncate", None, "cut off on its way"),
    ],
)
def test_lasting_failures_are_told(
    shop_sandbox: Sandbox, open_session: Open, kind: str, status: int | None, message: str
) -> None:
    opened = open_session(shop_sandbox.url)
    fault = Fault(kind)  # type: ignore[arg-type]  # a table holds plain text
    with (
        shop_sandbox.faults.injected(fault),
        pytest.raises(OperationalError, match=message) as caught,
    ):
        opened.read("records", app=2)
    assert caught.value.http_status == status
    assert len(opened.exchanges) == 5
    assert opened.waits == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, b"{}", JSON),
        Reply(400, b'{"code": "CB_VA01", "id": "1", "message": "wrong"}', JSON),
        Reply(403, b"no", HTML),
    ],
)
def test_what_will_not_pass_is_not_tried_again(
    serve: Serve, open_session: Open, reply: Reply
) -> None:
    opened = open_session(serve(reply).url)
    with pytest.raises(Error):
        opened.read("records", app=2)
    assert opened.statuses == [reply.status]
    assert opened.waits == []


@pytest.mark.parametrize(
    ("header", "wait"), [("7", 7.0), ("0", 0.5), ("120", 120.0), ("soon", 0.5), ("²", 0.5)]
)
def test_retry_after(serve: Serve, open_session: Open, header: str, wait: float) -> None:
    busy = Reply(503, b"", {**HTML, "Retry-After": header.encode().decode("latin-1")})
    opened = open_session(serve(busy, Reply()).url)
    opened.read("records")
    assert opened.waits == [wait]
    assert opened.statuses == [503, 200]


def test_who_asks_for_too_long_a_wait_is_not_asked_again(serve: Serve, open_session: Open) -> None:
    opened = open_session(serve(Reply(503, b"", {**HTML, "Retry-After": "9999"})).url)
    with pytest.raises(OperationalError, match="HTTP 503"):
        opened.read("records")
    assert opened.statuses == [503]


def test_silence_is_tried_again(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url, timeout=0.25)
    with shop_sandbox.faults.injected(Fault("latency", ms=600, times=1)):
        opened.read("records", app=2)
    assert opened.statuses == [None, 200]


def test_lasting_silence_is_told(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url, timeout=0.02)
    with (
        shop_sandbox.faults.injected(Fault("latency", ms=100)),
        pytest.raises(OperationalError, match=r"sent nothing for 0\.02 seconds.*raise Timeout"),
    ):
        opened.read("records", app=2)
    assert opened.statuses == [None] * 5


@pytest.mark.parametrize(
    "body", [b'{"records": [', b"", b'{"records": []}<!-- and more -->', b'{"records": tru}']
)
def test_a_body_that_is_no_json_to_its_end(serve: Serve, open_session: Open, body: bytes) -> None:
    opened = open_session(serve(Reply(body=body), Reply()).url)
    assert opened.read("records") == b'{"records": []}'
    assert len(opened.exchanges) == 2


def test_nobody_listens(open_session: Open, unused_port: int) -> None:
    opened = open_session(f"http://127.0.0.1:{unused_port}")
    with pytest.raises(
        OperationalError,
        match=rf"no connection to records at 127\.0\.0\.1:{unused_port} .*Check Url",
    ):
        opened.read("records")
    assert opened.statuses == [None] * 5


def test_the_deadline_ends_a_read(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url)
    with (
        shop_sandbox.faults.injected(Fault("latency", ms=300)),
        pytest.raises(OperationalError, match=r"longer than 0\.05 seconds \(StatementTimeout\)"),
    ):
        opened.session.read("records", {"app": 2}, watch=Watch(0.05))


def test_what_waits_for_another_try_can_be_stopped(shop_sandbox: Sandbox) -> None:
    watch = Watch()
    settings = connect_settings(url=shop_sandbox.url, user="sandbox", password="sandbox")
    patient = Session(settings, chance=lambda: 1.0)
    threading.Timer(0.05, watch.stop, ["Enough."]).start()
    with (
        shop_sandbox.faults.injected(Fault("503")),
        pytest.raises(OperationalError, match=r"Enough\."),
        closing(patient),
    ):
        patient.read("records", {"app": 2}, watch=watch)


def test_no_such_host(open_session: Open) -> None:
    opened = open_session("https://no-such-host.invalid")
    with pytest.raises(OperationalError, match=r"no connection to app 1 at no-such-host\.invalid"):
        opened.read("app", id=1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(serve: Serve, open_session: Open, status: int) -> None:
    elsewhere = serve(Reply())
    server = serve(Reply(status, b"", {"Location": f"{elsewhere.url}/k/v1/records.json"}))
    with pytest.raises(OperationalError, match=rf"redirect \(HTTP {status}\).*Check Url"):
        open_session(server.url).read("records")
    assert len(server.received) == 1
    assert elsewhere.received == []


def test_netrc_is_not_read(
    serve: Serve, open_session: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password geheim\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(Reply())
    open_session(server.url).read("records")
    assert "Authorization" not in server.received[0].headers


def test_cookies_are_not_kept(serve: Serve, open_session: Open) -> None:
    server = serve(Reply(headers={**JSON, "Set-Cookie": "JSESSIONID=abc; Path=/"}))
    opened = open_session(server.url)
    opened.read("records")
    opened.read("records")
    assert "Cookie" not in server.received[1].headers


def test_a_body_shorter_than_announced(serve: Serve, open_session: Open) -> None:
    short = Reply(body=b'{"records": [', headers={**JSON, "Content-Length": "500"})
    opened = open_session(serve(short, Reply()).url)
    assert opened.read("records") == b'{"records": []}'
    assert len(opened.exchanges) == 2


def test_compressed_bodies(
    start_sandbox: Callable[..., Sandbox], open_session: Open, shop_sandbox: Sandbox
) -> None:
    sandbox = start_sandbox(shop_sandbox.domain, compression="gzip")
    assert len(json.loads(open_session(sandbox.url).read("records", app=2))["records"]) == 7


def test_at_most_so_many_requests_at_once(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url, max_connections=2)
    barrier = threading.Barrier(6)

    def read(_: int) -> bytes:
        barrier.wait()
        return opened.read("records", app=2)

    with (
        shop_sandbox.faults.injected(Fault("latency", ms=20)),
        ThreadPoolExecutor(6) as pool,
    ):
        bodies = list(pool.map(read, range(6)))
    assert len(set(bodies)) == 1
    assert max(request.running for request in shop_sandbox.log.requests) == 2
    assert len(opened.exchanges) == 6


def test_connections_are_used_again(serve: Serve, open_session: Open) -> None:
    server = serve(Reply())
    opened = open_session(server.url)
    for _ in range(3):
        opened.read("records")
    assert server.connections == 1
