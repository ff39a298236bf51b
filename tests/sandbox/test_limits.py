"""The limit of requests at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sqlalchemy_kintone.sandbox import Domain, Limits, Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from tests.sandbox.client import Api
from tests.sandbox.echo import ECHO


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_one_request_too_many_is_refused(
    start_sandbox: Callable[..., Sandbox], domain: Domain, http: requests.Session, limit: int
) -> None:
    """The callback holds ``limit`` requests; the next must be refused, and none once they end."""
    limits = Limits(concurrent_requests=limit)
    sandbox = start_sandbox(domain, endpoints=ECHO, limits=limits)
    api = Api(sandbox.url, http).as_user("sandbox", "sandbox")
    release = threading.Event()
    all_in = threading.Semaphore(0)

    def hold(call: Call) -> None:
        all_in.release()
        release.wait(20)

    statuses: Counter[int] = Counter()

    def request() -> None:
        response = requests.get(
            f"{sandbox.url}/k/v1/echo.json", headers=dict(api.headers), timeout=30
        )
        statuses[response.status_code] += 1

    with sandbox.before(hold):
        threads = [threading.Thread(target=request) for _ in range(limit)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert all_in.acquire(timeout=20)
        refused = api.get("echo.json")
        release.set()
        for thread in threads:
            thread.join()
    assert statuses == {200: limit}
    body: dict[str, Any] = refused.json()
    assert (refused.status_code, body["code"]) == (429, "GAIA_TO04")
    assert refused.headers["X-ConcurrencyLimit-Limit"] == str(limit)
    assert refused.headers["X-ConcurrencyLimit-Running"] == str(limit + 1)
    assert api.get("echo.json").headers["X-ConcurrencyLimit-Running"] == "1"
