"""Secrets are not shown."""

from __future__ import annotations

import copy
import pickle

import pytest

from sqlalchemy_kintone.conninfo import PARAMETERS, Secret, connect_settings, mask

ALL_SECRETS = {
    "Password": "geheim1",
    "APIToken": "geheim2,geheim3",
    "OAuthAccessToken": "geheim4",
    "BasicAuthPassword": "geheim5",
    "SSLClientCertPassword": "geheim6",
    "ProxyPassword": "geheim7",
    "OAuthClientSecret": "geheim8",
    "OAuthRefreshToken": "geheim9",
    "SSLClientCert": "-----BEGIN PRIVATE KEY-----geheim10",
    "SSLClientCertKey": "-----BEGIN PRIVATE KEY-----geheim11",
}


def test_all_secrets_are_tested() -> None:
    assert {each.name for each in PARAMETERS if each.secret} == set(ALL_SECRETS)
    doubtful = ("password", "token", "secret")
    assert {
        each.name for each in PARAMETERS if any(word in each.name.lower() for word in doubtful)
    } <= {*ALL_SECRETS, "OAuthTokenFile"}


def test_settings_mask_their_secrets() -> None:
    settings = connect_settings(
        url="ex.s.cybozu.com",
        auth_scheme="Password",
        user="me",
        app_id=1,
        basic_auth_user="front",
        proxy="proxy.example",
        proxy_user="me",
        oauth_client_id="client",
        **ALL_SECRETS,
    )
    for shown in (repr(settings), str(settings), f"{settings}", repr(vars(settings))):
        assert "geheim" not in shown
        assert "****" in shown
    expected = [each for texts in ALL_SECRETS.values() for each in texts.split(",")]
    assert sorted(settings.secrets()) == sorted(expected)


def test_a_secret_comes_out_by_its_door_only() -> None:
    secret = Secret("geheim")
    assert secret.reveal() == "geheim"
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", "%s" % secret):  # noqa: UP031 - each way of formatting
        assert "geheim" not in shown
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    assert copy.deepcopy([secret])[0] == secret
    assert secret == Secret("geheim")
    assert secret != Secret("other")
    assert secret != "geheim"
    assert len({secret, Secret("geheim"), Secret("other")}) == 2


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        ("a b c", ["b"], "a **** c"),
        ("abc and ab", ["ab", "abc"], "**** and ****"),
        ("nothing", ["", "x"], "nothing"),
    ],
)
def test_mask(text: str, secrets: list[str], expected: str) -> None:
    assert mask(text, secrets) == expected
