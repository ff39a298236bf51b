"""Reading an app whole, against others, at several latencies.

Alone: ``python -m tests.bench.reading``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy_kintone
from sqlalchemy_kintone import Connection, Cursor
from tests.bench.others import (
    JavaScript,
    Pages,
    Python,
    Reading,
    installed_javascript,
    installed_python,
)
from tests.bench.server import Access, big_sandbox

FEW = ("title", "kind", "amount", "day")
"""The fields of the narrow read: a text, an option, a number, a date."""
HEAD = """
## Reading an app whole

{rows:,} records, all 20 fields and 4 of them, by this driver and by others, the sandbox waiting
before each answer. Seconds, and in parentheses how many times as long as ours to Arrow. *Bytes
only* are the same pages, {workers} at once, by bare requests that look at nothing; *msgspec* parses
them to structs on top, values left as they are: floors of what a client can do. The official client
and the script keep values as texts in nested objects; ours are typed.

"""
AIMS = """
Ours to Arrow, 20 fields unless said otherwise, against what was aimed at. Without any latency the
bound is the two cores, which the client shares with the sandbox: {floor:.1f} times the official
client's pace is what receiving the bytes leaves room for, {decoded:.1f} times what parsing them
with msgspec does, before there is any typed column.

| against | aim | found | |
| --- | ---: | ---: | --- |
"""

PROFILE = """
Where the time goes: one page after the other, all of it takes {seconds:.2f} s, of which pages take
{fetch:.2f} s to come, the sandbox's work included, and {decode:.2f} s to be decoded. The client's
processor works for {cpu:.2f} s, so that decoding is the larger part of what it does.
"""

Measured = Mapping[str, Mapping[int, float]]
"""Seconds of each way at each place."""


@dataclass(frozen=True)
class Way:
    """A way to read everything, and how often it is tried."""

    name: str
    read: Callable[[], Reading]
    repeats: int = 2

    def best(self) -> Reading:
        """The fastest try."""
        return min((self.read() for _ in range(self.repeats)), key=lambda found: found.seconds)


def ours(connection: Connection, fields: Sequence[str]) -> list[Way]:
    """This driver's ways."""
    columns = ", ".join(f'"{code}"' for code in fields) or "*"

    def read(take: Callable[[Cursor], int]) -> Callable[[], Reading]:
        def run() -> Reading:
            started = time.perf_counter()
            records = take(connection.execute(f"SELECT {columns} FROM big"))
            return Reading(time.perf_counter() - started, records)

        return run

    return [
        Way("ours, to Arrow", read(lambda cursor: cursor.fetch_arrow_table().num_rows)),
        Way("ours, to pandas", read(lambda cursor: len(cursor.fetch_df()))),
        Way("ours, to rows", read(lambda cursor: len(cursor.fetchall()))),
    ]


@dataclass(frozen=True)
class Installed:
    """Where other clients are."""

    javascript: Path
    python: Path


def others(access: Access, installed: Installed, rows: int, fields: Sequence[str]) -> list[Way]:
    """Others' ways."""
    client, pages = JavaScript(installed.javascript, access), Pages(access, fields)
    python = Python(installed.python, access)
    return [
        Way("official JavaScript client, by id", lambda: client.read("id", fields), 1),
        Way("official JavaScript client, by cursor", lambda: client.read("cursor", fields), 1),
        Way("pyntone (PyPI), by id", lambda: python.read(fields), 1),
        Way("script: requests and json, by id", pages.loop, 1),
        Way("bytes only", lambda: pages.bytes_only(rows)),
        Way("bytes and msgspec", lambda: pages.decoded(rows)),
    ]


