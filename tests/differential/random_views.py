"""Views of random apps: saved lists under random filters, and related records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.differential.random_forms import Column, Draw, Field
from tests.differential.random_statements import Table
from tests.differential.statements import IDS

_ID, _PARENT = Column("$id", "BIGINT", IDS), Column("$parent_id", "BIGINT", IDS)
_NAMES = ("some", "Some more", "a/b", "it's", 'q"q', "一覧")
_WORDS = (" and ", " or ", "\nand ", "　or ")
_QUERY_WORDS = frozenset(
    {"and", "or", "not", "in", "is", "like", "empty", "order", "by", "asc", "desc", "limit"}
) | {"offset", "Offset"}
"""Codes of fields that no filter here names, as it may not be readable with them."""


@dataclass(frozen=True)
class SavedList:
    """A list that is saved in an app.

    Attributes:
        app: The name of the app.
        name: Its own.
        fields: The codes of the fields that it shows; empty for all.
        condition: Its filter, in Kintone's language; empty for none.
        sort: Its order.
    """

    app: str
    name: str
    fields: Sequence[str]
    condition: str
    sort: str

    @property
    def table_name(self) -> str:
        """What SQL calls it."""
        return f"{self.app}/{self.name}"

    @property
    def quoted(self) -> str:
        """The same in SQL."""
        return '"' + self.table_name.replace('"', '""') + '"'

    @property
    def view(self) -> Mapping[str, Any]:
        """The view as Kintone has it."""
        return {"fields": list(self.fields), "filterCond": self.condition, "sort": self.sort}

    def table(self, app: Table, fields: Iterable[Field]) -> Table:
        """What SQL sees of it, given its app and the fields of that."""
        shown = [column for each in fields if each.code in self.fields for column in each.columns]
        columns = (_ID, *shown) if self.fields else app.columns
        return Table(self.table_name, columns, ("$id",), columns)


@st.composite
def lists_of(draw: Draw, app: str, fields: Sequence[Field]) -> list[SavedList]:
    """At most two lists of an app."""
    codes = [each.code for each in fields if each.columns]
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=2, unique=True))
    return [
        SavedList(
            app,
            name,
            draw(st.lists(st.sampled_from(codes), max_size=4, unique=True)),
            _filter(draw, fields),
            draw(st.sampled_from(["", "$id asc", f"{codes[0]} desc", f"{codes[-1]} asc"])),
        )
        for name in names
    ]


def _filter(draw: Draw, fields: Sequence[Field]) -> str:
    known = ['$id >= "3"', '$id in ("1", "2", "5")', '$id != "4"']
    named = [each for each in fields if each.code not in _QUERY_WORDS]
    known += [condition for each in named for condition in _conditions(each)]
    parts = draw(st.lists(st.sampled_from(known), max_size=3))
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=3, max_size=3))
    return "".join(
        f"{word if place else ''}{part}"
        for place, (word, part) in enumerate(zip(words, parts, strict=False))
    )


def _conditions(field: Field) -> list[str]:
    """Some conditions that Kintone takes of a field."""
    code = field.code
    some = {
        "NUMBER": [f'{code} > "0"', f"{code} <= 1", f'{code} != ""'],
        "SINGLE_LINE_TEXT": [f'{code} in ("abc", "K1")', f'{code} != "abc"', f'{code} = ""'],
        "DATE": [f'{code} >= "2026-03-03"', f"{code} < TODAY()"],
        "DATETIME": [f'{code} > "2026-03-03T09:00:00Z"', f"{code} <= NOW()"],
        "USER_SELECT": [f"{code} in (LOGINUSER())", f'{code} not in ("sandbox", "佐藤")'],
        "MULTI_LINE_TEXT": [f"{code} is empty", f"{code} is not empty"],
        "FILE": [f"{code} is not empty"],
    }
    if field.type in ("DROP_DOWN", "RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT"):
        names = [_text(name) for name in field.properties["options"]]
        return [f"{code} in ({names[0]})", f"{code} not in ({', '.join(names)})"]
    if field.type == "SUBTABLE":
        inner = [each for each in field.inner if each.type == "NUMBER"]
        inner = [each for each in inner if each.code not in _QUERY_WORDS]
        return [condition for each in inner for condition in _conditions(each)[:2]]
    return some.get(field.type, [])


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True)
class RelatedRecords:
    """A field that shows records of the other app.

    Attributes:
        code: Its code.
        here: The field whose value they are found by.
        there: The field of the other app that has that value.
        condition: Its filter, in Kintone's language; empty for none.
        shown: The codes of the fields that it shows.
    """

    code: str
    here: str
    there: str
    condition: str
    shown: Sequence[str]

    @property
    def table_name(self) -> str:
        """What SQL calls it."""
        return f"things${self.code}"

    def table(self, others: Table) -> Table:
        """What SQL sees of it, given the other app."""
        shown = [column for column in others.columns if column.name in self.shown]
        columns = (_PARENT, _ID, *shown)
        return Table(self.table_name, columns, ("$parent_id", "$id"), columns)


def related_records(field: Field) -> RelatedRecords:
    """A REFERENCE_TABLE field as what it shows."""
    settings = field.properties["referenceTable"]
    key = settings["condition"]
    return RelatedRecords(
        field.code,
        key["field"],
        key["relatedField"],
        settings["filterCond"],
        settings["displayFields"],
    )
