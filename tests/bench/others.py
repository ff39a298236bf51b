"""Other ways to read an app: Kintone's JavaScript client, its like in Python, a loop, floors."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import requests

from tests.bench.server import Access

SCRIPT = Path(__file__).with_name("javascript_client.mjs")
CLIENT = "@kintone/rest-api-client@6"
PYTHON_CLIENT = "pyntone==0.3.2"
PYTHON_SCRIPT = """
import json, sys, time
from pyntone.kintone_rest_api_client import KintoneRestAPIClient
from pyntone.types.auth import PasswordAuth
url, user, password, *fields = sys.argv[1:]
client = KintoneRestAPIClient(url, PasswordAuth(user, password))
started = time.perf_counter()
records = client.record.get_all_records_with_id(1, fields or None)
print(json.dumps(dict(seconds=time.perf_counter() - started, records=len(records))))
"""
PAGE = 500
WORKERS = 8


@dataclass(frozen=True)
class Reading:
    """How long it took to read so many records."""

    seconds: float
    records: int


class JavaScript:
    """Kintone's official client, which reads page after page.

    Args:
        folder: Where it is installed.
        access: The sandbox.
    """

    def __init__(self, folder: Path, access: Access) -> None:
        self._folder = folder
        # Over plain HTTP it speaks with ``localhost`` only.
        url = access.url.replace("127.0.0.1", "localhost")
        self._login = (url, access.user, access.password)

    def read(self, way: str, fields: Sequence[str]) -> Reading:
        """Read all records, without the start of Node.js."""
        command = ["node", SCRIPT.name, *self._login, way, *fields]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=True)
        return Reading(**json.loads(done.stdout))


@contextmanager
def installed_javascript() -> Iterator[Path]:
    """A folder with the client.

    Raises:
        subprocess.CalledProcessError: npm cannot install it.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "package.json").write_text("{}", encoding="utf-8")
        options = ("--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline")
        command = ["npm", "install", *options, CLIENT]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
        shutil.copy(SCRIPT, folder)
        yield folder


class Python:
    """pyntone from PyPI, which reads as the official client does.

    Args:
        folder: Where it is installed.
        access: The sandbox.
    """

    def __init__(self, folder: Path, access: Access) -> None:
        self._folder = folder
        self._login = (access.url, access.user, access.password)

    def read(self, fields: Sequence[str]) -> Reading:
        """Read all records, without the start of Python."""
        command = [sys.executable, "-c", PYTHON_SCRIPT, *self._login, *fields]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=True)
        return Reading(**json.loads(done.stdout))


@contextmanager
def installed_python() -> Iterator[Path]:
    """A folder with the package.

    Raises:
        subprocess.CalledProcessError: pip cannot install it.
    """
    with tempfile.TemporaryDirectory() as name:
        options = ("--quiet", "--no-deps", "--disable-pip-version-check", "--target", name)
        command = [sys.executable, "-m", "pip", "install", *options, PYTHON_CLIENT]
        subprocess.run(command, capture_output=True, check=True)
        yield Path(name)


class Pages:
    """Bare requests for pages.

    Args:
        access: The sandbox.
        fields: The fields to ask for; all without.
    """

    def __init__(self, access: Access, fields: Sequence[str]) -> None:
        self._address = f"{access.url}/k/v1/records.json"
        login = base64.b64encode(f"{access.user}:{access.password}".encode()).decode()
        self._headers = {"X-Cybozu-Authorization": login}
        self._fields = {f"fields[{i}]": code for i, code in enumerate(("$id", *fields))}
        self._all = not fields

    def loop(self) -> Reading:
        """Page after page by ``$id``, JSON to dictionaries: what people write."""
        started, last, records = time.perf_counter(), 0, []
        session = self._session()
        while True:
            query = f"$id > {last} order by $id asc limit {PAGE}"
            page = json.loads(self._page(session, query))["records"]
            records += page
            if len(page) < PAGE:
                return Reading(time.perf_counter() - started, len(records))
            last = int(page[-1]["$id"]["value"])

    def bytes_only(self, rows: int) -> Reading:
        """The same pages side by side, and nothing done with them."""
        return self._side_by_side(rows, len)

    def decoded(self, rows: int) -> Reading:
        """The same, each parsed by msgspec to structs, values left as they are."""
        value = msgspec.defstruct("Value", [("value", msgspec.Raw)])
        [first] = json.loads(self._page(self._session(), "limit 1"))["records"]
        codes = list(first)
        record = msgspec.defstruct(
            "Record",
            [(f"field_{i}", value) for i in range(len(codes))],
            rename={f"field_{i}": code for i, code in enumerate(codes)},
        )
        page = msgspec.defstruct("Page", [("records", list[record])])  # type: ignore[valid-type]
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(page)
        return self._side_by_side(rows, lambda body: len(decoder.decode(body).records))

    def bodies(self, pages: int) -> Iterator[bytes]:
        """The bytes of the first pages, for what is done with them without the network."""
        session = self._session()
        for low in range(0, pages * PAGE, PAGE):
            yield self._page(session, f"$id > {low} order by $id asc limit {PAGE}")

    def _side_by_side(self, rows: int, use: Callable[[bytes], int]) -> Reading:
        sessions = [self._session() for _ in range(WORKERS)]

        def read(worker: int) -> None:
            for low in range(worker * PAGE, rows, WORKERS * PAGE):
                query = f"$id > {low} and $id <= {low + PAGE} order by $id asc limit {PAGE}"
                use(self._page(sessions[worker], query))

        started = time.perf_counter()
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(read, range(WORKERS)))
        return Reading(time.perf_counter() - started, rows)

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.headers.update(self._headers)
        return session

    def _page(self, session: requests.Session, query: str) -> bytes:
        asked: dict[str, Any] = {"app": "1", "query": query}
        return session.get(
            self._address, params=asked if self._all else asked | self._fields
        ).content
