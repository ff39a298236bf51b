"""SUBTABLE values: a write replaces the list of rows, and merges the rows whose id is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy_kintone.sandbox.values.defaults import default
from sqlalchemy_kintone.sandbox.values.form import Field, empty
from sqlalchemy_kintone.sandbox.values.lookup import copied_values
from sqlalchemy_kintone.sandbox.values.normalise import NORMALISERS, Sent, wrong_structure
from sqlalchemy_kintone.sandbox.values.writing import Writing

Row = dict[str, Any]
"""``{"id": "368", "value": {code: {"type", "value"}}}``."""


def merged_rows(
    writing: Writing, table: Field, raw: Any, current: Sequence[Row], prefix: str
) -> list[Row]:
    """The rows that a write leaves: as sent and in that order.

    A row with the id of a present row is that row with the sent cells changed; any other is new,
    with a new id and defaults for the cells it lacks. Rows not sent are gone.
    """
    if raw is None or raw == "":
        raw = []
    if not isinstance(raw, list):
        raise wrong_structure()
    present = {row["id"]: row for row in current}
    rows: list[Row] = []
    for place, item in enumerate(raw):
        if not isinstance(item, Mapping):
            raise wrong_structure()
        cells = item.get("value") or {}
        if not isinstance(cells, Mapping):
            raise wrong_structure()
        # Popped, so that an id sent twice is a new row the second time.
        before = present.pop(str(item.get("id")), None)
        row_prefix = f"{prefix}.{table.code}.value[{place}].value"
        rows.append(_row(writing, table, cells, before, row_prefix))
    return rows


def _row(
    writing: Writing, table: Field, cells: Mapping[str, Any], before: Row | None, prefix: str
) -> Row:
    keeps = before is not None and writing.domain.switches.omitted_cells == "kept"
    values: dict[str, Any] = {}
    for code, field in table.fields.items():
        held = before["value"].get(code, {}).get("value") if before is not None else None
        if code in cells and not field.derived:
            values[code] = NORMALISERS[field.type](
                Sent(writing, field, value_in(cells[code]), prefix, held)
            )
        elif keeps and before is not None and code in before["value"]:
            values[code] = held
        elif field.derived:
            values[code] = empty(field.type)
        else:
            values[code] = default(writing, field, prefix)
    for code, field in table.fields.items():
        if field.lookup is not None and (before is None or code in cells):
            values.update(copied_values(writing, field, values[code], table.fields))
    return {
        "id": before["id"] if before is not None else str(writing.row_id()),
        "value": {
            code: {"type": field.type, "value": values[code]}
            for code, field in table.fields.items()
        },
    }


def value_in(cell: Any) -> Any:
    """The value in ``{"value": …}``; other JSON is refused with CB_IJ01."""
    if not isinstance(cell, Mapping):
        raise wrong_structure()
    return cell.get("value")
