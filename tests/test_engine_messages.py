"""Messages of DuckDB, whose excerpts name apps."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.engine_messages import in_words_of_statement


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "Conversion Error: no date\n\nLINE 1: SELECT n FROM scan_1 AS \"a b\" WHERE day = 'x'\n"
            "                                                       ^^^",
            "Conversion Error: no date\n\nLINE 1: SELECT n FROM \"a b\" WHERE day = 'x'\n"
            "                                             ^^^",
        ),
        (
            'Binder Error\n\nLINE 1: SELECT x, y FROM __scan_12 AS t, scan_2 AS "u"\n'
            "               ^",
            'Binder Error\n\nLINE 1: SELECT x, y FROM t, "u"\n               ^',
        ),
        ("Binder Error: scan_1 AS t", "Binder Error: scan_1 AS t"),
        ("", ""),
    ],
)
def test_excerpts(message: str, words: str) -> None:
    assert in_words_of_statement(message) == words
