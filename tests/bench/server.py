"""A sandbox in a process of its own, so that it and the driver do not share Python's lock."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Access:
    """How to reach the sandbox."""

    url: str
    user: str
    password: str


@contextmanager
def big_sandbox(rows: int, latency_ms: int) -> Iterator[Access]:
    """A sandbox with one app, ``big``, whose id is 1, of that many records and 20 fields."""
    options = ["--empty", "--rows", str(rows), "--latency-ms", str(latency_ms)]
    command = [sys.executable, "-m", "sqlalchemy_kintone.sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            described = json.loads(process.stdout.readline())
            yield Access(described["url"], described["user"], described["password"])
        finally:
            process.terminate()
