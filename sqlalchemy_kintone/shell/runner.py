"""Runs statements and backslash commands, and writes what comes of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from time import perf_counter
from types import MappingProxyType
from typing import TextIO, get_args

from sqlalchemy_kintone.connection import Connection
from sqlalchemy_kintone.cursor import Cursor
from sqlalchemy_kintone.errors import Error, ProgrammingError
from sqlalchemy_kintone.shell import describe
from sqlalchemy_kintone.shell.formats import FormatName, Heading, write_result
from sqlalchemy_kintone.shell.script import Command, Script, Statement, Step
from sqlalchemy_kintone.type_objects import NUMBER

HELP = r"""Statements end with ';' and may take several lines.
\d             the tables
\dv            the views
\d TABLE       the columns of a table
\format NAME   how results are written: table, csv, json, markdown
\timing        time and requests of each statement: on or off
\r             forget the statement typed so far
\?             this help
\q             end
"""


class QuitError(Exception):
    r"""``\q``: run nothing more."""


class Runner:
    r"""Runs steps one after the other on one connection.

    Args:
        connection: Where statements run.
        out: Where results go.
        messages: Where errors and times go.
        format_name: How results are written, until ``\format`` changes it.
        null: How NULL is written; None for the format's own way.
    """

    def __init__(
        self,
        connection: Connection,
        out: TextIO,
        messages: TextIO,
        *,
        format_name: FormatName = "table",
        null: str | None = None,
    ) -> None:
        self._connection = connection
        self._out = out
        self._messages = messages
        self._format_name = format_name
        self._null = null
        self._timing = False

    def run_script(self, script: Script, name: str) -> bool:
        r"""Run all of a script, up to the first step that fails.

        Args:
            script: What to run.
            name: Where it comes from, for messages.

        Returns:
            Whether all went well.

        Raises:
            QuitError: It says ``\q``.
        """
        return all(self.run(step, f"{name}, line {step.line}: ") for step in script.ended())

    def run(self, step: Step, place: str = "") -> bool:
        r"""Run one step; an error is written to the messages.

        Args:
            step: What to run.
            place: Where it was written, to stand before an error.

        Returns:
            Whether it went well.

        Raises:
            QuitError: It is ``\q``.
        """
        try:
            if isinstance(step, Statement):
                self._run_statement(step)
            else:
                self._run_command(step)
        except Error as error:
            self._out.flush()
            self._messages.write(f"{place}{error_text(error)}\n")
            return False
        self._out.flush()
        return True

    def _run_statement(self, statement: Statement) -> None:
        start = perf_counter()
        with self._connection.cursor() as cursor:
            cursor.execute(statement.text)
            self._write_rows(cursor)
            if self._timing:
                self._out.flush()
                self._messages.write(_timing_text(perf_counter() - start, cursor))

    def _write_rows(self, cursor: Cursor) -> None:
        if cursor.description is None:
            return
        headings = [Heading(each.name, each.type_code == NUMBER) for each in cursor.description]
        write_result(self._out, headings, cursor, format_name=self._format_name, null=self._null)

    def _run_command(self, command: Command) -> None:
        action = _ACTIONS.get(command.name)
        if action is None:
            nearest = difflib.get_close_matches(command.name, _ACTIONS, n=1)
            remedy = f"Did you mean {nearest[0]}?" if nearest else r"\? lists the commands."
            raise ProgrammingError(f"There is no command {command.name}. {remedy}")
        action(self, command.argument)

    def _describe(self, argument: str) -> None:
        catalog = self._connection.catalog
        self._show(describe.columns(catalog, argument) if argument else describe.tables(catalog))

    def _views(self, _argument: str) -> None:
        self._show(describe.views(self._connection.catalog))

    def _show(self, listing: describe.Listing) -> None:
        write_result(
            self._out,
            listing.headings,
            listing.rows,
            format_name=self._format_name,
            null=self._null,
        )

    def _set_format(self, argument: str) -> None:
        for name in get_args(FormatName):
            if name == argument.lower():
                self._format_name = name
                return
        raise ProgrammingError(
            f"There is no format {argument or 'without a name'}. "
            f"Choose one of {', '.join(get_args(FormatName))}."
        )

    def _set_timing(self, argument: str) -> None:
        wanted = {"": not self._timing, "on": True, "off": False}.get(argument.lower())
        if wanted is None:
            raise ProgrammingError(r"\timing is on or off.")
        self._timing = wanted
        self._messages.write(f"Timing is {'on' if wanted else 'off'}.\n")

    def _forget(self, _argument: str) -> None:
        """Nothing is left of a statement once a command runs: the prompt forgets it."""

    def _help(self, _argument: str) -> None:
        self._out.write(HELP)

    def _quit(self, _argument: str) -> None:
        raise QuitError


_ACTIONS: Mapping[str, Callable[[Runner, str], None]] = MappingProxyType(
    {
        "\\d": Runner._describe,
        "\\dv": Runner._views,
        "\\format": Runner._set_format,
        "\\timing": Runner._set_timing,
        "\\r": Runner._forget,
        "\\?": Runner._help,
        "\\q": Runner._quit,
    }
)


def error_text(error: Error) -> str:
    """An error for people: its message, then Kintone's code, status and request id."""
    message = str(error)
    details = (
        error.code,
        None if error.http_status is None else f"HTTP {error.http_status}",
        None if error.request_id is None else f"request {error.request_id}",
    )
    missing = [detail for detail in details if detail is not None and detail not in message]
    return f"Error: {message}" + (f" ({', '.join(missing)})" if missing else "")


def _timing_text(seconds: float, cursor: Cursor) -> str:
    stats = cursor.stats
    return f"Time: {seconds:.3f} s, {stats.requests} requests, {stats.records} records\n"
