"""The keys of ``order by``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy_kintone.sandbox.model import App, Record
from sqlalchemy_kintone.sandbox.query.choices import option_names
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.fields import Field, resolve
from sqlalchemy_kintone.sandbox.query.ordered import ID_TYPES, ORDERED_TYPES, form_of
from sqlalchemy_kintone.sandbox.query.refusals import not_sortable
from sqlalchemy_kintone.sandbox.query.syntax import OrderKey
from sqlalchemy_kintone.sandbox.query.texts import TEXT_TYPES, prefix

_ONE_OPTION_TYPES = frozenset(("RADIO_BUTTON", "DROP_DOWN", "STATUS"))
_PERSON_TYPES = frozenset(("CREATOR", "MODIFIER"))


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key: what of a record is compared, and which way."""

    of: Callable[[Record], Any]
    descending: bool
    is_id: bool


def sort_keys(order: Iterable[OrderKey], app: App, context: Context) -> tuple[SortKey, ...]:
    """The keys to sort by.

    Raises:
        KintoneError: GAIA_IQ11 for an unknown field, GAIA_IS02 for a type that does not sort.
    """
    return tuple(_sort_key(key, app, context) for key in order)


def _sort_key(key: OrderKey, app: App, context: Context) -> SortKey:
    if str(key.field) == "$revision":
        if context.switches.order_by_revision == "refuse":
            raise not_sortable(key.field)
        return SortKey(lambda record: record.revision, key.descending, is_id=False)
    field = resolve(key.field, app, context)
    if field.collection is not None:
        raise not_sortable(key.field)
    return SortKey(_key(field, context), key.descending, is_id=field.type in ID_TYPES)


def _key(field: Field, context: Context) -> Callable[[Record], Any]:
    if field.type in ID_TYPES:
        return lambda record: record.id
    if field.type in ORDERED_TYPES:
        return _ordered_key(field, context)
    if field.type in TEXT_TYPES:
        return _text_key(field, context)
    if field.type in _ONE_OPTION_TYPES:
        return _option_key(field)
    if field.type in _PERSON_TYPES:
        return _person_key(field, context)
    raise not_sortable(field.reference)


def _ordered_key(field: Field, context: Context) -> Callable[[Record], Any]:
    read, comparable = field.read, form_of(field, context).key
    empty = (0, 0) if context.switches.empty_order == "first" else (2, 0)

    def key(record: Record) -> tuple[int, Any]:
        held = comparable(read(record))
        return empty if held is None else (1, held)

    return key


def _text_key(field: Field, context: Context) -> Callable[[Record], Any]:
    """Text sorts by code point, and Python's does."""
    read, switches = field.read, context.switches
    if switches.text_order == "full":
        return lambda record: read(record) or ""
    return lambda record: prefix(read(record) or "", switches)


def _option_key(field: Field) -> Callable[[Record], Any]:
    """Options sort as they are defined; none at all first, removed ones last."""
    read, names = field.read, option_names(field)
    position: Mapping[str, int] = {"": -1, **{name: index for index, name in enumerate(names)}}
    return lambda record: position.get(read(record) or "", len(names))


def _person_key(field: Field, context: Context) -> Callable[[Record], Any]:
    """People sort by their internal ids, which records do not hold."""
    read, users = field.read, context.domain.users

    def key(record: Record) -> int:
        user = users.get((read(record) or {}).get("code", ""))
        return 0 if user is None else user.id

    return key


def sorted_records(
    records: list[Record], keys: Iterable[SortKey], context: Context, seed: str
) -> list[Record]:
    """The records by the keys; those that the keys leave equal are in the switch's order.

    Args:
        records: In ascending id order.
        keys: The keys, the first the most significant.
        context: The surroundings of the query.
        seed: What tells one request from another, where ties are shuffled anew for each.
    """
    ties = context.switches.ties
    if ties == "id-desc":
        records = records[::-1]
    elif ties == "shuffled":
        records = sorted(records, key=lambda record: crc32(f"{seed}/{record.id}".encode()))
    for key in reversed(tuple(keys)):
        # Sorting is stable, also in reverse, so the last key goes first.
        records = sorted(records, key=key.of, reverse=key.descending)
    return records
