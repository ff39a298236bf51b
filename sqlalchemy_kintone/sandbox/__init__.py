"""A Kintone-compatible server in memory: for trying things without an account, and for tests."""

from __future__ import annotations

from sqlalchemy_kintone.sandbox.faults import Fault, Faults
from sqlalchemy_kintone.sandbox.limits import Limits
from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.server import Access, Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from sqlalchemy_kintone.sandbox.tls import ServerTls

__all__ = ["Access", "Domain", "Fault", "Faults", "Limits", "Sandbox", "ServerTls", "Switches"]
