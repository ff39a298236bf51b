"""Text and files: equality, word search, emptiness."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain, StoredFile
from sqlalchemy_kintone.sandbox.query.words import word_search
from tests.sandbox.query.build import NOW, add_app, domain, field, matching

X64 = "x" * 64
TEXTS = [
    "abc",  # 1
    "abc  ",  # 2
    " abc",  # 3
    "ABC",  # 4
    "ａｂｃ",  # 5
    "abc\u3000",  # 6
    "",  # 7
    None,  # 8
    "  ",  # 9
    X64 + "A",  # 10
    X64 + "B",  # 11
    "アイウ",  # 12
    "ｱｲｳ",  # 13
]
EMPTY = [7, 8, 9]


def _texts(**switches: Any) -> tuple[App, Domain]:
    to = domain(**switches)
    properties = field("t", "SINGLE_LINE_TEXT") | field("u", "LINK")
    return add_app(to, properties, *({"t": t, "u": t} for t in TEXTS)), to


def _without(*ids: int) -> list[int]:
    return [each for each in range(1, len(TEXTS) + 1) if each not in ids]


@pytest.mark.parametrize("code", ["t", "u"])
@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ('= "abc"', [1, 2]),
        ('= "abc   "', [1, 2]),
        ('= " abc"', [3]),
        ('!= "abc"', _without(1, 2)),
        ('= "ABC"', [4]),
        ('= "ａｂｃ"', [5]),
        ('= "abc\u3000"', [6]),
        ('= ""', EMPTY),
        ('!= ""', _without(*EMPTY)),
        ('in ("", "ABC")', [4, *EMPTY]),
        ('not in ("")', _without(*EMPTY)),
        (f'= "{X64}"', [10, 11]),
        (f'= "{X64}C"', [10, 11]),
        (f'in ("{X64}Z")', [10, 11]),
        (f'not in ("{X64}Z")', _without(10, 11)),
        (f'= "{X64[:63]}"', []),
        ('= "アイウ"', [12]),
        ('= "ｱｲｳ"', [13]),
        ("= 5", []),
    ],
)
def test_equality(code: str, condition: str, ids: list[int]) -> None:
    assert matching(f"{code} {condition}", *_texts()) == ids


@pytest.mark.parametrize(
    ("condition", "exact", "insensitive"),
    [
        ('= "abc"', [1, 2], [1, 2, 4]),
        ('in ("Abc")', [], [1, 2, 4]),
        ('!= "abc"', _without(1, 2), _without(1, 2, 4)),
        (f'= "{X64.upper()}"', [], [10, 11]),
    ],
)
def test_case(condition: str, exact: list[int], insensitive: list[int]) -> None:
    assert matching(f"t {condition}", *_texts(text_equality="exact")) == exact
    assert matching(f"t {condition}", *_texts(text_equality="case-insensitive")) == insensitive


@pytest.mark.parametrize(
    ("unit", "sought", "ids"),
    [
        ("code-point", "😀" * 32 + "A", [1]),
        ("code-point", "😀" * 32 + "B", [2]),
        ("utf-16", "😀" * 32 + "A", [1, 2]),
        ("utf-16", "😀" * 32 + "C", [1, 2]),
        ("utf-16", "😀" * 31 + "A", []),
        # The 64th unit is half of a character: what comes after it is not compared.
        ("utf-16", "x" + "😀" * 32, [3]),
        ("utf-16", "x" + "😀" * 31, []),
    ],
)
def test_unit_of_the_compared_length(unit: str, sought: str, ids: list[int]) -> None:
    to = domain(text_prefix_unit=unit)
    values = ("😀" * 32 + "A", "😀" * 32 + "B", "x" + "😀" * 32 + "y")
    app = add_app(to, field("t", "SINGLE_LINE_TEXT"), *({"t": value} for value in values))
    assert matching(f't = "{sought}"', app, to) == ids


@pytest.mark.parametrize(
    ("value", "empty"),
    [
        ("", True),
        (None, True),
        (" \t\r\n ", True),
        ("\u3000", False),
        ("x", False),
    ],
)
@pytest.mark.parametrize("field_type", ["MULTI_LINE_TEXT", "RICH_TEXT"])
def test_emptiness_of_text(field_type: str, value: str | None, empty: bool) -> None:
    to = domain(rich_text_is_empty="accept")
    app = add_app(to, field("t", field_type), {"t": value})
    assert matching("t is empty", app, to) == ([1] if empty else [])
    assert matching("t is not empty", app, to) == ([] if empty else [1])


@pytest.mark.parametrize(
    ("sought", "text", "found"),
    [
        ("keyword", "gamma keyword", True),
        ("key", "gamma keyword", False),
        ("word", "gamma keyword", False),
        ("KEYWORD", "gamma Keyword", True),
        ("ｋｅｙｗｏｒｄ", "gamma keyword", True),
        ("gamma keyword", "keyword beta gamma", True),
        ("gamma delta", "gamma keyword", False),
        ("gamma\u3000keyword", "gamma keyword", True),
        ("A-1", "part a 1", True),
        ("(keyword)", "keyword", True),
        ("key%", "keyword", False),
        ("k_y", "key", False),
        ("100", "1,000 and 100", True),
        ("100", "1001", False),
        ("東京", "東京都港区", True),
        ("京都", "東京都港区", True),
        ("東", "東京都", False),
        ("東", "東", True),
        ("東", "abc東123", True),
        ("トウキョウ", "ﾄｳｷｮｳ", True),
        ("東京 大阪", "東京と大阪", True),
        ("東京 名古屋", "東京と大阪", False),
        ("東京ABC", "東京abc", True),
        ("ス・テ", "ステ", False),
        ("東京・大阪", "大阪 東京", True),
        ("東京", "大阪・東京", True),
        ("", "x", False),
        ("%", "%", False),
        ("---", "anything", False),
    ],
)
def test_word_search(sought: str, text: str, found: bool) -> None:
    assert word_search(sought)(text) is found


def test_only_ten_keywords_count() -> None:
    sought = " ".join("abcdefghijk")
    assert word_search(sought)("a b c d e f g h i j")
    assert not word_search(sought)("a b c d e f g h i k")


def _searched(**switches: Any) -> tuple[App, Domain]:
    to = domain(**switches)
    to.files["k1"] = StoredFile("k1", "a.txt", "text/plain", b"hidden treasure", NOW)
    to.files["k2"] = StoredFile("k2", "b.bin", "image/png", b"hidden", NOW)
    properties = field("m", "MULTI_LINE_TEXT") | field("r", "RICH_TEXT") | field("f", "FILE")
    properties |= field("changed", "UPDATED_TIME")
    files = [{"fileKey": "k1", "name": "a.txt"}, {"fileKey": "k2", "name": "b.bin"}]
    return add_app(
        to,
        properties,
        {"m": "one two", "r": "<b>one</b>two &amp; x", "f": files[:1], "changed": _minute(30)},
        {"m": "two\nthree", "r": '<a href="one">three</a>', "f": files, "changed": _minute(29)},
        {"m": "", "r": None, "f": [], "changed": _minute(0)},
    ), to


def _minute(minute: int) -> str:
    return f"2026-11-25T00:{minute:02}:00Z"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('m like "one"', [1]),
        ('m like "two"', [1, 2]),
        ('m not like "one"', [2, 3]),
        ('r like "one"', [1]),
        ('r like "two"', [1]),
        ('r like "amp"', []),
        ('r not like "three"', [1, 3]),
        ('f like "txt"', [1, 2]),
        ('f like "bin"', [2]),
        ('f like "treasure"', [1, 2]),
        ('f not like "bin"', [1, 3]),
        ("f is empty", [3]),
        ("f is not empty", [1, 2]),
    ],
)
def test_like(query: str, ids: list[int]) -> None:
    assert matching(query, *_searched()) == ids


@pytest.mark.parametrize(
    ("query", "none", "minute"),
    [('m like "two"', [1, 2], [2]), ('m not like "two"', [3], [1, 3])],
)
def test_the_index_may_lag(query: str, none: list[int], minute: list[int]) -> None:
    assert matching(query, *_searched(search_index_lag="none")) == none
    assert matching(query, *_searched(search_index_lag="minute")) == minute
