"""Apps to table names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.catalog.model import TableName, fold
from sqlalchemy_kintone.conninfo import TableNames


@dataclass(frozen=True)
class Listing:
    """What a list of apps says of one.

    Attributes:
        app_id: Kintone's app id.
        name: The app's name; names are not unique.
        code: The app code; empty where the app has none.
        description: The app's description, HTML as Kintone keeps it.
    """

    app_id: int
    name: str
    code: str
    description: str = ""


def schema_of(guest_space_id: int | None) -> str:
    """The schema that shows a guest space's apps, or those outside of guest spaces."""
    return "apps" if guest_space_id is None else f"guest_{guest_space_id}"


def table_names(
    listings: Iterable[Listing], names: TableNames, guest_space_id: int | None
) -> tuple[TableName, ...]:
    """The tables of a schema.

    Args:
        listings: The schema's apps.
        names: What tables are named by. An app without a code is then named by its name.
        guest_space_id: The guest space, or None outside of them.

    Returns:
        Names in the order of the ids. Names that are equal to SQL get the app id appended;
        ``app_<id>`` is an alias of every table, unless some other app is called just so.
    """
    ordered = sorted(listings, key=lambda listing: listing.app_id)
    wished = [_wished(listing, names) for listing in ordered]
    uses = Counter(fold(wish) for wish in wished)
    final = [
        wish if uses[fold(wish)] == 1 else f"{wish}_{listing.app_id}"
        for wish, listing in zip(wished, ordered, strict=True)
    ]
    final = _without_repeats(final, ordered)
    taken = {fold(name) for name in final}
    return tuple(
        TableName(
            schema_of(guest_space_id),
            name,
            listing.app_id,
            guest_space_id,
            aliases=() if (alias := f"app_{listing.app_id}") in taken else (alias,),
        )
        for name, listing in zip(final, ordered, strict=True)
    )


def _wished(listing: Listing, names: TableNames) -> str:
    if names is TableNames.ID:
        return f"app_{listing.app_id}"
    if names is TableNames.CODE and listing.code:
        return listing.code
    return listing.name


def _without_repeats(names: Sequence[str], listings: Sequence[Listing]) -> list[str]:
    """An appended id can make a name that another app has: then both are named by their id."""
    uses = Counter(fold(name) for name in names)
    return [
        name if uses[fold(name)] == 1 else f"app_{listing.app_id}"
        for name, listing in zip(names, listings, strict=True)
    ]
