"""What is measured: pairs of ways to the same answer."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas
import requests

from sqlalchemy_kintone import Connection

FILTER = "SELECT * FROM big WHERE kind = 'Books' AND amount > 900000"
SUM = "SELECT kind, sum(amount) FROM big GROUP BY kind"
COUNT = "SELECT count(*) FROM big"
COUNTS = "SELECT kind, count(*) FROM big GROUP BY kind ORDER BY kind"
TOP = "SELECT $id, amount FROM big ORDER BY amount DESC, $id LIMIT 10"
HUNDREDTH = "SELECT * FROM big WHERE amount > 990000"
JOIN = """
SELECT count(*), sum(b.amount)
  FROM (SELECT code FROM big WHERE $id <= 100) AS a JOIN big AS b ON b.code = a.code
"""


@dataclass(frozen=True)
class Way:
    """One way to an answer; ``run`` gives something to compare and the requests it took."""

    name: str
    run: Callable[[], tuple[object, int]]


@dataclass(frozen=True)
class Case:
    """Two ways to one answer; the ratio says how much faster the first is."""

    name: str
    ours: Way
    other: Way


class Script:
    """What people write without a driver: a loop over pages, JSON to dictionaries.

    Args:
        url: The sandbox.
        user: Its user.
        password: The password.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self._address = f"{url}/k/v1/records.json"
        self._session = requests.Session()
        self._session.trust_env = False
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._session.headers["X-Cybozu-Authorization"] = login

    def records(self, condition: str = "") -> Iterator[list[dict[str, Any]]]:
        """Pages of records by ``$id``."""
        last = 0
        while True:
            query = f"$id > {last} {condition} order by $id asc limit 500"
            page = self._session.get(self._address, params={"app": "1", "query": query}).json()
            records = page["records"]
            yield records
            if len(records) < 500:
                return
            last = int(records[-1]["$id"]["value"])

    def frame(self) -> tuple[object, int]:
        """Everything in a data frame, values as Kintone writes them."""
        rows, pages = [], 0
        for page in self.records():
            pages += 1
            rows += [{code: field["value"] for code, field in r.items()} for r in page]
        return len(pandas.DataFrame(rows)), pages

    def sums(self) -> tuple[object, int]:
        """The sum of amounts of each kind."""
        sums: dict[str | None, Decimal] = {}
        pages = 0
        for page in self.records():
            pages += 1
            for record in page:
                kind = record["kind"]["value"] or None
                amount = Decimal(record["amount"]["value"] or 0)
                sums[kind] = sums.get(kind, Decimal(0)) + amount
        return sorted((str(kind), total) for kind, total in sums.items()), pages

    def nothing(self) -> tuple[object, int]:
        """One small page."""
        query = "$id = 7 order by $id asc limit 500"
        page = self._session.get(self._address, params={"app": "1", "query": query}).json()
        return int(page["records"][0]["$id"]["value"]), 1


def cases(connection: Connection, without_pushdown: Connection, script: Script) -> list[Case]:
    """The pairs."""

    def frame(sql: str, on: Connection) -> Callable[[], tuple[object, int]]:
        def run() -> tuple[object, int]:
            cursor = on.execute(sql)
            return cursor.fetch_arrow_table().num_rows, cursor.stats.requests

        return run

    def rows(sql: str, on: Connection) -> Callable[[], tuple[object, int]]:
        def run() -> tuple[object, int]:
            cursor = on.execute(sql)
            return cursor.fetchall(), cursor.stats.requests

        return run

    def against_none(name: str, sql: str) -> Case:
        return Case(
            name,
            Way("pushed", rows(sql, connection)),
            Way("Pushdown=none", rows(sql, without_pushdown)),
        )

    def sums() -> tuple[object, int]:
        cursor = connection.execute(SUM)
        rows = sorted((str(kind), total) for kind, total in cursor.fetchall())
        return rows, cursor.stats.requests

    def one() -> tuple[object, int]:
        cursor = connection.execute("SELECT $id FROM big WHERE $id = 7")
        return cursor.fetchall()[0][0], cursor.stats.requests

    return [
        Case(
            "read everything, typed",
            Way("SELECT * to Arrow", frame("SELECT * FROM big", connection)),
            Way("script: pages, JSON, untyped data frame", script.frame),
        ),
        Case(
            "sum by kind",
            Way("SELECT sum … GROUP BY", sums),
            Way("script: pages, JSON, a loop", script.sums),
        ),
        Case(
            "a few of many",
            Way("WHERE, pushed", frame(FILTER, connection)),
            Way("WHERE, Pushdown=none", frame(FILTER, without_pushdown)),
        ),
        Case(
            "one in a hundred",
            Way("WHERE, pushed", frame(HUNDREDTH, connection)),
            Way("WHERE, Pushdown=none", frame(HUNDREDTH, without_pushdown)),
        ),
        against_none("count", COUNT),
        against_none("count by an option", COUNTS),
        against_none("top ten by a number", TOP),
        against_none("join of 100 with all", JOIN),
        Case("one record", Way("SELECT by $id", one), Way("script: one request", script.nothing)),
    ]
