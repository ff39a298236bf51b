"""The prompt: lines from a terminal to steps that run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy_kintone.shell.runner import QuitError, Runner
from sqlalchemy_kintone.shell.script import Command, read_script

ReadLine = Callable[[str], str]
"""Shows a prompt and returns a line without its end; raises EOFError after the last."""

PROMPT = "kintone> "
CONTINUED = "    ...> "


def terminal_line_reader() -> ReadLine:
    """The best there is: prompt_toolkit with history and colours, else what Python brings."""
    try:
        return _prompt_toolkit_reader()
    except ImportError:
        return _plain_reader()


def _prompt_toolkit_reader() -> ReadLine:
    prompt_toolkit = import_module("prompt_toolkit")
    highlighting = import_module("prompt_toolkit.lexers").PygmentsLexer(
        import_module("pygments.lexers.sql").SqlLexer
    )
    read_line: ReadLine = prompt_toolkit.PromptSession(
        history=_history(import_module("prompt_toolkit.history")), lexer=highlighting
    ).prompt
    return read_line


def _history(histories: Any) -> Any:
    """The statements typed before, in a file where the home folder can be written to."""
    path = Path.home() / ".kintone_sql_history"
    try:
        # Statements may hold personal data.
        path.touch(mode=0o600)
    except OSError:
        return histories.InMemoryHistory()
    return histories.FileHistory(str(path))


def _plain_reader() -> ReadLine:
    # Importing readline, which Windows lacks, gives input() its editing keys.
    with suppress(ImportError):
        import_module("readline")
    return input


def run_prompt(runner: Runner, read_line: ReadLine, messages: TextIO) -> None:
    """Run what a person types until they end it, whatever fails on the way.

    Ctrl-C forgets the statement that is being typed, or stops the one that runs.

    Args:
        runner: What runs it.
        read_line: Where lines come from.
        messages: Where to answer.
    """
    messages.write("\\? shows help, \\q ends.\n")
    typed = ""
    while True:
        try:
            typed += read_line(CONTINUED if typed else PROMPT) + "\n"
            typed = _run_typed(runner, typed)
        except KeyboardInterrupt:
            messages.write("\nInterrupted.\n")
            typed = ""
        except EOFError:
            messages.write("\n")
            return
        except QuitError:
            return


def _run_typed(runner: Runner, typed: str) -> str:
    """Run the complete steps; what is left for the next line."""
    script = read_script(typed)
    for step in script.steps:
        runner.run(step)
    last = script.steps[-1] if script.steps else None
    if script.rest is None or (isinstance(last, Command) and last.name == "\\r"):
        return ""
    # An open quote has kept the end of its line.
    text = script.rest.text
    return text if text.endswith("\n") else text + "\n"
