"""How much memory the engine may take, and where it puts what does not fit."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping

from sqlalchemy_kintone.kintone.process import Process

_NO_DIRECTORY = ""
"""DuckDB would else write below the directory that the process happens to be in."""


class EngineMemory:
    """The memory of one engine, with a directory of its own that nobody else may read.

    Args:
        limit: Megabytes that the engine may take; beyond them it writes to the directory. None
            leaves the limit to DuckDB, and nothing is written to disk.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._directory = tempfile.mkdtemp(prefix="sqlalchemy-kintone-") if limit else _NO_DIRECTORY
        # At the latest when nobody holds it any more, or Python ends.
        self.free = weakref.finalize(self, _remove, self._directory, Process())
        """Removes the directory, but not in a fork; more than once does no harm."""

    @property
    def options(self) -> Mapping[str, str]:
        """DuckDB's options."""
        options = {"temp_directory": self._directory}
        return options | {"memory_limit": f"{self._limit}MB"} if self._limit else options


def _remove(directory: str, process: Process) -> None:
    if directory and not process.is_another:
        shutil.rmtree(directory, ignore_errors=True)
