"""What was asked of the sandbox: counts for each endpoint and the most recent requests."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy_kintone.sandbox.http_message import Delivery

_KEPT = 1000


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One answered request.

    Attributes:
        method: After ``X-HTTP-Method-Override``.
        resource: ``records.json`` …
        status: The HTTP status.
        ms: Milliseconds from the whole request read to the response ready to send.
        bytes: The length of the response body.
        query: The ``query`` parameter, as ``records.json`` has it, else empty.
        running: How many requests were running, this one included.
        delivery: Whether the response was sent whole, truncated or not at all.
    """

    method: str
    resource: str
    status: int
    ms: float
    bytes: int
    query: str
    running: int
    delivery: Delivery = "whole"


class RequestLog:
    """A thread-safe log; a request is in it before its response leaves.

    Args:
        keep: How many of the most recent requests ``requests`` holds; the counts cover all.
    """

    def __init__(self, keep: int = _KEPT) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._requests: deque[LoggedRequest] = deque(maxlen=keep)
        self._counting: list[RequestLog] = []

    @property
    def total(self) -> int:
        """The number of requests."""
        with self._lock:
            return self._counts.total()

    @property
    def counts(self) -> dict[str, int]:
        """``"GET records.json"`` to the number of such requests."""
        with self._lock:
            return dict(self._counts)

    @property
    def requests(self) -> list[LoggedRequest]:
        """The most recent requests, oldest first."""
        with self._lock:
            return list(self._requests)

    def add(self, request: LoggedRequest) -> None:
        """Log a request."""
        with self._lock:
            self._counts[f"{request.method} {request.resource}"] += 1
            self._requests.append(request)
            counting = list(self._counting)
        for log in counting:
            log.add(request)

    def reset(self) -> None:
        """Forget everything; logs that are counting at the moment go on."""
        with self._lock:
            self._counts.clear()
            self._requests.clear()

    @contextmanager
    def counting(self) -> Iterator[RequestLog]:
        """A log of only the requests that are answered within the block; stays readable after."""
        log = RequestLog(self._keep)
        with self._lock:
            self._counting.append(log)
        try:
            yield log
        finally:
            with self._lock:
                self._counting = [other for other in self._counting if other is not log]

    def as_json(self) -> dict[str, Any]:
        """``{"total", "counts", "requests"}``, as ``GET /sandbox/log`` answers."""
        with self._lock:
            return {
                "total": self._counts.total(),
                "counts": dict(self._counts),
                "requests": [asdict(request) for request in self._requests],
            }
