"""Unique secrets in every parameter that takes one, looked for wherever anything is told."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import duckdb
import pytest
import sqlalchemy
from sqlalchemy.engine import URL

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.conninfo.parameters import PARAMETERS
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.retries import RetryPolicy
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.kintone.writes import Update, UpdateKey
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from sqlalchemy_kintone.sandbox.model import Token
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.kintone.serving import Serving
from tests.kintone.socks_proxy import SocksProxy
from tests.shop import ALL_RIGHTS, CUSTOMERS, ORDERS, shop

PLANTED = {
    p.name: f"planted{number}%s/x+7" % "Qz" for number, p in enumerate(PARAMETERS) if p.secret
}
KEYWORDS = {p.name: p.keyword for p in PARAMETERS}
USER, FRONT, CLIENT = "sandbox", "front", "client-1"


def pem(secret: str, kind: str) -> str:
    return f"-----BEGIN {kind}-----\n{secret}\n-----END {kind}-----\n"


def base64_of(user: str, password: str) -> str:
    return b64encode(f"{user}:{password}".encode()).decode()


LOGINS: dict[str, dict[str, object]] = {
    "password": {
        "User": USER,
        "Password": PLANTED["Password"],
        "BasicAuthUser": FRONT,
        "BasicAuthPassword": PLANTED["BasicAuthPassword"],
    },
    "token": {"APIToken": [PLANTED["APIToken"]], "AppId": [ORDERS]},
    "oauth": {
        "OAuthAccessToken": PLANTED["OAuthAccessToken"],
        "OAuthClientId": CLIENT,
        "OAuthClientSecret": PLANTED["OAuthClientSecret"],
        "OAuthRefreshToken": PLANTED["OAuthRefreshToken"],
    },
    "proxy": {
        "User": USER,
        "Password": PLANTED["Password"],
        "Proxy": "http://127.0.0.1:9",
        "ProxyUser": FRONT,
        "ProxyPassword": PLANTED["ProxyPassword"],
    },
    "certificate": {
        "User": USER,
        "Password": PLANTED["Password"],
        "SSLClientCert": pem(PLANTED["SSLClientCert"], "CERTIFICATE"),
        "SSLClientCertKey": pem(PLANTED["SSLClientCertKey"], "PRIVATE KEY"),
        "SSLClientCertPassword": PLANTED["SSLClientCertPassword"],
    },
}
PAIRS = {
    "Password": USER,
    "BasicAuthPassword": FRONT,
    "ProxyPassword": FRONT,
    "OAuthClientSecret": CLIENT,
}
"""Who goes with a password where the two are sent in Base64."""


def forms_of(name: str) -> list[str]:
    """Every form in which a secret is sent."""
    secret = PLANTED[name]
    pairs = [base64_of(PAIRS[name], secret)] if name in PAIRS else []
    return [secret, quote(secret, safe=""), *pairs]


FORMS = [form for name in PLANTED for form in forms_of(name)]


def found_in(text: str) -> list[str]:
    return [form for form in FORMS if form in text] + (["Qz/x"] if "Qz/x" in text else [])


def keywords(login: str) -> dict[str, object]:
    return {KEYWORDS[name]: value for name, value in LOGINS[login].items()}


def test_a_secret_is_planted_in_every_secret_parameter() -> None:
    used = {name for login in LOGINS.values() for name in login}
    assert used >= PLANTED.keys()
    assert len(set(PLANTED.values())) == len(PLANTED)


def told_by(error: BaseException) -> Iterator[str]:
    """All that an error shows: itself, its causes, and what a debugger sees in the driver."""
    yield "".join(traceback.format_exception(type(error), error, error.__traceback__))
    seen: BaseException | None = error
    while seen is not None:
        yield f"{seen!r} {vars(seen)!r}"
        yield from _locals(seen.__traceback__)
        if isinstance(seen, kintone.Error):
            yield repr(pickle.dumps(seen))
        seen = seen.__cause__ or seen.__context__


def _locals(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        if __file__ != trace.tb_frame.f_code.co_filename:
            for value in trace.tb_frame.f_locals.values():
                with suppress(duckdb.Error):  # relations of a closed database have no repr
                    yield repr(value)
        trace = trace.tb_next


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything that any library logs."""
    with caplog.at_level(logging.DEBUG):
        yield lambda: caplog.text


@pytest.fixture
def guarded() -> Iterator[Sandbox]:
    """A sandbox that takes the planted secrets."""
    domain = shop()
    domain.users[USER].password = PLANTED["Password"]
    domain.tokens[PLANTED["APIToken"]] = Token(PLANTED["APIToken"], ORDERS, ALL_RIGHTS)
    domain.oauth_tokens[PLANTED["OAuthAccessToken"]] = USER
    with Sandbox(domain) as sandbox:
        yield sandbox


