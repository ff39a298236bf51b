"""One operation among faults, and whether what it told is what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.errors import OutcomeUnknownError
from sqlalchemy_kintone.sandbox import Sandbox
from tests.faults.operations import OPERATIONS, World, state
from tests.shop import shop


@dataclass(frozen=True)
class Expected:
    """What an operation does where nothing goes wrong.

    Attributes:
        result: What it tells.
        before: The records it finds.
        after: The records it leaves.
    """

    result: Any
    before: Any
    after: Any


def expected_of(sandbox: Sandbox, name: str) -> Expected:
    """Run an operation without any fault."""
    sandbox.reset(shop())
    before = state(sandbox.domain)
    with World(sandbox) as world:
        result = OPERATIONS[name].run(world)
    return Expected(result, before, state(sandbox.domain))


def told_by(sandbox: Sandbox, world: World, name: str, expected: Expected) -> str:
    """Run an operation, and see that what it tells is true.

    Returns:
        ``done``; ``error``: nothing was written; or ``unknown``: all or nothing was.
    """
    operation = OPERATIONS[name]
    with world:
        try:
            result = operation.run(world)
        except OutcomeUnknownError:
            assert operation.kind == "write"
            assert state(sandbox.domain) in (expected.before, expected.after)
            return "unknown"
        except kintone.OperationalError:
            assert state(sandbox.domain) == expected.before
            return "error"
    assert result == expected.result
    assert state(sandbox.domain) == expected.after
    assert sandbox.domain.cursors == {}
    return "done"
