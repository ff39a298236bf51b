"""Adding, changing and deleting records: each request is checked whole and stored whole."""

from __future__ import annotations

from sqlalchemy_kintone.sandbox.records.operations import add_records

__all__ = ["add_records"]
