"""What connections of a process with the same login share of what was read of apps."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.catalog.families import FAMILIES, MetadataFamilies
from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.sandbox import Sandbox
from tests.shop import CUSTOMERS, ORDERS, TOKENS

FORM = "GET app/form/fields.json"
Connect = Callable[..., Connection]


def forms(sandbox: Sandbox) -> int:
    return sandbox.log.counts.get(FORM, 0)


def read(connection: Connection) -> None:
    assert len(connection.execute("SELECT amount FROM orders").fetchall()) == 7


@pytest.mark.parametrize(
    "other", [{}, {"page_size": 3}, {"time_zone": "Asia/Tokyo"}, {"pushdown": "none"}]
)
def test_the_second_connection_asks_nothing(
    shop_sandbox: Sandbox, connect: Connect, other: dict[str, object]
) -> None:
    read(connect())
    before = shop_sandbox.log.counts
    read(connect(**other))
    after = shop_sandbox.log.counts
    assert {path for path in after if after[path] != before.get(path)} == {"GET records.json"}


@pytest.mark.parametrize(
    "other",
    [
        {"user": "clerk", "password": "clerk-password"},
        {"api_token": TOKENS[ORDERS], "app_id": ORDERS},
        {"column_names": "Label"},
        {"number_type": "Float"},
        {"on_invalid": "null"},
        {"metadata_ttl": 5},
        {"app_id": [CUSTOMERS, ORDERS]},
    ],
)
def test_another_login_and_other_names_ask_their_own(
    shop_sandbox: Sandbox, connect: Connect, other: dict[str, object]
) -> None:
    read(connect())
    asked = forms(shop_sandbox)
    read(connect(**other))
    assert forms(shop_sandbox) == asked + 1


def test_refresh_is_for_all(shop_sandbox: Sandbox, connect: Connect) -> None:
    first, second = connect(), connect()
    read(first)
    second.execute("REFRESH METADATA")
    read(first)
    read(second)
    assert forms(shop_sandbox) == 2


def test_what_nobody_uses_is_dropped(shop_sandbox: Sandbox, connect: Connect) -> None:
    open_before = len(FAMILIES)
    first, second = connect(), connect()
    assert len(FAMILIES) == open_before + 1
    read(first)
    first.close()
    first.close()
    read(second)
    assert forms(shop_sandbox) == 1
    second.close()
    assert len(FAMILIES) == open_before
    read(connect())
    assert forms(shop_sandbox) == 2


def test_a_connection_that_was_not_closed_leaves_too(shop_sandbox: Sandbox) -> None:
    open_before = len(FAMILIES)
    connection = Connection(
        connect_settings(url=shop_sandbox.url, user="sandbox", password="sandbox", metadata_ttl=7)
    )
    assert len(FAMILIES) == open_before + 1
    del connection
    gc.collect()
    assert len(FAMILIES) == open_before


def test_one_request_for_threads_that_ask_at_once(shop_sandbox: Sandbox, connect: Connect) -> None:
    connections = [connect() for _ in range(8)]
    together = Barrier(len(connections), timeout=10)

    def run(connection: Connection) -> None:
        together.wait()
        read(connection)

    with ThreadPoolExecutor(len(connections)) as pool:
        list(pool.map(run, connections))
    assert forms(shop_sandbox) == 1


def test_the_name_of_a_family_tells_no_secret() -> None:
    families, others = MetadataFamilies(), MetadataFamilies()
    login = {"url": "https://ex.cybozu.com", "user": "u"}
    one = connect_settings(**login, password="secret-one")
    assert families.family_of(one) == families.family_of(one)
    assert families.family_of(one) != others.family_of(one)
    assert families.family_of(one) != families.family_of(
        connect_settings(**login, password="secret-two")
    )
    families.join(one)
    assert "secret-one" not in repr(vars(families))


_FORK = """
import os
from sqlalchemy_kintone.catalog.families import FAMILIES
from sqlalchemy_kintone.conninfo import connect_settings
settings = connect_settings(url="ex", user="u", password="p")
before = FAMILIES.family_of(settings)
FAMILIES.join(settings)
child = os.fork()
if child == 0:
    FAMILIES.leave(before)
    os._exit(0 if len(FAMILIES) == 0 and FAMILIES.family_of(settings) != before else 1)
_, status = os.waitpid(child, 0)
raise SystemExit(os.waitstatus_to_exitcode(status) or len(FAMILIES) - 1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_forked_process_knows_of_no_connection() -> None:
    subprocess.run([sys.executable, "-c", _FORK], check=True, timeout=60)
