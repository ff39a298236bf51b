"""The PEP 249 connection and module."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox

Connect = Callable[..., Connection]
EXCEPTIONS = [
    "Warning",
    "Error",
    "InterfaceError",
    "DatabaseError",
    "DataError",
    "OperationalError",
    "IntegrityError",
    "InternalError",
    "ProgrammingError",
    "NotSupportedError",
]


def test_the_module_is_a_pep_249_module() -> None:
    assert (kintone.apilevel, kintone.threadsafety, kintone.paramstyle) == ("2.0", 2, "qmark")
    missing = [name for name in kintone.__all__ if not hasattr(kintone, name)]
    assert missing == []
    assert issubclass(kintone.Error, Exception)
    assert issubclass(kintone.ProgrammingError, kintone.DatabaseError)


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_exceptions_hang_on_the_connection_too(name: str) -> None:
    assert getattr(Connection, name) is getattr(kintone, name)


def test_connecting_asks_for_nothing(connection: Connection, shop_sandbox: Sandbox) -> None:
    assert not connection.closed
    assert shop_sandbox.log.total == 0


LOGINS: list[dict[str, object]] = [
    {"user": "sandbox", "password": "sandbox"},
    {"api_token": "orders-token", "app_id": 2},
    {"api_token": "guests-token", "app_id": "4", "guest_space_id": "5"},
]


@pytest.mark.parametrize("login", LOGINS)
def test_ping_is_one_request(
    connect: Connect, shop_sandbox: Sandbox, login: dict[str, object]
) -> None:
    connect(**login).ping()
    assert shop_sandbox.log.total == 1


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ({"user": "sandbox", "password": "wrong"}, "CB_WA01"),
        ({"api_token": "no-such-token", "app_id": 2}, "GAIA_IA02"),
    ],
)
def test_a_wrong_login(connect: Connect, login: dict[str, object], code: str) -> None:
    connection = connect(**login)
    with pytest.raises(kintone.OperationalError) as caught:
        connection.ping()
    assert caught.value.code == code
    assert caught.value.request_id
    with pytest.raises(kintone.OperationalError) as caught:
        connection.execute("SELECT * FROM orders")
    assert caught.value.code == code


def test_a_connection_string(shop_sandbox: Sandbox) -> None:
    conninfo = f"Url={shop_sandbox.url};AuthScheme=APIToken;AppId=1;APIToken=customers-token"
    with kintone.connect(conninfo) as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (3,)


def test_several_tokens_join_apps(connect: Connect) -> None:
    connection = connect(api_token=["customers-token", "orders-token"], app_id=[1, 2])
    sql = "SELECT sum(amount) FROM orders JOIN customers ON name = customer WHERE rank = 'A'"
    assert str(connection.execute(sql).fetchall()[0][0]) == "121.50"


def test_close_is_idempotent_and_final(connection: Connection) -> None:
    connection.close()
    connection.close()
    assert connection.closed
    uses: list[Callable[[], object]] = [
        connection.cursor,
        connection.commit,
        connection.rollback,
        connection.ping,
        lambda: connection.execute("SELECT 1"),
        lambda: connection.catalog,
        connection.__enter__,
    ]
    for use in uses:
        with pytest.raises(kintone.InterfaceError, match="connection is closed"):
            use()


def test_the_block_closes_it(connect: Connect) -> None:
    with connect() as connection:
        connection.commit()
        connection.rollback()
    assert connection.closed


def test_nothing_shows_the_password(connect: Connect) -> None:
    connection = connect(user="clerk", password="clerk-password")
    assert "clerk-password" not in f"{connection!r} {connection.settings!r}"
    assert connection.settings.host in repr(connection)


def test_errors_cross_process_borders_whole(connect: Connect) -> None:
    with pytest.raises(kintone.OperationalError) as caught:
        connect(user="sandbox", password="wrong").ping()
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is kintone.OperationalError
    assert str(copy) == str(caught.value)
    assert (copy.code, copy.http_status) == ("CB_WA01", 401)
    assert copy.request_id == caught.value.request_id


def test_threads_share_a_connection(connection: Connection) -> None:
    barrier = threading.Barrier(4)

    def run(number: int) -> list[tuple[object, ...]]:
        barrier.wait()
        sql = 'SELECT ? + count(*) FROM orders WHERE "$id" <= ?'
        return connection.execute(sql, [number * 100, number]).fetchall()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run, [1, 2, 3, 4]))
    assert results == [[(101,)], [(202,)], [(303,)], [(404,)]]


def test_the_time_zone_of_the_session(connect: Connect) -> None:
    sql = 'SELECT CAST(paid_at AS DATE) FROM orders WHERE "$id" = 1'
    days = [connect(time_zone=zone).execute(sql).fetchone() for zone in ("UTC", "Asia/Tokyo")]
    assert [str(day[0]) for day in days if day] == ["2026-03-01", "2026-03-02"]
