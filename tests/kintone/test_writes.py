"""Writes and cursors as typed calls, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sqlalchemy_kintone.errors import (
    Error,
    IntegrityError,
    InterfaceError,
    OperationalError,
    OutcomeUnknownError,
)
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.cursors import RecordCursor, cursor_pages
from sqlalchemy_kintone.kintone.watch import Watch
from sqlalchemy_kintone.kintone.writes import (
    Update,
    UpdateKey,
    Written,
    adding,
    deleting,
    updating,
    upserting,
)
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.kintone.test_trust import Domain
from tests.shop import CUSTOMERS, GUEST_SPACE, GUESTS, ORDERS

Open = Callable[..., Opened]


def cells(**values: object) -> dict[str, Any]:
    return {code: {"value": value} for code, value in values.items()}


def values_of(sandbox: Sandbox, app_id: int, code: str) -> dict[int, Any]:
    records = sandbox.domain.apps[app_id].records
    return {record_id: record.values[code] for record_id, record in records.items()}


def test_adding(shop_sandbox: Sandbox, shop_client: Client) -> None:
    written = shop_client.add_records(CUSTOMERS, None, [cells(name="Sato"), cells(name="Kato")])
    assert written == [Written(4, 1, "INSERT"), Written(5, 1, "INSERT")]
    assert values_of(shop_sandbox, CUSTOMERS, "name")[5] == "Kato"
    (guest,) = shop_client.add_records(GUESTS, GUEST_SPACE, [cells(text="hi")])
    assert values_of(shop_sandbox, GUESTS, "text")[guest.record_id] == "hi"
    assert shop_sandbox.log.counts == {"POST records.json": 2}


def test_updating(shop_sandbox: Sandbox, shop_client: Client) -> None:
    updates = [
        Update(1, cells(rank="B"), revision=1),
        Update(UpdateKey("name", "Mori"), cells(rank="A")),
    ]
    assert shop_client.update_records(CUSTOMERS, None, updates) == [
        Written(1, 2, "UPDATE"),
        Written(3, 2, "UPDATE"),
    ]
    assert values_of(shop_sandbox, CUSTOMERS, "rank") == {1: "B", 2: "B", 3: "A"}
    with pytest.raises(IntegrityError) as caught:
        shop_client.update_records(CUSTOMERS, None, updates)
    assert caught.value.code == "GAIA_CO02"


def test_upserting(shop_sandbox: Sandbox, shop_client: Client) -> None:
    updates = [
        Update(UpdateKey("name", "Ito"), cells(rank="A")),
        Update(UpdateKey("name", "Sato"), cells(rank="B")),
    ]
    assert shop_client.upsert_records(CUSTOMERS, None, updates) == [
        Written(2, 2, "UPDATE"),
        Written(4, 1, "INSERT"),
    ]
    assert values_of(shop_sandbox, CUSTOMERS, "name")[4] == "Sato"


def test_deleting(shop_sandbox: Sandbox, shop_client: Client) -> None:
    assert shop_client.delete_records(ORDERS, None, [1, 2], [1, 1]) == [
        Written(1, None, "DELETE"),
        Written(2, None, "DELETE"),
    ]
    assert sorted(shop_sandbox.domain.apps[ORDERS].records) == [3, 4, 5, 6, 7]
    with pytest.raises(Error) as caught:
        shop_client.delete_records(ORDERS, None, [3, 99])
    assert caught.value.code == "GAIA_RE01"
    with pytest.raises(IntegrityError):
        shop_client.delete_records(ORDERS, None, [3], [9])
    assert len(shop_sandbox.domain.apps[ORDERS].records) == 5


def test_a_bulk_request_is_all_or_nothing(shop_sandbox: Sandbox, shop_client: Client) -> None:
    writes = [
        adding(ORDERS, [cells(customer="Ito")]),
        upserting(CUSTOMERS, [Update(UpdateKey("name", "Sato"), {})]),
        deleting(ORDERS, [1]),
    ]
    assert shop_client.bulk_request(None, writes) == [
        [Written(8, 1, "INSERT")],
        [Written(4, 1, "INSERT")],
        [Written(1, None, "DELETE")],
    ]
    with pytest.raises(Error) as caught:
        shop_client.bulk_request(None, writes)
    assert caught.value.code == "GAIA_RE01"
    assert sorted(shop_sandbox.domain.apps[ORDERS].records) == [2, 3, 4, 5, 6, 7, 8]
    assert shop_sandbox.log.counts == {"POST bulkRequest.json": 2}


def test_a_bulk_request_in_a_guest_space(shop_sandbox: Sandbox, shop_client: Client) -> None:
    writes = [updating(GUESTS, [Update(1, cells(text="bye"))])]
    assert shop_client.bulk_request(GUEST_SPACE, writes) == [[Written(1, 2, "UPDATE")]]
    assert values_of(shop_sandbox, GUESTS, "text") == {1: "bye"}


MANY = [Update(i, {}) for i in range(1, 31)]
DEEDS: list[tuple[Callable[[Client], object], str]] = [
    (
        lambda client: client.add_records(ORDERS, None, [cells(amount="1")]),
        r"Perhaps 1 record was added to app 2, perhaps nothing happened\. Look before",
    ),
    (
        lambda client: client.update_records(
            ORDERS, None, [Update(1, {}), Update(UpdateKey("name", "Ito"), {})]
        ),
        "Perhaps records 1, name=Ito of app 2 changed",
    ),
    (
        lambda client: client.upsert_records(ORDERS, None, MANY),
        "records 1, 2, .*, 20 and 10 more of app 2 added or changed",
    ),
    (lambda client: client.delete_records(ORDERS, None, [7]), "record 7 of app 2 deleted"),
    (
        lambda client: client.bulk_request(None, [adding(ORDERS, [{}, {}]), deleting(ORDERS, [1])]),
        "2 records were added to app 2; record 1 of app 2 deleted",
    ),
]


@pytest.mark.parametrize(("write", "message"), DEEDS, ids=range(len(DEEDS)))
@pytest.mark.parametrize(
    ("kind", "happened"),
    [("drop-after", "no answer came that can be read"), ("503", "instead .* came HTTP 503")],
)
def test_a_lost_answer_names_the_records(
    shop_sandbox: Sandbox,
    open_session: Open,
    write: Callable[[Client], object],
    message: str,
    kind: str,
    happened: str,
) -> None:
    opened = open_session(shop_sandbox.url)
    fault = Fault(kind)  # type: ignore[arg-type]  # a table holds plain text
    with (
        shop_sandbox.faults.injected(fault),
        pytest.raises(OutcomeUnknownError, match=message) as caught,
    ):
        write(opened.client)
    assert len(opened.exchanges) == 1
    caught.match(happened)
    assert isinstance(caught.value.__cause__, OperationalError)


def test_what_a_busy_kintone_refused_is_written_once(
    shop_sandbox: Sandbox, open_session: Open
) -> None:
    opened = open_session(shop_sandbox.url)
    with shop_sandbox.faults.injected(Fault("429", times=3)):
        opened.client.add_records(ORDERS, None, [cells(amount="1")])
    assert opened.statuses == [429, 429, 429, 200]
    assert [exchange.records for exchange in opened.exchanges] == [1] * 4
    assert len(shop_sandbox.domain.apps[ORDERS].records) == 8


def test_nothing_is_unknown_where_there_was_no_connection(
    open_session: Open, unused_port: int
) -> None:
    opened = open_session(f"http://127.0.0.1:{unused_port}")
    with pytest.raises(OperationalError, match="no connection") as caught:
        opened.client.add_records(ORDERS, None, [{}])
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert opened.statuses == [None] * 5


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_is_unknown_where_the_server_has_closed_what_was_idle(
    shop_sandbox: Sandbox, open_session: Open, unused_port: int, tmp_path: Path, scheme: str
) -> None:
    way = Domain(tmp_path)
    options: dict[str, Any] = {"port": unused_port, "tls": way.tls if scheme == "https" else None}
    opened = open_session(f"{scheme}://127.0.0.1:{unused_port}", ssl_server_cert=way.root)
    for _ in range(2):
        with Sandbox(shop_sandbox.domain, **options):
            opened.client.add_records(ORDERS, None, [{}])
    assert opened.statuses == [200, 200]
    assert len(shop_sandbox.domain.apps[ORDERS].records) == 9


def test_an_error_of_the_callers_own_says_nothing_of_the_write(
    shop_sandbox: Sandbox, open_session: Open
) -> None:
    opened = open_session(shop_sandbox.url)
    with shop_sandbox.faults.injected(Fault("drop-after", times=1)):
        try:
            raise ConnectionRefusedError
        except ConnectionRefusedError:
            with pytest.raises(OutcomeUnknownError):
                opened.client.add_records(ORDERS, None, [{}])
    assert len(shop_sandbox.domain.apps[ORDERS].records) == 8


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"ids": ["1"], "revisions": []}', b'{"ids": 1}'])
def test_an_answer_of_another_shape_leaves_open_what_happened(
    serve: Callable[..., ScriptedServer], open_session: Open, body: bytes
) -> None:
    client = open_session(serve(Reply(body=body)).url).client
    with pytest.raises(OutcomeUnknownError, match="not what Kintone's API describes"):
        client.add_records(ORDERS, None, [{}])


def test_cursors(shop_sandbox: Sandbox, shop_client: Client) -> None:
    cursor = shop_client.create_cursor(ORDERS, None, "amount > 30 order by $id asc", ["$id"], 3)
    assert cursor.total_count == 5
    first = shop_client.cursor_page(cursor.cursor_id, None)
    assert first.following
    ids = [each["$id"]["value"] for each in msgspec.json.decode(first.body)["records"]]
    assert ids == ["3", "4", "5"]
    shop_client.delete_cursor(cursor.cursor_id, None)
    shop_client.delete_cursor(cursor.cursor_id, None)
    with pytest.raises(OperationalError) as caught:
        shop_client.cursor_page(cursor.cursor_id, None)
    assert caught.value.code == "GAIA_CN01"
    assert shop_sandbox.domain.cursors == {}


def test_a_cursor_in_a_guest_space(shop_sandbox: Sandbox, shop_client: Client) -> None:
    (page,) = cursor_pages(RecordCursor(shop_client, GUESTS, GUEST_SPACE, "", ["text"]))
    assert b"hello" in page


def test_a_cursor_is_freed_where_reading_ends_early(
    shop_sandbox: Sandbox, shop_client: Client
) -> None:
    pages = cursor_pages(RecordCursor(shop_client, ORDERS, None, "", ["$id"], 2))
    next(pages)
    assert len(shop_sandbox.domain.cursors) == 1
    pages.close()
    assert shop_sandbox.domain.cursors == {}


def test_a_cursor_is_freed_where_its_statement_was_stopped(
    shop_sandbox: Sandbox, shop_client: Client
) -> None:
    watch = Watch()
    pages = cursor_pages(RecordCursor(shop_client.watched(watch), ORDERS, None, "", ["$id"], 2))
    next(pages)
    watch.stop("Enough.")
    with pytest.raises(OperationalError, match="Enough"):
        next(pages)
    assert shop_sandbox.domain.cursors == {}


def test_closing_frees_the_cursors_that_are_left(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url)
    client = opened.client
    read = list(cursor_pages(RecordCursor(client, ORDERS, None, "", ["$id"], 5)))
    half_read = client.create_cursor(ORDERS, None, "", ["$id"], 5)
    client.cursor_page(half_read.cursor_id, None)
    client.create_cursor(GUESTS, GUEST_SPACE, "", ["text"])
    freed = client.create_cursor(ORDERS, None, "", ["$id"])
    client.delete_cursor(freed.cursor_id, None)
    assert (len(read), len(shop_sandbox.domain.cursors)) == (2, 2)
    opened.exchanges.clear()
    client.close()
    assert shop_sandbox.domain.cursors == {}
    assert [each.method for each in opened.exchanges] == ["DELETE", "DELETE"]
    with pytest.raises(InterfaceError, match="closed"):
        client.app(ORDERS)


def test_too_many_cursors_are_waited_for(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url)
    others = [opened.client.create_cursor(ORDERS, None, "", ["$id"], 1) for _ in range(10)]
    opened.exchanges.clear()
    with pytest.raises(OperationalError) as caught:
        opened.client.create_cursor(ORDERS, None, "", ["$id"], 1)
    assert caught.value.code == "GAIA_TM12"
    assert opened.statuses == [429] * 5
    opened.client.delete_cursor(others[0].cursor_id, None)
    assert opened.client.create_cursor(ORDERS, None, "", ["$id"], 1).total_count == 7


def test_a_search_that_was_cut_off_leaves_no_cursor(
    shop_sandbox: Sandbox, shop_client: Client
) -> None:
    shop_sandbox.domain.search_hit_limit = 0
    with pytest.raises(OperationalError, match="100,000 records"):
        shop_client.create_cursor(CUSTOMERS, None, 'name like "山田"', ["$id"], 10)
    assert shop_sandbox.domain.cursors == {}
