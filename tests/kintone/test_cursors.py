"""Which cursors a session holds open, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy_kintone.kintone.cursors import CursorInfo, OpenCursors

START = datetime(2026, 1, 1, 9, 0, tzinfo=timezone.utc)


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)


def test_a_cursor_is_held_until_ten_minutes_after_its_last_page() -> None:
    clock = Clock()
    cursors = OpenCursors(clock)
    cursors.opened(CursorInfo("a", 7), None, 1)
    clock.wait(9)
    cursors.opened(CursorInfo("b", 8), 2, 3)
    cursors.used("a")
    first, second = cursors.held()
    assert (first.info.cursor_id, first.opened_at, first.used_at) == ("a", START, clock.now)
    assert (second.app_id, second.guest_space_id, second.info.total_count) == (3, 2, 8)
    assert first.expires_at == second.expires_at == clock.now + timedelta(minutes=10)
    clock.wait(5)
    cursors.used("a")
    clock.wait(5)
    assert [each.info.cursor_id for each in cursors.held()] == ["a"]
    assert len(cursors.to_free()) == 2


def test_a_cursor_that_has_ended_is_not_held() -> None:
    cursors = OpenCursors()
    cursors.opened(CursorInfo("a", 7), None, 1)
    cursors.ended("a")
    cursors.used("a")
    assert cursors.held() == ()
    assert cursors.to_free() == ()
