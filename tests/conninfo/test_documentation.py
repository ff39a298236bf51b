"""The documentation's table of parameters is the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sqlalchemy_kintone.conninfo import PARAMETERS, Parameter, connect_settings, markdown_table
from sqlalchemy_kintone.conninfo.parameters import find, suggestion

PAGE = Path(__file__).parents[2] / "docs" / "connection.md"


def test_the_page_ends_with_the_table() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## All parameters\n\n")[2]
    assert table == markdown_table()


BLOCKS = re.findall(r"^```\n(Url=.*)\n```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_connection_strings_to_copy(block: str) -> None:
    filled = block.replace("0123…cdef", "0123cdef" * 8).replace("…", "x")
    settings = connect_settings(filled)
    assert settings.url.startswith("https://ex.")


def test_there_are_connection_strings_to_copy() -> None:
    assert len(BLOCKS) >= 12


def test_the_table_has_a_row_of_six_cells_per_parameter() -> None:
    rows = markdown_table().splitlines()
    assert len(rows) == len(PARAMETERS) + 2
    assert {row.count("|") for row in rows} == {7}


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_name_of_a_parameter_finds_it(parameter: Parameter) -> None:
    for name in (parameter.name, parameter.name.upper(), parameter.keyword):
        assert find(name) is parameter
    assert parameter.environment == f"KINTONE_{parameter.keyword.upper()}"
    assert parameter.doc.endswith(".")
    if parameter.default:
        assert parameter.kind.read(parameter.default) is not None


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("Url", "url"),
        ("APIToken", "api_token"),
        ("OAuthAccessToken", "oauth_access_token"),
        ("SSLClientCertType", "ssl_client_cert_type"),
        ("BasicAuthUser", "basic_auth_user"),
        ("MetadataTTL", "metadata_ttl"),
        ("AllowInsecureHttp", "allow_insecure_http"),
        ("Logfile", "logfile"),
    ],
)
def test_keyword(name: str, keyword: str) -> None:
    parameter = find(name)
    assert parameter is not None
    assert parameter.keyword == keyword


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Tokn", "APIToken"),
        ("api_tokn", "APIToken"),
        ("pagesise", "PageSize"),
        ("Server", "Url"),
        ("host", "Url"),
        ("subdomain", "Url"),
        ("UID", "User"),
        ("username", "User"),
        ("PWD", "Password"),
        ("passwd", "Password"),
        ("token", "APIToken"),
        ("api_key", "APIToken"),
        ("Apps", "AppId"),
        ("space", "GuestSpaceId"),
        ("verify", "SSLServerCert"),
        ("sslrootcert", "SSLServerCert"),
        ("cert", "SSLClientCert"),
        ("http_proxy", "Proxy"),
        ("proxy_server", "Proxy"),
        ("Qqqq", ""),
    ],
)
def test_suggestion(name: str, nearest: str) -> None:
    assert suggestion(name) == nearest
