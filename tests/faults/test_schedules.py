"""Random faults at random requests: whatever comes, what the driver tells is true."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from typing import get_args

import pytest

from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault, FaultKind
from tests.faults.operations import OPERATIONS, World
from tests.faults.trial import Expected, expected_of, told_by
from tests.shop import shop

SHORT, LONG = 60, 2_000


@pytest.fixture(scope="module")
def expect(kintone_sandbox_server: Sandbox) -> Callable[[str], Expected]:
    return lru_cache(lambda name: expected_of(kintone_sandbox_server, name))


def schedule(chance: random.Random, resource: str) -> list[Fault]:
    """One to four faults."""
    faults = []
    for _ in range(chance.randint(1, 4)):
        kind = chance.choice(get_args(FaultKind))
        faults.append(
            Fault(
                kind,
                resource=chance.choice((resource, "*")),
                skip=chance.randint(0, 4),
                every=chance.randint(1, 3),
                times=chance.choice((1, 2, 5, None)),
                ms=chance.randint(1, 3) if kind in ("latency", "drip") else 0,
            )
        )
    return faults


def run(sandbox: Sandbox, expect: Callable[[str], Expected], seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(list(OPERATIONS))
    faults = schedule(chance, OPERATIONS[name].resource)
    expected = expect(name)
    sandbox.reset(shop())
    workers = chance.choice((1, 8))
    with sandbox.faults.injected(*faults):
        told_by(sandbox, World(sandbox, max_connections=workers), name, expected)
    assert sandbox.crashes == []


@pytest.mark.parametrize("seed", range(SHORT))
def test_schedules(
    kintone_sandbox_server: Sandbox, expect: Callable[[str], Expected], seed: int
) -> None:
    run(kintone_sandbox_server, expect, seed)


@pytest.mark.long
@pytest.mark.parametrize("hundred", range(SHORT, SHORT + LONG, 100))
def test_many_schedules(
    kintone_sandbox_server: Sandbox, expect: Callable[[str], Expected], hundred: int
) -> None:
    for seed in range(hundred, hundred + 100):
        run(kintone_sandbox_server, expect, seed)
