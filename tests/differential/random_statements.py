"""Random statements over random tables.

Only statements whose answer is settled are made: no expression that can fail for some row, and a
total order wherever a LIMIT cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.differential.random_forms import Column, Draw
from tests.differential.statements import Statement, one_of_words, tree

_IN_FIVE = st.integers(0, 4)
_IN_TWENTY = st.integers(0, 19)
_WHETHER = one_of_words("", "NOT ")
_SIGNS = one_of_words("=", "<>", "<", "<=", ">", ">=")
_CONSTANTS = one_of_words("TRUE", "NULL", "1 = 0")
_COMPARISONS = one_of_words(
    *("{c} {o} {v}", "{c} {o} {v}", "{v} {o} {c}", "{c} = {v}", "{c} <> {v}"),
    *("{c} {not}IN ({v})", "{c} {not}IN ({v}, {v}, {v})", "{c} {not}BETWEEN {v} AND {v}"),
    "{c} IS {not}DISTINCT FROM {v}",
)
_LIST_CONDITIONS = one_of_words(
    *("list_contains({c}, {v})", "{v} = ANY({c})", "{v} IN {c}", "len({c}) > 1", "{c} = [{s}]"),
    *("list_has_any({c}, [{s}])", "list_has_all({c}, [{s}])", "{c} && [{s}]", "{c} @> [{s}]"),
)
_SPECIAL: Mapping[str, Sequence[str]] = {
    "VARCHAR": (
        *("{c} LIKE 'a%'", "{c} ILIKE '%A_'", "{c} NOT LIKE '%0%'", "lower({c}) = 'abc'"),
        *("length({c}) > 2", "coalesce({c}, 'abc') = 'abc'", "{c} || 'x' = 'ax'"),
    ),
    "number": ("{c} + 1 > 2", "-{c} < 0", "coalesce({c}, 0) = 0", "{c} * 2 <= 3"),
    "moment": (
        "date_trunc('month', {c}) = DATE '2026-03-01'",
        "extract(year FROM {c}) = 2026",
        "extract(day FROM {c}) IN (2, 4)",
        "CAST({c} AS DATE) = DATE '2026-03-04'",
        "{c} + INTERVAL 1 DAY < DATE '2026-03-05'",
        "date_trunc('day', {c}) BETWEEN DATE '2026-03-02' AND DATE '2026-03-04'",
    ),
}
"""Conditions of some types, of which Kintone knows few."""


@dataclass(frozen=True)
class Table:
    """A table as SQL sees it.

    Attributes:
        name: Its name.
        columns: Its columns.
        keys: Those that tell its rows apart.
        drawn: Its columns in the proportions in which statements have them.
    """

    name: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    drawn: tuple[Column, ...]

    @property
    def quoted(self) -> str:
        """Its name in SQL."""
        return '"' + self.name.replace('"', '""') + '"'

    def key(self, alias: str) -> str:
        """The keys, with the table's alias."""
        return ", ".join(f'{alias}."{name}"' for name in self.keys)


def _leaf(draw: Draw, alias: str, column: Column) -> str:
    """A condition on one column."""
    name = f'{alias}."{column.name}"'
    if draw(_IN_FIVE) == 0:
        return f"{name} IS {draw(_WHETHER)}NULL"
    special = draw(_IN_FIVE) == 0
    if column.is_list:
        return _on_list(draw, name, column)
    if special and column.kind in _SPECIAL:
        return draw(st.sampled_from(_SPECIAL[column.kind])).replace("{c}", name)
    shape = draw(_COMPARISONS)
    while "{v}" in shape:
        shape = shape.replace("{v}", draw(column.literals), 1)
    sign = draw(_SIGNS) if "{o}" in shape else ""
    return shape.replace("{c}", name).replace("{o}", sign).replace("{not}", draw(_WHETHER))


def _on_list(draw: Draw, name: str, column: Column) -> str:
    shape = draw(_LIST_CONDITIONS)
    some = ", ".join(draw(st.lists(column.literals, min_size=1, max_size=3)))
    return shape.replace("{v}", draw(column.literals)).replace("{s}", some).replace("{c}", name)


def _pairs(table: Table, alias: str, other: Table, other_alias: str) -> list[str]:
    """The equalities between columns of two tables that can be compared."""
    return [
        f'{alias}."{one.name}" = {other_alias}."{two.name}"'
        for one in table.columns
        for two in other.columns
        if one.kind == two.kind
    ]


def _condition(draw: Draw, table: Table, alias: str) -> str:
    """Conditions on single columns, joined by AND, OR and NOT."""
    return tree(draw, lambda: _anything(draw, table, alias), most=4)


def _anything(draw: Draw, table: Table, alias: str) -> str:
    number = draw(_IN_TWENTY)
    if number == 0:
        return draw(_CONSTANTS)
    if number == 1:
        return draw(st.sampled_from(_pairs(table, alias, table, alias)))
    return _leaf(draw, alias, draw(st.sampled_from(table.drawn)))


