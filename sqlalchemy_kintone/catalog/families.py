"""Connections of a process that see the same metadata, and share what was read of it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Hashable
from dataclasses import dataclass, fields

from sqlalchemy_kintone.catalog.cache import MetadataCache
from sqlalchemy_kintone.conninfo import Secret, Settings, TokenStore

_OF_NO_CONCERN = frozenset(
    {
        *("timeout", "statement_timeout", "max_connections", "page_size", "max_rows"),
        *("max_requests", "read_only", "time_zone", "consistency", "pushdown", "cache"),
        *("cache_max_age", "memory_limit", "user_defined_views", "logfile", "verbosity"),
        "tracing",
    }
)
"""Settings that change nothing about what Kintone tells, nor about what is made of it."""


@dataclass
class _Family:
    cache: MetadataCache
    members: int = 0


class MetadataFamilies:
    """The caches of a process, one for all open connections with the same login and settings.

    A cache is dropped when the last of them closes. Threads may share this.
    """

    def __init__(self) -> None:
        self.reset()

    def __len__(self) -> int:
        """How many families have open connections."""
        return len(self._families)

    def family_of(self, settings: Settings) -> Hashable:
        """A name for the connections that may share: nothing can be read from it.

        A connection whose tokens an object keeps shares with those of the same object.
        """
        digest = hmac.new(self._salt, digestmod=hashlib.sha256)
        for field in fields(settings):
            if field.name not in _OF_NO_CONCERN:
                digest.update(f"{field.name}={_text(getattr(settings, field.name))!r}\n".encode())
        store = settings.oauth_token_store
        return digest.digest(), id(store) if isinstance(store, TokenStore) else None

    def join(self, settings: Settings) -> MetadataCache:
        """The cache for a connection; ``leave`` is to be called once when that closes."""
        name = self.family_of(settings)
        # Reentrant, as a connection that is collected meanwhile leaves.
        with self._lock:
            family = self._families.setdefault(name, _Family(MetadataCache(settings.metadata_ttl)))
            family.members += 1
            return family.cache

    def leave(self, name: Hashable) -> None:
        """One connection of a family is closed."""
        with self._lock:
            family = self._families.get(name)
            if family is None:
                return  # of before a fork
            family.members -= 1
            if not family.members:
                del self._families[name]

    def reset(self) -> None:
        """Know of no connection, as in a forked process: those are of the one that opened them.

        The lock is made anew, as a thread may have held it that was not forked.
        """
        self._lock = threading.RLock()
        self._salt = secrets.token_bytes(32)
        self._families: dict[Hashable, _Family] = {}


def _text(value: object) -> object:
    """What tells values apart: secrets as they are, as only a digest is kept."""
    if isinstance(value, Secret):
        return ("secret", value.reveal())
    if isinstance(value, tuple):
        return tuple(_text(item) for item in value)
    return None if isinstance(value, TokenStore) else value


FAMILIES = MetadataFamilies()
"""Those of this process."""
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=FAMILIES.reset)
