"""Where the client certificate comes from: a file, a folder, text, or a store of the system."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy_kintone.conninfo import Secret, Settings
from sqlalchemy_kintone.conninfo.checks import STORES
from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.kintone.certificates.choice import Identity, choose
from sqlalchemy_kintone.kintone.certificates.contents import Contents, UnusableError
from sqlalchemy_kintone.kintone.certificates.forms import (
    FORMS_OF_TYPE,
    Form,
    bytes_of_text,
    form_of,
)
from sqlalchemy_kintone.kintone.certificates.reading import read_contents
from sqlalchemy_kintone.kintone.certificates.system_stores import stored_identity, system_store

_Found = TypeVar("_Found")

_LARGEST_FILE = 4_000_000
"""Bytes; in a folder, larger files are no certificates."""


def client_identity(
    settings: Settings, now: datetime, platform: str = sys.platform
) -> Identity | None:
    """The certificate to show to the server.

    Args:
        settings: The connection's settings.
        now: The time, with a time zone.
        platform: The operating system, whose stores there are.

    Returns:
        None where the settings ask for none.

    Raises:
        InterfaceError: It cannot be used; the message says why, where, and what to do.
        NotSupportedError: The settings name a store of another system.
    """
    source = settings.ssl_client_cert
    if source is None:
        return None
    password, kind = settings.ssl_client_cert_password, settings.ssl_client_cert_type
    subject, key = settings.ssl_client_cert_subject, settings.ssl_client_cert_key
    if kind in STORES and isinstance(source, str):
        place = f"{source} of {kind}"
        return _usable(
            "SSLClientCert",
            place,
            lambda: stored_identity(system_store(kind, source, platform), subject, now),
        )
    allowed = None if kind is None else FORMS_OF_TYPE[kind]
    contents = _usable("SSLClientCert", source, lambda: _contents(source, allowed, password))
    if key is not None:
        found = _usable("SSLClientCertKey", key, lambda: _contents(key, None, password))
        contents += Contents(keys=found.keys)
    return _usable("SSLClientCert", source, lambda: choose(contents, subject, now))


def _usable(name: str, source: str | Secret, find: Callable[[], _Found]) -> _Found:
    """What is found in a source.

    Raises:
        InterfaceError: It cannot be used.
    """
    try:
        return find()
    except UnusableError as error:
        place = "(given as text)" if isinstance(source, Secret) else source
        refused = InterfaceError(f"{name} {place} cannot be used: {error.cause}. {error.remedy}")
    # Out here the error before is gone: tools that report errors show the variables of each frame,
    # and those of that one hold passwords and the content of files.
    raise refused


def _contents(
    source: str | Secret, allowed: frozenset[Form] | None, password: Secret | None
) -> Contents:
    if isinstance(source, Secret):
        return read_contents(bytes_of_text(source.reveal()), allowed, password)
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return _folder(path, allowed, password)
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(error) from None
    return read_contents(data, allowed, password)


def _unreadable(error: OSError) -> UnusableError:
    return UnusableError(
        os.strerror(error.errno) if error.errno else type(error).__name__,
        "Check the path and who may read it.",
    )


def _folder(path: Path, allowed: frozenset[Form] | None, password: Secret | None) -> Contents:
    """What the files of a folder hold together; those that are no certificates do not matter.

    Files that cannot be opened, such as those with another password or of another user, are an
    error only where nothing else is there.
    """
    contents = Contents()
    failed: list[tuple[str, UnusableError]] = []
    for file in sorted(path.iterdir()):
        try:
            if not file.is_file() or file.stat().st_size > _LARGEST_FILE:
                continue
            data = file.read_bytes()
        except OSError as error:
            failed.append((file.name, _unreadable(error)))
            continue
        form = form_of(data)
        if form is None or (allowed is not None and form not in allowed):
            continue
        try:
            contents += read_contents(data, allowed, password)
        except UnusableError as error:
            failed.append((file.name, error))
    if failed and not (contents.certificates and contents.keys):
        name, first = failed[0]
        raise UnusableError(f"of {name} in it, {first.cause}", first.remedy)
    return contents + Contents(unopened=tuple(f"{name}: {error.cause}" for name, error in failed))
