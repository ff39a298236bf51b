"""The client certificate: found, opened, chosen and handed to TLS."""

from sqlalchemy_kintone.kintone.certificates.choice import Identity
from sqlalchemy_kintone.kintone.certificates.private_file import show_identity
from sqlalchemy_kintone.kintone.certificates.source import client_identity

__all__ = ["Identity", "client_identity", "show_identity"]
