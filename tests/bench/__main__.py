"""``python -m tests.bench``: measures the driver and writes ``docs/performance.md``."""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import sqlalchemy_kintone
from tests.bench import decoding, memory, reading, starting
from tests.bench.cases import Case, Script, Way, cases
from tests.bench.server import big_sandbox

REPORT = Path(__file__).parents[2] / "docs" / "performance.md"
HEAD = """# Performance

Written by `python -m tests.bench`. Each line runs two ways to the same answer in turns, in one
process against one sandbox in another, and takes the best of {repeats} runs of each. Seconds depend
on the machine ({machine}, {cores} cores, Python {python}, DuckDB {duckdb}, pyarrow {pyarrow});
ratios say more. Measured on {day}.

## Statements

The app has {rows:,} records of 20 fields; the sandbox answers at once, so that what is seen is the
work of the client. With a real Kintone in between, requests weigh more.

| case | ours | seconds | requests | against | seconds | requests | ratio |
| --- | --- | ---: | ---: | --- | ---: | ---: | ---: |
"""


@dataclass(frozen=True)
class Measured:
    """The best time of a way, what it answered and its requests."""

    seconds: float
    answer: object
    requests: int


def measure(case: Case, repeats: int) -> tuple[Measured, Measured]:
    """Both ways in turns, so that a busy moment hits both."""
    best: dict[str, Measured] = {}
    for _ in range(repeats):
        for way in (case.ours, case.other):
            found = _timed(way)
            if way.name not in best or found.seconds < best[way.name].seconds:
                best[way.name] = found
    ours, other = best[case.ours.name], best[case.other.name]
    if ours.answer != other.answer:
        raise RuntimeError(f"{case.name}: the ways give different answers")
    return ours, other


def _timed(way: Way) -> Measured:
    started = time.perf_counter()
    answer, requests = way.run()
    return Measured(time.perf_counter() - started, answer, requests)


def report(measured: Iterable[tuple[Case, Measured, Measured]]) -> Iterator[str]:
    """The lines of the table."""
    for case, ours, other in measured:
        yield (
            f"| {case.name} | {case.ours.name} | {ours.seconds:.3f} | {ours.requests} "
            f"| {case.other.name} | {other.seconds:.3f} | {other.requests} "
            f"| {other.seconds / ours.seconds:.1f} |\n"
        )


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--read-rows", type=int, default=100_000)
    parser.add_argument("--stream-rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--latency-ms", type=int, default=0)
    options = parser.parse_args()
    head = HEAD.format(
        repeats=options.repeats,
        rows=options.rows,
        machine=platform.machine(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        duckdb=version("duckdb"),
        pyarrow=version("pyarrow"),
        day=date.today().isoformat(),
    )
    with big_sandbox(options.rows, options.latency_ms) as access:
        login = {"url": access.url, "user": access.user, "password": access.password}
        with (
            sqlalchemy_kintone.connect(**login) as connection,
            sqlalchemy_kintone.connect(**login, pushdown="none") as without_pushdown,
        ):
            for each in (connection, without_pushdown):
                each.catalog.find(None, "big")  # what is known of the app is not measured
            script = Script(access.url, access.user, access.password)
            pairs = [
                (case, *measure(case, options.repeats))
                for case in cases(connection, without_pushdown, script)
            ]
    sections = [
        reading.table(options.read_rows, [0, 20, 100]),
        reading.profile(options.read_rows),
        decoding.table(),
        starting.table(),
    ]
    if options.stream_rows:
        sections.append(memory.table(options.stream_rows))
    text = head + "".join([*report(pairs), *itertools.chain.from_iterable(sections)])
    REPORT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
