"""What a fork of the process inherits of the engine, and must not free."""

from __future__ import annotations

import ctypes
from typing import Generic, TypeVar

from sqlalchemy_kintone.kintone.process import Process

_Object = TypeVar("_Object")


class Held(Generic[_Object]):
    """Holds an object of DuckDB, for ever in a fork of the process.

    To end, it would wait there for DuckDB's threads, which no fork takes along.

    Args:
        it: The object.
    """

    def __init__(self, it: _Object) -> None:
        self._process = Process()
        self.it = it

    def __del__(self) -> None:
        if self._process.is_another:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.it))
