"""The SQLAlchemy dialects: ``kintone://…`` and ``kintone+sandbox://``."""

from sqlalchemy_kintone.dialect.dialect import KintoneDialect, KintoneSandboxDialect
from sqlalchemy_kintone.dialect.types import ARRAY, INTERVAL

__all__ = ["ARRAY", "INTERVAL", "KintoneDialect", "KintoneSandboxDialect"]
