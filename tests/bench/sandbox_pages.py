"""How many pages of 500 records and 20 fields the sandbox serves in a second.

``python -m tests.bench.sandbox_pages`` measures the whole way (query, records, JSON, HTTP) and the
HTTP layer alone. The server is a process of its own, which Python holds to one core; the client
is another, reads one page after the other over one connection, and does not decode them. Pages
that are read for the first time have to be encoded; ``first`` counts those.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.api import Answer, Call, Endpoint
from sqlalchemy_kintone.sandbox.model import User
from sqlalchemy_kintone.sandbox.seeds import seed

Layer = Literal["records", "http"]

PAGE = 500
FIELDS = 20


class Speed(NamedTuple):
    """Pages a second, read for the first time and again; megabytes a second of the latter."""

    first: float
    again: float
    megabytes: float


def _prepared_page() -> bytes:
    record = {f"field_{n}": {"type": "SINGLE_LINE_TEXT", "value": "x" * 12} for n in range(FIELDS)}
    return json.dumps({"records": [record] * PAGE, "totalCount": None}).encode()


def _sandbox(layer: Layer, rows: int) -> Sandbox:
    if layer == "records":
        domain = Domain()
        seed(domain, "empty", rows=rows)
        return Sandbox(domain)
    body = _prepared_page()

    def page(call: Call) -> Answer:
        return Answer(body)

    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    return Sandbox(
        Domain(users={user.code: user}), endpoints=[Endpoint("GET", "records.json", page)]
    )


def _serve(layer: Layer, rows: int, pipe: Connection) -> None:
    with _sandbox(layer, rows) as sandbox:
        app = next(iter(sandbox.domain.apps), 1)
        access = sandbox.access
        pipe.send((access.url, access.user, access.password, app))
        pipe.recv()


def measure(layer: Layer, rows: int, seconds: float) -> Speed:
    """Read an app's pages once, then again and again.

    Args:
        layer: ``records`` for the whole way, ``http`` for a page that is ready.
        rows: Records of the app; a multiple of the page size, so that all pages are full.
        seconds: How long to read, after every page has been read once.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(layer, rows, theirs))
    server.start()
    url, user, password, app = ours.recv()
    credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
    headers = {"X-Cybozu-Authorization": credentials}
    queries = [
        quote(f"$id >= {first} and $id < {first + PAGE} order by $id asc limit {PAGE}")
        for first in range(1, rows + 1, PAGE)
    ]
    connection = http.client.HTTPConnection(url.removeprefix("http://"))

    def read(query: str) -> int:
        connection.request("GET", f"/k/v1/records.json?app={app}&query={query}", headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {body[:200]!r}")
        return len(body)

    started = time.perf_counter()
    for query in queries:
        read(query)
    first = len(queries) / (time.perf_counter() - started)
    pages = size = 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        size += read(queries[pages % len(queries)])
        pages += 1
    elapsed = time.perf_counter() - started
    connection.close()
    ours.send("stop")
    server.join()
    return Speed(first, pages / elapsed, size / elapsed / 1e6)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both layers and write a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="a multiple of 500 (%(default)s)")
    parser.add_argument("--seconds", type=float, default=5.0, help="(%(default)s)")
    options: Any = parser.parse_args(arguments)
    layers: tuple[Layer, ...] = ("records", "http")
    for layer in layers:
        speed = measure(layer, options.rows, options.seconds)
        sys.stdout.write(
            f"{layer}: {speed.again:.0f} pages/s, {speed.megabytes:.0f} MB/s"
            f" (first: {speed.first:.0f} pages/s)\n"
        )


if __name__ == "__main__":
    main()
