"""The SQLAlchemy dialects ``kintone://`` and ``kintone+sandbox://``."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc

from sqlalchemy_kintone.connection import Connection
from sqlalchemy_kintone.conninfo import settings_of
from sqlalchemy_kintone.dialect.compiler import KintoneCompiler, KintoneTypeCompiler
from sqlalchemy_kintone.dialect.identifiers import KintoneIdentifierPreparer
from sqlalchemy_kintone.dialect.reflection import DEFAULT_SCHEMA, CatalogReflection
from sqlalchemy_kintone.dialect.types import COLSPECS
from sqlalchemy_kintone.dialect.url import MaskedURL, keywords
from sqlalchemy_kintone.errors import Error, InterfaceError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Engine
    from sqlalchemy.engine import Connection as EngineConnection

_AUTOCOMMIT = "AUTOCOMMIT"


class KintoneDialect(CatalogReflection):
    """SQL over Kintone.

    ``kintone://user:password@host/?AppId=1,2`` or ``kintone:///?Url=https://…&APIToken=…``, with
    any connection parameter in the query, separated by ``&`` or ``;``.
    """

    name = "kintone"
    driver = "rest"
    default_paramstyle = "qmark"
    supports_statement_cache = True

    statement_compiler = KintoneCompiler
    type_compiler = KintoneTypeCompiler  # SQLAlchemy 1.4's name
    type_compiler_cls = KintoneTypeCompiler
    preparer = KintoneIdentifierPreparer
    colspecs = COLSPECS

    supports_comments = True
    supports_native_boolean = True
    supports_native_decimal = True
    supports_native_uuid = True
    returns_native_bytes = True
    supports_sane_rowcount = False
    supports_sane_multi_rowcount = False
    # DuckDB divides whole numbers exactly too: 1 / 2 is 0.5.
    div_is_floordiv = False

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """The PEP 249 module."""
        import sqlalchemy_kintone

        return sqlalchemy_kintone

    if not TYPE_CHECKING and not hasattr(CatalogReflection, "import_dbapi"):
        # SQLAlchemy 1.4's name; in later versions ``dbapi`` is an attribute of the instance.
        dbapi = import_dbapi

    def create_connect_args(self, url: URL) -> tuple[list[str], dict[str, Any]]:
        """The arguments for ``connect`` that a URL names.

        Raises:
            InterfaceError: A parameter is given twice, or the URL has a path.
        """
        _check_no_path(url)
        return [], dict(keywords(url))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Hide the secrets of the query from ``repr(engine)``."""
        engine.url = MaskedURL.of(engine.url)

    def do_execute(
        self, cursor: Any, statement: str, parameters: Any, context: Any | None = None
    ) -> None:
        """Run a statement, with what ``execution_options(kintone_max_age=…)`` asks for."""
        if context is not None:
            cursor.max_age = context.execution_options.get("kintone_max_age")
        cursor.execute(statement, parameters)

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Prove address and login with one request; False where a new connection would help."""
        try:
            dbapi_connection.ping()
        except Error as error:
            if self.is_disconnect(error, dbapi_connection, None):
                return False
            raise
        return True

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether the connection is closed: nothing else makes it useless, as HTTP has no state."""
        return isinstance(e, Error) and connection is not None and bool(connection.closed)

    def get_isolation_level_values(self, dbapi_connection: Any) -> list[Any]:
        """``AUTOCOMMIT``."""
        return [_AUTOCOMMIT]

    def get_isolation_level(self, dbapi_connection: Any) -> Any:
        """``AUTOCOMMIT``."""
        return _AUTOCOMMIT

    def set_isolation_level(self, dbapi_connection: Any, level: Any) -> None:
        """Accept ``AUTOCOMMIT``, which it always is.

        Raises:
            ArgumentError: Another level.
        """
        if level != _AUTOCOMMIT:
            raise exc.ArgumentError(
                f"Invalid value {level!r} for isolation_level: Kintone has {_AUTOCOMMIT} only"
            )

    def detect_autocommit_setting(self, dbapi_conn: Any) -> bool:
        """True."""
        return True

    def _get_server_version_info(self, connection: EngineConnection) -> tuple[int, ...]:
        """The driver's version: what SQL is understood depends on it alone."""
        version: str = self.import_dbapi().__version__
        return tuple(int(part) for part in version.split(".") if part.isdigit())

    def _get_default_schema_name(self, connection: EngineConnection) -> str:
        return DEFAULT_SCHEMA


class KintoneSandboxDialect(KintoneDialect):
    """SQL over the sandbox of this process, ``kintone+sandbox://``: demo data, no account.

    The sandbox starts with the first connection and stops with the process. Connection
    parameters may stand in the query, such as ``kintone+sandbox:///?TimeZone=Asia/Tokyo``.
    """

    driver = "sandbox"
    supports_statement_cache = True

    def create_connect_args(self, url: URL) -> tuple[list[str], dict[str, Any]]:
        """The arguments for ``connect`` that a URL names, without the sandbox's address.

        Raises:
            InterfaceError: A parameter is given twice, or the URL has a host or a path.
        """
        if url.host:
            raise InterfaceError(
                "kintone+sandbox:// takes no host: it connects to the sandbox of this process. "
                "For one that runs elsewhere use kintone://user:password@host/."
            )
        return super().create_connect_args(url)

    def connect(self, *cargs: Any, **cparams: Any) -> Any:
        """Connect to the sandbox, which is started where it does not run in this process yet."""
        # Those who have an account should not pay for loading the sandbox.
        from sqlalchemy_kintone.sandbox.embedded import embedded_sandbox

        access = embedded_sandbox().access
        parameters = {"url": access.url, "proxy": "none", **cparams}
        if not _LOGIN.intersection(parameters):
            parameters.update(user=access.user, password=access.password)
        # The environment's parameters, such as its apps, are those of another Kintone.
        return Connection(settings_of(None, parameters, environment={}))


_LOGIN = frozenset({"auth_scheme", "user", "password", "api_token", "oauth_access_token"})


def _check_no_path(url: URL) -> None:
    if url.database:
        raise InterfaceError(
            "The URL has a path after the host, which means nothing to Kintone. Parameters follow "
            "a question mark: kintone://user:password@host/?AppId=1,2."
        )
