"""Random apps: fields of every type under odd names, with odd values, and their tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from tests.differential.random_fields import EVERYWHERE, KEYS, numbers, one_field
from tests.differential.random_forms import Column, Draw, Field, Form, Record, records
from tests.differential.random_statements import Table, statements
from tests.differential.random_system_fields import (
    STATES,
    category_field,
    process_fields,
    system_fields,
)
from tests.differential.random_views import (
    RelatedRecords,
    SavedList,
    lists_of,
    related_records,
)
from tests.differential.statements import DATE_LITERALS, DAYS, IDS, Statement, quoted

CODES = (
    *("a", "値段", "数量＿2", "x・y", "￥円", "ＡＢＣ", "order", "_1", "group", "カナ", "ｶﾅ", "€"),
    *("select", "from", "and", "like", "empty", "ａ", "null", "desc", "フィールド1", "limit"),
    *("by", "or", "not", "is", "in", "table", "NaN", "é", "名前", "b2", "Offset", "today"),
)
"""Field codes that Kintone takes: of full width, words of SQL and of Kintone's queries."""
OTHERS = 1
"""The id of the app that lookups read."""
OTHER_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "key": {"type": "SINGLE_LINE_TEXT", "unique": True},
    "rank": {"type": "NUMBER", "unique": True},
    "amount": {"type": "NUMBER"},
    "day": {"type": "DATE"},
}
"""The properties of its fields."""
THINGS = 2
"""The id of the app with random fields."""


@dataclass(frozen=True)
class Schema:
    """Two apps: one with random fields, and one that its lookups read.

    Attributes:
        fields: The random fields, and those that Kintone keeps.
        digits: All digits of numbers.
        decimals: Those after the point.
        app_code: The app code, which record numbers begin with; often empty.
        has_process: Whether process management is on.
        random: The codes of the random fields.
        lists: The lists that are saved in both apps.
    """

    fields: tuple[Field, ...]
    digits: int
    decimals: int
    app_code: str
    has_process: bool
    random: Sequence[str]
    lists: Sequence[SavedList] = ()

    @property
    def related(self) -> Sequence[RelatedRecords]:
        """The fields that show related records."""
        return [related_records(each) for each in self.fields if each.type == "REFERENCE_TABLE"]

    def lists_in(self, app: str) -> Mapping[str, Mapping[str, Any]]:
        """The lists of an app as Kintone has them."""
        return {each.name: each.view for each in self.lists if each.app == app}

    def views(self) -> Iterator[Table]:
        """What SQL sees of saved lists and related records."""
        tables = {table.name: table for table in self.tables()}
        fields = {"things": self.fields, "others": _OTHER_FIELDS}
        for saved in self.lists:
            yield saved.table(tables[saved.app], _shown(fields[saved.app], tables[saved.app]))
        for related in self.related:
            yield related.table(tables["others"])

    def tables(self) -> Iterator[Table]:
        """What SQL sees of both apps."""
        own = [column for each in self.fields for column in each.columns]
        often = [column for column in own if column.name in self.random]
        yield Table("things", (*_IDS, *own), ("$id",), (*_IDS, *own, *often * 3))
        for each in self.fields:
            if each.type == "SUBTABLE":
                inner = [column for field in each.inner for column in field.columns]
                often = [*_ROW, *inner * 2]
                yield Table(f"things${each.code}", (*_ROW, *inner), ("$row_id",), tuple(often))
            if each.type == "FILE":
                yield Table(f"things${each.code}", _FILE, ("$parent_id", "$file_no"), _FILE)
        decimal = f"DECIMAL({max(self.digits, self.decimals)},{self.decimals})"
        system = [column for each in system_fields("") for column in each.columns]
        known = (
            Column("key", "VARCHAR", st.sampled_from([*KEYS, "k1", ""]).map(quoted)),
            Column("rank", decimal, st.sampled_from(["0", "1", "2", "0.5"])),
            Column("amount", decimal, numbers(self.digits, self.decimals)),
            Column("day", "DATE", DATE_LITERALS),
        )
        columns = (*_IDS, *known, *system)
        yield Table("others", columns, ("$id",), (*columns, *known * 3))


