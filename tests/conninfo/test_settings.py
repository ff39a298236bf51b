"""From connection string, keywords and environment to settings."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from sqlalchemy_kintone.conninfo import (
    PARAMETERS,
    AuthScheme,
    ColumnNames,
    NumberType,
    OAuthTokens,
    Secret,
    TableNames,
    connect_settings,
)
from sqlalchemy_kintone.errors import InterfaceError, NotSupportedError

LOGIN = "Url=https://ex.cybozu.com;User=me;Password=geheim"
TOKEN = "Url=https://ex.cybozu.com;APIToken=geheim;AppId=1"


PEM = "-----BEGIN CERTIFICATE-----\ngeheim\n-----END CERTIFICATE-----"


def test_every_parameter_has_a_setting() -> None:
    settings = connect_settings(LOGIN)
    assert sorted(parameter.setting for parameter in PARAMETERS) == sorted(vars(settings))


def test_defaults() -> None:
    settings = connect_settings(LOGIN)
    assert settings.auth_scheme is AuthScheme.PASSWORD
    assert (settings.timeout, settings.max_connections, settings.page_size) == (60.0, 8, 500)
    assert (settings.time_zone, settings.pushdown, settings.metadata_ttl) == ("UTC", "all", 300.0)
    assert settings.number_type is NumberType.DECIMAL
    assert settings.column_names is ColumnNames.CODE
    assert settings.table_names is TableNames.NAME
    assert (settings.app_ids, settings.guest_space_ids, settings.api_tokens) == ((), (), ())
    assert settings.max_rows is None
    assert settings.proxy is None
    assert settings.read_only is False


@pytest.mark.parametrize(
    ("written", "setting", "value"),
    [
        ("AppId=1,2 , 3,2", "app_ids", (1, 2, 3)),
        ("GuestSpaceId=7", "guest_space_ids", (7,)),
        ("APPID=4", "app_ids", (4,)),
        ("app_id=4", "app_ids", (4,)),
        ("App Id=4", "app_ids", (4,)),
        ("TimeOut=2.5", "timeout", 2.5),
        ("PageSize=100", "page_size", 100),
        ("MaxConnections=1", "max_connections", 1),
        ("MaxRows=10", "max_rows", 10),
        ("MemoryLimit=200", "memory_limit", 200),
        ("MaxRequests=10", "max_requests", 10),
        ("ReadOnly=Yes", "read_only", True),
        ("TimeZone=Asia/Tokyo", "time_zone", "Asia/Tokyo"),
        ("NumberType=float", "number_type", NumberType.FLOAT),
        ("ColumnNames=label", "column_names", ColumnNames.LABEL),
        ("TableNames=id", "table_names", TableNames.ID),
        ("Pushdown=NONE", "pushdown", "none"),
        ("MetadataTTL=0", "metadata_ttl", 0.0),
        ("Proxy=proxy.example:8080", "proxy", "http://proxy.example:8080"),
        ("Proxy=None", "proxy", "none"),
        ("Logfile=/var/log/k.log;Verbosity=2", "verbosity", 2),
        ("SSLClientCertSubject=CN=me", "ssl_client_cert_subject", "CN=me"),
        ("SSLServerCert=ca.pem", "ssl_server_cert", "ca.pem"),
        ("SSLServerCert=~/ca.pem", "ssl_server_cert", os.path.expanduser("~/ca.pem")),
        ("Logfile=~/k.log", "logfile", os.path.expanduser("~/k.log")),
        (f"SSLServerCert=SHA256:{':'.join(['Ab'] * 32)}", "ssl_server_cert", "sha256:" + "ab" * 32),
        (f"SSLServerCert={'ab' * 32}", "ssl_server_cert", "sha256:" + "ab" * 32),
        (
            f"SSLServerCert=sha256 Fingerprint={':'.join(['AB'] * 32)}",
            "ssl_server_cert",
            "sha256:" + "ab" * 32,
        ),
        (f'SSLServerCert="{PEM}"', "ssl_server_cert", PEM),
        ("MaxRows=", "max_rows", None),
        ("PageSize=", "page_size", 500),
    ],
)
def test_values(written: str, setting: str, value: object) -> None:
    assert getattr(connect_settings(f"{LOGIN};{written}"), setting) == value


@pytest.mark.parametrize(
    ("keywords", "setting", "value"),
    [
        ({"app_id": [1, 2]}, "app_ids", (1, 2)),
        ({"app_id": 3}, "app_ids", (3,)),
        ({"app_id": "3"}, "app_ids", (3,)),
        ({"read_only": True}, "read_only", True),
        ({"timeout": 5}, "timeout", 5.0),
        ({"number_type": NumberType.FLOAT}, "number_type", NumberType.FLOAT),
        ({"ssl_server_cert": Path("ca.pem")}, "ssl_server_cert", "ca.pem"),
        ({"password": Secret("other")}, "password", Secret("other")),
        ({"password": " other "}, "password", Secret(" other ")),
        ({"max_rows": None}, "max_rows", None),
        ({"PageSize": 7}, "page_size", 7),
    ],
)
def test_keywords(keywords: dict[str, Any], setting: str, value: object) -> None:
    assert getattr(connect_settings(LOGIN, **keywords), setting) == value


def test_keywords_win_over_the_string_and_both_over_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("TIMEOUT", "1"), ("PAGE_SIZE", "1"), ("MAX_ROWS", "1")):
        monkeypatch.setenv(f"KINTONE_{name}", value)
    settings = connect_settings(f"{LOGIN};Timeout=2;PageSize=2", timeout=3)
    assert (settings.timeout, settings.page_size, settings.max_rows) == (3.0, 2, 1)


PASSWORD, API_TOKEN, OAUTH = AuthScheme.PASSWORD, AuthScheme.API_TOKEN, AuthScheme.OAUTH


@pytest.mark.parametrize(
    ("conninfo", "environment", "scheme"),
    [
        ("User=a;Password=b", {}, PASSWORD),
        ("APIToken=a;AppId=1", {}, API_TOKEN),
        ("OAuthAccessToken=a", {}, OAUTH),
        ("OAuthRefreshToken=a;OAuthClientId=b;OAuthClientSecret=c", {}, OAUTH),
        ("OAuthTokenFile=a;OAuthClientId=b;OAuthClientSecret=c", {}, OAUTH),
        ("OAuthRefreshToken=a", {"OAUTH_CLIENT_ID": "b", "OAUTH_CLIENT_SECRET": "c"}, OAUTH),
        ("AuthScheme=apitoken;APIToken=a;AppId=1;User=b;Password=c", {}, API_TOKEN),
        ("AuthScheme=Password;APIToken=a;AppId=1;User=b;Password=c", {}, PASSWORD),
        ("", {"USER": "a", "PASSWORD": "b"}, PASSWORD),
        ("AppId=1", {"API_TOKEN": "a"}, API_TOKEN),
        ("", {"OAUTH_ACCESS_TOKEN": "a"}, OAUTH),
        ("User=a", {"PASSWORD": "b"}, PASSWORD),
        ("AuthScheme=APIToken", {"API_TOKEN": "a", "APP_ID": "1"}, API_TOKEN),
        # What is asked for decides; the environment's other logins are not meant.
        ("User=a;Password=b", {"API_TOKEN": "c", "APP_ID": "1"}, PASSWORD),
        ("User=a;Password=b", {"AUTH_SCHEME": "APIToken", "API_TOKEN": "c"}, PASSWORD),
        ("APIToken=a;AppId=1", {"USER": "b", "PASSWORD": "c"}, API_TOKEN),
        ("AuthScheme=OAuth", {"OAUTH_ACCESS_TOKEN": "a", "USER": "b", "PASSWORD": "c"}, OAUTH),
        ("AppId=1", {"AUTH_SCHEME": "APIToken", "API_TOKEN": "a", "USER": "b"}, API_TOKEN),
        ("User=a;Password=b;APIToken=c;AppId=1", {"AUTH_SCHEME": "Password"}, PASSWORD),
        ("User=a;Password=b", {"API_TOKEN": "not , readable !"}, PASSWORD),
    ],
)
def test_auth_scheme(
    conninfo: str,
    environment: dict[str, str],
    scheme: AuthScheme,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"KINTONE_{name}", value)
    assert connect_settings(f"Url=ex;{conninfo}").auth_scheme is scheme


def test_the_address_of_a_guest_space_that_is_asked_for() -> None:
    settings = connect_settings(LOGIN, url="https://ex.cybozu.com/k/guest/7/", guest_space_id=7)
    assert settings.url == "https://ex.cybozu.com"


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("URL", "ex"), ("USER", "me"), ("PASSWORD", "geheim")):
        monkeypatch.setenv(f"KINTONE_{name}", value)
    settings = connect_settings()
    assert (settings.url, settings.user) == ("https://ex.cybozu.com", "me")
    assert settings.password == Secret("geheim")


@pytest.mark.parametrize(
    ("conninfo", "message"),
    [
        ("", "Url is missing"),
        ("Url=ex", "nothing to log in with"),
        ("Url=http://ex.cybozu.com;User=a;Password=geheim", "Url must start with https"),
        (
            "Url=ex.cybozu.com/k/guest/7/;User=a;Password=geheim",
            "Url is that of a guest space: .*GuestSpaceId=7",
        ),
        (
            "Url=ex.cybozu.com/k/guest/7/12;User=a;Password=geheim;GuestSpaceId=70",
            "Url is that of a guest space: .*GuestSpaceId=7,70",
        ),
        ("Url=ex;User=a", "Password is missing.*AuthScheme=Password needs.*KINTONE_PASSWORD"),
        ("Url=ex;Password=geheim", "User is missing"),
        ("Url=ex;APIToken=geheim", "AppId is missing.*AuthScheme=APIToken"),
        ("Url=ex;AuthScheme=APIToken;AppId=1", "APIToken is missing"),
        ("Url=ex;AuthScheme=OAuth", "AuthScheme=OAuth needs a token: give OAuthAccessToken, or"),
        ("Url=ex;OAuthRefreshToken=geheim", "OAuthRefreshToken is given without OAuthClientId"),
        ("Url=ex;OAuthTokenFile=a.json", "OAuthTokenFile is given without OAuthClientId"),
        (
            "Url=ex;OAuthAccessToken=geheim;OAuthClientId=a",
            "OAuthClientId is given without OAuthClientSecret",
        ),
        (
            "Url=ex;User=a;Password=geheim;APIToken=geheim;AppId=1",
            "APIToken and Password and User are given together",
        ),
        ("Url=ex;AuthScheme=geheim", "AuthScheme .* must be one of Password, APIToken, OAuth"),
        (f"AppIdd=1;{LOGIN}", r"no parameter AppIdd .*at character 1\).*Did you mean AppId\?"),
        ("Uri=geheim", r"no parameter Uri .*Did you mean Url\?"),
        ("https://ex.cybozu.com/?x=geheim", r"is a URL.*Url=https://.*create_engine"),
        ("kintone://a:geheim@ex.cybozu.com/?AppId=1", r"is a URL.*Url=https://.*create_engine"),
        ("Zzzzz=geheim", "no parameter Zzzzz .*lists all parameters"),
        (f"{LOGIN};PageSize=501", "PageSize in the connection string.*whole number, 1 to 500"),
        (f"{LOGIN};PageSize=0", "PageSize"),
        (f"{LOGIN};PageSize=geheim", "PageSize"),
        (f"{LOGIN};PageSize=１０", "PageSize"),
        (f"{LOGIN};MaxConnections=101", "MaxConnections"),
        (f"{LOGIN};Timeout=0", "Timeout .*number of seconds"),
        (f"{LOGIN};Timeout=nan", "Timeout"),
        (f"{LOGIN};Timeout=1e99", "Timeout"),
        (f"{LOGIN};MaxRows=-1", "MaxRows"),
        (f"{LOGIN};ReadOnly=geheim", "ReadOnly .*must be true or false"),
        (f'{LOGIN};SubtableSeparator=" "', "SubtableSeparator .*must be more than blanks"),
        (f"{LOGIN};TimeZone=Mars/geheim", "TimeZone .*name of a time zone"),
        (f"{LOGIN};TimeZone=../../etc/passwd", "TimeZone"),
        (f"{LOGIN};AppId=1,geheim", r"AppId .*must be ids \(whole numbers"),
        (f"{LOGIN};AppId=0", "AppId"),
        (f"{LOGIN};GuestSpaceId=1;GuestSpaceId=2", "GuestSpaceId is given a second time"),
        (f"{LOGIN};guest_space_id=1;GuestSpaceId=2", "GuestSpaceId is given a second time"),
        (f"{LOGIN};User2=a", "What follows Password .*Did you mean User"),
        (f"{LOGIN};geheim2=a", "What follows Password .*double quotes"),
        ("Url=ex;AppId=1;APIToken=ge heim", "APIToken .*visible ASCII"),
        (
            "Url=ex;AppId=1;APIToken=" + ",".join(f"t{i}" for i in range(10)),
            "APIToken has 10 tokens and AppId 1 ids.*in the same order",
        ),
        (f"{LOGIN};BasicAuthUser=a", "BasicAuthUser is given without BasicAuthPassword"),
        (f"{LOGIN};BasicAuthPassword=geheim", "BasicAuthPassword is given without BasicAuthUser"),
        (f"{LOGIN};BasicAuthUser=a:b;BasicAuthPassword=geheim", "BasicAuthUser must not hold ':'"),
        (f"{LOGIN};ProxyUser=a;ProxyPassword=geheim", "ProxyUser is given without Proxy:"),
        (f"{LOGIN};Proxy=http://a:geheim@proxy", "Proxy must not hold a user"),
        (
            "Url=http://localhost;User=a;Password=geheim;Proxy=http://proxy.example:8080",
            r"Proxy is proxy\.example and Url starts with http://, .*in clear",
        ),
        (f"{LOGIN};SSLClientCertPassword=geheim", "given without SSLClientCert:"),
        (
            "Url=ex;OAuthAccessToken=geheim;BasicAuthUser=a;BasicAuthPassword=geheim",
            "BasicAuthUser and AuthScheme=OAuth contradict",
        ),
        (
            "Url=http://localhost;User=a;Password=geheim;SSLClientCert=me.pem",
            "SSLClientCert is given, but Url starts with http://",
        ),
        (
            f"{LOGIN};SSLClientCert=me.pem",
            r"Url is ex\.cybozu\.com, .*change Url to https://ex\.s\.cybozu\.com",
        ),
        (
            "Url=ex.kintone.com;User=a;Password=geheim;SSLClientCert=me.pem",
            r"change Url to https://ex\.s\.kintone\.com",
        ),
        (f"{LOGIN};SSLClientCertType=PFXFILE", "SSLClientCertType is given without SSLClientCert"),
        (f"{LOGIN};SSLClientCertKey=me.key", "SSLClientCertKey is given without SSLClientCert"),
        (
            f'{LOGIN};SSLClientCert="{PEM}";SSLClientCertType=PEMKEY_FILE',
            "SSLClientCert holds the content of a file, but SSLClientCertType=PEMKEY_FILE",
        ),
        (
            f'{LOGIN};SSLClientCert="{PEM}";SSLClientCertType=USER',
            "holds the content of a file, but SSLClientCertType=USER is a certificate store",
        ),
        (
            f"{LOGIN};SSLClientCertPassword=geheim;SSLClientCertType=USER",
            "SSLClientCertPassword is given, but SSLClientCertType=USER .* needs none",
        ),
        (
            f"{LOGIN};SSLClientCertKey=me.key;SSLClientCertType=MACHINE",
            "SSLClientCertKey is given, but SSLClientCertType=MACHINE .* needs none",
        ),
        (
            f"{LOGIN};SSLClientCertType=USER",
            r"Url is ex\.cybozu\.com, .*change Url to https://ex\.s\.cybozu\.com",
        ),
        (f"{LOGIN};SSLClientCert=a;SSLClientCertType=geheim", "must be one of PEMKEY_FILE, PEM"),
        (f'{LOGIN};SSLClientCert="ge\nheim"', "must be the path of a file, PEM text, or Base64"),
        (f"{LOGIN};SSLServerCert={'ab' * 20}", "64 hexadecimal digits.*SHA-256"),
        (f"{LOGIN};SSLServerCert=*", "there is no way to trust just anybody"),
        (f"{LOGIN};SSLServerCert=false", "there is no way to trust just anybody"),
        (f"{LOGIN};SSLServerCert=sha256:geheim", "64 hexadecimal digits after sha256:"),
        (f'{LOGIN};SSLServerCert="ge\nheim"', "the path of a file, PEM text, or a fingerprint"),
    ],
)
def test_refused(conninfo: str, message: str) -> None:
    with pytest.raises(InterfaceError, match=message) as caught:
        connect_settings(conninfo)
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(caught.value)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("InitiateOAuth=geheim", "InitiateOAuth"),
    ],
)
def test_what_does_not_work_yet_is_refused(written: str, name: str) -> None:
    with pytest.raises(NotSupportedError, match=f"{name} .*not supported yet") as caught:
        connect_settings(f"{written};{LOGIN}")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"page_sise": 1}, r"no parameter page_sise .*Did you mean PageSize\?"),
        ({"app_id": True}, "AppId as keyword app_id must be"),
        ({"page_size": True}, "PageSize as keyword page_size"),
        ({"page_size": 1.5}, "PageSize"),
        ({"app_id": [1, "x"]}, "AppId"),
        ({"app_id": {}.values}, "AppId"),
        ({"app_id": 1, "AppId": 2}, "AppId is given twice among the keywords"),
        ({"password": 7}, "Password as keyword password must be text"),
        ({"user": "a\nb"}, "User .*without line breaks"),
        ({"password": "geheim\n"}, "Password .*without line breaks; .* may end with one"),
        ({"ssl_client_cert_password": "ge\rheim"}, "SSLClientCertPassword .*without line breaks"),
    ],
)
def test_refused_keywords(keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(InterfaceError, match=message):
        connect_settings(LOGIN, **keywords)


CERTIFIED = "Url=https://ex.s.cybozu.com;User=me;Password=geheim"
ENCODED = base64.b64encode(b"\x30\x82" + bytes(100)).decode()


@pytest.mark.parametrize(
    ("keywords", "certificate"),
    [
        ({"ssl_client_cert": "me.pem"}, "me.pem"),
        ({"ssl_client_cert": Path("me.pfx")}, "me.pfx"),
        ({"ssl_client_cert": "me.jks", "ssl_client_cert_type": "jksfile"}, "me.jks"),
        ({"ssl_client_cert": PEM}, Secret(PEM)),
        ({"ssl_client_cert": PEM.encode()}, Secret(PEM)),
        ({"ssl_client_cert": ENCODED}, Secret(ENCODED)),
        # Whatever this is, it may be a key.
        ({"ssl_client_cert": "geheim" * 40}, Secret("geheim" * 40)),
        ({"ssl_client_cert": "geheim.%" * 200}, Secret("geheim.%" * 200)),
        ({"ssl_client_cert": base64.b64decode(ENCODED)}, Secret(ENCODED)),
        ({"ssl_client_cert": "geheim", "ssl_client_cert_type": "PFXBLOB"}, Secret("geheim")),
        ({"ssl_client_cert": Secret("geheim")}, Secret("geheim")),
    ],
)
def test_client_certificates(keywords: dict[str, Any], certificate: str | Secret) -> None:
    settings = connect_settings(CERTIFIED, **keywords)
    assert settings.ssl_client_cert == certificate
    assert "geheim" not in repr(settings)
    assert ENCODED not in repr(settings)


@pytest.mark.parametrize(
    ("written", "store", "kind"),
    [
        ("SSLClientCertType=USER", "MY", "USER"),
        ("SSLClientCertType=machine;SSLClientCert=my", "my", "MACHINE"),
        ("SSLClientCertType=User;SSLClientCert=Partners", "Partners", "USER"),
    ],
)
def test_stores_of_the_system(written: str, store: str, kind: str) -> None:
    settings = connect_settings(f"{CERTIFIED};{written}")
    assert (settings.ssl_client_cert, settings.ssl_client_cert_type) == (store, kind)


def test_a_token_store_is_a_file_or_an_object() -> None:
    class Store:
        def load(self) -> OAuthTokens | None:
            return None

        def save(self, tokens: OAuthTokens) -> None:
            """Keeps nothing."""

    client = {"url": "ex", "oauth_client_id": "a", "oauth_client_secret": "b"}
    store = Store()
    assert connect_settings(**client, oauth_token_file=store).oauth_token_store is store
    assert connect_settings(**client, oauth_token_file=Path("a")).oauth_token_store == "a"
    with pytest.raises(InterfaceError, match=r"OAuthTokenFile .*must be text"):
        connect_settings(**client, oauth_token_file=object())


def test_a_wrong_value_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINTONE_PAGE_SIZE", "geheim")
    with pytest.raises(InterfaceError, match="environment variable KINTONE_PAGE_SIZE") as caught:
        connect_settings(LOGIN)
    assert "geheim" not in str(caught.value)
