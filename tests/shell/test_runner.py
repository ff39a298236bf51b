"""Statements and commands on a connection, over real HTTP."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.errors import OperationalError, ProgrammingError
from sqlalchemy_kintone.shell.runner import HELP, QuitError, Runner, error_text
from sqlalchemy_kintone.shell.script import Command, Statement, read_script


@dataclass(frozen=True)
class Session:
    """A runner and what it wrote."""

    runner: Runner
    out: io.StringIO
    messages: io.StringIO

    def run(self, text: str) -> bool:
        return self.runner.run_script(read_script(text), "here")


@pytest.fixture
def session(connection: Connection) -> Session:
    out, messages = io.StringIO(), io.StringIO()
    return Session(Runner(connection, out, messages), out, messages)


def test_statements_run_in_order(session: Session) -> None:
    assert session.run(
        "SELECT customer, sum(amount) AS 合計 FROM orders GROUP BY 1 ORDER BY 2;\n"
        "SELECT CAST(NULL AS VARCHAR) AS x"
    )
    assert session.out.getvalue() == (
        "customer |   合計\n---------+-------\n山田     | 121.50\nIto      | 162.00\n(2 rows)\n"
        "x\n----\nNULL\n(1 row)\n"
    )
    assert session.messages.getvalue() == ""


def test_the_first_error_ends_a_script(session: Session) -> None:
    assert not session.run("SELECT 1 AS a;\n\nSELECT nothing FROM orders;\nSELECT 2 AS b")
    assert session.out.getvalue().startswith("a\n")
    assert "b" not in session.out.getvalue()
    message = session.messages.getvalue()
    assert message.startswith("here, line 3: Error: ")
    assert "nothing" in message


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("csv", "customer,day\nIto,2026-03-01\n"),
        ("json", '[\n{"customer": "Ito", "day": "2026-03-01"}\n]\n'),
        ("MARKDOWN", "| customer | day |\n| --- | --- |\n| Ito | 2026-03-01 |\n"),
        ("table", "customer | day\n---------+-----------\nIto      | 2026-03-01\n(1 row)\n"),
    ],
)
def test_the_format_can_be_changed(session: Session, name: str, expected: str) -> None:
    assert session.run(f'\\format {name}\nSELECT customer, day FROM orders WHERE "$id" = 1')
    assert session.out.getvalue() == expected


def test_tables_are_listed(session: Session) -> None:
    assert session.run("\\format csv\n\\d")
    assert session.out.getvalue() == (
        "schema,table,app\napps,customers,1\napps,orders,2\napps,secrets,3\n"
    )


def test_views_are_listed(session: Session) -> None:
    assert session.run("\\format csv\nCREATE VIEW recent AS SELECT day FROM orders;\n\\dv")
    assert session.out.getvalue().endswith("schema,view,app\nviews,recent,\n")
    assert session.run("\\d recent")
    assert session.out.getvalue().endswith('column,type,rules,comment\nday,DATE,"",""\n')


@pytest.mark.parametrize(
    "written",
    [
        "customers",
        "Customers",
        '"customers"',
        "apps.customers",
        '"apps".app_1',
        "kintone.apps.customers",
    ],
)
def test_columns_are_listed(session: Session, written: str) -> None:
    assert session.run(f"\\format csv\n\\d {written}")
    lines = session.out.getvalue().splitlines()
    assert lines[:3] == [
        "column,type,rules,comment",
        '$id,BIGINT,primary key,""',
        '$revision,BIGINT,required,""',
    ]
    assert "name,VARCHAR,unique,顧客名" in lines
    assert 'rank,VARCHAR,"","options: A, B"' in lines


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("\\d custmers", "There is no table custmers. Did you mean customers?"),
        ('\\d "apps".custmers', 'There is no table "apps".custmers. Did you mean customers?'),
        ("\\d zzzzzzzz", "There is no table zzzzzzzz. \\d lists the tables."),
        ("\\d a.b.c", "There is no table a.b.c. \\d lists the tables."),
        ('\\d "open', 'There is no table "open. \\d lists the tables.'),
        ("\\tming", "There is no command \\tming. Did you mean \\timing?"),
        ("\\zzzz", "There is no command \\zzzz. \\? lists the commands."),
        ("\\format xml", "There is no format xml. Choose one of table, csv, json, markdown."),
        ("\\format", "There is no format without a name. Choose one of"),
        ("\\timing maybe", "\\timing is on or off."),
    ],
)
def test_wrong_commands(session: Session, command: str, message: str) -> None:
    assert not session.run(command)
    assert message in session.messages.getvalue()
    assert session.out.getvalue() == ""


def test_timing_counts_requests(session: Session) -> None:
    assert session.run("\\timing\nSELECT customer FROM orders;\n\\timing off\nSELECT 1")
    lines = session.messages.getvalue().splitlines()
    assert (lines[0], lines[2:]) == ("Timing is on.", ["Timing is off."])
    assert re.fullmatch(r"Time: \d+\.\d{3} s, [1-9]\d* requests, 7 records", lines[1])


def test_help_lists_every_command(session: Session) -> None:
    assert session.run("\\?")
    assert session.out.getvalue() == HELP
    for name in re.findall(r"^(\\\S+)", HELP, re.MULTILINE):
        if name != "\\q":
            session.runner.run(Command(name, "", 1))
    assert "There is no command" not in session.messages.getvalue()


def test_quit_runs_nothing_more(session: Session) -> None:
    with pytest.raises(QuitError):
        session.run("SELECT 1 AS a;\n\\q\nSELECT 2 AS b")
    assert session.out.getvalue() == "a\n-\n1\n(1 row)\n"


def test_results_of_closed_connections_are_errors(session: Session, connection: Connection) -> None:
    connection.close()
    assert not session.runner.run(Statement("SELECT 1", 1))
    assert session.messages.getvalue().startswith("Error: The connection is closed")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ProgrammingError("Wrong."), "Error: Wrong."),
        (
            OperationalError("No.", code="GAIA_NO01", http_status=403, request_id="r1"),
            "Error: No. (GAIA_NO01, HTTP 403, request r1)",
        ),
        (
            OperationalError("No: GAIA_NO01.", code="GAIA_NO01", http_status=403),
            "Error: No: GAIA_NO01. (HTTP 403)",
        ),
    ],
)
def test_errors_say_what_supports_needs(error: ProgrammingError, text: str) -> None:
    assert error_text(error) == text