def _shown(fields: Sequence[Field], app: Table) -> Iterator[Field]:
    """Fields with the columns that their app has of them."""
    for each in fields:
        names = {column.name for column in each.columns} or {each.code}
        yield replace(each, columns=tuple(c for c in app.columns if c.name in names))


_OTHER_FIELDS = tuple(Field(code, properties) for code, properties in OTHER_FIELDS.items())

_IDS = Column("$id", "BIGINT", IDS), Column("$revision", "BIGINT", IDS)
_ROW = tuple(Column(name, "BIGINT", IDS) for name in ("$parent_id", "$row_id", "$row_no"))
_NAMES = st.sampled_from(["a.txt", "A.txt", "it's", "text/plain", ""]).map(quoted)
_FILE = (
    Column("$parent_id", "BIGINT", IDS),
    Column("$file_no", "BIGINT", IDS),
    *(Column(name, "VARCHAR", _NAMES) for name in ("file_key", "name", "content_type")),
    Column("size", "BIGINT", IDS),
)


def process_of(schema: Schema) -> Mapping[str, Any] | None:
    """The settings of process management."""
    nobody = {"type": "ONE", "entities": []}
    states = {
        name: {"name": name, "index": str(index), "assignee": nobody}
        for index, name in enumerate(STATES)
    }
    return {"states": states, "actions": []} if schema.has_process else None


@st.composite
def schemas(draw: Draw) -> Schema:
    """One to seven fields of any types, several of one type too, and those that Kintone keeps."""
    digits = draw(st.one_of(st.just(16), st.integers(1, 30)))
    decimals = draw(st.one_of(st.integers(0, min(10, digits - 1)), st.integers(0, 10)))
    codes = draw(st.permutations(CODES))
    places = list(codes[7:])
    found: list[Field] = []
    random = codes[: draw(st.integers(1, 7))]
    for code in random:
        form = Form(digits, decimals, found, OTHERS, places)
        found.append(draw(one_field(code, _KINDS, form)))
    app_code = draw(st.sampled_from(["", "", "APP", "x-1"]))
    has_process, has_categories = draw(st.booleans()), draw(st.booleans())
    found += system_fields(app_code)
    found += process_fields() if has_process else []
    found += [category_field()] if has_categories else []
    lists = [
        *draw(lists_of("things", found)),
        *draw(lists_of("others", [*_OTHER_FIELDS, *system_fields("")])),
    ]
    return Schema(tuple(found), digits, decimals, app_code, has_process, random, lists)


# Tables of their own more often than the rest.
_KINDS = sorted([*EVERYWHERE, "SUBTABLE", "FILE"])


@dataclass(frozen=True)
class Case:
    """Random apps, their records, and statements over them.

    Attributes:
        schema: The apps.
        things: The records of the one with random fields.
        others: Day and amount of those that lookups read, one for each key.
        statements: What to ask.
        page_size: How many records the driver asks for at once.
    """

    schema: Schema
    things: Sequence[Record]
    others: Sequence[tuple[str, str | None]]
    statements: Sequence[Statement]
    page_size: int


@st.composite
def cases(draw: Draw, count: int) -> Case:
    """Statements, so many, over random apps."""
    schema = draw(schemas())
    things = draw(records(schema.fields, most=12))
    asked = statements((*schema.tables(), *schema.views()))
    chosen = draw(st.lists(asked, min_size=count, max_size=count))
    amounts = st.one_of(st.just(""), numbers(schema.digits, schema.decimals))
    other = st.tuples(amounts, st.one_of(st.none(), DAYS))
    others = draw(st.lists(other, min_size=len(KEYS), max_size=len(KEYS)))
    page_size = draw(st.sampled_from([2, 3, 5]))
    return Case(schema, things, others, chosen, page_size)
