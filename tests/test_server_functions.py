"""Kintone's own functions, answered by the sandbox."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone import Connection


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("kintone_like(customer, 'Ito')", 4),
        # A part of a word is no word.
        ("kintone_like(customer, 'It')", 0),
        ("NOT kintone_like(customer, 'Ito')", 3),
        ("kintone_like(customer, 'Ito') AND amount > 40", 2),
        ("day < kintone_today() AND amount > 40", 4),
        ("day > kintone_today()", 0),
        ("paid_at < kintone_now()", 5),
        ("paid_at <> kintone_today()", 5),
        ('"作成日時" = kintone_today()', 7),
        ("\"作成日時\" >= kintone_from_today(-1, 'MONTHS')", 7),
        ('"作成者" = kintone_login_user()', 7),
        ('"作成者" <> kintone_login_user()', 0),
    ],
)
def test_rows(connection: Connection, condition: str, rows: int) -> None:
    found = connection.execute(f"SELECT $id FROM orders WHERE {condition}").fetchall()
    assert len(found) == rows
    counted = connection.execute(f"SELECT count(*) FROM orders WHERE {condition}").fetchall()
    assert counted == [(rows,)]
