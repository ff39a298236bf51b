"""Reading and writing records as Kintone does."""

from sqlalchemy_kintone.sandbox.records.operations import (
    Change,
    Changed,
    add_records,
    change_records,
    delete_records,
)

__all__ = ["Change", "Changed", "add_records", "change_records", "delete_records"]