def open_connection(
    stack: ExitStack, url: str, login: str, **more: object
) -> tuple[kintone.Connection, Client]:
    settings = connect_settings(url=url, **keywords(login), **more)
    session = Session(settings, RetryPolicy(first_wait=0.0))
    stack.callback(session.close)
    return stack.enter_context(kintone.Connection(settings, session)), Client(session)


STATEMENTS = [
    "SELECT sum(amount) FROM orders",
    "EXPLAIN SELECT * FROM orders WHERE amount > 3",
    "EXPLAIN ANALYZE SELECT * FROM orders",
    "EXPLAIN (FORMAT JSON) SELECT * FROM orders",
    "SELECT nothing FROM orders",
    "SELECT * FROM nowhere",
    "SELEC",
    "SELECT CAST(customer AS INTEGER) FROM orders",
]


def told_in_use(connection: kintone.Connection, client: Client) -> Iterator[str]:
    """What a connection tells when it is used well and badly."""
    for sql in STATEMENTS:
        try:
            cursor = connection.execute(sql)
            yield repr([*cursor, cursor.description, cursor.stats, cursor])
        except kintone.Error as error:
            yield from told_by(error)
    writes: list[Callable[[], object]] = [
        lambda: client.update_records(ORDERS, None, [Update(1, {})]),
        lambda: client.update_records(CUSTOMERS, None, [Update(UpdateKey("name", "x"), {})]),
        connection.ping,
    ]
    for write in writes:
        try:
            yield repr(write())
        except kintone.Error as error:
            yield from told_by(error)
    yield f"{connection!r} {connection.settings!r} {connection.settings} {vars(connection)!r}"
    with suppress(TypeError):
        yield repr(pickle.dumps(connection.settings))


@pytest.mark.parametrize("kind", [None, "503", "html", "429", "drop-before", "garble"])
@pytest.mark.parametrize("login", ["password", "token", "oauth"])
def test_a_sandbox(
    guarded: Sandbox, logged: Callable[[], str], tmp_path: Path, login: str, kind: str | None
) -> None:
    logfile = tmp_path / "requests.log"
    if kind is not None:
        fault = Fault(kind, skip=6)  # type: ignore[arg-type]  # a table holds plain text
        guarded.faults.add(fault)
    with ExitStack() as stack:
        connection, client = open_connection(
            stack, guarded.url, login, logfile=logfile, verbosity=2
        )
        told = list(told_in_use(connection, client))
    assert len(told) > 20
    for text in (*told, logged(), logfile.read_text(encoding="utf-8")):
        assert found_in(text) == []


def tattling(forms: list[str]) -> list[Reply]:
    """Answers of servers that repeat what they were sent."""
    quoted = " ".join(forms)
    error = {
        "code": quoted,
        "id": quoted,
        "message": quoted,
        "errors": {quoted: {"messages": forms}},
    }
    refused = json.dumps(error).encode()
    return [
        *(Reply(status, refused) for status in (400, 401, 429, 503)),
        Reply(502, quoted.encode(), {"Content-Type": f"text/html; {quoted}"}),
        Reply(200, quoted.encode(), {"Content-Type": f"text/html; {quoted}"}),
        Reply(200, json.dumps([quoted]).encode()),
        Reply(302, b"", {"Location": f"http://127.0.0.1:9/?{quoted}"}),
    ]


@pytest.mark.parametrize("login", ["password", "token", "oauth"])
def test_servers_that_repeat_what_they_were_sent(logged: Callable[[], str], login: str) -> None:
    known = [form for name in LOGINS[login] if name in PLANTED for form in forms_of(name)]
    assert known
    for reply in tattling(known):
        with ScriptedServer(reply) as server, ExitStack() as stack:
            told = list(told_in_use(*open_connection(stack, server.url, login)))
        for text in (*told, logged()):
            assert found_in(text) == [], text[:900]


def test_a_proxy_that_is_not_there(logged: Callable[[], str]) -> None:
    with ExitStack() as stack:
        told = list(told_in_use(*open_connection(stack, "https://ex.cybozu.com", "proxy")))
    for text in (*told, logged()):
        assert found_in(text) == []


