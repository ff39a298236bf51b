"""What the shell connects to, and whom it asks for a password."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.conninfo import AuthScheme
from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.shell.target import Target, target_of

SECRET = "s3cret/;=@"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, Target()),
        ("Url=https://ex.cybozu.com;User=a", Target("Url=https://ex.cybozu.com;User=a")),
        ("https://ex.cybozu.com", Target(keywords={"url": "https://ex.cybozu.com"})),
        (
            "kintone://taro:p%40ss@ex.cybozu.com/?AppId=1,2",
            Target(
                keywords={
                    "url": "ex.cybozu.com",
                    "user": "taro",
                    "password": "p@ss",
                    "app_id": "1,2",
                }
            ),
        ),
        (
            "kintone+rest:///?Url=https://ex.cybozu.com;APIToken=t;AppId=1",
            Target(keywords={"url": "https://ex.cybozu.com", "api_token": "t", "app_id": "1"}),
        ),
        (
            "kintone+sandbox:///?TimeZone=Asia/Tokyo",
            Target(keywords={"time_zone": "Asia/Tokyo"}, in_sandbox=True),
        ),
        ("KINTONE+SANDBOX://", Target(in_sandbox=True)),
    ],
)
def test_connection_strings_and_urls(text: str | None, expected: Target) -> None:
    assert target_of(text) == expected


@pytest.mark.parametrize("text", [f"kintone:{SECRET}", f"kintone://u:{SECRET}@ex:port/"])
def test_an_unreadable_url_is_not_shown(text: str) -> None:
    with pytest.raises(InterfaceError) as raised:
        target_of(text)
    assert SECRET not in str(raised.value)


def test_targets_do_not_show_secrets() -> None:
    target = target_of("kintone://taro:hidden@ex.cybozu.com/")
    assert "hidden" not in repr(target)
    assert "hidden" not in repr(target_of("Url=ex;User=taro;Password=hidden"))


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("Url=ex;User=taro", {}),
        ("Url=ex;user='taro';AuthScheme=password", {}),
        ("Url=ex", {"KINTONE_USER": "taro"}),
        (None, {"KINTONE_URL": "ex", "KINTONE_USER": "taro"}),
        ("kintone://taro@ex.cybozu.com/?AppId=1", {}),
    ],
)
def test_a_user_without_a_password_is_asked(
    text: str | None, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    asked: list[str] = []

    def ask(user: str) -> str:
        asked.append(user)
        return SECRET

    with target_of(text).connect(ask) as connection:
        assert connection.settings.password is not None
        assert connection.settings.password.reveal() == SECRET
        assert connection.settings.user == "taro"
    assert asked == ["taro"]


@pytest.mark.parametrize(
    ("text", "environment", "scheme"),
    [
        ("Url=ex;User=taro;Password=p", {}, AuthScheme.PASSWORD),
        ("Url=ex;User=taro", {"KINTONE_PASSWORD": "p"}, AuthScheme.PASSWORD),
        ("kintone://taro:p@ex.cybozu.com/", {}, AuthScheme.PASSWORD),
        ("Url=ex;APIToken=t;AppId=1", {}, AuthScheme.API_TOKEN),
        ("Url=ex", {"KINTONE_API_TOKEN": "t", "KINTONE_APP_ID": "1"}, AuthScheme.API_TOKEN),
    ],
)
def test_nobody_is_asked_who_need_not_be(
    text: str,
    environment: dict[str, str],
    scheme: AuthScheme,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def ask(user: str) -> str:
        raise AssertionError(f"asked for the password of {user}")

    with target_of(text).connect(ask) as connection:
        assert connection.settings.auth_scheme is scheme


def test_without_a_terminal_a_missing_password_is_an_error() -> None:
    with pytest.raises(InterfaceError, match="Password is missing"):
        target_of("Url=ex;User=taro").connect(None)


def test_the_sandbox_ignores_the_environment_of_another_kintone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KINTONE_APP_ID", "99")
    monkeypatch.setenv("KINTONE_API_TOKEN", "token-of-another")
    monkeypatch.setenv("KINTONE_PROXY", "http://127.0.0.1:1")
    with Target(in_sandbox=True).connect(None) as connection:
        assert connection.settings.app_ids == ()
        assert "customers" in [table.name for table in connection.catalog.names("apps")]
