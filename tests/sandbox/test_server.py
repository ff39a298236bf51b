"""Requests and responses: parameters, refusals, headers, connections, callbacks."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sqlalchemy_kintone.sandbox import Domain, Limits, Sandbox
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.http_message import Response
from sqlalchemy_kintone.sandbox.model import App, AppSettings, Token, User
from sqlalchemy_kintone.sandbox.routing import Location, Router, discover_endpoints, locate
from tests.sandbox.client import Api
from tests.sandbox.echo import ECHO

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "url_suffix", "options", "expected_method", "expected"),
    [
        ("GET", "?app=1&query=a%3D%22%26%22", {}, "GET", {"app": "1", "query": 'a="&"'}),
        ("GET", "?fields[1]=b&fields[0]=a", {}, "GET", {"fields": ["a", "b"]}),
        ("GET", "?fields%5B0%5D=%E5%90%8D", {}, "GET", {"fields": ["名"]}),
        ("GET", "?fields[99]=z", {}, "GET", {"fields": ["z"]}),
        ("GET", "?ids=1&ids=2", {}, "GET", {"ids": ["1", "2"]}),
        ("GET", "?query=", {}, "GET", {"query": ""}),
        ("GET", "", {}, "GET", {}),
        ("GET", "", {"json": {"app": 1}}, "GET", {"app": 1}),
        ("DELETE", "?app=1&ids[0]=5", {}, "DELETE", {"app": "1", "ids": ["5"]}),
        ("DELETE", "", {"json": {"ids": [5]}}, "DELETE", {"ids": [5]}),
        ("PUT", "?app=1", {"json": {"app": 2}}, "PUT", {"app": 2}),
        (
            "POST",
            "",
            {"json": {"fields": ["a"]}, "headers": {"X-HTTP-Method-Override": "GET"}},
            "GET",
            {"fields": ["a"]},
        ),
        ("PUT", "", {"json": {}, "headers": {"X-HTTP-Method-Override": "GET"}}, "PUT", {}),
        ("POST", "", {"data": b'{"n":1.5}', "headers": JSON}, "POST", {"n": 1.5}),
        (
            "POST",
            "",
            {"data": b'{"n":1}', "headers": {"Content-Type": "application/json; charset=UTF-8"}},
            "POST",
            {"n": 1},
        ),
    ],
)
def test_parameters(
    echo_api: Api,
    method: str,
    url_suffix: str,
    options: dict[str, Any],
    expected_method: str,
    expected: dict[str, Any],
) -> None:
    answer = echo_api.send(method, "echo.json" + url_suffix, **options).json()
    assert (answer["method"], answer["params"]) == (expected_method, expected)


@pytest.mark.parametrize(
    ("method", "resource", "options", "status", "code"),
    [
        ("GET", "echo.json?app=1", {"headers": JSON}, 400, "CB_IL02"),
        ("POST", "echo.json", {"data": b'{"a":"\\ud800"}', "headers": JSON}, 400, "CB_IJ01"),
        ("POST", "echo.json", {"data": b"{", "headers": JSON}, 400, "CB_IJ01"),
        ("POST", "echo.json", {"data": b"[1]", "headers": JSON}, 400, "CB_IJ01"),
        ("POST", "echo.json", {"data": b'{"a":NaN}', "headers": JSON}, 400, "CB_IJ01"),
        ("POST", "echo.json", {"data": b'{"a":"\xff"}', "headers": JSON}, 400, "CB_IJ01"),
        ("POST", "echo.json", {"data": b"[" * 100_000, "headers": JSON}, 400, "CB_IJ01"),
        ("POST", "echo.json", {"data": {"a": "1"}}, 400, "CB_IL02"),
        ("GET", "echo.json?fields[100]=a", {}, 400, "CB_VA01"),
        ("PUT", "group.json", {"json": {}}, 400, "CB_IL02"),
        (
            "POST",
            "echo.json",
            {"json": {}, "headers": {"X-HTTP-Method-Override": "get"}},
            400,
            "CB_IL02",
        ),
        ("GET", "refuse.json", {}, 400, "CB_VA01"),
    ],
)
def test_refusals(
    echo_api: Api, method: str, resource: str, options: dict[str, Any], status: int, code: str
) -> None:
    response = echo_api.send(method, resource, **options)
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert response.headers["X-Cybozu-Error"] == code
    assert len(body["id"]) == 20
    assert body["message"]


@pytest.mark.parametrize(
    "path", ["/k/v1/nothing.json", "/k/v2/echo.json", "/", "/k/guest/x/v1/echo.json", "/v1/no.json"]
)
def test_unknown_paths_are_pages(echo_api: Api, path: str) -> None:
    response = echo_api.send("GET", path)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_an_unknown_method_is_not_implemented(echo_api: Api) -> None:
    assert echo_api.send("PATCH", "echo.json").status_code == 501


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/k/v1/records.json", Location("records.json", None)),
        ("/k/v1/preview/app/form/fields.json", Location("preview/app/form/fields.json", None)),
        ("/k/guest/7/v1/records.json", Location("records.json", 7)),
        ("/v1/users.json", Location("v1/users.json", None)),
        ("/k/v1/", None),
        ("/k/records.json", None),
        ("/sandbox/log", None),
    ],
)
def test_locations(path: str, expected: Location | None) -> None:
    assert locate(path) == expected


def test_two_endpoints_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"GET echo\.json"):
        Router([*ECHO, ECHO[0]])


def test_the_endpoints_of_the_package_fit_together() -> None:
    endpoints = discover_endpoints()
    router = Router(endpoints)
    assert all(router.endpoint(e.method, e.resource) is e for e in endpoints)


def test_guest_and_user_paths_reach_the_endpoint(echo_api: Api) -> None:
    assert echo_api.in_guest_space(7).ok("GET", "echo.json")["guest"] == 7
    assert echo_api.ok("GET", "echo.json")["guest"] is None
    assert echo_api.ok("GET", "v1/echo.json")["resource"] == "v1/echo.json"


def test_headers_of_every_response(echo_api: Api) -> None:
    for resource in ("echo.json", "refuse.json", "nothing.json"):
        headers = echo_api.get(resource).headers
        assert headers["X-ConcurrencyLimit-Limit"] == "100"
        assert headers["X-ConcurrencyLimit-Running"] == "1"
    assert echo_api.get("echo.json").headers["Content-Type"] == "application/json;charset=utf-8"
    assert "X-Cybozu-Error" not in echo_api.get("echo.json").headers


def test_an_answers_own_headers_are_sent(echo_api: Api) -> None:
    assert echo_api.get("warn.json").headers["X-Cybozu-Warning"] == "Filter aborted"


def test_a_long_url_is_refused_and_a_body_is_not(
    start_sandbox: Callable[..., Sandbox], domain: Domain, echo_api: Api
) -> None:
    prefix = "/k/v1/echo.json?query="
    assert echo_api.send("GET", prefix + "x" * (8192 - len(prefix))).status_code == 200
    response = echo_api.send("GET", prefix + "x" * (8193 - len(prefix)))
    assert response.status_code == 414
    assert response.headers["Content-Type"].startswith("text/html")
    assert echo_api.post("echo.json", query="x" * 50_000).status_code == 200
    small = start_sandbox(domain, endpoints=ECHO, limits=Limits(url_bytes=20))
    assert requests.get(f"{small.url}/k/v1/echo.json?app=1", timeout=5).status_code == 414


def test_a_chunked_body_is_read(echo_api: Api) -> None:
    response = echo_api.send("POST", "echo.json", data=iter([b'{"a"', b":1}"]), headers=JSON)
    assert response.json()["params"] == {"a": 1}


def test_a_connection_serves_many_requests(echo: Sandbox, echo_api: Api) -> None:
    connection = http.client.HTTPConnection(echo.url.removeprefix("http://"), timeout=5)
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/k/v1/echo.json", headers=dict(echo_api.headers))
        assert connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


@pytest.mark.parametrize(("compression", "expected"), [("none", None), ("gzip", "gzip")])
def test_compression(
    start_sandbox: Callable[..., Sandbox],
    domain: Domain,
    http: requests.Session,
    compression: str,
    expected: str | None,
) -> None:
    sandbox = start_sandbox(domain, endpoints=ECHO, compression=compression)
    api = Api(sandbox.url, http).as_user("sandbox", "sandbox")
    response = api.get("large.json")
    assert response.headers.get("Content-Encoding") == expected
    assert response.json() == {"text": "x" * 10_000}
    plain = api.send("GET", "large.json", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_the_log_counts_requests(echo: Sandbox, echo_api: Api) -> None:
    echo_api.get("echo.json", query="a = 1")
    with echo.log.counting() as counted:
        echo_api.post("echo.json", query="b = 2")
        echo_api.get("refuse.json")
    echo_api.get("echo.json")
    assert counted.counts == {"POST echo.json": 1, "GET refuse.json": 1}
    assert (counted.total, echo.log.total) == (2, 4)
    logged = echo_api.send("GET", "/sandbox/log").json()
    assert logged["total"] == 4
    assert logged["counts"] == {"GET echo.json": 2, "POST echo.json": 1, "GET refuse.json": 1}
    first = logged["requests"][0]
    assert (first["method"], first["resource"], first["status"]) == ("GET", "echo.json", 200)
    assert first["query"] == "a = 1"
    assert first["bytes"] > 0
    assert first["ms"] >= 0


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_the_log_is_reset(echo: Sandbox, echo_api: Api, method: str) -> None:
    echo_api.get("echo.json")
    assert echo_api.send(method, "/sandbox/log").json() == {
        "total": 0,
        "counts": {},
        "requests": [],
    }
    assert echo.log.total == 0
    assert echo_api.send("PUT", "/sandbox/log").status_code == 405


def test_the_log_keeps_no_credentials(echo_api: Api) -> None:
    echo_api.get("echo.json")
    logged = echo_api.send("GET", "/sandbox/log").text
    assert echo_api.headers["X-Cybozu-Authorization"] not in logged


def test_callbacks_run_around_requests(echo: Sandbox, echo_api: Api) -> None:
    seen: list[str] = []

    def before(call: Call) -> None:
        seen.append(f"before {call.resource}")
        if call.resource == "group.json":
            requests.post(
                f"{echo.url}/k/v1/echo.json", json={}, headers=dict(echo_api.headers), timeout=5
            )

    def after(call: Call, response: Response) -> None:
        seen.append(f"after {call.resource} {response.status}")

    with echo.before(before), echo.after(after):
        echo_api.post("group.json")
    echo_api.get("echo.json")
    assert seen == [
        "before group.json",
        "before echo.json",
        "after echo.json 200",
        "after group.json 200",
    ]


def test_a_bug_is_a_500_and_is_reported(
    echo: Sandbox, echo_api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        assert echo_api.get("crash.json").status_code == 500
    assert [type(crash) for crash in echo.crashes] == [ZeroDivisionError]
    assert echo_api.get("echo.json").headers["X-ConcurrencyLimit-Running"] == "1"


def test_stopping_ends_idle_connections_and_latency(domain: Domain) -> None:
    sandbox = Sandbox(domain, endpoints=ECHO, latency_ms=60_000).start()
    failures: list[Exception] = []

    def request() -> None:
        try:
            requests.get(f"{sandbox.url}/k/v1/echo.json", timeout=30)
        except requests.ConnectionError as error:
            failures.append(error)

    waiting = threading.Thread(target=request)
    idle = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
    idle.connect()
    waiting.start()
    time.sleep(0.1)
    started = time.monotonic()
    sandbox.stop()
    waiting.join(5)
    assert time.monotonic() - started < 3
    assert not waiting.is_alive()
    assert idle.sock.recv(1) == b""
    idle.close()
    sandbox.stop()  # a second time does nothing
    with pytest.raises(RuntimeError, match="not running"):
        sandbox.url  # noqa: B018  # the property raises


def test_a_sandbox_is_started_once_and_may_be_started_again(domain: Domain) -> None:
    sandbox = Sandbox(domain, endpoints=ECHO)
    with sandbox, pytest.raises(RuntimeError, match="running already"):
        sandbox.start()
    with sandbox:
        assert requests.get(f"{sandbox.url}/k/v1/echo.json", timeout=5).status_code == 401


def test_latency_is_added_to_every_request(
    start_sandbox: Callable[..., Sandbox], domain: Domain
) -> None:
    sandbox = start_sandbox(domain, endpoints=ECHO, latency_ms=50)
    started = time.monotonic()
    requests.get(f"{sandbox.url}/k/v1/echo.json", timeout=5)
    assert time.monotonic() - started >= 0.05


def test_reset_serves_another_domain(echo: Sandbox, echo_api: Api) -> None:
    echo_api.get("echo.json")
    echo.reset(Domain(users={"a": User(1, "a", "A", "a")}))
    assert echo.log.total == 0
    assert echo_api.refused("GET", "echo.json") == (401, "CB_WA01")
    assert echo_api.as_user("a", "a").ok("GET", "echo.json")["caller"] == "a"


def _app(app_id: int, name: str, domain: Domain) -> App:
    now = domain.clock()
    settings = AppSettings({}, [], {"name": name}, {}, {})
    return App(app_id, "sandbox", now, "sandbox", now, live=settings, preview=settings)


def test_access_names_the_administrator_and_a_token_of_each_app(
    start_sandbox: Callable[..., Sandbox], domain: Domain
) -> None:
    for app_id, name in ((1, "orders"), (2, "twice"), (3, "twice")):
        domain.apps[app_id] = _app(app_id, name, domain)
        domain.tokens[f"t{app_id}"] = Token(f"t{app_id}", app_id, frozenset({"view"}))
    access = start_sandbox(domain).access
    assert (access.user, access.password) == ("sandbox", "sandbox")
    assert access.tokens == {"orders": "t1", "2": "t2", "3": "t3"}
    assert "t1" not in repr(access)
    assert "password" not in repr(access)


def test_the_url_of_a_sandbox_on_all_addresses_can_be_reached(
    start_sandbox: Callable[..., Sandbox], domain: Domain
) -> None:
    sandbox = start_sandbox(domain, host="0.0.0.0", endpoints=ECHO)
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert requests.get(f"{sandbox.url}/k/v1/echo.json", timeout=5).status_code == 401


def test_handlers_run_one_at_a_time(start_sandbox: Callable[..., Sandbox], domain: Domain) -> None:
    running: list[int] = []
    overlaps: list[int] = []

    def slow(call: Call) -> dict[str, Any]:
        running.append(1)
        overlaps.append(len(running))
        time.sleep(0.01)
        running.pop()
        return {}

    sandbox = start_sandbox(domain, endpoints=[Endpoint("GET", "slow.json", slow)])
    headers = dict(Api(sandbox.url, requests.Session()).as_user("sandbox", "sandbox").headers)

    def request() -> None:
        requests.get(f"{sandbox.url}/k/v1/slow.json", headers=headers, timeout=5)

    threads = [threading.Thread(target=request) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == [1] * 8
