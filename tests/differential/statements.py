"""Random statements over the two apps of ``schema``, as Hypothesis strategies of SQL text.

Only statements whose answer is settled are made: no expression that can fail for some row, and a
total order wherever a LIMIT cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

from tests.differential.schema import PICK_OPTIONS, RADIO_OPTIONS, TAGS, TEXTS

Sql = st.SearchStrategy[str]


@dataclass(frozen=True)
class Statement:
    """A statement, and whether the order of its rows is settled."""

    sql: str
    ordered: bool = False


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def one_of_words(*words: str) -> Sql:
    return st.sampled_from(words)


ORDERINGS = one_of_words("=", "<>", "<", "<=", ">", ">=")
NUMBERS = st.one_of(
    st.integers(-3, 12).map(str),
    st.decimals(-10, 10, places=2).map(str),
    one_of_words("5.00001", "1e3", "123456789012345678", "0.5", "-0", "999999999999.9999"),
)
NUMBER_LITERALS = st.one_of(NUMBERS, NUMBERS.map(lambda n: f"({n})"), one_of_words("NULL"))
TEXT_LITERALS = st.sampled_from(TEXTS).map(quoted)
DAYS = st.integers(1, 9).map(lambda d: f"2026-03-0{d}")
CLOCKS = one_of_words("00:00", "09:00", "09:30", "23:59", "12:00:30")
DATE_LITERALS = st.one_of(
    DAYS.map(lambda d: f"DATE '{d}'"),
    DAYS.map(lambda d: f"'{d}'"),
    st.tuples(DAYS, CLOCKS).map(lambda p: f"TIMESTAMP '{p[0]} {p[1]}'"),
)
TIME_LITERALS = CLOCKS.map(lambda c: f"TIME '{c}'")
MOMENT_LITERALS = st.one_of(
    # With seconds: DuckDB 1.4 does not read an offset after minutes.
    st.tuples(DAYS, CLOCKS, one_of_words("+00", "+09:00", "-03:30")).map(
        lambda p: f"TIMESTAMPTZ '{p[0]} {(p[1] + ':00')[:8]}{p[2]}'"
    ),
    st.tuples(DAYS, CLOCKS).map(lambda p: f"TIMESTAMP '{p[0]} {p[1]}'"),
    DAYS.map(lambda d: f"DATE '{d}'"),
)
IDS = st.integers(-1, 14).map(str)


def options(defined: Sequence[str]) -> Sql:
    return st.sampled_from([*defined, "", "undefined", defined[0].swapcase()]).map(quoted)


# A column's name, the literals it is compared with, and whether it has an order in SQL that
# comparisons may use.
COMPARED: Sequence[tuple[str, Sql]] = (
    ('"$id"', IDS),
    ("n", NUMBER_LITERALS),
    ("m", NUMBER_LITERALS),
    ("total", NUMBER_LITERALS),
    ("title", TEXT_LITERALS),
    ("link", TEXT_LITERALS),
    ("memo", TEXT_LITERALS),
    ("rich", TEXT_LITERALS),
    ("pick", options(PICK_OPTIONS)),
    ("radio", options(RADIO_OPTIONS)),
    ("day", DATE_LITERALS),
    ("hour", TIME_LITERALS),
    ("moment", MOMENT_LITERALS),
    ("作成者", one_of_words("'sandbox'", "'Sandbox'", "'nobody'")),
)
COLUMNS = [name for name, _ in COMPARED]
LISTS: Sequence[tuple[str, Sql]] = (
    ("tags", options(TAGS)),
    ("multi", options(TAGS)),
    ("who", one_of_words("'sandbox'", "'nobody'", "''")),
)


@cache
def leaf(prefix: str) -> Sql:
    """A condition on one column of the table with this alias and dot."""
    return st.one_of(
        *(comparison(prefix + name, literals) for name, literals in COMPARED),
        *(list_condition(prefix + name, literals) for name, literals in LISTS),
        st.sampled_from([*COLUMNS, "tags", "who"]).flatmap(
            lambda name: one_of_words(f"{prefix}{name} IS NULL", f"{prefix}{name} IS NOT NULL")
        ),
        one_of_words(
            f"{prefix}n = {prefix}m",
            f"{prefix}n + 1 > {prefix}m",
            f"{prefix}n + 1 < 5",
            f"lower({prefix}title) = 'abc'",
            f"{prefix}title LIKE 'a%'",
            f"{prefix}title LIKE '%_'",
            f"{prefix}title ILIKE 'A%'",
            f"length({prefix}memo) > 3",
            f"year({prefix}day) = 2026",
            f"date_trunc('day', {prefix}moment) = TIMESTAMPTZ '2026-03-02 00:00:00+00'",
            f"CAST({prefix}moment AS DATE) = DATE '2026-03-02'",
            f"coalesce({prefix}n, 0) = 0",
            "TRUE",
            "FALSE",
            "NULL",
            "1 = 1",
        ),
    )


def comparison(column: str, literals: Sql) -> Sql:
    return st.one_of(
        st.tuples(ORDERINGS, literals).map(lambda p: f"{column} {p[0]} {p[1]}"),
        st.tuples(literals, ORDERINGS).map(lambda p: f"{p[0]} {p[1]} {column}"),
        st.tuples(one_of_words("IN", "NOT IN"), st.lists(literals, min_size=1, max_size=4)).map(
            lambda p: f"{column} {p[0]} ({', '.join(p[1])})"
        ),
        st.tuples(one_of_words("BETWEEN", "NOT BETWEEN"), literals, literals).map(
            lambda p: f"{column} {p[0]} {p[1]} AND {p[2]}"
        ),
        st.tuples(one_of_words("IS DISTINCT FROM", "IS NOT DISTINCT FROM"), literals).map(
            lambda p: f"{column} {p[0]} {p[1]}"
        ),
    )


def list_condition(column: str, literals: Sql) -> Sql:
    return st.one_of(
        literals.map(lambda v: f"list_contains({column}, {v})"),
        literals.map(lambda v: f"{v} = ANY({column})"),
        st.lists(literals, min_size=1, max_size=3).map(
            lambda v: f"list_has_any({column}, [{', '.join(v)}])"
        ),
        st.just(f"len({column}) > 1"),
    )


_JOINTS = one_of_words("", "", "AND", "AND", "OR", "NOT", "IS TRUE")


def tree(draw: st.DrawFn, leaf: Callable[[], str], most: int) -> str:
    """At most so many leaves, joined by AND, OR, NOT and IS TRUE.

    Drawn step by step: strategies that are made of strategies take long to make.
    """
    joint = draw(_JOINTS) if most > 1 else ""
    if not joint:
        return leaf()
    if joint == "NOT":
        return f"NOT ({tree(draw, leaf, most - 1)})"
    if joint == "IS TRUE":
        return f"({tree(draw, leaf, most - 1)}) IS TRUE"
    half = most // 2
    return f"({tree(draw, leaf, half)} {joint} {tree(draw, leaf, most - half)})"


@st.composite
def condition(draw: st.DrawFn, prefix: str = "") -> str:
    """A condition of AND, OR and NOT over leaves."""
    return tree(draw, lambda: draw(leaf(prefix)), most=6)


@cache
def selection(prefix: str = "") -> Sql:
    return st.one_of(
        st.just(f"{prefix}*"),
        st.lists(
            st.sampled_from([*COLUMNS, "tags", "who", '"who$name"']),
            min_size=1,
            max_size=4,
            unique=True,
        ).map(lambda names: ", ".join(prefix + name for name in names)),
    )


KEYS = st.sampled_from([*COLUMNS, "tags"])


@st.composite
def simple(draw: Callable[[Sql], str]) -> Statement:
    """One app, a condition, perhaps an order."""
    where = draw(condition())
    selected = f"SELECT {draw(selection())} FROM things WHERE {where}"
    if draw(one_of_words("", "ordered", "ordered")) == "":
        return Statement(selected)
    order = draw(
        st.lists(
            st.tuples(
                KEYS,
                one_of_words("", " ASC", " DESC"),
                one_of_words("", "", " NULLS FIRST", " NULLS LAST"),
            ).map("".join),
            max_size=2,
        ).map(lambda keys: ", ".join([*keys, '"$id"']))
    )
    limit = draw(one_of_words("", " LIMIT 0", " LIMIT 1", " LIMIT 3", " LIMIT 4 OFFSET 2"))
    return Statement(f"{selected} ORDER BY {order}{limit}", ordered=True)


@st.composite
def named(draw: Callable[[Sql], str]) -> Statement:
    """An order by places and names of the result."""
    first, second = draw(KEYS), draw(st.sampled_from(COLUMNS))
    key = draw(one_of_words("1", "k", "2", "m"))
    direction = draw(one_of_words("", " DESC", " DESC NULLS FIRST"))
    limit = draw(one_of_words(" LIMIT 1", " LIMIT 3", " LIMIT 2 OFFSET 1"))
    items = f'{first} AS k, {second} AS m, "$id"'
    more = draw(one_of_words("", "", "n, ", "1 DESC, ", "moment, "))
    where = draw(condition())
    sql = f"SELECT {items} FROM things WHERE {where} ORDER BY {key}{direction}, {more}3{limit}"
    return Statement(sql, ordered=True)


@st.composite
def aggregate(draw: Callable[[Sql], str]) -> Statement:
    """Counts and sums, with and without groups."""
    where = draw(condition())
    what = draw(
        one_of_words(
            "count(*)",
            "count(*), count(n), count(title), count(tags)",
            "min(n), max(n), sum(m)",
            "min(n), max(n), count(*), count(m) AS c",
            "min(day), max(moment), min(title)",
            "count(DISTINCT pick)",
            "bool_or(n > 2)",
            "max(day)",
            "min(day), max(day), max(moment)",
            "max(n, 2), min(pick, 2)",
            "corr(n, m) IS NULL",
        )
    )
    limit = draw(one_of_words("", "", " LIMIT 2"))
    key = draw(one_of_words("", "pick", "radio", "day", "n > 2", "title", "作成者"))
    if not key:
        return Statement(f"SELECT {what} FROM things WHERE {where}{limit}")
    having = draw(one_of_words("", " HAVING count(*) > 1"))
    return Statement(f"SELECT {key}, {what} FROM things WHERE {where} GROUP BY {key}{having}")


@st.composite
def join(draw: Callable[[Sql], str]) -> Statement:
    """Two apps, or one with itself."""
    kind = draw(
        one_of_words("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "ANTI JOIN", "SEMI JOIN")
    )
    other = draw(one_of_words("others", "things"))
    on = draw(
        one_of_words("t.n = o.n", "t.title = o.title", 't."$id" = o."$id"', "t.pick = o.pick")
    )
    if draw(st.booleans().map(str)) == "True":
        on += f" AND {draw(st.one_of(condition('t.'), condition('o.')))}"
    one_sided = kind in ("ANTI JOIN", "SEMI JOIN")
    where = draw(condition("t.") if one_sided else st.one_of(condition("t."), condition("o.")))
    what = "t.*" if one_sided else 't."$id", t.title, o."$id", o.n, o.pick'
    return Statement(f"SELECT {what} FROM things t {kind} {other} o ON {on} WHERE {where}")


@st.composite
def nested(draw: Callable[[Sql], str]) -> Statement:
    """Subqueries, CTEs, set operations, windows."""
    inner, outer = draw(condition()), draw(condition())
    shape = draw(
        one_of_words(
            'SELECT "$id", n FROM things WHERE n IN (SELECT n FROM others WHERE {i}) AND {o}',
            'SELECT "$id" FROM things WHERE n NOT IN (SELECT n FROM others WHERE {i}) AND {o}',
            'SELECT t."$id" FROM things t WHERE EXISTS (SELECT 1 FROM others o WHERE o.n = t.n'
            " AND o.pick IS NOT NULL)",
            'SELECT "$id" FROM things WHERE n = (SELECT max(n) FROM others WHERE {i})',
            'WITH picked AS (SELECT * FROM things WHERE {i}) SELECT "$id", title FROM picked'
            " WHERE {o}",
            'SELECT * FROM (SELECT "$id", n, title, pick FROM things WHERE {i}) AS s'
            " WHERE n > 2 OR pick = 'x'",
            'SELECT "$id", n FROM things WHERE {i} UNION ALL SELECT "$id", n FROM others WHERE {o}',
            "SELECT n FROM things WHERE {i} EXCEPT SELECT n FROM others WHERE {o}",
            "SELECT DISTINCT pick, radio FROM things WHERE {i}",
            'SELECT "$id", row_number() OVER (PARTITION BY pick ORDER BY n, "$id") FROM things'
            " WHERE {i}",
            'SELECT "$id", sum(n) OVER (ORDER BY "$id") AS s FROM things WHERE {i} QUALIFY s > 3',
            "SELECT count(*) FROM things, others WHERE things.n = others.n",
            'SELECT t."$id", (SELECT count(*) FROM others o WHERE o.n = t.n) FROM things t'
            " WHERE t.pick = 'x'",
            "SELECT unnest(tags) AS tag, count(*) FROM things WHERE {i} GROUP BY tag",
            'SELECT "$id", CASE WHEN {o} THEN 1 ELSE 0 END FROM things WHERE {i}',
            "SELECT count(*) FILTER (WHERE {o}) FROM things WHERE {i}",
        )
    )
    return Statement(shape.replace("{i}", inner).replace("{o}", outer))


STATEMENTS: st.SearchStrategy[Statement] = st.one_of(
    simple(), named(), aggregate(), join(), nested()
)
