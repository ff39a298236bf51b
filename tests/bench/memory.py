"""How much memory it takes to read an app that is much larger.

Alone: ``python -m tests.bench.memory``, on Linux.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.server import Access, big_sandbox

HEAD = """
## Reading more than fits

{rows:,} records of 20 fields as they come. The peak is of the whole process, its Python and
libraries too.

| | seconds | records a second | peak |
| --- | ---: | ---: | ---: |
"""
WAYS = {
    "`fetch_record_batch_reader()`": (
        "sum(batch.num_rows for batch in cursor.fetch_record_batch_reader())"
    ),
    "`for row in cursor`": "sum(1 for row in cursor)",
}
CHILD = """
import json, sys, time
from pathlib import Path
import sqlalchemy_kintone
url, user, password = sys.argv[1:]
with sqlalchemy_kintone.connect(url=url, user=user, password=password) as connection:
    started = time.perf_counter()
    cursor = connection.execute("SELECT * FROM big")
    rows = {way}
    seconds = time.perf_counter() - started
# Not what resource tells, in which the process that started this one counts too.
[peak] = [line.split()[1] for line in Path("/proc/self/status").open() if "VmHWM" in line]
print(json.dumps(dict(rows=rows, seconds=seconds, peak=int(peak) / 1024)))
"""


def table(rows: int) -> Iterator[str]:
    """The lines of the section."""
    yield HEAD.format(rows=rows)
    with big_sandbox(rows, 0) as access:
        for name, way in WAYS.items():
            found = _run(access, way)
            if found["rows"] != rows:
                raise RuntimeError(f"{name} gave {found['rows']} rows of {rows}")
            pace = rows / found["seconds"]
            yield f"| {name} | {found['seconds']:.1f} | {pace:,.0f} | {found['peak']:.0f} MiB |\n"


def _run(access: Access, way: str) -> dict[str, float]:
    login = (access.url, access.user, access.password)
    command = [sys.executable, "-c", CHILD.format(way=way), *login]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    sys.stdout.writelines(table(options.rows))


if __name__ == "__main__":
    main()
