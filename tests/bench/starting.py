"""How long it takes to get going: imports, planning, what a small statement adds to its request.

Alone: ``python -m tests.bench.starting``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import sqlalchemy_kintone
from sqlalchemy_kintone.plan.cache import PlanCache
from tests.bench import planning
from tests.bench.cases import Script
from tests.bench.server import big_sandbox

HEAD = """
## Getting going

Milliseconds, the best of many runs.

| | ms |
| --- | ---: |
"""


def best(run: Callable[[], object], repeats: int = 50) -> float:
    """The least milliseconds of a run."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken) * 1000


def imported(what: str) -> float:
    """Milliseconds for a process that imports something."""
    return best(lambda: subprocess.run([sys.executable, "-c", f"import {what}"], check=True), 10)


def table() -> Iterator[str]:
    """The lines of the section."""
    yield HEAD
    more = imported("sqlalchemy, sqlalchemy_kintone") - imported("sqlalchemy")
    yield f"| `import sqlalchemy_kintone`, over `import sqlalchemy` | {max(more, 0):.1f} |\n"
    cache = PlanCache()
    planning.planned(cache)
    cold = best(lambda: planning.planned(PlanCache()))
    size = len(planning.STATEMENT) / 1024
    yield f"| planning a statement of {size:.1f} KiB as BI tools write them | {cold:.1f} |\n"
    warm = best(lambda: planning.planned(cache))
    yield f"| the same once more | {warm:.3f} |\n"
    with big_sandbox(1000, 0) as access:
        login = {"url": access.url, "user": access.user, "password": access.password}
        script = Script(*login.values())
        bare = best(script.nothing)
        yield f"| a bare request for one record | {bare:.1f} |\n"
        with sqlalchemy_kintone.connect(**login) as connection:
            ids = iter(range(1, 1000))

            def known() -> object:
                return connection.execute("SELECT $id FROM big WHERE $id = 7").fetchall()

            def new() -> object:
                return connection.execute(f"SELECT $id FROM big WHERE $id = {next(ids)}").fetchall()

            known()
            yield f"| `SELECT $id … WHERE $id = 7`, not for the first time | {best(known):.1f} |\n"
            yield f"| a statement that was never run before | {best(new):.1f} |\n"


def main() -> None:
    """Measure and print."""
    sys.stdout.writelines(table())


if __name__ == "__main__":
    main()
