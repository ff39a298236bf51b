"""The dialect's part in connecting: URLs, pings, isolation, secrets."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url

import sqlalchemy_kintone
from sqlalchemy_kintone import errors
from sqlalchemy_kintone.dialect import KintoneDialect, KintoneSandboxDialect
from sqlalchemy_kintone.sandbox.server import Sandbox
from tests.dialect.catalogs import FakeCatalog, FakeConnection
from tests.dialect.conftest import engine_of, url_of


@pytest.mark.parametrize(
    ("url", "keywords"),
    [
        (
            "kintone://ann:s%40cret@ex.cybozu.com/?AppId=1,2",
            {"url": "ex.cybozu.com", "user": "ann", "password": "s@cret", "app_id": "1,2"},
        ),
        (
            "kintone+rest://ex.cybozu.com:444",
            {"url": "ex.cybozu.com:444"},
        ),
        (
            "kintone:///?Url=https://ex.cybozu.com&AuthScheme=APIToken&AppId=1&APIToken=aaa,bbb",
            {
                "url": "https://ex.cybozu.com",
                "auth_scheme": "APIToken",
                "app_id": "1",
                "api_token": "aaa,bbb",
            },
        ),
        (
            "kintone:///?Url=https://ex.cybozu.com;User=ann;Password=s",
            {"url": "https://ex.cybozu.com", "user": "ann", "password": "s"},
        ),
        ("kintone://", {}),
    ],
)
def test_urls(url: str, keywords: dict[str, str]) -> None:
    assert KintoneDialect().create_connect_args(make_url(url)) == ([], keywords)


@pytest.mark.parametrize(
    ("dialect", "url", "message"),
    [
        (KintoneDialect(), "kintone://ex.cybozu.com/AppId=1", "question mark"),
        (KintoneDialect(), "kintone://ann@ex.cybozu.com/?User=bob", "twice"),
        (KintoneSandboxDialect(), "kintone+sandbox://localhost:80", "takes no host"),
        (KintoneSandboxDialect(), "kintone+sandbox:///demo", "question mark"),
    ],
)
def test_urls_that_make_no_sense(dialect: KintoneDialect, url: str, message: str) -> None:
    with pytest.raises(errors.InterfaceError, match=message):
        dialect.create_connect_args(make_url(url))


@pytest.mark.parametrize(
    "url",
    [
        "kintone:///?Url=https://ex.cybozu.com&AppId=7&APIToken=hushhush",
        "kintone:///?Url=https://ex.cybozu.com&AppId=7&APIToken=hushhush&APIToken=hushmore",
        "kintone:///?Url=https://ex.cybozu.com;AppId=7;APIToken=hushhush",
        "kintone://ann:hushhush@ex.cybozu.com/?AppId=7&ProxyPassword=hushproxy",
        "kintone://ann@ex.cybozu.com/?AppId=7&Passwrod=hushhush",
    ],
)
def test_an_engine_shows_no_secret(url: str) -> None:
    engine = engine_of(url)
    shown = [repr(engine), repr(engine.url), engine.url.render_as_string()]
    for text in shown:
        assert "hush" not in text
        assert "ex.cybozu.com" in text
        assert "7" in text
    whole = make_url(engine.url.render_as_string(hide_password=False))
    assert whole == make_url(url)
    assert repr(engine.url.set(port=444)).count("hush") == 0
    assert "hush" not in repr(engine.execution_options().url)
    assert engine_of(engine.url.render_as_string(hide_password=False)).url == engine.url


def test_a_url_that_became_nonsense_shows_no_secret_either() -> None:
    url = engine_of("kintone://ann:hushhush@ex.cybozu.com/").url
    shown = repr(url.update_query_string("User=bob&Timeout=hushhush&APIToken=hushhush"))
    assert "hush" not in shown
    assert "Timeout" in shown


@pytest.mark.parametrize("dialect", [KintoneDialect, KintoneSandboxDialect])
def test_statements_are_cached(dialect: type[KintoneDialect]) -> None:
    # SQLAlchemy looks into the class itself.
    assert dialect.__dict__["supports_statement_cache"] is True


def test_it_needs_no_arguments_and_knows_its_driver() -> None:
    dialect = KintoneDialect()
    assert (dialect.name, dialect.driver, dialect.paramstyle) == ("kintone", "rest", "qmark")
    assert KintoneSandboxDialect().driver == "sandbox"
    assert KintoneDialect.import_dbapi() is sqlalchemy_kintone


def test_connecting_says_version_and_schema(fake_engine: Engine) -> None:
    with fake_engine.connect() as connection:
        dialect = connection.dialect
        assert dialect.default_schema_name == "apps"
        version = dialect.server_version_info
    assert ".".join(map(str, version or ())) == sqlalchemy_kintone.__version__


def test_the_only_isolation_level_is_autocommit(fake_engine: Engine) -> None:
    with fake_engine.connect() as connection:
        assert connection.get_isolation_level() == "AUTOCOMMIT"
        connection.execution_options(isolation_level="AUTOCOMMIT")
        with pytest.raises(exc.ArgumentError, match="SERIALIZABLE"):
            connection.execution_options(isolation_level="SERIALIZABLE")
    assert fake_engine.dialect.detect_autocommit_setting(None) is True  # type: ignore[arg-type]  # not looked at


def test_a_ping_asks_kintone() -> None:
    connection: Any = FakeConnection(FakeCatalog())
    assert KintoneDialect().do_ping(connection) is True
    assert connection.pings == 1


def test_a_ping_through_the_pools_proxy(engine: Engine) -> None:
    raw: Any = engine.raw_connection()
    assert engine.dialect.do_ping(raw) is True
    raw.close()


def test_a_ping_of_a_closed_connection_asks_for_another() -> None:
    connection: Any = FakeConnection(
        FakeCatalog(), closed=True, refusal=errors.InterfaceError("The connection is closed.")
    )
    assert KintoneDialect().do_ping(connection) is False


def test_a_ping_that_no_other_connection_would_better_fails() -> None:
    connection: Any = FakeConnection(
        FakeCatalog(), refusal=errors.OperationalError("Wrong password.", code="CB_WA01")
    )
    with pytest.raises(errors.OperationalError, match="Wrong password"):
        KintoneDialect().do_ping(connection)


@pytest.mark.parametrize(
    ("error", "closed", "lost"),
    [
        (errors.InterfaceError("The connection is closed."), True, True),
        (errors.OperationalError("No answer."), False, False),
        (ValueError("x"), True, False),
    ],
)
def test_only_a_closed_connection_is_lost(error: Exception, closed: bool, lost: bool) -> None:
    connection: Any = FakeConnection(FakeCatalog(), closed=closed)
    assert KintoneDialect().is_disconnect(error, connection, None) is lost
    assert KintoneDialect().is_disconnect(error, None, None) is False


def test_a_connection_closed_behind_the_pool_is_replaced(demo: Sandbox) -> None:
    engine = engine_of(url_of(demo), pool_pre_ping=True)
    with engine.connect() as connection:
        first: Any = connection.connection.dbapi_connection
    first.close()
    with engine.connect() as connection:
        assert connection.connection.dbapi_connection is not first
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()


def test_a_connection_closed_while_in_use_is_marked(demo: Sandbox) -> None:
    engine = engine_of(url_of(demo))
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.close()
        with pytest.raises(exc.InterfaceError) as caught:
            connection.exec_driver_sql("SELECT 1")
        assert caught.value.connection_invalidated
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()


def test_a_wrong_password_is_an_operational_error_without_it(demo: Sandbox) -> None:
    engine = engine_of(url_of(demo, Password="hushhush"))
    with pytest.raises(exc.OperationalError) as caught:
        sa.inspect(engine).get_table_names()
    assert "hush" not in f"{caught.value} {caught.value!r} {caught.value.orig!r}"
    engine.dispose()


def test_an_unknown_parameter_is_an_interface_error() -> None:
    engine = engine_of("kintone://ann:s@ex.cybozu.com/?TimeZone=UTC&AppIdd=1")
    with pytest.raises(exc.InterfaceError, match="Did you mean AppId"):
        engine.connect()


def test_api_tokens_show_the_apps_that_are_named(demo: Sandbox) -> None:
    names = {app.name: app.id for app in demo.domain.apps.values()}
    tokens = demo.access.tokens
    wanted = ["customers", "orders"]
    engine = engine_of(
        url_of(
            demo,
            AppId=",".join(str(names[name]) for name in wanted),
            APIToken=",".join(tokens[name] for name in wanted),
        )
    )
    inspector = sa.inspect(engine)
    apps = [name for name in inspector.get_table_names() if "$" not in name]
    assert sorted(apps) == wanted
    assert [k["referred_table"] for k in inspector.get_foreign_keys("orders")] == ["customers"]
    engine.dispose()
