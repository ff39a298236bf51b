"""The PEP 249 exceptions, and which of them a Kintone refusal becomes.

Every message says what happened, where, and what to do about it. No exception ever carries a
password, a token or a header.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from types import MappingProxyType


class Warning(builtins.Warning):  # noqa: A001 - PEP 249 names it so
    """Something worth knowing that did not stop the statement."""


class Error(Exception):
    """The base of every error this driver raises.

    Args:
        message: Cause, place and remedy in plain words.
        code: Kintone's error code, such as ``GAIA_IQ11``; None where Kintone gave none.
        http_status: The HTTP status of the refusal; None where there was no answer.
        request_id: Kintone's id of the refused request, which Cybozu's support asks for.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status
        self.request_id = request_id

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the attributes, so that errors cross process borders whole."""
        return (_rebuild, (type(self), self.args[0], self.code, self.http_status, self.request_id))


def _rebuild(
    kind: type[Error],
    message: str,
    code: str | None,
    http_status: int | None,
    request_id: str | None,
) -> Error:
    return kind(message, code=code, http_status=http_status, request_id=request_id)


class InterfaceError(Error):
    """The driver was used in a way it cannot be: bad parameters, a closed cursor."""


class DatabaseError(Error):
    """The base of everything that went wrong in the database."""


class DataError(DatabaseError):
    """A value is not one the column can hold."""


class OperationalError(DatabaseError):
    """Kintone, the network or the login did not do its part; trying again may help."""


class OutcomeUnknownError(OperationalError):
    """A write was sent and no answer came: its records may have been written, all or none."""


class IntegrityError(DatabaseError):
    """A required, unique or revision rule of the app was broken."""


class InternalError(DatabaseError):
    """The driver met something it should never meet: please report it."""


class ProgrammingError(DatabaseError):
    """The statement is wrong: syntax, an unknown table or column, a wrong parameter count."""


class NotSupportedError(DatabaseError):
    """Kintone or this driver has no way to do this."""


_BY_CODE: Mapping[str, type[Error]] = MappingProxyType(
    {
        "CB_AU01": OperationalError,
        "CB_WA01": OperationalError,
        "CB_NO02": OperationalError,
        "CB_VA01": DataError,
        "CB_IJ01": InternalError,
        "CB_IL02": InternalError,
        "GAIA_AP01": ProgrammingError,
        "GAIA_BF02": NotSupportedError,
        "GAIA_CN01": OperationalError,
        "GAIA_CO02": IntegrityError,
        "GAIA_CO03": IntegrityError,
        "GAIA_DA02": OperationalError,
        "GAIA_DA03": InterfaceError,
        "GAIA_FU01": NotSupportedError,
        "GAIA_IA02": OperationalError,
        "GAIA_IL23": ProgrammingError,
        "GAIA_IL26": DataError,
        "GAIA_IQ11": ProgrammingError,
        "GAIA_LO04": IntegrityError,
        "GAIA_NO01": OperationalError,
        "GAIA_RE01": OperationalError,
        "GAIA_RE20": OperationalError,
        "GAIA_TM12": OperationalError,
        "GAIA_TO04": OperationalError,
        "GAIA_UN10": NotSupportedError,
    }
)


def kind_of(code: str | None, http_status: int | None) -> type[Error]:
    """Which exception a Kintone refusal becomes.

    Args:
        code: The ``code`` of the error body, if it had one.
        http_status: The HTTP status.

    Returns:
        The class for the code; for codes not listed, ``OperationalError`` for 401, 403, 429 and
        5xx (trying again or with other rights may help), else ``DatabaseError``.
    """
    if code is not None and code in _BY_CODE:
        return _BY_CODE[code]
    if http_status is not None and (http_status in (401, 403, 429) or http_status >= 500):
        return OperationalError
    return DatabaseError
