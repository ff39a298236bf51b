"""TLS for the sandbox, with a client certificate where a domain asks for one."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServerTls:
    """The PEM files of an ``https`` sandbox.

    Attributes:
        certificate: The server's certificate chain.
        key: Its private key, unencrypted.
        client_ca: The authority of client certificates; where given, a connection without a
            certificate of it is refused, as ``{subdomain}.s.cybozu.com`` does.
    """

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def context(self) -> ssl.SSLContext:
        """The server's side of the connections.

        Raises:
            OSError: A file is missing or not what it should be (``ssl.SSLError`` is one).
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        if self.client_ca is not None:
            context.load_verify_locations(self.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        return context
