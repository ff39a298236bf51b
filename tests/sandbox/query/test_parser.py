from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.query.parser import parse
from sqlalchemy_kintone.sandbox.query.syntax import (
    And,
    Call,
    Comparison,
    Condition,
    Number,
    Or,
    OrderKey,
    Parenthesised,
    QuerySyntax,
    Reference,
    Text,
)
from sqlalchemy_kintone.sandbox.switches import Switches


def _equals(code: str, text: str) -> Comparison:
    return Comparison(Reference(code), "=", (Text(text),))


A, B, C = _equals("a", "1"), _equals("b", "2"), _equals("c", "3")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ('a = "1"', A),
        ('a="1"', A),
        ('\u3000a\t=\r\n"1"\u3000', A),
        ('a = "1" and b = "2"', And((A, B))),
        ('a = "1" or b = "2" and c = "3"', Or((A, And((B, C))))),
        ('a = "1" and b = "2" or c = "3"', Or((And((A, B)), C))),
        ('(a = "1" or b = "2") and c = "3"', And((Parenthesised(Or((A, B))), C))),
        ("n >= -3.14", Comparison(Reference("n"), ">=", (Number("-3.14"),))),
        ("n != 5", Comparison(Reference("n"), "!=", (Number("5"),))),
        ('n in (1,"2")', Comparison(Reference("n"), "in", (Number("1"), Text("2")))),
        ('n not in ("")', Comparison(Reference("n"), "not in", (Text(""),))),
        ('t like "x"', Comparison(Reference("t"), "like", (Text("x"),))),
        ('t not like "x"', Comparison(Reference("t"), "not like", (Text("x"),))),
        ("t is empty", Comparison(Reference("t"), "is empty", ())),
        ("t is not empty", Comparison(Reference("t"), "is not empty", ())),
        ("d = TODAY()", Comparison(Reference("d"), "=", (Call("TODAY", ()),))),
        (
            "d > FROM_TODAY(-5, DAYS)",
            Comparison(Reference("d"), ">", (Call("FROM_TODAY", ("-5", "DAYS")),)),
        ),
        ("$id = 1", Comparison(Reference("$id"), "=", (Number("1"),))),
        ("関連.$id = 1", Comparison(Reference("$id", "関連"), "=", (Number("1"),))),
        ('数・量＿１ = "1"', _equals("数・量＿１", "1")),
        ('￥a€ = "1"', _equals("￥a€", "1")),
        ('か\u3099 = "1"', _equals("か\u3099", "1")),
        (r'a = "\"\\\t\n\r"', _equals("a", '"\\\t\n\r')),
        ('a = "\') or (1 = 1"', _equals("a", "') or (1 = 1")),
    ],
)
def test_conditions(text: str, condition: Condition) -> None:
    assert parse(text, Switches()) == QuerySyntax(condition, (), None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", QuerySyntax(None, (), None, None)),
        (" \u3000 ", QuerySyntax(None, (), None, None)),
        ("limit 5", QuerySyntax(None, (), 5, None)),
        ("limit 500 offset 10000", QuerySyntax(None, (), 500, 10_000)),
        ("offset 3", QuerySyntax(None, (), None, 3)),
        (
            'a = "1" order by b desc, $id asc,c limit 1 offset 0',
            QuerySyntax(
                A,
                (
                    OrderKey(Reference("b"), descending=True),
                    OrderKey(Reference("$id"), descending=False),
                    OrderKey(Reference("c"), descending=False),
                ),
                1,
                0,
            ),
        ),
    ],
)
def test_order_limit_and_offset(text: str, expected: QuerySyntax) -> None:
    assert parse(text, Switches()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a =",
        "= 1",
        "a = 'x'",
        "a = x",
        "a = `x`",
        "`a` = 1",
        'a = "x',
        'a = "x" b = "y"',
        'a = "x" and',
        'or a = "x"',
        'a = "x" and or b = "y"',
        '(a = "x"',
        'a = "x")',
        "()",
        "a in ()",
        'a in ("x",)',
        'a in "x"',
        "a in (1 2)",
        'a not = "x"',
        'not a = "x"',
        'not (a = "x")',
        "a is null",
        "a is",
        "a like 5",
        "a like TODAY()",
        'a like ("x")',
        "a <> 1",
        "a == 1",
        "a = 1 + 1",
        "a = 1e3",
        "a = +1",
        "a = .5",
        "a = 5x",
        "a between 1 and 2",
        "1a = 1",
        "1 = 1",
        "a = b",
        "a = TODAY",
        "a = FOO()",
        "a = today()",
        'a = FROM_TODAY("1", DAYS)',
        "a = FROM_TODAY(1 DAYS)",
        "a = THIS_MONTH(",
        "a . b = 1",
        "a .b = 1",
        "a = 5and b = 1",
        "limit 5offset 3",
        "a. b = 1",
        "a.b.c = 1",
        'a = "x\ty"',
        'a = "x\ny"',
        'a = "x\ry"',
        'a = "x\x00y"',
        r'a = "\q"',
        r'a = "\u0041"',
        'a = "x\\',
        "a = 1; b = 2",
        "a-b = 1",
        "limit = 1",
        "limit",
        "limit -1",
        "limit 1.5",
        'limit "5"',
        "limit 1 limit 2",
        "offset -1",
        "offset 1 limit 1",
        "limit 1 order by a",
        "order by",
        "order a",
        "order by a,",
        "order by a asc desc",
        "order by a limit",
        "and = 1",
        "(" * 300 + "a = 1" + ")" * 300,
    ],
)
def test_syntax_errors(text: str) -> None:
    with pytest.raises(KintoneError) as raised:
        parse(text, Switches())
    assert raised.value.code == "CB_VA01"
    assert raised.value.status == 400
    assert list(raised.value.errors or ()) == ["query"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("limit 501", "GAIA_QU01"),
        ("offset 10001", "GAIA_QU02"),
        ("limit 501 offset 10001", "GAIA_QU01"),
        ("limit 501 offset", "CB_VA01"),
    ],
)
def test_bounds_of_limit_and_offset(text: str, code: str) -> None:
    with pytest.raises(KintoneError) as raised:
        parse(text, Switches())
    assert raised.value.code == code


