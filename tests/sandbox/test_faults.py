"""Injected faults: what a client sees, and whether the request took effect."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest
import requests

from sqlalchemy_kintone.sandbox import Fault, Faults, Sandbox
from sqlalchemy_kintone.sandbox.faults import parse_fault
from sqlalchemy_kintone.sandbox.model import Cursor
from tests.sandbox.client import Api


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("429", 429, "application/json"),
        ("503", 503, "text/html"),
        ("520", 520, "text/html"),
        ("html", 200, "text/html"),
    ],
)
def test_answers_in_place_of_the_endpoint(
    echo: Sandbox, echo_api: Api, kind: str, status: int, content_type: str
) -> None:
    fault = parse_fault(kind)
    with echo.faults.injected(fault):
        response = echo_api.post("group.json")
        assert response.status_code == status
        assert response.headers["Content-Type"].startswith(content_type)
        assert echo.faults.fired(fault) == 1
    assert not echo.domain.groups
    assert echo_api.ok("POST", "group.json") == {"groups": 1}


def test_an_answer_in_place_of_what_took_effect(echo: Sandbox, echo_api: Api) -> None:
    with echo.faults.injected(parse_fault("520-after")):
        assert echo_api.post("group.json").status_code == 520
    assert len(echo.domain.groups) == 1


@pytest.mark.parametrize(
    ("kind", "applied", "error"),
    [
        ("drop-before", 0, "RemoteDisconnected"),
        ("drop-after", 1, "RemoteDisconnected"),
        ("reset-before", 0, "ConnectionResetError"),
        ("reset-after", 1, "ConnectionResetError"),
    ],
)
def test_dropped_connections(
    echo: Sandbox, echo_api: Api, kind: str, applied: int, error: str
) -> None:
    with (
        echo.faults.injected(parse_fault(kind)),
        pytest.raises(requests.ConnectionError, match=error),
    ):
        echo_api.post("group.json")
    assert len(echo.domain.groups) == applied
    assert echo.log.requests[-1].delivery != "whole"
    assert echo_api.get("echo.json").status_code == 200


def test_truncated_bodies(echo: Sandbox, echo_api: Api) -> None:
    with (
        echo.faults.injected(Fault("truncate")),
        pytest.raises(requests.exceptions.ChunkedEncodingError),
    ):
        echo_api.get("large.json")
    assert echo_api.get("large.json").json()["text"]


def test_connections_reset_within_the_body(echo: Sandbox, echo_api: Api) -> None:
    with echo.faults.injected(Fault("drop-within")), pytest.raises(requests.RequestException):
        echo_api.get("large.json")
    assert echo_api.get("large.json").json()["text"]


def test_garbled_bodies(echo: Sandbox, echo_api: Api) -> None:
    with echo.faults.injected(Fault("garble")):
        response = echo_api.get("large.json")
    assert response.headers["Content-Type"].startswith("application/json")
    assert len(response.content) == int(response.headers["Content-Length"])
    with pytest.raises(ValueError):
        response.json()


def test_dripping_bodies(echo: Sandbox, echo_api: Api) -> None:
    with echo.faults.injected(Fault("drip", ms=5)):
        started = time.monotonic()
        assert echo_api.get("large.json").json()["text"]
        assert time.monotonic() - started >= 0.04


def test_latency_concerns_the_request_that_it_hits(echo: Sandbox, echo_api: Api) -> None:
    echo.faults.add(Fault("latency", resource="large*", ms=80))
    started = time.monotonic()
    echo_api.get("large.json")
    assert time.monotonic() - started >= 0.08
    assert echo.log.requests[-1].ms >= 80
    echo_api.get("echo.json")
    assert echo.log.requests[-1].ms < 80


def test_cursors_expire(echo: Sandbox, echo_api: Api) -> None:
    used_at = datetime(2026, 1, 1, tzinfo=timezone.utc)
    echo.domain.cursors["c"] = Cursor("c", 1, [1], None, 100, "sandbox", used_at)
    with echo.faults.injected(Fault("expire-cursors", method="POST")):
        echo_api.get("echo.json")
        assert echo.domain.cursors
        assert echo_api.post("echo.json").status_code == 200
    assert not echo.domain.cursors


def test_refusals_come_before_faults(echo: Sandbox, echo_api: Api) -> None:
    with echo.faults.injected(Fault("503")):
        assert echo_api.anonymous().refused("GET", "echo.json") == (401, "CB_AU01")


@pytest.mark.parametrize(
    ("fault", "hits"),
    [
        (Fault("503"), [1, 2, 3, 4, 5, 6]),
        (Fault("503", times=2), [1, 2]),
        (Fault("503", every=3), [3, 6]),
        (Fault("503", skip=2), [3, 4, 5, 6]),
        (Fault("503", skip=1, every=2, times=2), [3, 5]),
        (Fault("503", resource="records*"), [1, 2, 3, 4, 5, 6]),
        (Fault("503", resource="record.json"), []),
        (Fault("503", method="PUT"), []),
        (Fault("503", method="[GP]*T"), [1, 2, 3, 4, 5, 6]),
    ],
)
def test_which_requests_are_hit(fault: Fault, hits: list[int]) -> None:
    faults = Faults(fault)
    due = [number for number in range(1, 7) if faults.due("GET", "records.json")]
    assert due == hits
    assert faults.fired(fault) == len(hits)


def test_other_requests_are_not_counted() -> None:
    faults = Faults(Fault("503", resource="records.json", every=2))
    assert not faults.due("GET", "records.json")
    assert not faults.due("GET", "record.json")
    assert faults.due("GET", "records.json")


def test_faults_are_cleared() -> None:
    faults = Faults(Fault("503"), Fault("latency", ms=1))
    assert [fault.kind for fault in faults.due("GET", "a.json")] == ["503", "latency"]
    faults.clear()
    assert faults.due("GET", "a.json") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("503", Fault("503")),
        ("latency,ms=20", Fault("latency", ms=20)),
        (
            "drop-after,resource=records.json,method=POST,skip=1,every=2,times=3",
            Fault("drop-after", "records.json", "POST", skip=1, every=2, times=3),
        ),
    ],
)
def test_faults_of_the_command_line(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("504", "unknown fault '504'"),
        ("503,times", "'times' is not one of"),
        ("503,kind=429", "'kind=429' is not one of"),
        ("503,times=x", "times must be a number"),
        ("503,every=0", "every and times 1 or more"),
        ("503,times=0", "every and times 1 or more"),
        ("503,ms=5", "ms goes with the faults latency and drip"),
        ("latency", "ms goes with the faults latency and drip"),
    ],
)
def test_wrong_faults_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_fault(text)
