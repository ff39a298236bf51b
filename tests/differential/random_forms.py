"""What a random app is made of: fields with their columns, and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.differential.statements import Sql

Values = st.SearchStrategy[Any]
Draw = st.DrawFn
_MOVED = ("STATUS", "STATUS_ASSIGNEE", "CATEGORY")
_NOTHING: st.SearchStrategy[dict[str, Any]] = st.just({})


@dataclass(frozen=True)
class Column:
    """A column as SQL sees it.

    Attributes:
        name: Its name, without quotes.
        sql_type: Its type.
        literals: What conditions compare it with; of lists, their members.
    """

    name: str
    sql_type: str
    literals: Sql

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return self.sql_type.endswith("[]")

    @property
    def kind(self) -> str:
        """What it can be compared with: columns of the same kind."""
        if self.sql_type.startswith("DECIMAL") or self.sql_type == "BIGINT":
            return "number"
        return "moment" if self.sql_type in ("DATE", "TIMESTAMPTZ") else self.sql_type


@dataclass(frozen=True)
class Field:
    """A field of a random app.

    Attributes:
        code: Its code.
        properties: What Kintone says of it.
        columns: Its columns, in their order.
        sent: What is written; None where Kintone fills it.
        kept: What records may hold besides, as those older than the form's last change.
        inner: The fields of a SUBTABLE.
    """

    code: str
    properties: Mapping[str, Any]
    columns: tuple[Column, ...] = ()
    sent: Values | None = None
    kept: Values | None = None
    inner: tuple[Field, ...] = ()

    @property
    def type(self) -> str:
        """Kintone's type."""
        return str(self.properties["type"])


@dataclass(frozen=True)
class Record:
    """A record, or a row of a table in one.

    Attributes:
        sent: Field code to what is written. Of a FILE these are names; of a SUBTABLE, records.
        moved: Field code to what process management and categories have it hold.
        older: Field code to what it holds from before the form's last change.
    """

    sent: Mapping[str, Any]
    moved: Mapping[str, Any]
    older: Mapping[str, Any]

    @property
    def kept(self) -> Mapping[str, Any]:
        """Field code to what is held instead of what is written."""
        return {**self.moved, **self.older}


@dataclass(frozen=True)
class Form:
    """What a new field has to fit in with.

    Attributes:
        digits: All digits of the app's numbers.
        decimals: Those after the point.
        earlier: The fields before it.
        places: The codes that are left for fields inside a table.
        lookups: The id of the app that lookups read.
    """

    digits: int
    decimals: int
    earlier: Sequence[Field]
    lookups: int
    places: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The type of numbers in SQL."""
        return f"DECIMAL({max(self.digits, self.decimals)},{self.decimals})"

    def codes(self, *types: str) -> list[str]:
        """The earlier fields of some types."""
        return [each.code for each in self.earlier if each.type in types]


@st.composite
def records(draw: Draw, fields: Sequence[Field], most: int) -> list[Record]:
    """At most so many records of some fields, about a third of which keep something older."""
    sent = st.fixed_dictionaries({each.code: each.sent for each in fields if each.sent is not None})
    moved = {
        each.code: each.kept for each in fields if each.kept is not None and each.type in _MOVED
    }
    older = {
        each.code: each.kept for each in fields if each.kept is not None and each.type not in _MOVED
    }
    one = st.builds(
        Record,
        sent,
        st.fixed_dictionaries({}, optional=moved),
        st.one_of(_NOTHING, _NOTHING, st.fixed_dictionaries({}, optional=older)),
    )
    # A list of any length is mostly short.
    count = draw(st.sampled_from([most, most // 2, most // 3, most * 3 // 4, 0]))
    return list(draw(st.lists(one, min_size=count, max_size=count)))
