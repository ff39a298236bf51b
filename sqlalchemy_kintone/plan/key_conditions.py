"""Keys that one scan brought, as conditions on another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy_kintone.catalog.model import Column, Table
from sqlalchemy_kintone.kintone.query import InexpressibleError, render
from sqlalchemy_kintone.plan.constants import Constant, Kind
from sqlalchemy_kintone.plan.predicates.columns import rules_for

_LONGEST = 8_000
"""Characters of the values of one condition. Kintone documents no bound."""
_SURELY_COMPARED = 32
"""Characters of a text that Kintone surely tells apart: it looks at 64, of whatever unit."""

Key = int | Decimal | str | date


def key_conditions(
    column: Column, table: Table, keys: Iterable[Key], zone: str
) -> list[str] | None:
    """Kintone conditions that together select all records with one of the keys.

    Args:
        column: The column.
        table: Its table.
        keys: The values, each once, without NULL.
        zone: The session's time zone.

    Returns:
        Conditions of which each record satisfies at most one; none where no record can have such
        a key. None where Kintone cannot compare the column with some key.
    """
    rules = rules_for(column, table, zone)
    conditions: list[str] = []
    for chunk in _chunks(sorted(keys, key=_group)):
        try:
            translation = rules.among([_constant(key) for key in chunk])
        except InexpressibleError:
            return None
        if translation.never:
            continue
        if translation.condition is None:
            return None
        conditions.append(render(translation.condition))
    return conditions


def _chunks(keys: Sequence[Key]) -> Iterator[list[Key]]:
    """Keys that Kintone may take for each other are never in different chunks."""
    chunk: list[Key] = []
    length = 0
    for key in keys:
        size = len(str(key)) + 4
        if chunk and length + size > _LONGEST and _group(chunk[-1]) != _group(key):
            yield chunk
            chunk, length = [], 0
        chunk.append(key)
        length += size
    if chunk:
        yield chunk


def _group(key: Key) -> str:
    """Kintone cuts texts off, drops blanks at their end, and may not tell cases apart."""
    return str(key)[:_SURELY_COMPARED].rstrip(" ").casefold()


def _constant(key: Key) -> Constant:
    if isinstance(key, str):
        return Constant(Kind.VARCHAR, key)
    if isinstance(key, date):
        return Constant(Kind.DATE, key)
    return Constant(Kind.NUMBER, Decimal(key))