JOINS = ("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
DIRECTIONS = ("", " ASC", " DESC", " NULLS FIRST", " DESC NULLS LAST", " ASC NULLS LAST")
PAGES = ("", " LIMIT 0", " LIMIT 1", " LIMIT 3", " LIMIT 7", " LIMIT 4 OFFSET 2", " OFFSET 3")
OVER = ("row_number()", "rank()", "count(*)", "lag({x})", "max({x})", "first_value({y})")

IN_ORDER = (
    "SELECT a.* FROM {a} WHERE {wa} ORDER BY {x}{direction}, {ka}{page}",
    "SELECT {x}, {y} FROM {a} WHERE {wa} ORDER BY {x}{direction}, {y}{direction}, {ka}{page}",
    "SELECT {x}, {ka} FROM {a} ORDER BY {x}{direction}, {ka}{page}",
    "SELECT {y}, {x} FROM {a} WHERE {wa} ORDER BY {ka}{page}",
    "SELECT {x} AS v, {y} AS w FROM {a} WHERE {wa} ORDER BY 2{direction}, v{direction}, {ka}{page}",
    "SELECT {x} AS v, {ka} FROM {a} ORDER BY v{direction}, {y}{direction}, {ka}{page}",
    "SELECT * FROM (SELECT {x} AS v, {ka} FROM {a} WHERE {wa}) AS a"
    " ORDER BY v{direction}, {ka}{page}",
    "SELECT {x}, count(*) FROM {a} WHERE {wa} GROUP BY {x} ORDER BY {x}{direction}{page}",
    "SELECT DISTINCT {x} FROM {a} WHERE {wa} ORDER BY {x}{direction}{page}",
    "SELECT {ka}, {kb}, {x} FROM {a} {join} {b} ON {on} WHERE {wa}"
    " ORDER BY {x}{direction}, {ka}, {kb}{page}",
    "SELECT {x} AS v, {ka} FROM {a} WHERE {wa} UNION SELECT {x}, {ka} FROM {a} WHERE {va}"
    " ORDER BY ALL{page}",
)
"""Whose rows have an order that is settled."""
IN_ANY_ORDER = (
    "SELECT {ka}, {x}, {y} AS v, {x} FROM {a} WHERE {wa}",
    "SELECT a.* FROM {a} WHERE {wa}",
    "SELECT {y}, a.* FROM {a}",
    # What Kintone may check wholly, so that rows are only passed on.
    "SELECT {ka}, {x} FROM {a} WHERE {la}",
    "SELECT {x}, {y} FROM {a} WHERE {la} AND {ma}",
    "SELECT count(*), count({x}) FROM {a} WHERE {wa}",
    "SELECT count(*) FROM {a} WHERE {wa}",
    "SELECT min({x}), max({x}) FROM {a} WHERE {wa}",
    "SELECT max({x}), count(*), min({y}) FROM {a}",
    "SELECT count(DISTINCT {x}), count(*) FILTER (WHERE {va}) FROM {a} WHERE {wa}",
    "SELECT {x}, count(*), min({y}) FROM {a} WHERE {wa} GROUP BY {x}",
    "SELECT {x}, {y}, count(*) FROM {a} WHERE {wa} GROUP BY ROLLUP ({x}, {y})",
    "SELECT {x}, count(*) AS c FROM {a} GROUP BY ALL HAVING c > 1",
    "SELECT DISTINCT {x}, {y} FROM {a} WHERE {wa}",
    "SELECT EXISTS (SELECT 1 FROM {a} WHERE {wa}), NOT EXISTS (SELECT 1 FROM {b} WHERE {wb})",
    "SELECT {ka}, {kb} FROM {a} {join} {b} ON {on}",
    "SELECT {ka}, {kb}, {x} FROM {a} {join} {b} ON {on} AND {wb} WHERE {wa}",
    "SELECT {ka}, {kb} FROM {a} {join} {b} ON {on} AND {va} WHERE {wb}",
    "SELECT {ka}, {kb}, {kc} FROM {a} {join} {b} ON {on} {join2} {c} ON {on_c} WHERE {wc}",
    "SELECT {ka}, {kb} FROM {a}, {b} WHERE {on} AND {wa}",
    "SELECT count(*) FROM {a} CROSS JOIN {b} WHERE {wa}",
    "SELECT a.* FROM {a} {semi} {b} ON {on} AND {wb} WHERE {wa}",
    "SELECT {ka}, {x} FROM {a} {join} (SELECT {bare_x} FROM {a} WHERE {va}) AS s USING ({bare_x})",
    "SELECT * FROM (SELECT {bare_x}, {bare_y} FROM {a}) NATURAL JOIN"
    " (SELECT {bare_x} FROM {a} WHERE {wa})",
    "SELECT {ka} FROM {a} WHERE {x} IN (SELECT {x_b} FROM {b} WHERE {wb}) AND {wa}",
    "SELECT {ka} FROM {a} WHERE {x} NOT IN (SELECT {x_b} FROM {b} WHERE {wb})",
    "SELECT {ka} FROM {a} WHERE {x} = (SELECT max({x_b}) FROM {b} WHERE {wb}) OR {wa}",
    "SELECT {ka} FROM {a} WHERE {x} <= ALL (SELECT {x_b} FROM {b} WHERE {wb})",
    "SELECT {ka} FROM {a} WHERE EXISTS (SELECT 1 FROM {b} WHERE {on} AND {wb}) AND {wa}",
    "SELECT {ka} FROM {a} WHERE NOT EXISTS (SELECT 1 FROM {b} WHERE {on} AND {wb})",
    "SELECT {ka}, (SELECT count(*) FROM {b} WHERE {on} AND {wb}) FROM {a} WHERE {wa}",
    "SELECT {ka}, s.n FROM {a}, LATERAL (SELECT count(*) AS n FROM {b} WHERE {on}) AS s WHERE {wa}",
    "WITH p AS (SELECT * FROM {a} WHERE {wa}) SELECT count(*), (SELECT count({x_p}) FROM p) FROM p"
    " AS a WHERE {va}",
    "SELECT {x} AS v FROM {a} WHERE {wa} {set} SELECT {x_b} FROM {b} WHERE {wb}",
    "SELECT v FROM (SELECT {x} AS v, {ka} FROM {a} UNION ALL SELECT {x}, {ka} FROM {a} WHERE {wa})"
    " AS a WHERE v IS NOT NULL",
    "SELECT {ka}, {over} OVER (PARTITION BY {y} ORDER BY {x}{direction}, {ka}) FROM {a} WHERE {wa}",
    "SELECT {ka} FROM {a} WHERE {wa}"
    " QUALIFY row_number() OVER (PARTITION BY {x} ORDER BY {y}{direction}, {ka}) = 1",
    "SELECT {ka}, CASE WHEN {wa} THEN 1 WHEN {va} THEN 2 END FROM {a}",
    "SELECT * FROM (SELECT {x} AS v, count(*) AS n FROM {a} GROUP BY ALL) AS a"
    " WHERE n > 1 OR v IS NULL",
)
SEMI = ("SEMI JOIN", "ANTI JOIN")
SETS = ("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL", "INTERSECT ALL")


@st.composite
def statements(draw: Draw, tables: Sequence[Table]) -> Statement:
    """A statement whose answer is settled."""
    ordered = draw(st.sampled_from([True, False, False]))
    shape = draw(st.sampled_from(IN_ORDER if ordered else IN_ANY_ORDER))
    # Most statements are about the app with random fields, whose table is the first.
    a, b, c = (draw(st.sampled_from([tables[0], *tables])) for _ in range(3))
    x, y = draw(st.sampled_from(a.drawn)), draw(st.sampled_from(a.drawn))
    b = b if any(column.kind == x.kind for column in b.columns) else a
    like_x = [column for column in b.columns if column.kind == x.kind]
    conditions = {"wa": (a, "a"), "va": (a, "a"), "wb": (b, "b"), "wc": (c, "c")}
    for mark, (table, alias) in conditions.items():
        if f"{{{mark}}}" in shape:
            shape = shape.replace(f"{{{mark}}}", _condition(draw, table, alias))
    for mark in ("{la}", "{ma}"):
        if mark in shape:
            shape = shape.replace(mark, _leaf(draw, "a", draw(st.sampled_from(a.drawn))))
    words: Mapping[str, Callable[[], Sequence[str]]] = {
        "over": lambda: OVER,
        "on": lambda: _pairs(a, "a", b, "b"),
        "on_c": lambda: _pairs(b, "b", c, "c"),
        "x_b": lambda: [f'b."{column.name}"' for column in like_x],
        "direction": lambda: DIRECTIONS,
        "page": lambda: PAGES,
        "join": lambda: JOINS,
        "join2": lambda: JOINS,
        "semi": lambda: SEMI,
        "set": lambda: SETS,
    }
    for mark, of_these in words.items():
        if f"{{{mark}}}" in shape:
            shape = shape.replace(f"{{{mark}}}", draw(st.sampled_from(of_these())))
    known = {
        "a": f"{a.quoted} AS a",
        "b": f"{b.quoted} AS b",
        "c": f"{c.quoted} AS c",
        "ka": a.key("a"),
        "kb": b.key("b"),
        "kc": c.key("c"),
        "x": f'a."{x.name}"',
        "y": f'a."{y.name}"',
        "x_p": f'p."{x.name}"',
        "bare_x": f'"{x.name}"',
        "bare_y": f'"{y.name}"',
    }
    for mark, text in known.items():
        shape = shape.replace(f"{{{mark}}}", text)
    return Statement(shape, ordered)
