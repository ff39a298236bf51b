"""Who is let in, in the words of Kintone's refusals."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
import requests

from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.authentication import BasicAuthentication
from sqlalchemy_kintone.sandbox.model import App, AppSettings, Token, User
from tests.sandbox.client import Api
from tests.sandbox.echo import ECHO


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


PASSWORD = {"X-Cybozu-Authorization": _encoded("sandbox:sandbox")}


@pytest.fixture
def domain(domain: Domain) -> Domain:
    """Two deployed apps and one that is not, each with a token (the first has two)."""
    now = domain.clock()
    settings = AppSettings({}, [], {"name": "app"}, {}, {})
    for app_id in (*range(1, 13), 99):
        live = None if app_id == 99 else settings
        domain.apps[app_id] = App(app_id, "sandbox", now, "sandbox", now, live, settings)
        domain.tokens[f"t{app_id}"] = Token(f"t{app_id}", app_id, frozenset({"view"}))
    domain.tokens["t1b"] = Token("t1b", 1, frozenset({"view", "add"}))
    domain.oauth_tokens["bearer1"] = "user1"
    domain.oauth_tokens["gone"] = "nobody"
    domain.users["佐藤"] = User(3, "佐藤", "佐藤", "p:w:é")
    domain.users["left"] = User(4, "left", "Left", "left", valid=False)
    return domain


@pytest.mark.parametrize(
    ("headers", "caller", "tokens"),
    [
        (PASSWORD, "sandbox", []),
        ({"X-Cybozu-Authorization": _encoded("佐藤:p:w:é")}, "佐藤", []),
        ({"X-Cybozu-API-Token": "t1"}, "Administrator", ["t1"]),
        ({"X-Cybozu-API-Token": "t1,t2"}, "Administrator", ["t1", "t2"]),
        ({"X-Cybozu-API-Token": "t1, t2"}, "Administrator", ["t1", "t2"]),
        (
            {"X-Cybozu-API-Token": ",".join(f"t{n}" for n in range(1, 10))},
            "Administrator",
            [f"t{n}" for n in range(1, 10)],
        ),
        ({"Authorization": "Bearer bearer1"}, "user1", []),
        ({**PASSWORD, "X-Cybozu-API-Token": "unknown"}, "sandbox", []),
        ({"X-Cybozu-API-Token": "t1", "Authorization": "Bearer no"}, "Administrator", ["t1"]),
    ],
)
def test_callers(echo_api: Api, headers: dict[str, str], caller: str, tokens: list[str]) -> None:
    answer = echo_api.anonymous().send("GET", "echo.json", headers=headers).json()
    assert (answer["caller"], answer["tokens"]) == (caller, tokens)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "CB_AU01"),
        ({"Authorization": "Bearer no"}, 401, "CB_AU01"),
        ({"Authorization": "Bearer gone"}, 401, "CB_AU01"),
        ({"X-Cybozu-Authorization": _encoded("sandbox:wrong")}, 401, "CB_WA01"),
        ({"X-Cybozu-Authorization": _encoded("sandbox:")}, 401, "CB_WA01"),
        ({"X-Cybozu-Authorization": _encoded("nobody:sandbox")}, 401, "CB_WA01"),
        ({"X-Cybozu-Authorization": _encoded("left:left")}, 401, "CB_WA01"),
        ({"X-Cybozu-Authorization": "not base64"}, 401, "CB_WA01"),
        ({"X-Cybozu-Authorization": ""}, 401, "CB_WA01"),
        (
            {"X-Cybozu-Authorization": _encoded("sandbox:wrong"), "X-Cybozu-API-Token": "t1"},
            401,
            "CB_WA01",
        ),
        ({"X-Cybozu-API-Token": "unknown"}, 400, "GAIA_IA02"),
        ({"X-Cybozu-API-Token": "t1,unknown"}, 400, "GAIA_IA02"),
        ({"X-Cybozu-API-Token": "t99"}, 400, "GAIA_IA02"),
        ({"X-Cybozu-API-Token": "t1,t1b"}, 400, "GAIA_DA03"),
        (
            {"X-Cybozu-API-Token": ",".join(f"t{n}" for n in range(1, 11))},
            400,
            "CB_IL02",
        ),
    ],
)
def test_refused_callers(echo_api: Api, headers: dict[str, str], status: int, code: str) -> None:
    response = echo_api.anonymous().send("GET", "echo.json", headers=headers)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_some_endpoints_are_closed_to_tokens(echo_api: Api) -> None:
    assert echo_api.with_tokens("t1").refused("GET", "closed.json") == (403, "GAIA_NO01")
    assert echo_api.get("closed.json").status_code == 200


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("Basic " + _encoded("gate:wrong"), 401),
        ("Basic not base64", 401),
        ("Bearer bearer1", 401),
        ("Basic " + _encoded("gate:keeper"), 200),
        ("basic " + _encoded("gate:keeper"), 200),
    ],
)
def test_basic_authentication_comes_first(
    start_sandbox: Callable[..., Sandbox],
    domain: Domain,
    http: requests.Session,
    authorization: str | None,
    status: int,
) -> None:
    sandbox = start_sandbox(domain, endpoints=ECHO, basic_auth=("gate", "keeper"))
    headers = {} if authorization is None else {"Authorization": authorization}
    api = Api(sandbox.url, http, PASSWORD)
    response = api.send("GET", "echo.json", headers=headers)
    assert response.status_code == status
    if status == 401:
        assert response.headers["WWW-Authenticate"].startswith("Basic ")
        assert response.headers["Content-Type"].startswith("text/html")


def test_a_kintone_login_is_still_needed_behind_basic_authentication(
    start_sandbox: Callable[..., Sandbox], domain: Domain, http: requests.Session
) -> None:
    sandbox = start_sandbox(domain, endpoints=ECHO, basic_auth=("gate", "keeper"))
    gate = {"Authorization": "Basic " + _encoded("gate:keeper")}
    assert Api(sandbox.url, http, gate).refused("GET", "echo.json") == (401, "CB_AU01")


def test_the_basic_password_is_not_shown() -> None:
    assert "keeper" not in repr(BasicAuthentication("gate", "keeper"))
