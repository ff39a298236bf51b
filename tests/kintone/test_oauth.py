"""Access tokens that expire, and where tokens are kept."""

from __future__ import annotations

import base64
import json
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from sqlalchemy_kintone.conninfo import OAuthTokens
from sqlalchemy_kintone.errors import (
    DataError,
    InterfaceError,
    OperationalError,
    OutcomeUnknownError,
)
from tests.kintone.conftest import Opened
from tests.kintone.test_session import Open

CLIENT = {
    "auth_scheme": "OAuth",
    "oauth_client_id": "client",
    "oauth_client_secret": "geheim-client",
}
REFRESHING = {"grant_type": ["refresh_token"], "refresh_token": ["geheim-refresh"]}
REFRESH = {**CLIENT, "oauth_refresh_token": "geheim-refresh"}


@dataclass
class TokenServer:
    """A domain whose access tokens can be made to expire.

    Attributes:
        url: Its address.
        valid: The access token that it takes; it is counted up by each refresh.
        refresh_tokens: Those that it takes.
        rotates: Whether a refresh gives another refresh token.
        status: What the token endpoint answers, where that is not 200.
        refreshes: The ``Authorization`` and refresh token of each refresh.
        bearers: The access token of each other request.
        echo: Whether the body of a refusal quotes the token.
        drops: So many refreshes it leaves without an answer.
    """

    url: str = ""
    valid: str = "geheim-0"
    refresh_tokens: set[str] = field(default_factory=lambda: {"geheim-refresh"})
    rotates: bool = False
    status: int = 200
    refreshes: list[tuple[str, str]] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)
    echo: bool = False
    drops: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, authorization: str, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            token = form["refresh_token"][0]
            self.refreshes.append((authorization, token))
            if self.status != 200:
                return self.status, {}
            if form["grant_type"] != ["refresh_token"] or token not in self.refresh_tokens:
                return 400, {"error": "invalid_grant", "error_description": token}
            self.valid = f"geheim-{len(self.refreshes)}"
            answer: dict[str, Any] = {
                "access_token": self.valid,
                "token_type": "Bearer",
                "expires_in": 3600,
            }
            if self.rotates:
                answer["refresh_token"] = f"geheim-refresh-{len(self.refreshes)}"
                self.refresh_tokens = {answer["refresh_token"]}
            return 200, answer

    def answer(self, authorization: str) -> tuple[int, dict[str, Any]]:
        with self.lock:
            bearer = authorization.removeprefix("Bearer ")
            self.bearers.append(bearer)
            if self.echo:
                return 400, {"code": "CB_VA01", "id": "1", "message": f"not {bearer}"}
            if bearer != self.valid:
                return 401, {"code": "CB_AU01", "id": "1", "message": "Please login."}
            return 200, {"records": []}


