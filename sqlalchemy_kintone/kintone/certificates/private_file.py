"""A certificate and its key into a TLS context, which takes them from a file only."""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from sqlalchemy_kintone.kintone.certificates.choice import Identity


def show_identity(context: ssl.SSLContext, identity: Identity) -> None:
    """Let a TLS context show a certificate to servers that ask for one.

    OpenSSL reads keys from files. The file is readable by this user alone, its key is encrypted
    with a password that is never written, and it is gone when this returns or raises.

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
    with tempfile.TemporaryDirectory(prefix="kintone-") as folder:
        path = os.path.join(folder, "client.pem")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        context.load_cert_chain(path, password=password)
