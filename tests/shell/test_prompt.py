"""The prompt, line by line."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.shell.prompt import CONTINUED, PROMPT, run_prompt, terminal_line_reader
from sqlalchemy_kintone.shell.runner import Runner
from sqlalchemy_kintone.shell.script import Step


class Typist:
    """Types lines, or presses a key that raises; notes the prompts."""

    def __init__(self, *lines: str | type[BaseException]) -> None:
        self._lines: Iterator[str | type[BaseException]] = iter(lines)
        self.prompts: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        line = next(self._lines, EOFError)
        if isinstance(line, str):
            return line
        raise line


def typed(connection: Connection, *lines: str | type[BaseException]) -> tuple[str, str, list[str]]:
    """What the prompt wrote, its messages, and the prompts it showed."""
    out, messages, typist = io.StringIO(), io.StringIO(), Typist(*lines)
    runner = Runner(connection, out, messages, format_name="csv")
    run_prompt(runner, typist, messages)
    return out.getvalue(), messages.getvalue(), typist.prompts


@pytest.mark.parametrize(
    ("lines", "out", "prompts"),
    [
        (["SELECT 1 AS a;"], "a\n1\n", [PROMPT, PROMPT]),
        (["SELECT", "", "1 AS a", ";"], "a\n1\n", [PROMPT, *[CONTINUED] * 3, PROMPT]),
        (["SELECT 1 AS a; SELECT", "2 AS b;"], "a\n1\nb\n2\n", [PROMPT, CONTINUED, PROMPT]),
        (["SELECT 'x  ", ";", "y' AS a;"], 'a\n"x  \n;\ny"\n', [PROMPT, *[CONTINUED] * 2, PROMPT]),
        (["SELECT 1 -- ;", "AS a;"], "a\n1\n", [PROMPT, CONTINUED, PROMPT]),
        (["/* ;", "*/ SELECT 1 AS a;"], "a\n1\n", [PROMPT, CONTINUED, PROMPT]),
        (["", "  ", "-- note"], "", [PROMPT] * 4),
        (["SELECT 1 AS a", "\\r", "SELECT 2 AS b;"], "b\n2\n", [PROMPT, CONTINUED] + [PROMPT] * 2),
        (["SELECT", "\\timing", "1 AS a;"], "a\n1\n", [PROMPT, *[CONTINUED] * 2, PROMPT]),
        (["SELECT 1 AS", KeyboardInterrupt, "SELECT 2 AS b;"], "b\n2\n", [PROMPT, CONTINUED]),
        (["SELECT wrong;", "SELECT 1 AS a;"], "a\n1\n", [PROMPT] * 3),
        (["\\q", "SELECT 1;"], "", [PROMPT]),
        (["SELECT 1 AS never_ended"], "", [PROMPT, CONTINUED]),
    ],
)
def test_statements_end_with_a_semicolon(
    connection: Connection,
    lines: list[str | type[BaseException]],
    out: str,
    prompts: list[str],
) -> None:
    written, _, shown = typed(connection, *lines)
    assert written == out
    assert shown[: len(prompts)] == prompts


def test_errors_are_shown_and_do_not_end_it(connection: Connection) -> None:
    out, messages, prompts = typed(connection, "SELECT x FROM ordrs;", "\\nothing")
    assert out == ""
    assert messages.count("Error: ") == 2
    assert "orders" in messages
    assert len(prompts) == 3


class Interrupted(Runner):
    """A runner that Ctrl-C hits in its first statement."""

    steps = 0

    def run(self, step: Step, place: str = "") -> bool:
        self.steps += 1
        if self.steps == 1:
            raise KeyboardInterrupt
        return super().run(step, place)


def test_ctrl_c_stops_the_statement_that_runs(connection: Connection) -> None:
    out, messages = io.StringIO(), io.StringIO()
    runner = Interrupted(connection, out, messages, format_name="csv")
    run_prompt(runner, Typist("SELECT 1 AS a;", "SELECT 2 AS b;"), messages)
    assert "Interrupted." in messages.getvalue()
    assert out.getvalue() == "b\n2\n"


def read_with_prompt_toolkit(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The line that prompt_toolkit reads when ``SELECT 1;`` is typed."""
    pytest.importorskip("prompt_toolkit")
    pytest.importorskip("pygments")
    monkeypatch.setattr(Path, "home", lambda: home)
    output = import_module("prompt_toolkit.output").DummyOutput()
    create_app_session = import_module("prompt_toolkit.application").create_app_session
    create_pipe_input = import_module("prompt_toolkit.input").create_pipe_input
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        keys.send_text("SELECT 1;\n")
        return terminal_line_reader()(PROMPT)


def test_prompt_toolkit_keeps_a_history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert read_with_prompt_toolkit(tmp_path, monkeypatch) == "SELECT 1;"
    history = tmp_path / ".kintone_sql_history"
    assert "SELECT 1;" in history.read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_a_missing_home_does_not_stop_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert read_with_prompt_toolkit(missing, monkeypatch) == "SELECT 1;"
    assert not missing.exists()


def test_without_prompt_toolkit_python_reads_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prompt_toolkit", None)
    assert terminal_line_reader() is input
