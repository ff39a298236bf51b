"""PEP 249's type objects and constructors.

``cursor.description`` has SQL type names such as ``DECIMAL(16,4)`` as type codes. Each compares
equal to the type object it belongs to: ``description[0][1] == kintone.NUMBER``.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timezone

_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


class TypeObject:
    """A group of SQL types, equal to the name of each of its types.

    Args:
        name: How PEP 249 calls the group.
        words: The first words of the type names in it.
    """

    __hash__ = None  # type: ignore[assignment]  # equal to several texts of different hashes

    def __init__(self, name: str, *words: str) -> None:
        self._name = name
        self._words = frozenset(words)

    def __eq__(self, other: object) -> bool:
        """Whether ``other`` is this object or the name of a type in the group."""
        if isinstance(other, TypeObject):
            return self is other
        if not isinstance(other, str):
            return NotImplemented
        return not other.endswith("]") and re.split(r"\W", other, maxsplit=1)[0] in self._words

    def __repr__(self) -> str:
        return self._name


STRING = TypeObject("STRING", "VARCHAR", "ENUM", "UUID", "JSON", "BIT")
BINARY = TypeObject("BINARY", "BLOB")
NUMBER = TypeObject(
    "NUMBER",
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM", "BOOLEAN"),
)
DATETIME = TypeObject(
    "DATETIME", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"
)
ROWID = TypeObject("ROWID")
"""Equal to no type: a record's id is an ordinary BIGINT column."""

Date = date
Time = time
Timestamp = datetime
Binary = bytes


def DateFromTicks(ticks: float) -> date:  # noqa: N802 - PEP 249 names it so
    """The local day of a moment given in seconds since 1970."""
    return date.fromtimestamp(ticks)


def TimeFromTicks(ticks: float) -> time:  # noqa: N802 - PEP 249 names it so
    """The local time of day of a moment given in seconds since 1970."""
    return datetime.fromtimestamp(ticks).time()


def TimestampFromTicks(ticks: float) -> datetime:  # noqa: N802 - PEP 249 names it so
    """A moment given in seconds since 1970, with its time zone, UTC."""
    return datetime.fromtimestamp(ticks, timezone.utc)


def precision_and_scale(sql_type: str) -> tuple[int | None, int | None]:
    """The digits in total and after the point of a DECIMAL; None for other types."""
    match = _DECIMAL.fullmatch(sql_type)
    return (int(match[1]), int(match[2])) if match else (None, None)
