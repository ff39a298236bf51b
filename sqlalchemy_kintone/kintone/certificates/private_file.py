"""A certificate and its key into a TLS context, which takes them from a file only.

On Linux that file is in memory alone.
"""

from __future__ import annotations

import os
import secrets
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from sqlalchemy_kintone.kintone.certificates.choice import Identity


def show_identity(context: ssl.SSLContext, identity: Identity) -> None:
    """Let a TLS context show a certificate to servers that ask for one.

    OpenSSL reads keys from files. Where the system has none in memory, the file is readable by
    this user alone. In either its key is encrypted with a password that is never written, and it
    is gone when this returns or raises.

    Args:
        context: The context.
        identity: The certificate and its key.

    Raises:
        OSError: The file cannot be written, or OpenSSL refuses the certificate
            (``ssl.SSLError``), such as one with a key that is too short today.
    """
    password = secrets.token_hex(32)
    encrypted = identity.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    certificates = (identity.certificate, *identity.chain)
    pem = b"".join([encrypted, *(each.public_bytes(Encoding.PEM) for each in certificates)])
    with _private_file(pem) as path:
        context.load_cert_chain(path, password=password)


@contextmanager
def _private_file(content: bytes) -> Iterator[Path]:
    """A file that nobody else can read, while the block runs."""
    memory = _memory()
    if memory is not None:
        with open(memory, "wb") as file:
            file.write(content)
            file.flush()
            yield _path_of(memory)
        return
    with tempfile.TemporaryDirectory(prefix="kintone-") as folder:
        path = Path(folder) / "client.pem"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        yield path


def _memory() -> int | None:
    """A file descriptor of memory that can be opened as a file; None where there is no such thing.

    Programs that this one starts do not get it.
    """
    if sys.platform != "linux":
        return None
    try:
        memory = os.memfd_create("kintone")
    except OSError:
        return None
    os.fchmod(memory, 0o600)
    if _path_of(memory).exists():
        return memory
    os.close(memory)
    return None


def _path_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}")
