"""The four output formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, get_args

import pytest

from sqlalchemy_kintone.shell.formats import FormatName, Heading, Row, write_result

HEADINGS = (Heading("顧客"), Heading("amount", is_number=True), Heading("tags"))
ROWS: Sequence[Row] = [
    ("山田", Decimal("1234.50"), ["a", "b"]),
    ("Ito", Decimal("-0.25"), None),
    (None, None, []),
]


def written(
    format_name: FormatName,
    headings: Sequence[Heading] = HEADINGS,
    rows: Sequence[Row] = ROWS,
    null: str | None = None,
) -> str:
    out = io.StringIO()
    write_result(out, headings, iter(rows), format_name=format_name, null=null)
    return out.getvalue()


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        (
            "table",
            "顧客 |  amount | tags\n"
            "-----+---------+-----------\n"
            '山田 | 1234.50 | ["a", "b"]\n'
            "Ito  |   -0.25 | NULL\n"
            "NULL |    NULL | []\n"
            "(3 rows)\n",
        ),
        ("csv", '顧客,amount,tags\n山田,1234.50,"[""a"", ""b""]"\nIto,-0.25,\n,,[]\n'),
        (
            "json",
            '[\n{"顧客": "山田", "amount": 1234.50, "tags": ["a", "b"]},\n'
            '{"顧客": "Ito", "amount": -0.25, "tags": null},\n'
            '{"顧客": null, "amount": null, "tags": []}\n]\n',
        ),
        (
            "markdown",
            "| 顧客 | amount | tags |\n| --- | ---: | --- |\n"
            '| 山田 | 1234.50 | \\["a", "b"] |\n| Ito | -0.25 | NULL |\n| NULL | NULL | \\[] |\n',
        ),
    ],
)
def test_a_result_in_each_format(format_name: FormatName, expected: str) -> None:
    assert written(format_name) == expected


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("table", "a | n\n--+--\n(0 rows)\n"),
        ("csv", "a,n\n"),
        ("json", "[]\n"),
        ("markdown", "| a | n |\n| --- | ---: |\n"),
    ],
)
def test_no_rows(format_name: FormatName, expected: str) -> None:
    assert written(format_name, (Heading("a"), Heading("n", is_number=True)), []) == expected


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("table", "a\n-\n∅\n(1 row)\n"),
        ("csv", "a\n∅\n"),
        ("json", '[\n{"a": null}\n]\n'),
        ("markdown", "| a |\n| --- |\n| ∅ |\n"),
    ],
)
def test_the_marker_of_null_can_be_chosen(format_name: FormatName, expected: str) -> None:
    assert written(format_name, [Heading("a")], [(None,)], null="∅") == expected


@pytest.mark.parametrize(
    ("value", "null", "cell"),
    [
        (None, None, ""),
        ("", None, '""'),
        (None, "NULL", "NULL"),
        ("NULL", "NULL", '"NULL"'),
        ("NULL", None, "NULL"),
        ('a"b', None, '"a""b"'),
        ("a,b", None, '"a,b"'),
        ("a\nb", None, '"a\nb"'),
        (" a", None, '" a"'),
        ("\x1b", None, "\x1b"),
    ],
)
def test_csv_tells_null_from_text(value: Any, null: str | None, cell: str) -> None:
    assert written("csv", [Heading("x")], [(value,)], null) == f"x\n{cell}\n"


def test_csv_is_read_back() -> None:
    values = ["plain", 'quote"', "line\r\nend", "comma,", "  blanks ", "受注"]
    text = written("csv", [Heading(value) for value in values], [values])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [values, values]


def test_json_is_read_back_with_all_digits() -> None:
    digits = Decimal("12345678901234567890.123456789012345678")
    text = written("json", [Heading("n"), Heading('"k"\n')], [(digits, "\u2028\x1b")])
    assert json.loads(text, parse_float=Decimal) == [{"n": digits, '"k"\n': "\u2028\x1b"}]


def test_json_keeps_columns_of_equal_names() -> None:
    headings = [Heading(name) for name in ("a", "a", "a_1", "a")]
    assert json.loads(written("json", headings, [(1, 2, 3, 4)])) == [
        {"a": 1, "a_2": 2, "a_1": 3, "a_3": 4}
    ]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a|b", "a\\|b"),
        ("a\r\nb\nc", "a<br>b<br>c"),
        ("<script>", "\\<script>"),
        ("[x](http://y)", "\\[x](http://y)"),
        ("*b* _i_ `c` \\ &amp;", "\\*b\\* \\_i\\_ \\`c\\` \\\\ \\&amp;"),
        ("\x1b", "\\\\x1b"),
    ],
)
def test_markdown_shows_values_as_they_are(value: str, cell: str) -> None:
    assert written("markdown", [Heading("x")], [(value,)]).splitlines()[-1] == f"| {cell} |"


def test_a_table_spares_the_terminal_control_characters() -> None:
    text = written("table", [Heading("a\nb")], [("\x1b[2J\n",)])
    assert text == "a\\nb\n---------\n\\x1b[2J\\n\n(1 row)\n"


@pytest.mark.parametrize("format_name", ["csv", "json", "markdown"])
def test_rows_are_written_as_they_come(format_name: FormatName) -> None:
    out = io.StringIO()
    lengths: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(3):
            lengths.append(len(out.getvalue()))
            yield (number,)

    write_result(out, [Heading("n", is_number=True)], rows(), format_name=format_name)
    assert lengths[1] < lengths[2] < len(out.getvalue())


def test_a_long_table_is_written_in_blocks() -> None:
    out = io.StringIO()
    taken = 0

    def rows() -> Iterator[Row]:
        nonlocal taken
        for number in range(25_000):
            assert taken - out.getvalue().count("\n") <= 10_000
            taken += 1
            yield (number,)

    write_result(out, [Heading("n", is_number=True)], rows(), format_name="table")
    lines = out.getvalue().splitlines()
    assert lines[-1] == "(25000 rows)"
    assert [line for line in lines if line.strip() == "n"] == ["   n", "    n", "    n"]
    assert len(lines) == 25_000 + 3 * 2 + 1


def test_every_format_is_written() -> None:
    assert all(written(name) for name in get_args(FormatName))
