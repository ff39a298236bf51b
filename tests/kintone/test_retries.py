"""What is tried again, and when: the policy alone, without a network."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from sqlalchemy_kintone.kintone.retries import (
    BROKEN,
    HOPELESS,
    NOT_SENT,
    Effect,
    RetryPolicy,
    Verdict,
    seconds_asked,
    verdict_of_status,
)

POLICY = RetryPolicy(tries=4, first_wait=1.0, longest_wait=3.0, longest_asked_wait=10.0)
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("status", "code", "passes", "may_have_run"),
    [
        (429, "GAIA_TO04", True, False),
        (429, "GAIA_TM12", True, False),
        (429, None, True, False),
        (400, "GAIA_DA02", True, False),
        (400, "CB_VA01", False, False),
        (401, "CB_WA01", False, False),
        (403, None, False, False),
        (404, "GAIA_CN01", False, False),
        (409, "GAIA_CO02", False, False),
        (302, None, False, False),
        (500, None, False, True),
        (500, "CB_ZZ99", False, True),
        *((status, None, True, True) for status in (502, 503, 504, 520, 521, 522, 523, 524)),
        (525, None, False, True),
    ],
)
def test_statuses(status: int, code: str | None, passes: bool, may_have_run: bool) -> None:
    assert verdict_of_status(status, code) == Verdict(passes, may_have_run)


@pytest.mark.parametrize(
    ("verdict", "reads", "writes"),
    [
        (BROKEN, True, False),
        (NOT_SENT, True, True),
        (HOPELESS, False, False),
        (Verdict(passes=False, may_have_run=True), False, False),
        (verdict_of_status(429, "GAIA_TO04"), True, True),
        (verdict_of_status(503, None), True, False),
    ],
)
def test_what_may_be_sent_twice(verdict: Verdict, reads: bool, writes: bool) -> None:
    for effect, again in ((Effect.NONE, reads), (Effect.RECORDS, writes), (Effect.CURSOR, writes)):
        assert (POLICY.wait(verdict, effect, 1, 0.5) is not None) == again


@pytest.mark.parametrize(
    ("tries", "chance", "asked", "remaining", "wait"),
    [
        (1, 1.0, 0.0, None, 1.0),
        (1, 0.25, 0.0, None, 0.25),
        (1, 0.0, 0.0, None, 0.0),
        (2, 1.0, 0.0, None, 2.0),
        (3, 1.0, 0.0, None, 3.0),  # 4, but for longest_wait
        (4, 1.0, 0.0, None, None),
        (1, 1.0, 5.0, None, 5.0),
        (1, 1.0, 0.5, None, 1.0),
        (1, 1.0, 10.0, None, 10.0),
        (1, 1.0, 10.5, None, None),
        (1, 1.0, 0.0, 1.5, 1.0),
        (1, 1.0, 0.0, 1.0, None),
        (1, 1.0, 5.0, 4.0, None),
        (1, 0.0, 0.0, 0.0, None),
    ],
)
def test_waits(
    tries: int, chance: float, asked: float, remaining: float | None, wait: float | None
) -> None:
    verdict = Verdict(passes=True, may_have_run=True, asked_wait=asked)
    assert POLICY.wait(verdict, Effect.NONE, tries, chance, remaining) == wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0.0),
        ("30", 30.0),
        ("-1", 0.0),
        ("soon", 0.0),
        ("²", 0.0),
        ("Sun, 01 Mar 2026 12:00:45 GMT", 45.0),
        ("Sun, 01 Mar 2026 12:00:45 -0000", 45.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 99 Mar 2026 11:00:00 GMT", 0.0),
    ],
)
def test_seconds_asked(header: str, seconds: float) -> None:
    assert seconds_asked(header, NOW) == seconds
