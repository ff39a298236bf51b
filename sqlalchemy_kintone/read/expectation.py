"""What reading a scan will cost, as far as its plan tells."""

from __future__ import annotations

import math

from sqlalchemy_kintone.plan.explain import Bounds, Expectation
from sqlalchemy_kintone.plan.model import Scan
from sqlalchemy_kintone.read.pages import strategy

_NONE = Bounds(0, 0)


def expectation(scan: Scan, page_size: int) -> Expectation:
    """How a scan will be read.

    Args:
        scan: What is to be read.
        page_size: Records of one request, 1 to 500.

    Returns:
        The strategy, and bounds of requests and records where the plan sets some.
    """
    words = strategy(scan, page_size)
    if scan.empty or scan.limit == 0:
        return Expectation(words, _NONE, _NONE)
    if not scan.columns:
        # The record comes along, as a request for the number alone is none.
        return Expectation(words, Bounds(1, 1), Bounds(0, 1))
    if scan.limit is None:
        return Expectation(words, Bounds(1, None), Bounds(0, None))
    return Expectation(words, Bounds(1, math.ceil(scan.limit / page_size)), Bounds(0, scan.limit))
