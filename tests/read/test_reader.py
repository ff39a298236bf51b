"""Reading whole apps over HTTP: complete, once each, and in few requests."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import pytest

import sqlalchemy_kintone
from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Record, User
from sqlalchemy_kintone.sandbox.records import add_records

Keep = Callable[[int], bool]
Ids = Callable[..., list[int]]
SQL = "SELECT $id FROM numbers"


def numbers(records: int, keep: Keep) -> Domain:
    """An app ``numbers`` with ids from 1 to ``records``, of which some have been deleted."""
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(users={"sandbox": user})
    app = create_app(domain, "numbers", {"n": {"type": "NUMBER"}})
    app.next_record_id = records + 1
    (model,) = add_records(domain, app, [{"n": {"value": "1"}}], code="sandbox")
    app.records.clear()
    app.records.update(
        {i: Record(i, 1, dict(model.values)) for i in range(1, records + 1) if keep(i)}
    )
    app.version += 1
    return domain


@pytest.fixture
def serve(kintone_sandbox_server: Sandbox) -> Callable[[Domain], Connection]:
    def serve(domain: Domain, **parameters: object) -> Connection:
        kintone_sandbox_server.reset(domain)
        return sqlalchemy_kintone.connect(
            url=kintone_sandbox_server.url, user="sandbox", password="sandbox", **parameters
        )

    return serve


SHAPES: dict[str, tuple[int, Keep, float, int]] = {
    "nothing": (10, lambda i: False, 0, 1),
    "less than a page": (7, lambda i: True, 1, 0),
    "one full page": (10, lambda i: True, 1, 1),
    "two full pages": (20, lambda i: True, 1, 0),
    "many, dense": (1_000, lambda i: True, 1, 0),
    "many, dense, with a rest": (1_003, lambda i: True, 1, 0),
    "every tenth": (10_000, lambda i: i % 10 == 0, 1.2, 6),
    "by chance": (10_000, lambda i: i * 2654435761 % 2**32 % 97 < 10, 1.35, 6),
    "blocks": (10_000, lambda i: i // 500 % 10 == 3, 1.35, 6),
    "all at one end": (10_000, lambda i: i > 9_000, 1.35, 6),
}


@pytest.mark.parametrize(("records", "keep", "factor", "more"), SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("workers", [1, 8])
def test_everything_once_and_in_few_requests(
    serve: Callable[..., Connection],
    records: int,
    keep: Keep,
    factor: float,
    more: int,
    workers: int,
) -> None:
    domain = numbers(records, keep)
    expected = list(domain.apps[1].records)
    with serve(domain, page_size=10, max_connections=workers) as connection:
        cursor = connection.execute(SQL)
        assert [row[0] for row in cursor] == expected
        pages = math.ceil(len(expected) / 10)
        asked = cursor.stats.requests - cursor.stats.metadata_requests
        assert asked <= factor * pages + more


LIMITS: dict[str, tuple[int, Keep, int, int]] = {
    "one after the other": (1_000, lambda i: True, 40, 4),
    "the first page, where ids end, and the rest": (1_000, lambda i: True, 100, 1 + 1 + 9),
    "no whole number of pages": (1_000, lambda i: True, 101, 1 + 1 + 10),
    "all there is": (100, lambda i: True, 101, 10),
    "fewer than there are, hardly": (100, lambda i: True, 99, 1 + 1 + 9),
    # Pages that small are far from full here: 20 hold what is wanted.
    "most are gone": (10_000, lambda i: i % 10 == 0, 200, 40),
    "blocks": (10_000, lambda i: i // 500 % 10 == 3, 200, 32),
}


@pytest.mark.parametrize(("records", "keep", "limit", "most"), LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize("order", ["", " ORDER BY $id"])
def test_the_first_of_many_in_few_requests(
    serve: Callable[..., Connection],
    records: int,
    keep: Keep,
    limit: int,
    most: int,
    workers: int,
    order: str,
) -> None:
    domain = numbers(records, keep)
    expected = list(domain.apps[1].records)[:limit]
    with serve(domain, page_size=10, max_connections=workers) as connection:
        cursor = connection.execute(f"{SQL}{order} LIMIT {limit}")
        assert [row[0] for row in cursor] == expected
        assert cursor.stats.requests - cursor.stats.metadata_requests <= most


def test_the_last_of_many_by_id(serve: Callable[..., Connection]) -> None:
    with serve(numbers(1_000, lambda i: True), page_size=10) as connection:
        cursor = connection.execute(f"{SQL} ORDER BY $id DESC LIMIT 25 OFFSET 30")
        assert [row[0] for row in cursor] == list(range(970, 945, -1))
        assert cursor.stats.requests - cursor.stats.metadata_requests == 6


def test_pages_are_read_side_by_side(
    serve: Callable[..., Connection], kintone_sandbox_server: Sandbox
) -> None:
    domain = numbers(60, lambda i: True)
    together = threading.Barrier(4, timeout=10)

    def meet(call: Call) -> None:
        query = call.params.get("query", "")
        if "$id >" in query and "$id <" in query:
            together.wait()

    with (
        serve(domain, page_size=10, max_connections=4) as connection,
        kintone_sandbox_server.before(meet),
    ):
        assert len(connection.execute(SQL).fetchall()) == 60


def test_an_error_in_one_page_ends_the_statement(
    serve: Callable[..., Connection], kintone_sandbox_server: Sandbox
) -> None:
    domain = numbers(2_000, lambda i: True)

    def revoke(call: Call) -> None:
        if "$id > 1000" in call.params.get("query", ""):
            domain.users["sandbox"].password = "other"

    with (
        serve(domain, page_size=10, max_connections=4) as connection,
        kintone_sandbox_server.before(revoke),
        pytest.raises(sqlalchemy_kintone.OperationalError, match="CB_WA01"),
    ):
        connection.execute(SQL).fetchall()
    assert kintone_sandbox_server.log.counts["GET records.json"] < 200


def test_what_stays_is_read_once_whatever_others_write(
    serve: Callable[..., Connection], kintone_sandbox_server: Sandbox
) -> None:
    domain = numbers(3_000, lambda i: i % 3 != 0)
    app = domain.apps[1]
    staying = {i for i in app.records if i % 7}
    leaving = [i for i in app.records if i % 7 == 0]
    lock = threading.Lock()

    def write(call: Call) -> None:
        if call.resource != "records.json":
            return
        with lock, domain.lock:
            add_records(domain, app, [{"n": {"value": "1"}}] * 3, code="sandbox")
            _drop(domain, app, [leaving.pop() for _ in range(2) if leaving])

    with (
        serve(domain, page_size=10, max_connections=8) as connection,
        kintone_sandbox_server.before(write),
    ):
        found = [row[0] for row in connection.execute(SQL)]
    assert len(found) == len(set(found))
    assert staying <= set(found)


def _drop(domain: Domain, app: App, ids: list[int]) -> None:
    for each in ids:
        del app.records[each]
    app.version += 1
