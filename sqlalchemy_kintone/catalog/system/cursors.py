"""The cursors of Kintone that this connection holds open."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy_kintone.catalog.system.definition import APP_ID, Row, Wanted, define
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry


def _cursors(inquiry: Inquiry, _wanted: Wanted) -> Iterator[Row]:
    for held in inquiry.client.held_cursors():
        yield {
            "id": held.info.cursor_id,
            "app_id": held.app_id,
            "guest_space_id": held.guest_space_id,
            "records": held.info.total_count,
            "opened_at": held.opened_at,
            "expires_at": held.expires_at,
        }


TABLES = (
    define(
        "cursors",
        "A cursor of Kintone that this connection holds open now.",
        (
            ("id", "VARCHAR", "the cursor's id"),
            ("app_id", "BIGINT", "the app that it reads"),
            ("guest_space_id", "BIGINT", "the guest space of that app"),
            ("records", "BIGINT", "how many records it was opened for"),
            ("opened_at", "TIMESTAMP WITH TIME ZONE", "when it was opened"),
            ("expires_at", "TIMESTAMP WITH TIME ZONE", "when Kintone drops it, unless it is read"),
        ),
        _cursors,
        primary_key=("id",),
        references=(APP_ID,),
    ),
)
