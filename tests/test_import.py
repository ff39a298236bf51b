"""What importing the package costs."""

from __future__ import annotations

import subprocess
import sys

import sqlalchemy_kintone

SCRIPT = """
import sys
import sqlalchemy
import sqlalchemy_kintone
heavy = {"duckdb", "msgspec", "numpy", "pyarrow", "requests", "sqlglot"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
from sqlalchemy_kintone import Connection, Cursor, connect
assert sqlalchemy_kintone.connect is connect
assert heavy - {"numpy"} <= set(sys.modules)
"""


def test_heavy_packages_are_imported_with_the_first_connection() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)


def test_every_public_name_exists() -> None:
    assert set(sqlalchemy_kintone.__all__) == set(dir(sqlalchemy_kintone))
    for name in sqlalchemy_kintone.__all__:
        assert getattr(sqlalchemy_kintone, name) is not None
    assert not hasattr(sqlalchemy_kintone, "undefined")
