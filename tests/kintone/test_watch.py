"""How long answers are wanted."""

from __future__ import annotations

import threading
import time

import pytest

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.watch import Watch


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_without_a_deadline_nothing_runs_out() -> None:
    watch = Watch()
    assert (watch.remaining, watch.over, watch.at_most(7.0)) == (None, False, 7.0)
    watch.check()


def test_a_deadline_runs_out() -> None:
    clock = Clock()
    watch = Watch(10.0, clock)
    assert (watch.remaining, watch.over, watch.at_most(60.0)) == (10.0, False, 10.0)
    clock.now += 9
    assert watch.at_most(0.5) == 0.5
    watch.check()
    clock.now += 2
    assert (watch.remaining, watch.over) == (0.0, True)
    with pytest.raises(OperationalError, match=r"longer than 10 seconds \(StatementTimeout\)"):
        watch.check()


def test_the_first_reason_to_stop_counts() -> None:
    watch = Watch(1000.0)
    watch.stop("One.")
    watch.stop("Two.")
    with pytest.raises(OperationalError, match=r"^One\.$"):
        watch.check()


def test_a_pause_ends_early_when_it_is_stopped() -> None:
    watch = Watch()
    threading.Timer(0.02, watch.stop, ["Enough."]).start()
    started = time.monotonic()
    with pytest.raises(OperationalError, match=r"Enough\."):
        watch.pause(30.0)
    assert time.monotonic() - started < 5
    Watch().pause(0.0)


def test_a_part_ends_with_the_whole_but_not_the_whole_with_a_part() -> None:
    whole = Watch()
    first, second = whole.part(), whole.part()
    first.stop("First.")
    assert (first.over, second.over, whole.over) == (True, False, False)
    whole.stop("Whole.")
    with pytest.raises(OperationalError, match=r"^First\.$"):
        first.check()
    with pytest.raises(OperationalError, match=r"^Whole\.$"):
        second.check()
    assert whole.part().over


def test_a_deadline_may_be_lifted() -> None:
    clock = Clock()
    watch = Watch(10.0, clock)
    part = watch.part()
    assert part.remaining == 10.0
    watch.lift_deadline()
    clock.now += 20
    assert (watch.over, part.over) == (False, False)
    watch.stop("Enough.")
    assert (watch.over, part.over) == (True, True)
