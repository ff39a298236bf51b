"""Connection parameters: strings, keywords, URLs and environment to ``Settings``."""

from sqlalchemy_kintone.conninfo.documentation import markdown_table
from sqlalchemy_kintone.conninfo.parameters import PARAMETERS, Parameter
from sqlalchemy_kintone.conninfo.resolve import connect_settings, settings_of
from sqlalchemy_kintone.conninfo.secret import MASK, Secret, mask
from sqlalchemy_kintone.conninfo.settings import (
    AuthScheme,
    ColumnNames,
    Consistency,
    NumberType,
    OnInvalid,
    PushdownLevel,
    Settings,
    TableNames,
)
from sqlalchemy_kintone.conninfo.token_store import OAuthTokens, TokenStore
from sqlalchemy_kintone.conninfo.urls import keywords_of_url

__all__ = [
    "MASK",
    "PARAMETERS",
    "AuthScheme",
    "ColumnNames",
    "Consistency",
    "NumberType",
    "OAuthTokens",
    "OnInvalid",
    "Parameter",
    "PushdownLevel",
    "Secret",
    "Settings",
    "TableNames",
    "TokenStore",
    "connect_settings",
    "keywords_of_url",
    "markdown_table",
    "mask",
    "settings_of",
]
