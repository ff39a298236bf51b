"""Random apps: any types under odd names, with odd values, and statements over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.differential.statements import (
    DATE_LITERALS,
    DAYS,
    IDS,
    MOMENT_LITERALS,
    TIME_LITERALS,
    Sql,
    Statement,
    comparison,
    list_condition,
    one_of_words,
    quoted,
)

CODES = (
    *("a", "値段", "数量＿2", "x・y", "￥円", "ＡＢＣ", "order", "_1", "group", "カナ", "ｶﾅ", "€"),
    *("select", "from", "and", "like", "empty", "ａ", "null", "desc", "フィールド1", "limit"),
)
"""Field codes that Kintone takes: of full width, words of SQL and of Kintone's queries."""
OPTIONS = ("x", "X", "日本", "a b", 'q"q', "it's", "back\\slash", "50%", "😀", "ｘ", "(", "in", "0")
LINKS = ("https://example.com/a", "https://example.com/?q='b'&c=1", "https://example.com/日本")
LETTERS = "aA1０ａ日ｶカ゛é\u0301😀'\"\\%_-+.,()$?: \u3000"
CLOCKS = ("00:00", "09:00", "09:30", "23:59")


@dataclass(frozen=True)
class Field:
    """A field of a random app.

    Attributes:
        code: Its code, which is the name of the column.
        properties: What Kintone says of it.
        values: What records hold, as Kintone takes it.
        literals: What conditions compare it with; of lists, their members.
    """

    code: str
    properties: Mapping[str, Any]
    values: st.SearchStrategy[Any]
    literals: Sql

    @property
    def kind(self) -> str:
        """Kintone's type."""
        return str(self.properties["type"])

    @property
    def is_list(self) -> bool:
        """Whether the column is a list."""
        return self.kind in ("CHECK_BOX", "MULTI_SELECT", "USER_SELECT")

    @property
    def column(self) -> str:
        """The column's name in SQL."""
        return f'"{self.code}"'


@dataclass(frozen=True)
class Schema:
    """An app's fields, and how its numbers are."""

    fields: tuple[Field, ...]
    digits: int
    decimals: int


def _numbers(digits: int, decimals: int) -> st.SearchStrategy[str]:
    """Within the precision: ends of the range, small ones, any."""
    whole = "9" * (digits - decimals) or "0"
    largest = f"{whole}.{'9' * decimals}" if decimals else whole
    zeros = "0." + "0" * (decimals - 1) if decimals else ""
    smallest = f"{zeros}1" if decimals else "0"
    places = min(decimals, 2)
    most = 12 if digits - decimals > 1 else 0
    return st.one_of(
        st.sampled_from([largest, f"-{largest}", smallest, f"-{smallest}", "0", "-0"]),
        st.decimals(-most, most, places=places).map(lambda number: f"{number:f}"),
    )


def _texts(more: str) -> st.SearchStrategy[list[str]]:
    """A few texts for values and literals alike, so that they meet."""
    one = st.one_of(
        st.text(LETTERS + more, max_size=8),
        st.sampled_from(["0012", "abc", "ABC", "abc ", " ", "x" * 64, "x" * 64 + "y", "1e3"]),
    )
    return st.lists(one, min_size=1, max_size=6)


@st.composite
def field(draw: Callable[..., Any], code: str, digits: int, decimals: int) -> Field:
    """A field of any type."""
    kind = draw(st.sampled_from(sorted(_MAKERS)))
    return _MAKERS[kind](draw, code, kind, digits, decimals)


