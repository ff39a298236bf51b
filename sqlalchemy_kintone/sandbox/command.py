"""The options of ``kintone-sandbox``, and the sandbox that they describe."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from sqlalchemy_kintone.sandbox.application import Compression
from sqlalchemy_kintone.sandbox.faults import Fault, FaultKind, parse_fault
from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.seeds import seed
from sqlalchemy_kintone.sandbox.server import Sandbox
from sqlalchemy_kintone.sandbox.switches import Switches
from sqlalchemy_kintone.sandbox.tls import ServerTls

SeedKind = Literal["empty", "demo"]


def sandbox_from_arguments(arguments: Sequence[str]) -> Sandbox:
    """The seeded sandbox, not yet started.

    Args:
        arguments: The command line without the program's name.

    Raises:
        SystemExit: For ``--help`` (code 0) and for a wrong command line (code 2), with the usual
            message on the terminal.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.tls_cert is None) != (options.tls_key is None):
        parser.error("--tls-cert and --tls-key go together")
    if options.client_ca is not None and options.tls_cert is None:
        parser.error("--client-ca needs --tls-cert and --tls-key")
    tls = None
    if options.tls_cert is not None:
        tls = ServerTls(options.tls_cert, options.tls_key, options.client_ca)
    switches = {field.name: getattr(options, field.name) for field in fields(Switches)}
    domain = Domain(switches=Switches(**switches))
    seed(domain, options.seed, rows=options.rows)
    return Sandbox(
        domain,
        port=options.port,
        host=options.host,
        latency_ms=options.latency_ms,
        basic_auth=options.basic_auth,
        tls=tls,
        faults=options.fault,
        compression=options.compression,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kintone-sandbox",
        description="A Kintone-compatible server in memory. Prints its URL, user, password and API"
        " tokens as one line of JSON, then serves until it is terminated.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=_whole_number, default=0, help="TCP port; 0, the default, takes a free one"
    )
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument(
        "--seed",
        choices=get_args(SeedKind),
        default="demo",
        help="what the domain holds at first (%(default)s)",
    )
    seeds.add_argument(
        "--empty", dest="seed", action="store_const", const="empty", help="the same as --seed empty"
    )
    parser.add_argument(
        "--rows",
        type=_whole_number,
        default=0,
        metavar="N",
        help="add an app with N records of 20 fields",
    )
    parser.add_argument(
        "--latency-ms",
        type=_whole_number,
        default=0,
        metavar="MS",
        help="milliseconds added to every request",
    )
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND[,NAME=VALUE]...",
        help=f"inject a fault, one of {', '.join(get_args(FaultKind))}; with resource=, method="
        " (shell patterns), skip=, every=, times=, ms= (numbers); may be repeated."
        " Example: --fault 503,resource=records.json,every=10",
    )
    parser.add_argument(
        "--basic-auth", type=_pair, metavar="USER:PASSWORD", help="ask for Basic authentication"
    )
    parser.add_argument(
        "--tls-cert", type=Path, metavar="PEM", help="serve https with this certificate"
    )
    parser.add_argument("--tls-key", type=Path, metavar="PEM", help="the certificate's key")
    parser.add_argument(
        "--client-ca",
        type=Path,
        metavar="PEM",
        help="ask for a client certificate of this authority",
    )
    parser.add_argument(
        "--compression",
        choices=get_args(Compression),
        default="none",
        help="compress bodies for clients that accept it (%(default)s)",
    )
    _add_switches(parser)
    return parser


def _add_switches(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "switches", "How to answer where Kintone's own answer is not established."
    )
    helps = switch_descriptions()
    hints = get_type_hints(Switches)
    for switch in fields(Switches):
        choices = get_args(hints[switch.name])
        group.add_argument(
            "--" + switch.name.replace("_", "-"),
            type=int if all(isinstance(choice, int) for choice in choices) else str,
            choices=choices,
            default=switch.default,
            help=f"{helps.get(switch.name, '')} (%(default)s)",
        )


def switch_descriptions() -> dict[str, str]:
    """Each switch's name to its description in the docstring of ``Switches``."""
    descriptions: dict[str, str] = {}
    name = ""
    _, _, attributes = (Switches.__doc__ or "").partition("Attributes:")
    for line in attributes.splitlines():
        match = re.fullmatch(r"\s+([a-z_]+): (.+)", line)
        if match:
            name = match[1]
            descriptions[name] = match[2]
        elif name and line.strip():
            descriptions[name] += " " + line.strip()
    return descriptions


def _whole_number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    user, separator, password = text.partition(":")
    if not separator or not user or not password:
        # The text may hold a password, so it is not repeated.
        raise argparse.ArgumentTypeError("expected USER:PASSWORD")
    return user, password


def _fault(text: str) -> Fault:
    try:
        return parse_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def describe(sandbox: Sandbox) -> dict[str, Any]:
    """What the command prints: ``{"url", "user", "password", "tokens"}``."""
    access = sandbox.access
    return {
        "url": access.url,
        "user": access.user,
        "password": access.password,
        "tokens": access.tokens,
    }
