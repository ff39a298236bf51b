"""Fields that hold several rows in each record, as child tables: SUBTABLE and FILE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.catalog.columns import NumberPrecision, columns_of_fields, unique_names
from sqlalchemy_kintone.catalog.model import Child, Column, Family, Table, TableName, fold
from sqlalchemy_kintone.conninfo import ColumnNames, NumberType

PARENT_ID = Column("$parent_id", "$id", "__ID__", Family.ID, "BIGINT", required=True)
"""The record that a row is in: its field code is the record's, so conditions are the record's."""
ROW_ID = Column("$row_id", "$row_id", "__ROW_ID__", Family.ID, "BIGINT", unique=True, required=True)
ROW_NUMBER = Column("$row_no", "$row_no", "__ROW_NO__", Family.ID, "BIGINT", required=True)
FILE_NUMBER = Column("$file_no", "$file_no", "__ROW_NO__", Family.ID, "BIGINT", required=True)

FILE_COLUMNS = (
    FILE_NUMBER,
    Column("file_key", "fileKey", "__FILE__", Family.TEXT, "VARCHAR"),
    Column("name", "name", "__FILE__", Family.TEXT, "VARCHAR"),
    Column("content_type", "contentType", "__FILE__", Family.TEXT, "VARCHAR"),
    Column("size", "size", "__FILE__", Family.NUMBER, "BIGINT"),
)


@dataclass(frozen=True)
class ChildNaming:
    """How child tables and their columns are named.

    Attributes:
        separator: What stands between the parent's name and the field code.
        columns: Whether columns are named by field code or label.
        numbers: Whether numbers are exact decimals or DOUBLE.
    """

    separator: str
    columns: ColumnNames
    numbers: NumberType


def child_names(
    parent: TableName, properties: Mapping[str, Mapping[str, Any]], separator: str
) -> Iterator[TableName]:
    """The names of an app's child tables: ``<table>$<field code>``, with those of its aliases.

    Args:
        parent: The app's own table.
        properties: ``form/fields.json``'s properties, by field code.
        separator: What stands between the two names.
    """
    for code, prop in properties.items():
        if prop["type"] in ("SUBTABLE", "FILE"):
            name, *aliases = (f"{each}{separator}{code}" for each in (parent.name, *parent.aliases))
            yield TableName(
                parent.schema, name, parent.app_id, parent.guest_space_id, tuple(map(fold, aliases))
            )


def child_tables(
    parent: Table,
    properties: Mapping[str, Mapping[str, Any]],
    layout: Iterable[Mapping[str, Any]],
    precision: NumberPrecision,
    naming: ChildNaming,
) -> Iterator[Table]:
    """The child tables of an app.

    Args:
        parent: The app's own table.
        properties: ``form/fields.json``'s properties, by field code.
        layout: ``form/layout.json``'s rows.
        precision: The app's number precision.
        naming: How tables and columns are named.
    """
    place = TableName(
        parent.schema, parent.name, parent.app_id, parent.guest_space_id, parent.aliases
    )
    orders = dict(_orders_of_subtables(layout))
    names = child_names(place, properties, naming.separator)
    codes = [code for code, prop in properties.items() if prop["type"] in ("SUBTABLE", "FILE")]
    for code, name in zip(codes, names, strict=True):
        prop = properties[code]
        is_file = prop["type"] == "FILE"
        label = prop.get("label") or ""
        yield Table(
            schema=name.schema,
            name=name.name,
            app_id=name.app_id,
            app_code=parent.app_code,
            guest_space_id=name.guest_space_id,
            columns=(PARENT_ID, *FILE_COLUMNS)
            if is_file
            else _columns(prop["fields"], orders.get(code, ()), precision, naming),
            comment=label if label != code else None,
            aliases=name.aliases,
            child=Child(parent.name, code, "file" if is_file else "subtable"),
        )


def _columns(
    fields: Mapping[str, Mapping[str, Any]],
    order: Iterable[str],
    precision: NumberPrecision,
    naming: ChildNaming,
) -> tuple[Column, ...]:
    found = columns_of_fields(
        fields, order, precision, names=naming.columns, number_type=naming.numbers
    )
    return tuple(unique_names([PARENT_ID, ROW_ID, ROW_NUMBER, *found]))


def _orders_of_subtables(
    layout: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The codes of tables, with those of their fields in the order of the form."""
    for row in layout:
        if row["type"] == "GROUP":
            yield from _orders_of_subtables(row["layout"])
        elif row["type"] == "SUBTABLE":
            yield row["code"], tuple(item["code"] for item in row["fields"] if "code" in item)
