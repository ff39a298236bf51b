"""``kintone-sql``, also ``python -m sqlalchemy_kintone``."""

from __future__ import annotations

import getpass
import io
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from sqlalchemy_kintone.connection import Connection
from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.shell.arguments import Options, Source, options_of
from sqlalchemy_kintone.shell.prompt import run_prompt, terminal_line_reader
from sqlalchemy_kintone.shell.runner import QuitError, Runner, error_text
from sqlalchemy_kintone.shell.script import read_script

_DONE, _FAILED, _WRONG_USE, _INTERRUPTED, _BROKEN_PIPE = 0, 1, 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; by default the process's.

    Returns:
        The exit code: 0 where all went well, 1 where a statement or the login failed, 2 for wrong
        connection parameters (wrong command lines leave with 2 too), 130 after Ctrl-C, 141 where
        the reader of the output went away.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        _speak_utf8(stream)
    try:
        return _run(options_of(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE


def _speak_utf8(stream: TextIO) -> None:
    """Files and pipes are UTF-8 with plain line ends everywhere; a terminal knows its encoding."""
    if isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors="replace")
        elif stream is sys.stdin:
            stream.reconfigure(encoding="utf-8-sig")
        else:
            stream.reconfigure(encoding="utf-8", newline="\n")


def _run(options: Options) -> int:
    at_terminal = sys.stdin.isatty()
    try:
        connection = options.target.connect(_ask_password if at_terminal else None)
    except Error as error:
        print(error_text(error), file=sys.stderr)
        return _WRONG_USE
    with connection:
        runner = Runner(
            connection,
            sys.stdout,
            sys.stderr,
            format_name=options.format_name,
            null=options.null,
        )
        if at_terminal and not options.sources:
            return _converse(connection, runner)
        sources = options.sources or (Source("standard input", sys.stdin.read()),)
        return _run_sources(runner, sources)


def _run_sources(runner: Runner, sources: Sequence[Source]) -> int:
    try:
        done = all(runner.run_script(read_script(each.text), each.name) for each in sources)
    except QuitError:
        done = True
    return _DONE if done else _FAILED


def _converse(connection: Connection, runner: Runner) -> int:
    try:
        connection.ping()
    except Error as error:
        print(error_text(error), file=sys.stderr)
        return _FAILED
    run_prompt(runner, terminal_line_reader(), sys.stderr)
    return _DONE


def _ask_password(user: str) -> str:
    return getpass.getpass(f"Password of {user}: ")


if __name__ == "__main__":
    sys.exit(main())
