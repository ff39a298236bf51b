"""The layout of a form: checked when a client sends one, kept in step with the fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy_kintone.sandbox.apps import generated_layout
from sqlalchemy_kintone.sandbox.errors import invalid_input
from sqlalchemy_kintone.sandbox.properties import SWITCHED_FIELDS, SYSTEM_FIELDS, Properties

Row = dict[str, Any]
Cell = dict[str, Any]

_ROW_TYPES = ("ROW", "SUBTABLE", "GROUP")
_WITHOUT_CODE = frozenset(("LABEL", "SPACER", "HR"))
_SIZES = ("width", "height", "innerHeight")


def read_layout(sent: Any, properties: Properties) -> list[Row]:
    """A layout as a client sends it, checked against the fields.

    Raises:
        KintoneError: CB_VA01 (a field that is not there, of another type, or left out).
    """
    if not isinstance(sent, list):
        raise invalid_input({"layout": ["Required field."]})
    layout = [
        _row(f"layout[{place}]", row, properties, _ROW_TYPES) for place, row in enumerate(sent)
    ]
    named = list(_codes(layout))
    for code in named:
        if named.count(code) > 1:
            raise invalid_input({"layout": [f"Field (code: {code}) is there more than once."]})
    for code, prop in properties.items():
        placeable = prop["type"] not in SYSTEM_FIELDS and prop["type"] not in SWITCHED_FIELDS
        if placeable and code not in named:
            raise invalid_input({"layout": [f"Field (code: {code}) is missing."]})
    return layout


def without(layout: list[Row], gone: set[str]) -> list[Row]:
    """A layout without some fields, and without the rows that this leaves empty.

    The rows of a group that goes stay, where the group was.
    """
    rows: list[Row] = []
    for row in layout:
        if row["type"] == "GROUP":
            inner = without(row["layout"], gone)
            if row["code"] in gone:
                rows.extend(inner)
            else:
                rows.append({**row, "layout": inner})
        elif row.get("code") not in gone:
            cells = [cell for cell in row["fields"] if cell.get("code") not in gone]
            if cells or row["type"] == "SUBTABLE":
                rows.append({**row, "fields": cells})
    return rows


def rename(layout: list[Row], renamed: Mapping[str, str]) -> None:
    """Give fields of a layout their new codes."""
    for row in layout:
        for named in (row, *row.get("fields", ())):
            if named.get("code") in renamed:
                named["code"] = renamed[named["code"]]
        rename(row.get("layout", []), renamed)


def fit_tables(layout: list[Row], properties: Properties) -> None:
    """Add the new fields of tables to their rows."""
    for row in layout:
        if row["type"] == "GROUP":
            fit_tables(row["layout"], properties)
        elif row["type"] == "SUBTABLE":
            shown = {cell.get("code") for cell in row["fields"]}
            new = {c: p for c, p in properties[row["code"]]["fields"].items() if c not in shown}
            for added in generated_layout(new):
                row["fields"].extend(added["fields"])


def _row(path: str, sent: Any, properties: Properties, types: tuple[str, ...]) -> Row:
    kind = sent.get("type") if isinstance(sent, Mapping) else None
    if kind not in types:
        raise invalid_input({f"{path}.type": ["must be one of the enum value"]})
    if kind == "GROUP":
        _demand_type(path, sent.get("code"), "GROUP", properties)
        inner = [
            _row(f"{path}.layout[{place}]", row, properties, ("ROW",))
            for place, row in enumerate(sent.get("layout") or ())
        ]
        return {"type": "GROUP", "code": sent["code"], "layout": inner}
    fields = properties
    row: Row = {"type": kind}
    if kind == "SUBTABLE":
        _demand_type(path, sent.get("code"), "SUBTABLE", properties)
        row["code"] = sent["code"]
        fields = properties[sent["code"]]["fields"]
    row["fields"] = [
        _cell(f"{path}.fields[{place}]", cell, fields)
        for place, cell in enumerate(sent.get("fields") or ())
    ]
    if kind == "SUBTABLE" and {cell["code"] for cell in row["fields"]} != set(fields):
        message = f"Failed to update form. The format of table {row['code']} is not valid."
        raise invalid_input({f"{path}.fields": [message]})
    return row


def _cell(path: str, sent: Any, properties: Properties) -> Cell:
    kind = sent.get("type") if isinstance(sent, Mapping) else None
    if kind in _WITHOUT_CODE:
        cell: Cell = {"type": kind}
        cell.update({key: str(sent[key]) for key in ("label", "elementId") if key in sent})
    else:
        _demand_type(path, sent.get("code") if kind else None, kind, properties)
        cell = {"type": kind, "code": sent["code"]}
    size = sent.get("size")
    if isinstance(size, Mapping):
        cell["size"] = {key: str(size[key]) for key in _SIZES if size.get(key)}
    return cell


def _demand_type(path: str, code: Any, kind: Any, properties: Properties) -> None:
    """Refuse a field that is not there, or is of another type (wording as recorded)."""
    if code not in properties:
        message = f"Failed to update form. Field (code: {code}) is not found."
        raise invalid_input({f"{path}.code": [message]})
    if properties[code]["type"] != kind:
        message = (
            f"Failed to update form. The type of the field (code: {code})"
            " does not match the type parameter."
        )
        raise invalid_input({f"{path}.type": [message]})


def _codes(layout: list[Row]) -> Iterator[str]:
    for row in layout:
        if "code" in row:
            yield row["code"]
        if row["type"] == "ROW":
            yield from (cell["code"] for cell in row["fields"] if "code" in cell)
        yield from _codes(row.get("layout", []))
