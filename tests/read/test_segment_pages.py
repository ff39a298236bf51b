"""Pages of a range of ids: asked side by side, given in order, no more than are wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pyarrow as pa
import pytest

from sqlalchemy_kintone.errors import OperationalError
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.read.decode import Page
from sqlalchemy_kintone.read.segment_pages import SegmentPages
from sqlalchemy_kintone.read.segments import Segment, Segments

WORKERS = 4
PAGE = 10


def page(segment: Segment) -> Page:
    """What a server with all ids answers."""
    assert segment.high is not None
    ids = list(range(segment.low + 1, segment.high))[:PAGE]
    return Page(pa.table({"id": ids}), ids[-1], None)


class Server:
    """Answers, and counts what is asked."""

    def __init__(self, answer: Callable[[Segment], Page] = page) -> None:
        self.asked = 0
        self._answer = answer
        self._lock = threading.Lock()

    def __call__(self, segment: Segment) -> Page:
        with self._lock:
            self.asked += 1
        return self._answer(segment)

    def pages(self, ids: int, watch: Watch | None = None) -> SegmentPages:
        segments = Segments(Segment(0, ids + 1), ids, PAGE)
        return SegmentPages(segments, self, WORKERS, watch or Watch())


def ids_of(pages: SegmentPages) -> list[int]:
    return [each for table in pages for each in table.column("id").to_pylist()]


def settled(server: Server) -> int:
    """How many pages were asked for once no more are."""
    asked = -1
    while asked != server.asked:
        asked = server.asked
        time.sleep(0.05)
    return asked


def test_pages_come_in_order_however_they_arrive() -> None:
    def slower_first(segment: Segment) -> Page:
        time.sleep(0.005 * (3 - segment.low // PAGE % 4))
        return page(segment)

    server = Server(slower_first)
    assert ids_of(server.pages(403)) == list(range(1, 404))
    assert server.asked == 41


def test_nothing_is_asked_before_the_first_page_is_taken() -> None:
    server = Server()
    pages = server.pages(1_000)
    assert settled(server) == 0
    pages.close()


def test_who_takes_slowly_holds_a_few() -> None:
    server = Server()
    pages = server.pages(10_000)
    for taken in range(1, 4):
        next(pages)
        assert settled(server) <= WORKERS + 2 * taken
    pages.close()


def test_a_failure_comes_at_once_and_ends_it() -> None:
    def fail(segment: Segment) -> Page:
        if segment.low == 2 * PAGE:
            raise OperationalError("The server is gone.")
        return page(segment)

    server = Server(fail)
    pages = server.pages(10_000)
    with pytest.raises(OperationalError, match="The server is gone"):
        ids_of(pages)
    assert settled(server) < 20
    with pytest.raises(OperationalError, match="The server is gone"):
        next(pages)


def test_closing_lets_the_one_who_waits_go_and_never_looks_like_the_end() -> None:
    free = threading.Event()

    def wait(segment: Segment) -> Page:
        assert free.wait(10)
        return page(segment)

    pages = Server(wait).pages(1_000)
    threading.Timer(0.05, pages.close).start()
    with pytest.raises(OperationalError, match="nobody wants"):
        next(pages)
    free.set()
    pages.close()
    with pytest.raises(OperationalError, match="nobody wants"):
        next(pages)


def test_a_stopped_statement_ends_it() -> None:
    free = threading.Event()

    def wait(segment: Segment) -> Page:
        assert free.wait(10)
        return page(segment)

    watch = Watch()
    pages = Server(wait).pages(1_000, watch)
    threading.Timer(0.05, watch.stop, ["Cancelled."]).start()
    with pytest.raises(OperationalError, match="Cancelled"):
        next(pages)
    free.set()


def test_threads_end_with_the_pages() -> None:
    before = threading.active_count()
    ids_of(Server().pages(1_000))
    closed = Server().pages(1_000)
    next(closed)
    closed.close()
    until = time.monotonic() + 5
    while threading.active_count() > before:
        assert time.monotonic() < until
        time.sleep(0.01)