def test_a_proxy_of_the_environment_that_is_not_there(
    logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = PLANTED["ProxyPassword"]
    monkeypatch.setenv("HTTPS_PROXY", f"http://{FRONT}:{quote(secret, safe='')}@127.0.0.1:9")
    with ExitStack() as stack:
        told = list(told_in_use(*open_connection(stack, "https://ex.cybozu.com", "password")))
    assert any("The proxy 127.0.0.1:9 to" in text for text in told)
    for text in (*told, logged()):
        assert found_in(text) == []


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_a_proxy_that_refuses_the_login(
    logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    login = f"{FRONT}:{quote(PLANTED['ProxyPassword'], safe='')}"
    forms = forms_of("ProxyPassword")
    with ExitStack() as stack:
        refusing: Serving
        if kind == "http":
            refusing = ScriptedServer(Reply(407, " ".join(forms).encode(), {"Reason": forms[0]}))
        else:
            refusing = SocksProxy(FRONT, "another")
        stack.enter_context(refusing)
        monkeypatch.setenv("HTTPS_PROXY", f"{kind}://{login}@{refusing.address}")
        told = list(told_in_use(*open_connection(stack, "https://ex.cybozu.com", "password")))
    assert any("refused the login" in text for text in told)
    for text in (*told, logged()):
        assert found_in(text) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"ssl_client_cert": pem(PLANTED["SSLClientCert"], "ENCRYPTED PRIVATE KEY")},
        {"ssl_client_cert": b64encode(b"\x30\x82\x01\x00\x02\x01\x03" + bytes(200)).decode()},
        {"ssl_client_cert": b"\xfe\xed\xfe\xed" + PLANTED["SSLClientCert"].encode()},
        {"ssl_client_cert": __file__},
    ],
    ids=["PEM", "key", "PFX", "JKS", "file"],
)
def test_a_certificate_that_is_none(logged: Callable[[], str], wrong: dict[str, object]) -> None:
    given = {**keywords("certificate"), **wrong}
    settings = connect_settings(url="https://ex.s.cybozu.com", **given)
    with pytest.raises(kintone.InterfaceError) as caught:
        Session(settings)
    for text in (*told_by(caught.value), logged()):
        assert found_in(text) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, MemoryError])
@pytest.mark.parametrize("login", ["password", "token", "oauth", "http proxy", "socks"])
def test_what_nobody_expects(
    guarded: Sandbox,
    logged: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    login: str,
    error: type[BaseException],
) -> None:
    """Its frames are those of the libraries, whose variables hold headers."""

    def fail(connection: HTTPConnection, data: bytes) -> None:
        try:
            raise LookupError(str(connection))
        except LookupError as cause:
            raise error(f"{len(data)} bytes") from cause

    with ExitStack() as stack:
        proxied = {"proxy_user": FRONT, "proxy_password": PLANTED["ProxyPassword"]}
        if login == "socks":
            socks = stack.enter_context(SocksProxy(FRONT, PLANTED["ProxyPassword"]))
            more = {"proxy": f"socks5h://{socks.address}", **proxied}
        else:
            proxy = stack.enter_context(ScriptedServer(Reply(200, b'{"apps": []}')))
            more = {"proxy": proxy.url, **proxied} if login == "http proxy" else {}
        known = login if login in LOGINS else "password"
        connection, _ = open_connection(stack, guarded.url, known, **more)
        with monkeypatch.context() as patched:
            patched.setattr(HTTPConnection, "send", fail)
            try:
                raise ValueError("the caller handles it")
            except ValueError as handled:
                with pytest.raises(error) as caught:
                    connection.ping()
                frames = handled.__traceback__
        assert frames is not None
        told = list(told_by(caught.value))
        connection.ping()  # it stays usable
    for text in (*told, logged()):
        assert found_in(text) == []


@pytest.mark.parametrize("login", LOGINS)
def test_copies_of_settings(login: str) -> None:
    settings = connect_settings(url="https://ex.s.cybozu.com", **keywords(login))
    for each in (copy.copy(settings), copy.deepcopy(settings), replace(settings, timeout=3.0)):
        for text in (repr(each), str(each), repr(vars(each)), repr(asdict(each)), f"{each}"):
            assert found_in(text) == []
    shown = json.dumps(asdict(settings), default=str)
    assert found_in(shown) == []
    with pytest.raises(TypeError, match="secret is not pickled"):
        pickle.dumps(settings)


@pytest.mark.skipif(
    sqlalchemy.__version__.startswith("1."),
    reason="SQLAlchemy 1.4 shows the query of a URL, whatever a dialect does",
)
@pytest.mark.parametrize("login", LOGINS)
def test_urls_of_engines(login: str) -> None:
    query = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in LOGINS[login].items()
    }
    url = URL.create("kintone", query={"Url": "https://ex.s.cybozu.com", **query})
    engine = sqlalchemy.create_engine(url)
    for each in (
        engine.url,
        copy.deepcopy(engine.url),
        pickle.loads(pickle.dumps(engine.url)),
        engine.url.set(host="ex.cybozu.com"),
        engine.url.update_query_dict({"Timeout": "3"}),
        engine.url.difference_update_query(["Url"]),
    ):
        for text in (str(each), repr(each), each.render_as_string()):
            assert found_in(text) == []
    for text in (repr(engine), repr(vars(engine)), repr(vars(engine.dialect)), repr(engine.pool)):
        assert found_in(text) == []


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("more", [{"timeout": "soon"}, {"passwrod": "x"}, {"auth_scheme": "None"}])
def test_parameters_that_are_wrong(login: str, more: dict[str, object]) -> None:
    with pytest.raises(kintone.InterfaceError) as caught:
        kintone.connect(url="https://ex.s.cybozu.com", **{**keywords(login), **more})
    for text in (str(caught.value), repr(caught.value), repr(pickle.dumps(caught.value))):
        assert found_in(text) == []
