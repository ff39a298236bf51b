"""Texts between pairs of dollars, among names that hold dollars."""

from __future__ import annotations

import duckdb
import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.errors import ProgrammingError
from sqlalchemy_kintone.plan.dollar_quotes import dollar_texts, masked
from tests.plan.planning import only_scan, plan

TEXTS: dict[str, list[str]] = {
    "SELECT 1": [],
    "SELECT $id, orders$$lines": [],
    "SELECT $$x$$": ["x"],
    "SELECT $$$$": [""],
    'SELECT $$it\'s "x" -- no /* comment$$, 1 -- $$': ['it\'s "x" -- no /* comment'],
    "SELECT $$a\nb$$ || $$c$$": ["a\nb", "c"],
    "SELECT '$$x$$', \"$$y$$\", 'it''s $$'": [],
    r"SELECT e'it\'s $$', $$z\$$": ["z\\"],
    "SELECT /* $$ */ $id -- $$\n, $$w$$": ["w"],
    "SELECT $$a $b$ c$$": ["a $b$ c"],
    "SELECT $a$it's$a$, $b1$$$ $a$ -- $b1$": ["it's", "$$ $a$ -- "],
    "SELECT $日本$x$日本$, $_$$_$": ["x", ""],
    "SELECT $a$x$A$ $a$": ["x$A$ "],
    "SELECT x$a$, y$a$, $id, $1$x$1$": [],
    "SELECT $row_id, $id$, orders$lines": [],
    "SELECT $a$ /* $a$ */ || $b$ -- $a$ $b$ $a$ $b$": [" /* ", " -- $a$ "],
    "SELECT '$a$x$a$', \"$a$y$a$\" -- $a$z$a$": [],
}


@pytest.mark.parametrize(("sql", "texts"), TEXTS.items())
def test_texts(sql: str, texts: list[str]) -> None:
    found = dollar_texts(sql)
    assert [each.text for each in found.values()] == texts
    assert len(masked(sql, found)) == len(sql)


VALUES = ["$$$$", "$$it's$$", "$$a\\b$$", "$$''$$", "$$line\nbreak$$", "$$日本😀$$", "$$x $y$ z$$"]
VALUES += ["$a$it's$a$", "$a$$$ $b$ $$$a$", "$tag_1$line\nbreak$tag_1$", "$日本$😀$日本$", "$a$$a$"]


@pytest.mark.parametrize("text", VALUES)
def test_as_in_duckdb(text: str) -> None:
    sql = f"SELECT {text} AS x"
    assert duckdb.sql(plan(sql).residual_sql).fetchall() == duckdb.sql(sql).fetchall()


def test_a_condition_reaches_kintone() -> None:
    scan = only_scan("SELECT total FROM orders WHERE kind = $$A$$ AND $id > 3")
    assert scan.query == 'kind in ("A") and $id > "3"'


def test_a_question_mark_in_it_is_none() -> None:
    scan = only_scan("SELECT total FROM orders WHERE kind = $q$A?$q$ AND $id > ?", [3])
    assert scan.query.endswith('$id > "3"')


def test_texts_are_no_names(connection: Connection) -> None:
    sql = "SELECT $id FROM orders WHERE customer = $$Ito$$ AND $id < 4 ORDER BY $id"
    assert connection.execute(sql).fetchall() == [(1,), (3,)]


def test_places_in_messages_stay() -> None:
    with pytest.raises(ProgrammingError, match=r"line 1, column 15"):
        plan("SELECT $$'$$, nosuch FROM orders")


def test_an_open_text_is_refused() -> None:
    with pytest.raises(ProgrammingError):
        plan("SELECT $$it's")
