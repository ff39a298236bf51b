"""Parameters in SQLAlchemy's URLs, as SQLAlchemy itself takes them apart."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from sqlalchemy_kintone.conninfo import connect_settings, keywords_of_url
from sqlalchemy_kintone.errors import InterfaceError


def keywords(text: str) -> dict[str, str]:
    url = make_url(text)
    return keywords_of_url(url.host, url.port, url.username, url.password, url.query)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "kintone://user:secret@ex.cybozu.com/?AppId=1,2",
            {"url": "ex.cybozu.com", "user": "user", "password": "secret", "app_id": "1,2"},
        ),
        (
            "kintone://user:secret@127.0.0.1:8080",
            {"url": "127.0.0.1:8080", "user": "user", "password": "secret"},
        ),
        (
            "kintone://user@[::1]:8080/?Password=secret",
            {"url": "[::1]:8080", "user": "user", "password": "secret"},
        ),
        (
            "kintone://me%40ex.com:a%2Fb%3B%3A%40@ex/",
            {"url": "ex", "user": "me@ex.com", "password": "a/b;:@"},
        ),
        (
            "kintone:///?Url=https://ex.cybozu.com&AuthScheme=APIToken&AppId=1&APIToken=a,b",
            {
                "url": "https://ex.cybozu.com",
                "auth_scheme": "APIToken",
                "app_id": "1",
                "api_token": "a,b",
            },
        ),
        (
            "kintone:///?Url=https://ex.cybozu.com;AuthScheme=APIToken;AppId=1;APIToken=a,b;",
            {
                "url": "https://ex.cybozu.com",
                "auth_scheme": "APIToken",
                "app_id": "1",
                "api_token": "a,b",
            },
        ),
        (
            "kintone:///?User=me;Password=a%3D%25b;Url=ex;Tymeout=5",
            {"user": "me", "password": "a=%b", "url": "ex", "Tymeout": "5"},
        ),
        # In a secret, only the names of parameters end the value, and only without '&'.
        ("kintone:///?Password=a;b=c;Url=ex", {"password": "a;b=c", "url": "ex"}),
        ("kintone:///?Password=a;Url=b&User=me", {"password": "a;Url=b", "user": "me"}),
        ("kintone:///?Password=a;&User=me", {"password": "a;", "user": "me"}),
        (
            "kintone://me:secret@ex/?AppId=1;Timeout=5&PageSize=7",
            {
                "url": "ex",
                "user": "me",
                "password": "secret",
                "app_id": "1",
                "timeout": "5",
                "page_size": "7",
            },
        ),
        ("kintone:///?AppId=1&AppId=2", {"app_id": "1,2"}),
        ("kintone:///?APIToken=a&APIToken=b", {"api_token": "a,b"}),
        ("kintone://", {}),
    ],
)
def test_keywords_of_url(url: str, expected: dict[str, str]) -> None:
    assert keywords(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "kintone://me:geheim@ex/?User=you",
        "kintone://me:geheim@ex/?Url=other",
        "kintone://me:geheim@ex/?Password=geheim",
        "kintone:///?Password=geheim&Password=geheim2",
        "kintone:///?Url=ex;User=a;User=b",
        "kintone:///?Zzz=geheim&Zzz=geheim",
    ],
)
def test_given_twice(url: str) -> None:
    with pytest.raises(InterfaceError, match="given twice in the URL") as caught:
        keywords(url)
    assert "geheim" not in str(caught.value)


def test_what_a_url_gives_makes_settings() -> None:
    settings = connect_settings(**keywords("kintone://me:a%3Bb@ex/?AppId=1,2;Timeout=5"))
    assert settings.url == "https://ex.cybozu.com"
    assert settings.app_ids == (1, 2)
    assert settings.timeout == 5.0
    assert settings.password is not None
    assert settings.password.reveal() == "a;b"


def test_a_typo_behind_a_semicolon_is_found() -> None:
    with pytest.raises(InterfaceError, match="Did you mean Timeout"):
        connect_settings(**keywords("kintone://me:geheim@ex/?AppId=1;Tymeout=5"))


@pytest.mark.parametrize(
    "url",
    [
        "kintone:///?Password=secret&geheim=x&Url=ex",
        "kintone:///?Url=ex&APIToken=secret&geheim=x",
        "kintone:///?Url=ex;APIToken=secret&geheim=x",
    ],
)
def test_what_may_be_a_piece_of_a_secret_is_not_shown(url: str) -> None:
    with pytest.raises(InterfaceError, match=r"What follows .* in the URL .*written %26") as caught:
        keywords(url)
    assert "geheim" not in str(caught.value)
