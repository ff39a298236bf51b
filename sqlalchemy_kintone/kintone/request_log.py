"""A line per request, in Python's log and in a file of one's own. Headers are never logged."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.kintone.calls import Call

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
        tries: Which try it was, from 1.
        records: How many records it brought or was to write; None where it is about something
            else, or brought no answer.
        date: The header ``Date``: when the server answered, by its clock. Empty without it.
    """

    method: str
    resource: str
    status: int | None
    seconds: float
    received_bytes: int
    tries: int = 1
    records: int | None = None
    date: str = ""


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
        self._lock = threading.Lock()
        self._file: logging.FileHandler | None = None
        if path is not None:
            try:
                self._file = logging.FileHandler(path, encoding="utf-8")
            except OSError as error:
                raise InterfaceError(
                    f"Logfile {path} cannot be written: {error.strerror}."
                ) from error
            self._file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def write(self, exchange: Exchange, call: Call) -> None:
        """Log one exchange.

        Args:
            exchange: What was sent and what came.
            call: What was asked.
        """
        line = _line(exchange, call)
        _LOGGER.debug(line)
        with self._lock:
            if self._file is not None:
                shown = f"{line} {dict(call.parameters)!r}" if self._verbosity > 1 else line
                self._file.handle(
                    logging.LogRecord(_LOGGER.name, logging.DEBUG, "", 0, shown, None, None)
                )

    def close(self) -> None:
        """Close the file; what still comes is not written to it."""
        with self._lock:
            file, self._file = self._file, None
        if file is not None:
            # What a full disk does not take is told by Python's logging when it is written.
            with suppress(OSError):
                file.close()


def _line(exchange: Exchange, call: Call) -> str:
    """``GET /k/v1/records.json 200 12.3 ms 61034 bytes, 500 records, try 2``."""
    status = "no response" if exchange.status is None else str(exchange.status)
    milliseconds = f"{exchange.seconds * 1000:.1f} ms"
    line = f"{exchange.method} {call.path} {status} {milliseconds} {exchange.received_bytes} bytes"
    if exchange.records is not None:
        line += f", {exchange.records} records"
    return f"{line}, try {exchange.tries}" if exchange.tries > 1 else line
