"""The output formats: table, csv, json, markdown. All but the table write row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any, Literal, TextIO

from sqlalchemy_kintone.shell.values import as_json, as_text
from sqlalchemy_kintone.shell.width import display_width, padded, padded_left, visible

FormatName = Literal["table", "csv", "json", "markdown"]
Row = Sequence[Any]

_TABLE_BLOCK_ROWS = 10_000
_CSV_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')
_MARKDOWN_SPECIAL = re.compile(r"[\\|`*_~\[<&]")


@dataclass(frozen=True)
class Heading:
    """A column of a result.

    Attributes:
        name: Its name, which other columns may have too.
        is_number: Whether its values are numbers, which tables align on the right.
    """

    name: str
    is_number: bool = False


Write = Callable[[TextIO, Sequence[Heading], Iterable[Row], str | None], None]


def write_result(
    out: TextIO,
    headings: Sequence[Heading],
    rows: Iterable[Row],
    *,
    format_name: FormatName,
    null: str | None = None,
) -> None:
    """Write a result.

    Args:
        out: Where to.
        headings: The columns.
        rows: Their values, row by row, as the driver gives them. They are taken as they are
            written, in tables 10,000 at a time.
        format_name: The format.
        null: How NULL is written; by default ``NULL``, and nothing at all in CSV. JSON has a null
            of its own.
    """
    _WRITERS[format_name](out, headings, rows, null)


def _write_table(
    out: TextIO, headings: Sequence[Heading], rows: Iterable[Row], null: str | None
) -> None:
    """Aligned columns; in very long results the widths are found anew for each block of rows."""
    marker = "NULL" if null is None else null
    names = [visible(heading.name) for heading in headings]
    pads = [padded_left if heading.is_number else padded for heading in headings]
    count = 0
    for block in _blocks(rows):
        cells = [
            [marker if value is None else visible(as_text(value)) for value in row] for row in block
        ]
        widths = [max(map(display_width, column)) for column in zip(names, *cells, strict=True)]
        out.write(_table_line(names, widths, pads))
        out.write("-+-".join("-" * width for width in widths) + "\n")
        out.writelines(_table_line(row, widths, pads) for row in cells)
        count += len(cells)
    out.write(f"({count} {'row' if count == 1 else 'rows'})\n")


def _table_line(
    cells: Sequence[str], widths: Sequence[int], pads: Sequence[Callable[[str, int], str]]
) -> str:
    aligned = (pad(cell, width) for cell, width, pad in zip(cells, widths, pads, strict=True))
    return " | ".join(aligned).rstrip() + "\n"


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists, at least one list."""
    remaining = iter(rows)
    yield list(islice(remaining, _TABLE_BLOCK_ROWS))
    while block := list(islice(remaining, _TABLE_BLOCK_ROWS)):
        yield block


def _write_csv(
    out: TextIO, headings: Sequence[Heading], rows: Iterable[Row], null: str | None
) -> None:
    """RFC 4180 with plain line feeds; quotes tell text that looks like the marker from NULL."""
    marker = null or ""

    def cell(value: Any) -> str:
        if value is None:
            return marker
        text = as_text(value)
        if text in ("", marker) or _CSV_QUOTED.search(text):
            return '"' + text.replace('"', '""') + '"'
        return text

    out.write(",".join(cell(heading.name) for heading in headings) + "\n")
    for row in rows:
        out.write(",".join(map(cell, row)) + "\n")


def _write_json(
    out: TextIO, headings: Sequence[Heading], rows: Iterable[Row], _null: str | None
) -> None:
    """An array with an object for each row, one on each line."""
    keys = [as_json(name) for name in _distinct(heading.name for heading in headings)]
    separator = "["
    for row in rows:
        members = (f"{key}: {as_json(value)}" for key, value in zip(keys, row, strict=True))
        out.write(separator + "\n{" + ", ".join(members) + "}")
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """The names, those that were there before with ``_1``, ``_2`` …: objects have no equal keys."""
    all_names = list(names)
    taken: set[str] = set()
    for name in all_names:
        candidate, number = name, 0
        while candidate in taken or (number and candidate in all_names):
            number += 1
            candidate = f"{name}_{number}"
        taken.add(candidate)
        yield candidate


def _write_markdown(
    out: TextIO, headings: Sequence[Heading], rows: Iterable[Row], null: str | None
) -> None:
    marker = _markdown_cell("NULL" if null is None else null)
    lines = ("---:" if heading.is_number else "---" for heading in headings)
    out.write(_markdown_row(_markdown_cell(heading.name) for heading in headings))
    out.write(_markdown_row(lines))
    for row in rows:
        cells = (marker if value is None else _markdown_cell(as_text(value)) for value in row)
        out.write(_markdown_row(cells))


def _markdown_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _markdown_cell(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "<br>".join(_MARKDOWN_SPECIAL.sub(r"\\\g<0>", visible(line)) for line in lines)


_WRITERS: Mapping[FormatName, Write] = MappingProxyType(
    {
        "table": _write_table,
        "csv": _write_csv,
        "json": _write_json,
        "markdown": _write_markdown,
    }
)
