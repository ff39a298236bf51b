"""The pages of a range of ids, asked for side by side and given out one after the other.

What is asked for ahead is bounded: who takes pages slowly holds a few of them, and who takes no
more leaves the rest unasked.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pyarrow as pa

from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.read.decode import Page
from sqlalchemy_kintone.read.segments import Segment, Segments

_MOST_PAGES = 64
"""Pages that are asked for or kept at a time, however fast they are taken."""
_SECONDS_TO_END = 0.5
"""How long to wait for requests that were given up; those that still connect take longer."""
_LOOK_SECONDS = 0.1
"""How often those who wait look whether they are still wanted."""


class SegmentPages:
    """An iterator over pages in the order of ids. One thread at a time may take from it.

    Args:
        segments: What to ask for.
        ask: Asks for the first page of a segment; called by several threads.
        workers: The most requests under way at once.
        watch: How long the pages are wanted; stopped when they are no longer.
        wanted: So many records are enough; no more is asked for than these take. None for all.
    """

    def __init__(
        self,
        segments: Segments,
        ask: Callable[[Segment], Page],
        workers: int,
        watch: Watch,
        wanted: int | None = None,
    ) -> None:
        self._wanted = wanted
        self._received = 0
        self._segments = segments
        self._ask = ask
        self._workers = workers
        self._watch = watch
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(workers, "kintone-pages")
        self._ready: list[tuple[int, pa.Table]] = []
        self._under_way = 0
        self._taken = 0
        self._failure: BaseException | None = None
        self._is_closed = False

    def __iter__(self) -> SegmentPages:
        return self

    def __next__(self) -> pa.Table:
        """The next page that has records.

        Raises:
            OperationalError: Pages are no longer wanted.
            Error: What ``ask`` raised, wherever in the range.
        """
        try:
            page = self._next()
        except BaseException:
            self.close()
            raise
        if page is None:
            self._pool.shutdown(wait=False)
            raise StopIteration
        return page

    def close(self) -> None:
        """Ask for no more, and let who waits for a page fail. More than once does no harm.

        Requests that are under way are given up, which takes a moment: who closes the connection
        next leaves none behind.
        """
        self._watch.stop("The statement was stopped: nobody wants the rest of its rows.")
        with self._changed:
            self._is_closed = True
            self._ready.clear()
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._under_way, _SECONDS_TO_END)
        self._pool.shutdown(wait=False)

    def _next(self) -> pa.Table | None:
        with self._changed:
            while True:
                if self._failure is not None:
                    raise self._failure
                self._watch.check()
                page = self._first_complete()
                self._begin_more()
                if page is not None or not self._under_way:
                    return page
                self._changed.wait(self._watch.at_most(_LOOK_SECONDS))

    def _first_complete(self) -> pa.Table | None:
        """The page with the lowest ids, once none with lower ones can come."""
        if not self._ready:
            return None
        complete_below = self._segments.complete_below
        if complete_below is not None and self._ready[0][0] >= complete_below:
            return None
        self._taken += 1
        return heapq.heappop(self._ready)[1]

    def _begin_more(self) -> None:
        """Ask for what there is room for."""
        while not self._is_closed and self._failure is None and self._has_room():
            segment = self._segments.next()
            if segment is None:
                return
            self._pool.submit(self._run, segment)
            self._under_way += 1

    def _has_room(self) -> bool:
        if self._under_way >= self._workers:
            return False
        # What is waited for needs room in any case.
        low = self._segments.next_low
        if self._ready and low is not None and low < self._ready[0][0]:
            return True
        if self._is_enough_under_way():
            return False
        # Who has taken little perhaps takes no more.
        most = min(self._workers + self._taken, _MOST_PAGES)
        return self._under_way + len(self._ready) < most

    def _is_enough_under_way(self) -> bool:
        if self._wanted is None:
            return False
        coming = self._under_way * self._segments.page_size
        return self._received + coming >= self._wanted

    def _run(self, segment: Segment) -> None:
        try:
            page = self._ask(segment)
        except BaseException as error:
            self._failed(error)
            return
        with self._changed:
            self._under_way -= 1
            self._segments.answered(segment, page.table.num_rows, page.last_id)
            self._received += page.table.num_rows
            if page.table.num_rows and not self._is_closed:
                heapq.heappush(self._ready, (segment.low, page.table))
            # A pool takes nothing more while Python ends.
            with suppress(RuntimeError):
                self._begin_more()
            self._changed.notify_all()

    def _failed(self, error: BaseException) -> None:
        with self._changed:
            self._under_way -= 1
            self._failure = self._failure or error
            self._changed.notify_all()