def _number(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    values = _numbers(digits, decimals)
    literals = st.one_of(values, one_of_words("0.5", "1e3", "-0", "NULL", "12345678901234567890"))
    return Field(code, {"type": kind}, st.one_of(st.just(""), values), literals)


def _text(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    texts = draw(_texts("\n\t" if kind == "MULTI_LINE_TEXT" else ""))
    values = st.sampled_from(["", *texts])
    return Field(code, {"type": kind}, values, values.map(quoted))


def _link(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    values = st.sampled_from(["", *LINKS])
    return Field(code, {"type": kind, "protocol": "WEB"}, values, values.map(quoted))


def _choice(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    names = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=5, unique=True))
    properties = {"type": kind, "options": names}
    literals = st.sampled_from([*names, "", "undefined", names[0].swapcase()]).map(quoted)
    if kind in ("CHECK_BOX", "MULTI_SELECT"):
        return Field(code, properties, st.lists(st.sampled_from(names), unique=True), literals)
    some = names if kind == "RADIO_BUTTON" else ["", *names]
    return Field(code, properties, st.sampled_from(some), literals)


def _day(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    return Field(code, {"type": kind}, st.one_of(st.none(), DAYS), DATE_LITERALS)


def _hour(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    return Field(code, {"type": kind}, st.sampled_from([None, *CLOCKS]), TIME_LITERALS)


def _moment(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    moments = st.tuples(DAYS, st.sampled_from(CLOCKS)).map(lambda p: f"{p[0]}T{p[1]}:00Z")
    return Field(code, {"type": kind}, st.one_of(st.none(), moments), MOMENT_LITERALS)


def _people(draw: Callable[..., Any], code: str, kind: str, digits: int, decimals: int) -> Field:
    people = st.sampled_from(["sandbox", "佐藤"])
    values = st.lists(people.map(lambda name: {"code": name}), unique_by=lambda each: each["code"])
    literals = st.sampled_from(["sandbox", "佐藤", "nobody", ""]).map(quoted)
    return Field(code, {"type": kind}, values, literals)


_MAKERS: Mapping[str, Callable[[Callable[..., Any], str, str, int, int], Field]] = {
    "NUMBER": _number,
    "SINGLE_LINE_TEXT": _text,
    "MULTI_LINE_TEXT": _text,
    "RICH_TEXT": _text,
    "LINK": _link,
    "DROP_DOWN": _choice,
    "RADIO_BUTTON": _choice,
    "CHECK_BOX": _choice,
    "MULTI_SELECT": _choice,
    "DATE": _day,
    "TIME": _hour,
    "DATETIME": _moment,
    "USER_SELECT": _people,
}


@st.composite
def schemas(draw: Callable[..., Any]) -> Schema:
    """One to seven fields of any types, several of one type too."""
    digits = draw(st.integers(1, 30))
    decimals = draw(st.integers(0, min(10, digits - 1)))
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=7, unique=True))
    fields = tuple(draw(field(code, digits, decimals)) for code in codes)
    return Schema(fields, digits, decimals)


def rows(schema: Schema) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Records to write."""
    return st.lists(
        st.fixed_dictionaries({each.code: each.values for each in schema.fields}), max_size=12
    )


def leaf(schema: Schema, prefix: str) -> Sql:
    """A condition on one column."""
    conditions = [comparison(f'{prefix}"$id"', IDS)]
    for each in schema.fields:
        name = prefix + each.column
        compare = list_condition if each.is_list else comparison
        conditions += [compare(name, each.literals), _presence(name)]
    return st.one_of(*conditions)


def _presence(name: str) -> Sql:
    return one_of_words(f"{name} IS NULL", f"{name} IS NOT NULL")


def condition(schema: Schema, prefix: str = "") -> Sql:
    """A condition of AND, OR and NOT over leaves."""
    return st.recursive(
        leaf(schema, prefix),
        lambda inner: st.one_of(
            st.tuples(inner, one_of_words("AND", "OR"), inner).map(
                lambda p: f"({p[0]} {p[1]} {p[2]})"
            ),
            inner.map(lambda c: f"NOT ({c})"),
        ),
        max_leaves=4,
    )


@st.composite
def statements(draw: Callable[..., Any], schema: Schema) -> Statement:
    """A statement whose answer is settled."""
    where, other = draw(condition(schema)), draw(condition(schema))
    names = [each.column for each in schema.fields]
    name = draw(st.sampled_from(names))
    some = ", ".join(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)))
    nulls = draw(one_of_words("", " DESC", " NULLS FIRST", " DESC NULLS LAST"))
    limit = draw(one_of_words("", " LIMIT 1", " LIMIT 3", " LIMIT 7", " LIMIT 4 OFFSET 2"))
    ordered = f' ORDER BY {name}{nulls}, "$id"{limit}'
    shapes = (
        (f"SELECT * FROM things WHERE {where}{ordered}", True),
        (f"SELECT {some} FROM things WHERE {where}{ordered}", True),
        (f'SELECT {some} FROM things WHERE {where} ORDER BY "$id" DESC{limit}', True),
        (f"SELECT count(*), count({name}) FROM things WHERE {where}", False),
        (f"SELECT count(*) FROM things WHERE {where}", False),
        (f"SELECT min({name}), max({name}) FROM things WHERE {where}", False),
        (f"SELECT max({name}) FROM things WHERE {where}", False),
        (f"SELECT {name}, count(*) FROM things WHERE {where} GROUP BY {name}", False),
        (f"SELECT DISTINCT {name} FROM things WHERE {where}", False),
        (f"SELECT EXISTS (SELECT 1 FROM things WHERE {where})", False),
        (f'SELECT t."$id", o."$id" FROM things t JOIN things o ON t.{name} = o.{name}', False),
        (
            f'SELECT t."$id", o."$id" FROM (SELECT * FROM things WHERE {where}) t'
            f" LEFT JOIN (SELECT * FROM things WHERE {other}) o ON t.{name} = o.{name}",
            False,
        ),
        (
            f'SELECT "$id" FROM things WHERE {name} IN (SELECT {name} FROM things WHERE {where})'
            f" AND {other}",
            False,
        ),
        (
            f'SELECT "$id", {name} FROM things WHERE {where}'
            f' UNION ALL SELECT "$id", {name} FROM things WHERE {other}',
            False,
        ),
        (
            f"WITH picked AS (SELECT * FROM things WHERE {where})"
            f" SELECT count(*), (SELECT count({name}) FROM picked) FROM picked WHERE {other}",
            False,
        ),
    )
    sql, is_ordered = draw(st.sampled_from(shapes))
    return Statement(sql, is_ordered)


@dataclass(frozen=True)
class Case:
    """A random app, its records, and statements over it."""

    schema: Schema
    rows: Sequence[Mapping[str, Any]]
    statements: Sequence[Statement]


@st.composite
def cases(draw: Callable[..., Any], most: int) -> Case:
    """At most so many statements over one app."""
    schema = draw(schemas())
    chosen = draw(st.lists(statements(schema), min_size=1, max_size=most))
    return Case(schema, draw(rows(schema)), chosen)
