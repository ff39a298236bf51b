"""What a connection was asked to be, checked and frozen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy_kintone.conninfo.secret import Secret
from sqlalchemy_kintone.conninfo.token_store import TokenStore


class AuthScheme(Enum):
    """How the login is proved to Kintone."""

    PASSWORD = "Password"  # noqa: S105 - the name of a scheme
    API_TOKEN = "APIToken"  # noqa: S105 - the name of a scheme
    OAUTH = "OAuth"


class NumberType(Enum):
    """What a NUMBER is in SQL."""

    DECIMAL = "Decimal"
    FLOAT = "Float"


class OnInvalid(Enum):
    """What becomes of a value that does not fit the type of its column."""

    ERROR = "error"
    NULL = "null"


class ColumnNames(Enum):
    """What columns are named by."""

    CODE = "Code"
    LABEL = "Label"


class TableNames(Enum):
    """What tables are named by."""

    NAME = "Name"
    CODE = "Code"
    ID = "Id"


class Consistency(Enum):
    """How what takes several pages stays whole while others write."""

    WINDOW = "Window"
    CURSOR = "Cursor"


CERTIFICATE_DOMAINS = (".cybozu.com", ".kintone.com")
"""Client certificates are taken at ``{subdomain}.s`` of these."""

TracingLevel = Literal["none", "spans", "text"]
PushdownLevel = Literal["none", "exact", "all"]


@dataclass(frozen=True)
class Settings:
    """A connection's settings. The meaning, type and default of each are in ``PARAMETERS``.

    Passwords and tokens are ``Secret``: a repr shows asterisks in their place.

    Attributes:
        url: The address without path or final slash, such as ``https://ex.cybozu.com``.
        timeout: Seconds to wait for a connection, and for each piece of an answer.
        statement_timeout: Seconds that a statement may take; None for no limit.
        metadata_ttl: Seconds for which apps and fields are not asked for again.
        cache: The file of the local replica; None for none.
        cache_max_age: Seconds for which what the replica holds is not asked for again.
        time_zone: An IANA name.
        oauth_token_store: A file, or an object that keeps the tokens.
        ssl_client_cert: A path, or hidden content: PEM text or Base64.
        ssl_client_cert_type: None where the form is to be recognised.
        ssl_server_cert: A path, PEM text, or ``sha256:`` and 64 hexadecimal digits; None for the
            system's authorities.
        max_rows: The most records a statement may read; None for no limit.
        memory_limit: Megabytes that DuckDB may take; None for as much as it takes by itself.
        max_requests: The most requests a statement may send; None for no limit.
    """

    url: str
    auth_scheme: AuthScheme
    user: str | None
    password: Secret | None
    api_tokens: tuple[Secret, ...]
    app_ids: tuple[int, ...]
    oauth_access_token: Secret | None
    oauth_client_id: str | None
    oauth_client_secret: Secret | None
    oauth_refresh_token: Secret | None
    oauth_token_store: str | TokenStore | None
    guest_space_ids: tuple[int, ...]
    basic_auth_user: str | None
    basic_auth_password: Secret | None
    ssl_client_cert: str | Secret | None
    ssl_client_cert_type: str | None
    ssl_client_cert_subject: str
    ssl_client_cert_password: Secret | None
    ssl_client_cert_key: str | Secret | None
    ssl_server_cert: str | None
    proxy: str | None
    proxy_user: str | None
    proxy_password: Secret | None
    allow_insecure_http: bool
    timeout: float
    statement_timeout: float | None
    max_connections: int
    page_size: int
    max_rows: int | None
    memory_limit: int | None
    max_requests: int | None
    read_only: bool
    time_zone: str
    number_type: NumberType
    on_invalid: OnInvalid
    column_names: ColumnNames
    table_names: TableNames
    subtable_separator: str
    consistency: Consistency
    pushdown: PushdownLevel
    metadata_ttl: float
    cache: str | None
    cache_max_age: float
    user_defined_views: str | None
    logfile: str | None
    verbosity: int
    tracing: TracingLevel

    @property
    def host(self) -> str:
        """Host and port as written in the address, to name the place in messages."""
        return urlsplit(self.url).netloc

    @property
    def asks_for_certificate(self) -> bool:
        """Whether the address is one at which Kintone asks for a client certificate."""
        host = urlsplit(self.url).hostname or ""
        return host.endswith(tuple(f".s{domain}" for domain in CERTIFICATE_DOMAINS))

    def secrets(self) -> Iterator[str]:
        """Every secret text here, for masking what comes from outside."""
        for each in fields(self):
            value = getattr(self, each.name)
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Secret):
                    yield item.reveal()
