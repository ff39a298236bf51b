"""The views that users define, in a schema of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sqlalchemy_kintone.catalog.model import ViewQuery, fold
from sqlalchemy_kintone.errors import ProgrammingError

VIEWS = "views"
"""The schema of the views that users define."""


class UserViews:
    """The views of a connection; threads may share it.

    Args:
        views: Those it begins with.
    """

    def __init__(self, views: Iterable[ViewQuery] = ()) -> None:
        self._lock = threading.Lock()
        self._views = {fold(view.name): view for view in views}
        self._version = 0

    @property
    def version(self) -> int:
        """Grows with each change."""
        return self._version

    def get(self, name: str) -> ViewQuery | None:
        """The view of that name, in any case."""
        return self._views.get(fold(name))

    def all(self) -> tuple[ViewQuery, ...]:
        """All views, in the order in which they were made."""
        with self._lock:
            return tuple(self._views.values())

    def with_view(self, view: ViewQuery) -> UserViews:
        """A copy that has a view, in place of one of that name."""
        return UserViews([*(v for v in self.all() if fold(v.name) != fold(view.name)), view])

    def define(self, view: ViewQuery, replaced: ViewQuery | None) -> None:
        """Add a view, or put it in the place of one.

        Args:
            view: The new view.
            replaced: What is there of that name; None for nothing.

        Raises:
            ProgrammingError: Something else is there.
        """
        with self._lock:
            if self._views.get(fold(view.name)) != replaced:
                raise ProgrammingError(
                    f"The view {view.full_name} is there already. CREATE OR REPLACE VIEW replaces "
                    "it."
                )
            self._views[fold(view.name)] = view
            self._version += 1

    def drop(self, name: str) -> bool:
        """Forget a view.

        Returns:
            Whether it was there.
        """
        with self._lock:
            found = self._views.pop(fold(name), None)
            self._version += found is not None
        return found is not None
