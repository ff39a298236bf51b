"""The command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlalchemy_kintone import __version__
from sqlalchemy_kintone.shell.arguments import Options, Source, options_of
from sqlalchemy_kintone.shell.target import Target


def test_by_default_it_takes_the_environment_and_writes_tables() -> None:
    assert options_of([]) == Options(Target(), (), "table", None)


def test_sources_keep_their_order(tmp_path: Path) -> None:
    file = tmp_path / "report.sql"
    file.write_bytes("\ufeffSELECT '受注'".encode())
    options = options_of(["-c", "SELECT 1", "-f", str(file), "--command", "SELECT 2", "Url=ex"])
    assert options.sources == (
        Source("-c", "SELECT 1"),
        Source(str(file), "SELECT '受注'"),
        Source("-c", "SELECT 2"),
    )
    assert options.target == Target("Url=ex")


def test_format_and_marker() -> None:
    options = options_of(["--sandbox", "--format", "csv", "--null", "∅"])
    assert options == Options(Target(in_sandbox=True), (), "csv", "∅")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "xml"], "invalid choice: 'xml'"),
        (["--sandbox", "Url=ex"], "contradict each other"),
        (["-f", "missing.sql"], "cannot read missing.sql: No such file or directory"),
        (["-f", "."], "cannot read .: "),
        (["--fromat=csv", "Url=ex"], "there is no option --fromat"),
        (["Url=ex", "Password=hidden"], "put the connection string into quotes"),
        (["kintone://u:hidden@ex:port/"], "The URL cannot be read"),
        (["kintone:hidden"], "The URL cannot be read"),
        (["--password=hidden"], "there is no option --password"),
        (["-c"], "expected one argument"),
    ],
)
def test_wrong_command_lines(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        options_of(arguments)
    shown = capsys.readouterr().err
    assert raised.value.code == 2
    assert message in shown
    assert "hidden" not in shown


def test_a_file_that_is_not_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.sql"
    file.write_bytes("SELECT '受注'".encode("shift_jis"))
    with pytest.raises(SystemExit):
        options_of(["-f", str(file)])
    assert "it is not UTF-8 text" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "shown"), [("--help", "exit codes"), ("--version", f"kintone-sql {__version__}")]
)
def test_information(option: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        options_of([option])
    assert raised.value.code == 0
    assert shown in capsys.readouterr().out
