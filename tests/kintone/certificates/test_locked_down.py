"""All that may stand in front of a domain at once, and what is told where one part refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.kintone.retries import RetryPolicy
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Space, Token, User
from tests.kintone.certificates.authority import Authority
from tests.kintone.certificates.conftest import Asking
from tests.kintone.tunnel import Tunnel
from tests.shop import ALL_RIGHTS, fill

APPS = range(1, 10)
SPACE_OF = {8: 3, 9: 7}
"""The guest spaces of two apps."""
TABLES = ", ".join(f"guest_{SPACE_OF[n]}.app{n}" if n in SPACE_OF else f"app{n}" for n in APPS)
SQL = f"SELECT {' + '.join(f'app{n}.amount' for n in APPS)} FROM {TABLES}"
FRONT_PASSWORD, PFX_PASSWORD, PROXY_PASSWORD = "front-geheim", "pfx-geheim", "proxy-geheim"


def nine_apps() -> Domain:
    domain = Domain(
        users={"sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True)},
        spaces={
            space: Space(space, f"Space {space}", is_guest=True, members=["sandbox"])
            for space in SPACE_OF.values()
        },
    )
    for number in APPS:
        fields: dict[str, dict[str, object]] = {"amount": {"type": "NUMBER"}}
        app = create_app(domain, f"app{number}", fields, space_id=SPACE_OF.get(number))
        assert app.id == number
        fill(domain, app, [{"amount": str(number)}])
    domain.tokens = {f"token-{n}": Token(f"token-{n}", n, ALL_RIGHTS) for n in APPS}
    return domain


@pytest.fixture
def proxy() -> Iterator[Tunnel]:
    with Tunnel() as proxy:
        yield proxy


@pytest.fixture
def parameters(
    start_sandbox: Callable[..., Sandbox],
    asking: Asking,
    authority: Authority,
    proxy: Tunnel,
    tmp_path: Path,
) -> dict[str, object]:
    """Those that open the door."""
    sandbox = start_sandbox(nine_apps(), tls=asking.tls, basic_auth=("front", FRONT_PASSWORD))
    certificate = tmp_path / "client.pfx"
    certificate.write_bytes(authority.issue().pfx(PFX_PASSWORD))
    return {
        "url": sandbox.url,
        "app_id": list(APPS),
        "api_token": [f"token-{n}" for n in APPS],
        "guest_space_id": list(SPACE_OF.values()),
        "basic_auth_user": "front",
        "basic_auth_password": FRONT_PASSWORD,
        "ssl_client_cert": certificate,
        "ssl_client_cert_password": PFX_PASSWORD,
        "ssl_server_cert": asking.trusted,
        "proxy": proxy.url,
        "proxy_user": "me",
        "proxy_password": PROXY_PASSWORD,
    }


def test_one_statement_over_all(parameters: dict[str, object], proxy: Tunnel) -> None:
    with kintone.connect(**parameters) as connection:
        connection.ping()
        assert [int(total) for (total,) in connection.execute(SQL)] == [sum(APPS)]
    assert proxy.asked
    for target, headers in proxy.asked:
        assert f"https://{target}" == parameters["url"]
        assert headers["Proxy-Authorization"].startswith("Basic ")
        assert not {"X-Cybozu-API-Token", "Authorization"} & headers.keys()


def try_once(parameters: dict[str, object]) -> None:
    settings = connect_settings(**parameters)
    with closing(Session(settings, RetryPolicy(tries=1))) as session:
        kintone.Connection(settings, session).execute(SQL)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"basic_auth_password": "other"}, "HTTP 401 .*check BasicAuthUser and BasicAuthPassword"),
        (
            {"ssl_client_cert": None, "ssl_client_cert_password": None},
            "asks for a client certificate",
        ),
        ({"ssl_client_cert_password": "other"}, "Check SSLClientCertPassword"),
        ({"ssl_server_cert": None}, "TLS to .* failed"),
        ({"proxy": "http://127.0.0.1:9"}, "proxy 127.* failed.* Check Proxy"),
        ({"api_token": ["other"]}, "GAIA_IA02.*Check APIToken"),
        ({"guest_space_id": [3]}, r"app 9 \(AppId\).*GuestSpaceId"),
    ],
    ids=lambda case: ",".join(case) if isinstance(case, dict) else "",
)
def test_the_one_that_refuses_is_named(
    parameters: dict[str, object], wrong: dict[str, object], message: str
) -> None:
    given = {name: value for name, value in {**parameters, **wrong}.items() if value is not None}
    with pytest.raises(kintone.Error, match=message) as caught:
        try_once(given)
    for secret in (FRONT_PASSWORD, PFX_PASSWORD, PROXY_PASSWORD, "token-1"):
        assert secret not in str(caught.value)
