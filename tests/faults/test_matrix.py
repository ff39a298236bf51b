"""Every fault against every operation: right rows or the right exception, and no lie."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from sqlalchemy_kintone.sandbox.limits import Limits
from tests.faults.operations import OPERATIONS, World, state
from tests.faults.trial import Expected, expected_of, told_by
from tests.kintone.test_trust import Domain as TlsDomain
from tests.shop import shop

Expect = Callable[[str], Expected]

HARMLESS = ("latency", "drip")
"""They cost time."""
BUSY = ("429",)
"""They prove that nothing happened."""
DOUBTFUL = (
    "503",
    "520",
    "520-after",
    "html",
    "drop-before",
    "drop-after",
    "drop-within",
    "reset-before",
    "reset-after",
    "truncate",
    "garble",
)
"""They leave open what happened."""
OF_CURSORS = ("expire-cursors",)
"""They matter to nothing else."""
OF_CONNECTIONS = (
    "drip",
    "drop-before",
    "drop-after",
    "drop-within",
    "reset-before",
    "reset-after",
    "truncate",
)
"""They are other errors where the connection is TLS's."""
MILLISECONDS = dict.fromkeys(HARMLESS, 1)


@pytest.fixture(scope="module")
def expect(kintone_sandbox_server: Sandbox) -> Expect:
    return lru_cache(lambda name: expected_of(kintone_sandbox_server, name))


@pytest.fixture
def sandbox(kintone_sandbox_server: Sandbox) -> Iterator[Sandbox]:
    yield kintone_sandbox_server
    assert kintone_sandbox_server.crashes == []


def outcome(operation: str, fault: str, lasting: bool) -> str:
    """What must be told."""
    kind = OPERATIONS[operation].kind
    if fault in HARMLESS or (fault in OF_CURSORS and kind != "cursor"):
        return "done"
    if fault in BUSY:
        return "error" if lasting else "done"
    if kind == "write":
        return "unknown"
    return "error" if lasting or kind == "cursor" else "done"


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("fault", [*HARMLESS, *BUSY, *DOUBTFUL, *OF_CURSORS])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_matrix(
    sandbox: Sandbox, expect: Expect, operation: str, fault: str, lasting: bool
) -> None:
    expected = expect(operation)
    sandbox.reset(shop())
    injected = Fault(
        fault,  # type: ignore[arg-type]  # a table holds plain text
        resource=OPERATIONS[operation].resource,
        # Opening a cursor is the one request that none has to expire for.
        skip=1 if fault in OF_CURSORS and OPERATIONS[operation].kind == "cursor" else 0,
        times=None if lasting else 1,
        ms=MILLISECONDS.get(fault, 0),
    )
    with sandbox.faults.injected(injected):
        told = told_by(sandbox, World(sandbox), operation, expected)
        assert sandbox.faults.fired(injected) > 0
    assert told == outcome(operation, fault, lasting)


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Path]]:
    """A sandbox that speaks TLS, and the authority that vouches for it."""
    domain = TlsDomain(tmp_path_factory.mktemp("tls"))
    with Sandbox(shop(), tls=domain.tls) as sandbox:
        yield sandbox, domain.root
        assert sandbox.crashes == []


@pytest.mark.parametrize("fault", OF_CONNECTIONS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_over_tls(
    over_tls: tuple[Sandbox, Path], expect: Expect, operation: str, fault: str
) -> None:
    sandbox, authority = over_tls
    expected = expect(operation)
    sandbox.reset(shop())
    injected = Fault(
        fault,  # type: ignore[arg-type]  # a table holds plain text
        resource=OPERATIONS[operation].resource,
        times=1,
        ms=MILLISECONDS.get(fault, 0),
    )
    with sandbox.faults.injected(injected):
        told = told_by(sandbox, World(sandbox, ssl_server_cert=authority), operation, expected)
        assert sandbox.faults.fired(injected) == 1
    assert told == outcome(operation, fault, lasting=False)


@pytest.mark.parametrize("fault", [*HARMLESS, *BUSY, *DOUBTFUL, "expire-cursors"])
@pytest.mark.parametrize("page", [1, 2, 4])
def test_a_page_of_a_cursor_that_is_lost_is_not_asked_for_again(
    sandbox: Sandbox, expect: Expect, fault: str, page: int
) -> None:
    expected = expect("cursor read")
    sandbox.reset(shop())
    injected = Fault(
        fault,  # type: ignore[arg-type]  # a table holds plain text
        resource="records/cursor.json",
        method="GET",
        skip=page - 1,
        times=1,
        ms=MILLISECONDS.get(fault, 0),
    )
    with sandbox.faults.injected(injected):
        told = told_by(sandbox, World(sandbox), "cursor read", expected)
    assert told == ("done" if fault in (*HARMLESS, *BUSY) else "error")
    assert sandbox.domain.cursors == {}
    asked = sandbox.log.counts["GET records/cursor.json"]
    assert asked == (4 if told == "done" else page) + (fault in BUSY)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_silence(sandbox: Sandbox, expect: Expect, operation: str) -> None:
    expected = expect(operation)
    sandbox.reset(shop())
    injected = Fault("latency", resource=OPERATIONS[operation].resource, times=1, ms=400)
    with sandbox.faults.injected(injected):
        told = told_by(sandbox, World(sandbox, timeout=0.15), operation, expected)
        _wait_for_request_of(sandbox, 400)
    assert state(sandbox.domain) in (expected.before, expected.after)
    assert told == outcome(operation, "drop-after", lasting=False)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_domain_that_serves_one_request_at_once(expect: Expect, operation: str) -> None:
    expected = expect(operation)
    limits = Limits(concurrent_requests=1)
    with Sandbox(shop(), limits=limits, latency_ms=2) as sandbox:
        assert told_by(sandbox, World(sandbox), operation, expected) == "done"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_bodies_cut_off_while_compressed(expect: Expect, operation: str) -> None:
    expected = expect(operation)
    limits = Limits(uncompressed_bytes=0)
    with Sandbox(shop(), compression="gzip", limits=limits) as sandbox:
        sandbox.faults.add(Fault("truncate", resource=OPERATIONS[operation].resource, times=1))
        told = told_by(sandbox, World(sandbox), operation, expected)
        assert told == outcome(operation, "truncate", lasting=False)


@pytest.mark.parametrize("fault", [Fault("drip", ms=30), Fault("latency", ms=200), Fault("503")])
def test_the_deadline_of_a_statement(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.reset(shop())
    sql = "SELECT count(*) FROM orders AS a, orders AS b WHERE a.amount > b.amount"
    started = time.monotonic()
    with (
        World(sandbox, statement_timeout=0.15) as world,
        sandbox.faults.injected(fault),
        pytest.raises(kintone.OperationalError, match=r"StatementTimeout|503"),
    ):
        world.connection.execute(sql)
    assert time.monotonic() - started < 1.5


def _wait_for_request_of(sandbox: Sandbox, milliseconds: float) -> None:
    """Until a request has ended that takes so long: it may write, though nobody waits for it."""
    give_up = time.monotonic() + 5
    while not any(request.ms >= milliseconds for request in sandbox.log.requests):
        assert time.monotonic() < give_up
        time.sleep(0.005)
