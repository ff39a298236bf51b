"""``kintone+sandbox://``: one sandbox per process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

_ROOT = Path(__file__).parents[2]

# A process of its own, as the sandbox ends with the process. Starting one takes seconds, so that
# one script sees everything, and the tests read what it saw.
_SCRIPT = """
import json, os, sys, warnings
from concurrent.futures import ThreadPoolExecutor
import sqlalchemy
from sqlalchemy.dialects import registry

registry.register("kintone.sandbox", "sqlalchemy_kintone.dialect", "KintoneSandboxDialect")
seen = {}

def engine_of(url):
    return sqlalchemy.create_engine(url, future=True)

def settings_of(engine):
    with engine.connect() as connection:
        return connection.connection.dbapi_connection.settings

first, second = engine_of("kintone+sandbox://"), engine_of("kintone+sandbox://")
loaded = [name for name in sys.modules if name.startswith("sqlalchemy_kintone.sandbox")]
seen["loaded by create_engine"] = bool(loaded)
seen["first"], seen["second"] = settings_of(first).url, settings_of(second).url

def count(rank):
    with second.connect() as connection:
        statement = "SELECT count(*) FROM customers WHERE rank = ?"
        rows = connection.exec_driver_sql(statement, (rank,)).scalar()
    return rank, settings_of(second).url, rows

with ThreadPoolExecutor(8) as pool:
    seen["threads"] = list(pool.map(count, "ABCABCABC"))

other = engine_of(
    "kintone+sandbox:///?TimeZone=Asia/Tokyo&AppId=1&APIToken=demo-token-customers"
)
seen["by token"] = sqlalchemy.inspect(other).get_table_names()
seen["time zone"] = settings_of(other).time_zone
for engine in (first, second, other):
    engine.dispose()

if hasattr(os, "fork"):
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads
        child = os.fork()
    if child == 0:
        os.write(writer, settings_of(first).url.encode())
        os._exit(0)
    os.waitpid(child, 0)
    seen["child"] = os.read(reader, 100).decode()
    seen["parent after"] = settings_of(first).url
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the script saw, although its environment names another Kintone."""
    environment = {
        **os.environ,
        "KINTONE_URL": "https://ex.cybozu.com",
        "KINTONE_API_TOKEN": "another-token",
        "KINTONE_APP_ID": "987654",
        "KINTONE_PROXY": "http://proxy.example.com:8080",
        "http_proxy": "http://proxy.example.com:8080",
        "no_proxy": "",
    }
    # The caller's paths may say which SQLAlchemy is tested.
    paths = [str(_ROOT), *environment.get("PYTHONPATH", "").split(os.pathsep)]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def is_open(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as attempt:
        attempt.settimeout(2)
        return attempt.connect_ex((parts.hostname or "", parts.port or 0)) == 0


def test_making_an_engine_starts_nothing(seen: dict[str, Any]) -> None:
    assert seen["loaded by create_engine"] is False


def test_engines_share_a_sandbox(seen: dict[str, Any]) -> None:
    assert seen["first"] == seen["second"]


def test_threads_share_it(seen: dict[str, Any]) -> None:
    answers = {tuple(answer) for answer in seen["threads"]}
    assert len(answers) == 3
    assert {url for _, url, _ in answers} == {seen["first"]}
    assert all(rows > 0 for _, _, rows in answers)


def test_parameters_may_be_given(seen: dict[str, Any]) -> None:
    assert seen["by token"] == ["customers", "customers$contract"]
    assert seen["time zone"] == "Asia/Tokyo"


def test_it_ends_with_the_process(seen: dict[str, Any]) -> None:
    assert not is_open(seen["first"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_its_own(seen: dict[str, Any]) -> None:
    assert seen["child"] != seen["first"]
    assert seen["parent after"] == seen["first"]