def _understood(text: str, switches: Switches) -> bool:
    try:
        parse(text, switches)
    except KintoneError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "accepting", "refusing"),
    [
        ("limit 0", Switches(limit_zero="accept"), Switches(limit_zero="refuse")),
        (
            'a = "x" AND b Not In ("y") ORDER BY a DESC LIMIT 5',
            Switches(upper_case_keywords="accept"),
            Switches(upper_case_keywords="refuse"),
        ),
        (
            r'a = "\q"',
            Switches(unknown_escape="character"),
            Switches(unknown_escape="refuse"),
        ),
    ],
)
def test_switches(text: str, accepting: Switches, refusing: Switches) -> None:
    assert _understood(text, accepting)
    assert not _understood(text, refusing)


@pytest.mark.parametrize(
    ("text", "condition", "order"),
    [
        ('by = "1"', _equals("by", "1"), ()),
        ('limit = "1"', _equals("limit", "1"), ()),
        ('order = "1"', _equals("order", "1"), ()),
        ("limit in (1)", Comparison(Reference("limit"), "in", (Number("1"),)), ()),
        ('a = "1" and in = "1"', And((A, _equals("in", "1"))), ()),
        ("order by by", None, (OrderKey(Reference("by"), descending=False),)),
        ("order by desc desc", None, (OrderKey(Reference("desc"), descending=True),)),
    ],
)
def test_codes_that_are_keywords(
    text: str, condition: Condition | None, order: tuple[OrderKey, ...]
) -> None:
    accepted = parse(text, Switches(keyword_codes="accept"))
    assert accepted == QuerySyntax(condition, order, None, None)
    assert not _understood(text, Switches(keyword_codes="refuse"))


@pytest.mark.parametrize("text", ['a = "1" limit 5', "limit 5 offset 2", "order by a limit 3"])
def test_clauses_are_understood_beside_codes_that_are_keywords(text: str) -> None:
    assert parse(text, Switches(keyword_codes="accept")) == parse(text, Switches())


def test_an_unknown_escape_may_stand_for_its_character() -> None:
    parsed = parse(r'a = "\q\""', Switches(unknown_escape="character"))
    assert parsed.condition == _equals("a", 'q"')


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_an_escaped_literal_is_read_back(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    assert parse(f'a = "{escaped}"', Switches()).condition == _equals("a", text)


@given(st.text(alphabet='ab"\\()=, in"order by limit 1\n'))
def test_any_text_is_read_or_refused(text: str) -> None:
    refused = ""
    try:
        parse(text, Switches())
    except KintoneError as error:
        refused = error.code
    assert refused in ("", "CB_VA01", "GAIA_QU01", "GAIA_QU02")
