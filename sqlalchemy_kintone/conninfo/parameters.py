"""The one table of connection parameters.

Parsing, checking, environment names, suggestions and the documentation's table come from it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy_kintone.conninfo.kinds import (
    CertificateFile,
    Choice,
    FilePath,
    Ids,
    Kind,
    Member,
    Password,
    Seconds,
    Text,
    TimeZone,
    Token,
    TokenPlace,
    Tokens,
    Trust,
    WholeNumber,
    YesNo,
)
from sqlalchemy_kintone.conninfo.settings import (
    AuthScheme,
    ColumnNames,
    Consistency,
    NumberType,
    OnInvalid,
    TableNames,
)

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


CERTIFICATE_TYPES = (
    "PEMKEY_FILE",
    "PEMKEY_BLOB",
    "PFXFILE",
    "PFXBLOB",
    "P7BFILE",
    "JKSFILE",
    "JKSBLOB",
    "USER",
    "MACHINE",
)
"""The last two are stores of Windows, and the keychain of macOS."""


def fold(name: str) -> str:
    """The form in which names are compared: ``AppId``, ``app_id`` and ``APPID`` are one name."""
    return name.replace("_", "").replace(" ", "").casefold()


@dataclass(frozen=True)
class Parameter:
    """One connection parameter.

    Attributes:
        name: As connection strings and URLs write it, in any case.
        kind: What its values are.
        doc: What it is for, in Markdown.
        default: The default as text; empty where there is none.
        secret: Whether its value must never be shown.
        attribute: The attribute of ``Settings``, where it is not the keyword itself.
        elsewhere: What other drivers call it, folded: no name here, but a reason to suggest it.
    """

    name: str
    kind: Kind
    doc: str
    default: str = ""
    secret: bool = False
    attribute: str = ""
    elsewhere: tuple[str, ...] = ()

    @property
    def keyword(self) -> str:
        """The name as an argument of ``connect``: ``app_id``, ``metadata_ttl``."""
        parts = self.name.replace("OAuth", "Oauth")
        return _WORD_START.sub("_", parts).lower()

    @property
    def environment(self) -> str:
        """The environment variable that is read when nothing else gives the value."""
        return f"KINTONE_{self.keyword.upper()}"

    @property
    def absent(self) -> Any:
        """The value where there is none and no default: None, or an empty list."""
        return () if isinstance(self.kind, (Ids, Tokens)) else None

    @property
    def setting(self) -> str:
        """The attribute of ``Settings``."""
        return self.attribute or self.keyword


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "Url",
        Text("address"),
        "Where your Kintone is: `https://ex.cybozu.com`, or just `ex.kintone.com` or `ex` (which"
        " means `ex.cybozu.com`). A path such as `/k/` may follow.",
        elsewhere=("address", "baseurl", "domain", "host", "hostname", "server", "subdomain"),
    ),
    Parameter(
        "AuthScheme",
        Member(AuthScheme),
        "How to log in. May be left out where the other parameters leave no doubt.",
    ),
    Parameter(
        "User",
        Text("login name"),
        "The login name, for `AuthScheme=Password`.",
        elsewhere=("login", "uid", "userid", "username"),
    ),
    Parameter(
        "Password",
        Password(),
        "The password of `User`.",
        secret=True,
        elsewhere=("passwd", "pass", "pwd"),
    ),
    Parameter(
        "APIToken",
        Tokens(),
        "API tokens for `AuthScheme=APIToken`, separated by commas. Up to nine are sent with every"
        " request, so that lookups into other apps work; more must be in the order of `AppId`.",
        secret=True,
        attribute="api_tokens",
        elsewhere=("apikey", "token", "tokens"),
    ),
    Parameter(
        "AppId",
        Ids(),
        "The apps to show as tables, separated by commas. API tokens cannot list apps, so with"
        " them it is required; otherwise all apps that the login can see are shown.",
        attribute="app_ids",
        elsewhere=("app", "apps"),
    ),
    Parameter(
        "OAuthAccessToken",
        Token(),
        "The access token for `AuthScheme=OAuth`. May be left out where there is a refresh token.",
        secret=True,
    ),
    Parameter("OAuthClientId", Text("id"), "The id of the OAuth client, to refresh tokens with."),
    Parameter("OAuthClientSecret", Password(), "The secret of the OAuth client.", secret=True),
    Parameter(
        "OAuthRefreshToken",
        Token(),
        "Gets a new access token whenever Kintone no longer takes the last one.",
        secret=True,
    ),
    Parameter(
        "OAuthTokenFile",
        TokenPlace(),
        "A file to keep the tokens in, which nobody else may read; it is made where it is missing."
        " As a keyword it may also be an object with `load` and `save`.",
        attribute="oauth_token_store",
    ),
    Parameter(
        "GuestSpaceId",
        Ids(),
        "Guest spaces whose apps are wanted too, separated by commas: each becomes a schema.",
        attribute="guest_space_ids",
        elsewhere=("guestspace", "space", "spaceid"),
    ),
    Parameter(
        "BasicAuthUser",
        Text("user name"),
        "The user name of the Basic authentication in front of the domain, where there is one.",
    ),
    Parameter(
        "BasicAuthPassword", Password(), "The password of the Basic authentication.", secret=True
    ),
    Parameter(
        "SSLClientCert",
        CertificateFile(),
        "The client certificate with its private key: a file, a folder to search, or the content"
        " of a file. For the types `USER` and `MACHINE` the name of a store, `MY` if left out.",
        secret=True,
        elsewhere=("cert", "certificate", "clientcert", "pfx", "sslcert"),
    ),
    Parameter(
        "SSLClientCertType",
        Choice(CERTIFICATE_TYPES),
        "The form of `SSLClientCert`; it is recognised where this is left out.",
    ),
    Parameter(
        "SSLClientCertSubject",
        Text(),
        "A part of the subject of the certificate to use, such as `CN=me`. Of several the newest"
        " valid one is used; `*` stands for any.",
        default="*",
    ),
    Parameter(
        "SSLClientCertPassword",
        Password(),
        "The password of the file or of the private key, where there is one.",
        secret=True,
    ),
    Parameter(
        "SSLClientCertKey",
        CertificateFile(),
        "The private key, where it is not in `SSLClientCert`.",
        secret=True,
    ),
    Parameter(
        "SSLServerCert",
        Trust(),
        "What to trust instead of the system's authorities: a PEM file or folder of certificates,"
        " PEM text, or the SHA-256 fingerprint of the server's certificate. Without it the"
        " variables `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` are honoured.",
        elsewhere=("ca", "cabundle", "cacert", "sslca", "sslrootcert", "verify", "verifyssl"),
    ),
    Parameter(
        "Proxy",
        Text("address"),
        "The proxy to go through, such as `http://proxy.example:8080`, or `socks5h://…` with the"
        " extra `socks`; `none` for no proxy."
        " Without it the variables `HTTPS_PROXY` and `NO_PROXY` are honoured.",
        elsewhere=("httpproxy", "httpsproxy", "proxyserver", "proxyurl"),
    ),
    Parameter("ProxyUser", Text("user name"), "The user name that the proxy asks for."),
    Parameter("ProxyPassword", Password(), "The password that the proxy asks for.", secret=True),
    Parameter(
        "AllowInsecureHttp",
        YesNo(),
        "Allow `http://` to other machines. Passwords and tokens then cross the network in clear.",
        default="false",
    ),
    Parameter(
        "Timeout",
        Seconds(0.001),
        "How long to wait for a connection, and for the next piece of an answer.",
        default="60",
    ),
    Parameter(
        "StatementTimeout",
        Seconds(0.001),
        "How long a statement may take from its start until its rows begin to come; it fails where"
        " it needs longer.",
    ),
    Parameter(
        "MaxConnections",
        WholeNumber(1, 100),
        "The most requests that this process has under way at once. Kintone serves 100 per domain,"
        " shared by everybody.",
        default="8",
    ),
    Parameter("PageSize", WholeNumber(1, 500), "Records per request.", default="500"),
    Parameter(
        "MaxRows",
        WholeNumber(1),
        "The most records a statement may read; it fails where it needs more.",
    ),
    Parameter(
        "MaxRequests",
        WholeNumber(1),
        "The most requests a statement may send; it fails where it needs more.",
    ),
    Parameter(
        "MemoryLimit",
        WholeNumber(50),
        "Megabytes that DuckDB may take for the statements of a connection; what it needs beyond"
        " them is kept in a temporary directory, which goes when the connection is closed.",
    ),
    Parameter("ReadOnly", YesNo(), "Refuse every statement that would change data.", "false"),
    Parameter(
        "TimeZone",
        TimeZone(),
        "The time zone in which SQL sees days and shows moments.",
        default="UTC",
    ),
    Parameter(
        "NumberType",
        Member(NumberType),
        "What NUMBER fields are in SQL: exact decimals, or floating point.",
        default="Decimal",
    ),
    Parameter(
        "OnInvalid",
        Member(OnInvalid),
        "What becomes of a number, date or time that does not fit its column, such as a number kept"
        " from before the app's precision was lowered: an error that names record and field, or"
        " NULL.",
        default="error",
    ),
    Parameter("ColumnNames", Member(ColumnNames), "What columns are named by.", default="Code"),
    Parameter("TableNames", Member(TableNames), "What tables are named by.", default="Name"),
    Parameter(
        "SubtableSeparator",
        Text(),
        "What stands between the names of a table and its subtable.",
        default="$",
    ),
    Parameter(
        "Consistency",
        Member(Consistency),
        "How what takes several pages stays whole while others write. `Window`: ranges of ids,"
        " side by side. `Cursor`: Kintone's cursor, page after page; the records are those of one"
        " moment. A domain has ten cursors at once.",
        default="Window",
    ),
    Parameter(
        "Pushdown",
        Choice(("none", "exact", "all")),
        "How much of a statement is left to Kintone. The answer is the same each way.",
        default="all",
    ),
    Parameter(
        "MetadataTTL",
        Seconds(0),
        "How long apps and fields are remembered before they are asked for again.",
        default="300",
    ),
    Parameter(
        "Cache",
        FilePath(),
        "A file to keep apps in, so that statements ask Kintone only for what has changed. Needs"
        " the extra `cache`.",
    ),
    Parameter(
        "CacheMaxAge",
        Seconds(0),
        "How old what the cache holds may be; 0 asks for changes at each statement.",
        default="300",
    ),
    Parameter(
        "UserDefinedViews",
        FilePath(),
        'A JSON file of views, `{"name": {"query": "SELECT …"}}`; they are in the schema `views`.',
    ),
    Parameter("Logfile", FilePath(), "A file to append a line to for each request."),
    Parameter(
        "Verbosity",
        WholeNumber(1, 2),
        "What `Logfile` shows of requests: 1 without, 2 with their parameters (conditions hold"
        " data of yours).",
        default="1",
    ),
    Parameter(
        "Tracing",
        Choice(("none", "spans", "text")),
        "Spans of OpenTelemetry for statements and requests; `text` also shows the SQL, which holds"
        " data of yours. Needs the extra `otel`.",
        default="none",
    ),
)

NOT_YET = ("InitiateOAuth",)
"""Names that are known from other drivers, and refused until they do something."""

_BY_FOLDED_NAME: Mapping[str, Parameter] = MappingProxyType(
    {fold(parameter.name): parameter for parameter in PARAMETERS}
)


def find(name: str) -> Parameter | None:
    """The parameter of that name in any case and with or without underscores, or None."""
    return _BY_FOLDED_NAME.get(fold(name))


def known(name: str) -> bool:
    """Whether that is the name of a parameter, or of one to come."""
    return find(name) is not None or fold(name) in map(fold, NOT_YET)


def suggestion(name: str) -> str:
    """The name of the parameter that ``name`` means elsewhere or most looks like, or ``""``."""
    folded = fold(name)
    for parameter in PARAMETERS:
        if folded in parameter.elsewhere:
            return parameter.name
    close = difflib.get_close_matches(folded, list(_BY_FOLDED_NAME), n=1, cutoff=0.6)
    return _BY_FOLDED_NAME[close[0]].name if close else ""
