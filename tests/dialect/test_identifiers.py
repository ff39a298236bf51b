"""Which names are quoted, and that the driver reads every name as it is written."""

from __future__ import annotations

import duckdb
import pytest
from sqlglot import exp

from sqlalchemy_kintone.dialect import KintoneDialect
from sqlalchemy_kintone.plan import sql


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("code", "code"),
        ("app_7", "app_7"),
        ("_x", "_x"),
        ("Code", '"Code"'),
        ("$id", '"$id"'),
        ("orders$lines", '"orders$lines"'),
        ("7up", '"7up"'),
        ("受注", '"受注"'),
        ("ａｂｃ", '"ａｂｃ"'),
        ("order", '"order"'),
        ("end", '"end"'),
        ("two words", '"two words"'),
        ('say "hi"', '"say ""hi"""'),
        ("50%", '"50%"'),
        ("a.b", '"a.b"'),
        ("a:b", '"a:b"'),
        ("a?b", '"a?b"'),
        ("it's", '"it\'s"'),
        ("code\n", '"code\n"'),
    ],
)
def test_quotes_what_is_no_plain_word(name: str, written: str) -> None:
    assert KintoneDialect().identifier_preparer.quote(name) == written


_PLACES = [
    "SELECT {0}.x FROM {0}",
    "SELECT {0} FROM t",
    "SELECT t.{0} FROM t ORDER BY t.{0}",
    "SELECT a AS {0} FROM t WHERE {0} = 1",
    "SELECT {0}.a FROM t AS {0} JOIN {0} AS b ON {0}.{0} = b.{0}",
    "SELECT count({0}) FROM t GROUP BY {0}",
    "SELECT a FROM {0}.t",
]


def _keywords() -> set[str]:
    listed = duckdb.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    return {name for (name,) in listed} | {
        word.lower() for word in sql.Kintone.Tokenizer.KEYWORDS if word.isidentifier()
    }


def _tree(text: str) -> exp.Expression:
    tree = sql.parse(text)
    for identifier in tree.find_all(exp.Identifier):
        identifier.set("quoted", True)
    return tree


@pytest.mark.parametrize("place", _PLACES)
def test_a_word_left_bare_is_a_name_everywhere(place: str) -> None:
    quote = KintoneDialect().identifier_preparer.quote
    bare = [word for word in sorted(_keywords()) if quote(word) == word]
    assert len(bare) > 300
    for word in bare:
        assert _tree(place.format(word)) == _tree(place.format(f'"{word}"')), word


def test_words_that_duckdb_reserves_are_quoted() -> None:
    quote = KintoneDialect().identifier_preparer.quote
    reserved = duckdb.sql(
        "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
    ).fetchall()
    assert [word for (word,) in reserved if quote(word) == word] == []
