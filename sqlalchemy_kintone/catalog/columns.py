"""Form field properties to columns: names, families and SQL types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy_kintone.catalog.model import Column, Family, Lookup, fold
from sqlalchemy_kintone.conninfo import ColumnNames, NumberType, OnInvalid

_FAMILIES: Mapping[str, Family] = {
    "RECORD_NUMBER": Family.RECORD_NUMBER,
    "NUMBER": Family.NUMBER,
    "SINGLE_LINE_TEXT": Family.TEXT,
    "LINK": Family.TEXT,
    "MULTI_LINE_TEXT": Family.LONG_TEXT,
    "RICH_TEXT": Family.LONG_TEXT,
    "RADIO_BUTTON": Family.OPTION,
    "DROP_DOWN": Family.OPTION,
    "CHECK_BOX": Family.OPTIONS,
    "MULTI_SELECT": Family.OPTIONS,
    "STATUS": Family.STATUS,
    "CATEGORY": Family.CATEGORY,
    "DATE": Family.DATE,
    "TIME": Family.TIME,
    "DATETIME": Family.TIMESTAMP,
    "CREATED_TIME": Family.TIMESTAMP,
    "UPDATED_TIME": Family.TIMESTAMP,
    "CREATOR": Family.PERSON,
    "MODIFIER": Family.PERSON,
    "USER_SELECT": Family.PEOPLE,
    "ORGANIZATION_SELECT": Family.PEOPLE,
    "GROUP_SELECT": Family.PEOPLE,
    "STATUS_ASSIGNEE": Family.PEOPLE,
    "FILE": Family.FILES,
}

_CALC_FAMILIES: Mapping[str, Family] = {
    "NUMBER": Family.NUMBER,
    "NUMBER_DIGIT": Family.NUMBER,
    "DATE": Family.DATE,
    "TIME": Family.TIME,
    "DATETIME": Family.TIMESTAMP,
    "HOUR_MINUTE": Family.INTERVAL,
    "DAY_HOUR_MINUTE": Family.INTERVAL,
}

_SQL_TYPES: Mapping[Family, str] = {
    Family.ID: "BIGINT",
    Family.RECORD_NUMBER: "VARCHAR",
    Family.TEXT: "VARCHAR",
    Family.LONG_TEXT: "VARCHAR",
    Family.OPTION: "VARCHAR",
    Family.STATUS: "VARCHAR",
    Family.OPTIONS: "VARCHAR[]",
    Family.CATEGORY: "VARCHAR[]",
    Family.DATE: "DATE",
    Family.TIME: "TIME",
    Family.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
    Family.INTERVAL: "INTERVAL",
    Family.PERSON: "VARCHAR",
    Family.PEOPLE: "VARCHAR[]",
    Family.FILES: "VARCHAR[]",
}

_CONVERTED = frozenset({Family.NUMBER, Family.DATE, Family.TIME, Family.TIMESTAMP, Family.INTERVAL})
"""What is read from texts that could be anything."""
_SET_BY_KINTONE = frozenset({"CREATED_TIME", "UPDATED_TIME", "__FILE__"})

RECORD_ID = Column("$id", "$id", "__ID__", Family.ID, "BIGINT", unique=True, required=True)
REVISION = Column("$revision", "$revision", "__REVISION__", Family.ID, "BIGINT", required=True)


@dataclass(frozen=True)
class NumberPrecision:
    """An app's ``numberPrecision``: total digits and digits after the point.

    Where the settings may not be read, the default holds every number of an app that keeps
    up to 10 decimals and up to 28 digits before the point.
    """

    digits: int = 38
    decimal_places: int = 10

    @property
    def sql_type(self) -> str:
        """``DECIMAL(p,s)``, wide enough for every number the app accepts."""
        return f"DECIMAL({max(self.digits, self.decimal_places, 1)},{self.decimal_places})"


def columns_of(
    properties: Mapping[str, Mapping[str, Any]],
    layout_order: Iterable[str],
    precision: NumberPrecision,
    *,
    names: ColumnNames,
    number_type: NumberType,
) -> tuple[Column, ...]:
    """The columns of an app.

    Args:
        properties: ``form/fields.json``'s properties, by field code.
        layout_order: Field codes in the order of the form; fields not on it follow after.
        precision: The app's number precision.
        names: Whether columns are named by field code or label.
        number_type: Whether numbers are exact decimals or DOUBLE.

    Returns:
        ``$id``, ``$revision``, then the fields that records hold. SUBTABLE, REFERENCE_TABLE and
        fields without values are left out, as are process and category fields that are off.
    """
    found = columns_of_fields(
        properties, layout_order, precision, names=names, number_type=number_type
    )
    return tuple(unique_names([RECORD_ID, REVISION, *found]))


def columns_of_fields(
    properties: Mapping[str, Mapping[str, Any]],
    layout_order: Iterable[str],
    precision: NumberPrecision,
    *,
    names: ColumnNames,
    number_type: NumberType,
) -> Iterator[Column]:
    """As ``columns_of``, of the fields alone; names may be equal."""
    ordered = dict.fromkeys(code for code in layout_order if code in properties)
    ordered.update(dict.fromkeys(properties))
    number = precision.sql_type if number_type is NumberType.DECIMAL else "DOUBLE"
    for code in ordered:
        yield from _columns_of_field(code, properties[code], number, names)


def _columns_of_field(
    code: str, prop: Mapping[str, Any], number: str, names: ColumnNames
) -> Iterator[Column]:
    field_type = prop["type"]
    calc_format = prop.get("format", "NUMBER") if field_type == "CALC" else None
    family = _CALC_FAMILIES.get(calc_format) if calc_format else _FAMILIES.get(field_type)
    if family is None or prop.get("enabled") is False:
        return
    label = prop.get("label") or ""
    column = Column(
        name=label if names is ColumnNames.LABEL and label.strip() else code,
        field_code=code,
        field_type=field_type,
        family=family,
        sql_type=number if family is Family.NUMBER else _SQL_TYPES[family],
        label=label,
        calc_format=calc_format,
        options=_options(prop),
        unique=prop.get("unique") is True,
        required=prop.get("required") is True,
        lookup=_lookup(prop),
    )
    yield column
    if family in (Family.PERSON, Family.PEOPLE):
        yield replace(column, name=f"{column.name}$name", part="name", unique=False, lookup=None)


def with_on_invalid(columns: Iterable[Column], on_invalid: OnInvalid) -> tuple[Column, ...]:
    """The columns, those that people and formulas fill set to treat misfits so.

    Args:
        columns: Columns of an app or a child table.
        on_invalid: What becomes of a value that does not fit its column.
    """
    return tuple(
        replace(column, on_invalid=on_invalid)
        if column.family in _CONVERTED and column.field_type not in _SET_BY_KINTONE
        else column
        for column in columns
    )


def _options(prop: Mapping[str, Any]) -> tuple[str, ...] | None:
    options = prop.get("options")
    if not isinstance(options, Mapping):
        return None
    return tuple(sorted(options, key=lambda option: int(options[option]["index"])))


def _lookup(prop: Mapping[str, Any]) -> Lookup | None:
    lookup = prop.get("lookup")
    if not lookup:
        return None
    return Lookup(int(lookup["relatedApp"]["app"]), lookup["relatedKeyField"])


def unique_names(columns: Iterable[Column]) -> Iterator[Column]:
    """Give later columns a number where a name is taken: SQL names have no case (ASCII).

    The names of people are called after the column of their codes, which stands before.
    """
    taken: set[str] = set()
    codes = ""
    for column in columns:
        wished = f"{codes}$name" if column.part == "name" else column.name
        name, count = wished, 1
        while fold(name) in taken:
            count += 1
            name = f"{wished}_{count}"
        taken.add(fold(name))
        codes = name
        yield column if name == column.name else replace(column, name=name)


def layout_order(layout: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The field codes of ``form/layout.json``'s rows, from the top, groups opened."""
    for row in layout:
        if row["type"] == "GROUP":
            yield from layout_order(row["layout"])
        elif row["type"] == "SUBTABLE":
            yield row["code"]
        else:
            yield from (item["code"] for item in row["fields"] if "code" in item)
