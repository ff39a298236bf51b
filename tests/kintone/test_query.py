"""Conditions as Kintone's query text; the sandbox's parser reads them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from sqlalchemy_kintone.kintone import query
from sqlalchemy_kintone.kintone.query import InexpressibleError, render
from sqlalchemy_kintone.sandbox.query import syntax
from sqlalchemy_kintone.sandbox.query.parser import parse
from sqlalchemy_kintone.sandbox.switches import Switches

A = query.compare("=", "a", "1")
B = query.compare("!=", "b", "2")
C = query.compare("<", "c", "3")
TODAY = query.function("TODAY", [])


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (query.compare("=", "$id", "5"), '$id = "5"'),
        (query.compare("!=", "金額", "5"), '金額 != "5"'),
        (query.compare("<", "a", "5"), 'a < "5"'),
        (query.compare("<=", "a", "5"), 'a <= "5"'),
        (query.compare(">", "a", "5"), 'a > "5"'),
        (query.compare(">=", "a", ""), 'a >= ""'),
        (query.compare("=", "a", 'say "x"'), 'a = "say \\"x\\""'),
        (query.compare("=", "a", "back\\slash"), 'a = "back\\\\slash"'),
        (query.compare("=", "a", "1\n2\r3\t4"), 'a = "1\\n2\\r3\\t4"'),
        (query.compare("=", "a", "it's ; -- 日本 😀"), 'a = "it\'s ; -- 日本 😀"'),
        (query.among("a", ["x"]), 'a in ("x")'),
        (query.among("a", ["x", "", 'y"']), 'a in ("x", "", "y\\"")'),
        (query.not_among("a", ["x", "y"]), 'a not in ("x", "y")'),
        (query.is_empty("a"), "a is empty"),
        (query.is_not_empty("a"), "a is not empty"),
        (query.all_of([A]), 'a = "1"'),
        (query.all_of([A, B, C]), 'a = "1" and b != "2" and c < "3"'),
        (query.any_of([A, B, C]), 'a = "1" or b != "2" or c < "3"'),
        (query.all_of([A, query.any_of([B, C])]), 'a = "1" and (b != "2" or c < "3")'),
        (query.all_of([query.any_of([A, B]), C]), '(a = "1" or b != "2") and c < "3"'),
        (query.any_of([query.all_of([A, B]), C]), '(a = "1" and b != "2") or c < "3"'),
        (
            query.all_of([query.all_of([A, B]), query.all_of([C])]),
            'a = "1" and b != "2" and c < "3"',
        ),
        (query.like("a", 'x "y"'), 'a like "x \\"y\\""'),
        (query.negated_like(query.like("a", "x")), 'a not like "x"'),
        (query.compare_with(">=", "a", TODAY), "a >= TODAY()"),
        (
            query.compare_with("<", "a", query.function("FROM_TODAY", ["-7", "DAYS"])),
            "a < FROM_TODAY(-7, DAYS)",
        ),
        (query.among_function("a", query.function("LOGINUSER", [])), "a in (LOGINUSER())"),
    ],
)
def test_text(condition: exp.Expression, text: str) -> None:
    assert render(condition) == text


@pytest.mark.parametrize(
    "code",
    [
        "and",
        "OR",
        "Like",
        "order",
        "limit",
        "a b",
        "a-b",
        "1a",
        "a.b",
        'a"',
        "",
        "$revision",
        "a$b",
    ],
)
def test_codes_that_cannot_be_written(code: str) -> None:
    with pytest.raises(InexpressibleError):
        query.compare("=", code, "1")


@pytest.mark.parametrize("text", ["\0", "\x07", "\x7f", "\x85", "\ud800", "\u2028", "\ufeff"])
def test_texts_that_cannot_be_written(text: str) -> None:
    with pytest.raises(InexpressibleError):
        query.compare("=", "a", f"x{text}")
    with pytest.raises(InexpressibleError):
        query.among("a", ["x", text])


@pytest.mark.parametrize(
    "tree",
    [
        exp.EQ(this=query.field("a"), expression=query.field("b")),
        exp.Like(this=query.field("a"), expression=TODAY),
        exp.EQ(this=query.field("a"), expression=exp.Null()),
        exp.Not(this=query.compare("=", "a", "1")),
        exp.In(this=query.field("a"), expressions=[]),
        exp.Is(this=query.field("a"), expression=exp.true()),
        exp.Column(this=exp.to_identifier("a b")),
        exp.Literal.string("\0"),
        exp.select("1"),
    ],
)
def test_trees_that_are_no_conditions(tree: exp.Expression) -> None:
    with pytest.raises(InexpressibleError):
        render(tree)


def test_an_empty_list_cannot_be_written() -> None:
    with pytest.raises(InexpressibleError):
        query.among("a", [])


def test_long_chains_need_no_recursion() -> None:
    condition = query.any_of(query.compare("=", "a", str(number)) for number in range(5_000))
    assert render(condition).count(" or ") == 4_999


ANY_TEXT = st.one_of(
    st.text(),
    st.text(alphabet='"\\ntr\n\t\r ()=,a'),
    st.sampled_from(['" or a != "', '\\" or a != \\"', '") or (a = "', "\\", '\\\\"']),
)


@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_no_text_changes_the_structure(texts: list[str]) -> None:
    try:
        condition = query.all_of([query.among("a", texts), query.compare("=", "b", texts[0])])
    except InexpressibleError:
        assert any(not text.isprintable() for text in texts)
        return
    assert parse(render(condition), Switches()).condition == syntax.And(
        (
            syntax.Comparison(
                syntax.Reference("a"), "in", tuple(syntax.Text(text) for text in texts)
            ),
            syntax.Comparison(syntax.Reference("b"), "=", (syntax.Text(texts[0]),)),
        )
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("today", []), ("SLEEP", []), ("FROM_TODAY", ["1) or (a"]), ("TODAY", [""])],
)
def test_functions_that_kintone_has_not(name: str, arguments: list[str]) -> None:
    with pytest.raises(InexpressibleError):
        query.function(name, arguments)
