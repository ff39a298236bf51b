"""SQL text taken apart: where statements end, and what is a command."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.plan.sql import tokenize
from sqlalchemy_kintone.shell.script import Command, Script, Statement, read_script


def texts(script: Script) -> list[str]:
    return [step.text if isinstance(step, Statement) else step.name for step in script.ended()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t", []),
        (";;", []),
        ("-- only a comment", []),
        ("/* only a comment; */ ;", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;", ["SELECT 1"]),
        ("SELECT 1; SELECT 2 ;\n", ["SELECT 1", "SELECT 2"]),
        ("SELECT 1;;SELECT 2", ["SELECT 1", "SELECT 2"]),
        ("SELECT\n  1\n;", ["SELECT\n  1"]),
        ("SELECT ';'; SELECT 2", ["SELECT ';'", "SELECT 2"]),
        ("SELECT 'it''s; so'; SELECT 2", ["SELECT 'it''s; so'", "SELECT 2"]),
        ("SELECT ''; SELECT 2", ["SELECT ''", "SELECT 2"]),
        ("SELECT 'a\\'; SELECT 2", ["SELECT 'a\\'", "SELECT 2"]),
        (r"SELECT e'a\';b'; SELECT 2", [r"SELECT e'a\';b'", "SELECT 2"]),
        ("SELECT cafe'a\\'; SELECT 2", ["SELECT cafe'a\\'", "SELECT 2"]),
        ('SELECT "a;""b"; SELECT 2', ['SELECT "a;""b"', "SELECT 2"]),
        ("SELECT 1 -- x; y'\n; SELECT 2", ["SELECT 1 -- x; y'", "SELECT 2"]),
        ("SELECT 1 /* ' ; */; SELECT 2", ["SELECT 1 /* ' ; */", "SELECT 2"]),
        ("SELECT /* a /* b; */ c; */ 1; SELECT 2", ["SELECT /* a /* b; */ c; */ 1", "SELECT 2"]),
        ("-- first\nSELECT 1", ["SELECT 1"]),
        ("SELECT $id, $revision; SELECT 2", ["SELECT $id, $revision", "SELECT 2"]),
        ("SELECT $a; SELECT $a", ["SELECT $a", "SELECT $a"]),
        ("SELECT 金額 FROM 受注$明細; SELECT 2", ["SELECT 金額 FROM 受注$明細", "SELECT 2"]),
        ("SELECT $$a;'b$$; SELECT 2", ["SELECT $$a;'b$$", "SELECT 2"]),
        ("SELECT orders$$; SELECT $$$$", ["SELECT orders$$", "SELECT $$$$"]),
        ("SELECT $$never closed; SELECT 2", ["SELECT $$never closed; SELECT 2"]),
        ("SELECT 10 - -2; SELECT 4/2", ["SELECT 10 - -2", "SELECT 4/2"]),
        ("\\d\nSELECT 1;\n\\q", ["\\d", "SELECT 1", "\\q"]),
        ("SELECT 1; \\d", ["SELECT 1", "\\d"]),
        ("SELECT 1\n  \\timing on\n+ 1;", ["\\timing", "SELECT 1\n  \n+ 1"]),
        ("SELECT '\n\\d\n';", ["SELECT '\n\\d\n'"]),
        ("/*\n\\d\n*/ SELECT 1", ["SELECT 1"]),
        ("SELECT 1 \\d; SELECT 2", ["SELECT 1 \\d", "SELECT 2"]),
        ("SELECT 'never closed; SELECT 2", ["SELECT 'never closed; SELECT 2"]),
        ("SELECT 'never closed''; SELECT 2", ["SELECT 'never closed''; SELECT 2"]),
        ('SELECT "never closed; x', ['SELECT "never closed; x']),
        ("/* never closed; SELECT 2", ["/* never closed; SELECT 2"]),
        ("SELECT 1 /* /* */ ; x", ["SELECT 1 /* /* */ ; x"]),
    ],
)
def test_where_statements_end(text: str, expected: list[str]) -> None:
    assert texts(read_script(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'a;b' ; SELECT 2",
        "SELECT /* a /* ; */ ; */ 1 ; SELECT 2",
        'SELECT "a;b" -- ;\n ; SELECT 2',
        "SELECT $a$ ; $a$ ; SELECT 2",
        "SELECT $a$ ; SELECT $b$",
        "SELECT $$a;'b$$, 'c' ; SELECT 2",
        "SELECT orders$$ ; SELECT '$$'",
        "SELECT orders$lines$x ; SELECT 2",
    ],
)
def test_the_driver_reads_the_same_ends(text: str) -> None:
    semicolons = [token for token in tokenize(text) if token.text == ";"]
    assert len(semicolons) == len(read_script(text).steps) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "SELECT 'a",
        "SELECT 'a;\n",
        "SELECT $$a;",
        "SELECT 1 /* ;",
        '"',
        "/*",
        "SELECT 1 -- ;",
    ],
)
def test_a_statement_waits_for_its_end(text: str) -> None:
    script = read_script(text)
    assert script.steps == ()
    assert script.rest is not None


@pytest.mark.parametrize("text", ["", "\n", "-- note\n", "/* note */", "SELECT 1; -- done"])
def test_nothing_waits_after_the_end(text: str) -> None:
    assert read_script(text).rest is None


def test_an_open_quote_keeps_its_blanks() -> None:
    rest = read_script("SELECT 'a  \n").rest
    assert rest == Statement("SELECT 'a  \n", 1)


def test_lines_are_counted_from_the_statements_first_word() -> None:
    script = read_script("SELECT 1;\n\n-- note\n  SELECT\n2;\n\\d orders;\nSELECT 3")
    assert script == Script(
        (Statement("SELECT 1", 1), Statement("SELECT\n2", 4), Command("\\d", "orders", 6)),
        Statement("SELECT 3", 7),
    )


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("\\d", "\\d", ""),
        ("\\d ;", "\\d", ""),
        ("\\d   guest_3.orders ", "\\d", "guest_3.orders"),
        ('\\d "sales  2026"', "\\d", '"sales  2026"'),
        ("\\format\tcsv", "\\format", "csv"),
        ("\\", "\\", ""),
    ],
)
def test_commands_have_a_name_and_an_argument(text: str, name: str, argument: str) -> None:
    assert read_script(text).steps == (Command(name, argument, 1),)
