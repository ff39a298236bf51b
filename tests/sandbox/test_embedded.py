"""One embedded sandbox per process, also after a fork."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

_FORKING = """
    import os, sys, warnings
    import requests
    from sqlalchemy_kintone.sandbox.embedded import embedded_sandbox

    def status(sandbox):
        return requests.get(sandbox.url + "/k/v1/apps.json", timeout=10).status_code

    warnings.simplefilter("ignore")  # Python warns of forking with threads, which is the point
    first = embedded_sandbox()
    url = first.url
    child = os.fork()
    if child == 0:
        own = embedded_sandbox()
        good = own.url != url and own is embedded_sandbox() and status(own) == 401
        own.stop()
        os._exit(0 if good else 1)
    _, result = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(result) == 0
    assert embedded_sandbox() is first and status(first) == 401
    print("done")
"""

_THREADS = """
    from concurrent.futures import ThreadPoolExecutor
    from sqlalchemy_kintone.sandbox.embedded import embedded_sandbox

    with ThreadPoolExecutor(8) as pool:
        sandboxes = list(pool.map(lambda _: embedded_sandbox(), range(8)))
    assert len({id(sandbox) for sandbox in sandboxes}) == 1
    print("done")
"""


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(_THREADS, id="threads"),
        pytest.param(
            _FORKING,
            id="fork",
            marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork"),
        ),
    ],
)
def test_one_per_process(script: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "done\n", "")
