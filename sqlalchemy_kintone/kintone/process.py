"""What belongs to one process, and is of no use to those that it forks."""

from __future__ import annotations

import os

from sqlalchemy_kintone.errors import InterfaceError


class Process:
    """The process in which something was opened: sockets, and threads that no fork takes along.

    Two processes with the same sockets would read each other's answers.
    """

    def __init__(self) -> None:
        self._id = os.getpid()

    @property
    def is_another(self) -> bool:
        """Whether this is another process now, a fork of that one."""
        return os.getpid() != self._id

    def check(self) -> None:
        """Go on only in the process of before.

        Raises:
            InterfaceError: This is a fork of it.
        """
        if self.is_another:
            raise InterfaceError(
                "The connection was opened in another process, of which this one is a fork: make a "
                "new one here, and with SQLAlchemy engine.dispose(close=False) after the fork."
            )
