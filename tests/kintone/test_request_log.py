"""The line of each request: method, path, status, time, size, records and which try it was."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sqlalchemy_kintone.errors import Error
from sqlalchemy_kintone.kintone.answers import records_in
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.cursors import RecordCursor, cursor_pages
from sqlalchemy_kintone.kintone.writes import adding, deleting
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from tests.kintone.conftest import Opened
from tests.shop import CUSTOMERS, GUEST_SPACE, GUESTS, ORDERS

Open = Callable[..., Opened]
NEW = [{"customer": {"value": "Mori"}}, {"customer": {"value": "Ito"}}]


def _cursor(client: Client) -> None:
    list(cursor_pages(RecordCursor(client, ORDERS, None, "", ["$id"], 5)))


CASES: dict[str, tuple[Callable[[Client], object], list[str]]] = {
    "a page": (
        lambda client: client.records_page(ORDERS, None, "limit 3", ["$id"]),
        ["GET /k/v1/records.json 200, 3 records"],
    ),
    "an empty page": (
        lambda client: client.records_page(ORDERS, None, "$id < 0", ["$id"]),
        ["GET /k/v1/records.json 200, 0 records"],
    ),
    "a condition too long for a URL": (
        lambda client: client.records_page(ORDERS, None, "$id > 0 " * 500, ["$id"]),
        ["POST /k/v1/records.json 400"],
    ),
    "a guest space": (
        lambda client: client.records_page(GUESTS, GUEST_SPACE, "", ["text"]),
        [f"GET /k/guest/{GUEST_SPACE}/v1/records.json 200, 1 records"],
    ),
    "a cursor": (
        _cursor,
        [
            "POST /k/v1/records/cursor.json 200",
            "GET /k/v1/records/cursor.json 200, 5 records",
            "GET /k/v1/records/cursor.json 200, 2 records",
        ],
    ),
    "settings": (
        lambda client: client.form_fields(ORDERS),
        ["GET /k/v1/app/form/fields.json 200"],
    ),
    "records that are added": (
        lambda client: client.add_records(ORDERS, None, NEW),
        ["POST /k/v1/records.json 200, 2 records"],
    ),
    "records that are deleted": (
        lambda client: client.delete_records(ORDERS, None, [1, 2, 3]),
        ["DELETE /k/v1/records.json 200, 3 records"],
    ),
    "several writes": (
        lambda client: client.bulk_request(None, [adding(ORDERS, NEW), deleting(CUSTOMERS, [1])]),
        ["POST /k/v1/bulkRequest.json 200, 3 records"],
    ),
    "a refusal": (
        lambda client: client.records_page(99, None, "", ["$id"]),
        ["GET /k/v1/records.json 404"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_lines(
    shop_sandbox: Sandbox, shop_client: Client, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    run, expected = CASES[case]
    # The status of a refusal is in its line.
    with caplog.at_level(logging.DEBUG, "sqlalchemy_kintone.http"), suppress(Error):
        run(shop_client)
    assert _without_measures(caplog) == expected


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_a_full_disk_stops_nothing(
    shop_sandbox: Sandbox, open_session: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = open_session(shop_sandbox.url, logfile="/dev/full")
    assert opened.read("app", id=1)
    opened.session.close()
    # Python's logging tells of it.
    assert "No space left on device" in capsys.readouterr().err


def test_tries(shop_sandbox: Sandbox, open_session: Open, caplog: pytest.LogCaptureFixture) -> None:
    client = open_session(shop_sandbox.url).client
    faults = Fault("truncate", times=1), Fault("drop-before", skip=1, times=1)
    with (
        caplog.at_level(logging.DEBUG, "sqlalchemy_kintone.http"),
        shop_sandbox.faults.injected(*faults),
    ):
        client.records_page(ORDERS, None, "limit 3", ["$id"])
    assert _without_measures(caplog) == [
        "GET /k/v1/records.json 200",
        "GET /k/v1/records.json no response, try 2",
        "GET /k/v1/records.json 200, 3 records, try 3",
    ]


def _without_measures(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records]
    shortened = [re.sub(r" \d+\.\d ms \d+ bytes", "", line) for line in lines]
    assert all(map(str.__ne__, lines, shortened))
    return shortened


@pytest.mark.parametrize(
    ("body", "records"),
    [
        (b'{"records": [{"a": {"value": "\\u3042"}}, {}], "totalCount": null}', 2),
        (b'{"totalCount": "3", "records": []}', 0),
        (b'{"apps": []}', None),
        (b'{"records": null}', None),
        (b'{"records": {"a": 1}}', None),
        (b"[1]", None),
        (b'"records"', None),
    ],
)
def test_records_are_counted_where_there_are_some(body: bytes, records: int | None) -> None:
    assert records_in(body) == records


@pytest.mark.parametrize(
    "body", [b"", b"[1", b'{"records": [{}]', b'{"records": {"a": 1}', b"{} {}", b"<html></html>"]
)
def test_what_is_cut_off_is_not_counted(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|truncated"):
        records_in(body)
