"""The gate on requests: how many are let through, and how that adapts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.gate import Gate, Gates
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from sqlalchemy_kintone.sandbox.limits import Limits
from tests.kintone.conftest import Opened
from tests.shop import shop

Open = Callable[..., Opened]


def test_a_domain_has_one_gate_while_it_is_used() -> None:
    gates = Gates()
    gate = gates.of("ex.cybozu.com")
    assert gates.of("ex.cybozu.com") is gate
    assert gates.of("other.cybozu.com") is not gate
    gate.saw(100, 100)
    width = gate.width
    del gate
    assert width == 1
    assert gates.of("ex.cybozu.com").width == 100


def test_who_finds_no_room_waits() -> None:
    gate, entered = Gate(), threading.Event()

    def enter() -> None:
        with gate.entered(1, Watch()):
            entered.set()

    waiting = threading.Thread(target=enter)
    with gate.entered(1, Watch()):
        waiting.start()
        assert not entered.wait(0.05)
    waiting.join(5)
    assert entered.is_set()


def test_who_is_no_longer_wanted_does_not_wait() -> None:
    gate = Gate()
    with gate.entered(1, Watch()):
        started = time.monotonic()
        with (
            pytest.raises(OperationalError, match="StatementTimeout"),
            gate.entered(1, Watch(0.02)),
        ):
            pytest.fail("there was no room")
        assert time.monotonic() - started < 2
    with gate.entered(1, Watch()):
        pass


def test_it_narrows_by_half_once_for_those_refused_together() -> None:
    gate = Gate()
    with ExitStack() as stack:
        tickets = [stack.enter_context(gate.entered(16, Watch())) for _ in range(16)]
        for ticket in tickets:
            gate.refused(ticket)
        assert gate.width == 8
    with gate.entered(16, Watch()) as ticket:
        gate.refused(ticket)
    assert gate.width == 1


@pytest.mark.parametrize(
    ("running", "narrower", "wider"),
    [
        (1, False, True),
        (74, False, True),
        (80, False, False),
        (90, True, False),
        (101, True, False),
    ],
)
def test_it_follows_the_headers(running: int, narrower: bool, wider: bool) -> None:
    gate = Gate()
    with ExitStack() as stack:
        tickets = [stack.enter_context(gate.entered(8, Watch())) for _ in range(8)]
        gate.refused(tickets[0])
        assert gate.width == 4
        for _ in range(5):
            gate.saw(running, 100)
        assert (gate.width < 4, gate.width > 4) == (narrower, wider)


def test_it_recovers() -> None:
    gate = Gate()
    with gate.entered(8, Watch()) as ticket:
        gate.refused(ticket)
    assert gate.width == 1
    for _ in range(50):
        gate.saw(3, 100)
    assert gate.width > 8
    for _ in range(10_000):
        gate.saw(3, 100)
    assert gate.width == 100


def test_connections_to_a_domain_share_it(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = [open_session(shop_sandbox.url, max_connections=3) for _ in range(4)]
    with (
        shop_sandbox.faults.injected(Fault("latency", ms=10)),
        ThreadPoolExecutor(12) as pool,
    ):
        bodies = list(pool.map(lambda each: each.read("records", app=2), opened * 3))
    assert len(set(bodies)) == 1
    assert max(request.running for request in shop_sandbox.log.requests) <= 3


def test_a_domain_with_less_room_than_wanted_serves_everybody(
    start_sandbox: Callable[..., Sandbox], open_session: Open
) -> None:
    sandbox = start_sandbox(shop(), limits=Limits(concurrent_requests=3), latency_ms=50)
    opened = [open_session(sandbox.url, max_connections=12) for _ in range(3)]
    with ThreadPoolExecutor(12) as pool:
        bodies = list(pool.map(lambda each: each.read("records", app=2), opened * 20))
    assert len(bodies) == 60
    assert len(set(bodies)) == 1
    statuses = [request.status for request in sandbox.log.requests]
    assert statuses.count(429) > 0
    assert statuses[-20:].count(429) < 10
