"""Processes that fork with connections open, as web servers and workers do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_BEGIN = """
import gc, os, signal, sys, traceback, warnings
import sqlalchemy
import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.kintone.gate import GATES
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.sandbox import Sandbox
from tests.shop import shop

warnings.simplefilter("ignore")  # Python warns of forking with threads, which is the point
COUNT = "SELECT count(*) FROM orders"
sandbox = Sandbox(shop()).start()
host = sandbox.url.removeprefix("http://")
login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox", "max_connections": 1}
login["memory_limit"] = 500
engine = sqlalchemy.create_engine(f"kintone://sandbox:sandbox@{host}/", pool_pre_ping=True)
with engine.connect() as connection:
    assert connection.exec_driver_sql(COUNT).scalar() == 7
old = kintone.connect(**login)
cursor = old.cursor()
assert cursor.execute(COUNT).fetchone() == (7,)
# Half read.
cursor.execute("SELECT * FROM range(1000000)").fetchmany(3)


def of_another_process(use):
    try:
        use()
    except kintone.InterfaceError as error:
        assert "another process" in str(error), error
        return True


def in_child():
"""
_CASES = {
    # Somebody's request is under way when the process forks, and in the child it never ends.
    "a new connection": """
    with kintone.connect(**login) as new:
        assert new.execute(COUNT).fetchall() == [(7,)]
""",
    # Its sockets and its engine are the parent's: two processes would read each other's answers.
    "the old connection": """
    assert old.closed
    uses = [old.cursor, old.ping, lambda: old.execute(COUNT), lambda: cursor.execute(COUNT)]
    uses += [cursor.fetchone, lambda: old.catalog, lambda: old._resources.client.app(1)]
    assert all(map(of_another_process, uses))
    old.close()
    cursor.close()
    repr(old)
""",
    # DuckDB would look for its threads to end.
    "the end of the process": """
    sys.exit(0)
""",
    "what is freed": """
    global old, cursor, engine
    old.close()
    engine.dispose()
    del old, cursor, engine
    gc.collect()
""",
    "the pool of an engine": """
    with engine.connect() as connection:
        assert connection.exec_driver_sql(COUNT).scalar() == 7
    engine.dispose()
""",
}
_END = """

with GATES.of(host).entered(1, Watch()):
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            in_child()
        except Exception:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
# The child has taken away nothing.
assert len(cursor.fetchall()) == 999997
assert os.path.isdir(old._resources.engine._memory._directory)
assert cursor.execute(COUNT).fetchone() == (7,)
with engine.connect() as connection:
    assert connection.exec_driver_sql(COUNT).scalar() == 7
os._exit(os.waitstatus_to_exitcode(status) % 256)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
@pytest.mark.parametrize("case", _CASES)
def test_in_a_forked_process(case: str) -> None:
    script = _BEGIN + _CASES[case] + _END
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