@pytest.fixture
def server() -> Iterator[TokenServer]:
    domain = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            authorization = self.headers.get("Authorization", "")
            if self.path == "/oauth2/token" and domain.drops > 0:
                domain.drops -= 1
                self.close_connection = True
                return
            if self.path == "/oauth2/token":
                status, answer = domain.refresh(authorization, parse_qs(body.decode()))
            else:
                status, answer = domain.answer(authorization)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = respond  # noqa: N815 - the name is the base class's
        do_POST = respond  # noqa: N815 - the name is the base class's

        def log_message(self, *args: object) -> None:
            """Nothing on the terminal."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    domain.url = f"http://127.0.0.1:{listener.server_address[1]}"
    yield domain
    listener.shutdown()
    thread.join()
    listener.server_close()


def test_a_token_that_works_is_not_refreshed(server: TokenServer, open_session: Open) -> None:
    opened = open_session(server.url, **REFRESH, oauth_access_token="geheim-0")
    assert opened.read("records") == b'{"records": []}'
    assert server.refreshes == []


@pytest.mark.parametrize("access", ["geheim-expired", None])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_expired_or_missing_token_is_replaced(
    server: TokenServer, open_session: Open, access: str | None, method: str
) -> None:
    opened = open_session(server.url, **REFRESH, oauth_access_token=access)
    # A list this long goes in a body, which has to be sent again too.
    fields = [f"field{number}" for number in range(200 if method == "POST" else 2)]
    for _ in range(2):
        assert opened.read("records", app=1, fields=fields) == b'{"records": []}'
    client = base64.b64encode(b"client:geheim-client").decode()
    assert server.refreshes == [(f"Basic {client}", "geheim-refresh")]
    assert server.bearers == [*([access] if access else []), "geheim-1", "geheim-1"]


def test_threads_share_one_refresh(server: TokenServer, open_session: Open) -> None:
    opened = open_session(server.url, **REFRESH, oauth_access_token="old", max_connections=2)
    barrier = threading.Barrier(8)

    def read(_: int) -> bytes:
        barrier.wait()
        return opened.read("records")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(8))) == {b'{"records": []}'}
    assert len(server.refreshes) == 1


def test_a_token_that_is_refused_twice_is_told(server: TokenServer, open_session: Open) -> None:
    opened = open_session(server.url, **REFRESH, oauth_access_token="old")
    server.answer = lambda authorization: (401, {"code": "CB_AU01", "message": "no"})  # type: ignore[method-assign]  # no token works
    with pytest.raises(OperationalError, match="CB_AU01"):
        opened.read("records")
    assert len(server.refreshes) == 1


def test_without_a_refresh_token_the_refusal_is_told(
    server: TokenServer, open_session: Open
) -> None:
    opened = open_session(server.url, oauth_access_token="old")
    with pytest.raises(OperationalError, match="CB_AU01"):
        opened.read("records")
    assert (len(server.bearers), server.refreshes) == (1, [])


@pytest.mark.parametrize(
    ("status", "message", "asked"),
    [
        (200, r"gave no new OAuth token \(invalid_grant, HTTP 400\).*grant access again", 1),
        (401, r"\(HTTP 401\).*Check OAuthClientId", 1),
        (503, r"\(HTTP 503\)\. Try again later", 2),
    ],
)
def test_refused_refreshes(
    server: TokenServer, open_session: Open, status: int, message: str, asked: int
) -> None:
    server.status = status
    server.refresh_tokens = set()
    opened = open_session(server.url, **REFRESH)
    for _ in range(2):
        with pytest.raises(OperationalError, match=message) as caught:
            opened.read("records")
        assert "geheim" not in str(caught.value)
    # What is refused for good is not asked for again; what may pass is.
    assert len(server.refreshes) == asked


def test_new_tokens_are_masked_too(server: TokenServer, open_session: Open) -> None:
    opened = open_session(server.url, **REFRESH)
    opened.read("records")
    server.echo = True
    with pytest.raises(DataError, match=r"not \*\*\*\*") as caught:
        opened.read("records")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("rotates", [False, True])
def test_a_token_file(
    server: TokenServer, open_session: Open, tmp_path: Path, rotates: bool
) -> None:
    server.rotates = rotates
    path = tmp_path / "tokens.json"
    open_session(server.url, **REFRESH, oauth_token_file=path).read("records")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {
        "url": server.url,
        "access_token": "geheim-1",
        "refresh_token": "geheim-refresh-1" if rotates else "geheim-refresh",
    }
    # The next connection needs nothing but the file, neither now nor when the token expires.
    later: Opened = open_session(server.url, **CLIENT, oauth_token_file=path)
    later.read("records")
    assert len(server.refreshes) == 1
    server.valid = "changed"
    later.read("records")
    assert len(server.refreshes) == 2
    assert [each.name for each in tmp_path.iterdir()] == ["tokens.json"]


def test_connections_learn_from_the_file(
    server: TokenServer, open_session: Open, tmp_path: Path
) -> None:
    path = tmp_path / "tokens.json"
    one, other = (
        open_session(server.url, **REFRESH, oauth_token_file=path, oauth_access_token="old")
        for _ in range(2)
    )
    one.read("records")
    other.read("records")
    assert len(server.refreshes) == 1


@pytest.mark.parametrize("drops", [1, 9])
def test_a_refresh_without_an_answer(server: TokenServer, open_session: Open, drops: int) -> None:
    server.drops = drops
    opened = open_session(server.url, **REFRESH, oauth_access_token="old")
    if drops == 1:
        opened.read("records")
        assert opened.waits == [0.5]
        return
    with pytest.raises(OperationalError, match="no connection") as caught:
        opened.client.add_records(1, None, [{}])
    # It was refused with 401, so that nothing was written.
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert len(opened.waits) == 4


def test_who_is_overtaken_takes_the_tokens_of_the_faster(
    server: TokenServer, open_session: Open
) -> None:
    """As with a store that several processes share, where each refresh ends the token before."""
    server.rotates = True

    class Store:
        kept: OAuthTokens | None = OAuthTokens("old", "geheim-refresh")
        overtaking: OAuthTokens | None = None

        def load(self) -> OAuthTokens | None:
            found = self.kept
            if len(server.refreshes) == 0 and self.overtaking is None and server.bearers:
                # Another process refreshes right after this one has looked.
                authorization = server.refresh("", REFRESHING)[1]
                tokens = authorization["access_token"], authorization["refresh_token"]
                self.kept = self.overtaking = OAuthTokens(*tokens)
            return found

        def save(self, tokens: OAuthTokens) -> None:
            self.kept = tokens

    store = Store()
    open_session(server.url, **CLIENT, oauth_token_file=store).read("records")
    assert [token for _, token in server.refreshes] == ["geheim-refresh", "geheim-refresh"]
    assert store.kept == store.overtaking == OAuthTokens("geheim-1", "geheim-refresh-1")


def test_a_stored_token_that_was_revoked_gives_way_to_the_settings(
    server: TokenServer, open_session: Open, tmp_path: Path
) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps({"url": server.url, "access_token": "a", "refresh_token": "gone"}))
    path.chmod(0o600)
    open_session(server.url, **REFRESH, oauth_token_file=path).read("records")
    assert [token for _, token in server.refreshes] == ["gone", "geheim-refresh"]


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        ({"url": "https://other.cybozu.com"}, 0o600, "holds the tokens of another Url"),
        ({}, 0o644, r"may be read by others\. Run chmod 600"),
        ({"access_token": None}, 0o600, "is no JSON object of url"),
        (["geheim"], 0o600, "is no JSON object of url"),
        ("geheim", 0o600, "is no JSON object of url"),
    ],
)
def test_token_files_that_are_refused(
    server: TokenServer,
    open_session: Open,
    tmp_path: Path,
    content: object,
    mode: int,
    message: str,
) -> None:
    path = tmp_path / "tokens.json"
    whole = {"url": server.url, "access_token": "geheim", "refresh_token": "geheim"}
    values = {**whole, **content} if isinstance(content, dict) else content
    path.write_text(json.dumps(values))
    path.chmod(mode)
    with pytest.raises(InterfaceError, match=rf"OAuthTokenFile .*tokens\.json {message}") as caught:
        open_session(server.url, **CLIENT, oauth_token_file=path)
    assert "geheim" not in str(caught.value)


def test_a_token_file_that_cannot_be_written(
    server: TokenServer, open_session: Open, tmp_path: Path
) -> None:
    opened = open_session(server.url, **REFRESH, oauth_token_file=tmp_path / "no" / "tokens.json")
    with pytest.raises(InterfaceError, match=r"OAuthTokenFile .*cannot be written.*folder"):
        opened.read("records")


def test_a_store_of_ones_own(server: TokenServer, open_session: Open) -> None:
    class Store:
        kept = OAuthTokens("old", "geheim-refresh")

        def load(self) -> OAuthTokens | None:
            return self.kept

        def save(self, tokens: OAuthTokens) -> None:
            self.kept = tokens

    store = Store()
    open_session(server.url, **CLIENT, oauth_token_file=store).read("records")
    assert store.kept == OAuthTokens("geheim-1", "geheim-refresh")
    assert "geheim" not in repr(store.kept)
