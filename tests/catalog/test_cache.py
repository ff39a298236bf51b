"""How long answers of the catalog hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import count
from threading import Barrier
from time import sleep

from sqlalchemy_kintone.catalog.cache import MetadataCache


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_holds_for_its_time() -> None:
    clock, numbers = Clock(), count()
    cache = MetadataCache(10, clock)
    assert cache.get("key", lambda: next(numbers)) == 0
    clock.now = 9.9
    assert cache.get("key", lambda: next(numbers)) == 0
    clock.now = 10.0
    assert cache.get("key", lambda: next(numbers)) == 1


def test_zero_seconds_keep_nothing() -> None:
    numbers = count()
    cache = MetadataCache(0, Clock())
    assert [cache.get("key", lambda: next(numbers)) for _ in range(3)] == [0, 1, 2]


def test_the_version_grows_only_when_an_answer_changes() -> None:
    clock = Clock()
    cache = MetadataCache(1, clock)
    cache.get("key", lambda: "same")
    version = cache.version
    clock.now = 5
    cache.get("key", lambda: "same")
    assert cache.version == version
    clock.now = 10
    cache.get("key", lambda: "other")
    assert cache.version > version


def test_what_is_made_of_others_is_as_old_as_they_are() -> None:
    clock, numbers = Clock(), count()
    cache = MetadataCache(10, clock)

    def made() -> tuple[int, int]:
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(copy_context().run, cache.get, "other", lambda: next(numbers))
            return other.result(), cache.get("one", lambda: next(numbers))

    assert cache.get("one", lambda: next(numbers)) == 0
    clock.now = 8
    assert cache.get("made", made) == (1, 0)
    assert cache.holds("made")
    clock.now = 10
    assert not cache.holds("made")
    assert cache.get("made", made) == (1, 2)
    clock.now = 18
    assert cache.get("made", made) == (3, 2)


def test_clear_forgets() -> None:
    numbers = count()
    cache = MetadataCache(10, Clock())
    cache.get("key", lambda: next(numbers))
    version = cache.version
    cache.clear()
    assert cache.version > version
    assert cache.get("key", lambda: next(numbers)) == 1


def test_a_failed_reading_is_not_kept() -> None:
    cache = MetadataCache(10, Clock())

    def fail() -> int:
        raise OSError

    for load, expected in ((fail, None), (lambda: 1, 1)):
        try:
            answer = cache.get("key", load)
        except OSError:
            answer = None
        assert answer == expected


def test_threads_wait_for_one_reading() -> None:
    readings: list[int] = []

    def load() -> int:
        sleep(0.02)
        readings.append(1)
        return 5

    cache = MetadataCache(10)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: cache.get("key", load), range(8)))
    assert answers == [5] * 8
    assert readings == [1]


def test_different_answers_are_read_side_by_side() -> None:
    cache, both = MetadataCache(10), Barrier(2, timeout=5)

    def load() -> int:
        both.wait()  # only passes when the other one is being read too
        return 1

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda key: cache.get(key, load), "ab")) == [1, 1]


def test_an_answer_may_need_others_and_itself_be_needed() -> None:
    cache = MetadataCache(10)
    assert cache.get("outer", lambda: cache.get("inner", lambda: 1) + 1) == 2
    assert cache.get("inner", lambda: 5) == 1


def test_what_was_read_while_others_cleared_is_not_kept() -> None:
    cache = MetadataCache(10)

    def load() -> str:
        cache.clear()
        return "old"

    assert cache.get("key", load) == "old"
    assert cache.get("key", lambda: "new") == "new"
