"""Addresses in the forms that people write."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.conninfo.address import base_url, proxy_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ex", "https://ex.cybozu.com"),
        ("EX", "https://ex.cybozu.com"),
        ("ex/k/", "https://ex.cybozu.com"),
        ("ex.cybozu.com", "https://ex.cybozu.com"),
        ("ex.s.cybozu.com", "https://ex.s.cybozu.com"),
        ("ex.kintone.com:8443", "https://ex.kintone.com:8443"),
        ("https://ex.kintone.com/k/", "https://ex.kintone.com"),
        ("https://ex.kintone.com/k/guest/3/12/", "https://ex.kintone.com"),
        ("HTTPS://Ex.Cybozu.CN:443/", "https://ex.cybozu.cn"),
        ("https://gateway/", "https://gateway"),
        ("gateway:8443", "https://gateway:8443"),
        ("ex.cybozu.com.", "https://ex.cybozu.com"),
        ("localhost:8080", "http://localhost:8080"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.2", "http://127.0.0.2"),
        ("http://[::1]:80/k", "http://[::1]"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("https://localhost:8443", "https://localhost:8443"),
        ("https://192.0.2.1", "https://192.0.2.1"),
    ],
)
def test_base_url(text: str, expected: str) -> None:
    assert base_url(text, allow_insecure_http=False) == expected
    assert base_url(expected, allow_insecure_http=False) == expected


def test_plain_http_where_it_is_allowed() -> None:
    assert base_url("http://ex.test:80/k", allow_insecure_http=True) == "http://ex.test"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://ex.cybozu.com", "must start with https://"),
        ("http://localhost.evil.example", "must start with https://"),
        ("ftp://ex.cybozu.com", "must start with https://"),
        # Read as a host, it would be somebody's: https.cybozu.com.
        ("https:/ex.cybozu.com", "must start with https://"),
        ("https//ex.cybozu.com", "must start with https://"),
        ("HTTPS:", "must start with https://"),
        ("http", "must start with https://"),
        ("//ex.cybozu.com", "must start with https://"),
        ("https://me:geheim@ex.cybozu.com", "user or password"),
        ("https://geheim@ex.cybozu.com", "user or password"),
        ("https://ex.cybozu.com/k/?geheim=1", r"no '\?'"),
        ("https://ex.cybozu.com/#geheim", "no '#'"),
        ("https://ex.cybozu.com:geheim", "must be an address"),
        ("https://ex.cybozu.com:70000", "must be an address"),
        ("https://[geheim", "must be an address"),
        ("https://", "valid host name"),
        ("https://geheim..com", "valid host name"),
        ("https://geheim com", "valid host name"),
        ("https://-geheim.com", "valid host name"),
        ("geheim;User=a", "valid host name"),
    ],
)
def test_refused_addresses(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        base_url(text, allow_insecure_http=False)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://Proxy.example:8080", "http://proxy.example:8080"),
        ("proxy.example:8080", "http://proxy.example:8080"),
        ("https://proxy.example/", "https://proxy.example"),
        ("[::1]:3128", "http://[::1]:3128"),
    ],
)
def test_proxy_url(text: str, expected: str) -> None:
    assert proxy_url(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://me:geheim@proxy.example", "ProxyUser and ProxyPassword"),
        ("ftp://proxy.example:1080", "must be a proxy, http://, https://, socks5://"),
        ("http://proxy.example:geheim", "must be an address"),
        ("http:///", "valid host name"),
    ],
)
def test_refused_proxies(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        proxy_url(text)
    assert "geheim" not in str(caught.value)
