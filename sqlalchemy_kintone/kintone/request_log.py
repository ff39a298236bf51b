"""A line per request, in Python's log and in a file of one's own. Headers are never logged."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.kintone.addresses import Parameters

_LOGGER = logging.getLogger("sqlalchemy_kintone.http")


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it, for statistics.

    Attributes:
        method: ``GET``, or ``POST`` where the parameters are in the body.
        resource: Such as ``records`` or ``app/form/fields``.
        status: The HTTP status; None where no response came.
        seconds: From sending to the last byte.
        received_bytes: Of the body, decompressed.
    """

    method: str
    resource: str
    status: int | None
    seconds: float
    received_bytes: int


class RequestLog:
    """Writes exchanges to the logger ``sqlalchemy_kintone.http`` and to a file.

    Args:
        path: The file to append to; None for none.
        verbosity: 2 shows parameters in the file, which hold values of conditions.

    Raises:
        InterfaceError: The file cannot be written.
    """

    def __init__(self, path: str | None, verbosity: int) -> None:
        self._verbosity = verbosity
        self._file: logging.FileHandler | None = None
        if path is not None:
            try:
                self._file = logging.FileHandler(path, encoding="utf-8")
            except OSError as error:
                raise InterfaceError(
                    f"Logfile {path} cannot be written: {error.strerror}."
                ) from error
            self._file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def write(self, exchange: Exchange, parameters: Parameters) -> None:
        """Log one exchange."""
        status = "no response" if exchange.status is None else str(exchange.status)
        line = (
            f"{exchange.method} {exchange.resource} {status} {exchange.received_bytes} bytes "
            f"{exchange.seconds:.3f} s"
        )
        _LOGGER.debug(line)
        if self._file is not None:
            shown = f"{line} {dict(parameters)!r}" if self._verbosity > 1 else line
            self._file.handle(
                logging.LogRecord(_LOGGER.name, logging.DEBUG, "", 0, shown, None, None)
            )

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