def table(rows: int, latencies: Sequence[int]) -> Iterator[str]:
    """The lines of the section."""
    yield HEAD.format(rows=rows, workers=8)
    kinds = [(latency, fields) for fields in ((), FEW) for latency in latencies]
    titles = [f"{len(fields) or 20} fields, {latency} ms" for latency, fields in kinds]
    yield f"| | {' | '.join(titles)} |\n| --- |{' ---: |' * len(kinds)}\n"
    measured: dict[str, dict[int, float]] = {}
    with installed_javascript() as javascript, installed_python() as python:
        installed = Installed(javascript, python)
        for place, (latency, fields) in enumerate(kinds):
            for way, seconds in _measured(installed, rows, latency, fields):
                measured.setdefault(way, {})[place] = seconds
    base = measured["ours, to Arrow"]
    for way, found in measured.items():
        cells = [
            f"{found[place]:.2f} ({found[place] / base[place]:.1f})" if place in found else ""
            for place in range(len(kinds))
        ]
        yield f"| {way} | {' | '.join(cells)} |\n"
    yield from aims(measured, kinds)


def aims(measured: Measured, kinds: Sequence[tuple[int, Sequence[str]]]) -> Iterator[str]:
    """What was aimed at, and what came of it.

    Args:
        measured: Seconds, by way and place.
        kinds: The latency and fields at each place.
    """
    everything = {latency: place for place, (latency, fields) in enumerate(kinds) if not fields}
    few = {latency: place for place, (latency, fields) in enumerate(kinds) if fields}
    if not {0, 100} <= everything.keys() & few.keys():
        return
    at_once, far = everything[0], everything[100]
    ours, client = measured["ours, to Arrow"], measured["official JavaScript client, by id"]
    floor, decoded = measured["bytes only"], measured["bytes and msgspec"]
    others_pace = client[at_once]
    yield AIMS.format(floor=others_pace / floor[at_once], decoded=others_pace / decoded[at_once])
    for aim, wanted, found in (
        ("the official client's time at 100 ms", "≥ 6 ×", client[far] / ours[far]),
        ("its floor, bytes only, at 100 ms", "≤ 1.25 ×", ours[far] / floor[far]),
        ("the official client's time at 0 ms", "≥ 4 ×", client[at_once] / ours[at_once]),
        ("bytes and msgspec at 0 ms", "≤ 1.5 ×", ours[at_once] / decoded[at_once]),
        ("20 fields against 4, at 0 ms", "≥ 2 ×", ours[at_once] / ours[few[0]]),
    ):
        reached = found >= float(wanted[2:-2]) if "≥" in wanted else found <= float(wanted[2:-2])
        yield f"| {aim} | {wanted} | {found:.1f} × | {'reached' if reached else 'missed'} |\n"


def profile(rows: int) -> Iterator[str]:
    """Where the time goes, in words: one page after the other, so that stages can be told apart."""
    with big_sandbox(rows, 0) as access:
        login = {"url": access.url, "user": access.user, "password": access.password}
        Pages(access, ()).bytes_only(rows)  # the sandbox makes its pages
        with sqlalchemy_kintone.connect(**login, max_connections=1) as connection:
            connection.catalog.find(None, "big")
            started, cpu = time.perf_counter(), time.process_time()
            cursor = connection.execute("SELECT * FROM big")
            records = cursor.fetch_arrow_table().num_rows
            seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    if records != rows:
        raise RuntimeError(f"{records} records of {rows} were read")
    stages = cursor.stats.seconds
    yield PROFILE.format(seconds=seconds, cpu=cpu, **stages)


def _measured(
    installed: Installed, rows: int, latency: int, fields: Sequence[str]
) -> Iterator[tuple[str, float]]:
    with big_sandbox(rows, latency) as access:
        login = {"url": access.url, "user": access.user, "password": access.password}
        with sqlalchemy_kintone.connect(**login) as connection:
            connection.catalog.find(None, "big")  # what is known of the app is not measured
            Pages(access, fields).bytes_only(rows)  # nor that the sandbox makes its pages
            ways = [*ours(connection, fields), *others(access, installed, rows, fields)]
            for way in ways:
                found = way.best()
                if found.records != rows:
                    raise RuntimeError(f"{way.name} read {found.records} records of {rows}")
                sys.stderr.write(f"{latency} ms, {way.name}: {found.seconds:.2f} s\n")
                yield way.name, found.seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--latencies", type=int, nargs="+", default=[0, 20, 100])
    options = parser.parse_args()
    sys.stdout.writelines(table(options.rows, options.latencies))


if __name__ == "__main__":
    main()
