"""The last requests of a session, for those who ask what it has sent. No secrets, no values."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy_kintone.kintone.calls import Call
from sqlalchemy_kintone.kintone.request_log import Exchange

_KEPT = 1_000


@dataclass(frozen=True)
class SentRequest:
    """A request that was sent.

    Attributes:
        number: Counts the session's requests from 1.
        ended_at: When its answer had come, in UTC.
        app_id: The app that it asked, if it asked just one.
        exchange: The request and what came of it.
    """

    number: int
    ended_at: datetime
    app_id: int | None
    exchange: Exchange


class RequestHistory:
    """Keeps the last thousand requests; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: deque[SentRequest] = deque(maxlen=_KEPT)
        self._count = 0

    def add(self, exchange: Exchange, call: Call) -> None:
        """Keep a request that has ended."""
        app = call.parameters.get("id" if call.resource == "app" else "app")
        app_id = app if isinstance(app, int) else None
        with self._lock:
            self._count += 1
            ended_at = datetime.now(timezone.utc)
            self._sent.append(SentRequest(self._count, ended_at, app_id, exchange))

    def sent(self) -> Sequence[SentRequest]:
        """The requests, the oldest first."""
        with self._lock:
            return tuple(self._sent)
