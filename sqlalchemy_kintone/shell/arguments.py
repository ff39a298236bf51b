"""The command line of ``kintone-sql``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import sqlalchemy_kintone
from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.shell.formats import FormatName
from sqlalchemy_kintone.shell.target import Target, target_of

_EXAMPLES = """examples:
  kintone-sql --sandbox
  kintone-sql --sandbox -c 'SELECT count(*) FROM orders'
  kintone-sql 'Url=https://ex.cybozu.com;User=taro' -f report.sql --format csv > report.csv
  kintone-sql 'kintone://taro@ex.cybozu.com/?AppId=1,2'

Without -c and -f it reads SQL from the terminal, or from its standard input where that is a file
or a pipe. KINTONE_URL, KINTONE_USER, KINTONE_PASSWORD, KINTONE_API_TOKEN ... give what the
connection string leaves out; use them, or the prompt, to keep secrets off the command line.

exit codes: 0 all done, 1 a statement or the login failed, 2 wrong command line or connection
parameters, 130 interrupted
"""


@dataclass(frozen=True)
class Source:
    """Text to run.

    Attributes:
        name: Where it comes from, for messages: a file's name, or ``-c``.
        text: SQL and backslash commands.
    """

    name: str
    text: str


@dataclass(frozen=True)
class Options:
    """What the command line asks for.

    Attributes:
        target: What to connect to.
        sources: What to run, in order; empty for what the terminal or standard input brings.
        format_name: How results are written.
        null: How NULL is written; None for the format's own way.
    """

    target: Target = field(repr=False)
    sources: tuple[Source, ...]
    format_name: FormatName
    null: str | None


def options_of(arguments: Sequence[str]) -> Options:
    """The options of a command line.

    Args:
        arguments: The command line without the program's name.

    Raises:
        SystemExit: For ``--help`` and ``--version`` (code 0) and for a wrong command line (code
            2), with the usual message on the terminal, which never shows the connection string.
    """
    parser = _parser()
    parsed, unknown = parser.parse_known_args(arguments)
    if unknown:
        # The usual message would show them, and one may be half a connection string.
        options = ", ".join(each.partition("=")[0] for each in unknown if each.startswith("--"))
        parser.error(
            f"there is no option {options}"
            if options
            else "too many arguments: put the connection string into quotes"
        )
    if parsed.sandbox and parsed.connection is not None:
        parser.error("--sandbox and a connection string contradict each other: leave out one")
    try:
        target = Target(in_sandbox=True) if parsed.sandbox else target_of(parsed.connection)
    except InterfaceError as error:
        parser.error(str(error))
    return Options(target, tuple(parsed.sources), parsed.format, parsed.null)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kintone-sql",
        description="Runs SQL over Kintone, statement by statement or at a prompt.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "connection",
        nargs="?",
        metavar="CONNECTION",
        help="Name=value;... or a URL: kintone://..., kintone+sandbox://, https://ex.cybozu.com",
    )
    parser.add_argument(
        "--sandbox", action="store_true", help="use the embedded demo, which needs no account"
    )
    parser.add_argument(
        "-c",
        "--command",
        dest="sources",
        action="append",
        default=[],
        type=_inline,
        metavar="SQL",
        help="run these statements, separated by ';', and end; may be repeated",
    )
    parser.add_argument(
        "-f",
        "--file",
        dest="sources",
        action="append",
        type=_file,
        metavar="FILE",
        help="run a UTF-8 file of statements and end; - is standard input; may be repeated",
    )
    parser.add_argument(
        "--format",
        choices=get_args(FormatName),
        default="table",
        help="how results are written (%(default)s)",
    )
    parser.add_argument(
        "--null", metavar="TEXT", help="how NULL is written (NULL; nothing in csv; null in json)"
    )
    parser.add_argument(
        "--version", action="version", version=f"kintone-sql {sqlalchemy_kintone.__version__}"
    )
    return parser


def _inline(text: str) -> Source:
    return Source("-c", text)


def _file(name: str) -> Source:
    try:
        if name == "-":
            return Source("standard input", sys.stdin.read())
        return Source(name, Path(name).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"cannot read {name}: it is not UTF-8 text") from None
