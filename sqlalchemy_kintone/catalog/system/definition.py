"""What a table of metadata is: columns, and a function that reads its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.catalog.model import Column, Family, Reference, System, Table
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry

Row = Mapping[str, Any]
"""Column name to value; what is left out is NULL."""

Wanted = Mapping[str, frozenset[int | str]]
"""The only values of key columns that matter, by column name; all matter where there is none."""

Read = Callable[[Inquiry, Wanted], Iterable[Row]]

SYSTEM = "system"
APP_ID = Reference("app_id", "apps", "app_id")


@dataclass(frozen=True)
class SystemTable:
    """A table of metadata and where its rows come from.

    Attributes:
        table: Its definition.
        read: Gives its rows; more than are wanted do no harm.
    """

    table: Table
    read: Read


def define(
    name: str,
    comment: str,
    columns: Sequence[tuple[str, str, str]],
    read: Read,
    *,
    schema: str = SYSTEM,
    keys: Sequence[str] = (),
    primary_key: Sequence[str] = (),
    references: Sequence[Reference] = (),
) -> SystemTable:
    """A table of metadata.

    Args:
        name: Its name.
        comment: What a row of it is.
        columns: Name, SQL type and meaning of each.
        read: Gives its rows.
        schema: The schema it is in.
        keys: Columns of which constants in conditions restrict what Kintone is asked.
        primary_key: The columns that tell its rows apart.
        references: Its foreign keys within the schema.
    """
    made = tuple(
        Column(column, column, "", Family.METADATA, sql_type, label=meaning)
        for column, sql_type, meaning in columns
    )
    system = System(tuple(keys), tuple(primary_key), tuple(references))
    return SystemTable(Table(schema, name, 0, "", None, made, comment, system=system), read)


def define_of_app(
    name: str,
    comment: str,
    columns: Sequence[tuple[str, str, str]],
    read: Read,
    *,
    primary_key: Sequence[str],
    keys: Sequence[str] = (),
) -> SystemTable:
    """A table of what apps have, each row of one app.

    Args:
        name: Its name.
        comment: What a row of it is.
        columns: Name, SQL type and meaning of each after ``app_id``.
        read: Gives its rows.
        primary_key: The columns that tell the rows of one app apart.
        keys: Columns besides ``app_id`` whose constants restrict what Kintone is asked.
    """
    return define(
        name,
        comment,
        (("app_id", "BIGINT", "the app"), *columns),
        read,
        keys=("app_id", *keys),
        primary_key=("app_id", *primary_key),
        references=(APP_ID,),
    )


def json_text(value: object) -> str | None:
    """A part of Kintone's JSON as text; None for what is not there."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


def number(value: Any) -> int | None:
    """Kintone's numbers, which come as texts; None for what is not there."""
    return None if value in (None, "") else int(value)
