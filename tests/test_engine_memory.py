"""What the engine may take, and what it leaves behind."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone import Connection

MUCH = "SELECT n, random() AS r, repeat('x', 60) AS t FROM range(1000000) AS s(n) ORDER BY r"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def limited(temporary: Path) -> Iterator[Connection]:
    with kintone.connect(
        url="https://x.cybozu.com", user="u", password="p", memory_limit=80
    ) as connection:
        yield connection


def test_what_does_not_fit_is_kept_in_a_private_directory(
    limited: Connection, temporary: Path
) -> None:
    cursor = limited.execute(MUCH)
    assert cursor.fetchone() is not None
    (directory,) = temporary.iterdir()
    assert directory.stat().st_mode & 0o077 == 0
    assert any(directory.iterdir())
    assert cursor.fetch_arrow_table().num_rows == 999_999
    limited.close()
    assert list(temporary.iterdir()) == []


def test_the_directory_goes_with_a_connection_that_nobody_closed(temporary: Path) -> None:
    connection = kintone.connect(
        url="https://x.cybozu.com", user="u", password="p", memory_limit=80
    )
    assert len(list(temporary.iterdir())) == 1
    del connection
    gc.collect()
    assert list(temporary.iterdir()) == []


def test_without_a_limit_nothing_is_written(temporary: Path) -> None:
    with kintone.connect(url="https://x.cybozu.com", user="u", password="p") as connection:
        assert connection.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)
    assert list(temporary.iterdir()) == []


def test_too_little_memory_is_told_as_such(temporary: Path) -> None:
    with (
        kintone.connect(
            url="https://x.cybozu.com", user="u", password="p", memory_limit=50
        ) as connection,
        pytest.raises(kintone.OperationalError, match=r"(?i)memory"),
    ):
        connection.execute("SELECT list(repeat('x', 200) || n) FROM range(1000000) AS s(n)")
