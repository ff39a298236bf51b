"""What to do with a request that failed: try again, and when. Pure: it sends and sleeps nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from enum import Enum

_PASSING_STATUSES = frozenset({502, 503, 504, *range(520, 525)})
"""Overload, maintenance, and what a proxy says of a server that it cannot reach."""
_PASSING_REFUSALS = frozenset({"GAIA_DA02", "GAIA_TM12", "GAIA_TO04"})
"""Busy: a lock, too many cursors, too many requests. Kintone did nothing and says so."""


class Effect(Enum):
    """What a request changes, and so whether it may be sent twice."""

    NONE = "none"
    """It reads: any number of times."""
    RECORDS = "records"
    """It writes: again only where it is certain that nothing was written."""
    CURSOR = "cursor"
    """It moves a cursor on: again only where it is certain that the cursor stayed."""


@dataclass(frozen=True)
class Verdict:
    """What a failure means for another try.

    Attributes:
        passes: Whether another try may succeed.
        may_have_run: Whether Kintone may have carried the request out.
        asked_wait: Seconds that the server asks to wait.
    """

    passes: bool
    may_have_run: bool
    asked_wait: float = 0.0


BROKEN = Verdict(passes=True, may_have_run=True)
"""It was sent, and no answer came that can be read."""
NOT_SENT = Verdict(passes=True, may_have_run=False)
"""There was no connection to send it through."""
HOPELESS = Verdict(passes=False, may_have_run=False)
"""It was not carried out, and would not be the next time."""


def verdict_of_status(status: int, code: str | None, asked_wait: float = 0.0) -> Verdict:
    """What an HTTP error means.

    A refusal that Kintone or a proxy blames on the request (3xx and 4xx) was not carried out:
    Kintone's writes, bulk requests too, happen wholly or not at all. After 5xx nobody knows.

    Args:
        status: The HTTP status, from 300.
        code: Kintone's error code; None where the answer is not Kintone's.
        asked_wait: Seconds that the server asks to wait.
    """
    passes = status == 429 or status in _PASSING_STATUSES or code in _PASSING_REFUSALS
    return Verdict(passes, status >= 500, asked_wait)


def seconds_asked(retry_after: str, now: datetime) -> float:
    """The header ``Retry-After``, seconds or a date, as seconds from now; 0 for anything else."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max((moment - now).total_seconds(), 0.0)


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter.

    Attributes:
        tries: The most tries, the first included.
        first_wait: Seconds to wait at most before the second try; they double with each.
        longest_wait: Seconds to wait at most of one's own accord.
        longest_asked_wait: A server that asks for more seconds is not asked again.
    """

    tries: int = 5
    first_wait: float = 0.5
    longest_wait: float = 20.0
    longest_asked_wait: float = 120.0

    def wait(
        self,
        verdict: Verdict,
        effect: Effect,
        tries: int,
        chance: float,
        remaining: float | None = None,
    ) -> float | None:
        """Whether to try again.

        Args:
            verdict: What the last failure means.
            effect: What the request changes.
            tries: How often it was tried.
            chance: From 0 to 1, by chance: so that those who failed together do not return
                together.
            remaining: Seconds until the answer is no longer wanted; None for no such bound.

        Returns:
            Seconds to wait before the next try; None to give up.
        """
        if not verdict.passes or tries >= self.tries:
            return None
        if verdict.may_have_run and effect is not Effect.NONE:
            return None
        if verdict.asked_wait > self.longest_asked_wait:
            return None
        own = chance * min(self.first_wait * 2.0 ** (tries - 1), self.longest_wait)
        seconds = max(own, verdict.asked_wait)
        return seconds if seconds < (math.inf if remaining is None else remaining) else None
